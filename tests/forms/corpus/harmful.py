"""What people do to a form that changes what it says, or leaves it unclear: all of it is told.

Each keeps `Returned.truth` at what a reader sees now, where a reader can tell.
"""

from collections.abc import Callable
from copy import deepcopy

from lxml import etree

from pipeline.domain.form import PLACEHOLDER, Field
from pipeline.forms.package import W

from .form import (
    CODES,
    SLOTS,
    WORDED,
    Returned,
    Slot,
    controls,
    emptied,
    printed_nodes,
    run,
    text_nodes,
    words,
)


def _some(form: Returned) -> tuple[Slot, etree._Element] | None:
    """A slot and its cell, while a reader can tell which that is."""
    slot = form.random.choice(SLOTS)
    cell = form.cell(slot)
    unclear = {"columns", "two rows", "codes"} & set(form.notes)
    return (slot, cell) if cell is not None and not unclear else None


def delete_control(form: Returned) -> None:
    """The control goes with all that it held."""
    if chosen := _some(form):
        emptied(chosen[1])
        form.truth[chosen[0]] = ""


def delete_text(form: Returned) -> None:
    if chosen := _some(form):
        for node in text_nodes(chosen[1]):
            node.text = ""
        form.truth[chosen[0]] = ""


def delete_cell(form: Returned) -> None:
    """The cells behind it move up; with a column gone as well, nobody could tell them apart."""
    if (chosen := _some(form)) and "a column gone" not in form.notes:
        chosen[1].getparent().remove(chosen[1])
        form.notes.append("cells moved")


def delete_row(form: Returned) -> None:
    row = form.random.choice(form.lines())
    if "two rows" not in form.notes:
        row.getparent().remove(row)


def delete_column(form: Returned) -> None:
    at = form.random.randrange(2, 12)  # without the names nobody could tell the rows apart
    if "cells moved" in form.notes:
        return
    form.notes.append("a column gone")
    for row in next(form.lines()[0].iterancestors(f"{W}tbl")).iter(f"{W}tr"):
        cells = list(row.iter(f"{W}tc"))
        if len(cells) == 12:
            cells[at].getparent().remove(cells[at])


def delete_headings(form: Returned) -> None:
    table = next(form.lines()[0].iterancestors(f"{W}tbl"))
    head = next(table.iter(f"{W}tr"))
    if "columns" not in form.notes and not any(code in words(head) for code in CODES):
        form.notes.append("no headings")
        head.getparent().remove(head)


def copy_row_and_retype(form: Returned) -> None:
    """A row copied, and other values typed into the copy."""
    row = form.random.choice(form.lines())
    second = deepcopy(row)
    for cell in list(second.iter(f"{W}tc"))[6:]:
        for node in text_nodes(cell):
            node.text = "7" if node.text != "7" else "8"
    row.addnext(second)
    form.notes.append("two rows")  # of which the one that keeps its code is the indicator's


def hide_text(form: Returned) -> None:
    """Something that nobody sees, in a place where a value stands."""
    looks = form.random.choice(
        [{"vanish": "1"}, {"color": "FFFFFF"}, {"sz": "2"}, {"webHidden": "true"}]
    )
    if chosen := _some(form):
        _paragraph(chosen[1]).append(run("345", **looks))


def hide_value(form: Returned) -> None:
    if chosen := _some(form):
        emptied(chosen[1]).append(run("77", vanish="1"))
        form.truth[chosen[0]] = ""


def raise_or_strike(form: Returned) -> None:
    """A footnote mark in letters, or what was struck out, beside a figure."""
    looks = form.random.choice([{"vertAlign": "superscript"}, {"strike": "1"}])
    if chosen := _some(form):
        _paragraph(chosen[1]).append(run("2", **looks))
        form.truth[chosen[0]] += "2" if chosen[0][1] is not Field.ACTUAL else " ?"


def number_automatically(form: Returned) -> None:
    if chosen := _some(form):
        paragraph = _paragraph(chosen[1])
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = etree.SubElement(paragraph, f"{W}pPr")
        number = etree.SubElement(properties, f"{W}numPr")
        etree.SubElement(number, f"{W}numId").set(f"{W}val", "3")
        if chosen[0][1] is Field.ACTUAL:
            form.truth[chosen[0]] += " ?"


