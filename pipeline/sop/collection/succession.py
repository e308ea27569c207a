"""How filed records follow each other: a ralat or perubahan, and the record that it amends.

A period's corrections are counted as they come, whatever their kind: ``Ralat 1``, ``Perubahan 2``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import long_date
from pipeline.domain.collection import Amendment
from pipeline.domain.document import Kind
from pipeline.ledger.tables import Collection, Document, Event, Record
from pipeline.office import Office
from pipeline.sop.case import Case

_ENGLISH = {Amendment.ERRATUM: "erratum", Amendment.CHANGE: "amendment"}


@dataclass(frozen=True)
class Paper:
    """A print-out as others refer to it: its number, empty where it bears none, and its date.

    ``kind`` is how it amends another, ``None`` for a period's first.
    """

    code: str
    number: str
    day: date
    kind: Amendment | None = None

    @property
    def words(self) -> str:
        """``Nomor 000.8.6.3/7/DKP/2026 tanggal 5 Oktober 2026``."""
        named = f"Nomor {self.number}" if self.number else "naskah tanpa nomor"
        return f"{named} tanggal {long_date(self.day)}"

    @property
    def in_english(self) -> str:
        """``number 000.8.6.3/7/DKP/2026 of 2026-10-05``."""
        named = f"number {self.number}" if self.number else "one without a number"
        return f"{named} of {self.day}"


def correction_name(session: Session, case: Case) -> str:
    """``Ralat 1``: what a correction is called in names of files; empty for a first edition."""
    times = len(case.lineage(session)) - 1
    return f"{case.collection.amendment or ''} {times}".capitalize() if times else ""


def with_correction(session: Session, case: Case, name: str) -> str:
    """``name`` with the correction's own behind it, so that both editions may lie in one folder."""
    correction = correction_name(session, case)
    return f"{name} - {correction}" if correction else name


def record_of(session: Session, collection: Collection) -> Record | None:
    """The collection's record, reserved or filed."""
    return session.scalar(select(Record).where(Record.collection_id == collection.id))


def dossier_records(session: Session, record: Record) -> list[Record]:
    """Every record of the dossier that ``record`` lies in, filed or reserved, oldest first."""
    query = select(Record).where(
        Record.office_id == record.office_id,
        Record.year == record.year,
        Record.classification == record.classification,
        Record.dossier_number == record.dossier_number,
    )
    return list(session.scalars(query.order_by(Record.edition)))


def successors(session: Session, record: Record) -> list[Record]:
    """The filed records that replace ``record``, one after the other; the last one holds."""
    found: list[Record] = []
    while True:
        last = found[-1] if found else record
        query = select(Record).where(Record.amends == last.id, Record.filed_at.is_not(None))
        newer = session.scalar(query)
        if newer is None:
            return found
        found.append(newer)


def paper_of(session: Session, office: Office, record: Record) -> Paper:
    """The print-out of a record as others refer to it."""
    collection = session.get_one(Collection, record.collection_id)
    kind = Amendment(collection.amendment) if collection.amendment else None
    return Paper(record.code, record.document_number, _day(session, office, record), kind)


def replacements(session: Session, office: Office, code: str) -> list[Paper]:
    """What has replaced the print-out with this code, one after the other; nothing if it holds."""
    record = session.scalar(
        select(Record).where(Record.office_id == office.id, Record.code == code)
    )
    newer = successors(session, record) if record else []
    return [paper_of(session, office, one) for one in newer]


def replaced_words(papers: Sequence[Paper]) -> str:
    """``digantikan oleh Nomor … tanggal … (ralat)``, and what holds now; empty if it holds."""
    if not papers:
        return ""
    first, last = papers[0], papers[-1]
    said = f"digantikan oleh {first.words} ({first.kind})"
    return said if last == first else f"{said}; yang berlaku sekarang {last.words}"


def replaced_in_english(papers: Sequence[Paper]) -> str:
    """``replaced by number … of … (erratum)``, and what holds now; empty if it holds."""
    if not papers:
        return ""
    first, last = papers[0], papers[-1]
    said = f"replaced by {first.in_english}"
    if first.kind is not None:
        said = f"{said} ({_ENGLISH[first.kind]})"
    return said if last == first else f"{said}; what holds now is {last.in_english}"


def _day(session: Session, office: Office, record: Record) -> date:
    """The date printed on it: of the day on which its last revision was made."""
    zone = office.settings.office.zone
    made = session.scalar(
        select(Event.at)
        .join(Document, Document.id == Event.document_id)
        .where(
            Document.collection_id == record.collection_id,
            Document.kind == Kind.PRINTOUT,
            Event.kind == "printout.made",
        )
        .order_by(Event.seq.desc())
        .limit(1)
    )
    moment = datetime.fromisoformat(made) if made else (record.filed_at or office.now())
    return moment.astimezone(zone).date()
