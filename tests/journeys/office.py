"""An office for a journey: the real service in a process of its own, and the demo's people.

`running` makes the office and starts its service. `Journey` brings the collection to a stage
(``to_correction`` … ``to_filed``), kills and restarts the service, and opens the ledger for
looking. What people do goes through the folders, as everywhere.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy import text as sql

from pipeline.domain.document import Kind, State
from pipeline.domain.naming import post_folder
from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.domain.roster import Roster, Statements
from pipeline.ledger.tables import Arrival, Collection, Document, Publication
from pipeline.office import Office, open_office
from pipeline.settings import FILE_NAME
from pipeline.tasks.demo.data import sample_roster, sample_statements
from pipeline.tasks.demo.players import Folders, Reporter, SectionHead, Staff
from pipeline.tasks.init import init_office, make_practice_keys
from tests.pdf.on_files import extract_text

PROCEDURE = "data-kinerja"
PATIENCE_S = 90.0
LOOK_S = 0.05
MARK = "JOURNEY_MARK"


@dataclass
class Service:
    """``kinerja run`` in a process of its own; its processes are known by a mark they inherit."""

    root: Path
    mark: str = field(default_factory=lambda: uuid4().hex)
    process: subprocess.Popen[bytes] | None = None
    log_start: int = 0
    command: tuple[str, ...] = ("run", "--no-web")
    prefix: tuple[str, ...] = ()
    log_name: str = "layanan.log"
    greeting: bytes = b"the service runs"
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def log(self) -> Path:
        """What the service said."""
        return self.root / ".kinerja" / self.log_name

    @property
    def runs(self) -> bool:
        """Whether it has been started and has not ended."""
        return self.process is not None and self.process.poll() is None

    @property
    def ready(self) -> bool:
        """Whether it has said, since its last start, that it runs."""
        said = self.log.read_bytes()[self.log_start :]
        return self.runs and self.greeting in said

    def start(self) -> None:
        """Start it; files may be sent at once, it takes them when it is ready."""
        assert not self.runs
        scratch = self.root / "tmp"
        scratch.mkdir(exist_ok=True)
        program = [*self.prefix, sys.executable, "-m", "pipeline"]
        call = [*program, *self.command, "--office", str(self.root)]
        environment = {**os.environ, MARK: self.mark, "TMPDIR": str(scratch)}
        self.log_start = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(call, stdout=out, stderr=out, env=environment)

    def stop(self) -> None:
        """End it in good order."""
        if self.process is not None and self.runs:
            self.process.terminate()
            code = self.process.wait(timeout=90)
            assert code == 0, f"it ended with {code}\n{self.log.read_text()[-4000:]}"
        self.sweep_up()

    def kill(self) -> None:
        """``kill -9`` of the service, then of all that it had started."""
        if self.process is not None and self.runs:
            self.process.kill()
            self.process.wait(timeout=30)
        self.sweep_up()

    def sweep_up(self) -> None:
        """Leave no process of this service behind."""
        deadline = time.monotonic() + 20
        while left := list(_marked(self.mark)):
            for pid in left:
                _kill(pid)
            assert time.monotonic() < deadline, f"processes {left} cannot be killed"
            time.sleep(LOOK_S)


@dataclass
class Journey:
    """One office under way."""

    root: Path
    office: Office
    service: Service
    folders: Folders
    staff: Staff
    head: SectionHead
    secretary: SectionHead
    people: list[Reporter]
    statements: Statements
    roster: Roster
    period: Period
    pins: dict[str, str]

    # --- the service ---------------------------------------------------------------------------

    def kill(self) -> None:
        """``kill -9`` of the service and its children."""
        self.service.kill()

    def restart(self) -> None:
        """Start the service again."""
        self.service.start()

    # --- bringing the collection to a stage; each takes up where the collection stands ----------

    def to_correction(self) -> Self:
        """Until the draft waits for the Kasubag (SOP 2)."""
        if self.stage is None:
            self.staff.send_draft(self.statements)
        if self.stage in {None, Verb.DRAFT}:
            self.await_stage(Verb.CORRECT)
            self.folders.wait("2-koreksi/Format*.docx")
        return self

    def to_distribution(self) -> Self:
        """Until the roster is awaited (SOP 3)."""
        self.to_correction()
        if self.stage == Verb.CORRECT:
            self.head.approve("2-koreksi/Format*.docx")
            self.folders.wait("3-penggandaan/Daftar Pejabat*.xlsx")
        return self

    def to_filling(self) -> Self:
        """Until every official has a form (SOP 4)."""
        self.to_distribution()
        if self.stage == Verb.DISTRIBUTE:
            self.staff.send_roster(self.roster, self.statements)
            for person in self.people:
                self.folders.wait(f"{person.folder}/Format*.docx")
        return self

    def to_verification(self) -> Self:
        """Until every form that is with its official has been filled in and waits (SOP 5)."""
        self.to_filling()
        for person in self.people:
            if self.form(person).state == State.ISSUED:
                person.fill_and_send(pattern="*.docx")
        self.until(lambda: all(self.form(p).state != State.ISSUED for p in self.people))
        for person in self.people:
            if self.form(person).state == State.WAITING:
                self.folders.wait(self.at_verification(person))
        return self

    def to_entry(self) -> Self:
        """Until the verified data wait as a workbook (SOP 6)."""
        self.to_verification()
        for person in self.people:
            if self.form(person).state == State.WAITING:
                self.head.approve(self.at_verification(person))
        self.await_stage(Verb.ENTER, Verb.INITIAL, Verb.SIGN, "filed")
        if self.stage == Verb.ENTER:
            self.folders.wait("6-entri/Entri*.xlsx")
        return self

    def to_initial(self) -> Self:
        """Until the print-out waits for its paraf (SOP 7)."""
        self.to_entry()
        if self.stage == Verb.ENTER:
            self.staff.send_entry()
            self.await_stage(Verb.INITIAL)
            self.folders.wait("7-paraf/Print Out*.pdf")
        return self

    def to_sign(self) -> Self:
        """Until the print-out waits for its signature (SOP 8)."""
        self.to_initial()
        if self.stage == Verb.INITIAL:
            self.head.seal("initial")
            self.folders.wait("8-tanda-tangan/Print Out*.pdf")
        return self

    def to_filed(self) -> Path:
        """Until the dossier is filed and handed out; the signed print-out in ``hasil``."""
        self.to_sign()
        if self.document(Kind.PRINTOUT).state == State.WAITING:
            self.head.seal("sign")
        signed = self.folders.wait(f"hasil/{self.period}/Data Kinerja*.pdf")
        self.folders.wait(f"1-draft/Format Data Kinerja {self.period.next.short}.docx")
        self.settle()
        return signed

    # --- what people do ------------------------------------------------------------------------

    def reporter(self, index: int) -> Reporter:
        """An official; 0 is the Kasubag, 1 the Sekretaris, from 2 the heads of units."""
        return self.people[index]

    def at_verification(self, person: Reporter) -> str:
        """The pattern of an official's form where it waits for verification."""
        return f"5-verifikasi/{post_folder(person.official.post)} - *.docx"

    def bring(self, folder: str, name: str, data: bytes) -> None:
        """Put a file into a folder, and wait until it is taken (from a command folder)."""
        path = self.folders.put(folder, name, data)
        if folder.rsplit("/", 1)[-1] in set(CommandFolder):
            self.until_taken(path)

    def until_taken(self, file: Path) -> None:
        """Wait until a file no longer lies where it was put."""
        self.until(lambda: not file.exists(), f"the taking of {file}")

    def command(
        self, *arguments: str, pin: str | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """``kinerja …`` for this office, the PIN through a pipe."""
        call = [sys.executable, "-m", "pipeline", *arguments, "--office", str(self.root)]
        if pin is None:
            return subprocess.run(call, capture_output=True, text=True, check=False)
        reading, writing = os.pipe()
        os.write(writing, pin.encode())
        os.close(writing)
        try:
            call += ["--pin-fd", str(reading)]
            return subprocess.run(
                call, pass_fds=[reading], capture_output=True, text=True, check=False
            )
        finally:
            os.close(reading)

    # --- looking -------------------------------------------------------------------------------

    @property
    def stage(self) -> str | None:
        """The verb that the collection waits for; ``filed``; ``None`` before it begins."""
        with self.office.ledger.read() as session:
            return session.scalar(
                select(Collection.stage).where(Collection.period == str(self.period))
            )

    def form(self, person: Reporter) -> Document:
        """An official's form as the ledger has it now."""
        return self.document(Kind.FORM, person.official.post)

    def document(self, kind: Kind, post: str = "") -> Document:
        """A document as the ledger has it now."""
        with self.office.ledger.read() as session:
            query = (
                select(Document)
                .join(Collection, Collection.id == Document.collection_id)
                .where(
                    Document.kind == kind,
                    Document.post == post,
                    Collection.period == str(self.period),
                )
            )
            return session.scalars(query).one()

    def rows(self, table: type[Any], *conditions: Any) -> list[Any]:
        """All rows of a table."""
        with self.office.ledger.read() as session:
            return list(session.scalars(select(table).where(*conditions)))

    def text(self, pattern: str) -> str:
        """The text of a PDF in the folders once it is there, line breaks as spaces."""
        return flat_text(self.folders.wait(pattern))

    def files(self, folder: str = "") -> set[str]:
        """What lies in a folder (and below) for people to see, relative to it."""
        base = self.folders.inbox / folder
        return {p.relative_to(base).as_posix() for p in base.rglob("*") if p.is_file()}

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait until a condition holds."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                tail = self.service.log.read_text()[-4000:]
                raise AssertionError(f"{what or condition} did not come about\n{tail}")
            time.sleep(LOOK_S)

    def await_stage(self, *stages: str) -> None:
        """Wait until the collection stands at one of these stages."""
        self.until(lambda: self.stage in stages, f"stage {stages}")

    def settle(self) -> None:
        """Wait until what people sent is judged, all work is done and the folders are laid out."""
        work = self.root / ".kinerja" / "work"
        moving = Publication.state.in_(("wanted", "unwanted"))

        def calm() -> bool:
            return not (
                self.sent()
                or any(work.iterdir())
                or self.rows(Arrival, Arrival.outcome.is_(None))
                or self.unfinished()
                or self.rows(Publication, moving)
            )

        self.until(calm, "calm")

    def sent(self) -> set[str]:
        """What lies in command folders and is not taken yet."""
        commands = set(CommandFolder)
        return {f for f in self.files() if commands & set(f.split("/")[:-1])}

    def unfinished(self) -> int:
        """How many chains are queued or at work."""
        schema = "dbos." if self.office.ledger.engine.dialect.name == "postgresql" else ""
        query = "workflow_status WHERE status IN ('ENQUEUED', 'PENDING')"
        with self.office.ledger.read() as session:
            return int(session.execute(sql(f"SELECT count(*) FROM {schema}{query}")).scalar_one())


J = TypeVar("J", bound=Journey)


def flat_text(pdf: Path) -> str:
    """The text of a PDF, line breaks as spaces."""
    return " ".join(extract_text(pdf).split())


@contextmanager
def running(
    tmp_path: Path, officials: int = 2, prepare: Callable[[Path], object] = lambda root: None
) -> Iterator[Journey]:
    """A new office with practice keys, its service running; everything is ended afterwards.

    It has one LibreOffice, which is enough for a few officials, and starts with each service; the
    demo has as many as an office has unasked.
    ``prepare`` is done with the office's folder before anything is opened.
    """
    root = init_office(tmp_path / "kantor")
    pins = make_practice_keys(root)
    settings = root / FILE_NAME
    said = settings.read_text("utf-8")
    settings.write_text(said.replace("\noffices = 2\n", "\noffices = 1\n"), "utf-8")
    prepare(root)
    service = Service(root)
    with open_office(root) as office:
        service.start()
        try:
            folders = Folders(office.inbox / PROCEDURE, PATIENCE_S)
            journey = begin(Journey, root, office, service, pins, folders, officials)
            yield journey
            journey.until(lambda: service.ready, "the service")
            service.stop()
        finally:
            service.kill()


def begin(
    kind: type[J],
    root: Path,
    office: Office,
    service: Service,
    pins: dict[str, str],
    folders: Folders,
    officials: int,
) -> J:
    """The people of an office, and its first collection, which nobody has begun."""
    period = Period.ended_before(office.now().date())
    statements = sample_statements(period, officials)
    roster = sample_roster(period, statements, officials)
    return kind(
        root=root,
        office=office,
        service=service,
        folders=folders,
        staff=Staff(folders, period, office.settings.office.name),
        head=SectionHead(folders, root, "kasubag", pins["kasubag"]),
        secretary=SectionHead(folders, root, "sekretaris", pins["sekretaris"]),
        people=[
            Reporter(folders, o, roster.indicators_of(o.post, statements), period.quarter)
            for o in roster.officials
        ],
        statements=statements,
        roster=roster,
        period=period,
        pins=pins,
    )


def _marked(mark: str) -> Iterator[int]:
    """The processes that carry a mark in their environment."""
    wanted = f"{MARK}={mark}".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            found = wanted in (folder / "environ").read_bytes().split(b"\0")
        except OSError:  # gone meanwhile, or not ours
            continue
        if found:
            yield int(folder.name)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
