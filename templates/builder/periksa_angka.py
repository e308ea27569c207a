"""Periksa angka: what was read from a scan, each row beneath its picture, for its sender to check.

The picture is the row of the form as it was scanned; the proposals stand below the cells that they
were read from, since their columns are as wide as the form's own.
"""

from . import formulir
from .cells import sel
from .letterhead import (
    findings,
    notice,
    page_foot,
    running_head,
    slim_title,
    unless_empty,
)
from .look import F4_LANDSCAPE, HAIR, MARINE, MIST, SAND, WHITE
from .package import Sheet
from .wml import (
    BOLD,
    HINT,
    Cell,
    Ink,
    Layout,
    TableLook,
    box,
    edge,
    gap,
    para,
    row,
    rows_of,
    run,
    table,
)

PAPER = F4_LANDSCAPE
WIDTH = PAPER.text_width
_SCALE = WIDTH / formulir.WIDTH
_OWN = tuple(width * _SCALE for width in formulir.COLUMNS[6:])
_FIELDS = ("realisasi", "keterangan", "pendukung", "penghambat", "tindak_lanjut", "data_dukung")
_DOUBT = "B3261E"
AROUND = 3.2  # millimetres that LibreOffice leaves beside a picture


def sheet() -> Sheet:
    """The template."""
    body = "".join(
        (
            slim_title(WIDTH, "PERIKSA ANGKA", "Format Data Kinerja {{ periode }}"),
            _facts(),
            gap(3),
            _what_to_do(),
            _missing(),
            _rows(),
            gap(0.4),
        )
    )
    return Sheet(
        "Periksa Angka",
        PAPER,
        body,
        header=running_head(WIDTH, "Periksa angka · {{ pejabat.jabatan }}", "Kode {{ kode }}"),
        footer=page_foot(WIDTH, "Periksa angka {{ kode }} · {{ waktu }}"),
        first_page_bare=True,
    )


def _facts() -> str:
    widths = (28.0, 110.0, 8.0, 26.0, WIDTH - 172.0)
    scans = sel(
        run("{% for b in berkas %}", HINT),
        run("{{ b.nama }} ({{ b.halaman }})"),
        run("{% if not loop.last %}", HINT),
        run("; "),
        run("{% endif %}{% endfor %}", HINT),
    )
    lines = (
        ("Pelapor", sel(run("{{ pejabat.jabatan }}", BOLD)), "Dibaca", sel("{{ waktu }}")),
        (
            "Kode formulir",
            sel(run("{{ kode }}", Ink(mono=True, bold=True, size=10))),
            "Pindaian",
            scans,
        ),
    )
    rule = edge("bottom", HAIR)
    rows = [
        row(
            Cell(para(left, style="SelLabel"), edges=rule),
            Cell(first, edges=rule),
            Cell(para(style="Celah")),
            Cell(para(right, style="SelLabel"), edges=rule),
            Cell(second, edges=rule),
        )
        for left, first, right, second in lines
    ]
    return table(widths, *rows, look=TableLook(margins=(0.9, 0, 0.9, 1)), title="Pindaian")


def _what_to_do() -> str:
    text = para(
        run("Belum ada yang diterima. ", BOLD),
        run(
            "Angka di bawah dibaca mesin dari pindaian, dan mesin dapat keliru. Bandingkan setiap "
            "bacaan dengan potongan pindaian di atasnya. Betulkan dan lengkapi pada formulir "
        ),
        run("{{ formulir }}", BOLD),
        run(" di folder ini, simpan, lalu pindahkan formulir itu ke "),
        run("{{ tujuan }}", BOLD),
        run(". Dengan itu Saudara menyatakan angkanya sama dengan pindaian."),
        style="Tekanan",
    )
    return notice(WIDTH, text, fill=SAND)


def _missing() -> str:
    return unless_empty(
        "temuan", findings((70.0, 120.0, 110.0), "temuan", "Yang belum ada atau meragukan"), gap(3)
    )


def _rows() -> str:
    widths = (WIDTH - sum(_OWN), *_OWN)
    frame = box(HAIR)
    picture = Cell(
        para("{{ i.gambar }}", style="Sel", layout=Layout(left=-AROUND, keep_next=True)),
        span=len(widths),
        margins=(0, 0, 0, 0),
    )
    said = [_proposal(field, frame) for field in _FIELDS]
    label = para(
        run("Bacaan mesin untuk ", Ink(size=8)),
        run("{{ i.kode }}", Ink(mono=True, bold=True, size=8.5, color=MARINE)),
        run(" {{ i.nama }}", Ink(size=8)),
        style="Sel",
        layout=Layout(align="right"),
    )
    first = Cell(label, fill=MIST, edges=frame, margins=(0.8, 1.4, 0.8, 1.4))
    space = Cell(para(style="Celah", layout=Layout(exact=3)), span=len(widths))
    lines = rows_of("for i in indikator", len(widths), row(picture), row(first, *said), row(space))
    return table(widths, *lines, title="Bacaan dan potongan pindaian")


def _proposal(field: str, frame: str) -> Cell:
    """A proposal, tinted where it is doubtful, and why below it."""
    of = f"i.{field}"
    ink = Ink(bold=field == "realisasi", size=8)
    side = Layout(align="right" if field == "realisasi" else None)
    content = para(
        run(f"{{% cellbg '{SAND}' if {of}.ragu else '{WHITE}' %}}", HINT),
        run(f"{{{{ {of}.usul }}}}", ink),
        style="Sel",
        layout=side,
    )
    doubt = para(
        run(f"{{{{ {of}.ragu }}}}", Ink(bold=True, size=7, color=_DOUBT)), style="Sel", layout=side
    )
    return Cell(content + doubt, fill=WHITE, edges=frame, margins=(0.8, 0.9, 0.8, 0.9))
