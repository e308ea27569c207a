"""Baca saya: how to work with the folders, made from the procedure; one page says it all."""

from .cells import head_row, heading, sel, small
from .letterhead import numbered, page_foot, slim_letterhead, unless_empty
from .look import A4_LANDSCAPE, HAIR, LINES, MARINE, MIST, SAND
from .package import Sheet
from .wml import (
    BOLD,
    CENTRED,
    Cell,
    Ink,
    Layout,
    TableLook,
    block,
    box,
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
COMMAND = Ink(mono=True, bold=True, size=8.5, color=MARINE)


def sheet() -> Sheet:
    """The template."""
    left = Layout(align="left", after=0)
    body = "".join(
        (
            slim_letterhead(WIDTH),
            para("Cara bekerja dengan folder ini", style="Title", layout=left),
            para(
                run("{{ sop.nama }}"),
                run("{% if sop.nomor not in ('', '–') %} · Nomor {{ sop.nomor }}{% endif %}"),
                style="Subtitle",
                layout=Layout(align="left", after=2),
            ),
            _rules(),
            gap(3),
            _steps(),
            _questions(),
            _basis(),
            gap(0.4),
        )
    )
    return Sheet("Baca Saya", PAPER, body, footer=page_foot(WIDTH, "Baca saya · {{ sop.nama }}"))


def _rules() -> str:
    """Three things to remember, side by side."""
    rules = (
        (
            "Pindahkan untuk mengirim",
            "Berkas diambil hanya dari folder perintah (kirim, setujui, kembalikan, diparaf, "
            "ditandatangani). Menyalin ke sana sama artinya dengan memindahkan.",
        ),
        (
            "Di luar itu, bebas bekerja",
            "Di folder lain Anda boleh menyimpan, membuka, dan melanjutkan kapan saja. Tidak ada "
            "yang diambil sebelum Anda memindahkannya.",
        ),
        (
            "Jawaban datang ke folder Anda",
            "Tanda terima, hasil, atau slip perbaikan diletakkan di folder asal berkas. Slip "
            "menyebut apa yang kurang dan cara memperbaikinya.",
        ),
    )
    boxes = [
        Cell(
            para(
                run(title, Ink(bold=True, size=10, color=MARINE)),
                style="Sel",
                layout=Layout(after=0.6),
            )
            + para(text, style="Sel"),
            fill=MIST,
            edges=edge("left", MARINE, 24),
            margins=(1.8, 3, 1.8, 3),
        )
        for title, text in rules
    ]
    between = Cell(para(style="Celah"))
    width = (WIDTH - 8) / 3
    laid = row(boxes[0], between, boxes[1], between, boxes[2])
    return table((width, 4, width, 4, width), laid, title="Tiga hal yang perlu diingat")


def _steps() -> str:
    """Who does what, where, and what each command folder means."""
    widths = (11.0, 84.0, 39.0, 77.0, 17.0, WIDTH - 228.0)
    heads = head_row("|", "Siapa dan apa", "Folder", "Perintah", "Waktu", "Hasil")
    numeral = para(
        run("{{ l.no }}", Ink(bold=True, size=15, color=MARINE)), style="Sel", layout=CENTRED
    )
    what = (
        sel(run("{{ l.pelaksana }}", BOLD))
        + sel("{{ l.kegiatan }}")
        + small("Kelengkapan: {{ l.kelengkapan }}")
    )
    commands = block(
        "for p in l.perintah",
        para(
            run("{{ p.folder }}", COMMAND),
            run(" → {{ p.arti }}", Ink(size=8)),
            style="Sel",
            layout=Layout(after=0.4, left=4, hanging=4),
        ),
    ) + para(style="Celah")
    line = row(
        Cell(numeral, align="center"),
        what,
        sel(run("{{ l.folder }}", Ink(mono=True, bold=True, size=8))),
        commands,
        sel(run("{{ l.waktu }}", Ink(size=8))),
        sel(run("{{ l.output }}", Ink(size=8))),
    )
    return table(
        widths,
        heads,
        *rows_of("for l in langkah", len(widths), line),
        look=LINES,
        title="Langkah prosedur",
    )


def _questions() -> str:
    asked = (
        (
            "Salah kirim?",
            "Kirim lagi yang benar. Sebelum diverifikasi, kiriman baru menggantikan yang lama; "
            "sesudahnya sampaikan perubahannya kepada Kasubag.",
        ),
        (
            "Salah memutuskan?",
            "Keputusan pertama yang berlaku. Minta orang berikutnya mengembalikan naskahnya, "
            "disertai alasan.",
        ),
        (
            "Mengembalikan naskah?",
            "Tulis alasannya sebagai komentar Word atau dalam berkas teks di sebelahnya. Tanpa "
            "alasan, naskah ditahan dan alasannya diminta.",
        ),
        (
            "Paraf dan tanda tangan?",
            "Selalu memerlukan PIN penanda tangan; memindahkan berkas saja tidak menandatangani "
            "apa pun. Jalankan `kinerja initial` atau `kinerja sign`, atau bubuhkan dengan program "
            "lain pada kolom yang tersedia.",
        ),
        (
            "Formulir sampai lewat kertas, surel, atau pesan?",
            "Letakkan di 4-pengisian, folder _titipan, lalu kirim; tercatat “disampaikan melalui "
            "Staf”.",
        ),
        (
            "Punya data dukung?",
            "Letakkan di folder kirim bersama formulirnya; berkas apa pun diterima dan dicatat.",
        ),
        (
            "Pejabat, indikator, atau target berubah?",
            "Ubah Data Induk.xlsx di 1-draft, lalu kirim dari sana. Daftar perubahannya menunggu "
            "Kasubag di 2-koreksi, dan berlaku sesudah disetujui.",
        ),
        (
            "Ada berkas di folder ditolak?",
            "Berkas itu tidak dikenali. Slip di sebelahnya menjelaskan sebabnya; tidak ada yang "
            "dihapus.",
        ),
    )
    widths = (62.0, WIDTH - 62.0)
    lines = [row(sel(run(question, BOLD)), sel(answer)) for question, answer in asked]
    return heading("Bila …") + table(widths, *lines, look=LINES, title="Pertanyaan")


def _basis() -> str:
    warning = block(
        "if peringatan",
        gap(3),
        table(
            (WIDTH,),
            row(
                Cell(
                    para(run("Peringatan. ", BOLD), run("{{ peringatan }}"), style="Tekanan"),
                    fill=SAND,
                    edges=box(HAIR),
                    margins=(1.6, 3, 1.6, 3),
                )
            ),
            look=TableLook(),
            title="Peringatan",
        ),
    )
    listed = unless_empty(
        "dasar_hukum", heading("Dasar hukum"), numbered("d in dasar_hukum", "{{ d }}")
    )
    return warning + listed
