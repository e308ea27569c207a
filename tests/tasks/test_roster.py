"""`kinerja roster import`: what stands against it, and who may."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.domain.master import MasterData
from pipeline.domain.period import Period
from pipeline.domain.roster import Roster
from pipeline.errors import AuthorityError
from pipeline.forms.workbooks.roster import write_roster
from pipeline.ledger.tables import Event, RosterFile
from pipeline.office import Office, open_office
from pipeline.sop.master.versions import master_on_file
from pipeline.tasks.demo.data import sample_roster, sample_statements
from pipeline.tasks.init import init_office, make_practice_keys
from pipeline.tasks.roster import import_roster
from tests.sop.masters import with_accounts

PERIOD = Period(2026, 3)
STATEMENTS = sample_statements(PERIOD, 3)
ROSTER = sample_roster(PERIOD, STATEMENTS, 3)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with practice accounts, and nothing on file yet."""
    root = init_office(tmp_path / "kantor")
    make_practice_keys(root)
    with open_office(root) as opened:
        yield opened


def workbook(folder: Path, roster: Roster) -> Path:
    path = folder / "Daftar Pejabat.xlsx"
    path.write_bytes(write_roster(roster, STATEMENTS, office_name="Dinas"))
    return path


def on_file(office: Office) -> list[RosterFile]:
    with office.ledger.read() as session:
        return session.query(RosterFile).all()


def events(office: Office) -> list[str]:
    with office.ledger.read() as session:
        return [event.kind for event in session.query(Event).order_by(Event.id)]


def test_a_roster_is_put_on_file_and_changes_no_master_data(office: Office, tmp_path: Path) -> None:
    result = import_roster(office, workbook(tmp_path, ROSTER))
    assert (result.accepted, result.officials, result.findings) == (True, 3, [])
    assert len(on_file(office)) == 1
    assert events(office) == ["roster.imported"]
    with office.ledger.read() as session:
        assert master_on_file(session, office) == MasterData()


def test_whoever_may_not_is_refused_before_anything_is_read(office: Office, tmp_path: Path) -> None:
    bad = tmp_path / "rusak.xlsx"
    bad.write_bytes(b"bukan buku kerja")
    with pytest.raises(AuthorityError, match="tidak berwenang mengubah Daftar Pejabat"):
        import_roster(with_accounts(office), bad)
    assert on_file(office) == []
    assert events(office) == ["act.refused"]


def test_nobody_becomes_a_signer_by_the_first_roster(office: Office, tmp_path: Path) -> None:
    head, *others = ROSTER.officials
    impostor = replace(ROSTER, officials=(replace(head, nip="198505152010012009"), *others))
    result = import_roster(office, workbook(tmp_path, impostor))
    assert not result.accepted
    (finding,) = result.findings
    assert finding.place == f"lembar Pejabat, {head.post}, kolom NIP"
    assert on_file(office) == []
