"""Stempel: the verification stamp, alone on a sheet of the form's size, to be laid over it."""

from .formulir import PAPER as FORM
from .formulir import STAMP_ROOM
from .look import INK, MARINE, TEAL, WHITE, Paper
from .package import Sheet
from .wml import Cell, Ink, Layout, Row, box, edge, gap, para, run, table

BLEED = 0.6  # the stamp covers the dotted outline of its room on every side
FRAME = 18  # eighths of a point; LibreOffice draws it outside the right and lower edge
_FRAME_MM = FRAME / 8 * 25.4 / 72
WIDTH = STAMP_ROOM[2] + 2 * BLEED - _FRAME_MM
HEIGHT = STAMP_ROOM[3] + 2 * BLEED - _FRAME_MM
HEAD = 8.5

PAPER = Paper(
    FORM.width,
    FORM.height,
    top=STAMP_ROOM[1] - BLEED,
    right=5,
    bottom=10,
    left=STAMP_ROOM[0] - BLEED,
    header=5,
    footer=5,
)


def sheet() -> Sheet:
    """The template; nothing is drawn outside the stamp's rectangle."""
    return Sheet("Cap Verifikasi", PAPER, _stamp() + gap(0.4))


def _stamp() -> str:
    centre = Layout(align="center")
    frame = box(TEAL, FRAME)
    open_below = "".join(edge(side, TEAL, FRAME) for side in ("top", "left", "right"))
    head = para(run("{{ teks }}", Ink(bold=True, size=13, color=WHITE)), style="Sel", layout=centre)
    lines = (
        para(run("{{ oleh }}", Ink(bold=True, size=8.5, color=INK)), style="Sel", layout=centre)
        + para(run("{{ waktu }}", Ink(size=8.5, color=INK)), style="Sel", layout=centre)
        + para(
            run("Kode ", Ink(size=8, color=INK)),
            run("{{ kode }}", Ink(mono=True, bold=True, size=9, color=MARINE)),
            style="Sel",
            layout=Layout(align="center", before=0.6),
        )
    )
    rows = (
        Row((Cell(head, fill=TEAL, edges=open_below, align="center"),), height=HEAD, exact=True),
        Row(
            (Cell(lines, fill=WHITE, edges=frame, align="center", margins=(0.5, 2, 0.5, 2)),),
            height=HEIGHT - HEAD,
            exact=True,
        ),
    )
    return table((WIDTH,), *rows, title="Cap verifikasi")
