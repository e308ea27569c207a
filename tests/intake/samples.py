"""An inbox of the real procedure with its ledger, and files of several kinds."""

import contextlib
import io
import os
import socket
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from dbos import DBOSClient
from sqlalchemy import select

from pipeline.intake.claim import Claimer
from pipeline.intake.mark import InboxMark
from pipeline.intake.outbox import Outbox
from pipeline.intake.places import fixed_folders
from pipeline.ledger.database import Ledger
from pipeline.ledger.queue import APP
from pipeline.ledger.tables import Arrival, Publication
from pipeline.procedures import load_procedure
from pipeline.store import Store

SOP = Path(__file__).resolve().parents[2] / "templates" / "data-kinerja" / "sop.toml"
PROCEDURE = load_procedure(SOP)
SEND = "1-draft/kirim"


def clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class Hands:
    """A clock that the test moves; it never jumps."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += seconds


@dataclass(frozen=True)
class House:
    """What the intake works on."""

    root: Path
    store: Store
    ledger: Ledger
    outbox: Outbox
    clock: Hands = field(default_factory=Hands)

    @property
    def mark(self) -> InboxMark:
        return InboxMark(self.inbox, self.store.folder.parent / "state")

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def work(self) -> Path:
        return self.root / "work"

    def place(self, folder: str = SEND) -> Path:
        return self.inbox / PROCEDURE.key / folder

    def claimer(self, patience_s: float = 600) -> Claimer:
        return Claimer(
            self.inbox,
            self.work,
            self.store,
            self.ledger,
            patience_s=patience_s,
            mark=self.mark,
            clock=self.clock,
        )

    def sweep(self, patience_s: float = 600) -> int:
        return self.claimer(patience_s).sweep({PROCEDURE.key: PROCEDURE})

    def arrivals(self) -> list[Arrival]:
        with self.ledger.read() as session:
            return list(session.scalars(select(Arrival).order_by(Arrival.name)))

    def names(self) -> list[str]:
        return [arrival.name for arrival in self.arrivals()]

    def queued(self) -> list[str]:
        client = DBOSClient(system_database_url=self.ledger.url, application_name=APP)
        try:
            return [flow.workflow_id for flow in client.list_workflows()]
        finally:
            client.destroy()

    def want(self, path: str, data: bytes, *, document_id: str | None = None) -> int:
        """Have the ledger want a file at ``path``; its publication."""
        sha256 = self.store.put(data)
        with self.ledger.write() as tx:
            row = Publication(
                office_id=tx.office_id,
                collection_id=None,
                document_id=document_id,
                path=path,
                sha256=sha256,
                role="main",
            )
            tx.session.add(row)
            tx.session.flush()
            return row.id

    def set_state(self, publication: int, state: str) -> None:
        with self.ledger.write() as tx:
            tx.session.get_one(Publication, publication).state = state

    def publication(self, publication: int) -> Publication:
        with self.ledger.read() as session:
            return session.get_one(Publication, publication)


@contextmanager
def house(root: Path, database: Path) -> Iterator[House]:
    ledger = Ledger(f"sqlite:///{database}", "uji", clock)
    store = Store(root / "store")
    mark = InboxMark(root / "inbox", root / "state")
    made = House(root, store, ledger, Outbox(root / "inbox", store, ledger, mark))
    for folder in fixed_folders(PROCEDURE):
        made.place(folder).mkdir(parents=True)
    yield made
    ledger.close()


def word(text: str = "isi") -> bytes:
    """A whole zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(zipfile.ZipInfo("word/document.xml"), text * 200)  # of no hour: the same
    return out.getvalue()


PDF = b"%PDF-1.7\n" + b"x" * 4000 + b"\n%%EOF\n"


def make_odd(path: Path, kind: str) -> None:
    """Something that is no regular file."""
    match kind:
        case "link":
            real = path.with_name(f"{path.name}.asli")
            real.write_bytes(word("rahasia"))
            path.symlink_to(real)
        case "dangling link":
            path.symlink_to("tidak-ada")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(path.parent):
                made.bind(path.name)
        case "device":
            os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 3))
