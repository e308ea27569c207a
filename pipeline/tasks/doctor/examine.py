"""Is the office able to work? Each check of the registries asks one question, by itself.

It runs where half of the office is broken: what one check meets does not keep the next from
answering. Only without settings are the checks of the office itself left out, and said to be.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError

from pipeline.errors import ConfigurationError, KinerjaError
from pipeline.office import Office, open_office
from pipeline.settings import FILE_NAME
from pipeline.tasks.doctor.database import check_clock, check_database, check_failed_work
from pipeline.tasks.doctor.machine import (
    check_fonts,
    check_libreoffice,
    check_protection,
    check_python,
    check_tesseract,
)
from pipeline.tasks.doctor.people import check_accounts, check_posts
from pipeline.tasks.doctor.places import (
    check_claims,
    check_command_folders,
    check_disk,
    check_file_system,
    check_folders,
    check_inbox,
)
from pipeline.tasks.doctor.procedures import check_procedures
from pipeline.tasks.doctor.report import Check, Outcome
from pipeline.tasks.doctor.running import check_service, check_time_zone, check_web
from pipeline.tasks.doctor.secrets import check_secrets
from pipeline.tasks.doctor.sharing import check_leases, check_untaken
from pipeline.tasks.doctor.signing import check_seals, check_signers
from pipeline.tasks.doctor.trust import check_proofs, check_time_service, check_trust

AGAIN = "Perbaiki yang disebut, lalu jalankan `kinerja doctor` sekali lagi."
Subject = TypeVar("Subject")
MachineCheck = Callable[[None], Outcome]
OfficeCheck = Callable[[Office], Outcome]

MACHINE_CHECKS: dict[str, tuple[str, MachineCheck]] = {
    "python": ("Python", check_python),
    "libreoffice": ("LibreOffice", check_libreoffice),
    "fonts": ("huruf", check_fonts),
    "tesseract": ("pembaca pindaian", check_tesseract),
}
OFFICE_CHECKS: dict[str, tuple[str, OfficeCheck]] = {
    "protection": ("pelindung", check_protection),
    "procedures": ("prosedur", check_procedures),
    "folders": ("folder", check_folders),
    "inbox": ("kotak masuk", check_inbox),
    "file system": ("sistem berkas", check_file_system),
    "command folders": ("folder perintah", check_command_folders),
    "leases": ("berkas terbuka", check_leases),
    "claims": ("berkas diambil", check_claims),
    "untaken": ("tidak terambil", check_untaken),
    "disk": ("ruang disk", check_disk),
    "secrets": ("kerahasiaan", check_secrets),
    "database": ("basis data", check_database),
    "clock": ("jam", check_clock),
    "failed work": ("pekerjaan gagal", check_failed_work),
    "signers": ("penanda tangan", check_signers),
    "posts": ("jabatan", check_posts),
    "accounts": ("akun", check_accounts),
    "trust": ("kepercayaan", check_trust),
    "time service": ("layanan cap waktu", check_time_service),
    "proofs": ("bukti arsip", check_proofs),
    "seals": ("segel", check_seals),
    "time zone": ("zona waktu", check_time_zone),
    "web": ("web", check_web),
    "service": ("layanan", check_service),
}
SETTINGS = ("settings", "pengaturan")


def examine(root: Path) -> list[Check]:
    """Every check of the machine, and of the office in ``root``, in a fixed order."""
    checks = [_asked(name, *check, None) for name, check in MACHINE_CHECKS.items()]
    try:
        with open_office(root) as office:
            told = f"{office.root / FILE_NAME} terbaca: kantor {office.id}"
            checks.append(Check(*SETTINGS, True, told))
            checks += [_asked(name, *check, office) for name, check in OFFICE_CHECKS.items()]
    except (ConfigurationError, OSError) as error:
        checks.append(Check(*SETTINGS, False, str(error), AGAIN))
        why = "tidak diperiksa, karena pengaturan tidak terbaca"
        mend = "Perbaiki pengaturan dahulu."
        checks += [
            Check(name, title, False, why, mend) for name, (title, _) in OFFICE_CHECKS.items()
        ]
    return checks


def _asked(name: str, title: str, check: Callable[[Subject], Outcome], subject: Subject) -> Check:
    try:
        outcome = check(subject)
    except (KinerjaError, OSError, SQLAlchemyError) as error:
        outcome = Outcome(False, str(error), AGAIN)
    return Check(name, title, *outcome)
