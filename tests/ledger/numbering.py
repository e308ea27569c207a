"""How an office numbers, and what its numbers must be whatever happened to them."""

from typing import Any

from sqlalchemy import select

from pipeline.archive.numbering import number_of, skipped_places
from pipeline.domain.document_number import Numbering, bare
from pipeline.domain.procedure import Filing
from pipeline.ledger.database import Ledger, Transaction
from pipeline.ledger.tables import Number

from .samples import OFFICE

YEAR = 2026


def a_filing(**more: Any) -> Filing:
    retention = {"active_years": 2, "inactive_years": 3, "final_action": "musnah"}
    values: dict[str, Any] = {
        "classification": "000.8.6.3",
        "description": "Data {triwulan} {tahun}",
        "unit_code": "DKP",
        "retention": retention,
        **more,
    }
    return Filing.model_validate(values)


AUTOMATIC, MANUAL = a_filing(), a_filing(numbering=Numbering.MANUAL)
UNNUMBERED = a_filing(numbering=Numbering.NONE)


def reserve(
    tx: Transaction, document: str, filing: Filing = AUTOMATIC, *, year: int = YEAR, floor: int = 0
) -> str:
    number = number_of(tx, document, filing, year=year, floor=floor)
    assert number
    return number


def assert_sound(ledger: Ledger) -> list[Number]:
    """No gap but what an event tells of, no number twice; all numbers, as they were given."""
    with ledger.read() as session:
        numbers = list(session.scalars(select(Number).order_by(Number.given_at, Number.seq)))
        skipped = skipped_places(session, OFFICE)
    assert len({bare(n.text) for n in numbers}) == len(numbers)
    taken: dict[tuple[str, int], list[int]] = {}
    for number in numbers:
        if number.seq is not None:
            taken.setdefault((number.unit, number.year), []).append(number.seq)
    for key, places in taken.items():
        left_out = {place for run in skipped.get(key, []) for place in run}
        assert left_out.isdisjoint(places)
        assert sorted([*places, *left_out]) == list(range(1, max(places) + 1))
    return numbers
