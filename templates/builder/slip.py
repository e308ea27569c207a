"""Slip: what happened to a document, why, and what to do next; one calm page."""

from .cells import heading, sel
from .letterhead import (
    findings,
    fingerprint,
    numbered,
    page_foot,
    slim_letterhead,
    unless_empty,
)
from .look import A4_PORTRAIT, HAIR, MARINE, MIST
from .package import Sheet
from .wml import (
    BOLD,
    Cell,
    Ink,
    Layout,
    Row,
    TableLook,
    block,
    edge,
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
    """The template; a section whose list is empty is left out."""
    body = "".join(
        (
            slim_letterhead(WIDTH),
            _band(),
            gap(3),
            _facts(),
            _received(),
            _reasons(),
            _findings(),
            _warnings(),
            _steps(),
            gap(0.4),
        )
    )
    return Sheet("Slip", PAPER, body, footer=page_foot(WIDTH, "Slip untuk {{ naskah }}"))


def _band() -> str:
    title = para(
        run("{{ judul }}", Ink(bold=True, size=17, color="FFFFFF")), style="Sel", layout=Layout()
    )
    short = para(run("{{ ringkas }}", Ink(size=11)), style="Tekanan")
    rows = (
        Row((Cell(title, fill=MARINE, align="center", margins=(2.6, 5, 2.6, 5)),)),
        Row((Cell(short, fill=MIST, align="center", margins=(2.6, 5, 2.6, 5)),)),
    )
    return table((WIDTH,), *rows, title="Pemberitahuan")


def _facts() -> str:
    """Which document, for whom, from whom, when; a fact that is not known has no line."""
    widths = (28.0, WIDTH - 28.0)
    lines: list[Row] = []
    facts = (
        ("Naskah", "naskah", BOLD),
        ("Kode", "kode", Ink(mono=True, bold=True, size=10)),
        ("Untuk", "penerima", Ink()),
        ("Dari", "dari", Ink()),
        ("Waktu", "waktu", Ink()),
    )
    for label, name, ink in facts:
        value = Cell(sel(run(f"{{{{ {name} }}}}", ink)), edges=edge("bottom", HAIR))
        caption = Cell(para(label, style="SelLabel"), edges=edge("bottom", HAIR))
        lines += rows_of(f"if {name} not in ('', '–')", 2, row(caption, value))
    look = TableLook(margins=(0.9, 0, 0.9, 1))
    return table(widths, *lines, look=look, title="Naskah") + gap(0.4)


def _received() -> str:
    """What was received, each file with its fingerprint."""
    line = row(
        Cell(
            sel(run("{{ b.nama }}", BOLD)) + sel(fingerprint("{{ b.sha256 }}")),
            edges=edge("bottom", HAIR),
        )
    )
    lines = rows_of("for b in berkas", 1, line)
    listed = table((WIDTH,), *lines, look=TableLook(margins=(0.9, 0, 0.9, 1)), title="Berkas")
    return unless_empty("berkas", heading("Berkas yang diterima, dengan SHA-256"), listed)


def _reasons() -> str:
    quotes = block("for a in alasan", para("{{ a }}", style="Kutipan"))
    return unless_empty("alasan", heading("Alasan"), quotes)


def _findings() -> str:
    return unless_empty(
        "temuan",
        heading("Yang perlu diperbaiki"),
        findings((48.0, 62.0, 60.0), "temuan", "Yang ditemukan"),
    )


def _warnings() -> str:
    return unless_empty(
        "peringatan",
        heading("Peringatan (tidak menghalangi)"),
        findings((48.0, 62.0, 60.0), "peringatan", "Yang perlu diperhatikan"),
    )


def _steps() -> str:
    return unless_empty(
        "langkah", heading("Langkah berikutnya"), numbered("l in langkah", "{{ l }}")
    )
