"""Blanks of several indicators beside the same words: their controls alone tell them apart."""

import copy
import io
from collections.abc import Callable, Sequence

import docx
import pytest
from docx.oxml import parse_xml
from lxml import etree

from pipeline.domain.finding import Finding, Severity, errors
from pipeline.domain.form import PLACEHOLDER, Field
from pipeline.forms.package import W, open_word
from pipeline.forms.readback.form import FormReading, read_returned
from pipeline.forms.render import render
from pipeline.forms.template_check import check_template

from .documents import saved, template
from .test_readback_words import Part, blank, words
from .test_template_check import OFFICE_FORM

ACTUAL, REMARK = Field.ACTUAL, Field.REMARK
Parts = Sequence[Part]
Layout = Callable[[Sequence[Parts]], bytes]


def slot(code: str, text: str = PLACEHOLDER, field: Field = ACTUAL) -> Part:
    return lambda: blank(field, text)().replace("k:IK-1:", f"k:{code}:")


def in_paragraphs(lines: Sequence[Parts]) -> bytes:
    document = docx.Document()
    for line in lines:
        paragraph = document.add_paragraph()
        for part in line:
            paragraph._p.append(parse_xml(part()))
    return saved(document)


def in_rows(lines: Sequence[Parts]) -> bytes:
    """Each part in a cell of its own, under headings."""
    document = docx.Document()
    table = document.add_table(len(lines) + 1, 2)
    for cell, head in zip(table.rows[0].cells, ("Uraian", "Isi"), strict=True):
        cell.text = head
    for row, line in zip(table.rows[1:], lines, strict=True):
        for cell, part in zip(row.cells, line, strict=False):
            cell.paragraphs[0]._p.append(parse_xml(part()))
    return saved(document)


def lines(*filled: tuple[str, Part]) -> list[Parts]:
    return [line for code, part in filled for line in ([words(code)], [words("Hasil: "), part])]


LAYOUTS = pytest.mark.parametrize("layout", [in_paragraphs, in_rows])
ISSUED = lines(("IK-1", slot("IK-1")), ("IK-2", slot("IK-2")))


def read(layout: Layout, now: Sequence[Parts], issued: Sequence[Parts] = ISSUED) -> FormReading:
    return read_returned(open_word(layout(now)), open_word(layout(issued)))


def figures(reading: FormReading) -> dict[str, str]:
    return {code: row[ACTUAL] for code, row in reading.fields.items() if ACTUAL in row}


@LAYOUTS
def test_an_honest_form_is_read_without_a_finding(layout: Layout) -> None:
    one = read(layout, lines(("IK-1", slot("IK-1", "52")), ("IK-2", slot("IK-2", "60"))))
    assert (figures(one), one.findings, one.likeness) == ({"IK-1": "52", "IK-2": "60"}, [], 1)


@LAYOUTS
def test_no_indicator_gets_the_figure_of_another_whose_blank_is_gone(layout: Layout) -> None:
    whole = lines(("IK-1", slot("IK-1", "52")), ("IK-2", slot("IK-2", "60")))
    assert figures(read(layout, whole[:3])) == {"IK-1": "52"}
    assert figures(read(layout, [whole[0], *whole[2:]])) == {"IK-2": "60"}
    retyped = read(layout, [*whole[:3], [words("Hasil: "), words("60")]])
    assert figures(retyped) == {"IK-1": "52"}  # that IK-2 has none is told by `check_form`
    assert "60" in only(retyped.findings, "teks ditambahkan").message


def test_controls_of_two_indicators_in_one_row_leave_both_unclear() -> None:
    moved = [[words("IK-1")], [slot("IK-2", "60"), slot("IK-1", "52")]]
    issued = [[words("IK-1")], [slot("IK-1", field=REMARK), slot("IK-1")]]
    issued += [[words("IK-2")], [slot("IK-2", field=REMARK), slot("IK-2")]]
    found = errors(read(in_rows, moved, issued).findings)
    assert {f.place for f in found} >= {"baris IK-1", "baris IK-2"}


