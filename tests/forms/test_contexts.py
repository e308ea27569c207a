"""Every context against its real template: no field is missing, none is shown wrongly."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.amended import AmendedValue
from pipeline.domain.consolidation import Reported, consolidate
from pipeline.domain.duty import Duty
from pipeline.domain.evaluation import Evaluation, contribution, evaluate
from pipeline.domain.evidence import Piece
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Change, Field, FigureStatus, FilledRow
from pipeline.domain.indicator import AchievementPolicy
from pipeline.domain.master_changes import MasterChange
from pipeline.domain.period import Period
from pipeline.domain.precedent import Precedent
from pipeline.domain.roster import Assignment, Part, Roster
from pipeline.forms.contexts.form import form_context
from pipeline.forms.contexts.guides import DossierIndex, dossier_index_context, inbox_guide_context
from pipeline.forms.contexts.master import Proposal, proposal_context
from pipeline.forms.contexts.notices import Receipt, Slip, receipt_context, slip_context
from pipeline.forms.contexts.printout import (
    AmendmentNote,
    Printout,
    printout_context,
)
from pipeline.forms.contexts.provenance import Correction, SourceForm
from pipeline.forms.contexts.scans import (
    PaperCover,
    ReadRow,
    ScanCover,
    ScanSheet,
    paper_cover_context,
    scan_cover_context,
    scan_sheet_context,
)
from pipeline.forms.contexts.verification import Sheet, SummaryRow, sheet_context, summary_context
from pipeline.forms.package import W, open_word
from pipeline.forms.qr import qr_png
from pipeline.forms.readback import read_fields, read_identity
from pipeline.forms.render import render
from pipeline.procedures import load_procedure

from .documents import TEMPLATES, template
from .people import (
    CHANGE,
    CODE,
    HEAD,
    MOMENT,
    OFFICE,
    OFFICE_FORM,
    PERIOD,
    SCALE,
    SHA,
    WARNING,
    evaluations,
)
from .workbooks.samples import OFFICIALS, STATEMENTS

Context = dict[str, Any]
PROCEDURE = load_procedure(TEMPLATES / "sop.toml")
SLIP = Slip("PERLU DIPERBAIKI", "A & B <x>", "Formulir.docx", "Staf", "kinerja", ["Perbaiki."])
RECEIPT = Receipt(CODE, HEAD, "Formulir.docx", "melalui folder", SHA, evaluations(), "Menunggu.")
SHEET = Sheet(CODE, HEAD, ("Kasubag", "Nama"), 1, SHA, evaluations(), [], [])
PRINTOUT = Printout(
    code=CODE,
    number="000.8.6.3/1/DKP/2026",
    revision=1,
    day=date(2026, 10, 14),
    objectives=STATEMENTS.objectives(),
    evaluations=evaluations(),
    corrections=[],
    sources=[],
    absent=[],
    initials=[HEAD],
    signer=HEAD,
)
UNAVAILABLE = FigureStatus.UNAVAILABLE
AMENDMENT = AmendmentNote(
    kind="ralat",
    number="000.8.6.3/1/DKP/2026",
    date=date(2026, 10, 9),
    reason="salah & ketik",
    changes=[
        AmendedValue(HEAD.post, "IK-1", "Produksi", "Realisasi TW", "15.201,5", "15.210,5"),
        AmendedValue(HEAD.post, "IK-1", "Produksi", "Keterangan", "", "A & B <x>"),
    ],
)
PROPOSAL = Proposal(
    CODE, "Staf & <kawan>", 3, 4, [MasterChange("Unit · A & B <x>", "Induk", "", "Dinas")]
)
COUNTS = dict.fromkeys(("jumlah", "masuk", "diverifikasi", "dikembalikan", "belum"), 1)
PIECE = Piece("foto.jpg", SHA, "12 KB", "5 Oktober 2026", ("IK-1/foto.jpg",), ("IK-1",))
ROW = SummaryRow(HEAD.post, HEAD.name, "menunggu", [], CODE, "5 Okt 10.14", waits=True)
SOURCE = SourceForm(
    HEAD.post, HEAD.name, CODE, "5 Okt 10.14", "6 Okt 09.00", SHA, "b" * 64, ("IK-1", "IK-2")
)
CORRECTION = Correction(1, "6-entri", CODE, HEAD.post, CHANGE, when="6 Okt 09.00")
FIRST = STATEMENTS.indicators[0]
SCAN = ScanSheet(
    *(CODE, HEAD, [("pindaian A & B.pdf", "halaman 1 dan 2")], "PERIKSA ANGKA.docx", "kirim"),
    [WARNING],
    [
        ReadRow(FIRST, qr_png(CODE), {Field.ACTUAL: ("1.234,5", "A & B <x>")}),
        ReadRow(FIRST, b"", {}),
    ],
)
COVER = ScanCover(CODE, HEAD, "folder", "pindaian", [("foto.jpg", "seluruhnya", SHA)])
HEADER_KEYS = re.compile(r"berkas\.(\w+)")


def index() -> Context:
    """The index of a dossier without items: its header alone is asked for by name."""
    parts = open_word(template("isi-berkas")).parts
    shown = "".join(re.sub(r"<[^>]+>", "", parts[n].decode()) for n in parts if n.endswith(".xml"))
    header = {key: f"{key} A & B" for key in HEADER_KEYS.findall(shown)}
    return dossier_index_context(OFFICE, PERIOD, DossierIndex(header, (), (), ()))


PAPER = PaperCover(
    code="P4W8Z2HN6C",
    name="Print Out.pdf",
    edition=1,
    place="Lemari 2",
    signer="Kasubag",
    via="folder",
    printout=SHA,
    files=[("foto 1.jpg", "halaman 1", SHA)],
    stamp=("SALINAN", "Kasubag", "kini"),
)
CASES: dict[str, tuple[str, Callable[[], Context]]] = {
    "form": ("formulir", lambda: OFFICE_FORM),
    "form of the first quarter": ("formulir", lambda: form(Period(2026, 1))),
    "form prefilled": ("formulir", lambda: form(PERIOD, full=True)),
    "form without indicators": ("formulir", lambda: form(PERIOD, indicators=())),
    "slip": ("slip", lambda: slip_context(OFFICE, PERIOD, SLIP, MOMENT)),
    "slip without a period": ("slip", lambda: slip_context(OFFICE, None, SLIP, MOMENT)),
    "slip with everything": (
        "slip",
        lambda: slip_context(
            OFFICE,
            PERIOD,
            replace(
                SLIP,
                code=CODE,
                reasons=["A & B"],
                findings=[WARNING, Finding("IK-1", "kosong", "isi")],
                received=[("A & B.docx", SHA)],
            ),
            MOMENT,
        ),
    ),
    "receipt": ("tanda-terima", lambda: receipt_context(OFFICE, PERIOD, RECEIPT, MOMENT)),
    "receipt with everything": (
        "tanda-terima",
        lambda: receipt_context(
            OFFICE,
            PERIOD,
            replace(RECEIPT, warnings=[WARNING], pieces=[PIECE]),
            MOMENT,
        ),
    ),
    "sheet": ("lembar-verifikasi", lambda: sheet_context(OFFICE, PERIOD, SHEET, MOMENT)),
    "sheet of the first quarter": (
        "lembar-verifikasi",
        lambda: sheet_context(OFFICE, Period(2026, 1), SHEET, MOMENT),
    ),
    "sheet with everything": (
        "lembar-verifikasi",
        lambda: sheet_context(
            OFFICE,
            PERIOD,
            replace(
                SHEET,
                findings=[WARNING],
                changes=[CHANGE],
                pieces=[PIECE],
                precedents={"IK-1": Precedent(Decimal(7), Decimal(8))},
            ),
            MOMENT,
        ),
    ),
    "summary": ("ringkasan", lambda: summary_context(OFFICE, PERIOD, [ROW], COUNTS, MOMENT)),
    "summary of nothing": (
        "ringkasan",
        lambda: summary_context(OFFICE, PERIOD, [], COUNTS, MOMENT),
    ),
    "print-out": ("cetak", lambda: printout_context(OFFICE, PERIOD, PRINTOUT, SCALE)),
    "print-out with everything": (
        "cetak",
        lambda: printout_context(
            OFFICE,
            PERIOD,
            replace(
                PRINTOUT,
                corrections=[CORRECTION, replace(CORRECTION, number=2, at_entry=False)],
                sources=[SOURCE],
                absent=["Kabid"],
                late=["Kasubag"],
                initials=list(OFFICIALS),
                evaluations=[*evaluations(), *consolidated()],
                amendment=AMENDMENT,
            ),
            SCALE,
        ),
    ),
    "print-out of nothing": (
        "cetak",
        lambda: printout_context(OFFICE, PERIOD, replace(PRINTOUT, evaluations=[]), SCALE),
    ),
    "proposal": (
        "usul-data-induk",
        lambda: proposal_context(OFFICE, PROPOSAL, MOMENT),
    ),
    "proposal of the first master data": (
        "usul-data-induk",
        lambda: proposal_context(
            OFFICE, replace(PROPOSAL, old_version=0, changes=[], warnings=[WARNING]), MOMENT
        ),
    ),
    "scan to be checked": (
        "periksa-angka",
        lambda: scan_sheet_context(OFFICE, PERIOD, SCAN, MOMENT),
    ),
    "scan without a row": (
        "periksa-angka",
        lambda: scan_sheet_context(OFFICE, PERIOD, replace(SCAN, findings=[], rows=[]), MOMENT),
    ),
    "scan's cover": ("sampul-pindaian", lambda: scan_cover_context(OFFICE, PERIOD, COVER)),
    "scan's cover, verified": (
        "sampul-pindaian",
        lambda: scan_cover_context(OFFICE, PERIOD, replace(COVER, stamp=("SAH", "Ani", "kini"))),
    ),
    "cover of what was signed on paper": (
        "sampul-naskah",
        lambda: paper_cover_context(OFFICE, PERIOD, PAPER),
    ),
    "inbox guide": ("baca-saya", lambda: inbox_guide_context(OFFICE, PROCEDURE)),
    "dossier index": ("isi-berkas", index),
}


def consolidated() -> list[Evaluation]:
    """A provisional sum, and a figure that is not there yet."""
    known = STATEMENTS.by_code()
    rows = {
        "Kepala UPTD": FilledRow("IK-2", {}, Decimal(100), FigureStatus.PROVISIONAL),
        "Kepala Balai": FilledRow("IK-2", {Field.REMARK: "survei <x>"}, None, UNAVAILABLE),
    }
    listed = Roster(
        PERIOD,
        (),
        (
            Assignment(HEAD.post, "IK-2"),
            *(Assignment(post, "IK-2", Part.CONTRIBUTES) for post in rows),
            Assignment("Kepala Pos", "IK-2", Part.CONTRIBUTES),
            Assignment(HEAD.post, "IK-3"),
            Assignment("Kabid Lain", "IK-3"),
        ),
    )
    waits = {"IK-3": FilledRow("IK-3", {Field.REMARK: "menunggu BPS"}, None, UNAVAILABLE)}
    forms = [
        *(Reported(post, f"KODE{n}", {"IK-2": row}) for n, (post, row) in enumerate(rows.items())),
        Reported(HEAD.post, CODE, waits),
    ]
    policy = AchievementPolicy()
    return [
        replace(
            evaluate(
                "; ".join(line.reporters),
                known[line.indicator.code],
                line.filled,
                quarter=3,
                policy=policy,
                scale=SCALE,
            ),
            summed=line.summed,
            shares=line.shares,
            note=line.note,
        )
        for line in consolidate(STATEMENTS.indicators, listed, forms)
    ]


def form(
    period: Period, *, full: bool = False, indicators: tuple[Any, ...] = STATEMENTS.indicators
) -> Context:
    rows = {"IK-1": FilledRow("IK-1", {f: f"{f.value} A & B <x>" for f in Field})}
    return form_context(
        OFFICE,
        period,
        HEAD,
        [Duty(indicator) for indicator in indicators],
        code=CODE,
        issued=date(2026, 10, 5),
        due=date(2026, 10, 8),
        filled=rows if full else None,
    )


def text(data: bytes) -> str:
    package = open_word(data)
    roots = [package.xml(part) for part in package.content_parts()]
    paragraphs = [paragraph for root in roots for paragraph in root.iter(f"{W}p")]
    return " ".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in paragraphs)


@pytest.mark.parametrize("case", CASES)
def test_a_context_fills_its_template(case: str) -> None:
    name, context = CASES[case]
    shown = text(render(template(name), context()))
    assert "{{" not in shown
    assert "{%" not in shown


def test_every_template_has_its_context() -> None:
    stamped_by_its_step = {"stempel"}
    delivered = {path.stem for path in Path(TEMPLATES).glob("*.docx")}
    assert {name for name, _ in CASES.values()} == delivered - stamped_by_its_step


def test_an_issued_form_reads_back_as_itself() -> None:
    data = render(template("formulir"), OFFICE_FORM, code=CODE, period=str(PERIOD))
    package = open_word(data)
    identity = read_identity(package)
    assert (identity.code, identity.printed_code, identity.period) == (CODE, CODE, "2026-TW3")
    assert not identity.conflicts
    blank = dict.fromkeys(Field, "")
    assert read_fields(package) == {i.code: blank for i in STATEMENTS.indicators}


def test_a_prefilled_form_reads_back_what_was_filled() -> None:
    package = open_word(render(template("formulir"), form(PERIOD, full=True)))
    assert read_fields(package)["IK-1"] == {f: f"{f.value} A & B <x>" for f in Field}


def test_the_summary_has_warnings_first() -> None:
    two, five = [WARNING] * 2, [WARNING] * 5
    rows = [
        replace(ROW, post="D", warnings=five, waits=False),
        ROW,
        replace(ROW, post="B", warnings=two),
        replace(ROW, post="A", warnings=two),
        replace(ROW, post="C", warnings=five),
    ]
    context = summary_context(OFFICE, PERIOD, rows, COUNTS, MOMENT)
    assert [r["jabatan"] for r in context["formulir"]] == ["C", "A", "B", HEAD.post, "D"]
    assert [r["peringatan"] for r in context["formulir"]] == ["5", "2", "2", "–", "5"]
    assert [context[k] for k in ("menunggu", "berperingatan", "bersih")] == ["4", "3", "1"]


def test_the_summary_says_what_the_first_warnings_are() -> None:
    long = " ".join(["kata"] * 60)
    told = [Finding(f"IK-{n}", f"isi {n}", "cara", Severity.WARNING) for n in range(5)]
    [only] = summary_context(
        OFFICE, PERIOD, [replace(ROW, warnings=[replace(told[0], message=long)])], COUNTS, MOMENT
    )["formulir"]
    assert len(only["temuan"][0]["isi"]) <= 160
    assert only["temuan"][0]["isi"].endswith(" …")
    rows = [replace(ROW, warnings=told), ROW]
    first, clean = summary_context(OFFICE, PERIOD, rows, COUNTS, MOMENT)["formulir"]
    assert first["temuan"] == [{"tempat": f"IK-{n}", "isi": f"isi {n}"} for n in range(3)]
    assert (first["lainnya"], clean["temuan"], clean["lainnya"]) == ("2", [], "")


def test_a_sheet_shows_what_was_before_what_was_written_and_its_files() -> None:
    filled = FilledRow("IK-1", {Field.ACTUAL: "15.201,5 ton"}, Decimal("15201.5"))
    known = STATEMENTS.by_code()["IK-1"]
    row = evaluate("K", known, filled, quarter=3, policy=AchievementPolicy(), scale=SCALE)
    filed = {"IK-1": Precedent(Decimal(1), Decimal("14900.5"))}
    sheet = replace(SHEET, evaluations=[row], pieces=[PIECE], precedents=filed)
    [shown] = sheet_context(OFFICE, PERIOD, sheet, MOMENT)["indikator"]
    assert (shown["lalu"], shown["tahun_lalu"]) == ("16.870,25", "14.900,5")  # the statements' own
    assert (shown["tertulis"], shown["berkas"]) == ("15.201,5 ton", "foto.jpg")
    plain = replace(filled, texts={Field.ACTUAL: "15.201,5"})
    sheet = replace(sheet, evaluations=[replace(row, filled=plain)])
    assert sheet_context(OFFICE, PERIOD, sheet, MOMENT)["indikator"][0]["tertulis"] == ""


def test_the_print_out_averages_what_applies() -> None:
    context = printout_context(OFFICE, PERIOD, PRINTOUT, SCALE)
    known = [e.achievement for e in evaluations() if e.achievement is not None]
    assert len(known) < len(evaluations())
    mean = round(sum(known) / len(known), 2)
    assert context["rata_capaian"] == f"{mean}".replace(".", ",")
    assert [g["sasaran"] for g in context["kelompok"]] == STATEMENTS.objectives()


def test_a_print_out_shows_the_quarters_of_the_year_beside_each_other() -> None:
    known = STATEMENTS.by_code()["IK-1"]
    provisional = FigureStatus.PROVISIONAL

    def shown(*before: str | None) -> str:
        actuals = (*(Decimal(one) if one else None for one in before), *[None] * (3 - len(before)))
        of_year = replace(known, previous_actuals=actuals)
        filled = FilledRow("IK-1", {}, Decimal("15201.5"), provisional)
        row = evaluate("K", of_year, filled, quarter=3, policy=AchievementPolicy(), scale=SCALE)
        context = printout_context(OFFICE, PERIOD, replace(PRINTOUT, evaluations=[row]), SCALE)
        [group] = context["kelompok"]
        return str(group["indikator"][0]["per_triwulan"]).replace("\u00a0", " ")

    assert shown("900", "1000.5") == "TW I 900 · TW II 1.000,5 · TW III 15.201,5*"
    assert shown(None, "0") == "TW I – · TW II 0 · TW III 15.201,5*"
    assert shown(None, None, "7") == ""  # of a later quarter nothing is known yet


def test_a_print_out_shows_sums_with_their_parts_and_what_is_missing() -> None:
    printout = replace(PRINTOUT, evaluations=consolidated(), number="")
    context = printout_context(OFFICE, PERIOD, printout, SCALE)
    rows = {i["kode"]: i for group in context["kelompok"] for i in group["indikator"]}
    assert rows["IK-2"]["realisasi"] == "100*"
    assert rows["IK-2"]["realisasi_sd"].endswith("*")
    assert "belum termasuk: Kepala Balai; Kepala Pos" in rows["IK-2"]["keterangan"]
    assert (rows["IK-3"]["realisasi"], rows["IK-3"]["realisasi_sd"]) == ("belum tersedia", "–")
    assert rows["IK-3"]["keterangan"] == "menunggu BPS"
    assert rows["IK-3"]["penanggung_jawab"] == f"{HEAD.post}; Kabid Lain"
    shares = [(s["jabatan"], s["realisasi"], s["kode"]) for s in context["kontribusi"]]
    assert shares == [
        ("Kepala UPTD", "100*", "KODE0"),
        ("Kepala Balai", "belum tersedia", "KODE1"),
        ("Kepala Pos", "tidak menyampaikan", "–"),
    ]
    assert (context["jumlah_sementara"], context["jumlah_belum_tersedia"]) == ("1", "1")
    assert context["nomor"] == "–"
    shown = text(render(template("cetak"), context))
    assert "* angka sementara" in shown
    assert "survei <x>" in shown
    assert "Semua pejabat menyampaikan" in shown


def test_each_figure_names_its_form_and_row_and_the_annex_what_was_changed() -> None:
    head = SourceForm(HEAD.post, HEAD.name, CODE, "5 Okt", "6 Okt", SHA, "b" * 64, ("IK-9", "IK-3"))
    part = SourceForm("UPTD", "UPTD", "KODE0", "5 Okt", "6 Okt", SHA, "c" * 64, ("IK-2",))
    made = Change("IK-2", Field.ACTUAL, "90", "100", "rekap", "Staf", "melalui folder, akun X")
    entry = Correction(1, "6-entri", "KODE0", "UPTD", made, when="7 Okt 10.00")
    checked = replace(entry, number=2, at_entry=False, stage="5-verifikasi")
    context = printout_context(
        OFFICE,
        PERIOD,
        replace(
            PRINTOUT,
            evaluations=consolidated(),
            sources=[head, part],
            corrections=[entry, checked],
        ),
        SCALE,
    )
    rows = {i["kode"]: i for group in context["kelompok"] for i in group["indikator"]}
    assert rows["IK-2"]["asal"] == "dijumlahkan; lihat bagian IV"
    assert rows["IK-3"]["asal"] == f"{CODE} baris 2"
    assert [s["asal"] for s in context["kontribusi"]] == [
        "KODE0 baris 1 (diubah: Lampiran no. 1, 2)",
        "KODE1",
        "–",
    ]
    shown = text(render(template("cetak"), context))
    annex = shown.partition("LAMPIRAN")[2]
    for words in ("Perubahan saat entri", "Koreksi saat verifikasi", "rekap", "Staf", "akun X"):
        assert words in annex
    assert "c" * 64 in shown
    assert "7 Okt 10.00" in annex


def test_without_changes_there_is_no_annex() -> None:
    shown = text(render(template("cetak"), printout_context(OFFICE, PERIOD, PRINTOUT, SCALE)))
    assert "LAMPIRAN" not in shown
    assert "Tidak ada perubahan saat entri." in shown


def test_a_print_out_of_final_figures_has_no_footnote() -> None:
    shown = text(render(template("cetak"), printout_context(OFFICE, PERIOD, PRINTOUT, SCALE)))
    assert "sementara" not in shown
    assert "Mengubah" not in shown
    assert "Tidak ada realisasi yang dijumlahkan" in shown


def test_an_amendment_says_what_it_amends_and_why() -> None:
    printout = replace(PRINTOUT, amendment=AMENDMENT, absent=["Kabid X"], late=["Kabid Y"])
    shown = text(render(template("cetak"), printout_context(OFFICE, PERIOD, printout, SCALE)))
    assert "RALAT" in shown
    assert "Mengubah Nomor 000.8.6.3/1/DKP/2026 tanggal 9 Oktober 2026" in shown
    assert "Alasan ralat: salah & ketik" in shown
    for words in ("Semula – Menjadi", "15.201,5", "15.210,5", "susulan", "Kabid X", "Kabid Y"):
        assert words in shown
    unnumbered = replace(AMENDMENT, number="", changes=[])
    context = printout_context(OFFICE, PERIOD, replace(PRINTOUT, amendment=unnumbered), SCALE)
    assert context["mengubah"] == "naskah tanggal 9 Oktober 2026"
    assert "Tidak ada nilai yang berubah" in text(render(template("cetak"), context))


def test_an_official_is_printed_in_their_capacity() -> None:
    acting = replace(HEAD, capacity="Plt.")
    context = printout_context(OFFICE, PERIOD, replace(PRINTOUT, signer=acting), SCALE)
    assert f"Plt. {HEAD.post}," in text(render(template("cetak"), context))


def test_a_form_says_what_each_official_owes() -> None:
    one, two, three, *_ = STATEMENTS.indicators
    context = form_context(
        OFFICE,
        PERIOD,
        HEAD,
        [
            Duty(one, summed_of=("Kepala UPTD",)),
            Duty(replace(two, definition=""), Part.CONTRIBUTES, partners=(HEAD.post,)),
            Duty(three, partners=("Kabid Lain",)),
        ],
        code=CODE,
        issued=date(2026, 10, 5),
        due=date(2026, 10, 8),
    )
    summed, part, shared = context["indikator"]
    assert summed["definisi"] == (
        "Jumlah yang didaratkan. Realisasi dijumlahkan dari: Kepala UPTD; kosongkan kolom"
        " realisasi."
    )
    assert summed["target_tw"] == "18.087"
    assert part["definisi"].startswith("Tulis bagian unit Saudara saja")
    assert {part["target_tw"], part["target_tahunan"], part["realisasi_lalu"]} == {"–"}
    assert "Dilaporkan bersama Kabid Lain" in shared["definisi"]


def test_a_receipt_shows_a_figure_with_its_status_and_no_achievement_of_a_part() -> None:
    known = STATEMENTS.by_code()
    provisional = FilledRow("IK-1", {}, Decimal(12345), FigureStatus.PROVISIONAL)
    policy = AchievementPolicy()
    rows = [
        evaluate("K", known["IK-1"], provisional, quarter=3, policy=policy, scale=SCALE),
        contribution("K", known["IK-2"], FilledRow("IK-2", {}, Decimal(7))),
        replace(evaluations()[1], summed=True),
        *consolidated()[1:],
    ]
    receipt = receipt_context(OFFICE, PERIOD, replace(RECEIPT, evaluations=rows), MOMENT)
    first, part, summed, none = receipt["indikator"]
    assert first["realisasi"] == "12.345 (sementara)"
    assert (part["realisasi"], part["capaian"], part["target_tw"]) == ("7", "–", "–")
    assert summed["realisasi"] == "dijumlahkan"
    assert (none["realisasi"], none["capaian"]) == ("belum tersedia", "–")
    sheet = sheet_context(OFFICE, PERIOD, replace(SHEET, evaluations=rows), MOMENT)
    assert [i["lalu"] for i in sheet["indikator"][:2]] == ["16.870,25", "–"]


def test_a_proposal_shows_a_dash_for_what_was_not_there() -> None:
    context = proposal_context(OFFICE, replace(PROPOSAL, old_version=0), MOMENT)
    assert (context["versi_lama"], context["versi_baru"], context["jumlah"]) == ("–", "4", "1")
    [row] = context["perubahan"]
    assert (row["no"], row["semula"], row["menjadi"]) == ("1", "–", "Dinas")


def test_the_first_quarter_has_no_figure_before_it() -> None:
    context = sheet_context(OFFICE, Period(2026, 1), SHEET, MOMENT)
    assert {row["lalu"] for row in context["indikator"]} == {"–"}
    later = sheet_context(OFFICE, PERIOD, SHEET, MOMENT)
    assert later["indikator"][0]["lalu"] == "16.870,25"
