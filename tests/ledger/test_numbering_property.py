"""Whatever is reserved, given by hand, cancelled and rolled back: each number once, none lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import make_url

from pipeline.archive.numbering import cancel_number, give_number, number_of, used_number
from pipeline.domain.document_number import Numbering
from pipeline.domain.procedure import Filing
from pipeline.errors import ConflictError
from pipeline.ledger.database import Ledger, Transaction
from pipeline.ledger.tables import Number

from .numbering import a_filing, assert_sound
from .samples import OFFICE, clock, documents

COUNT = 8
Move = tuple[str, int, Filing, int, int]
FILINGS = [
    a_filing(numbering=numbering, unit_code=unit, number_template=template)
    for numbering in Numbering
    for unit in ("DKP", "SEKRE")
    for template in ("{kode}/{urut}/{unit}/{tahun}", "{urut:02}-{tahun}")
]
MOVES = st.lists(
    st.tuples(
        st.sampled_from(["number", "number", "give", "cancel", "fail"]),
        st.integers(0, COUNT - 1),
        st.sampled_from(FILINGS),
        st.integers(2026, 2027),
        st.integers(0, 6),
    ),
    max_size=25,
)


class AbandonedError(Exception):
    """A transaction that is given up."""


@contextmanager
def a_ledger(original: Path) -> Iterator[Ledger]:
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "kinerja.db"
        copy.write_bytes(original.read_bytes())
        ledger = Ledger(f"sqlite:///{copy}", OFFICE, clock)
        try:
            yield ledger
        finally:
            ledger.close()


def move(tx: Transaction, kind: str, document: str, filing: Filing, year: int, n: int) -> None:
    if kind == "cancel":
        cancel_number(tx, document, "ditarik")
        return
    if kind == "give":
        text = filing.template.number(n + 1, year)
        if tx.session.get(Number, document) is None and not used_number(tx.session, OFFICE, text):
            give_number(tx, document, text, unit=filing.unit_code, year=year)
        return
    number_of(tx, document, filing, year=year, floor=n)
    if kind == "fail":
        raise AbandonedError


@pytest.fixture(scope="module")
def original(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = request.getfixturevalue("migrated_sqlite")
    return Path(make_url(copy(tmp_path_factory.mktemp("sqlite"))).database or "")


@given(moves=MOVES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_each_number_is_given_once_and_none_is_lost(original: Path, moves: list[Move]) -> None:
    with a_ledger(original) as ledger:
        with ledger.write() as tx:
            ids = documents(tx.session, COUNT)
        borne: dict[str, tuple[str, bool]] = {}
        for kind, which, filing, year, n in moves:
            try:
                with ledger.write() as tx:
                    move(tx, kind, ids[which], filing, year, n)
            except AbandonedError:
                pass
            except ConflictError:
                assert borne[ids[which]][1], "only what is cancelled is refused"
            now = {x.document_id: (x.text, x.cancelled is not None) for x in assert_sound(ledger)}
            for document, (text, cancelled) in borne.items():
                assert now[document][0] == text, "a document keeps its number"
                assert now[document][1] or not cancelled, "what is cancelled stays cancelled"
            borne = now
