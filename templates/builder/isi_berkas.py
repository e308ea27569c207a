"""Isi berkas: the index of one archive dossier, for a reader who knows nothing of the program."""

from .cells import centred, head_row, heading, sel, small
from .letterhead import page_foot, pairs, slim_title, unless_empty
from .look import A4_PORTRAIT, GRID
from .package import Sheet
from .wml import BOLD, Ink, Layout, gap, para, row, rows_of, run, tab, table

PAPER = A4_PORTRAIT
WIDTH = PAPER.text_width


def sheet() -> Sheet:
    """The template."""
    body = "".join(
        (
            slim_title(WIDTH, "ISI BERKAS ARSIP", "{{ berkas.uraian }}"),
            _identity(),
            _about(),
            _contents(),
            _signatures(),
            _events(),
            _how_to_check(),
            gap(0.4),
        )
    )
    foot = page_foot(WIDTH, "Berkas {{ berkas.kode_klasifikasi }} / {{ berkas.nomor }}")
    return Sheet("Isi Berkas Arsip", PAPER, body, footer=foot)


def _identity() -> str:
    return pairs(
        (42.0, WIDTH - 42.0),
        ("Kode klasifikasi", "{{ berkas.kode_klasifikasi }}"),
        ("Nomor berkas", "{{ berkas.nomor }}"),
        ("Nomor naskah", "{{ berkas.nomor_naskah }}"),
        ("Kurun waktu", "{{ berkas.kurun_waktu }}"),
        ("Unit pengolah", "{{ berkas.unit_pengolah }}"),
        ("Retensi", "{{ berkas.retensi }}"),
        ("Klasifikasi keamanan", "{{ berkas.keamanan }}"),
    )


def _about() -> str:
    return heading("Tentang berkas ini") + para(
        "Folder ini memuat satu berkas arsip secara lengkap: naskah yang ditandatangani, formulir "
        "yang menjadi sumbernya, berkas asli sebagaimana diterima, data dukung, keputusan yang "
        "diambil, dan catatan kejadiannya. Semuanya dapat dibaca tanpa program khusus: naskah "
        "berupa PDF/A, angkanya berupa CSV dan JSON, sidik jarinya berupa teks biasa. Isi folder "
        "data tidak boleh diubah, ditambah, atau diganti namanya."
    )


def _contents() -> str:
    widths = (10.0, WIDTH - 44.0, 34.0)
    line = row(
        centred("{{ b.no }}"),
        sel(run("{{ b.uraian }}", BOLD))
        + small("{{ b.berkas }}")
        + small(run("{{ b.sha256 }}", Ink(mono=True, size=6.5))),
        sel("{{ b.tanggal }}"),
    )
    lines = rows_of("for b in isi", len(widths), line)
    heads = head_row("|No.", "Uraian, letak berkas, dan sidik jari SHA-256", "Tanggal")
    return heading("Daftar isi") + unless_empty(
        "isi",
        table(widths, heads, *lines, look=GRID, title="Daftar isi"),
        otherwise="Berkas ini belum berisi.",
    )


def _signatures() -> str:
    widths = (26.0, 64.0, 36.0, WIDTH - 126.0)
    line = row(
        sel(run("{{ t.peran }}", BOLD)),
        sel("{{ t.nama }}") + small("{{ t.jabatan }}"),
        sel(run("{{ t.waktu }}", Ink(size=8))),
        sel(run("{{ t.penerbit }}", Ink(size=8))) + small("Tingkat {{ t.tingkat }}"),
    )
    lines = rows_of("for t in tanda_tangan", len(widths), line)
    heads = head_row("Peran", "Nama dan jabatan", "Waktu", "Penerbit sertifikat")
    return unless_empty(
        "tanda_tangan",
        heading("Tanda tangan elektronik"),
        table(widths, heads, *lines, look=GRID, title="Tanda tangan elektronik"),
    )


def _events() -> str:
    widths = (38.0, 62.0, WIDTH - 100.0)
    line = row(
        sel(run("{{ k.waktu }}", Ink(size=8))), sel("{{ k.pelaku }}"), sel("{{ k.kejadian }}")
    )
    lines = rows_of("for k in kejadian", len(widths), line)
    return unless_empty(
        "kejadian",
        heading("Riwayat"),
        table(
            widths,
            head_row("Waktu", "Pelaku", "Kejadian"),
            *lines,
            look=GRID,
            title="Riwayat",
        ),
    )


def _how_to_check() -> str:
    """How to prove the dossier whole with what any computer has."""
    mono = Ink(mono=True, size=8.5)
    hang = Layout(left=6, hanging=6, tabs=(6,), after=1)
    steps = (
        (
            run("Keutuhan. ", BOLD),
            run(
                "Folder ini tersusun menurut BagIt (RFC 8493). Sidik jari setiap berkas di folder "
                "data tercatat dalam manifest-sha256.txt. Pada Linux atau macOS jalankan "
            ),
            run("sha256sum -c manifest-sha256.txt", mono),
            run("; pada Windows bandingkan hasil "),
            run('certutil -hashfile "nama berkas" SHA256', mono),
            run(" dengan daftar di atas."),
        ),
        (
            run("Tanda tangan. ", BOLD),
            run(
                "Buka naskah PDF dengan pembaca PDF yang dapat memeriksa tanda tangan elektronik; "
                "panel tanda tangannya menyebut siapa, kapan, dan apakah naskah berubah sesudahnya."
            ),
        ),
        (
            run("Perbaikan. ", BOLD),
            run(
                "Naskah yang sudah disimpan tidak pernah diubah. Ralat atau perubahan ditambahkan "
                "sebagai naskah baru, dan naskah lama ditandai digantikan."
            ),
        ),
    )
    lines = "".join(
        para(run(f"{at}."), tab(), *step, layout=hang) for at, step in enumerate(steps, start=1)
    )
    return heading("Cara memeriksa") + lines
