from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.ledger.tables import Collection, Record
from pipeline.office import Office, open_office
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.audit.report import AuditFinding, AuditKind

from .small_office import COLLECTION, RECORD, SmallOffice, build, copied

RALAT, RALAT_COLLECTION = "b" * 32, "e" * 32


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallOffice:
    return build(tmp_path_factory.mktemp("audit") / "kantor")


@pytest.fixture
def office(made: SmallOffice, tmp_path: Path) -> Iterator[Office]:
    """A second record in the dossier of the first, which it amends."""
    with open_office(copied(made, tmp_path / "kantor").root) as opened:
        with opened.ledger.write() as tx:
            first = tx.session.get_one(Record, RECORD)
            amended = tx.session.get_one(Collection, COLLECTION)
            tx.session.add(a_correction(opened, RALAT_COLLECTION, amended))
            tx.session.flush()
            tx.session.add(a_record(opened, RALAT, RALAT_COLLECTION, first, edition=2))
            tx.record(
                "collection.filed", chain=RALAT_COLLECTION, actor="kinerja", via="uji", record=RALAT
            )
        yield opened


def a_correction(office: Office, id_: str, amended: Collection, edition: int = 2) -> Collection:
    return Collection(
        id=id_,
        office_id=office.id,
        procedure=amended.procedure,
        period=amended.period,
        edition=edition,
        amends=amended.id,
        amendment="ralat",
        stage="filed",
        opened_at=office.now(),
        stage_since=office.now(),
    )


def a_record(office: Office, id_: str, collection: str, first: Record, *, edition: int) -> Record:
    return Record(
        id=id_,
        office_id=office.id,
        collection_id=collection,
        code=id_[:10].upper(),
        year=first.year,
        classification=first.classification,
        dossier_number=first.dossier_number,
        edition=edition,
        amends=first.id,
        description=first.description,
        document_number=f"nomor {id_[0]}",
        path=first.path,
        tagmanifest=first.tagmanifest,
        printout_sha256=first.printout_sha256,
        filed_at=office.now(),
    )


def findings(office: Office) -> list[AuditFinding]:
    found = [f for f in audit(office).findings if f.kind is AuditKind.RECORD]
    assert all(f.mend for f in found)
    return found


def test_a_dossier_with_a_correction_is_one_dossier(office: Office) -> None:
    report = audit(office)
    assert report.findings == ()
    assert (report.counts["dossiers"], report.counts["records"]) == (1, 2)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"tagmanifest": "0" * 64}, "do not name the same bag"),
        ({"printout_sha256": "0" * 64}, "is not in the dossier"),
        ({"amends": None}, "one must be the first; found"),
        ({"amends": RALAT}, "is no later edition"),
        ({"edition": 0}, "is no later edition"),
        ({"path": "2026/000.8.6.3/002 Lain"}, "lies in another dossier"),
    ],
)
def test_a_correction_that_is_not_in_order(
    office: Office, changes: dict[str, object], says: str
) -> None:
    with office.ledger.write() as tx:
        record = tx.session.get_one(Record, RALAT)
        for name, value in changes.items():
            setattr(record, name, value)
    assert any(says in found.message for found in findings(office))


def test_a_correction_whose_collection_amends_another(office: Office) -> None:
    with office.ledger.write() as tx:
        tx.session.get_one(Collection, RALAT_COLLECTION).amends = None
    (found,) = findings(office)
    assert "does not amend that of" in found.message


def test_a_record_that_was_amended_twice(office: Office) -> None:
    with office.ledger.write() as tx:
        first = tx.session.get_one(Record, RECORD)
        amended = tx.session.get_one(Collection, COLLECTION)
        tx.session.add(a_correction(office, "f" * 32, amended, edition=3))
        tx.session.flush()
        tx.session.add(a_record(office, "f" * 32, "f" * 32, first, edition=3))
    (found,) = findings(office)
    assert found.message == "2 records amend this one; only one can."


def test_a_correction_of_what_is_not_on_file(office: Office) -> None:
    with office.ledger.write() as tx:
        tx.session.get_one(Record, RECORD).filed_at = None
    assert any("not on file" in found.message for found in findings(office))
