"""`kinerja master`: taken out, proposed and looked at from the command line."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.master import Unit
from pipeline.errors import AuthorityError, ExitCode, NotFoundError
from pipeline.files import account_name
from pipeline.forms.workbooks.master import read_master, write_master
from pipeline.ledger.tables import Document, Event
from pipeline.office import Office, open_office
from pipeline.sop.master.proposals import LAY_PROPOSAL
from pipeline.tasks.init import init_office, make_practice_keys
from pipeline.tasks.master import export_master, import_master, view_master
from tests.cli.calling import call
from tests.domain.masters import CAPTURE, FARMING, MASTER, NIPS, PEOPLE
from tests.sop.masters import put_on_file, with_accounts

CHANGED = replace(MASTER, units=(*MASTER.units, Unit("UPTD Baru")))
AUGUST = date(2026, 8, 3)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An office with practice accounts and master data on file."""
    made = init_office(tmp_path / "kantor")
    make_practice_keys(made)
    with open_office(made) as office:
        put_on_file(office, MASTER)
    return made


@pytest.fixture
def office(root: Path) -> Iterator[Office]:
    with open_office(root) as opened:
        yield opened


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """A changed workbook, laid out from the version on file."""
    path = tmp_path / "Data Induk.xlsx"
    path.write_bytes(write_master(CHANGED, office_name="Dinas", version=1))
    return path


def proposals(office: Office) -> list[Document]:
    with office.ledger.read() as session:
        return session.query(Document).where(Document.kind == Kind.MASTER).all()


def test_what_is_exported_reads_back_with_its_version(office: Office) -> None:
    reading = read_master(export_master(office))
    assert (reading.master, reading.version, reading.findings) == (MASTER, 1, [])


def test_a_workbook_becomes_a_proposal_that_waits_for_the_service(
    office: Office, workbook: Path
) -> None:
    made = import_master(office, workbook)
    (proposal,) = proposals(office)
    assert (made.code, made.changed) == (proposal.code, 1)
    assert (proposal.state, proposal.collection_id) == (State.RECEIVED, None)
    assert office.store.read(proposal.blob or "") == workbook.read_bytes()
    assert office.ledger.waiting_work(LAY_PROPOSAL) == {proposal.id}
    with office.ledger.read() as session:
        (event,) = session.query(Event).where(Event.document_id == proposal.id)
    assert event.kind == "data-induk.received"
    assert event.via.startswith("baris perintah, akun ")


def test_a_second_import_replaces_the_first(office: Office, workbook: Path) -> None:
    first = import_master(office, workbook)
    again = import_master(office, workbook)
    assert again.code == first.code
    assert [p.revision for p in proposals(office)] == [2]


@pytest.mark.parametrize(
    ("data", "stale", "finding"),
    [
        (write_master(CHANGED, office_name="Dinas", version=7), True, ""),
        (write_master(MASTER, office_name="Dinas", version=1), False, ""),
        (
            write_master(
                replace(MASTER, units=(*MASTER.units, MASTER.units[0])),
                office_name="Dinas",
                version=1,
            ),
            False,
            "lembar Unit, baris",
        ),
        (b"bukan buku kerja", False, "buku kerja"),
    ],
)
def test_nothing_is_proposed_of_what_is_stale_wrong_or_the_same(
    office: Office, workbook: Path, data: bytes, stale: bool, finding: str
) -> None:
    workbook.write_bytes(data)
    made = import_master(office, workbook)
    assert (made.code, made.stale, proposals(office)) == ("", stale, [])
    assert [f.place for f in made.findings if f.place.startswith(finding)] or not finding


def test_a_missing_file_is_told(office: Office, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no such file"):
        import_master(office, tmp_path / "tiada.xlsx")


def test_an_account_without_authority_proposes_nothing(office: Office, workbook: Path) -> None:
    with pytest.raises(AuthorityError, match="mengusulkan perubahan data induk"):
        import_master(with_accounts(office), workbook)
    assert proposals(office) == []


def test_the_view_is_of_a_day(office: Office) -> None:
    view = view_master(office, AUGUST)
    assert view.version == 1
    assert view.vacant == (FARMING,)
    held = {h.post: h for h in view.posts}[CAPTURE]
    assert (held.title, held.name, held.until) == (
        f"Plt. {CAPTURE}",
        PEOPLE[0],
        date(2026, 12, 31),
    )
    first = view.targets[0]
    assert (first.annual, first.quarters) == ("70.000", ("15.000", "17.000", "19.000", "19.000"))
    assert first.basis == "DPA Perubahan 2026"
    earlier = view_master(office, date(2026, 6, 30)).targets[0]
    assert (earlier.annual, earlier.basis) == ("68.174", "PK 2026")


# --- the commands --------------------------------------------------------------------------------


def test_the_commands_on_a_terminal(root: Path, tmp_path: Path, workbook: Path) -> None:
    where = ["--office", str(root)]
    out = tmp_path / "keluar.xlsx"
    assert call("master", "export", str(out), *where).code == ExitCode.OK
    assert read_master(out.read_bytes()).master == MASTER
    again = call("master", "export", str(out), *where)
    assert again.code == ExitCode.USAGE
    assert "is there already" in again.stderr

    unchanged = call("master", "import", str(out), *where)
    assert (unchanged.code, unchanged.stdout) == (ExitCode.OK, "Nothing was proposed.\n")
    proposed = call("master", "import", str(workbook), *where)
    assert proposed.code == ExitCode.OK
    assert "waits for `kinerja approve" in proposed.stdout
    workbook.write_bytes(write_master(CHANGED, office_name="Dinas", version=7))
    stale = call("master", "import", str(workbook), *where)
    assert stale.code == ExitCode.AT_FAULT
    assert "version 1, which is on file" in stale.stdout

    shown = call("master", "show", "--on", "2026-08-03", *where)
    assert shown.code == ExitCode.OK
    assert "vacant" in shown.stdout
    told = json.loads(call("master", "show", "--on", "2026-08-03", "--json", *where).stdout)
    assert told["day"] == "2026-08-03"
    assert [p["post"] for p in told["posts"] if p["vacant"]] == [FARMING]
    assert not any(nip in json.dumps(told) for nip in NIPS)


def test_an_office_without_master_data_says_what_to_do(tmp_path: Path) -> None:
    made = init_office(tmp_path / "baru")
    shown = call("master", "show", "--office", str(made))
    assert shown.code == ExitCode.OK
    assert "Data Induk.xlsx in 1-draft" in shown.stdout


def test_faults_are_printed_with_their_rows(root: Path, workbook: Path) -> None:
    twice = replace(MASTER, units=(*MASTER.units, MASTER.units[0]))
    workbook.write_bytes(write_master(twice, office_name="Dinas", version=1))
    told = call("master", "import", str(workbook), "--office", str(root))
    assert told.code == ExitCode.AT_FAULT
    assert "kesalahan: lembar Unit, baris" in told.stdout
    assert account_name(0) not in told.stdout
