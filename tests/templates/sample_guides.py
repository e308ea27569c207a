"""Contexts of the two guides: BACA SAYA of the inbox and of a dossier."""

from typing import Any

from .sample_people import POSTS, SHARED, Context, fingerprint

_KASUBAG = "Kasubag Program, Kepegawaian dan Pelaporan"
_SEND = [("kirim", "pindahkan berkas ke sini bila sudah selesai")]
_DECIDE = [
    ("setujui", "naskah sudah benar dan boleh diteruskan"),
    ("kembalikan", "naskah perlu diperbaiki; alasannya ditulis sebagai komentar Word"),
]
_STEPS: list[tuple[Any, ...]] = [
    (
        "Staf",
        "Membuat Draft Format Data Kinerja yang akan dikoreksi oleh Kasubag",
        "Daftar Pernyataan",
        "2 Hari",
        "Draft Format Data Kinerja",
        "1-draft",
        _SEND,
    ),
    (
        _KASUBAG,
        "Mengoreksi Format Data Kinerja; bila benar digunakan, bila salah dikembalikan ke "
        "Staf untuk diperbaiki",
        "Draft Format Data Kinerja",
        "10 Menit",
        "Format Data Kinerja",
        "2-koreksi",
        _DECIDE,
    ),
    (
        "Staf",
        "Menggandakan Draft Format Data Kinerja dan menyerahkan ke Pejabat Terkait",
        "Format Data Kinerja",
        "1 Hari",
        "Format Data Kinerja Pejabat Terkait",
        "3-penggandaan",
        _SEND,
    ),
    (
        "Pejabat Terkait",
        "Menerima dan mengisi Format Data Kinerja dan mengembalikan ke Kasubag untuk diverifikasi",
        "Format Data Kinerja Pejabat Terkait",
        "3 Hari",
        "Format Data Kinerja yang sudah diisi",
        "4-pengisian/<jabatan>",
        [("kirim", "pindahkan formulir yang sudah diisi ke sini, berikut data dukungnya")],
    ),
    (
        _KASUBAG,
        "Menerima Format Data, melakukan verifikasi, dan mengembalikan ke Staf untuk di-entry",
        "Format Data Kinerja yang sudah diisi",
        "1 Hari",
        "Format Data Kinerja yang sudah diisi dan diverifikasi",
        "5-verifikasi",
        _DECIDE,
    ),
    (
        "Staf",
        "Melakukan entry Data Kinerja dan menyerahkan ke Kasubag",
        "Format Data Kinerja yang sudah diisi dan diverifikasi",
        "2 Hari",
        "Print Out Data Kinerja",
        "6-entri",
        _SEND,
    ),
    (
        _KASUBAG,
        "Melakukan validasi dan paraf Data Kinerja",
        "Print Out Data Kinerja",
        "20 Menit",
        "Print Out Data Kinerja yang sudah divalidasi dan diparaf",
        "7-paraf",
        [
            ("kembalikan", "isi print-out perlu diperbaiki pada entri"),
            ("diparaf", "letakkan PDF yang sudah diparaf dengan aplikasi lain"),
        ],
    ),
    (
        _KASUBAG,
        "Melakukan penandatanganan Data Kinerja",
        "Print Out yang sudah divalidasi dan diparaf",
        "10 Menit",
        "Print Out yang sudah ditandatangani → arsip",
        "8-tanda-tangan",
        [
            ("kembalikan", "isi print-out perlu diperbaiki pada entri"),
            ("ditandatangani", "letakkan PDF yang sudah ditandatangani dengan aplikasi lain"),
        ],
    ),
]
_LEGAL_BASIS = [
    "Permenpan RB No. 35 Tahun 2012 tentang Pedoman Penyusunan Standar Operasional "
    "Prosedur Administrasi Pemerintahan",
    "Permenpan RB No. 19 Tahun 2018 tentang Penyusunan Peta Proses Bisnis Instansi Pemerintah",
    "Permendagri No. 90 Tahun 2019 tentang Klasifikasi, Kodefikasi, dan Nomenklatur "
    "Perencanaan Pembangunan dan Keuangan Daerah",
    "Undang-Undang Nomor 17 Tahun 2003 tentang Keuangan Negara",
    "Undang-Undang Nomor 25 Tahun 2004 tentang Sistem Perencanaan Pembangunan Nasional",
    "Undang-Undang Nomor 33 Tahun 2004 tentang Perimbangan Keuangan antara Pemerintah "
    "Pusat dan Daerah",
    "Peraturan Menteri Dalam Negeri Nomor 13 Tahun 2006 tentang Pedoman Pengelolaan "
    "Keuangan Daerah",
    "Peraturan Menteri Dalam Negeri Nomor 54 Tahun 2010 tentang Pelaksanaan Peraturan "
    "Pemerintah Nomor 8 Tahun 2008 tentang Tahapan, Tata Cara Penyusunan, Pengendalian "
    "dan Evaluasi Pelaksanaan Rencana Pembangunan Daerah",
    "Peraturan Gubernur Nomor 51 Tahun 2016 tentang Kedudukan, Susunan Organisasi, Tugas "
    "dan Fungsi, serta Tata Kerja Dinas Kelautan dan Perikanan Provinsi Jambi",
]
_ITEMS = [
    (
        "Data Kinerja Triwulan III Tahun 2026 (print out bertanda tangan)",
        "14 Oktober 2026",
        "data/naskah/Data Kinerja TW III 2026.pdf",
    ),
    (
        "Nilai seluruh indikator",
        "14 Oktober 2026",
        "data/nilai/Data Kinerja TW III 2026.csv",
    ),
]
_ITEMS += [
    (
        f"Format Data Kinerja {post}, terverifikasi",
        f"{8 + at % 3} Oktober 2026",
        f"data/formulir/{fingerprint(post)[:10].upper()}.pdf",
    )
    for at, (post, _) in enumerate(POSTS[:10])
]
_EVENTS = [
    ("5 Oktober 2026 08.12", "Staf", "Draft Format Data Kinerja dikirim"),
    ("5 Oktober 2026 09.40", POSTS[1][0], "Format Data Kinerja disetujui"),
    ("5 Oktober 2026 13.05", "Staf", "Formulir dibagikan kepada 12 pejabat"),
    ("9 Oktober 2026 10.14", POSTS[3][0], "Formulir K7Q2M9XT4B diterima"),
    ("14 Oktober 2026 09.20", POSTS[1][0], "Print out diparaf dan ditandatangani"),
    ("14 Oktober 2026 09.21", "kinerja", "Berkas disimpan ke arsip"),
]
_SIGNATURES = [
    ("Paraf", POSTS[1][1], POSTS[1][0], "14 Oktober 2026 09.18", "BSRE CA DS G1", "B-LTA"),
    ("Tanda tangan", POSTS[0][1], POSTS[0][0], "14 Oktober 2026 09.20", "BSRE CA DS G1",
     "B-LTA"),
]  # fmt: skip


