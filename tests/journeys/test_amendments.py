"""A ralat, then a perubahan of the ralat, on the real service: one dossier, three print-outs."""

import json
from decimal import Decimal
from pathlib import Path

import bagit
import pytest
from sqlalchemy import select

from pipeline.archive.bag import read_bag
from pipeline.domain.collection import FILED
from pipeline.domain.document import Kind
from pipeline.domain.form import Field
from pipeline.domain.numbers import format_number
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.errors import ExitCode
from pipeline.ledger.tables import Collection, Document, Figure, Record
from pipeline.tasks.demo.hand import fill_controls
from tests.journeys.office import Journey, flat_text

pytestmark = pytest.mark.slow

REASON = "Salah ketik pada formulir."


def edition(journey: Journey) -> Collection:
    """The period's latest edition."""
    return max(journey.rows(Collection), key=lambda c: c.edition)


def until_stage(journey: Journey, stage: str) -> None:
    journey.until(lambda: edition(journey).stage == stage, f"stage {stage} of the correction")


def form_code(journey: Journey, post: str) -> str:
    found = journey.rows(
        Document,
        Document.collection_id == edition(journey).id,
        Document.kind == Kind.FORM,
        Document.post == post,
    )
    return str(found[0].code)


def correct(journey: Journey, index: int, actual: Decimal, kind: str, record: str) -> None:
    """Open a correction of ``record``, and bring it through all steps to the archive."""
    person = journey.reporter(index)
    post, folders, inbox = person.official.post, journey.folders, journey.folders.inbox
    call = ("amend", record, post, "--as", kind, "--note", REASON)
    done = journey.command(*call)
    assert done.returncode == ExitCode.OK, done.stderr
    form = folders.wait(f"{person.folder}/{kind.upper()}*.docx")
    slip = flat_text(folders.wait(f"{person.folder}/SLIP*{kind.upper()}*.pdf"))
    assert REASON in slip
    twice = journey.command(*call)
    assert twice.returncode == ExitCode.CONFLICT
    typed = {(person.indicators[0].code, Field.ACTUAL): format_number(actual)}
    data = fill_controls(form.read_bytes(), typed)
    form.unlink()
    folders.put(f"{person.folder}/kirim", form.name, data)
    code = form_code(journey, post)
    folders.move(folders.wait(f"5-verifikasi/*{code}.docx"), CommandFolder.APPROVE)
    until_stage(journey, Verb.ENTER)
    journey.staff.send_entry()
    until_stage(journey, Verb.INITIAL)
    printout = flat_text(folders.wait(f"7-paraf/Print Out*{kind.capitalize()}*.pdf"))
    assert REASON in printout
    assert format_number(actual) in printout
    journey.head.seal("initial")
    until_stage(journey, Verb.SIGN)
    journey.head.seal("sign")
    until_stage(journey, FILED)
    journey.settle()
    assert list(inbox.glob(f"hasil/{journey.period}/*{kind.capitalize()}*.pdf"))


def records(journey: Journey) -> list[Record]:
    return sorted(journey.rows(Record), key=lambda r: r.edition)


def test_a_ralat_then_a_perubahan_of_the_ralat(journey: Journey, tmp_path: Path) -> None:
    journey.to_filed()
    (first,) = records(journey)
    bag = journey.office.archive / first.path
    printout = bag / f"data/dokumen/Data Kinerja {journey.period.short}.pdf"
    original = printout.read_bytes()

    correct(journey, 1, Decimal("1234.5"), "ralat", first.document_number)
    second = records(journey)[1]
    text = flat_text(bag / f"data/dokumen/Data Kinerja {journey.period.short} - Ralat 1.pdf")
    assert first.document_number in text
    refused = journey.command("amend", first.code, "Sekretaris", "--as", "ralat", "--note", "x")
    assert refused.returncode == ExitCode.CONFLICT
    assert second.code in refused.stderr

    correct(journey, 0, Decimal("4321.25"), "perubahan", str(journey.period))
    first, second, third = records(journey)
    assert (second.amends, third.amends) == (first.id, second.id)
    assert len({r.document_number for r in (first, second, third)}) == 3
    assert printout.read_bytes() == original
    assert bagit.Bag(str(bag)).validate()
    assert read_bag(bag).generation == 3
    assert {r.tagmanifest for r in (first, second, third)} == {read_bag(bag).sha256}

    listed = json.loads(journey.command("numbers", "--json").stdout)
    assert [n["state"] for n in listed["numbers"]] == ["digantikan", "digantikan", "diarsipkan"]

    papers = sorted((bag / "data/dokumen").glob("Data Kinerja*.pdf"))
    assert len(papers) == 3
    verified = journey.command("verify", *map(str, papers))
    assert verified.returncode == ExitCode.OK, verified.stdout
    said = " ".join(verified.stdout.split())
    assert said.count("Naskah ini digantikan oleh Nomor") == 2
    audited = journey.command("audit")
    assert audited.returncode == ExitCode.OK, audited.stdout + audited.stderr
    got = journey.command("get", str(journey.period), "--to", str(tmp_path / "keluar"))
    assert third.document_number in got.stdout
    assert "It replaces number" in got.stdout

    with journey.office.ledger.read() as session:
        actuals = {f.indicator: Decimal(f.actual) for f in session.scalars(select(Figure))}
    for index, actual in ((1, "1234.5"), (0, "4321.25")):
        assert actuals[journey.reporter(index).indicators[0].code] == Decimal(actual)
