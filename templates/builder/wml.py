"""WordprocessingML in small typed pieces: every function returns markup as text.

Lengths are millimetres and font sizes points; only this module knows twips and half-points.
Text may hold Jinja in docxtpl's dialect; it is escaped like any other text, and docxtpl takes
the escapes inside the braces back.
"""

import re
from dataclasses import dataclass, replace
from xml.sax.saxutils import escape, quoteattr

WORD_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MONOSPACE = "Courier New"


def twips(millimetres: float) -> int:
    """Twentieths of a point, the unit of Word's page geometry."""
    return round(millimetres * 1440 / 25.4)


@dataclass(frozen=True)
class Ink:
    """How a run looks beyond its paragraph's style."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    mono: bool = False
    size: float | None = None
    color: str | None = None
    style: str | None = None

    def markup(self) -> str:
        """The run properties, in the order that the schema asks for."""
        parts = [
            f'<w:rStyle w:val="{self.style}"/>' if self.style else "",
            f'<w:rFonts w:ascii="{MONOSPACE}" w:hAnsi="{MONOSPACE}" w:cs="{MONOSPACE}"/>'
            if self.mono
            else "",
            "<w:b/>" if self.bold else "",
            "<w:i/>" if self.italic else "",
            f'<w:color w:val="{self.color}"/>' if self.color else "",
            f'<w:sz w:val="{round(self.size * 2)}"/><w:szCs w:val="{round(self.size * 2)}"/>'
            if self.size
            else "",
            '<w:u w:val="single"/>' if self.underline else "",
        ]
        inner = "".join(parts)
        return f"<w:rPr>{inner}</w:rPr>" if inner else ""


PLAIN = Ink()
HINT = Ink(style="PetunjukHuruf")
"""Jinja between the words of a line, told apart from them while a template is edited."""

BOLD = Ink(bold=True)


def run(text: str, ink: Ink = PLAIN) -> str:
    """One run of text."""
    # docxtpl removes emptied runs only where the text element carries no attribute.
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f"<w:r>{ink.markup()}<w:t{space}>{escape(text)}</w:t></w:r>"


def tab() -> str:
    """A jump to the next tab stop."""
    return "<w:r><w:tab/></w:r>"


def field(instruction: str, shown: str = "1", ink: Ink = PLAIN) -> str:
    """A field that the word processor computes, such as PAGE."""
    return f'<w:fldSimple w:instr=" {instruction} ">{run(shown, ink)}</w:fldSimple>'


def bookmark(name: str, number: int) -> str:
    """A point that becomes a named destination of the PDF; `number` is unique in the document."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/><w:bookmarkEnd w:id="{number}"/>'


@dataclass(frozen=True)
class Layout:
    """How a paragraph lies beyond its style; `exact` is a fixed line height in millimetres."""

    align: str | None = None
    before: float | None = None
    after: float | None = None
    exact: float | None = None
    left: float | None = None
    hanging: float | None = None
    keep_next: bool = False
    new_page: bool = False
    tabs: tuple[float, ...] = ()

    def markup(self, style: str) -> str:
        """The paragraph properties, in the order that the schema asks for."""
        stops = "".join(f'<w:tab w:val="left" w:pos="{twips(stop)}"/>' for stop in self.tabs)
        parts = [
            f'<w:pStyle w:val="{style}"/>' if style != "Normal" else "",
            "<w:keepNext/>" if self.keep_next else "",
            "<w:pageBreakBefore/>" if self.new_page else "",
            f"<w:tabs>{stops}</w:tabs>" if stops else "",
            self._spacing(),
            self._indent(),
            f'<w:jc w:val="{self.align}"/>' if self.align else "",
        ]
        inner = "".join(parts)
        return f"<w:pPr>{inner}</w:pPr>" if inner else ""

    def _spacing(self) -> str:
        attributes = ""
        if self.before is not None:
            attributes += f' w:before="{twips(self.before)}"'
        if self.after is not None:
            attributes += f' w:after="{twips(self.after)}"'
        if self.exact is not None:
            attributes += f' w:line="{twips(self.exact)}" w:lineRule="exact"'
        return f"<w:spacing{attributes}/>" if attributes else ""

    def _indent(self) -> str:
        attributes = ""
        if self.left is not None:
            attributes += f' w:left="{twips(self.left)}"'
        if self.hanging is not None:
            attributes += f' w:hanging="{twips(self.hanging)}"'
        return f"<w:ind{attributes}/>" if attributes else ""


FLOW = Layout()
CENTRED = Layout(align="center")
RIGHT = Layout(align="right")
WITH_NEXT = Layout(keep_next=True)


def para(*content: str, style: str = "Normal", layout: Layout = FLOW) -> str:
    """A paragraph; content that is not markup yet becomes a plain run."""
    runs = "".join(piece if piece.startswith("<w:") else run(piece) for piece in content if piece)
    return f"<w:p>{layout.markup(style)}{runs}</w:p>"


def gap(height: float) -> str:
    """White space of an exact height in millimetres."""
    return para(style="Celah", layout=Layout(exact=height))


def block(code: str, *content: str) -> str:
    """Content between `{%p code %}` and its end, each on a line of its own."""
    keyword = code.split(maxsplit=1)[0]
    return "".join((directive(code), *content, directive(f"end{keyword}")))


def directive(code: str) -> str:
    """A paragraph that holds nothing but an instruction to docxtpl and vanishes with it."""
    return para(run(f"{{%p {code} %}}"), style="Petunjuk")


