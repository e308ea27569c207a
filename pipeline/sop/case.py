"""What a step is handed: the office, the procedure, and the file or the decision it is about."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind
from pipeline.domain.naming import safe_file_name
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Procedure, Step, Verb
from pipeline.domain.roster import Roster, Statements
from pipeline.errors import NotFoundError
from pipeline.forms.workbooks.roster import read_roster
from pipeline.forms.workbooks.statements import read_statements
from pipeline.intake.places import ON_BEHALF, CommandPlace, place_at
from pipeline.ledger.tables import Arrival, Collection, Document
from pipeline.office import Office

NAME_LENGTH = 90
GIVEN_BACK = "PERBAIKI"
_GIVEN_BACK = re.compile(rf"^{GIVEN_BACK}( \d+)? - ")


@dataclass(frozen=True)
class Delivery:
    """A file that was taken from a command folder."""

    office: Office
    procedure: Procedure
    place: CommandPlace
    arrival: Arrival

    @property
    def name(self) -> str:
        """The file's name as its sender gave it."""
        return self.arrival.name

    @property
    def stem(self) -> str:
        """The name without its extension."""
        return PurePosixPath(self.arrival.name).stem

    @property
    def suffix(self) -> str:
        """The extension, in lower case, with its dot."""
        return PurePosixPath(self.arrival.name).suffix.lower()

    @property
    def back_name(self) -> str:
        """What the file is called when it lies in its sender's folder again, to be mended."""
        name = _GIVEN_BACK.sub("", self.arrival.name)
        return safe_file_name(f"{GIVEN_BACK} - {name}", limit=NAME_LENGTH)

    @property
    def data(self) -> bytes:
        """The bytes as they came."""
        return self.office.store.read(self.arrival.sha256)

    @property
    def actor(self) -> str:
        """Who acts at this place, by the procedure."""
        step = self.place.step
        if self.place.post_folder == ON_BEHALF:
            step = self.procedure.step(Verb.DISTRIBUTE)
        elif step.verb is Verb.FILL:
            return self.place.post_folder
        return self.procedure.actor(step.actor).name

    @property
    def via(self) -> str:
        """By which way it came: evidence, recorded for what it is."""
        if self.place.post_folder == ON_BEHALF:
            return f"disampaikan melalui Staf ({self.arrival.owner})"
        return f"melalui folder, akun {self.arrival.owner}"

    @property
    def stage_folder(self) -> str:
        """The folder around the command folder, relative to the inbox: where its people look."""
        return f"{self.procedure.key}/{self.place.stage}"


@dataclass(frozen=True)
class Case:
    """One collection with its rules, read from the ledger and the store."""

    office: Office
    procedure: Procedure
    collection: Collection

    @property
    def period(self) -> Period:
        """The quarter that it is about."""
        period = Period.parse(self.collection.period)
        if period is None:
            raise ValueError(f"collection {self.collection.id} has no period")
        return period

    def folder(self, verb: Verb, *parts: str) -> str:
        """A stage folder, relative to the inbox."""
        return "/".join([self.procedure.key, self.procedure.step(verb).folder, *parts])

    def actor_of(self, verb: Verb) -> str:
        """Who acts at a step, by the procedure."""
        return self.procedure.actor(self.procedure.step(verb).actor).name

    def document(self, session: Session, kind: Kind, post: str = "") -> Document | None:
        """The collection's document of that kind (and official)."""
        return session.scalar(
            select(Document).where(
                Document.collection_id == self.collection.id,
                Document.kind == kind,
                Document.post == post,
            )
        )

    def require(self, session: Session, kind: Kind, post: str = "") -> Document:
        """The collection's document of that kind (and official).

        Raises:
            NotFoundError: it has not come yet.
        """
        document = self.document(session, kind, post)
        if document is None:
            raise NotFoundError(f"{kind.value} {self.period.short} belum ada.")
        return document

    def forms(self, session: Session) -> list[Document]:
        """All forms, in the order of their posts."""
        query = select(Document).where(
            Document.collection_id == self.collection.id, Document.kind == Kind.FORM
        )
        return list(session.scalars(query.order_by(Document.post)))

    def statements(self, session: Session) -> Statements:
        """The Daftar Pernyataan of this collection.

        Raises:
            NotFoundError: it has not come yet.
        """
        return parsed_statements(self.office, blob_of(self.require(session, Kind.STATEMENTS)))

    def roster(self, session: Session) -> Roster:
        """The roster of this collection.

        Raises:
            NotFoundError: it has not come yet.
        """
        blob = blob_of(self.require(session, Kind.ROSTER))
        return parsed_roster(self.office, blob, self.statements(session))

    def official(self, session: Session, post: str) -> Official:
        """Who holds ``post`` in this collection.

        Raises:
            NotFoundError: nobody does.
        """
        official = self.roster(session).official(post)
        if official is None:
            raise NotFoundError(f"{post}: jabatan ini tidak ada di Daftar Pejabat periode ini.")
        return official


