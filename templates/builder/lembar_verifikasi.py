"""Lembar verifikasi: one form as the verifier should see it, findings first."""

from .cells import code, head_row, heading, number, predicate, sel, small
from .letterhead import (
    findings,
    fingerprint,
    notice,
    page_foot,
    running_head,
    slim_title,
    unless_empty,
)
from .look import DENSE, F4_LANDSCAPE, GRID, HAIR, MIST, SAND
from .package import Sheet
from .wml import (
    BOLD,
    Cell,
    Ink,
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

PAPER = F4_LANDSCAPE
WIDTH = PAPER.text_width


def sheet() -> Sheet:
    """The template."""
    body = "".join(
        (
            slim_title(WIDTH, "LEMBAR VERIFIKASI", "Format Data Kinerja {{ periode }}"),
            _facts(),
            gap(3),
            _decision(),
            _findings(),
            _values(),
            _changes(),
            _evidence(),
            gap(0.4),
        )
    )
    return Sheet(
        "Lembar Verifikasi",
        PAPER,
        body,
        header=running_head(WIDTH, "Lembar verifikasi · {{ pejabat.jabatan }}", "Kode {{ kode }}"),
        footer=page_foot(WIDTH, "Lembar verifikasi {{ kode }} · kiriman ke-{{ kiriman_ke }}"),
        first_page_bare=True,
    )


def _facts() -> str:
    widths = (28.0, 117.0, 8.0, 32.0, WIDTH - 185.0)
    label = "SelLabel"
    lines = (
        ("Pelapor", run("{{ pejabat.jabatan }}", BOLD), "Kiriman ke-", run("{{ kiriman_ke }}")),
        ("Nama", run("{{ pejabat.nama }}"), "Diterima", run("{{ waktu }}, {{ cara }}")),
        (
            "Kode formulir",
            run("{{ kode }}", Ink(mono=True, bold=True, size=10)),
            "Verifikator",
            run("{{ verifikator.jabatan }} ({{ verifikator.nama }})"),
        ),
        ("Unit kerja", run("{{ pejabat.unit }}"), "SHA-256 berkas", fingerprint("{{ sha256 }}")),
    )
    rule = edge("bottom", HAIR)
    rows = [
        row(
            Cell(para(left, style=label), edges=rule),
            Cell(sel(first), edges=rule),
            Cell(para(style="Celah")),
            Cell(para(right, style=label), edges=rule),
            Cell(sel(second), edges=rule),
        )
        for left, first, right, second in lines
    ]
    return table(widths, *rows, look=TableLook(margins=(0.9, 0, 0.9, 1)), title="Formulir")


def _decision() -> str:
    text = para(
        run("Putusan. ", BOLD),
        run("Bila sudah benar, pindahkan formulirnya ke folder "),
        run("setujui", BOLD),
        run(". Bila perlu diperbaiki, pindahkan ke "),
        run("kembalikan", BOLD),
        run(
            " dengan alasan sebagai komentar Word atau berkas teks di sebelahnya. Angka yang Anda "
            "ubah pada formulir dicatat sebagai perubahan dan diberitahukan kepada pelapor."
        ),
        style="Tekanan",
    )
    return notice(WIDTH, text, fill=MIST)


def _findings() -> str:
    return heading("I. Temuan") + unless_empty(
        "temuan",
        findings((90.0, 110.0, 100.0), "temuan", "Yang ditemukan"),
        otherwise="Tidak ada temuan.",
    )


def _values() -> str:
    widths = (16.0, 48.0, 17.0, 20.0, 20.0, 22.0, 22.0, 21.0, 16.0, 24.0, 74.0)
    heads = head_row(
        "Kode",
        "Indikator kinerja",
        "Satuan",
        ">Target tahunan",
        ">Target TW\u00a0{{ triwulan }}",
        ">Triwulan lalu",
        ">Realisasi TW\u00a0{{ triwulan }}",
        ">Realisasi s.d.\u00a0TW\u00a0{{ triwulan }}",
        ">Capaian TW\u00a0(%)",
        "|Predikat",
        "Keterangan, faktor, dan data dukung",
    )

    def figure(name: str, *, bold: bool = False) -> str:
        return number(run(f"{{{{ i.{name} }}}}", Ink(bold=bold, size=8)))

    line = row(
        code("i"),
        sel("{{ i.nama }}"),
        sel(run("{{ i.satuan }}", Ink(size=8))),
        figure("target_tahunan"),
        figure("target_tw"),
        figure("lalu") + _year_ago(),
        Cell(figure("realisasi", bold=True) + _as_written(), fill=MIST),
        figure("realisasi_sd"),
        figure("capaian"),
        predicate("i."),
        _remarks(),
    )
    lines = rows_of("for i in indikator", len(widths), line)
    return heading("II. Nilai yang dilaporkan") + unless_empty(
        "indikator",
        table(widths, heads, *lines, look=DENSE, title="Nilai yang dilaporkan"),
        otherwise="Tidak ada nilai.",
    )


def _as_written() -> str:
    """How the figure was written, where it is not shown so."""
    words = number(run("tertulis: {{ i.tertulis }}", Ink(size=7)))
    return block("if i.tertulis", words) + para(style="Celah")


def _year_ago() -> str:
    """The same quarter of the year before, where it is on file."""
    words = number(run("tahun lalu {{ i.tahun_lalu }}", Ink(size=7)))
    return block("if i.tahun_lalu not in ('', '–')", words) + para(style="Celah")


def _remarks() -> str:
    """The official's words, each under its label; what was not said takes no line."""
    labels = (
        ("Keterangan", "keterangan"),
        ("Pendukung", "pendukung"),
        ("Penghambat", "penghambat"),
        ("Tindak lanjut", "tindak_lanjut"),
        ("Data dukung", "data_dukung"),
        ("Berkas", "berkas"),
    )
    said = "".join(
        block(
            f"if i.{name} not in ('', '–')",
            small(run(f"{label}: ", BOLD), run(f"{{{{ i.{name} }}}}")),
        )
        for label, name in labels
    )
    return said + para(style="Celah")


def _changes() -> str:
    widths = (20.0, 50.0, 115.0, 115.0)
    heads = head_row("Kode", "Kolom", "Kiriman sebelumnya", "Kiriman ini")
    line = row(
        code("p"),
        sel("{{ p.kolom }}"),
        sel("{{ p.lama }}"),
        Cell(sel("{{ p.baru }}"), fill=SAND),
    )
    lines = rows_of("for p in perubahan", len(widths), line)
    return heading("III. Perubahan dari kiriman sebelumnya") + unless_empty(
        "perubahan",
        table(widths, heads, *lines, look=GRID, title="Perubahan"),
        otherwise="Tidak ada perubahan, atau ini kiriman pertama.",
    )


def _evidence() -> str:
    widths = (118.0, 60.0, 60.0, WIDTH - 238.0)
    heads = head_row("Berkas dan SHA-256", "Indikator", "Diterima", ">Ukuran")
    line = row(
        sel(run("{{ b.nama }}", BOLD)) + sel(fingerprint("{{ b.sha256 }}")),
        sel("{{ b.indikator }}"),
        sel("{{ b.diterima }}"),
        number("{{ b.ukuran }}"),
    )
    lines = rows_of("for b in bukti", len(widths), line)
    return heading("IV. Data dukung") + unless_empty(
        "bukti",
        table(widths, heads, *lines, look=GRID, title="Data dukung"),
        otherwise="Tidak ada berkas data dukung.",
    )
