"""Four objectives and twenty indicators, as every template asks for them."""

from .sample_people import POSTS, Context

OBJECTIVES = (
    "Meningkatnya produksi perikanan tangkap dan perikanan budidaya secara berkelanjutan",
    "Meningkatnya kesejahteraan nelayan, pembudidaya ikan, dan pengolah hasil perikanan",
    "Meningkatnya pengelolaan dan pengawasan sumber daya kelautan dan perikanan",
    "Meningkatnya akuntabilitas kinerja dan kualitas pelayanan publik Dinas",
)

_INDICATORS = (
    (0, "Produksi perikanan tangkap", "ton", "68.174", "52.067", "38.120,5", "76,37"),
    (0, "Produksi perikanan budidaya", "ton", "67.276", "53.833", "41.005,75", "80,02"),
    (0, "Produksi benih ikan bersertifikat yang disalurkan", "ekor", "1.250.000", "980.000",
     "640.000", "98,40"),
    (0, "Jumlah kapal perikanan ukuran 5–30 GT yang memiliki izin lengkap", "unit", "420", "315",
     "288", "104,76"),
    (0, "Persentase pelabuhan perikanan yang memenuhi standar operasional", "%", "100", "75",
     "66,67", "88,89"),
    (1, "Nilai Tukar Nelayan (NTN)", "indeks", "107,50", "106,00", "104,81", "99,45"),
    (1, "Nilai Tukar Pembudidaya Ikan (NTPi)", "indeks", "103,20", "102,40", "101,10", "97,20"),
    (1, "Konsumsi ikan", "kg/kapita/tahun", "49,85", "37,20", "24,90", "92,11"),
    (1, "Nilai ekspor hasil perikanan", "USD ribu", "18.500", "13.875", "8.214", "61,30"),
    (1, "Jumlah unit pengolahan ikan yang bersertifikat kelayakan pengolahan", "unit", "64", "48",
     "31", "70,83"),
    (1, "Jumlah kelompok usaha bersama yang naik kelas", "kelompok", "36", "27", "15", "48,15"),
    (2, "Kepatuhan pelaku usaha kelautan dan perikanan terhadap ketentuan", "%", "92", "90",
     "88,50", "96,67"),
    (2, "Luas kawasan konservasi perairan yang dikelola secara efektif", "ha", "12.740,25",
     "9.555", "6.370", "100,00"),
    (2, "Persentase penanganan pelanggaran yang diselesaikan tepat waktu", "%", "100", "100",
     "94", "100,00"),
    (2, "Luas ekosistem mangrove yang direhabilitasi", "ha", "150", "110", "72,5", "63,64"),
    (2, "Jumlah hari operasi pengawasan", "hari", "120", "90", "61", "95,56"),
    (3, "Nilai Akuntabilitas Kinerja Instansi Pemerintah (AKIP)", "nilai", "78,50", "78,50", "–",
     "–"),
    (3, "Indeks Kepuasan Masyarakat (IKM)", "indeks", "86,00", "85,50", "84,90", "101,20"),
    (3, "Persentase temuan hasil pemeriksaan yang ditindaklanjuti", "%", "100", "90", "78",
     "94,44"),
    (3, "Waktu rata-rata penyelesaian rekomendasi teknis perizinan", "hari", "5", "5", "6",
     "120,00"),
)  # fmt: skip

_RATINGS = (
    (91, "Sangat Tinggi", "1B5E20", "FFFFFF"),
    (76, "Tinggi", "66BB6A", "000000"),
    (66, "Sedang", "FFEB3B", "000000"),
    (51, "Rendah", "FB8C00", "000000"),
    (0, "Sangat Rendah", "B71C1C", "FFFFFF"),
)

SUPPORTING = (
    "Cuaca di perairan timur relatif baik sehingga hari melaut bertambah; bantuan alat tangkap "
    "ramah lingkungan sudah diterima 14 kelompok nelayan."
)
INHIBITING = (
    "Harga bahan bakar naik pada bulan Agustus dan sebagian kapal menunggu perpanjangan izin."
)
FOLLOW_UP = (
    "Percepatan penerbitan izin bersama dinas terkait dan pendampingan pengisian logbook "
    "di tiga pelabuhan."
)
NOTE = "Angka sementara; data bulan September diverifikasi bersama BPS kabupaten."


ORIGINS = (
    "dijumlahkan; lihat bagian IV",
    "H3K8W2PQ7M baris 2 (diubah: Lampiran no. 1)",
    "T6V9R4XN2C baris 1; K7Q2M9XT4B baris 12",
    "K7Q2M9XT4B baris 3",
)


def rating(achievement: str) -> dict[str, str]:
    """Predicate, background and letter colour of an achievement; blank where there is none."""
    if achievement == "–":
        return {"predikat": "–", "warna": "FFFFFF", "warna_huruf": "000000"}
    value = float(achievement.replace(".", "").replace(",", "."))
    _, name, back, letters = next(one for one in _RATINGS if value >= one[0])
    return {"predikat": name, "warna": back, "warna_huruf": letters}


def by_quarter(before: str, now: str) -> str:
    """The figures of the year's first three quarters, the first two alike."""
    return f"TW\u00a0I\u00a0{before} · TW\u00a0II\u00a0{before} · TW\u00a0III\u00a0{now}"


