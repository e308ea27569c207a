"""Two collections at once: one office, one folder for each stage, two quarters under way."""

import json
from pathlib import Path

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.form import Field
from pipeline.domain.numbers import format_number
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode
from pipeline.forms.workbooks.statements import read_statements
from pipeline.ledger.tables import Number, Record
from pipeline.tasks.demo.data import sample_actual
from pipeline.tasks.demo.hand import fill_controls
from pipeline.tasks.demo.players import Reporter
from tests.journeys.filed import assert_filed
from tests.journeys.office import Journey, flat_text
from tests.journeys.quarters import about, before, lay_draft

pytestmark = pytest.mark.slow

LOST = "Rekap bulan Juni tertinggal."


def test_two_quarters_run_side_by_side(journey: Journey) -> None:
    later = about(journey, journey.period)
    earlier = about(journey, before(journey.period))
    begun_together(earlier, later)
    in_one_folder(earlier, later)
    verified_apart(earlier, later)
    bags = initialled_in_one_sitting(earlier, later)
    nothing_of_the_other(earlier, later, bags)
    the_next_quarter_knows_both(earlier, later)


def begun_together(earlier: Journey, later: Journey) -> None:
    lay_draft(earlier)
    for quarter in (later, earlier):
        quarter.staff.send_draft(quarter.statements)
    for quarter in (later, earlier):
        quarter.await_stage(Verb.CORRECT)
    for quarter in (earlier, later):
        quarter.to_distribution()
    for quarter in (later, earlier):
        quarter.to_filling()


def answers_of(quarter: Journey, person: Reporter) -> dict[str, str]:
    """The figures that an official writes this quarter, by indicator."""
    number = quarter.period.quarter
    return {i.code: format_number(sample_actual(i, number)) for i in person.indicators}


def in_one_folder(earlier: Journey, later: Journey) -> None:
    """Two live forms of one official: what becomes of one leaves the other as it is."""
    early, late = earlier.reporter(1), later.reporter(1)
    folder = early.folder
    assert late.folder == folder
    assert len([n for n in earlier.files(folder) if n.endswith(".docx")]) == 2
    early.fill_and_send(leave_out=True)
    slip = earlier.folders.wait(f"{folder}/SLIP 1 - {earlier.form(early).code}.pdf")
    assert earlier.period.short in flat_text(slip)
    assert later.form(late).state == State.ISSUED

    # both in one move: a folder inside kirim is a bundle
    bundle = earlier.folders.inbox / folder / "kirim" / "dua triwulan"
    bundle.mkdir()
    for quarter, person, name in (
        (later, late, "Format*.docx"),
        (earlier, early, "PERBAIKI 1*.docx"),
    ):
        form = quarter.folders.wait(f"{folder}/{name}")
        typed = {(c, Field.ACTUAL): figure for c, figure in answers_of(quarter, person).items()}
        half = bundle / f"~${form.name}.tmp"
        half.write_bytes(fill_controls(form.read_bytes(), typed))
        half.rename(bundle / form.name)
        form.unlink()
    for quarter, person in ((earlier, early), (later, late)):
        quarter.folders.wait(quarter.at_verification(person))
        code = quarter.form(person).code
        assert quarter.period.short in quarter.text(f"{folder}/DITERIMA*{code}.pdf")
        rows = quarter.form(person).data["rows"]
        said = {row["indicator"]: row["texts"][Field.ACTUAL] for row in rows}
        assert said == answers_of(quarter, person)


def verified_apart(earlier: Journey, later: Journey) -> None:
    """One form of the earlier quarter goes back; the later quarter goes on to its paraf."""
    earlier.to_verification()
    early = earlier.reporter(1)
    waiting = earlier.folders.wait(earlier.at_verification(early))
    earlier.head.return_with_note(waiting, LOST)
    assert LOST in earlier.text(f"{early.folder}/SLIP 2 - {earlier.form(early).code}.pdf")
    later.to_initial()
    assert (earlier.stage, later.stage) == (Verb.FILL, Verb.INITIAL)
    said = json.loads(later.command("status", "--json").stdout)["collections"]
    assert {c["period"]: c["stage"] for c in said} == {
        str(earlier.period): Verb.FILL,
        str(later.period): Verb.INITIAL,
    }
    earlier.to_initial()


def initialled_in_one_sitting(earlier: Journey, later: Journey) -> list[Path]:
    """Both with one PIN, then signed and filed one after the other."""
    pin = later.pins["kasubag"]
    done = later.command("initial", "--all", "--as", "kasubag", "--json", pin=pin)
    assert done.returncode == ExitCode.OK, done.stdout + done.stderr
    sealed = json.loads(done.stdout)
    codes = [quarter.document(Kind.PRINTOUT).code for quarter in (earlier, later)]
    assert {result["code"] for result in sealed} == set(codes)
    assert not any(result["error"] for result in sealed)
    for quarter in (earlier, later):
        quarter.folders.wait("8-tanda-tangan/Print Out*.pdf")
    bags = []
    for quarter, code in zip((later, earlier), reversed(codes), strict=True):
        done = quarter.command("sign", code, "--as", "kasubag", pin=pin)
        assert done.returncode == ExitCode.OK, done.stdout + done.stderr
        signed = quarter.folders.wait(f"hasil/{quarter.period}/Data Kinerja*.pdf")
        quarter.settle()
        bags.append(assert_filed(quarter, signed))
    return bags[::-1]


def nothing_of_the_other(earlier: Journey, later: Journey, bags: list[Path]) -> None:
    """Each dossier holds its own quarter, whole; all that was decided by folder is ratified."""
    assert len(set(bags)) == 2
    assert len({n.text for n in later.rows(Number)}) == len(later.rows(Record)) == 2
    for quarter, bag in zip((earlier, later), bags, strict=True):
        other = later if quarter is earlier else earlier
        names = [p.name for p in (bag / "data").rglob("*")]
        for person in quarter.people:
            assert any(quarter.form(person).code in name for name in names)
        for person in other.people:
            assert not any(other.form(person).code in name for name in names)
        values = json.loads((bag / "data/nilai/nilai.json").read_text())
        assert values["periode"] == str(quarter.period)
        printed = quarter.text(f"hasil/{quarter.period}/Data Kinerja*.pdf")
        assert all(figure in printed for figure in answers_of(quarter, quarter.people[1]).values())
        decided = json.loads((bag / "data/keputusan/keputusan.json").read_text())
        assert (LOST in {d["alasan"] for d in decided}) == (quarter is earlier)
        assert all(d["disahkan"] for d in decided if d["oleh"] != "Sekretaris")


def the_next_quarter_knows_both(earlier: Journey, later: Journey) -> None:
    following = later.period.next
    name = f"1-draft/Daftar Pernyataan {following.short}.xlsx"
    ready = earlier.folders.inbox / name
    statements, findings = read_statements(ready.read_bytes())
    assert statements is not None, findings
    known = statements.by_code()
    for quarter in (earlier, later):
        if quarter.period.year == following.year:
            for code, figure in answers_of(quarter, quarter.people[1]).items():
                actual = known[code].previous_actuals[quarter.period.quarter - 1]
                assert format_number(actual) == figure
