"""Tanda terima: the figures as they were read from a returned form, for its official to check."""

from .cells import centred, code, head_row, heading, number, sel, small
from .letterhead import (
    findings,
    fingerprint,
    notice,
    page_foot,
    pairs,
    slim_letterhead,
    unless_empty,
)
from .look import A4_PORTRAIT, GRID, MIST
from .package import Sheet
from .wml import BOLD, Cell, Ink, Layout, block, gap, para, row, rows_of, run, table

PAPER = A4_PORTRAIT
WIDTH = PAPER.text_width


def sheet() -> Sheet:
    """The template."""
    body = "".join(
        (
            slim_letterhead(WIDTH),
            _opening(),
            _values(),
            _warnings(),
            _evidence(),
            gap(3),
            _next(),
            gap(0.4),
        )
    )
    foot = page_foot(WIDTH, "Tanda terima {{ kode }} · {{ waktu }}")
    return Sheet("Tanda Terima", PAPER, body, footer=foot)


def _opening() -> str:
    """Title and facts at the left, the form's QR at the right."""
    title = para("TANDA TERIMA", style="Title", layout=Layout(align="left", after=2))
    facts = (
        ("Naskah", run("{{ naskah }}", BOLD)),
        ("Pelapor", run("{{ pejabat.jabatan }}", BOLD)),
        ("Nama", run("{{ pejabat.nama }}")),
        ("Kode formulir", run("{{ kode }}", Ink(mono=True, bold=True, size=10))),
        ("Diterima", run("{{ waktu }}, {{ cara }}")),
    )
    widths = (28.0, WIDTH - 28.0 - 30.0, 30.0)
    lines = []
    for at, (label, value) in enumerate(facts):
        image = para("{{ qr }}", style="Sel", layout=Layout(align="right"))
        right = Cell("" if at else image, merge="continue" if at else "restart")
        lines.append(
            row(
                Cell(para(label, style="SelLabel"), margins=(0.7, 0, 0.7, 1)),
                Cell(sel(value), margins=(0.7, 0, 0.7, 1)),
                right,
            )
        )
    return title + table(widths, *lines, title="Yang diterima")


def _values() -> str:
    widths = (8.0, 16.0, 50.0, 23.0, 23.0, 16.0, WIDTH - 136.0)
    heads = head_row(
        "|No.",
        "Kode",
        "Indikator kinerja",
        ">Target TW\u00a0{{ triwulan }}",
        ">Realisasi TW\u00a0{{ triwulan }}",
        ">Capaian (%)",
        "Keterangan",
    )
    line = row(
        centred("{{ i.no }}"),
        code("i"),
        sel("{{ i.nama }}") + small("{{ i.satuan }}"),
        number(run("{{ i.target_tw }}", Ink(size=8))),
        Cell(number(run("{{ i.realisasi }}", Ink(bold=True, size=8))), fill=MIST),
        number(run("{{ i.capaian }}", Ink(size=8))),
        small("{{ i.keterangan }}"),
    )
    lines = rows_of("for i in indikator", len(widths), line)
    return (
        heading("Angka sebagaimana kami baca")
        + para(
            "Mohon diperiksa. Bila ada yang keliru, kirim formulir yang sudah diperbaiki.",
            style="Catatan",
        )
        + unless_empty(
            "indikator",
            table(widths, heads, *lines, look=GRID, title="Angka yang dibaca"),
            otherwise="Tidak ada angka.",
        )
    )


def _warnings() -> str:
    return unless_empty(
        "peringatan",
        heading("Peringatan (tidak menghalangi)"),
        findings((40.0, 65.0, 65.0), "peringatan", "Yang perlu diperhatikan"),
    )


def _evidence() -> str:
    widths = (WIDTH - 60.0, 38.0, 22.0)
    line = row(
        sel(run("{{ b.nama }}", BOLD)) + sel(fingerprint("{{ b.sha256 }}")),
        sel("{{ b.indikator }}"),
        number("{{ b.ukuran }}"),
    )
    lines = rows_of("for b in bukti", len(widths), line)
    own = pairs((28.0, WIDTH - 28.0), ("SHA-256 formulir", sel(fingerprint("{{ sha256 }}"))))
    listed = table(
        widths,
        head_row("Data dukung yang diterima", "Indikator", ">Ukuran"),
        *lines,
        look=GRID,
        title="Data dukung",
    )
    return heading("Berkas yang diterima") + own + gap(1.5) + unless_empty("bukti", listed)


def _next() -> str:
    text = para(run("Sesudah ini. ", BOLD), run("{{ berikutnya }}"), style="Tekanan")
    return block("if berikutnya", notice(WIDTH, text, fill=MIST))
