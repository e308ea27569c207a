"""How sealing stands in this office: for whoever looks after the machine. Judges no seal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.errors import KeyAccessError
from pipeline.office import Office
from pipeline.signing.sealing_key import SealingKey, load_sealing_key, readable_by_others
from pipeline.tasks.sealing.folder import Entry, copy_folder, entries, not_copied, seal_folder
from pipeline.tasks.sealing.ledger import key_path, unsealed

LATE = 2  # times the interval, until a seal is missed


@dataclass(frozen=True)
class SealStanding:
    """The last seal, what waits, and what is wrong with the key or the disks; times are aware.

    ``fingerprint`` is the SHA-256 of the sealing certificate. Problems are empty where there is
    none; ``copies_problem`` also where no copy is wanted.
    """

    last: int | None
    last_at: datetime | None
    unsealed: bool
    overdue: bool
    unstamped: int
    uncopied: int
    fingerprint: str | None
    key_open_to_others: bool
    key_problem: str = ""
    folder_problem: str = ""
    copies_problem: str = ""


def seal_standing(office: Office) -> SealStanding:
    """How sealing stands.

    Raises:
        SQLAlchemyError: the database does not answer.
    """
    found = unsealed(office)
    last_at = datetime.fromisoformat(found.last.at) if found.last else None
    patience = timedelta(hours=office.settings.seals.every_h) * LATE
    overdue = found.something and last_at is not None and office.now() - last_at > patience
    key, key_problem = _key(office)
    lying, folder_problem = _lying(office)
    uncopied, copies_problem = _uncopied(office)
    wanted = bool(office.settings.signing.tsa_url)
    return SealStanding(
        last=found.last.payload["number"] if found.last else None,
        last_at=last_at,
        unsealed=found.something,
        overdue=overdue,
        unstamped=sum(entry.stamp is None for entry in lying) if wanted else 0,
        uncopied=uncopied,
        fingerprint=key.fingerprint if key else None,
        key_open_to_others=key is not None and readable_by_others(key_path(office)),
        key_problem=key_problem,
        folder_problem=folder_problem,
        copies_problem=copies_problem,
    )


def _key(office: Office) -> tuple[SealingKey | None, str]:
    try:
        return load_sealing_key(key_path(office)), ""
    except KeyAccessError as error:
        return None, str(error)


def _lying(office: Office) -> tuple[list[Entry], str]:
    try:
        return entries(seal_folder(office)), ""
    except OSError as error:
        return [], error.strerror or str(error)


def _uncopied(office: Office) -> tuple[int, str]:
    copies = copy_folder(office)
    if copies is None:
        return 0, ""
    try:
        return len(not_copied(seal_folder(office), copies)), ""
    except OSError as error:
        return 0, f"{copies.parent}: {error.strerror}"