def compute(form: Returned) -> None:
    """A field in place of a value: what Word computes, or the number of a page."""
    name = form.random.choice(["PAGE", "=SUM(ABOVE)", "DATE", "DOCPROPERTY x"])
    if chosen := _some(form):
        simple = etree.SubElement(emptied(chosen[1]), f"{W}fldSimple")
        simple.set(f"{W}instr", f" {name} ")
        simple.append(run("42"))
        form.truth[chosen[0]] = "42 ?"


def leave_field_open(form: Returned) -> None:
    if chosen := _some(form):
        mark = etree.Element(f"{W}r")
        etree.SubElement(mark, f"{W}fldChar").set(f"{W}fldCharType", "begin")
        _paragraph(chosen[1]).insert(1, mark)


def type_beside(form: Returned) -> None:
    """Typed into the cell, beside the control that still asks, or that holds something."""
    if chosen := _some(form):
        slot, cell = chosen
        _paragraph(cell).append(run("51"))
        form.truth[slot] += "51"


def type_into_prompt(form: Returned) -> None:
    """The prompt was not replaced but typed into."""
    if chosen := _some(form):
        at = form.random.randrange(len(PLACEHOLDER) + 1)
        emptied(chosen[1]).append(run(f"{PLACEHOLDER[:at]}52.067{PLACEHOLDER[at:]}"))
        form.truth[chosen[0]] = "52.067"


def leave_a_piece_of_the_prompt(form: Returned) -> None:
    if chosen := _some(form):
        piece = form.random.choice([PLACEHOLDER[:11], PLACEHOLDER[5:], PLACEHOLDER[:14]])
        emptied(chosen[1]).append(run(form.random.choice([f"{piece}52", f"52{piece}"])))
        form.truth[chosen[0]] = "52"


def break_figure(form: Returned) -> None:
    """A figure on two lines, in one of the ways to begin a line."""
    code = form.random.choice(CODES)
    cell = form.cell((code, Field.ACTUAL))
    if cell is None or "columns" in form.notes:
        return
    paragraph = emptied(cell)
    if form.random.random() < 0.5:
        paragraph.append(run("12\n345"))
    elif form.random.random() < 0.5:
        paragraph.append(run("\n12345"))  # LibreOffice 7.4 moves the break of "12\n345" there
    else:
        paragraph.append(run("12"))
        second = deepcopy(paragraph)
        text_nodes(second)[0].text = "345"
        paragraph.addnext(second)
    form.truth[code, Field.ACTUAL] = "12 ? 345"


def paste_picture(form: Returned) -> None:
    if chosen := _some(form):
        holder = etree.SubElement(emptied(chosen[1]), f"{W}r")
        etree.SubElement(holder, f"{W}drawing")
        form.truth[chosen[0]] = "a picture"


def move_control(form: Returned) -> None:
    """A control dragged into another cell, with what it held."""
    one, other = _some(form), _some(form)
    if one and other and one[0] != other[0]:
        held = [c for c, slot in controls(one[1]) if slot == one[0]]
        if held:
            _paragraph(other[1]).append(held[0])
            said = "" if words(held[0]) == PLACEHOLDER else words(held[0])
            form.truth[other[0]] = f"{form.truth[other[0]]}{said}"
            form.truth[one[0]] = form.truth[one[0]].removeprefix(said)  # beside it may stand more


def copy_control(form: Returned) -> None:
    """A control copied into the cell of another slot."""
    one, other = _some(form), _some(form)
    if one and other and one[0] != other[0]:
        held = [c for c, slot in controls(one[1]) if slot == one[0]]
        if held and words(held[0]) != PLACEHOLDER:
            emptied(other[1]).append(deepcopy(held[0]))
            form.truth[other[0]] = form.truth[one[0]]


