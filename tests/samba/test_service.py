"""The real service behind a real share: what it records of people, and what it answers them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.domain.procedure import Verb
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.tables import Arrival, Event
from pipeline.tasks.demo.players import Folders
from tests.intake.samples import PDF, word
from tests.journeys.office import Journey, Service, begin

from .conftest import Ground
from .sharing import PROCEDURE, SEKRETARIS, SEND, STAF, Shared, shared_copy

pytestmark = pytest.mark.slow
SERVICE_RIGHTS = ("lease", "setfcap")
"""The second only so that root may map itself into LibreOffice's own namespace."""
DRAFT, CORRECTION = f"{PROCEDURE}/1-draft", f"{PROCEDURE}/2-koreksi"
QUIET_S = "2"
PATIENCE_S = 240.0


@dataclass(frozen=True)
class Served:
    """A share with the service behind it, which has of root's rights no more than CAP_LEASE."""

    shared: Shared
    journey: Journey

    def wait(self, pattern: str) -> Path:
        """What the service laid out, relative to the share."""
        found = self.journey.folders.wait(pattern)
        return found.relative_to(self.shared.office.inbox)

    def send_draft(self) -> None:
        """Staf sends draft and statements over the share."""
        journey = self.journey
        draft = self.wait(f"1-draft/Format Data Kinerja {journey.period.short}.docx")
        statements = self.wait(f"1-draft/Daftar Pernyataan {journey.period.short}.xlsx")
        data = write_statements(
            journey.statements, office_name=self.shared.office.settings.office.name
        )
        self.shared.staff.put(data, f"{SEND}/{statements.name}")
        self.shared.staff.move(str(draft), f"{SEND}/{draft.name}")


@contextmanager
def serving(ground: Ground) -> Iterator[Served]:
    with shared_copy(ground.office, ground.machine, ground.uids) as shared:
        office = shared.office
        service = Service(office.root, prefix=tuple(ground.machine.without_rights(*SERVICE_RIGHTS)))
        service.start()
        try:
            folders = Folders(office.inbox / PROCEDURE, PATIENCE_S, lambda: service.runs)
            pins = {"kasubag": "", "sekretaris": ""}  # nobody seals here
            journey = begin(Journey, office.root, office, service, pins, folders, 1)
            folders.wait("1-draft/Format*.docx")
            yield Served(shared, journey)
            service.stop()
        finally:
            service.kill()


@pytest.fixture(scope="module")
def served(ground: Ground) -> Iterator[Served]:
    """A share with the service behind it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KINERJA_WATCH__QUIET_S", QUIET_S)
        with serving(ground) as made:
            yield made


def test_who_acts_is_recorded_and_who_may_not_is_refused(served: Served) -> None:
    shared, journey = served.shared, served.journey
    served.send_draft()
    draft = served.wait("2-koreksi/Format*.docx")
    sent = journey.rows(Arrival)
    assert {a.owner for a in sent if a.name.endswith(".xlsx")} == {STAF}
    shared.staff.refused(f'rename "{draft}" "{CORRECTION}/setujui/{draft.name}"')

    # The Sekretaris may write there, for papers of the Kasubag's own; this is none of them.
    shared.secretary.do(f'scopy "{draft}" "{CORRECTION}/setujui/{draft.name}"')
    slip = journey.text(f"2-koreksi/SLIP*{draft.stem}*.pdf")
    assert "BUKAN WEWENANG" in slip
    assert f"Akun {SEKRETARIS} tidak berwenang" in slip
    assert journey.stage == Verb.CORRECT
    assert shared.lies(str(draft)).is_file()

    shared.head.do(f'scopy "{draft}" "{CORRECTION}/setujui/{draft.name}"')
    journey.await_stage(Verb.DISTRIBUTE)
    with shared.office.ledger.read() as session:
        ways = [(e.kind, e.via) for e in session.scalars(select(Event).order_by(Event.id))]
    assert ("act.refused", f"melalui folder, akun {SEKRETARIS}") in ways
    assert any(via == "melalui folder, akun uji-kasubag" for _, via in ways)


def test_a_cut_copy_is_answered_and_the_next_one_is_taken(served: Served) -> None:
    shared, journey = served.shared, served.journey
    with shared.staff.at_work() as desk:
        handle = desk.create(f"{SEND}/Putus.pdf")
        handle.set_size(1 << 20)
        handle.write(PDF)
        desk.cut()
    text = journey.text("1-draft/SLIP*Putus*.pdf")
    assert "SALINANNYA TERPUTUS" in text
    kept = shared.lies(f"{PROCEDURE}/ditolak/DITOLAK - Putus.pdf")
    assert kept.read_bytes() == PDF + bytes((1 << 20) - len(PDF))  # as it came
    shared.staff.put(word(), f"{SEND}/Berikut.docx")
    journey.until(
        lambda: (
            [a.outcome for a in journey.rows(Arrival, Arrival.name == "Berikut.docx")]
            not in ([], [None])
        ),
        "a judgement of the next file",
    )


def test_a_file_that_its_owner_has_closed_is_answered_until_it_is_opened(served: Served) -> None:
    shared, journey = served.shared, served.journey
    shared.staff.put(PDF, f"{DRAFT}/Rahasia.pdf")
    path = shared.lies(f"{DRAFT}/Rahasia.pdf")
    as_owner = ("setpriv", f"--reuid={STAF}", "--init-groups", "chmod")
    shared.machine.run(*as_owner, "600", str(path))
    shared.staff.move(f"{DRAFT}/Rahasia.pdf", f"{SEND}/Rahasia.pdf")
    lies = shared.lies(f"{SEND}/Rahasia.pdf")
    text = journey.text("1-draft/*TIDAK DAPAT DIAMBIL*.pdf")
    assert "tidak diberi hak untuk membaca" in text
    assert lies.exists()
    shared.machine.run(*as_owner, "660", str(lies))
    journey.until(lambda: not lies.exists(), "taken")
    journey.until(lambda: not list(lies.parents[1].glob("*TIDAK DAPAT*")), "the slip is gone")
