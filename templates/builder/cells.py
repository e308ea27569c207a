"""What stands in table cells: words, figures, codes, predicates, and heads of columns."""

from .look import MARINE
from .wml import CENTRED, HINT, RIGHT, WITH_NEXT, Cell, Ink, Layout, Row, para, run


def sel(*content: str, layout: Layout | None = None) -> str:
    """A paragraph of a table cell."""
    return para(*content, style="Sel", layout=layout or Layout())


def number(*content: str) -> str:
    """A figure in a table cell, flush right."""
    return para(*content, style="Sel", layout=RIGHT)


def centred(*content: str) -> str:
    """A short mark in a table cell, centred."""
    return para(*content, style="Sel", layout=CENTRED)


def small(*content: str) -> str:
    """A secondary line of a table cell."""
    return para(*content, style="SelKecil")


def head(label: str, align: str = "left", fill: str = MARINE) -> Cell:
    """The head of a table column; it stays with the first row below it."""
    layout = Layout(align=align, keep_next=True)
    return Cell(para(label, style="SelKepala", layout=layout), fill=fill, align="center")


def head_row(*labels: str | Cell) -> Row:
    """A head row that is repeated on every page; `>` flushes a label right, `|` centres it."""
    sides = {">": "right", "|": "center"}
    cells = []
    for label in labels:
        if isinstance(label, Cell):
            cells.append(label)
        else:
            side = sides.get(label[:1], "left")
            cells.append(head(label.lstrip(">|"), side))
    return Row(tuple(cells), header=True)


def heading(text: str) -> str:
    """A section heading; it never ends a page."""
    return para(text, style="Heading1", layout=WITH_NEXT)


def code(of: str) -> str:
    """An indicator's code in a table cell."""
    return sel(run(f"{{{{ {of}.kode }}}}", Ink(mono=True, size=8)))


def predicate(of: str) -> Cell:
    """A cell in the predicate's colour; letters are white only on a dark ground.

    The colour of letters is chosen by a condition because Word rejects a template whose colour
    attribute holds anything but six hexadecimal digits.
    """
    light = run(f"{{{{ {of}predikat }}}}", Ink(bold=True, size=8, color="FFFFFF"))
    dark = run(f"{{{{ {of}predikat }}}}", Ink(bold=True, size=8, color="000000"))
    content = centred(
        run(f"{{% cellbg {of}warna or 'FFFFFF' %}}", HINT),
        run(f"{{% if {of}warna_huruf == 'FFFFFF' %}}", HINT),
        light,
        run("{% else %}", HINT),
        dark,
        run("{% endif %}", HINT),
    )
    return Cell(content, fill="7A8F96", align="center")
