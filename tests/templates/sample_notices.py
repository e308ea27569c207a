"""Contexts of what answers a form: slip, receipt, verification sheet, summary."""

from .sample_indicators import INHIBITING, indicator
from .sample_people import POSTS, SHARED, Context, fingerprint, official


def _finding(place: str, what: str, mend: str) -> Context:
    return {"tempat": place, "isi": what, "perbaikan": mend}


_FINDINGS = (
    _finding(
        "IKU-01 Produksi perikanan tangkap, kolom Realisasi",
        "Tertulis “52 ribu ton”, yang tidak dapat dibaca sebagai angka.",
        "Tulis angkanya saja, misalnya 52.067,25.",
    ),
    _finding(
        "IKU-04 Jumlah kapal perikanan ukuran 5–30 GT yang memiliki izin lengkap",
        "Realisasi belum diisi.",
        "Isi realisasinya; tulis 0 bila memang tidak ada.",
    ),
    _finding(
        "IKU-05, kolom Data dukung",
        "Berkas “rekap-pelabuhan.xlsx” disebut tetapi tidak ikut dikirim.",
        "Letakkan berkas itu di folder kirim bersama formulirnya.",
    ),
)


def slip() -> Context:
    """A returned form with a reason and three findings."""
    return SHARED | {
        "judul": "PERLU DIPERBAIKI",
        "ringkas": "Formulir Anda sudah kami terima, tetapi ada tiga hal yang perlu diperbaiki "
        "sebelum dapat diverifikasi.",
        "naskah": "Format Data Kinerja Triwulan III Tahun 2026",
        "kode": "K7Q2M9XT4B",
        "penerima": POSTS[3][0],
        "dari": POSTS[1][0],
        "waktu": "6 Oktober 2026 pukul 10.14",
        "berkas": [{"nama": "Format Data Kinerja TW III 2026.docx", "sha256": fingerprint("slip")}],
        "alasan": [
            "Angka produksi bulan September belum sama dengan laporan kabupaten. Mohon dicek "
            "kembali bersama petugas statistik, lalu sertakan rekapnya.",
            "Faktor penghambat sebaiknya menyebut wilayahnya.",
        ],
        "temuan": [one | {"no": str(at)} for at, one in enumerate(_FINDINGS, start=1)],
        "peringatan": list(_FINDINGS[2:]),
        "langkah": [
            "Buka “PERBAIKI 2 - Format Data Kinerja.docx” di folder Anda; isian yang sudah benar "
            "tetap ada.",
            "Perbaiki bagian yang disebut di atas, lalu simpan.",
            r"Pindahkan ke K:\data-kinerja\4-pengisian\Kabid Perikanan Tangkap\kirim paling lambat "
            "9 Oktober 2026.",
        ],
    }


def tanda_terima() -> Context:
    """A receipt for three indicators, one warning and two pieces of evidence."""
    return SHARED | {
        "kode": "K7Q2M9XT4B",
        "pejabat": official(3),
        "naskah": "Format Data Kinerja Triwulan III Tahun 2026",
        "waktu": "6 Oktober 2026 pukul 14.05",
        "cara": "melalui folder, akun TANGKAP-PC",
        "indikator": [indicator(at) | {"no": str(at + 1)} for at in range(5)],
        "peringatan": [
            _finding(
                "IKU-03",
                "Angka 1.234 dibaca sebagai seribu dua ratus tiga puluh empat.",
                "Bila yang dimaksud 1,234, kirim ulang dengan koma.",
            )
        ],
        "bukti": [
            {"nama": "rekap-produksi-tw3.xlsx", "ukuran": "48 KB", "sha256": fingerprint("a")},
            {
                "nama": "foto-kegiatan-penyaluran-bantuan-alat-tangkap-september-2026.pdf",
                "ukuran": "2,1 MB",
                "sha256": fingerprint("b"),
            },
        ],
        "sha256": fingerprint("formulir"),
        "berikutnya": "Formulir diverifikasi oleh Kasubag Program, Kepegawaian dan Pelaporan "
        "paling lambat 12 Oktober 2026. Sampai saat itu Anda masih dapat mengirim perbaikan: "
        "kiriman baru menggantikan yang lama.",
    }


def lembar_verifikasi() -> Context:
    """A second return with two warnings and two changes."""
    return SHARED | {
        "pejabat": official(3),
        "kode": "K7Q2M9XT4B",
        "waktu": "6 Oktober 2026 pukul 14.05",
        "verifikator": {"jabatan": POSTS[1][0], "nama": POSTS[1][1]},
        "kiriman_ke": "2",
        "sha256": fingerprint("formulir"),
        "indikator": [indicator(at) for at in range(5)],
        "temuan": list(_FINDINGS[1:]),
        "perubahan": [
            {"kode": "IKU-01", "kolom": "Realisasi", "lama": "52.076", "baru": "52.067"},
            {"kode": "IKU-02", "kolom": "Faktor penghambat", "lama": "–", "baru": INHIBITING},
        ],
    }


def ringkasan() -> Context:
    """Where twelve forms stand."""
    states = ("Menunggu verifikasi", "Diverifikasi", "Dikembalikan", "Belum masuk")
    return SHARED | {
        "waktu": "8 Oktober 2026 pukul 08.00",
        "jumlah": "12",
        "masuk": "8",
        "diverifikasi": "3",
        "dikembalikan": "1",
        "belum": "4",
        "formulir": [
            {
                "no": str(at + 1),
                "jabatan": POSTS[at][0],
                "nama": POSTS[at][1],
                "status": states[at % 4],
                "peringatan": str(3 - at) if at < 3 else "–",
                "kode": fingerprint(POSTS[at][0])[:10].upper() if at % 4 != 3 else "–",
                "masuk": f"{5 + at % 4} Okt 10.{14 + at}" if at % 4 != 3 else "–",
            }
            for at in range(12)
        ],
    }
