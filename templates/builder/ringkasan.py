"""Ringkasan: where all forms of a period stand, those with warnings first."""

from .cells import centred, head_row, heading, sel, small
from .letterhead import notice, page_foot, slim_title, unless_empty
from .look import A4_PORTRAIT, GRID, HAIR, MARINE, MIST, SAND
from .package import Sheet
from .wml import (
    BOLD,
    CENTRED,
    HINT,
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
            _moment(),
            _at_a_glance(),
            heading("Formulir"),
            _forms(),
            gap(0.4),
        )
    )
    return Sheet(
        "Ringkasan Verifikasi", PAPER, body, footer=page_foot(WIDTH, "Ringkasan verifikasi")
    )


def _moment() -> str:
    """As of when; and what has come as a scan, and counts only once its sender has confirmed it."""
    return para(
        run("Keadaan per {{ waktu }}."),
        run("{% if pindaian not in ('', '0') %}", HINT),
        run(" {{ pindaian }} pindaian menunggu dikonfirmasi", BOLD),
        run(" oleh pengirimnya; angkanya belum masuk."),
        run("{% endif %}", HINT),
        style="Catatan",
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


def _at_a_glance() -> str:
    """What is to be done, in a sentence."""
    text = para(
        run("{{ menunggu }} formulir menunggu putusan. ", BOLD),
        run("{% if berperingatan != '0' %}", HINT),
        run("{{ berperingatan }} dengan peringatan: baca yang di atas lebih dahulu. "),
        run("{% endif %}{% if bersih != '0' %}", HINT),
        run("{{ bersih }} tanpa peringatan", BOLD),
        run(": cukup dilihat sekilas, lalu disetujui."),
        run("{% endif %}", HINT),
        style="Tekanan",
    )
    return block("if menunggu not in ('', '0')", gap(3), notice(WIDTH, text, fill=MIST))


def _forms() -> str:
    widths = (8.0, 58.0, 32.0, WIDTH - 98.0)
    heads = head_row("|No.", "Jabatan dan nama", "Status", "Peringatan")
    line = row(
        centred("{{ f.no }}"),
        sel(run("{{ f.jabatan }}", BOLD))
        + small(run("{{ f.nama }} · "), run("{{ f.kode }}", Ink(mono=True, size=7))),
        sel("{{ f.status }}")
        + block(
            "if f.masuk not in ('', '–')",
            small("masuk {{ f.masuk }}{% if f.berkas %}; {{ f.berkas }} data dukung{% endif %}"),
        )
        + para(style="Celah"),
        _warnings(),
    )
    lines = rows_of("for f in formulir", len(widths), line)
    return unless_empty(
        "formulir",
        table(widths, heads, *lines, look=GRID, title="Formulir"),
        otherwise="Belum ada formulir.",
    )


def _warnings() -> Cell:
    """The warnings of a form in their own words, on a tint that shows in grey print too."""
    warned = "f.peringatan not in ('', '–', '0')"
    none = block("if f.menunggu and not f.temuan", sel("tidak ada")) + block(
        "if not f.menunggu and not f.temuan", sel("–")
    )
    told = block(
        "for t in f.temuan",
        sel(run("{{ t.tempat }}: ", Ink(bold=True, size=8)), run("{{ t.isi }}", Ink(size=8))),
    )
    more = block(
        "if f.lainnya",
        sel(run("dan {{ f.lainnya }} lagi, lihat lembarnya", Ink(bold=True, size=8))),
    )
    tint = run(f"{{% cellbg '{SAND}' if {warned} else 'FFFFFF' %}}")
    return Cell(para(tint, style="Celah") + none + told + more + para(style="Celah"), fill="FFFFFF")
