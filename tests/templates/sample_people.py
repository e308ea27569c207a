"""The made-up office and its twelve officials."""

import hashlib
from typing import Any

Context = dict[str, Any]

OFFICE: Context = {
    "pemerintah": "PEMERINTAH PROVINSI JAMBI",
    "nama": "DINAS KELAUTAN DAN PERIKANAN",
    "alamat": "Jalan R.M. Noor Atmadibrata Nomor 00, Telanaipura, Jambi 36122",
    "telepon": "(0741) 000000",
    "surel": "dkp@jambi.example.id",
    "laman": "dkp.jambi.example.id",
    "kota": "Jambi",
    "subbagian": "Subbagian Program, Kepegawaian dan Pelaporan",
}

SHARED: Context = {
    "kantor": OFFICE,
    "periode": "Triwulan III Tahun 2026",
    "tahun": "2026",
    "triwulan": "III",
}

POSTS = (
    ("Sekretaris", "Ir. Hj. Ratna Wulandari Kusumaningrum, M.Si."),
    ("Kasubag Program, Kepegawaian dan Pelaporan", "Dewi Anggraini, S.Pi., M.M."),
    ("Kasubag Umum dan Keuangan", "Bambang Hermanto, S.E."),
    ("Kepala Bidang Perikanan Tangkap", "Drs. H. Muhammad Fauzi Rahman, M.Si."),
    ("Kepala Bidang Perikanan Budidaya", "Ir. Suryadi Saputra"),
    (
        "Kepala Bidang Pengawasan Sumber Daya Kelautan dan Perikanan",
        "Yusniar Oktaviani, S.H., M.H.",
    ),
    ("Kepala Bidang Pengolahan dan Pemasaran Hasil Perikanan", "Rudi Hartono, S.Pi., M.P."),
    ("Kepala Bidang Pengelolaan Ruang Laut", "Dr. Maria Goretti Simanjuntak, S.Kel., M.Sc."),
    ("Kepala UPTD Pelabuhan Perikanan Pantai Kuala Tungkal", "Ahmad Zulkarnain, S.St.Pi."),
    ("Kepala UPTD Balai Benih Ikan Sentral Sungai Gelam", "Nurhayati, S.Pi."),
    (
        "Kepala UPTD Laboratorium Pembinaan dan Pengujian Mutu Hasil Perikanan",
        "Fitri Handayani, S.T.P., M.Si.",
    ),
    ("Kepala UPTD Kawasan Konservasi Perairan Daerah", "Hendra Gunawan, S.Kel."),
)


def fingerprint(text: str) -> str:
    """A SHA-256 that looks like any other."""
    return hashlib.sha256(text.encode()).hexdigest()


def official(at: int) -> Context:
    """One of the twelve, with a made-up NIP."""
    post, name = POSTS[at]
    return {
        "jabatan": post,
        "nama": name,
        "nip": f"19{70 + at}0412 {1995 + at}03 {1 + at % 2} 00{at % 9 + 1}",
        "pangkat": ("Pembina Tingkat I (IV/b)", "Penata Tingkat I (III/d)")[at % 2],
        "unit": "Dinas Kelautan dan Perikanan Provinsi Jambi",
    }
