"""``kinerja demo``: one run, judged from outside; pdfsig and bagit are independent of us."""

import io
import json
import re
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, FloatObject, NameObject
from pyhanko.pdf_utils.generic import pdf_string as text_object
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from rich.console import Console
from sqlalchemy import select

from pipeline.cli.commands.demo import _show
from pipeline.domain.document import Kind
from pipeline.domain.indicator import Aggregation, Indicator, Polarity
from pipeline.domain.numbers import format_number
from pipeline.domain.period import Period
from pipeline.ledger.tables import Collection, Document, Number
from pipeline.office import open_office
from pipeline.pdf.pdfa import problems
from pipeline.tasks.demo.data import sample_actual, sample_roster, sample_statements
from tests.cli.calling import call
from tests.journeys.conftest import DEMO_OFFICIALS, DemoRun
from tests.journeys.office import flat_text

KEYS = {
    "office",
    "officials",
    "forms",
    "printout",
    "record_id",
    "archive",
    "returned",
    "seconds",
}
CORRECTED = ("IKU-001", Decimal(17400))
PREDICATES = (
    (Decimal(91), "Sangat Tinggi"),
    (Decimal(76), "Tinggi"),
    (Decimal(66), "Sedang"),
    (Decimal(51), "Rendah"),
)


def kinerja(*arguments: str, office: Path) -> "subprocess.CompletedProcess[str]":
    """A command in a process of its own."""
    command = [sys.executable, "-m", "pipeline", *arguments, "--office", str(office)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def printout_of(demo: DemoRun) -> Path:
    return Path(demo.report["printout"])


def forms_of(demo: DemoRun) -> list[Path]:
    return [Path(form["pdf"]) for form in demo.report["forms"]]


# --- what it says --------------------------------------------------------------------------------


def test_it_ends_well(demo: DemoRun) -> None:
    assert demo.returncode == 0, demo.stderr


def test_its_report_has_the_agreed_keys(demo: DemoRun) -> None:
    report = demo.report
    assert set(report) == KEYS
    assert report["officials"] == DEMO_OFFICIALS == len(report["forms"])
    assert all(set(form) == {"official", "status", "pdf"} for form in report["forms"])
    assert list(report["seconds"]) == ["1", "2", "3", "4", "5", "6", "7", "8"]
    assert all(seconds >= 0 for seconds in report["seconds"].values())


def test_every_path_in_its_report_exists(demo: DemoRun) -> None:
    report = demo.report
    assert Path(report["office"]) == demo.root
    assert (demo.root / "kinerja.toml").is_file()
    assert Path(report["printout"]).is_file()
    assert (Path(report["archive"]) / "bagit.txt").is_file()
    assert all(pdf.is_file() for pdf in forms_of(demo))


def test_a_draft_a_bounced_form_and_a_returned_form_came_back_once_each(demo: DemoRun) -> None:
    returned = demo.report["returned"]
    assert [r["times"] for r in returned] == [1, 1, 1]
    assert len([r for r in returned if " - " in r["document"]]) == 2
    assert {form["status"] for form in demo.report["forms"]} == {"diarsipkan"}


def test_people_are_shown_the_tree_the_first_page_and_what_to_do_next(demo: DemoRun) -> None:
    out = io.StringIO()
    _show(Console(file=out, width=100), demo.report)
    shown = out.getvalue()
    assert "dokumen/" in shown
    assert "Seconds for each step" in shown
    assert shown.count("returned 1×") == 3
    todo = shown.partition("What to do next:")[2]
    assert all(f" {command} " in todo for command in ("verify", "status", "audit", "run"))


def test_it_does_not_touch_an_office_that_is_there(demo: DemoRun) -> None:
    command = [sys.executable, "-m", "pipeline", "demo", "--dir", str(demo.root), "--json"]
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    assert again.returncode not in {0, 1, 3}
    assert "an office is there already" in again.stderr
    assert "Traceback" not in again.stderr


def test_the_log_of_its_service_holds_no_fault_and_no_nip(demo: DemoRun) -> None:
    log = (demo.root / ".kinerja" / "layanan.log").read_text()
    assert "Traceback" not in log
    assert not re.search(r"(?<![0-9a-f])\d{18}(?![0-9a-f])", log)


# --- judged by others ----------------------------------------------------------------------------


def test_pdfsig_calls_both_signatures_of_every_signed_pdf_valid(demo: DemoRun) -> None:
    copies = [p for p in demo.root.rglob("*.pdf") if b"/ByteRange" in p.read_bytes()]
    stored = (demo.root / ".kinerja" / "store").rglob("*")
    kept = [p for p in stored if p.is_file() and p.read_bytes().count(b"/ByteRange") == 2]
    assert printout_of(demo) in copies
    assert len(copies) == 2  # the one handed out and the one filed
    assert len(kept) == 1
    for signed in [*copies, *kept]:
        told = subprocess.run(
            ["pdfsig", str(signed)], capture_output=True, text=True, check=False
        ).stdout
        first, last = told.split("Signature #2:")
        assert told.count("Signature is Valid") == 2
        assert "Not total document signed" in first
        assert re.search(r"^  - Total document signed$", last, re.MULTILINE)


def test_bagit_validates_the_archive(demo: DemoRun) -> None:
    call = [sys.executable, "-m", "bagit", "--validate", demo.report["archive"]]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_is_handed_out_is_what_is_filed(demo: DemoRun) -> None:
    documents = Path(demo.report["archive"]) / "data" / "dokumen"
    filed = {p.read_bytes() for p in documents.iterdir()}
    handed_out = {p.read_bytes() for p in [printout_of(demo), *forms_of(demo)]}
    assert filed == handed_out


def test_audit_finds_nothing(demo: DemoRun) -> None:
    done = kinerja("audit", "--json", office=demo.root)
    report = json.loads(done.stdout)
    assert (done.returncode, report["ok"], report["findings"]) == (0, True, [])
    assert report["counts"]["dossiers"] == report["counts"]["print-outs"] == 1


@pytest.mark.parametrize("which", ["printout", "forms", "index"])
def test_what_is_kept_is_pdfa(demo: DemoRun, which: str) -> None:
    index = Path(demo.report["archive"]) / "data" / "BACA SAYA.pdf"
    chosen = {"printout": [printout_of(demo)], "forms": forms_of(demo), "index": [index]}
    assert [problems(pdf) for pdf in chosen[which]] == [[]] * len(chosen[which])


# --- the print-out and the forms -----------------------------------------------------------------


def test_verified_forms_carry_the_stamp(demo: DemoRun) -> None:
    for form, pdf in zip(demo.report["forms"], forms_of(demo), strict=True):
        text, code = flat_text(pdf), pdf.stem.rpartition(" - ")[2]
        head = form["official"].startswith("Kasubag")
        verifier = "Sekretaris" if head else "Kasubag Program, Kepegawaian dan Pelaporan"
        assert re.search(
            rf"TELAH DIVERIFIKASI {verifier} \d+ \w+ 20\d\d pukul \d\d\.\d\d .*Kode {code}", text
        )
        assert "klik untuk mengisi" not in text.partition("Sasaran:")[2]


def test_the_printout_names_its_number_and_every_source_by_its_hash(demo: DemoRun) -> None:
    text = flat_text(printout_of(demo))
    with open_office(demo.root) as office, office.ledger.read() as session:
        numbers = list(session.scalars(select(Number.text)))
        codes = set(session.scalars(select(Document.code).where(Document.kind == Kind.FORM)))
    assert len(numbers) == 1
    assert f"Nomor: {numbers[0]}" in text
    sources = text.partition("VI. Formulir sumber")[2].partition("VII. ")[0]
    for pdf in forms_of(demo):
        assert sha256(pdf.read_bytes()).hexdigest() in sources
    assert all(code in sources for code in codes)
    assert "Semua pejabat menyampaikan data kinerja." in text


def test_the_printout_lists_the_correction_made_at_entry(demo: DemoRun) -> None:
    text = flat_text(printout_of(demo))
    assert "1 perubahan dibuat saat entri" in text.partition("V. Perubahan saat entri")[2]
    listed = text.partition("LAMPIRAN")[2]
    code, new = CORRECTED
    period = period_of(demo)
    indicator = sample_statements(period, DEMO_OFFICIALS).indicators[0]
    old = format_number(sample_actual(indicator, period.quarter))
    assert f"{code} Realisasi TW {old} {format_number(new)} Salah ketik" in listed
    assert "Staf" in listed
    assert "melalui folder, akun" in listed


def test_achievements_in_the_printout_follow_the_rules(demo: DemoRun) -> None:
    text = flat_text(printout_of(demo))
    period = period_of(demo)
    statements = sample_statements(period, DEMO_OFFICIALS)
    roster = sample_roster(period, statements, DEMO_OFFICIALS)
    assigned = {a.indicator for a in roster.assignments}
    assert len(assigned) == 2 * DEMO_OFFICIALS
    for indicator in statements.indicators:
        if indicator.code in assigned:
            figures, predicate = expected_row(indicator, period.quarter)
            of_the_year = r"(TW I \S+ · (TW [IV]+ \S+( · )?)+ )" + "?" * (period.quarter == 1)
            assert re.search(
                rf"{indicator.code} {re.escape(indicator.name)} {of_the_year}.{{1,20}}?"
                rf" {re.escape(figures)} {predicate} \w",
                text,
            ), (indicator.code, figures, predicate)


def period_of(demo: DemoRun) -> Period:
    with open_office(demo.root) as office, office.ledger.read() as session:
        period = Period.parse(session.scalars(select(Collection.period)).one())
    assert period is not None
    return period


def expected_row(indicator: Indicator, quarter: int) -> tuple[str, str]:
    """Figures and predicate of a row, worked out by hand, without the product's rules."""
    assert indicator.polarity is not Polarity.RANGE
    code, corrected = CORRECTED
    actual = corrected if indicator.code == code else sample_actual(indicator, quarter)
    target = indicator.quarter_targets[quarter - 1]
    assert target is not None
    known = [a for a in indicator.previous_actuals[: quarter - 1] if a is not None]
    year = [*known, actual]
    if indicator.aggregation is Aggregation.SUM:
        to_date = sum(year, Decimal(0))
    elif indicator.aggregation is Aggregation.LAST:
        to_date = actual
    else:
        to_date = (sum(year, Decimal(0)) / len(year)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    annual = indicator.annual_target.value
    percent = percent_of(actual, target.value, indicator.polarity)
    figures = (
        format_number(annual),
        format_number(target.value),
        format_number(actual),
        format_number(to_date),
        format_number(percent, places=2),
        format_number(percent_of(to_date, annual, indicator.polarity), places=2),
    )
    predicate = next((name for lower, name in PREDICATES if percent >= lower), "Sangat Rendah")
    return " ".join(figures), predicate


def percent_of(actual: Decimal, target: Decimal, polarity: Polarity) -> Decimal:
    ratio = actual / target if polarity is Polarity.POSITIVE else 2 - actual / target
    return max(Decimal(0), ratio * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


# --- verification --------------------------------------------------------------------------------


def test_verify_says_valid(demo: DemoRun) -> None:
    done = kinerja("verify", str(printout_of(demo)), office=demo.root)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SAH: semua tanda tangan berlaku dan dokumen tidak berubah." in done.stdout


def test_one_flipped_byte_anywhere_makes_it_invalid(demo: DemoRun, tmp_path: Path) -> None:
    data = printout_of(demo).read_bytes()
    holes = [m.span(1) for m in re.finditer(rb"/Contents\s*<([0-9A-Fa-f]+)>", data)]
    assert len(holes) == 2
    places = [12, 1000, len(data) // 2, len(data) - 30]
    for start, end in holes:
        places += [start - 40, start + 400, end - 4]  # before it, in the signature, in its padding
    files = []
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1
        files.append(tmp_path / f"diubah-{place}.pdf")
        files[-1].write_bytes(changed)
    assert_invalid(demo, files)


def test_what_is_appended_or_cut_makes_it_invalid(demo: DemoRun, tmp_path: Path) -> None:
    data = printout_of(demo).read_bytes()
    changed = {
        "catatan": with_annotation(data),
        "ekor": data + b"\n% catatan\n",
        "terpotong": data[:-2000],
    }
    files = [tmp_path / f"{name}.pdf" for name in changed]
    for file, content in zip(files, changed.values(), strict=True):
        file.write_bytes(content)
    assert_invalid(demo, files)
    said = call("verify", str(files[0]), office=demo.root)
    assert said.code == 1
    assert "TIDAK SAH" in said.stdout


def test_the_printout_with_its_paraf_alone_is_not_yet_valid(demo: DemoRun, tmp_path: Path) -> None:
    data = printout_of(demo).read_bytes()
    end_of_paraf = data.index(b"%%EOF", data.index(b"/ByteRange")) + len(b"%%EOF\n")
    stored = (p for p in (demo.root / ".kinerja" / "store").rglob("*") if p.is_file())
    paraf = next(p for p in stored if p.read_bytes().count(b"/ByteRange") == 1)
    assert data.startswith(paraf.read_bytes())
    assert end_of_paraf == paraf.stat().st_size
    done = call("verify", str(paraf), "--json", office=demo.root)
    assert done.code == 1
    assert not json.loads(done.stdout)[0]["accepted"]


def assert_invalid(demo: DemoRun, files: list[Path]) -> None:
    done = call("verify", "--json", *map(str, files), office=demo.root)
    assert done.code == 1, done.stderr
    judged: list[dict[str, Any]] = json.loads(done.stdout)
    assert {Path(j["file"]).name: j["verdict"] for j in judged} == {
        file.name: "invalid" for file in files
    }
    assert not any(j["accepted"] for j in judged)


def with_annotation(data: bytes) -> bytes:
    """The PDF with a note laid over its first page, in a revision of its own."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Text"),
            NameObject("/Rect"): ArrayObject(map(FloatObject, (50, 50, 70, 70))),
            NameObject("/Contents"): text_object("99,99"),
        }
    )
    annotations = page.get("/Annots", ArrayObject())
    page["/Annots"] = ArrayObject([*annotations, writer.add_object(note)])
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
