"""Usul perubahan data induk: what is to change, row by row, for the Kasubag to decide on."""

from .cells import centred, head_row, heading, sel
from .letterhead import findings, notice, page_foot, running_head, slim_title, unless_empty
from .look import A4_LANDSCAPE, GRID, HAIR, MIST, SAND
from .package import Sheet
from .wml import (
    BOLD,
    Cell,
    Ink,
    TableLook,
    edge,
    gap,
    para,
    row,
    rows_of,
    run,
    table,
)

PAPER = A4_LANDSCAPE
WIDTH = PAPER.text_width
WAITING = "{{ jumlah }} perubahan menunggu putusan"


def sheet() -> Sheet:
    """The template."""
    body = "".join(
        (
            slim_title(
                WIDTH, "USUL PERUBAHAN DATA INDUK", "{{ jumlah }} perubahan menunggu putusan"
            ),
            _facts(),
            gap(3),
            _decision(),
            _warnings(),
            _changes(),
            gap(0.4),
        )
    )
    return Sheet(
        "Usul Perubahan Data Induk",
        PAPER,
        body,
        header=running_head(WIDTH, "Usul perubahan data induk", "Kode {{ kode }}"),
        footer=page_foot(WIDTH, "Usul perubahan data induk {{ kode }} · {{ waktu }}"),
        first_page_bare=True,
    )


def _facts() -> str:
    widths = (28.0, 120.0, 8.0, 28.0, WIDTH - 184.0)
    version = "{{ versi_lama }} menjadi {{ versi_baru }}"
    lines = (
        ("Pengusul", run("{{ pengusul }}", BOLD), "Versi", run(version, BOLD)),
        (
            "Diajukan",
            run("{{ waktu }}"),
            "Kode usul",
            run("{{ kode }}", Ink(mono=True, bold=True, size=10)),
        ),
    )
    rule = edge("bottom", HAIR)
    rows = [
        row(
            Cell(para(first, style="SelLabel"), edges=rule),
            Cell(sel(value), edges=rule),
            Cell(para(style="Celah")),
            Cell(para(second, style="SelLabel"), edges=rule),
            Cell(sel(other), edges=rule),
        )
        for first, value, second, other in lines
    ]
    return table(widths, *rows, look=TableLook(margins=(0.9, 0, 0.9, 1)), title="Usul")


def _decision() -> str:
    text = para(
        run("Putusan. ", BOLD),
        run("Bila seluruhnya benar, pindahkan buku kerjanya ke folder "),
        run("setujui", BOLD),
        run(": perubahan berlaku sejak saat itu. Bila ada yang keliru, pindahkan ke "),
        run("kembalikan", BOLD),
        run(
            " dengan alasan dalam berkas teks di sebelahnya; tidak satu pun diberlakukan. Angka dan"
            " naskah yang sudah diarsipkan tidak berubah."
        ),
        style="Tekanan",
    )
    return notice(WIDTH, text, fill=MIST)


def _warnings() -> str:
    return unless_empty(
        "peringatan",
        heading("Peringatan (tidak menghalangi)"),
        findings((80.0, 100.0, WIDTH - 180.0), "peringatan", "Yang perlu diperhatikan"),
    )


def _changes() -> str:
    widths = (10.0, 75.0, 32.0, 75.0, WIDTH - 192.0)
    heads = head_row("|No.", "Data", "Kolom", "Semula", "Menjadi")
    line = row(
        centred("{{ p.no }}"),
        sel(run("{{ p.data }}", BOLD)),
        sel("{{ p.kolom }}"),
        sel("{{ p.semula }}"),
        Cell(sel("{{ p.menjadi }}"), fill=SAND),
    )
    lines = rows_of("for p in perubahan", len(widths), line)
    return heading("Perubahan") + unless_empty(
        "perubahan",
        table(widths, heads, *lines, look=GRID, title="Perubahan"),
        otherwise="Tidak ada perubahan.",
    )
