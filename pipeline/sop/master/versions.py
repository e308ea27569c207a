"""The master data on file: each version whole, kept by content; the last one holds."""

from collections.abc import Callable

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.master import MasterData
from pipeline.errors import KinerjaError
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document, MasterVersion
from pipeline.office import Office

RENEW = "renew"
MASTER_NAME = "Data Induk"
_AS_JSON = TypeAdapter(MasterData)


class OvertakenError(KinerjaError):
    """Another version came on file after the one was read that this would have replaced."""


def latest_version(session: Session, office_id: str) -> MasterVersion | None:
    """The version of the master data that holds now; ``None`` before there are any."""
    return session.scalar(
        select(MasterVersion)
        .where(MasterVersion.office_id == office_id)
        .order_by(MasterVersion.seq.desc())
        .limit(1)
    )


def version_on_file(session: Session, office_id: str) -> int:
    """The number of the version that holds now; 0 before there are any."""
    version = latest_version(session, office_id)
    return version.seq if version else 0


def master_on_file(session: Session, office: Office) -> MasterData:
    """The office's master data; empty before there are any."""
    version = latest_version(session, office.id)
    return read_version(office, version.sha256) if version else MasterData()


def read_version(office: Office, sha256: str) -> MasterData:
    """The master data that are kept under ``sha256``."""
    return _AS_JSON.validate_json(office.store.read(sha256))


def keep(office: Office, master: MasterData) -> str:
    """Master data into the store, not yet on file; their SHA-256."""
    return office.store.put(_AS_JSON.dump_json(master, indent=1))


def put_on_file(
    tx: Transaction, sha256: str, *, base: int, document: Document, actor: str, via: str
) -> MasterVersion | None:
    """Let kept master data hold from now on; ``None`` where they are the ones on file already.

    ``base`` is the version that they were made from. What lies ready from the master data is made
    anew after the commit.

    Raises:
        OvertakenError: the version on file is another one than ``base``; see `until_current`.
    """
    last = latest_version(tx.session, tx.office_id)
    if base != (last.seq if last else 0):
        raise OvertakenError(f"Data Induk versi {base} sudah diganti versi lain.")
    if last is not None and last.sha256 == sha256:
        return None
    version = MasterVersion(
        office_id=tx.office_id,
        seq=last.seq + 1 if last else 1,
        sha256=sha256,
        document_id=document.id,
        since=tx.now(),
    )
    tx.session.add(version)
    tx.record(
        "master.changed",
        chain=None,
        actor=actor,
        via=via,
        document_id=document.id,
        version=version.seq,
        sha256=sha256,
    )
    tx.enqueue(RENEW, f"v{version.seq}", once=f"v{version.seq}")
    return version


def until_current(work: Callable[[], None]) -> None:
    """Do ``work`` that replaces the version on file, again where another came in between."""
    while True:
        try:
            work()
        except OvertakenError:
            continue
        return
