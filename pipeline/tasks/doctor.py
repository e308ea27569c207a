"""Is the office able to work? Each check of the registries asks one question, by itself.

It runs where half of the office is broken: what one check meets does not keep the next from
answering. Only without settings are the checks of the office itself left out, and said to be.
"""

import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from pipeline.errors import ConfigurationError, KinerjaError, LedgerError
from pipeline.office import Office, open_office
from pipeline.pdf.convert import find_office, missing_fonts
from pipeline.procedures import FILE_NAME as SOP_FILE
from pipeline.procedures import load_procedure
from pipeline.settings import FILE_NAME
from pipeline.tasks.doctor_people import check_accounts, check_posts
from pipeline.tasks.doctor_places import (
    check_claims,
    check_command_folders,
    check_disk,
    check_file_system,
    check_folders,
)
from pipeline.tasks.doctor_report import Check, Outcome, gathered
from pipeline.tasks.doctor_signing import check_signers, check_trust
from pipeline.tasks.init import bundled_templates

PYTHONS = ((3, 11), (3, 13))
ZONES = ("Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura")
AGAIN = "Mend what it names, then run `kinerja doctor` again."
Subject = TypeVar("Subject")


def examine(root: Path, service_runs: Callable[[Office], bool]) -> list[Check]:
    """Every check of the machine, and of the office in ``root``, in a fixed order."""
    checks = [_asked(name, check, None) for name, check in MACHINE_CHECKS.items()]
    of_office = OFFICE_CHECKS | {"service": lambda office: _service(office, service_runs)}
    try:
        with open_office(root) as office:
            settings = office.root / FILE_NAME
            checks.append(Check("settings", True, f"{settings} reads as office {office.id}"))
            checks += [_asked(name, check, office) for name, check in of_office.items()]
    except (ConfigurationError, OSError) as error:
        checks.append(Check("settings", False, str(error), AGAIN))
        why = "not examined, because the settings do not load"
        checks += [Check(name, False, why, "Mend the settings first.") for name in of_office]
    return checks


def _asked(name: str, check: Callable[[Subject], Outcome], subject: Subject) -> Check:
    try:
        outcome = check(subject)
    except (KinerjaError, OSError, SQLAlchemyError) as error:
        outcome = Outcome(False, str(error), AGAIN)
    return Check(name, *outcome)


def _python(_: None) -> Outcome:
    version = sys.version_info[:2]
    told = f"Python {sys.version.split()[0]}"
    if PYTHONS[0] <= version <= PYTHONS[1]:
        return Outcome(True, told)
    return Outcome(False, f"{told} is not supported", "Install Python 3.11, 3.12 or 3.13.")


def _libreoffice(_: None) -> Outcome:
    program = find_office()
    return Outcome(True, f"{program.version} at {program.soffice}, bridge by {program.python}")


def _fonts(_: None) -> Outcome:
    if missing := missing_fonts():
        return Outcome(
            False,
            f"missing: {', '.join(missing)}; page breaks of Word documents would move",
            "Debian/Ubuntu: apt install fonts-liberation fonts-crosextra-carlito"
            " fonts-crosextra-caladea.",
        )
    return Outcome(True, "every font of Word documents has a twin of the same widths")


def _procedures(office: Office) -> Outcome:
    keys = office.settings.procedures
    faults = (fault for key in keys for fault in _procedure_faults(office, key))
    return gathered(f"{', '.join(keys)}: the SOP reads, and every template is there", faults)


def _procedure_faults(office: Office, key: str) -> Iterator[Outcome]:
    folder, bundled = office.templates / key, bundled_templates()
    try:
        load_procedure(folder / SOP_FILE)
    except ConfigurationError as wrong:
        yield Outcome(False, str(wrong), AGAIN)
    known = (bundled / key).glob("*.docx") if (bundled / key).is_dir() else bundled.glob("*/*.docx")
    for name in sorted({path.name for path in known}):
        path = folder / name
        if not path.is_file() or not zipfile.is_zipfile(path):
            what = "is not a Word file any more" if path.is_file() else "is missing"
            yield Outcome(False, f"{path} {what}", f"Copy the templates again from {bundled}.")


def _database(office: Office) -> Outcome:
    """It answers, and its tables are of this version."""
    where = make_url(office.ledger.url).render_as_string()
    _require_database(office)
    current, head = office.ledger.versions()
    if current == head:
        return Outcome(True, f"{where}, version {current}")
    return Outcome(
        False,
        f"{where} is of version {current}, this program of {head}",
        "Make a backup, then start the service, which brings it up to date.",
    )


def _failed_work(office: Office) -> Outcome:
    _require_database(office)
    if failed := office.ledger.failed_work():
        return Outcome(
            False,
            f"{len(failed)} piece(s) of work gave up: {'; '.join(failed)}",
            "Mend the cause, then restart the service, which takes them up again.",
        )
    return Outcome(True, "no work has given up")


def _require_database(office: Office) -> None:
    """Looking must not make an empty database where there is none.

    Raises:
        LedgerError: there is no database, or it does not answer.
    """
    url = make_url(office.ledger.url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        raise LedgerError(
            f"{url.database}: there is no database. Restore it from the backup, or run"
            f" `kinerja init {office.root}` if the office is new."
        )
    office.ledger.check()


def _service(office: Office, service_runs: Callable[[Office], bool]) -> Outcome:
    """For information: an office whose service stands still is not ill."""
    running = office.state.is_dir() and service_runs(office)
    return Outcome(True, "running" if running else "not running; `kinerja run` starts it")


def _time_zone(office: Office) -> Outcome:
    name, now = office.settings.office.timezone, office.now()
    told = f"{name}, where it is {now:%Y-%m-%d %H:%M}"
    if name in ZONES:
        return Outcome(True, told)
    return Outcome(True, told, f"Set [office] timezone to one of {', '.join(ZONES)}.")


MACHINE_CHECKS: dict[str, Callable[[None], Outcome]] = {
    "python": _python,
    "libreoffice": _libreoffice,
    "fonts": _fonts,
}
OFFICE_CHECKS: dict[str, Callable[[Office], Outcome]] = {
    "procedures": _procedures,
    "folders": check_folders,
    "file system": check_file_system,
    "command folders": check_command_folders,
    "claims": check_claims,
    "disk": check_disk,
    "database": _database,
    "failed work": _failed_work,
    "signers": check_signers,
    "posts": check_posts,
    "accounts": check_accounts,
    "trust": check_trust,
    "time zone": _time_zone,
}
