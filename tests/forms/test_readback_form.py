"""Values by tag, title and place, and what is told of a form that was tampered with."""

from collections.abc import Callable
from copy import deepcopy
from random import Random

import pytest
from lxml import etree

from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Field
from pipeline.forms.package import W
from pipeline.forms.readback.form import FormReading
from pipeline.forms.readback.issued import Blank

from .corpus.form import (
    CODES,
    HEADS,
    Returned,
    controls,
    printed_nodes,
    returned,
    run,
    type_into,
    words,
)

ONE, OTHER = (CODES[0], Field.ACTUAL), (CODES[1], Field.ACTUAL)
VALUES = {ONE: "52.067,25", OTHER: "12"}


def form() -> Returned:
    return returned(VALUES, Random(1))


def told(reading: FormReading, words: str) -> list[Finding]:
    return [f for f in reading.findings if words in f.message]


def only(reading: FormReading, words: str) -> Finding:
    [finding] = told(reading, words)
    return finding


def append(words: str, **looks: str) -> Callable[[Returned], None]:
    def change(one: Returned) -> None:
        one.cell(ONE).find(f"{W}p").append(run(words, **looks))

    return change


def test_an_untouched_form_has_nothing_to_tell() -> None:
    reading = form().read()
    assert reading.findings == []
    assert reading.fields[ONE[0]][Field.ACTUAL] == "52.067,25"
    assert reading.fields[ONE[0]][Field.REMARK] == ""
    assert reading.likeness == 1


@pytest.mark.parametrize(
    ("change", "message", "severity"),
    [
        (append("99", vanish="1"), "teks tersembunyi “99”", Severity.ERROR),
        (append("99", color="FEFEFE"), "teks tersembunyi “99”", Severity.ERROR),
        (append("99", sz="2"), "teks tersembunyi “99”", Severity.ERROR),
        (append("2", vertAlign="superscript"), "superscript", Severity.ERROR),
        (append("2", strike="1"), "dicoret", Severity.ERROR),
        (append(" ton"), "di luar kotak isian; dibaca “52.067,25 ton”", Severity.WARNING),
    ],
)
def test_what_is_odd_in_a_figure_is_told(
    change: Callable[[Returned], None], message: str, severity: Severity
) -> None:
    one = form()
    change(one)
    finding = only(one.read(), message)
    assert (finding.place, finding.severity) == (f"{ONE[0]}, kolom Realisasi TW", severity)


def test_white_letters_on_a_dark_cell_are_seen() -> None:
    one = form()
    append("99", color="FFFFFF")(one)
    shade = etree.SubElement(one.cell(ONE).find(f"{W}tcPr"), f"{W}shd")
    shade.set(f"{W}fill", "0F4C5C")
    assert told(one.read(), "tersembunyi") == []


def test_the_first_places_of_altered_print_are_quoted_and_the_rest_counted() -> None:
    one = form()
    targets = [list(r.iter(f"{W}tc"))[HEADS - 2] for r in one.lines()]
    before = [words(cell) for cell in targets]
    for cell in targets:
        next(t for t in cell.iter(f"{W}t") if t.text).text = "1"
    reading = one.read()
    shown = told(reading, "teks tercetak diubah")
    assert [f"“{text}” → “1”" in f.message for f, text in zip(shown, before, strict=False)] == [
        True,
        True,
        True,
    ]
    assert shown[0].place == f"{CODES[0]}, kolom Target TW III"
    assert f"di {len(targets) - 3} tempat lain" in only(reading, "tempat lain").message
    assert reading.fields[ONE[0]][Field.ACTUAL] == "52.067,25"


@pytest.mark.parametrize("where", ["identity", "heading", "footer"])
def test_altered_print_elsewhere_is_told(where: str) -> None:
    one = form()
    nodes = {
        "identity": lambda: next(t for t in printed_nodes(one) if "Kepala" in (t.text or "")),
        "heading": lambda: next(t for t in printed_nodes(one) if t.text == "Satuan"),
        "footer": lambda: next(t for t in one.footer.iter(f"{W}t") if "Diterbitkan" in t.text),
    }
    nodes[where]().text = "Lain"
    finding = only(one.read(), "→ “Lain”")
    assert finding.severity is Severity.WARNING


def test_text_that_was_added_is_told() -> None:
    one = form()
    paragraph = etree.SubElement(one.body.find(f"{W}body"), f"{W}p")
    paragraph.append(run("Mohon target diturunkan"))
    assert told(one.read(), "ditambahkan di luar kotak isian: “Mohon target diturunkan”")


def test_a_text_box_over_the_page_is_told() -> None:
    one = form()
    box = etree.SubElement(etree.SubElement(run("x"), f"{W}pict"), f"{W}txbxContent")
    etree.SubElement(box, f"{W}p").append(run("Target menjadi 1"))
    one.body.find(f".//{W}p").append(box.getparent().getparent())
    assert told(one.read(), "Target menjadi 1")


def test_codes_that_were_exchanged_leave_both_rows_unclear() -> None:
    one = form()
    for row, old, new in zip(one.lines()[:2], CODES[:2], CODES[1::-1], strict=True):
        for node in list(row.iter(f"{W}tc"))[1].iter(f"{W}t"):
            node.text = (node.text or "").replace(old, new)
    reading = one.read()
    unclear = told(reading, "tidak jelas milik indikator mana")
    assert {f.place for f in unclear} == {f"baris {code}" for code in CODES[:2]}
    assert {f.severity for f in unclear} == {Severity.ERROR}


def test_a_lost_place_is_told_and_has_no_value() -> None:
    one = form()
    cell = one.cell((CODES[0], Field.REMARK))
    cell.getparent().remove(cell)
    reading = one.read()
    assert Field.REMARK not in reading.fields[CODES[0]]
    assert only(reading, "kotak isian tidak ditemukan").place == f"{CODES[0]}, kolom Keterangan"


def test_two_ways_that_disagree_are_no_choice() -> None:
    one = form()
    moved = next(one.cell(ONE).iter(f"{W}sdt"))
    one.cell(ONE).find(f"{W}p").append(run("7"))
    one.cell((CODES[1], Field.REMARK)).find(f"{W}p").append(moved)
    reading = one.read()
    assert "berbeda di 2 tempat" in only(reading, "berbeda di 2 tempat").message
    assert reading.fields[ONE[0]][Field.ACTUAL] == "7 | 52.067,25"
    assert only(reading, f"kotak isian {ONE[0]}, kolom Realisasi TW berada di sel ini")


@pytest.mark.parametrize(
    ("text", "values"),
    [("52.067,25 ton", ["52.067,25"]), ("52ton", ["52"]), (" ton", [""]), ("52 kg", None)],
)
def test_a_slot_with_printed_words_behind_it(text: str, values: list[str] | None) -> None:
    assert Blank((("IK-1", Field.ACTUAL),), ("", "ton")).values_in(text) == values


def test_a_copied_row_whose_cells_are_in_disorder_leaves_both_unclear() -> None:
    one = form()
    row = one.line(ONE[0])
    second = deepcopy(row)
    for control, slot in controls(second):
        if slot == ONE:
            type_into(control, "7")
    row.addnext(second)
    row.remove(list(row.iter(f"{W}tc"))[HEADS + 2])
    finding = only(one.read(), "tidak jelas milik indikator mana")
    assert (finding.place, finding.severity) == (f"baris {ONE[0]}", Severity.ERROR)
