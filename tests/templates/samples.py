"""Realistic contexts for every template: twelve officials, four objectives, twenty indicators.

All people and numbers are made up. `context(name)` is full, `context(name, empty=True)` has every
list empty and every optional text blank. Pictures are added by `rendering.render`.
"""

from copy import deepcopy
from typing import Any

from .sample_guides import baca_saya, isi_berkas
from .sample_indicators import (
    amendment,
    corrections,
    groups,
    indicator,
    rating,
    shares,
    verifier_corrections,
)
from .sample_notices import lembar_verifikasi, ringkasan, slip, tanda_terima
from .sample_people import POSTS, SHARED, Context, fingerprint, official
from .sample_proposal import usul_data_induk
from .sample_scans import periksa_angka, sampul_naskah, sampul_pindaian

__all__ = [
    "CONTEXTS",
    "PICTURES",
    "Context",
    "baca_saya",
    "cetak",
    "context",
    "formulir",
    "indicator",
    "isi_berkas",
    "lembar_verifikasi",
    "official",
    "periksa_angka",
    "ringkasan",
    "sampul_naskah",
    "sampul_pindaian",
    "slip",
    "stempel",
    "tanda_terima",
    "usul_data_induk",
]


def formulir() -> Context:
    """A form just issued (nothing entered) with three indicators, one prefilled."""
    blank = dict.fromkeys(
        ("realisasi", "keterangan", "pendukung", "penghambat", "tindak_lanjut", "data_dukung"), ""
    )
    listed = [indicator(3) | {"no": "1"}, indicator(0) | blank | {"no": "2"}]
    listed.append(indicator(4) | blank | {"no": "3", "definisi": "", "sumber": ""})
    return SHARED | {
        "pejabat": official(3),
        "kode": "K7Q2M9XT4B",
        "batas_waktu": "9 Oktober 2026",
        "tanggal_terbit": "5 Oktober 2026",
        "indikator": listed,
    }


def cetak() -> Context:
    """The whole print-out: twenty indicators, corrections, ten forms, three initials."""
    averages = ("89,69", "78,17", "91,17", "105,21")
    sources = [
        {
            "no": str(at + 1),
            "jabatan": POSTS[at][0],
            "nama": POSTS[at][1],
            "kode": fingerprint(POSTS[at][0])[:10].upper(),
            "diterima": f"{5 + at % 4} Oktober 2026 10.{14 + at}",
            "diverifikasi": f"{8 + at % 3} Oktober 2026 09.{10 + at}",
            "sha256": fingerprint(POSTS[at][1]),
            "sha256_asli": fingerprint(POSTS[at][0] + POSTS[at][1]),
        }
        for at in range(10)
    ]
    return SHARED | {
        "nomor": "000.8.6.3/0123/DKP/2026",
        "tanggal": "14 Oktober 2026",
        "revisi": "1",
        "kode": "P4W8Z2HN6C",
        "ringkasan": [
            {
                "no": str(at + 1),
                "sasaran": group["sasaran"],
                "jumlah": str(len(group["indikator"])),
                "rata_capaian": averages[at],
                **rating(averages[at]),
            }
            for at, group in enumerate(groups())
        ],
        "rata_capaian": "90,33",
        **rating("90,33"),
        "kelompok": groups(),
        "koreksi": corrections(),
        "koreksi_verifikasi": verifier_corrections(),
        "sumber": sources,
        "tidak_menyampaikan": [POSTS[10][0]],
        "susulan": [POSTS[11][0]],
        "menyusul": [POSTS[9][0]],
        "jumlah_sementara": "1",
        "jumlah_belum_tersedia": "1",
        "kontribusi": shares(),
        **amendment(),
        "paraf": [{"jabatan": POSTS[at][0], "nama": POSTS[at][1]} for at in (1, 2, 0)],
        "penanda_tangan": official(1),
    }


def stempel() -> Context:
    """The stamp of one verified form."""
    return SHARED | {
        "teks": "TELAH DIVERIFIKASI",
        "oleh": "Kasubag Program, Kepegawaian dan Pelaporan",
        "waktu": "8 Oktober 2026 pukul 09.12 WIB",
        "kode": "K7Q2M9XT4B",
    }


CONTEXTS = {
    "formulir.docx": formulir,
    "cetak.docx": cetak,
    "slip.docx": slip,
    "tanda-terima.docx": tanda_terima,
    "lembar-verifikasi.docx": lembar_verifikasi,
    "ringkasan.docx": ringkasan,
    "baca-saya.docx": baca_saya,
    "isi-berkas.docx": isi_berkas,
    "stempel.docx": stempel,
    "usul-data-induk.docx": usul_data_induk,
    "periksa-angka.docx": periksa_angka,
    "sampul-pindaian.docx": sampul_pindaian,
    "sampul-naskah.docx": sampul_naskah,
}
PICTURES = {
    "formulir.docx": ("qr",),
    "cetak.docx": ("qr", "grafik"),
    "tanda-terima.docx": ("qr",),
}
"""Which image fields a template has; `rendering.render` makes them."""


def context(name: str, *, empty: bool = False) -> Context:
    """A fresh context of one template, full or with every list and optional text empty."""
    full = deepcopy(CONTEXTS[name]())
    return {key: _emptied(value) for key, value in full.items()} if empty else full


def _emptied(value: Any) -> Any:
    if isinstance(value, list):
        return []
    if isinstance(value, dict):
        return {key: _emptied(inner) for key, inner in value.items()}
    return ""
