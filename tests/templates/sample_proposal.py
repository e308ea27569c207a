"""The context of a proposal to change the master data."""

from .sample_people import POSTS, SHARED, Context

_HOLDER = f"Pejabat · {POSTS[3][0]}, {POSTS[3][1]}"
_TARGET = "Target · IKU-01 tahun 2026, sejak 20-08-2026"
_CHANGES = (
    ("Jabatan · Kepala UPTD Pelabuhan Perikanan Kuala Tungkal", "Unit", "", "Bidang Tangkap"),
    (_HOLDER, "Sampai", "", "31-07-2026"),
    (
        f"Pejabat · Plt. {POSTS[3][0]}, {POSTS[4][1]}",
        "(baris baru)",
        "",
        f"Jabatan: {POSTS[3][0]}; Nama: {POSTS[4][1]}; NIP: 19740412 199903 1 005; Golongan: IV/b;"
        " Status: Plt.; Berlaku Sejak: 01-08-2026; Sampai: 31-12-2026; Nomor SK: 821.23/412/BKD",
    ),
    ("Pejabat · Kasubag Umum dan Keuangan, Bambang Hermanto, S.E.", "Golongan", "III/c", "III/d"),
    ("Indikator · IKU-12 Nilai ekspor hasil perikanan", "Satuan", "USD", "USD ribu"),
    (
        _TARGET,
        "(baris baru)",
        "",
        "Kode Indikator: IKU-01; Tahun: 2026; Berlaku Sejak: 20-08-2026; Dasar Hukum: DPA Perubahan"
        " Nomor 900/118/2026; Target Tahunan: 70.000; Target TW I: 15.000; Target TW II: 17.000;"
        " Target TW III: 19.000; Target TW IV: 19.000",
    ),
    (
        "Saldo Awal · IKU-07 tahun 2026, triwulan 1",
        "(baris dihapus)",
        "Kode Indikator: IKU-07; Tahun: 2026; Triwulan: 1; Realisasi: 104,81;"
        " Sumber: Laporan Kinerja TW I 2026",
        "",
    ),
)


def usul_data_induk() -> Context:
    """Seven changes and a warning."""
    return SHARED | {
        "kode": "D4T8NWQ2KM",
        "pengusul": "Staf, melalui folder (akun PROGRAM-PC)",
        "waktu": "3 Agustus 2026 pukul 09.12",
        "versi_lama": "3",
        "versi_baru": "4",
        "jumlah": str(len(_CHANGES)),
        "peringatan": [
            {
                "tempat": "lembar Target, baris 9, kolom Target TW I",
                "isi": "target 0: capaian tidak dihitung",
                "perbaikan": "biarkan bila memang 0; bila belum ditetapkan, kosongkan target"
                " triwulannya",
            }
        ],
        "perubahan": [
            {
                "no": str(number),
                "data": data,
                "kolom": column,
                "semula": old or "–",
                "menjadi": new or "–",
            }
            for number, (data, column, old, new) in enumerate(_CHANGES, start=1)
        ],
    }
