"""The part of an examination that is about the machine: what must be installed on it."""

import sys

from pipeline.office import Office
from pipeline.pdf.convert import find_office, missing_fonts
from pipeline.scans.tesseract import ENGLISH, INDONESIAN, PACKAGES, languages, program
from pipeline.tasks.doctor.report import Outcome, gathered

PYTHONS = ((3, 11), (3, 13))


def check_python(_: None) -> Outcome:
    """A version of Python that this program is made for."""
    version = sys.version_info[:2]
    told = f"Python {sys.version.split()[0]}"
    if PYTHONS[0] <= version <= PYTHONS[1]:
        return Outcome(True, told)
    return Outcome(False, f"{told} tidak didukung", "Pasang Python 3.11, 3.12, atau 3.13.")


def check_libreoffice(_: None) -> Outcome:
    """LibreOffice, and a Python that speaks with it."""
    program = find_office()
    return Outcome(
        True, f"{program.version} di {program.soffice}, dijalankan dari {program.python}"
    )


def check_fonts(_: None) -> Outcome:
    """Twins of the fonts that Word documents use."""
    if missing := missing_fonts():
        return Outcome(
            False,
            f"tidak ada: {', '.join(missing)}; pemenggalan halaman dokumen Word akan bergeser",
            "Debian/Ubuntu: apt install fonts-liberation fonts-crosextra-carlito"
            " fonts-crosextra-caladea.",
        )
    return Outcome(True, "setiap huruf dokumen Word ada kembarannya yang sama lebar")


def check_tesseract(_: None) -> Outcome:
    """Tesseract with its Indonesian and English data, for forms that come back on paper."""
    missing = {INDONESIAN, ENGLISH} - languages()
    if missing:
        return Outcome(
            False,
            f"tesseract tanpa bahasa {', '.join(sorted(missing))}; formulir pada kertas tidak"
            " terbaca",
            f"Debian/Ubuntu: apt install {PACKAGES}.",
        )
    return Outcome(True, f"tesseract di {program()}")


def check_protection(office: Office) -> Outcome:
    """LibreOffice starts, and walls stand around it and around whatever reads people's files."""
    readers = {
        "pembaca berkas": office.reader.protection(),
        "LibreOffice": office.converter.protection(),
    }
    return gathered(
        "berkas orang dibaca dan diubah terkurung: tanpa jaringan, kunci, dan arsip",
        (
            Outcome(
                True,
                f"{name} dibatasi waktu dan memorinya, tetapi berjalan tanpa"
                f" {', '.join(protection.missing())}",
                "Pakai kernel Linux 5.13 atau lebih baru, dan izinkan user namespaces bagi akun"
                " layanan.",
            )
            for name, protection in readers.items()
            if not protection.complete
        ),
    )
