"""Ringkasan: where all forms of a period stand, those with warnings first."""

from .cells import centred, head_row, heading, sel, small
from .letterhead import page_foot, slim_title, unless_empty
from .look import A4_PORTRAIT, GRID, HAIR, MARINE, MIST, SAND
from .package import Sheet
from .wml import (
    BOLD,
    CENTRED,
    Cell,
    Ink,
    Row,
    block,
    box,
    gap,
    para,
    row,
    rows_of,
    run,
    table,
)

PAPER = A4_PORTRAIT
WIDTH = PAPER.text_width


def sheet() -> Sheet:
    """The template."""
    body = "".join(
        (
            slim_title(WIDTH, "RINGKASAN VERIFIKASI", "Format Data Kinerja {{ periode }}"),
            _tiles(),
            para("Keadaan per {{ waktu }}.", style="Catatan"),
            heading("Formulir"),
            _forms(),
            gap(0.4),
        )
    )
    return Sheet(
        "Ringkasan Verifikasi", PAPER, body, footer=page_foot(WIDTH, "Ringkasan verifikasi")
    )


def _tiles() -> str:
    """Five counts, large."""
    counts = (
        ("Formulir", "jumlah"),
        ("Masuk", "masuk"),
        ("Diverifikasi", "diverifikasi"),
        ("Dikembalikan", "dikembalikan"),
        ("Belum masuk", "belum"),
    )
    cells = tuple(
        Cell(
            para(
                run(f"{{{{ {name} }}}}", Ink(bold=True, size=20, color=MARINE)),
                style="Sel",
                layout=CENTRED,
            )
            + para(label, style="SelLabel", layout=CENTRED),
            fill=MIST,
            edges=box(HAIR),
            margins=(2, 1, 2, 1),
        )
        for label, name in counts
    )
    return table((WIDTH / 5,) * 5, Row(cells), title="Jumlah formulir")


def _forms() -> str:
    widths = (10.0, 60.0, 50.0, 19.0, WIDTH - 139.0)
    heads = head_row("|No.", "Jabatan dan nama", "Status", "|Peringatan", "Kode dan waktu masuk")
    warned = "f.peringatan not in ('', '–', '0')"
    line = row(
        centred("{{ f.no }}"),
        sel(run("{{ f.jabatan }}", BOLD)) + small("{{ f.nama }}"),
        sel("{{ f.status }}"),
        Cell(
            centred(
                run(f"{{% cellbg '{SAND}' if {warned} else 'FFFFFF' %}}"),
                run("{{ f.peringatan }}", BOLD),
            ),
            fill="FFFFFF",
        ),
        sel(run("{{ f.kode }}", Ink(mono=True, size=8)))
        + block("if f.masuk not in ('', '–')", small("{{ f.masuk }}"))
        + para(style="Celah"),
    )
    lines = rows_of("for f in formulir", len(widths), line)
    return unless_empty(
        "formulir",
        table(widths, heads, *lines, look=GRID, title="Formulir"),
        otherwise="Belum ada formulir.",
    )
