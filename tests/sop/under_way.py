"""A collection under way in an office worked by hand: brought to a stage, then looked at.

What people do goes through the folders, chains run in process; see `tests.sop.desk`.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from pipeline.domain.document import Kind, State
from pipeline.domain.naming import post_folder
from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.domain.roster import Roster, Statements
from pipeline.ledger.tables import Collection, Document, Event
from pipeline.office import Office
from pipeline.pdf.convert import Converter
from pipeline.settings import load_settings
from pipeline.sop.case import find_collection
from pipeline.sop.collection.closing import close_case
from pipeline.sop.prepare import lay_starters
from pipeline.tasks.demo.data import sample_roster, sample_statements
from pipeline.tasks.demo.players import Folders, Reporter, Staff
from pipeline.tasks.init import init_office, make_practice_keys
from pipeline.tasks.seal import Taken, seal, unlock, waiting_for
from pipeline.tasks.tick import to_tick
from tests.pdf.on_files import extract_text

from .desk import PROCEDURE, Clock, Desk

MONDAY = datetime(2026, 10, 5, 8, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
PERIOD = Period(2026, 3)
OFFICIALS = 3
KASUBAG = "Kasubag Program, Kepegawaian dan Pelaporan"
SECRETARY = "Sekretaris"
HEAD = "Kepala Bidang Perikanan Tangkap"
CLOCK = "jam.txt"
NOTE = "Batas waktu pelaporan ke Bappeda."
DECIDER = {"actor": KASUBAG, "via": "uji"}


@dataclass(frozen=True)
class Copied:
    """An office that rests, with the PINs of its practice keys, to be copied for each test."""

    root: Path
    pins: dict[str, str]


@dataclass
class UnderWay:
    """One period's collection in an office; several may share the desk."""

    desk: Desk
    pins: dict[str, str]
    period: Period
    statements: Statements
    roster: Roster

    @property
    def office(self) -> Office:
        """The office."""
        return self.desk.office

    @property
    def folders(self) -> Folders:
        """The inbox of the procedure; everything asked for is there already."""
        return Folders(self.desk.inbox, 1.0)

    @property
    def staff(self) -> Staff:
        """Staf."""
        return Staff(self.folders, self.period, self.office.settings.office.name)

    def reporter(self, post: str) -> Reporter:
        """Who reports for a post."""
        official = self.roster.official(post)
        assert official is not None
        indicators = self.roster.indicators_of(post, self.statements)
        return Reporter(self.folders, official, indicators, self.period.quarter)

    # --- bringing it to a stage ----------------------------------------------------------------

    def to_correction(self) -> None:
        """Until the draft waits for the Kasubag."""
        lay_starters(self.office, f"{PROCEDURE}:{self.period}")
        self.desk.work()
        self.staff.send_draft(self.statements)
        self.desk.work()

    def to_distribution(self) -> None:
        """Until the roster is awaited."""
        self.to_correction()
        self.move(f"2-koreksi/Format*{self.period.short}.docx", CommandFolder.APPROVE)

    def to_filling(self) -> None:
        """Until every official has a form."""
        self.to_distribution()
        self.staff.send_roster(self.roster, self.statements)
        self.desk.work()

    def send(self, post: str, *, pattern: str = "", leave_out: bool = False) -> None:
        """An official fills in the form and sends it."""
        pattern = pattern or f"Format*{self.period.short}*.docx"
        self.reporter(post).fill_and_send(pattern=pattern, leave_out=leave_out)
        self.desk.work()

    def approve(self, post: str) -> None:
        """The verifier approves an official's form."""
        self.move(f"5-verifikasi/*{self.form(post).code}.docx", CommandFolder.APPROVE)

    def verify(self, *posts: str) -> None:
        """Each of these officials sends the form, and it is approved."""
        for post in posts:
            self.send(post)
            self.approve(post)

    def to_initial(self) -> None:
        """From entry to the print-out that waits for its paraf."""
        self.staff.send_entry()
        self.desk.work()

    def seal(self, stage: Verb) -> None:
        """The Kasubag puts paraf or signature."""
        signer = self.office.signer("kasubag")
        key = unlock(self.office, signer, bytearray(self.pins["kasubag"], "utf-8"))
        waiting = waiting_for(self.office, stage)
        ticked = {d: [c.number for c in listed] for d, listed in to_tick(waiting).items()}
        results = seal(self.office, waiting, stage, signer, key, taken=Taken(accepts=ticked))
        assert [r.error for r in results] == [""] * len(results)

    def move(self, pattern: str, command: CommandFolder) -> None:
        """Move what lies there into a command folder, and let it be worked on."""
        self.folders.move(self.folders.wait(pattern), command)
        self.desk.work()

    # --- looking -------------------------------------------------------------------------------

    @property
    def collection(self) -> Collection:
        """The period's collection that is not withdrawn."""
        procedure = self.office.procedures[PROCEDURE]
        with self.office.ledger.read() as session:
            found = find_collection(session, self.office, procedure, self.period)
        assert found is not None
        return found

    def document(self, kind: Kind, post: str = "") -> Document:
        """A document of the collection as it stands."""
        return self.paper(self.collection.id, kind, post)

    def paper(self, collection_id: str, kind: Kind, post: str = "") -> Document:
        """A document of a certain collection, as it stands."""
        with self.office.ledger.read() as session:
            query = select(Document).where(
                Document.collection_id == collection_id,
                Document.kind == kind,
                Document.post == post,
            )
            return session.scalars(query).one()

    def papers(self) -> list[Document]:
        """Every document of the collection."""
        with self.office.ledger.read() as session:
            query = select(Document).where(Document.collection_id == self.collection.id)
            return list(session.scalars(query))

    def form(self, post: str) -> Document:
        """An official's form."""
        return self.document(Kind.FORM, post)

    def states(self) -> dict[str, str]:
        """Post → the state of its form."""
        posts = [official.post for official in self.roster.officials]
        return {post: State(self.form(post).state) for post in posts}

    def events(self, collection_id: str = "") -> list[Event]:
        """The events of the collection, in order."""
        chain = collection_id or self.collection.id
        with self.office.ledger.read() as session:
            return list(
                session.scalars(select(Event).where(Event.chain == chain).order_by(Event.seq))
            )

    def names(self, folder: str) -> list[str]:
        """What lies in a folder for people to see."""
        return [path.name for path in self.desk.files(f"{folder}/*")]

    def with_official(self, post: str) -> list[str]:
        """What lies in an official's folder."""
        return self.names(f"4-pengisian/{post_folder(post)}")

    def said(self, pattern: str) -> str:
        """The text of the PDF that lies there, line breaks as spaces."""
        return " ".join(extract_text(self.folders.wait(pattern)).split())