def indicator(at: int) -> Context:
    """One of the twenty with everything that any template asks of an indicator."""
    objective, name, unit, annual, target, previous, achievement = _INDICATORS[at]
    wordy = at % 3 != 2
    return {
        "no": str(at + 1),
        "kode": f"IKU-{at + 1:02d}",
        "sasaran": OBJECTIVES[objective],
        "nama": name,
        "definisi": f"{name} dalam satu triwulan menurut catatan bidang teknis dan kabupaten/kota",
        "satuan": unit,
        "polaritas": "positif",
        "sumber": "Laporan statistik bulanan dan Sistem Informasi Kelautan dan Perikanan",
        "target_tahunan": annual,
        "target_tw": target,
        "realisasi_lalu": previous,
        "realisasi": target if achievement != "–" else "–",
        "realisasi_sd": annual if achievement != "–" else "–",
        "per_triwulan": by_quarter(previous, target),
        "lalu": previous,
        "asal": ORIGINS[at % len(ORIGINS)],
        "capaian": achievement,
        "capaian_tahunan": achievement,
        "penanggung_jawab": POSTS[3 + at % 9][0],
        "keterangan": NOTE if wordy else "–",
        "pendukung": SUPPORTING if wordy else "–",
        "penghambat": INHIBITING if at % 4 else "–",
        "tindak_lanjut": FOLLOW_UP if at % 4 else "–",
        "data_dukung": "rekap-produksi-tw3.xlsx" if wordy else "–",
        **rating(achievement),
    }


def shares() -> list[Context]:
    """Where the first indicator's sum comes from: two that reported, one that did not."""
    brought = (("41.067,5", "H3K8W2PQ7M"), ("11.000*", "T6V9R4XN2C"), ("tidak menyampaikan", "–"))
    return [
        {
            "indikator": "IKU-01",
            "nama": _INDICATORS[0][1],
            "satuan": _INDICATORS[0][2],
            "jabatan": POSTS[8 + at][0],
            "alasan": NOTE if actual.endswith("*") else "",
            "realisasi": actual,
            "kode": form,
            "asal": "–" if form == "–" else f"{form} baris {at + 2}",
        }
        for at, (actual, form) in enumerate(brought)
    ]


_CHANGED = (
    (1, "IKU-02", "Realisasi TW", "41.500,75", "41.005,75", "Salah ketik; menurut rekap bulanan."),
    (2, "IKU-09", "Keterangan", "–", NOTE, "Dilengkapi atas permintaan Kasubag."),
)
_VERIFIED = (
    (3, "IKU-08", "Realisasi TW", "24,09", "24,90", "koreksi verifikator"),
    (4, "IKU-19", "Tindak Lanjut", "–", FOLLOW_UP, "Diisi menurut notula rapat."),
)


def corrections() -> list[Context]:
    """What Staf changed at entry, the second one in a print-out before this one."""
    who = ("Staf", "melalui folder, akun STAF-PC", "12 Okt 10.20")
    listed = [_correction(line, "6-entri", *who) for line in _CHANGED]
    return [*listed[:1], listed[1] | {"terdahulu": "sudah dimuat dalam naskah yang diubah"}]


def verifier_corrections() -> list[Context]:
    """What the verifiers changed on the forms."""
    return [
        _correction(line, "5-verifikasi", POSTS[2][0], "melalui folder, akun PROGRAM-PC", "9 Okt")
        for line in _VERIFIED
    ]


def _correction(
    line: tuple[int, str, str, str, str, str], stage: str, by: str, via: str, when: str
) -> Context:
    number, code, field, old, new, reason = line
    return {
        "no": str(number),
        "tahap": stage,
        "formulir": "H3K8W2PQ7M",
        "jabatan": POSTS[3 + number][0],
        "kode": code,
        "kolom": field,
        "lama": old,
        "baru": new,
        "alasan": reason,
        "oleh": by,
        "lewat": via,
        "waktu": when,
        "terdahulu": "",
    }


def amendment() -> Context:
    """What a perubahan says of the print-out that it amends."""
    return {
        "jenis_ubahan": "PERUBAHAN",
        "mengubah": "Nomor 000.8.6.3/0098/DKP/2026 tanggal 9 Oktober 2026",
        "alasan_ubahan": "Data pendaratan bulan September dari dua pelabuhan baru diterima.",
        "semula_menjadi": [
            {
                "kode": "IKU-02",
                "nama": _INDICATORS[1][1],
                "jabatan": POSTS[4][0],
                "kolom": column,
                "semula": old,
                "menjadi": new,
            }
            for column, old, new in (
                ("Realisasi TW", "52.833", "53.833"),
                ("Capaian TW (%)", "78,53", "80,02"),
                ("Keterangan", "–", NOTE),
            )
        ],
    }


def groups() -> list[Context]:
    indicators = [indicator(at) for at in range(len(_INDICATORS))]
    indicators[0] |= {"realisasi": "52.067,5*", "realisasi_sd": "90.188*"}
    indicators[0]["per_triwulan"] = by_quarter("19.060,25", "52.067,5*")
    indicators[16] |= {"realisasi": "belum tersedia", "keterangan": "Evaluasi AKIP bulan Desember."}
    return [
        {
            "no": str(at + 1),
            "sasaran": objective,
            "indikator": [i for i in indicators if i["sasaran"] == objective],
        }
        for at, objective in enumerate(OBJECTIVES)
    ]
