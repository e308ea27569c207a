"""Where the number of a print-out comes from, from entry to dossier."""

import json
import re
from pathlib import Path

import pytest

from pipeline.archive.card import read_card
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.ledger.tables import Event, Number, Record
from pipeline.procedures import FILE_NAME
from tests.journeys.office import Journey

pytestmark = pytest.mark.slow

NUMBER = "090/17.DKP & PTSP/2026"


def change_numbering(journey: Journey, how: str) -> None:
    """Change ``sop.toml`` as an office would, and have the service lay its inbox out again."""
    journey.until(lambda: journey.service.ready, "the service")
    journey.service.stop()
    path = journey.office.templates / "data-kinerja" / FILE_NAME
    said = path.read_text("utf-8")
    path.write_text(said.replace("[filing]\n", f'[filing]\nnumbering = "{how}"\n'), "utf-8")
    journey.restart()
    journey.until(lambda: journey.service.ready, "the service")
    journey.settle()


def dossier_number(journey: Journey) -> str:
    """The number on the card of the only dossier."""
    (card,) = journey.office.archive.glob("*/*/*/data/metadata/berkas.json")
    return read_card(card.read_bytes(), Path(card.parents[2])).document_number


def test_the_print_out_waits_for_the_number_of_the_offices_register(journey: Journey) -> None:
    change_numbering(journey, "manual")
    journey.to_entry()
    journey.staff.send_entry()
    slip = journey.text("6-entri/NOMOR DIPERLUKAN - *.pdf")
    code = journey.document(Kind.PRINTOUT).code
    assert code in slip
    assert journey.stage == Verb.ENTER
    journey.bring("6-entri/kirim", "NOMOR.txt", b"menyusul")
    journey.folders.wait("6-entri/SLIP - NOMOR.pdf")
    assert journey.rows(Number) == []
    journey.bring("6-entri/kirim", "NOMOR.txt", NUMBER.encode())
    journey.await_stage(Verb.INITIAL)
    assert NUMBER in journey.text("7-paraf/Print Out*.pdf")
    journey.settle()
    assert not [f for f in journey.files("6-entri") if "NOMOR" in f]

    waiting = journey.folders.wait("7-paraf/Print Out*.pdf")
    journey.head.return_with_note(waiting, "Perbaiki keterangan.")
    journey.await_stage(Verb.ENTER)
    journey.folders.wait("6-entri/Entri*.xlsx")
    journey.staff.send_entry()
    journey.await_stage(Verb.INITIAL)
    assert NUMBER in journey.text("7-paraf/Print Out*.pdf")

    journey.to_filed()
    (number,), (record,) = journey.rows(Number), journey.rows(Record)
    assert (number.text, number.seq) == (record.document_number, None) == (NUMBER, None)
    assert dossier_number(journey) == NUMBER
    assert len(journey.rows(Event, Event.kind == "number.given")) == 1
    said = journey.command("numbers", "--json")
    assert said.returncode == 0, said.stderr
    (entry,) = json.loads(said.stdout)["numbers"]
    assert (entry["number"], entry["state"]) == (NUMBER, "diarsipkan")


def test_a_print_out_without_a_number_is_filed_all_the_same(journey: Journey) -> None:
    change_numbering(journey, "none")
    journey.to_initial()
    assert re.search(r"Nomor\W*–", journey.text("7-paraf/Print Out*.pdf"))
    journey.to_filed()
    assert journey.document(Kind.PRINTOUT).state == State.FILED
    assert journey.rows(Number) == []
    assert [r.document_number for r in journey.rows(Record)] == [""]
    assert dossier_number(journey) == ""
    code = journey.document(Kind.PRINTOUT).code
    got = journey.command("get", code, "--to", str(journey.root / "keluar"))
    assert got.returncode == 0, got.stderr
    assert journey.command("numbers").returncode == 0
    audited = journey.command("audit", "--json")
    assert audited.returncode == 0, audited.stderr
    assert json.loads(audited.stdout)["findings"] == []
