"""Whether docxtpl's mending of table grids could change a template's tables.

docxtpl gives a table columns where a row has more cells than the grid, and takes them where no row
fills it. That means a look at every table of every document. Where each row of a template's table
is of fixed cells, none has more of them than the grid, and one that is always there fills it, no
document of that template can need it.
"""

from lxml import etree

from pipeline.forms.compiled.sound import BEGIN, END, VALUE
from pipeline.forms.package import W

_BEGIN, _END = BEGIN.strip("<?>"), END.strip("<?>")


def grids_are_steady(root: etree._Element) -> bool:
    """Whether no table in the skeleton ``root`` can need another grid."""
    return all(map(_is_steady, root.iter(f"{W}tbl")))


def _is_steady(table: etree._Element) -> bool:
    grid = table.find(f"{W}tblGrid")
    if grid is None or not _plain(grid):
        return False
    columns, fullest = len(grid.findall(f"{W}gridCol")), 0
    for row, always in _rows(table):
        cells = row.findall(f"{W}tc")
        widths = [_width(cell) for cell in cells]
        if not _plain(row) or None in widths or len(cells) > columns:
            return False
        if always:
            fullest = max(fullest, sum(width or 0 for width in widths))
    return fullest >= columns


def _plain(element: etree._Element) -> bool:
    """Whether nothing between the children of ``element`` is decided while rendering."""
    between = [element.text, *(child.tail for child in element)]
    return all(isinstance(child.tag, str) for child in element) and not any(
        VALUE in text for text in between if text
    )


def _rows(table: etree._Element) -> list[tuple[etree._Element, bool]]:
    """All rows within ``table``, nested ones too, and whether they are always there."""
    rows, depth = [], 0
    for each in table.iter():
        if isinstance(each.tag, str):
            if each.tag == f"{W}tr":
                rows.append((each, depth == 0))
        elif isinstance(each, etree._ProcessingInstruction):
            depth += {_BEGIN: 1, _END: -1}.get(each.target, 0)
    return rows


def _width(cell: etree._Element) -> int | None:
    """How many columns a cell spans; ``None`` where the template decides it."""
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    if span is None:
        return 1
    width = span.get(f"{W}val", "")
    return int(width) if width.isdecimal() else None
