"""What a step is handed: the office, the procedure, and the file or the decision it is about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.confine.reader import Reader
from pipeline.domain.collection import WITHDRAWN
from pipeline.domain.document import Kind
from pipeline.domain.naming import safe_file_name
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Procedure, Step, Verb
from pipeline.domain.roster import Roster, Statements
from pipeline.errors import NotFoundError
from pipeline.forms.apart import read_roster, read_statements
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.intake.places import ON_BEHALF, RESULTS, CommandPlace, place_at
from pipeline.ledger.tables import Arrival, Collection, Document, Publication
from pipeline.office import Office
from pipeline.sop.scanned.kept import Copied

NAME_LENGTH = 90
GIVEN_BACK = "PERBAIKI"
HOLDER = "holder"
RECEIPT = "receipt"
"""The role of a receipt among the files that people find; it lies until the next person acts."""
INHERITED = frozenset({Kind.DRAFT, Kind.STATEMENTS, Kind.ROSTER, Kind.FORM})
_STILL_NEWS: dict[str, tuple[Verb, ...]] = {
    Verb.CORRECT: (Verb.DRAFT, Verb.CORRECT),
    Verb.INITIAL: (Verb.ENTER,),
    Verb.SIGN: (Verb.ENTER,),
}
"""At which steps receipts outlive a change of stage: where nobody but the machine brought it."""
_SEALING = frozenset({Verb.INITIAL, Verb.SIGN})
_GIVEN_BACK = re.compile(rf"^{GIVEN_BACK}( \d+)? - ")


@dataclass(frozen=True)
class Delivery:
    """A file that was taken from a command folder.

    ``copied`` is what stands for a PDF whose text was read.
    """

    office: Office
    procedure: Procedure
    place: CommandPlace
    arrival: Arrival
    copied: Copied | None = None

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
        """The bytes as they came; those of the form into which a PDF's values were copied."""
        sha256 = self.copied.sha256 if self.copied else self.arrival.sha256
        return self.office.store.read(sha256)

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

    @property
    def results(self) -> str:
        """The folder of its results, relative to the inbox."""
        return f"{self.procedure.key}/{RESULTS}/{self.period}"

    def folder(self, verb: Verb, *parts: str) -> str:
        """A stage folder, relative to the inbox."""
        return "/".join([self.procedure.key, self.procedure.step(verb).folder, *parts])

    def actor_of(self, verb: Verb) -> str:
        """Who acts at a step, by the procedure."""
        return self.procedure.actor(self.procedure.step(verb).actor).name

    def lineage(self, session: Session) -> list[Collection]:
        """This collection, then the one that it amends, and so on to the first."""
        line = [self.collection]
        while line[-1].amends is not None:
            line.append(session.get_one(Collection, line[-1].amends))
        return line

    def document(self, session: Session, kind: Kind, post: str = "") -> Document | None:
        """The collection's document of that kind (and official).

        What a correction does not touch is that of the collection it amends; workbook and
        print-out are always its own.
        """
        line = self.lineage(session) if kind in INHERITED else [self.collection]
        for collection in line:
            found = session.scalar(
                select(Document).where(
                    Document.collection_id == collection.id,
                    Document.kind == kind,
                    Document.post == post,
                )
            )
            if found is not None:
                return found
        return None

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
        """The form of every official, in the order of their posts; those that stay as filed too."""
        latest: dict[str, Document] = {}
        for collection in reversed(self.lineage(session)):
            latest |= {form.post: form for form in _forms_of(session, collection)}
        return [latest[post] for post in sorted(latest)]

    def own_forms(self, session: Session) -> list[Document]:
        """The forms that this collection itself asks for, in the order of their posts."""
        return _forms_of(session, self.collection)

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
        kinds = (Kind.ROSTER, Kind.STATEMENTS)
        roster, statements = (blob_of(self.require(session, kind)) for kind in kinds)
        return parsed_roster(self.office, roster, statements)

    def official(self, session: Session, post: str) -> Official:
        """Who reports for ``post``: whom its form is made out to, else whom the roster names.

        Raises:
            NotFoundError: nobody does.
        """
        form = self.document(session, Kind.FORM, post)
        if form is not None and HOLDER in form.data:
            return Official(**form.data[HOLDER])
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


