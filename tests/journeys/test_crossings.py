"""Where two things cross: the first committed stands, and not all that lies about is a token."""

import json
from pathlib import Path

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.form import Field
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode
from pipeline.forms.workbooks.roster import write_roster
from pipeline.sop.values import rows_of
from pipeline.tasks.demo.hand import fill_controls
from tests.journeys.office import Journey


@pytest.mark.slow
def test_crossings_of_one_collection(journey: Journey) -> None:
    """From two rosters at once to a signature that comes after a return, and into the archive."""
    two_rosters_at_once(journey)
    two_pieces_of_evidence_with_one_name(journey)
    a_file_given_back_is_no_token(journey)
    a_return_stands_before_the_paraf(journey)
    signed = journey.to_filed()
    assert_both_pieces_are_filed(journey, signed)


def two_rosters_at_once(journey: Journey) -> None:
    """The first is taken; the other gets its answer."""
    journey.to_distribution()
    data = write_roster(journey.roster, journey.statements, office_name="Dinas")
    short = journey.period.short
    for name in (f"Daftar Pejabat {short}.xlsx", f"Daftar Pejabat {short} (2).xlsx"):
        journey.folders.put("3-penggandaan/kirim", name, data)
    journey.await_stage(Verb.FILL)
    journey.settle()
    assert len([f for f in journey.files("3-penggandaan") if "SLIP - " in f]) == 1
    assert journey.unfinished() == 0


def two_pieces_of_evidence_with_one_name(journey: Journey) -> None:
    """Both are kept, and each is confirmed."""
    journey.to_filling()
    person = journey.reporter(0)
    for number in (1, 2):
        person.send_evidence("rekap.csv", f"wilayah;ton\nA;{number}\n".encode())
        journey.until_taken(journey.folders.inbox / f"{person.folder}/kirim/rekap.csv")
    journey.until(lambda: len(journey.form(person).data.get("evidence", [])) == 2)
    text = journey.text(f"{person.folder}/DATA DUKUNG DITERIMA*.pdf")
    assert "disimpan sebagai data dukung formulir" in text


def a_file_given_back_is_no_token(journey: Journey) -> None:
    """An edit that made a form unreadable cannot be approved by moving it again unchanged."""
    journey.to_verification()
    person = journey.reporter(0)
    form = journey.folders.wait(journey.at_verification(person))
    code = person.indicators[0].code
    spoilt = fill_controls(form.read_bytes(), {(code, Field.ACTUAL): "banyak"})
    before = rows_of(journey.form(person))
    form.unlink()
    for _ in range(2):
        journey.bring("5-verifikasi/setujui", form.name, spoilt)
        journey.folders.wait(f"5-verifikasi/PERBAIKI - {form.name}")
        journey.settle()
        assert journey.form(person).state == State.WAITING
    assert rows_of(journey.form(person)) == before


def a_return_stands_before_the_paraf(journey: Journey) -> None:
    """Once a return is committed, no paraf can be put, though nobody has carried it out yet."""
    journey.to_initial()
    printout = journey.document(Kind.PRINTOUT)
    journey.settle()
    journey.kill()
    said = journey.command("return", printout.code, "--note", "Periksa angka produksi.")
    assert said.returncode == ExitCode.OK, said.stderr
    said = journey.command("initial", printout.code, "--as", "kasubag", pin=journey.pins["kasubag"])
    assert said.returncode == ExitCode.CONFLICT
    assert journey.document(Kind.PRINTOUT).state == State.DECIDED
    journey.restart()
    journey.await_stage(Verb.ENTER)
    journey.folders.wait("6-entri/Entri*.xlsx")


def assert_both_pieces_are_filed(journey: Journey, signed: Path) -> None:
    status = json.loads(journey.command("status", "--json").stdout)
    bag = Path(status["collections"][0]["archive"])
    pieces = sorted(p.name for p in (bag / "data" / "dukung").rglob("*.csv"))
    assert pieces == ["01 rekap.csv", "02 rekap (2).csv"]
    assert signed.exists()
