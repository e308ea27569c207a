"""Sampul pindaian: the cover of a form that came on paper; the scan itself follows it."""

from .cells import centred, head_row, heading, number, sel
from .letterhead import fingerprint, letterhead, notice, page_foot, pairs, title
from .look import A4_PORTRAIT, GRID, MARINE, MIST, TEAL, WHITE
from .package import Sheet
from .wml import BOLD, Cell, Ink, block, box, gap, para, row, rows_of, run, table

PAPER = A4_PORTRAIT
WIDTH = PAPER.text_width
STAMP = (90.0, 9.0, 18.0)
"""Width of the stamp, height of its head and of its lines, in millimetres."""


def sheet() -> Sheet:
    """The template."""
    body = "".join(
        (
            letterhead(WIDTH),
            title("SAMPUL PINDAIAN", "Format Data Kinerja {{ periode }}"),
            _stamp(),
            _facts(),
            _files(),
            gap(3),
            _meaning(),
            gap(0.4),
        )
    )
    return Sheet("Sampul Pindaian", PAPER, body, footer=page_foot(WIDTH, "Sampul {{ kode }}"))


def _stamp() -> str:
    """The verification stamp, where the form is verified; else that it waits."""
    frame = box(TEAL, 18)
    lines = (
        centred(run("{{ cap.oleh }}", Ink(bold=True, size=9)))
        + centred(run("{{ cap.waktu }}", Ink(size=9)))
        + centred(run("pindaian asli terlampir", Ink(size=8.5, italic=True)))
    )
    stamp = table(
        ((WIDTH - STAMP[0]) / 2, STAMP[0], (WIDTH - STAMP[0]) / 2),
        row(
            Cell(para(style="Sel")),
            Cell(
                centred(run("{{ cap.teks }}", Ink(bold=True, size=13, color=WHITE))),
                fill=TEAL,
                edges=frame,
                align="center",
            ),
            Cell(para(style="Sel")),
            height=STAMP[1],
        ),
        row(
            Cell(para(style="Sel")),
            Cell(lines, edges=frame, align="center"),
            Cell(para(style="Sel")),
            height=STAMP[2],
        ),
        title="Cap verifikasi",
    )
    return block("if cap.teks", gap(2), stamp, gap(4))


def _facts() -> str:
    code = sel(run("{{ kode }}", Ink(mono=True, bold=True, size=11, color=MARINE)))
    return pairs(
        (42.0, WIDTH - 42.0),
        ("Kode formulir", code),
        ("Pejabat pelapor", sel(run("{{ pejabat.jabatan }}", BOLD))),
        ("Nama", "{{ pejabat.nama }}"),
        ("Cara masuk", "{{ cara }}"),
        ("Asal nilai", "{{ asal }}"),
    )


def _files() -> str:
    widths = (WIDTH - 30.0, 30.0)
    line = row(
        sel(run("{{ b.nama }}", BOLD)) + sel(fingerprint("{{ b.sha256 }}")),
        number("{{ b.halaman }}"),
    )
    lines = rows_of("for b in berkas", len(widths), line)
    heads = head_row("Berkas asli dan SHA-256", ">Halaman")
    return heading("Yang terlampir") + table(widths, heads, *lines, look=GRID, title="Berkas asli")


def _meaning() -> str:
    text = para(
        run("Halaman berikut adalah gambar dari pindaian itu. ", BOLD),
        run(
            "Berkas aslinya disimpan tanpa diubah satu byte pun, dengan SHA-256 di atas. Formulir "
            "bertanda SALINAN NILAI hanya menyalin nilainya; bila keduanya berbeda, pindaian "
            "inilah yang berlaku."
        ),
        style="Tekanan",
    )
    return notice(WIDTH, text, fill=MIST)
