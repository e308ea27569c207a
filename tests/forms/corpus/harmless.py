"""What word processors and people do to a form without changing what it says: all of it is read."""

from collections.abc import Callable
from copy import deepcopy

from lxml import etree

from pipeline.forms.package import W

from .form import Returned, controls, printed_nodes, run, text_nodes, words


def split_runs(form: Returned) -> None:
    """Spelling and revision ids break words into runs."""
    for node in form.random.sample(text_nodes(form.body), k=20):
        parent = node.getparent()
        if parent.tag != f"{W}r" or len(node.text) < 2:
            continue
        cut = form.random.randrange(1, len(node.text))
        second = deepcopy(parent)
        for child in list(second):
            if child.tag != f"{W}rPr":
                second.remove(child)
        rest = [child for child in parent if parent.index(child) > parent.index(node)]
        tail = deepcopy(node)
        node.text, tail.text = node.text[:cut], node.text[cut:]
        second.append(tail)
        second.extend(rest)
        parent.addnext(second)


def smart_signs(form: Returned) -> None:
    """Quotes, dashes and blanks of the printed text as another program likes them."""
    signs = {"-": "–", "–": "-", '"': "”", "'": "’", " ": "\u00a0", "·": "·"}
    for node in form.random.sample(printed_nodes(form), k=15):
        sign = form.random.choice(list(signs))
        node.text = node.text.replace(sign, signs[sign])


def lose_controls(form: Returned) -> None:
    """As .odt, .doc and .rtf do: the text stays, what held it goes."""
    for control in reversed(list(form.body.iter(f"{W}sdt"))):
        parent, at = control.getparent(), control.getparent().index(control)
        parent[at : at + 1] = [c for held in control.iter(f"{W}sdtContent") for c in held]


def lose_tags(form: Returned) -> None:
    """As LibreOffice does when it saves .docx."""
    for control, _ in controls(form.body):
        tag = control.find(f"{W}sdtPr/{W}tag")
        tag.getparent().remove(tag)


def wrap_in_foreign_controls(form: Returned) -> None:
    """As Google Docs does."""
    for node in form.random.sample(text_nodes(form.body), k=12):
        item = node.getparent()
        if item.tag == f"{W}r":
            _wrapped(item, "goog_rdk_12")


def wrap_rows(form: Returned) -> None:
    """A repeating section around a row, and a control around a whole cell."""
    row = form.random.choice(form.lines())
    _wrapped(row, "")
    _wrapped(form.random.choice(list(row.iter(f"{W}tc"))), "goog_rdk_3")


def _wrapped(item: etree._Element, tag: str) -> None:
    parent, at = item.getparent(), item.getparent().index(item)
    control = etree.Element(f"{W}sdt")
    properties = etree.SubElement(control, f"{W}sdtPr")
    etree.SubElement(properties, f"{W}tag").set(f"{W}val", tag)
    etree.SubElement(control, f"{W}sdtContent").append(item)
    parent.insert(at, control)


def insert_tracked(form: Returned) -> None:
    """Insertions that nobody has accepted count; what was deleted beside them does not."""
    for node in form.random.sample(text_nodes(form.body), k=8):
        item = node.getparent()
        if item.tag != f"{W}r" or item.getparent().tag not in {f"{W}p", f"{W}sdtContent"}:
            continue
        parent, at = item.getparent(), item.getparent().index(item)
        inserted, deleted = etree.Element(f"{W}ins"), etree.Element(f"{W}del")
        deleted.append(run("99"))
        inserted.append(item)
        parent[at:at] = [deleted, inserted]


def typed_in_form_fields(form: Returned) -> None:
    """The results of form fields are what somebody typed."""
    for control, _ in controls(form.body):
        if form.random.random() < 0.5:
            continue
        content = control.find(f"{W}sdtContent")
        marks = [etree.Element(f"{W}r") for _ in range(4)]
        for mark, kind in zip((marks[0], marks[2], marks[3]), _KINDS, strict=True):
            etree.SubElement(mark, f"{W}fldChar").set(f"{W}fldCharType", kind)
        etree.SubElement(marks[1], f"{W}instrText").text = " FORMTEXT "
        held = list(content)
        content[:] = [*marks[:3], *held, marks[3]]