def practice_office(directory: Path) -> Copied:
    """A new office with practice keys."""
    root = init_office(directory)
    return Copied(root, make_practice_keys(root))


@contextmanager
def at_desk(resting: Copied, root: Path, converter: Converter) -> Iterator[UnderWay]:
    """A copy of the office, one hour later than it was left; its third quarter is collected.

    The converter is shared and stays open.
    """
    shutil.copytree(resting.root, root)
    clock = Clock(_left_at(resting.root) + timedelta(hours=1))
    with lent(Office(root, load_settings(root), clock), converter) as office:
        try:
            yield a_period(Desk(office, clock), resting.pins, PERIOD)
        finally:
            (root / CLOCK).write_text(clock.at.isoformat())


@contextmanager
def lent(office: Office, converter: Converter) -> Iterator[Office]:
    """An office that converts with a converter which others have too, and which stays open."""
    office.__dict__["converter"] = converter
    try:
        yield office
    finally:
        del office.__dict__["converter"]
        office.close()


def a_period(desk: Desk, pins: dict[str, str], period: Period) -> UnderWay:
    """A period's collection that has not begun."""
    statements = sample_statements(period, OFFICIALS)
    return UnderWay(desk, pins, period, statements, sample_roster(period, statements, OFFICIALS))


def close(at: UnderWay, note: str = NOTE) -> list[str]:
    """Close the filling; the posts of the absent."""
    absent = [form.post for form in close_case(at.office, at.collection.id, note, **DECIDER)]
    at.desk.work()
    return absent


def _left_at(root: Path) -> datetime:
    left = root / CLOCK
    return datetime.fromisoformat(left.read_text()) if left.exists() else MONDAY