def baca_saya() -> Context:
    """The eight steps of the procedure."""
    keys = ("pelaksana", "kegiatan", "kelengkapan", "waktu", "output", "folder", "perintah")
    steps: list[Context] = []
    for at, line in enumerate(_STEPS, start=1):
        step: Context = dict(zip(keys, line, strict=True))
        step["perintah"] = [{"folder": name, "arti": sense} for name, sense in line[-1]]
        steps.append(step | {"no": str(at)})
    return SHARED | {
        "sop": {"nama": "Prosedur Mekanisme Pengumpulan Data Kinerja", "nomor": "065/012/DKP/2026"},
        "langkah": steps,
        "dasar_hukum": list(_LEGAL_BASIS),
        "peringatan": "Jika tidak dilaksanakan sesuai SOP, maka tidak dapat terlaksana dengan "
        "maksimal",
    }


def isi_berkas() -> Context:
    """An archive dossier with its items, signatures and events."""
    return SHARED | {
        "berkas": {
            "kode_klasifikasi": "000.8.6.3",
            "nomor": "0007",
            "uraian": "Data Kinerja Triwulan III Tahun 2026",
            "kurun_waktu": "5–14 Oktober 2026",
            "unit_pengolah": "Subbagian Program, Kepegawaian dan Pelaporan",
            "retensi": "Aktif 2 tahun, inaktif 3 tahun, kemudian musnah",
            "keamanan": "Biasa/Terbuka",
            "nomor_naskah": "000.8.6.3/0123/DKP/2026",
        },
        "isi": [
            {
                "no": str(at),
                "uraian": label,
                "tanggal": day,
                "berkas": path,
                "sha256": fingerprint(path),
            }
            for at, (label, day, path) in enumerate(_ITEMS, start=1)
        ],
        "kejadian": [
            dict(zip(("waktu", "pelaku", "kejadian"), line, strict=True)) for line in _EVENTS
        ],
        "tanda_tangan": [
            dict(
                zip(("peran", "nama", "jabatan", "waktu", "penerbit", "tingkat"), line, strict=True)
            )
            for line in _SIGNATURES
        ],
    }