def editions(
    session: Session, office: Office, procedure: Procedure, period: Period
) -> list[Collection]:
    """All collections of a procedure for a period, withdrawn ones too; the latest edition first."""
    query = select(Collection).where(
        Collection.office_id == office.id,
        Collection.procedure == procedure.key,
        Collection.period == str(period),
    )
    return list(session.scalars(query.order_by(Collection.edition.desc())))


def find_collection(
    session: Session, office: Office, procedure: Procedure, period: Period
) -> Collection | None:
    """The latest collection of a procedure for a period that is not withdrawn."""
    found = editions(session, office, procedure, period)
    return next((c for c in found if c.stage != WITHDRAWN), None)


def case_of(session: Session, office: Office, collection_id: str | None) -> Case:
    """The case of a collection.

    Raises:
        NotFoundError: there is no such collection.
    """
    collection = session.get(Collection, collection_id) if collection_id else None
    if collection is None:
        raise NotFoundError(f"{collection_id}: pengumpulan ini tidak ada.")
    return Case(office, office.procedures[collection.procedure], collection)


def _forms_of(session: Session, collection: Collection) -> list[Document]:
    query = select(Document).where(
        Document.collection_id == collection.id, Document.kind == Kind.FORM
    )
    return list(session.scalars(query.order_by(Document.post)))


def blob_of(document: Document) -> str:
    """The SHA-256 of the document's present bytes.

    Raises:
        NotFoundError: it has none yet.
    """
    if document.blob is None:
        raise NotFoundError(f"{document.name} belum dibuat.")
    return document.blob


def move_to(session: Session, case: Case, stage: str, now: datetime) -> None:
    """Let the collection wait for ``stage``, due by that step's quality standard.

    The receipts of the step before have done their work.
    """
    sealed = case.collection.stage in _SEALING
    end_receipts(session, case, () if sealed else _STILL_NEWS.get(stage, ()))
    case.collection.stage = stage
    case.collection.stage_since = now
    verbs = {step.verb.value: step for step in case.procedure.steps}
    step: Step | None = verbs.get(stage)
    case.collection.due = case.office.deadline(step, now).due if step else None


def end_receipts(session: Session, case: Case, kept: Iterable[Verb] = ()) -> None:
    """Have the collection's receipts taken away, but at the steps in ``kept``."""
    folders = tuple(f"{case.folder(verb)}/" for verb in kept)
    query = select(Publication).where(
        Publication.collection_id == case.collection.id,
        Publication.role == RECEIPT,
        Publication.state.in_((WANTED, PLACED)),
    )
    for row in session.scalars(query):
        if not row.path.startswith(folders):
            row.state = UNWANTED


def is_return(place: CommandPlace) -> bool:
    """Whether the command sends a document back."""
    return place.command is CommandFolder.RETURN


@lru_cache(maxsize=64)
def _statements(reader: Reader, data: bytes) -> Statements:
    statements, findings = reader.read(read_statements, data)
    if statements is None:
        raise NotFoundError(f"Daftar Pernyataan tidak terbaca: {findings[0].message}.")
    return statements


def parsed_statements(office: Office, sha256: str) -> Statements:
    """The statements in a workbook that passed its check."""
    return _statements(office.reader, office.store.read(sha256))


@lru_cache(maxsize=64)
def _roster(reader: Reader, data: bytes, statements: bytes) -> Roster:
    roster, findings = reader.read(read_roster, data, _statements(reader, statements))
    if roster is None:
        raise NotFoundError(f"Daftar Pejabat tidak terbaca: {findings[0].message}.")
    return roster


def parsed_roster(office: Office, sha256: str, statements: str) -> Roster:
    """The roster in a workbook that passed its check against ``statements`` (their SHA-256).

    Raises:
        NotFoundError: a workbook cannot be read.
    """
    read = office.store.read
    return _roster(office.reader, read(sha256), read(statements))