@pytest.mark.parametrize(
    ("hint", "issued", "field"),
    [
        ("Isi angka dalam satuan ton", lambda part: [part, words(" ton")], ACTUAL),
        ("Hasil: diisi bila perlu", lambda part: [words("Hasil: "), part], REMARK),
    ],
)
def test_a_printed_hint_with_the_words_of_a_blank_is_no_value(
    hint: str, issued: Callable[[Part], Parts], field: Field
) -> None:
    def form(part: Part) -> list[Parts]:
        return [[words(hint)], issued(part)]

    for part in (slot("IK-1", "52", field), words("52")):  # some programs drop the controls
        one = read(in_paragraphs, form(part), form(slot("IK-1", field=field)))
        assert (one.fields["IK-1"][field], one.findings) == ("52", [])


@pytest.mark.parametrize("code", ["ik-1", ""])
def test_of_a_value_that_was_read_nobody_is_told_that_it_was_not(code: str) -> None:
    issued = [[words("IK-1"), slot("IK-1")], [words("IK-2"), slot("IK-2")]]
    now = [[words(code), slot("IK-1", "52")], [words("IK-2"), slot("IK-2", "60")]]
    one = read(in_rows, now, issued)
    assert figures(one) == {"IK-1": "52", "IK-2": "60"}
    assert not [f for f in one.findings if "52" in f.message]


def only(found: list[Finding], message: str) -> Finding:
    [finding] = [f for f in found if message in f.message]
    return finding


def split_rows() -> bytes:
    """The office's form, of each indicator first a row with what is printed, then its blanks."""
    document = docx.Document(io.BytesIO(template("formulir")))
    tr = next(
        row for row in document.element.body.iter(f"{W}tr") if "i.kode" in "".join(row.itertext())
    )
    below = copy.deepcopy(tr)
    tr.addnext(below)
    for control in list(tr.iter(f"{W}sdt")):
        control.getparent().remove(control)
    for paragraph in below.iter(f"{W}p"):
        if paragraph.find(f".//{W}sdt") is None:
            for text in paragraph.iter(f"{W}t"):
                text.text = ""
    return saved(document)


def test_a_form_with_printed_words_and_blanks_in_two_rows_is_read() -> None:
    data = split_rows()
    told = check_template(data, open_word(data), OFFICE_FORM)
    assert errors(told) == []
    assert only(told, "di samping tulisan yang sama").severity is Severity.WARNING
    issued = render(data, OFFICE_FORM)
    codes = [row["kode"] for row in OFFICE_FORM["indikator"]]
    truth = {code: str(50 + at) for at, code in enumerate(codes)}
    returned = docx.Document(io.BytesIO(issued))
    for control, code in _actuals(returned.element.body):
        first, *rest = control.iter(f"{W}t")
        first.text = truth[code]
        for text in rest:
            text.text = ""
    reading = read_returned(open_word(saved(returned)), open_word(issued))
    assert (figures(reading), reading.findings, reading.likeness) == (truth, [], 1)
    lost = next(c for c, code in _actuals(returned.element.body) if code == codes[1])
    row = next(lost.iterancestors(f"{W}tr"))
    row.getparent().remove(row)
    reading = read_returned(open_word(saved(returned)), open_word(issued))
    assert figures(reading) == {code: text for code, text in truth.items() if code != codes[1]}
    lost_too = [f for f in reading.findings if "tidak ditemukan" in f.message]
    assert {f.severity for f in lost_too} == {Severity.ERROR}


def _actuals(body: etree._Element) -> list[tuple[etree._Element, str]]:
    """The controls of the actuals, and their indicators."""
    tags = [(sdt, sdt.find(f"{W}sdtPr/{W}tag")) for sdt in body.iter(f"{W}sdt")]
    said = [(sdt, tag.get(f"{W}val").split(":")) for sdt, tag in tags if tag is not None]
    return [(sdt, parts[1]) for sdt, parts in said if parts[2:] == [ACTUAL.value]]
