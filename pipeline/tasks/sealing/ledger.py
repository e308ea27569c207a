"""The ledger sealed: how it stands is written to a file outside the database, signed and copied.

A chain of hashes can be written anew, whole, by whoever has the database; not so what left it. A
seal is an event itself, and the next one names it: neither can be taken out unseen. What cannot be
shown is the loss of the latest seals where file, event and copy are all gone.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select

from pipeline.errors import ConflictError, SigningError
from pipeline.files import make_folder, write_whole
from pipeline.ledger.chain import GENESIS
from pipeline.ledger.database import Transaction
from pipeline.ledger.seal import Seal, SealFile, standing
from pipeline.ledger.tables import Event
from pipeline.office import Office
from pipeline.signing.sealing_key import SealingKey, load_sealing_key, make_sealing_key
from pipeline.signing.stamp import timestamp
from pipeline.signing.stamping import tsa
from pipeline.tasks.sealing.events import (
    KEY_MADE,
    OF_SEALS,
    SEALED,
    STAMPED,
    last_sealed,
    seal_record,
)
from pipeline.tasks.sealing.folder import (
    READ_ONLY,
    Entry,
    copy_folder,
    copy_seals,
    entries,
    put_seal,
    seal_folder,
)

KEY_FILE, MAKING, TENDING = "segel.pem", "segel.lock", "segel-kirim.lock"
FILING = "collection.filed"
log = structlog.get_logger()


def seal_ledger(office: Office, *, accepts: int = 0) -> SealFile:
    """Seal the ledger as it stands now; the seals up to ``accepts`` count no more.

    Steps: (1) the key, made where there is none; (2) enter a seal that was written, but not entered
    before a crash; (3) write the new one, signed; (4) enter it. While others wait for the lock
    nothing is asked of what lies elsewhere (see `tend_seals`); after a restore the copies are
    looked at before.

    Raises:
        ConflictError: another process is sealing just now.
        KeyAccessError: the sealing key cannot be read.
        OSError: the folder of the seals cannot be written.
    """
    elsewhere = _copied_where_unsure(office)
    with sealing(office):
        folder = seal_folder(office)
        with office.ledger.read() as session:
            record = seal_record(session, office.id)
        lying = entries(folder)
        if record.numbering_is_unsure:
            lying = sorted([*lying, *elsewhere], key=lambda entry: entry.number)
        taken = [record.accepted_through, *record.sealed, *(entry.number for entry in lying)]
        number = max(taken) + 1
        key = _key(office, number, known=set(record.keys))  # (1)
        entered = max([0, *record.sealed])
        last = lying[-1] if lying else None
        if last and last.file and last.number == entered + 1 == number - 1:  # (2)
            _enter(office, last.file, through=0)
        previous = last.sha256 if last else _last_entered(record.sealed)
        with office.ledger.read() as session:  # (3)
            stands = standing(session, office.id)
        seal = Seal(
            office=office.id,
            number=number,
            at=office.now().isoformat(timespec="milliseconds"),
            previous=previous,
            program=version("kinerja"),
            events=stands.events,
            root=stands.root,
            chains=dict(stands.chains),
            accepts=accepts,
        )
        made = put_seal(folder, seal, key)
        _enter(office, made, through=stands.through)  # (4)
    log.info("the ledger was sealed", number=number, events=stands.events)
    return made


@dataclass(frozen=True)
class Unsealed:
    """What the last seal (its event) does not hold: anything at all, and a filing among it."""

    last: Event | None
    something: bool
    a_filing: bool


def unsealed(office: Office) -> Unsealed:
    """What has happened since the last seal; that seals were made counts for nothing."""
    with office.ledger.read() as session:
        last = last_sealed(session, office.id)
        through = last.payload.get("through", 0) if last else 0
        since = (Event.office_id == office.id, Event.id > through, Event.kind.not_in(OF_SEALS))
        some = session.scalar(select(Event.id).where(*since).limit(1)) is not None
        filed = some and session.scalar(
            select(Event.id).where(*since, Event.kind == FILING).limit(1)
        )
    return Unsealed(last, some, bool(filed))


def is_due(office: Office) -> bool:
    """Whether something happened that is not sealed, and is a filing, or the last seal is old."""
    found = unsealed(office)
    if not found.something or found.last is None or found.a_filing:
        return found.something
    age = abs(office.now() - datetime.fromisoformat(found.last.at))  # the clock may be set back
    return age >= timedelta(hours=office.settings.seals.every_h)


def seal_when_due(office: Office) -> None:
    """Seal if it is time, and bring what waits to the timestamping service and the copies."""
    if is_due(office):
        seal_ledger(office)
    tend_seals(office)


def seal_at_end(office: Office) -> None:
    """Seal whatever is not sealed yet."""
    if unsealed(office).something:
        seal_ledger(office)
    tend_seals(office)


def tend_seals(office: Office) -> None:
    """Have seals timestamped that are not yet, and copy what is not copied; what fails is logged.

    It may take as long as the network lets it; what could not be done is tried again next time.
    """
    try:
        with sealing(office, TENDING):
            _stamp_and_copy(office)
    except ConflictError:
        log.info("the seals are being timestamped and copied already")


def _stamp_and_copy(office: Office) -> None:
    try:
        stamp_seals(office)
    except (SigningError, OSError) as error:
        log.warning("seals wait for their timestamp", why=str(error))
    copies = copy_folder(office)
    if copies is None:
        return
    try:
        copy_seals(seal_folder(office), copies)
    except OSError as error:
        log.warning("seals wait to be copied", folder=str(copies), why=error.strerror)


def stamp_seals(office: Office) -> int:
    """Have every seal timestamped that is not yet, the oldest first; how many that were.

    Raises:
        SigningError: the service does not answer, or refuses.
        OSError: the folder of the seals cannot be read or written.
    """
    url = office.settings.signing.tsa_url
    if not url:
        return 0
    done, service = 0, tsa(url)
    with office.ledger.read() as session:
        stamped = seal_record(session, office.id).stamped
    for entry in entries(seal_folder(office)):
        if entry.signature is None or entry.number in stamped:
            continue
        answer = entry.stamp or timestamp(service, entry.signature)
        if entry.stamp is None:
            write_whole(entry.stamp_path, answer, mode=READ_ONLY)
        with office.ledger.write() as tx:
            _record(tx, STAMPED, number=entry.number, sha256=sha256(answer).hexdigest())
        done += 1
    return done


@contextmanager
def sealing(office: Office, lock: str = MAKING, *, patience_s: float = 0) -> Iterator[None]:
    """Hold what keeps two processes from making a seal at once, or from ``TENDING`` them.

    Raises:
        ConflictError: another one is at it, and still is after ``patience_s`` seconds.
    """
    make_folder(office.state)
    end = time.monotonic() + patience_s
    with (office.state / lock).open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as busy:
                if time.monotonic() >= end:
                    raise ConflictError("The ledger is being sealed just now. Try again.") from busy
                time.sleep(0.05)
        yield


def key_path(office: Office) -> Path:
    """Where the sealing key lies."""
    return office.state / KEY_FILE


def _key(office: Office, number: int, *, known: set[str]) -> SealingKey:
    """The sealing key, which the ledger knows: a new one is an event, with its first seal."""
    path = key_path(office)
    key = load_sealing_key(path) or make_sealing_key(path, office.id, office.now())
    if key.fingerprint not in known:
        with office.ledger.write() as tx:
            _record(tx, KEY_MADE, number=number, sha256=key.fingerprint)
        log.info("the ledger is sealed with a new key", sha256=key.fingerprint)
    return key


def _enter(office: Office, made: SealFile, *, through: int) -> None:
    with office.ledger.write() as tx:
        _record(tx, SEALED, number=made.seal.number, sha256=made.sha256, through=through)


def _record(tx: Transaction, kind: str, *, number: int, sha256: str, **more: int) -> None:
    about: dict[str, Any] = {"number": number, "sha256": sha256, **more}
    tx.record(kind, chain=None, actor="kinerja", via="layanan", **about)


def copied(office: Office) -> list[Entry]:
    """The copies of the seals, where they can be read."""
    copies = copy_folder(office)
    try:
        return entries(copies) if copies else []
    except OSError:
        return []


def _copied_where_unsure(office: Office) -> list[Entry]:
    """The copies, where they alone may tell which numbers were given."""
    with office.ledger.read() as session:
        unsure = seal_record(session, office.id).numbering_is_unsure
    return copied(office) if unsure else []


def _last_entered(sealed: dict[int, Event]) -> str:
    if not sealed:
        return GENESIS
    digest: str = sealed[max(sealed)].payload["sha256"]
    return digest