@dataclass(frozen=True)
class Cell:
    """One cell; `merge` is "restart" or "continue" of a vertical merge; `edges` are borders."""

    content: str
    span: int = 1
    fill: str | None = None
    merge: str | None = None
    align: str = "top"
    edges: str | None = None
    margins: tuple[float, float, float, float] | None = None  # top, left, bottom, right

    def markup(self, width: float) -> str:
        """The cell at this width in millimetres."""
        parts = [
            f'<w:tcW w:w="{twips(width)}" w:type="dxa"/>',
            f'<w:gridSpan w:val="{self.span}"/>' if self.span > 1 else "",
            f'<w:vMerge w:val="{self.merge}"/>' if self.merge else "",
            f"<w:tcBorders>{self.edges}</w:tcBorders>" if self.edges else "",
            f'<w:shd w:val="clear" w:color="auto" w:fill="{self.fill}"/>' if self.fill else "",
            _margins("tcMar", self.margins) if self.margins else "",
            f'<w:vAlign w:val="{self.align}"/>' if self.align != "top" else "",
        ]
        return f"<w:tc><w:tcPr>{''.join(parts)}</w:tcPr>{self.content or para()}</w:tc>"


@dataclass(frozen=True)
class Row:
    """One table row, never split across pages; `height` in millimetres is a minimum."""

    cells: tuple[Cell, ...]
    header: bool = False
    height: float | None = None
    exact: bool = False

    def markup(self, widths: tuple[float, ...]) -> str:
        """The row laid on these column widths."""
        rule = "exact" if self.exact else "atLeast"
        height = (
            f'<w:trHeight w:val="{twips(self.height)}" w:hRule="{rule}"/>' if self.height else ""
        )
        header = "<w:tblHeader/>" if self.header else ""
        laid, at = [], 0
        for cell in self.cells:
            laid.append(cell.markup(sum(widths[at : at + cell.span])))
            at += cell.span
        if at != len(widths):
            raise ValueError(f"a row of {at} columns in a table of {len(widths)}")
        return f"<w:tr><w:trPr><w:cantSplit/>{height}{header}</w:trPr>{''.join(laid)}</w:tr>"


def row(*cells: Cell | str, header: bool = False, height: float | None = None) -> Row:
    """A row of cells, bare markup standing for a plain cell."""
    laid = tuple(cell if isinstance(cell, Cell) else Cell(cell) for cell in cells)
    return Row(laid, header=header, height=height)


def rows_of(code: str, columns: int, *rows: Row, tail: tuple[Cell, ...] = ()) -> tuple[Row, ...]:
    """Rows between `{%tr code %}` and its end, which are rows that vanish when rendered.

    `tail` are the last cells of those two rows, where a vertical merge must go on through them.
    """
    keyword = code.split(maxsplit=1)[0]
    words = (f"{{%tr {code} %}}", f"{{%tr end{keyword} %}}")
    span = columns - len(tail)
    first, last = (
        Row((Cell(para(run(word), style="Petunjuk"), span=span), *tail)) for word in words
    )
    return (first, *rows, last)


def edge(side: str, color: str, eighths: int = 4, kind: str = "single", space: int = 0) -> str:
    """One border line: its thickness in eighths of a point, its distance in points."""
    return f'<w:{side} w:val="{kind}" w:sz="{eighths}" w:space="{space}" w:color="{color}"/>'


def box(color: str, eighths: int = 4, kind: str = "single") -> str:
    """Border lines on all four sides of a cell."""
    return "".join(edge(side, color, eighths, kind) for side in ("top", "left", "bottom", "right"))


@dataclass(frozen=True)
class TableLook:
    """Border lines and the cells' inner margins (top, left, bottom, right; millimetres)."""

    borders: str = ""
    margins: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


def table(
    widths: tuple[float, ...],
    *rows: Row,
    look: TableLook | None = None,
    title: str = "",
) -> str:
    """A table of fixed column widths; `title` is what screen readers announce."""
    look = look or TableLook()
    grid = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    caption = f"<w:tblCaption w:val={quoteattr(title)}/>" if title else ""
    borders = f"<w:tblBorders>{look.borders}</w:tblBorders>" if look.borders else ""
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{twips(sum(widths))}" w:type="dxa"/>'
        f'<w:tblInd w:w="0" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/>'
        f"{_margins('tblCellMar', look.margins)}{caption}</w:tblPr>"
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(r.markup(widths) for r in rows)}</w:tbl>"
    )


def _margins(element: str, margins: tuple[float, float, float, float]) -> str:
    sides = zip(("top", "left", "bottom", "right"), margins, strict=True)
    inner = "".join(f'<w:{side} w:w="{twips(at)}" w:type="dxa"/>' for side, at in sides)
    return f"<w:{element}>{inner}</w:{element}>"


def held(*rows: Row) -> tuple[Row, ...]:
    """The same rows, each kept on one page with what follows it."""
    return tuple(
        replace(line, cells=tuple(replace(c, content=_held(c.content)) for c in line.cells))
        for line in rows
    )


def _held(content: str) -> str:
    """Every paragraph of the content kept with the next one."""
    bare = (
        (content or para()).replace("<w:keepNext/>", "").replace("<w:p><w:r>", "<w:p><w:pPr/><w:r>")
    )
    bare = bare.replace("<w:p></w:p>", "<w:p><w:pPr/></w:p>").replace("<w:pPr/>", "<w:pPr></w:pPr>")
    return re.sub(r"<w:pPr>(<w:pStyle [^>]*/>)?", r"<w:pPr>\1<w:keepNext/>", bare)
