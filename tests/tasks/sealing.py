"""An office that has a ledger and its seals, and nothing else: quickly made."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.office import Office, open_office
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.audit.report import AuditFinding, AuditReport
from pipeline.tasks.init import init_office
from pipeline.tasks.sealing.folder import SIGNATURE, Entry, entries, seal_folder
from pipeline.tasks.sealing.ledger import seal_ledger

START = datetime(2026, 11, 22, 10, 15, tzinfo=ZoneInfo("Asia/Jakarta"))


class Clock:
    """The office's clock, moved by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


def new_office(root: Path) -> Path:
    """An empty office with its database."""
    made = init_office(root)
    with open_office(made) as office:
        office.ledger.migrate()
    return made


@contextmanager
def opened(root: Path, clock: Clock | None = None) -> Iterator[Office]:
    with open_office(root, clock or Clock()) as office:
        yield office


def settle(root: Path, section: str, line: str) -> None:
    """Have a section of the settings say something."""
    text = (root / "kinerja.toml").read_text(encoding="utf-8")
    key = line.partition("=")[0].strip()
    if f"[{section}]" not in text:
        (root / "kinerja.toml").write_text(f"{text}\n[{section}]\n{line}\n", encoding="utf-8")
        return
    head, _, body = text.partition(f"[{section}]\n")
    body, marker, rest = body.partition("\n[")
    kept = [one for one in body.splitlines() if one.partition("=")[0].strip() != key]
    body = "\n".join([line, *kept])
    (root / "kinerja.toml").write_text(f"{head}[{section}]\n{body}\n{marker}{rest}", "utf-8")


def happen(office: Office, *chains: str | None, kind: str = "kind") -> None:
    """Something happens in each."""
    for chain in chains:
        with office.ledger.write() as tx:
            tx.record(kind, chain=chain, actor="Kasubag", via="uji")


def fill(office: Office, clock: Clock, seals: int = 3) -> None:
    """Two chains that grow from seal to seal."""
    for _ in range(seals):
        happen(office, "a", "b", "a", None)
        seal_ledger(office)
        clock.pass_by(days=1)


def lying(office: Office) -> list[Entry]:
    return entries(seal_folder(office))


def beside(entry: Entry) -> Path:
    """Its signature."""
    return entry.path.with_name(f"{entry.path.name}{SIGNATURE}")


def spoil(path: Path, old: bytes, new: bytes) -> None:
    """Change a file that is read-only for others."""
    data = path.read_bytes()
    assert old in data
    path.chmod(0o644)
    path.write_bytes(data.replace(old, new, 1))


def found(office: Office) -> list[AuditFinding]:
    report = audit(office)
    assert all(finding.mend for finding in report.findings)
    return list(report.findings)


def told(report: AuditReport) -> list[tuple[str, str]]:
    return [(finding.place, finding.message) for finding in report.findings]


def database(office: Office) -> Path:
    return office.state / "kinerja.db"


def keep_database(office: Office, target: Path) -> None:
    """A copy of the database as it is."""
    office.ledger.engine.dispose()
    shutil.copy(database(office), target)


def restore_database(office: Office, source: Path) -> None:
    """Put an older database back."""
    office.ledger.engine.dispose()
    for name in ("kinerja.db-wal", "kinerja.db-shm"):
        (office.state / name).unlink(missing_ok=True)
    shutil.copy(source, database(office))
