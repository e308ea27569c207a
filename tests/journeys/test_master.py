"""Master data that change under way: targets by an APBD-P, and a head of a unit by a Plt."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import bagit
import pytest
from sqlalchemy import text

from pipeline.domain.adoption import adopt_roster, adopt_statements
from pipeline.domain.document import Kind, State
from pipeline.domain.evaluation import show_target
from pipeline.domain.indicator import Target
from pipeline.domain.master import Capacity, MasterData, TargetSet, Tenure
from pipeline.domain.procedure import CommandFolder
from pipeline.domain.roster import Statements
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_fields
from pipeline.forms.workbooks.master import read_master, write_master
from pipeline.forms.workbooks.statements import read_statements
from pipeline.ledger.tables import Document, MasterVersion
from pipeline.sop.master.versions import RENEW, master_on_file
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.demo.hand import fill_controls
from tests.journeys.office import Journey, flat_text, running

pytestmark = pytest.mark.slow

SUCCESSOR, NIP = "Contoh Pelaksana, S.Pi.", "198507072010011005"
HEAD = 2  # the head of a unit, after the Kasubag and the Sekretaris
BASIS = "DPA Perubahan"
RAISED = Decimal(1000)


@pytest.fixture
def journey(tmp_path: Path) -> Iterator[Journey]:
    """A fresh office with three officials, its service running."""
    with running(tmp_path, 3) as started:
        yield started


def on_file(journey: Journey) -> MasterData:
    with journey.office.ledger.read() as session:
        return master_on_file(session, journey.office)


def versions(journey: Journey) -> int:
    return len(journey.rows(MasterVersion))


def propose(journey: Journey, master: MasterData) -> str:
    """Staf sends the workbook that lies ready, changed; the list that the Kasubag sees."""
    before = versions(journey)
    journey.until(lambda: ready_version(journey) == before, "the workbook")
    ready = journey.folders.wait("1-draft/Data Induk.xlsx")
    ready.unlink()
    name = journey.office.settings.office.name
    data = write_master(master, office_name=name, version=before)
    journey.bring("1-draft/kirim", "Data Induk.xlsx", data)
    number = before + 1
    listed = journey.text(f"2-koreksi/USUL PERUBAHAN DATA INDUK {number}.pdf")
    journey.folders.wait(f"1-draft/DITERIMA*Usul Data Induk {number}.pdf")
    assert versions(journey) == before  # not before it is approved
    return listed


def ready_version(journey: Journey) -> int | None:
    """The version that the workbook in 1-draft is laid out from; ``None`` while it is renewed."""
    path = journey.folders.inbox / "1-draft/Data Induk.xlsx"
    return read_master(path.read_bytes()).version if path.exists() else None


def approve(journey: Journey) -> None:
    """The Kasubag moves the proposal to setujui; the next version holds."""
    number = versions(journey) + 1
    journey.head.approve(f"2-koreksi/Usul Data Induk {number}.xlsx")
    journey.until(lambda: versions(journey) == number, "the next version")
    journey.settle()


def lying_ready(journey: Journey) -> Statements:
    """The Daftar Pernyataan beside the starter draft."""
    name = f"1-draft/Daftar Pernyataan {journey.period.short}.xlsx"
    statements, findings = read_statements(journey.folders.wait(name).read_bytes())
    assert statements is not None, findings
    return statements


def looked_at(journey: Journey, day: date) -> str | None:
    """What became of the look at the master data that a day begins with."""
    query = text("SELECT status FROM workflow_status WHERE workflow_uuid = :id")
    with journey.office.ledger.read() as session:
        return session.scalar(query, {"id": f"{journey.office.id}:{RENEW}:{day.isoformat()}"})


def with_raised_targets(journey: Journey, master: MasterData) -> tuple[MasterData, TargetSet]:
    """The first indicator's targets raised in the middle of the quarter that is collected."""
    first = master.targets[0]
    raised = replace(
        first,
        effective=journey.period.first_day + timedelta(days=50),
        basis=BASIS,
        annual=Target(first.annual.value + 4 * RAISED),
        quarters=tuple(Target(q.value + RAISED) for q in first.quarters if q),
    )
    return replace(master, targets=(*master.targets, raised)), raised


def test_targets_of_an_apbd_p_and_a_plt_in_the_middle_of_it(journey: Journey) -> None:
    period, head = journey.period, journey.reporter(HEAD)
    # The office's first master data, from its Perjanjian Kinerja.
    new_year = date(period.year, 1, 1)
    first = adopt_statements(MasterData(), journey.statements, paper="Perjanjian Kinerja")
    first = adopt_roster(first, journey.roster, new_year)
    journey.folders.wait("1-draft/Data Induk.xlsx")
    assert "Perjanjian Kinerja" in propose(journey, first)
    approve(journey)
    assert lying_ready(journey) == journey.statements

    # The APBD-P: targets with a date and a basis of their own.
    master, raised = with_raised_targets(journey, on_file(journey))
    listed = propose(journey, master)
    assert BASIS in listed
    assert show_target(raised.annual) in listed
    approve(journey)
    before, after = journey.statements.indicators[0], lying_ready(journey).indicators[0]
    assert after.annual_target == raised.annual
    for quarter in range(1, 5):
        kept = quarter < period.quarter
        expected = before.quarter_targets if kept else raised.quarters
        assert after.quarter_targets[quarter - 1] == expected[quarter - 1]
    assert after.previous_actuals == before.previous_actuals

    # The collection runs by them.
    journey.statements = lying_ready(journey)
    journey.to_filling()
    form = journey.folders.wait(f"{head.folder}/Format*.docx")
    answers = head._answers(leave_out=False)
    form.write_bytes(fill_controls(form.read_bytes(), answers))

    # The head of the unit goes; a Plt. holds the post from today on.
    today = journey.office.now().date()
    post, held = head.official.post, on_file(journey)
    gone = tuple(
        replace(t, active_to=today - timedelta(days=1)) if t.post == post else t
        for t in held.tenures
    )
    end = today + timedelta(days=90)
    acting = Tenure(post, SUCCESSOR, NIP, "III/d", today, end, Capacity.ACTING, "821/7")
    assert f"Plt. {post}" in propose(journey, replace(held, tenures=(*gone, acting)))
    approve(journey)
    journey.folders.wait(f"{head.folder}/FORMULIR DIALIHKAN*.pdf")
    journey.settle()
    (form,) = (journey.folders.inbox / head.folder).glob("*.docx")
    package = open_word(form.read_bytes())
    fields = read_fields(package)
    assert {(c, f): t for c, row in fields.items() for f, t in row.items() if t} == answers
    header = "".join(package.xml("word/document.xml").itertext())
    assert SUCCESSOR in header
    assert head.official.name not in header

    # Sent as it stands, verified, printed, signed and filed.
    journey.folders.move(form, CommandFolder.SEND)
    journey.until(lambda: journey.form(head).state == State.WAITING, "the form")
    signed = journey.to_filed()
    assert journey.form(head).data["holder"]["name"] == SUCCESSOR
    assert show_target(raised.quarters[period.quarter - 1]) in flat_text(signed)
    (bag,) = journey.office.archive.glob("*/*/*")
    bagit.Bag(str(bag)).validate()
    assert not audit(journey.office).findings
    assert looked_at(journey, today) == "SUCCESS"  # the service asked for today by itself
    decided = journey.rows(Document, Document.kind == Kind.MASTER)
    assert {d.state for d in decided} == {State.APPROVED}
