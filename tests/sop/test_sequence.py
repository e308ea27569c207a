"""A restored database is older than the archive: the sequence goes on past both."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.archive.numbering import number_of
from pipeline.domain.document import Kind, State
from pipeline.domain.document_number import Numbering
from pipeline.domain.procedure import Filing
from pipeline.errors import ArchiveError
from pipeline.ledger.tables import Collection, Record
from pipeline.office import Office, open_office
from pipeline.procedures import FILE_NAME
from pipeline.sop.printout.sequence import last_filed
from pipeline.sop.publish import new_document
from tests.archive.test_numbers_filed import put
from tests.sop.samples import a_collection

YEAR = 2026


@pytest.fixture
def two(office: Office) -> Iterator[Office]:
    """An office of which two procedures number for one unit, each in its own way."""
    first = office.templates / "data-kinerja"
    second = shutil.copytree(first, office.templates / "laporan")
    rewrite(second / FILE_NAME, 'key = "data-kinerja"', 'key = "laporan"')
    rewrite(second / FILE_NAME, "{kode}/{urut}/{unit}/{tahun}", "{urut:03}.{unit}.{tahun}")
    settings = office.root / "kinerja.toml"
    rewrite(settings, '["data-kinerja"]', '["data-kinerja", "laporan"]')
    with open_office(office.root) as opened:
        yield opened


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def begun(office: Office) -> Collection:
    with office.ledger.write() as tx:
        return a_collection(tx)


def numbered(office: Office, collection: Collection, post: str = "") -> str:
    """A print-out numbered as the procedure does it."""
    floor = last_filed(office, collection.id, YEAR)
    with office.ledger.write() as tx:
        document = new_document(
            tx, collection, Kind.PRINTOUT, name="P.pdf", post=post, state=State.RETURNED
        )
        filing: Filing = office.procedures[collection.procedure].filing
        return number_of(tx, document.id, filing, year=YEAR, floor=floor) or ""


def test_a_restored_database_goes_on_past_its_archive(office: Office) -> None:
    collection = begun(office)
    assert numbered(office, collection, "a") == "000.8.6.3/1/DKP/2026"
    office.ledger.close()
    database = office.state / "kinerja.db"
    backup = database.read_bytes()
    with open_office(office.root) as later:
        for post in "bc":
            put(later.archive, ord(post), numbered(later, collection, post))
    database.write_bytes(backup)
    with open_office(office.root) as restored:
        assert last_filed(restored, collection.id, YEAR) == 3
        assert numbered(restored, collection, "b") == "000.8.6.3/4/DKP/2026"


def test_procedures_of_one_unit_look_at_each_others_dossiers(two: Office) -> None:
    put(two.archive, 1, "007.DKP.2026")
    assert last_filed(two, begun(two).id, YEAR) == 7


def test_where_no_number_is_reserved_no_dossier_is_read(office: Office) -> None:
    bag = put(office.archive, 1, "000.8.6.3/3/DKP/2026")
    (bag / "data/metadata/berkas.json").unlink()
    (bag / "data/metadata/berkas.json").mkdir()
    collection = begun(office)
    with pytest.raises(ArchiveError, match="0001 Data Kinerja"):
        last_filed(office, collection.id, YEAR)
    for how in (Numbering.MANUAL, Numbering.NONE):
        path = office.templates / "data-kinerja" / FILE_NAME
        rewrite(path, "[filing]\n", f'[filing]\nnumbering = "{how}"\n')
        with open_office(office.root) as other:
            assert last_filed(other, collection.id, YEAR) == 0
        rewrite(path, f'numbering = "{how}"\n', "")


def test_a_print_out_that_has_its_number_needs_no_look(office: Office) -> None:
    collection = begun(office)
    numbered(office, collection)
    put(office.archive, 1, "000.8.6.3/9/DKP/2026")
    assert last_filed(office, collection.id, YEAR) == 0


def test_a_damaged_dossier_that_is_on_file_stops_nothing(office: Office) -> None:
    bag = put(office.archive, 1, "000.8.6.3/3/DKP/2026")
    card = bag / "data/metadata/berkas.json"
    card.chmod(0o644)
    card.write_text("rusak")
    collection = begun(office)
    with office.ledger.write() as tx:
        tx.session.add(
            Record(
                id="r",
                office_id=office.id,
                collection_id=collection.id,
                code="C",
                year=YEAR,
                classification="000.8.6.3",
                dossier_number=1,
                description="Data",
                document_number="000.8.6.3/3/DKP/2026",
                path=bag.relative_to(office.archive).as_posix(),
                printout_sha256="0" * 64,
                filed_at=tx.now(),
            )
        )
    assert last_filed(office, collection.id, YEAR) == 0
