"""Sampul naskah: the cover of a print-out that was signed on paper; its scan follows."""

from .cells import centred, head_row, heading, number, sel
from .letterhead import fingerprint, letterhead, notice, page_foot, pairs, title
from .look import A4_PORTRAIT, GRID, MARINE, MIST, TEAL, WHITE
from .package import Sheet
from .wml import BOLD, Cell, Ink, box, gap, para, row, rows_of, run, table

PAPER = A4_PORTRAIT
WIDTH = PAPER.text_width
STAMP = (100.0, 9.0, 18.0)
"""Width of the stamp, height of its head and of its lines, in millimetres."""


def sheet() -> Sheet:
    """The template."""
    body = "".join(
        (
            letterhead(WIDTH),
            title("SALINAN NASKAH BERTANDA TANGAN BASAH", "{{ naskah }}"),
            gap(2),
            _stamp(),
            gap(4),
            _facts(),
            _files(),
            gap(3),
            _meaning(),
            gap(0.4),
        )
    )
    return Sheet("Sampul Naskah", PAPER, body, footer=page_foot(WIDTH, "Sampul {{ kode }}"))


def _stamp() -> str:
    frame = box(TEAL, 18)
    lines = (
        centred(run("{{ cap.oleh }}", Ink(bold=True, size=9)))
        + centred(run("{{ cap.waktu }}", Ink(size=9)))
        + centred(run("bukan tanda tangan elektronik", Ink(size=8.5, italic=True)))
    )
    beside = Cell(para(style="Sel"))
    head = centred(run("{{ cap.teks }}", Ink(bold=True, size=13, color=WHITE)))
    return table(
        ((WIDTH - STAMP[0]) / 2, STAMP[0], (WIDTH - STAMP[0]) / 2),
        row(beside, Cell(head, fill=TEAL, edges=frame, align="center"), beside, height=STAMP[1]),
        row(beside, Cell(lines, edges=frame, align="center"), beside, height=STAMP[2]),
        title="Cap salinan",
    )


def _facts() -> str:
    code = sel(run("{{ kode }}", Ink(mono=True, bold=True, size=11, color=MARINE)))
    return pairs(
        (42.0, WIDTH - 42.0),
        ("Naskah asli di", sel(run("{{ lokasi }}", BOLD))),
        ("Kode naskah", code),
        ("Revisi", "{{ revisi }}"),
        ("Penanda tangan", "{{ penanda_tangan }}, menurut naskahnya"),
        ("Diserahkan oleh", "{{ cara }}"),
        ("Yang dicetak", sel(fingerprint("{{ sha256_cetak }}"))),
    )


def _files() -> str:
    widths = (WIDTH - 40.0, 40.0)
    line = row(
        sel(run("{{ b.nama }}", BOLD)) + sel(fingerprint("{{ b.sha256 }}")),
        number("{{ b.halaman }}"),
    )
    lines = rows_of("for b in berkas", len(widths), line)
    heads = head_row("Berkas pindaian asli dan SHA-256", ">Halaman naskah")
    return heading("Yang terlampir") + table(widths, heads, *lines, look=GRID, title="Berkas asli")


def _meaning() -> str:
    text = para(
        run("Halaman berikut adalah gambar naskah yang ditandatangani di atas kertas. ", BOLD),
        run(
            "Yang berlaku adalah naskah asli di tempat yang disebut di atas; berkas ini salinannya."
            " Print out sebelum dicetak, dengan paraf elektroniknya, disimpan di sampingnya tanpa "
            "diubah, begitu pula berkas pindaian asli."
        ),
        style="Tekanan",
    )
    return notice(WIDTH, text, fill=MIST)
