"""Pengesahan: the block where a print-out is initialled and signed.

It keeps room for the signature fields. Bookmarks mark the upper left corners of the rooms, and
LibreOffice exports them as named destinations of the PDF, so that the program finds the rooms on
whatever page they fell. Names have no underscore, which LibreOffice would write as `5F`.
"""

from .cells import sel, small
from .letterhead import signer_lines
from .look import FOAM, HAIR
from .wml import (
    Cell,
    Ink,
    Layout,
    bookmark,
    box,
    gap,
    held,
    para,
    row,
    rows_of,
    run,
    table,
)

PARAF_BOX = (40.0, 17.0)
"""Width and height in millimetres of one paraf cell; its corner is `paraf1` … `paraf3`."""

SIGNATURE_ROOM = (95.0, 36.0)
"""Width and height in millimetres kept for the visible signature; its corner is `ttd`."""

MOST_PARAF = 3
_CORNER = Layout(exact=0.4)


def signatures(width: float) -> str:
    """Paraf at the left, signature at the right, on one page whatever the number of paraf.

    The signer's cell spans all rows; the last row takes what it is higher than the paraf cells.
    """
    columns = (70.0, PARAF_BOX[0], 70.0, width - 140.0 - PARAF_BOX[0])
    nothing = Cell(para(style="Celah"))
    below = Cell(para(style="Celah"), merge="continue")
    position, initial = (
        _boxed(para(run(label, Ink(bold=True, size=8)), style="Sel"), fill=FOAM, air=0.7)
        for label in ("Jabatan", "Paraf")
    )
    rows = [row(nothing, nothing, nothing, Cell(_signer(), merge="restart"))]
    rows += rows_of("if paraf", len(columns), row(position, initial, nothing, below), tail=(below,))
    for at in range(MOST_PARAF):
        line = row(_initialler(at), _paraf(at), nothing, below, height=PARAF_BOX[1])
        rows += rows_of(f"if paraf|length > {at}", len(columns), line, tail=(below,))
    last = row(nothing, nothing, nothing, below)
    return table(columns, *held(*rows), last, title="Paraf dan tanda tangan")


def _boxed(content: str, fill: str | None = None, air: float = 0.0) -> Cell:
    """A cell with a frame; `air` above and below moves the corners of the whole row."""
    sides = (air, 1.4, air, 1.4)
    return Cell(content, edges=box(HAIR), fill=fill, align="center", margins=sides)


def _initialler(at: int) -> Cell:
    who = f"paraf[{at}]"
    return _boxed(sel(f"{{{{ {who}.jabatan }}}}") + small(f"{{{{ {who}.nama }}}}"))


def _paraf(at: int) -> Cell:
    corner = bookmark(f"paraf{at + 1}", at + 1)
    return Cell(para(corner, style="Celah", layout=_CORNER), edges=box(HAIR))


def _signer() -> str:
    close = Layout(after=0)
    return (
        para("Ditetapkan di {{ kantor.kota }}", layout=close)
        + para("pada tanggal {{ tanggal }}", layout=Layout(after=1.2))
        + para("{{ penanda_tangan.jabatan }},", layout=Layout(after=1))
        + para(bookmark("ttd", MOST_PARAF + 1), style="Celah", layout=_CORNER)
        + gap(SIGNATURE_ROOM[1] + 0.6)
        + signer_lines("penanda_tangan")
    )
