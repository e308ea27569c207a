"""Every context against its real template: no field is missing, none is shown wrongly."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.form import Field, FilledRow
from pipeline.domain.period import Period
from pipeline.forms.contexts.form import form_context
from pipeline.forms.contexts.guides import DossierIndex, dossier_index_context, inbox_guide_context
from pipeline.forms.contexts.notices import Receipt, Slip, receipt_context, slip_context
from pipeline.forms.contexts.printout import Printout, SourceForm, printout_context
from pipeline.forms.contexts.verification import Sheet, SummaryRow, sheet_context, summary_context
from pipeline.forms.package import open_word
from pipeline.forms.readback import _visible_text, read_fields, read_identity
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
COUNTS = dict.fromkeys(("jumlah", "masuk", "diverifikasi", "dikembalikan", "belum"), 1)
ROW = SummaryRow(HEAD.post, HEAD.name, "menunggu", 0, CODE, "5 Okt 10.14")
SOURCE = SourceForm(HEAD.post, HEAD.name, CODE, "5 Okt 10.14", "6 Okt 09.00", SHA)
HEADER_KEYS = re.compile(r"berkas\.(\w+)")


def index() -> Context:
    """The index of a dossier without items: its header alone is asked for by name."""
    parts = open_word(template("isi-berkas")).parts
    shown = "".join(re.sub(r"<[^>]+>", "", parts[n].decode()) for n in parts if n.endswith(".xml"))
    header = {key: f"{key} A & B" for key in HEADER_KEYS.findall(shown)}
    return dossier_index_context(OFFICE, PERIOD, DossierIndex(header, (), (), ()))


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
            replace(SLIP, code=CODE, reasons=["A & B"], findings=[WARNING]),
            MOMENT,
        ),
    ),
    "receipt": ("tanda-terima", lambda: receipt_context(OFFICE, PERIOD, RECEIPT, MOMENT)),
    "receipt with everything": (
        "tanda-terima",
        lambda: receipt_context(
            OFFICE,
            PERIOD,
            replace(RECEIPT, warnings=[WARNING], evidence=[("foto.jpg", "12 KB", SHA)]),
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
            OFFICE, PERIOD, replace(SHEET, findings=[WARNING], changes=[CHANGE]), MOMENT
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
                corrections=[CHANGE],
                sources=[SOURCE],
                absent=["Kabid"],
                initials=list(OFFICIALS),
            ),
            SCALE,
        ),
    ),
    "print-out of nothing": (
        "cetak",
        lambda: printout_context(OFFICE, PERIOD, replace(PRINTOUT, evaluations=[]), SCALE),
    ),
    "inbox guide": ("baca-saya", lambda: inbox_guide_context(OFFICE, PROCEDURE)),
    "dossier index": ("isi-berkas", index),
}


def form(
    period: Period, *, full: bool = False, indicators: tuple[Any, ...] = STATEMENTS.indicators
) -> Context:
    rows = {"IK-1": FilledRow("IK-1", {f: f"{f.value} A & B <x>" for f in Field})}
    return form_context(
        OFFICE,
        period,
        HEAD,
        indicators,
        code=CODE,
        issued=date(2026, 10, 5),
        due=date(2026, 10, 8),
        filled=rows if full else None,
    )


def text(data: bytes) -> str:
    package = open_word(data)
    return " ".join(_visible_text(package.xml(part)) for part in package.content_parts())


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
    rows = [ROW, replace(ROW, post="B", warnings=2), replace(ROW, post="A", warnings=2)]
    context = summary_context(OFFICE, PERIOD, rows, COUNTS, MOMENT)
    assert [r["jabatan"] for r in context["formulir"]] == ["A", "B", HEAD.post]
    assert [r["peringatan"] for r in context["formulir"]] == ["2", "2", "–"]


def test_the_print_out_averages_what_applies() -> None:
    context = printout_context(OFFICE, PERIOD, PRINTOUT, SCALE)
    known = [e.achievement for e in evaluations() if e.achievement is not None]
    assert len(known) < len(evaluations())
    mean = round(sum(known) / len(known), 2)
    assert context["rata_capaian"] == f"{mean}".replace(".", ",")
    assert [g["sasaran"] for g in context["kelompok"]] == STATEMENTS.objectives()


def test_the_first_quarter_has_no_figure_before_it() -> None:
    context = sheet_context(OFFICE, Period(2026, 1), SHEET, MOMENT)
    assert {row["lalu"] for row in context["indikator"]} == {"–"}
    later = sheet_context(OFFICE, PERIOD, SHEET, MOMENT)
    assert later["indikator"][0]["lalu"] == "16.870,25"
