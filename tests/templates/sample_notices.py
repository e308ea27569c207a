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


def _piece(name: str, indicators: str = "seluruh formulir") -> Context:
    return {
        "nama": name,
        "ukuran": "48 KB",
        "sha256": fingerprint(name),
        "diterima": "6 Oktober 2026 pukul 14.02 WIB",
        "indikator": indicators,
    }


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
            _piece("rekap-produksi-tw3.xlsx", "IKU-01, IKU-02"),
            _piece("foto-kegiatan-penyaluran-bantuan-alat-tangkap-september-2026.pdf"),
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
        "cara": "melalui folder, akun TANGKAP-PC",
        "indikator": [
            indicator(at)
            | {
                "tahun_lalu": "15.020,5" if at < 2 else "–",
                "tertulis": "17.355,25 ton" if at == 0 else "",
                "berkas": "IKU-01 rekap.xlsx" if at == 0 else "",
            }
            for at in range(5)
        ],
        "bukti": [_piece("IKU-01 rekap.xlsx", "IKU-01"), _piece("foto kegiatan.jpg")],
        "temuan": list(_FINDINGS[1:]),
        "perubahan": [
            {"kode": "IKU-01", "kolom": "Realisasi", "lama": "52.076", "baru": "52.067"},
            {"kode": "IKU-02", "kolom": "Faktor penghambat", "lama": "–", "baru": INHIBITING},
        ],
    }


def ringkasan(forms: int = 12) -> Context:
    """Where so many forms stand."""
    states = ("Menunggu verifikasi", "Diverifikasi", "Dikembalikan", "Belum masuk")
    return SHARED | {
        "waktu": "8 Oktober 2026 pukul 08.00",
        "jumlah": str(forms),
        "masuk": "8",
        "diverifikasi": "3",
        "dikembalikan": "1",
        "belum": "4",
        "menunggu": "4",
        "berperingatan": "2",
        "bersih": "2",
        "pindaian": "1",
        "formulir": [_summarised(at, states[at % 4]) for at in range(forms)],
    }


def _summarised(at: int, state: str) -> Context:
    post, name = POSTS[at % len(POSTS)]
    warned = max(0, 5 - 2 * at)
    told = [{"tempat": f["tempat"], "isi": f["isi"]} for f in _FINDINGS][:warned]
    sent = state != "Belum masuk"
    return {
        "no": str(at + 1),
        "jabatan": post,
        "nama": name,
        "status": state,
        "peringatan": str(warned) if warned else "–",
        "temuan": told,
        "lainnya": str(warned - len(told)) if warned > len(told) else "",
        "menunggu": state == "Menunggu verifikasi",
        "kode": fingerprint(f"{post}{at}")[:10].upper(),
        "masuk": f"{5 + at % 4} Okt 10.{14 + at % 40}" if sent else "–",
        "berkas": str(at % 3) if sent and at % 3 else "",
    }
