"""Closed without everybody, signed and filed; then the late form comes, into the same dossier.

And two collections side by side, of which one is withdrawn at the paraf and begun anew.
"""

import json
from pathlib import Path

import bagit
import pytest

from pipeline.domain.collection import WITHDRAWN
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Collection, Document, Number, Record
from tests.journeys.office import Journey, flat_text

WHY = "Batas waktu pelaporan."


@pytest.mark.slow
def test_a_late_form_follows_the_print_out_that_names_its_official_absent(
    journey: Journey,
) -> None:
    closed_without_the_secretary(journey)
    bag, record, signed = filed(journey)
    late_form_joins(journey, bag, record)
    assert signed.read_bytes() == next(bag.glob("data/dokumen/Data Kinerja*.pdf")).read_bytes()


def closed_without_the_secretary(journey: Journey) -> None:
    journey.to_filling()
    present, absent = journey.reporter(0), journey.reporter(1)
    present.fill_and_send()
    code = journey.form(present).code
    journey.secretary.approve(f"5-verifikasi/*{code}.docx")
    journey.until(lambda: journey.form(present).state == State.VERIFIED)
    done = journey.command("close", str(journey.period), "--note", WHY)
    assert done.returncode == ExitCode.OK, done.stderr
    assert absent.official.post in done.stdout
    journey.await_stage(Verb.ENTER)
    assert WHY in journey.text(f"{absent.folder}/PENGISIAN DITUTUP*.pdf")
    assert journey.form(absent).state == State.ABSENT


def filed(journey: Journey) -> tuple[Path, Record, Path]:
    """The bag, its record and the signed print-out, which says who did not report."""
    post = journey.reporter(1).official.post
    signed = journey.to_filed()
    assert f"Tidak menyampaikan sampai penutupan 1. {post}" in flat_text(signed)
    record = journey.rows(Record)[0]
    bag = journey.office.archive / record.path
    sound(journey, bag)
    assert not list(bag.glob("data/dokumen/Formulir Sekretaris*"))
    assert any("DITUTUP" in p.name for p in bag.glob("data/keputusan/*.pdf"))
    return bag, record, signed


def late_form_joins(journey: Journey, bag: Path, record: Record) -> None:
    late = journey.reporter(1)
    late.fill_and_send()
    code = journey.form(late).code
    journey.folders.wait(f"5-verifikasi/SUSULAN*{code} LEMBAR VERIFIKASI.pdf")
    assert "SUSULAN" in journey.text(f"5-verifikasi/SUSULAN*{code} LEMBAR VERIFIKASI.pdf")
    receipt = journey.text(f"{late.folder}/DITERIMA*.pdf")
    assert "diterima sebagai susulan. Bila diverifikasi selagi entri" in receipt
    journey.head.approve(f"5-verifikasi/SUSULAN*{code}.docx")
    journey.until(lambda: journey.form(late).state == State.FILED, "the late form filed")
    journey.settle()
    assert journey.stage == "filed"
    assert [r.id for r in journey.rows(Record)] == [record.id]
    names = [p.name for p in bag.rglob("*") if code in p.name]
    assert any(name.endswith(".pdf") for name in names)
    assert any(name.endswith(".docx") for name in names)
    assert f"{code} - Susulan.pdf" in " ".join(journey.files(f"hasil/{journey.period}"))
    figures = json.loads(journey.command("status", "--json").stdout)
    assert figures["collections"][0]["stage"] == "filed"
    sound(journey, bag)


def sound(journey: Journey, bag: Path) -> None:
    """The dossier is valid and whole, by our judgement and by bagit's; no chain is broken."""
    bagit.Bag(str(bag)).validate()
    audited = journey.command("audit", "--json")
    assert audited.returncode == ExitCode.OK, audited.stdout + audited.stderr
    with journey.office.ledger.read() as session:
        assert list(check_chains(session, journey.office.id)) == []


@pytest.mark.slow
def test_withdrawn_at_the_paraf_killed_and_begun_anew(journey: Journey) -> None:
    """What was withdrawn while no service ran is carried out by the next one, once."""
    journey.to_initial()
    form = journey.folders.wait("7-paraf/Print Out*.pdf").read_bytes()
    journey.settle()
    journey.kill()
    done = journey.command("withdraw", str(journey.period), "--note", WHY)
    assert done.returncode == ExitCode.OK, done.stderr
    first = journey.rows(Collection)[0]
    assert first.stage == WITHDRAWN
    journey.restart()
    told = f"PENGUMPULAN DITARIK {journey.period.short}.pdf"
    assert WHY in journey.text(f"1-draft/{told}")
    for person in journey.people:
        assert WHY in journey.text(f"{person.folder}/{told}")
    journey.folders.wait(f"1-draft/Format Data Kinerja {journey.period.short}.docx")
    journey.settle()
    assert journey.files("7-paraf") == set()
    assert [n.cancelled for n in journey.rows(Number)] == [WHY]
    journey.bring("7-paraf/kembalikan", "Print Out lama.pdf", form)
    assert "SUDAH DITARIK" in journey.text("7-paraf/SLIP - Print Out lama*.pdf")
    audited = journey.command("audit", "--json")
    assert audited.returncode == ExitCode.OK, audited.stdout + audited.stderr
    journey.staff.send_draft(journey.statements)
    journey.folders.wait("2-koreksi/Format*.docx")
    editions = {c.edition: c.stage for c in journey.rows(Collection)}
    assert editions == {1: WITHDRAWN, 2: Verb.CORRECT}
    papers = journey.rows(Document, Document.collection_id == first.id)
    assert {d.state for d in papers} == {State.WITHDRAWN}
    assert {Kind(d.kind) for d in papers} >= {Kind.DRAFT, Kind.FORM, Kind.PRINTOUT}
