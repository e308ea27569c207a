"""The Word templates of an office procedure, each made by one module from shared pieces."""

from collections.abc import Callable

from . import (
    baca_saya,
    cetak,
    formulir,
    isi_berkas,
    lembar_verifikasi,
    periksa_angka,
    ringkasan,
    sampul_naskah,
    sampul_pindaian,
    slip,
    stempel,
    tanda_terima,
    usul_data_induk,
)
from .package import Sheet

TEMPLATES: dict[str, Callable[[], Sheet]] = {
    "formulir.docx": formulir.sheet,
    "cetak.docx": cetak.sheet,
    "slip.docx": slip.sheet,
    "tanda-terima.docx": tanda_terima.sheet,
    "lembar-verifikasi.docx": lembar_verifikasi.sheet,
    "ringkasan.docx": ringkasan.sheet,
    "baca-saya.docx": baca_saya.sheet,
    "isi-berkas.docx": isi_berkas.sheet,
    "stempel.docx": stempel.sheet,
    "usul-data-induk.docx": usul_data_induk.sheet,
    "periksa-angka.docx": periksa_angka.sheet,
    "sampul-pindaian.docx": sampul_pindaian.sheet,
    "sampul-naskah.docx": sampul_naskah.sheet,
}
"""File name → template, for the procedure `data-kinerja`."""