_KINDS = ("begin", "separate", "end")


def reorder_rows(form: Returned) -> None:
    rows = form.lines()
    parent = rows[0].getparent()
    if any(row.getparent() is not parent for row in rows):
        return
    at = parent.index(rows[0])
    form.random.shuffle(rows)
    for row in rows:
        parent.remove(row)
    parent[at:at] = rows


def copy_row(form: Returned) -> None:
    """A row pasted once more, as it is."""
    row = form.random.choice(form.lines())
    row.addnext(deepcopy(row))


def move_table(form: Returned) -> None:
    """The table of indicators stands behind the signature."""
    table = next(form.lines()[0].iterancestors(f"{W}tbl"))
    section = form.body.find(f"{W}body/{W}sectPr")
    section.addprevious(table)


def split_table(form: Returned) -> None:
    """The lower half of the table without its headings: a page was inserted between."""
    table = next(form.lines()[0].iterancestors(f"{W}tbl"))
    rows = [row for row in form.lines() if row.getparent() is table]
    if len(rows) < 2 or "columns" in form.notes:
        return
    form.notes.append("no headings")
    lower = etree.Element(f"{W}tbl")
    for row in rows[form.random.randrange(1, len(rows)) :]:
        lower.append(row)
    table.addnext(lower)
    table.addnext(etree.Element(f"{W}p"))


def swap_columns(form: Returned) -> None:
    """Two of the own columns change places, headings and all."""
    one, other = form.random.sample(range(6, 12), k=2)
    table = next(form.lines()[0].iterancestors(f"{W}tbl"))
    for row in table.iter(f"{W}tr"):
        cells = list(row.iter(f"{W}tc"))
        if len(cells) != 12 or any(c.getparent() is not row for c in cells):
            return
    if "no headings" in form.notes:
        return
    for row in table.iter(f"{W}tr"):
        cells = list(row.iter(f"{W}tc"))
        first, second = row.index(cells[one]), row.index(cells[other])
        low, high = min(first, second), max(first, second)
        items = list(row)
        items[low], items[high] = items[high], items[low]
        row[:] = items
    form.notes.append("columns")


def blank_paragraphs(form: Returned) -> None:
    """Enter pressed here and there."""
    for cell in form.random.sample(list(form.body.iter(f"{W}tc")), k=6):
        cell.append(etree.Element(f"{W}p"))


def strew_marks(form: Returned) -> None:
    """Bookmarks, spelling marks and page breaks as Word remembers them."""
    for node in form.random.sample(text_nodes(form.body), k=10):
        item = node.getparent()
        if item.tag == f"{W}r":
            item.addprevious(etree.Element(f"{W}bookmarkStart"))
            item.addprevious(etree.Element(f"{W}proofErr"))
            node.addprevious(etree.Element(f"{W}lastRenderedPageBreak"))


def nest_controls(form: Returned) -> None:
    """A control pasted into itself: the same tag twice, one inside the other."""
    for control, _ in controls(form.body):
        if form.random.random() < 0.3:
            inner = deepcopy(control)
            content = control.find(f"{W}sdtContent")
            content[:] = [inner]


def merge_paragraphs(form: Returned) -> None:
    """The lines of an indicator's name run together."""
    for row in form.lines():
        cell = list(row.iter(f"{W}tc"))[1]
        first, *others = [p for p in cell.iterchildren(f"{W}p") if words(p)]
        for paragraph in others:
            for item in list(paragraph):
                if item.tag != f"{W}pPr":
                    first.append(item)
            cell.remove(paragraph)


HARMLESS: tuple[Callable[[Returned], None], ...] = (
    split_runs,
    smart_signs,
    lose_controls,
    lose_tags,
    wrap_in_foreign_controls,
    wrap_rows,
    insert_tracked,
    typed_in_form_fields,
    reorder_rows,
    copy_row,
    move_table,
    split_table,
    swap_columns,
    blank_paragraphs,
    strew_marks,
    nest_controls,
    merge_paragraphs,
)