def merge_cells(form: Returned) -> None:
    """Two cells beside each other become one."""
    row = form.random.choice(form.lines())
    cells = list(row.iterchildren(f"{W}tc"))
    at = form.random.randrange(6, max(7, len(cells) - 1))
    if len(cells) == 12:
        left, right = cells[at], cells[at + 1] if at < 11 else cells[at - 1]
        properties = left.find(f"{W}tcPr")
        etree.SubElement(properties, f"{W}gridSpan").set(f"{W}val", "2")
        for paragraph in right.findall(f"{W}p"):
            left.append(paragraph)
        row.remove(right)


def merge_downwards(form: Returned) -> None:
    """A cell merged with the one below: the lower one says nothing of its own."""
    rows = form.lines()
    at = form.random.randrange(len(rows) - 1) if len(rows) > 1 else 0
    column = form.random.randrange(6, 12)
    for row, kind in zip(rows[at : at + 2], ("restart", "continue"), strict=False):
        cells = list(row.iter(f"{W}tc"))
        if len(cells) != 12:
            return
        merge = etree.SubElement(cells[column].find(f"{W}tcPr"), f"{W}vMerge")
        merge.set(f"{W}val", kind)
        if kind == "continue":
            emptied(cells[column])


def change_code(form: Returned) -> None:
    """The printed code becomes that of another indicator, or of none."""
    code = form.random.choice(CODES)
    row = form.line(code)
    if row is not None and "two rows" not in form.notes:
        other = form.random.choice([*CODES, "IKU-99", ""])
        form.notes.append("codes")
        for node in text_nodes(list(row.iter(f"{W}tc"))[1]):
            node.text = node.text.replace(code, other)


def swap_codes(form: Returned) -> None:
    one, other = form.random.sample(CODES, k=2)
    rows = [form.line(one), form.line(other)]
    if None not in rows and "two rows" not in form.notes:
        form.notes.append("codes")
        for row, old, new in zip(rows, (one, other), (other, one), strict=True):
            for node in text_nodes(list(row.iter(f"{W}tc"))[1]):
                node.text = node.text.replace(old, new)


def change_print(form: Returned) -> None:
    """Targets, names, units, headings, identity: any words that are printed."""
    for node in form.random.sample(printed_nodes(form), k=form.random.randrange(1, 6)):
        node.text = form.random.choice([f"{node.text} x", "70.000", node.text[1:]])


def change_words_beside(form: Returned) -> None:
    """Other words than were printed stand around a value, in its control or without."""
    slot = form.random.choice(list(WORDED))
    before, after = form.random.choice([("", " kg"), ("US$ ", ""), ("Rp juta ", " ton"), ("", "")])
    cell = form.cell(slot)
    if cell is None or {"columns", "two rows", "codes"} & set(form.notes):
        return
    held = [c for c, one in controls(cell) if one == slot and form.random.random() < 0.5]
    value = held[0] if held else run(form.truth[slot])
    emptied(cell).extend([run(before), value, run(after)])
    form.truth[slot] = f"{before}{form.truth[slot]}{after}"


def add_row(form: Returned) -> None:
    """A row for an indicator that nobody asked for."""
    row = form.random.choice(form.lines())
    second = deepcopy(row)
    for control in reversed(list(second.iter(f"{W}sdt"))):
        control.getparent().remove(control)
    for number, cell in enumerate(second.iter(f"{W}tc")):
        for node in text_nodes(cell):
            node.text = f"baru {number}"
    row.addnext(second)


def _paragraph(cell: etree._Element) -> etree._Element:
    return cell.find(f".//{W}p")


HARMFUL: tuple[Callable[[Returned], None], ...] = (
    delete_control,
    delete_text,
    delete_cell,
    delete_row,
    delete_column,
    delete_headings,
    copy_row_and_retype,
    hide_text,
    hide_value,
    raise_or_strike,
    number_automatically,
    compute,
    leave_field_open,
    type_beside,
    type_into_prompt,
    leave_a_piece_of_the_prompt,
    break_figure,
    paste_picture,
    move_control,
    copy_control,
    merge_cells,
    merge_downwards,
    change_code,
    swap_codes,
    change_print,
    change_words_beside,
    add_row,
)