def deliver(office: Office, arrival: Arrival) -> Delivery:
    """The arrival with its place looked up.

    Raises:
        NotFoundError: no procedure has such a folder any more.
    """
    key, _, path = arrival.folder.partition("/")
    procedure = office.procedures.get(key)
    place = place_at(procedure, path) if procedure else None
    if procedure is None or place is None:
        raise NotFoundError(f"{arrival.folder}: folder perintah ini tidak dikenal lagi.")
    return Delivery(office, procedure, place, arrival)


def find_collection(
    session: Session, office: Office, procedure: Procedure, period: Period
) -> Collection | None:
    """The collection of a procedure for a period."""
    return session.scalar(
        select(Collection).where(
            Collection.office_id == office.id,
            Collection.procedure == procedure.key,
            Collection.period == str(period),
        )
    )


def case_of(session: Session, office: Office, collection_id: str) -> Case:
    """The case of a collection.

    Raises:
        NotFoundError: there is no such collection.
    """
    collection = session.get(Collection, collection_id)
    if collection is None:
        raise NotFoundError(f"{collection_id}: pengumpulan ini tidak ada.")
    return Case(office, office.procedures[collection.procedure], collection)


def blob_of(document: Document) -> str:
    """The SHA-256 of the document's present bytes.

    Raises:
        NotFoundError: it has none yet.
    """
    if document.blob is None:
        raise NotFoundError(f"{document.name} belum dibuat.")
    return document.blob


def move_to(case: Case, stage: str, now: datetime) -> None:
    """Let the collection wait for ``stage``, due by that step's quality standard."""
    case.collection.stage = stage
    case.collection.stage_since = now
    verbs = {step.verb.value: step for step in case.procedure.steps}
    step: Step | None = verbs.get(stage)
    case.collection.due = case.office.deadline(step, now) if step else None


def is_return(place: CommandPlace) -> bool:
    """Whether the command sends a document back."""
    return place.command is CommandFolder.RETURN


@lru_cache(maxsize=64)
def _statements(data: bytes) -> Statements:
    statements, findings = read_statements(data)
    if statements is None:
        raise NotFoundError(f"Daftar Pernyataan tidak terbaca: {findings[0].message}.")
    return statements


def parsed_statements(office: Office, sha256: str) -> Statements:
    """The statements in a workbook that passed its check."""
    return _statements(office.store.read(sha256))


def parsed_roster(office: Office, sha256: str, statements: Statements) -> Roster:
    """The roster in a workbook that passed its check.

    Raises:
        NotFoundError: the workbook cannot be read.
    """
    roster, findings = read_roster(office.store.read(sha256), statements)
    if roster is None:
        raise NotFoundError(f"Daftar Pejabat tidak terbaca: {findings[0].message}.")
    return roster
