import pytest
from sqlalchemy import select

from pipeline.archive.numbering import reserve_number
from pipeline.errors import ConfigurationError
from pipeline.ledger.database import Ledger, Transaction
from pipeline.ledger.tables import Number

from .samples import at_once, documents

TEMPLATE = "{kode}/{urut}/{unit}/{tahun}"


def reserve(
    tx: Transaction, document: str, *, template: str = TEMPLATE, unit: str = "DKP", year: int = 2026
) -> str:
    return reserve_number(
        tx, document, template=template, classification="000.8.6.3", unit=unit, year=year
    )


def test_numbers_follow_each_other_by_unit_and_year(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two, three, four = documents(tx.session, 4)
        assert reserve(tx, one) == "000.8.6.3/1/DKP/2026"
        assert reserve(tx, two) == "000.8.6.3/2/DKP/2026"
        assert reserve(tx, three, unit="SEKRE") == "000.8.6.3/1/SEKRE/2026"
        assert reserve(tx, four, year=2027) == "000.8.6.3/1/DKP/2027"


def test_a_document_keeps_its_number(ledger: Ledger) -> None:
    with ledger.write() as tx:
        (document,) = documents(tx.session, 1)
        first = reserve(tx, document)
    with ledger.write() as tx:
        assert reserve(tx, document, template="{urut}") == first


def test_a_cancelled_number_is_not_used_again(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two = documents(tx.session, 2)
        reserve(tx, one)
        tx.session.get_one(Number, one).cancelled = "salah cetak"
        assert reserve(tx, two).split("/")[1] == "2"


def test_eight_writers_at_once_get_numbers_without_a_gap(ledger: Ledger) -> None:
    with ledger.write() as tx:
        waiting = documents(tx.session, 40)

    def number(writer: int) -> None:
        for document in waiting[writer::8]:
            with ledger.write() as tx:
                reserve(tx, document)

    at_once(number, 8)
    with ledger.read() as session:
        rows = session.scalars(select(Number).order_by(Number.seq)).all()
    assert [row.seq for row in rows] == list(range(1, 41))
    assert len({row.text for row in rows}) == 40
    assert {row.document_id for row in rows} == set(waiting)


def test_a_reservation_that_fails_frees_its_number(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two = documents(tx.session, 2)

    def fail() -> None:
        with ledger.write() as tx:
            reserve(tx, one)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with ledger.write() as tx:
        assert reserve(tx, two).split("/")[1] == "1"


@pytest.mark.parametrize("template", ["{nomor}", "{0}", "{kode", "{kode!z}"])
def test_an_unknown_field_is_told(ledger: Ledger, template: str) -> None:
    with ledger.write() as tx:
        (document,) = documents(tx.session, 1)
        with pytest.raises(ConfigurationError, match=r"\{kode\}, \{urut\}, \{unit\}, \{tahun\}"):
            reserve(tx, document, template=template)
