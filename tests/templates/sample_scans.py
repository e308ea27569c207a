"""What is told of a form that came on paper: the sheet to check it by, its scan's cover."""

from .sample_indicators import indicator
from .sample_people import SHARED, Context, fingerprint, official

FIELDS = ("keterangan", "pendukung", "penghambat", "tindak_lanjut", "data_dukung")
FILES = [
    {"nama": "IMG_2034.jpg", "halaman": "1 halaman", "sha256": fingerprint("foto satu")},
    {"nama": "IMG_2035.jpg", "halaman": "1 halaman", "sha256": fingerprint("foto dua")},
]


def periksa_angka() -> Context:
    """Two rows: one clear, one with a number that could not be read and a faint word."""
    clear = {name: {"usul": "Cuaca dan gelombang tinggi", "ragu": ""} for name in FIELDS}
    faint = {**clear, "keterangan": {"usul": "Data hasi pendataan", "ragu": "kurang jelas"}}
    rows = [
        indicator(0) | clear | {"realisasi": {"usul": "52.067,25", "ragu": ""}},
        indicator(3) | faint | {"realisasi": {"usul": "", "ragu": "tidak terbaca"}},
    ]
    return SHARED | {
        "pejabat": official(3),
        "kode": "K7Q2M9XT4B",
        "waktu": "6 Oktober 2026 pukul 10.14 WIB",
        "berkas": FILES,
        "formulir": "PERIKSA ANGKA - Format Data Kinerja TW III 2026.docx",
        "tujuan": r"K:\4-pengisian\Kepala Bidang Perikanan Tangkap\kirim",
        "temuan": [
            {
                "tempat": "halaman 2 dari 2",
                "isi": "tidak ada pada pindaian",
                "perbaikan": "pindai halaman itu dan kirim; yang sudah terbaca tetap",
            }
        ],
        "indikator": [row | {"gambar": ""} for row in rows],
    }


def sampul_pindaian() -> Context:
    """The cover of two photographs, verified."""
    return SHARED | {
        "pejabat": official(3),
        "kode": "K7Q2M9XT4B",
        "cap": {
            "teks": "TELAH DIVERIFIKASI",
            "oleh": "Kasubag Program, Kepegawaian dan Pelaporan",
            "waktu": "8 Oktober 2026 pukul 09.12 WIB",
        },
        "cara": "disampaikan melalui Staf",
        "asal": "disalin dari pindaian, dikonfirmasi oleh Kepala Bidang Perikanan Tangkap",
        "berkas": FILES,
    }


def sampul_naskah() -> Context:
    """The cover of a print-out that was signed on paper and photographed."""
    return SHARED | {
        "naskah": "Print Out Data Kinerja TW III 2026",
        "kode": "P4W8Z2HN6C",
        "revisi": "1",
        "lokasi": "Lemari arsip 2, map TW III 2026, ruang Subbagian Program",
        "penanda_tangan": "Kasubag Program, Kepegawaian dan Pelaporan",
        "cap": {
            "teks": "SALINAN",
            "oleh": "Kasubag Program, Kepegawaian dan Pelaporan",
            "waktu": "14 Oktober 2026 pukul 14.05 WIB",
        },
        "cara": "Kasubag Program, melalui folder, akun PROGRAM-PC",
        "sha256_cetak": fingerprint("print out"),
        "berkas": [{**file, "halaman": f"halaman {at}"} for at, file in enumerate(FILES, start=1)],
    }
