"""A small office with a filed print-out, and a time-stamping service that it may ask."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.ledger.tables import Event, Proof, Record
from pipeline.office import Office
from tests.signing.tsa import Authority
from tests.sop.desk import Clock, DeskOffice

from .small_office import rewrite

WIB = ZoneInfo("Asia/Jakarta")


def relies_on(root: Path, authority: Authority) -> None:
    """Let the office ask this time-stamping service, and trust it."""
    trust = root / ".kinerja/trust"
    (trust / "anchors/tsa.pem").write_bytes(authority.root_pem)
    (trust / "crls/tsa.crl").write_bytes(authority.revoked)
    rewrite(root / "kinerja.toml", 'tsa_url = ""', f'tsa_url = "{authority.url}"')


@contextmanager
def at_work(root: Path) -> Iterator[DeskOffice]:
    """The office, opened; its papers are drawn once."""
    office = DeskOffice(root, Clock(datetime.now(WIB)))
    try:
        yield office
    finally:
        office.close()


def proofs(office: Office) -> list[Proof]:
    """What is written down of the filed print-outs."""
    with office.ledger.read() as session:
        return list(session.query(Proof))


def records(office: Office) -> list[Record]:
    """The filed records, oldest first."""
    with office.ledger.read() as session:
        return list(session.query(Record).order_by(Record.edition))


def events(office: Office, kind: str) -> list[Event]:
    """The events of a kind, oldest first."""
    with office.ledger.read() as session:
        return list(session.query(Event).filter_by(kind=kind).order_by(Event.id))


def everything(root: Path) -> dict[str, bytes]:
    """Every file of an office but its database's own, which any look may touch."""
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and "kinerja.db" not in path.name
    }
