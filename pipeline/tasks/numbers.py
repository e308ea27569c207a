"""The register of document numbers (buku agenda): who bears which, and what is missing in it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.archive.numbering import gaps, skipped_places
from pipeline.archive.numbers_filed import FiledNumber, filed_numbers, place_of
from pipeline.domain.authority import Act
from pipeline.domain.document import State
from pipeline.domain.finding import Finding
from pipeline.domain.period import Period
from pipeline.domain.runs import without
from pipeline.errors import NotFoundError
from pipeline.ledger.tables import Collection, Document, Number, Record
from pipeline.office import Office
from pipeline.sop.printout.number import number_by_word
from pipeline.sop.printout.sequence import known_dossiers, templates_of
from pipeline.tasks.account import acting_as

UnitYear = tuple[str, int]
"""A unit and a year."""


class NumberState(StrEnum):
    """What has become of a number."""

    USED = "dipakai"
    FILED = "diarsipkan"
    REPLACED = "digantikan"
    CANCELLED = "batal"


@dataclass(frozen=True)
class NumberEntry:
    """One number; ``place`` is that in the unit's sequence, none where it was given by hand.

    ``given`` is in the office's zone.
    """

    number: str
    unit: str
    year: int
    place: int | None
    document: str
    code: str
    period: str
    given: datetime
    state: NumberState
    reason: str = ""


@dataclass(frozen=True)
class Gap:
    """A run of places of a sequence at which no number stands, and what is known of it.

    It goes from ``place`` to ``last``, both missing; they are one where a single number is.
    ``explained`` where the sequence left it out on purpose.
    """

    unit: str
    year: int
    place: int
    last: int
    known: str
    explained: bool


@dataclass(frozen=True)
class Register:
    """The numbers in their order, and the gaps between them."""

    entries: Sequence[NumberEntry]
    gaps: Sequence[Gap]

    @property
    def whole(self) -> bool:
        """Whether no number is missing without a reason."""
        return all(gap.explained for gap in self.gaps)

    def to_dict(self) -> dict[str, Any]:
        """As JSON values; moments in ISO 8601."""
        entries = [asdict(e) | {"given": e.given.isoformat()} for e in self.entries]
        return {"numbers": entries, "gaps": [asdict(gap) for gap in self.gaps]}


def register(office: Office, year: int | None = None) -> Register:
    """The office's numbers, of one year or of all, by unit, year and place.

    Raises:
        ArchiveError: a dossier that the ledger does not know cannot be read.
    """
    with office.ledger.read() as session:
        rows = session.execute(
            select(Number, Document, Collection.period)
            .join(Document, Document.id == Number.document_id)
            .join(Collection, Collection.id == Document.collection_id, isouter=True)
            .where(Number.office_id == office.id)
        ).all()
        replaced = _replaced(session, office)
        skipped = skipped_places(session, office.id)
        known = known_dossiers(session, office)
    entries = [_entry(office, *row, replaced) for row in rows if year in {None, row[0].year}]
    entries.sort(key=lambda e: (e.year, e.unit, e.place or 0, e.given))
    filed = list(filed_numbers(office.archive, known=known))
    numbers = [row[0] for row in rows]
    runs, borne = gaps(numbers), _borne_elsewhere(office, numbers, filed)
    return Register(
        tuple(entries),
        tuple(
            gap
            for key in sorted(runs.keys() | borne.keys())
            for gap in _gaps(key, runs.get(key, []), borne.get(key, {}), skipped.get(key, []))
            if year in {None, key[1]}
        ),
    )


def enter_number(office: Office, code: str, text: str) -> list[Finding]:
    """Give a waiting print-out its number, as this account may.

    Args:
        office: The office.
        code: The code of the print-out, or of another document of its collection.
        text: The number of the office's own register.

    Returns:
        Why it was not taken; nothing where it is entered.

    Raises:
        NotFoundError: no document of a collection has the code.
        AuthorityError: this account may not.
        ConflictError: the print-out does not wait for a number.
    """
    with office.ledger.read() as session:
        document = _with_code(session, office, code)
    actor, via = acting_as(office, Act.NUMBER, document=document)
    return number_by_word(office, document, text, actor=actor, via=via)


def _with_code(session: Session, office: Office, code: str) -> Document:
    document = session.scalar(
        select(Document).where(Document.office_id == office.id, Document.code == code.upper())
    )
    if document is None or document.collection_id is None:
        raise NotFoundError(f"{code}: no collection has such a document. See `kinerja status`.")
    return document


def _replaced(session: Session, office: Office) -> set[str]:
    """The codes of the print-outs that a filed ralat or perubahan has replaced."""
    amended = select(Record.amends).where(
        Record.office_id == office.id, Record.filed_at.is_not(None), Record.amends.is_not(None)
    )
    return set(session.scalars(select(Record.code).where(Record.id.in_(amended))))


def _entry(
    office: Office, number: Number, document: Document, period: str | None, replaced: set[str]
) -> NumberEntry:
    state = NumberState.FILED if document.state == State.FILED else NumberState.USED
    if document.code in replaced:
        state = NumberState.REPLACED
    of_quarter = Period.parse(period or "")
    return NumberEntry(
        number=number.text,
        unit=number.unit,
        year=number.year,
        place=number.seq,
        document=document.name,
        code=document.code,
        period=of_quarter.short if of_quarter else "",
        given=number.given_at.astimezone(office.settings.office.zone),
        state=state if number.cancelled is None else NumberState.CANCELLED,
        reason=number.cancelled or "",
    )


def _borne_elsewhere(
    office: Office, numbers: Sequence[Number], filed: Iterable[FiledNumber]
) -> dict[UnitYear, dict[int, str]]:
    """The places at which no number stands, but which a dossier of the archive bears.

    What the archive holds past the end of a sequence is among them: the ledger is older than it.
    """
    found: dict[UnitYear, dict[int, str]] = {}
    taken = {(n.unit, n.year, n.seq) for n in numbers}
    bearers = list(filed)
    for unit in {p.filing.unit_code for p in office.procedures.values()}:
        for bearer in bearers:
            place = place_of(bearer, templates_of(office, unit))
            if place is not None and (unit, *place) not in taken:
                found.setdefault((unit, place[0]), {})[place[1]] = str(bearer.dossier)
    return found


def _gaps(
    key: UnitYear, runs: list[range], borne: dict[int, str], skipped: list[range]
) -> list[Gap]:
    """The gaps of one sequence, ascending: one for each dossier, and else as few as can be."""
    single = {place: range(place, place + 1) for place in borne}
    found = [
        _gap(key, single[place], dossier, explained=not without([single[place]], skipped))
        for place, dossier in borne.items()
    ]
    others = without(runs, single.values())
    lost = without(others, skipped)
    found += [_gap(key, run, "", explained=False) for run in lost]
    found += [_gap(key, run, "", explained=True) for run in without(others, lost)]
    return sorted(found, key=lambda gap: gap.place)


def _gap(key: UnitYear, run: range, dossier: str, *, explained: bool) -> Gap:
    unit, year = key
    said = ["left out: the sequence went on past what was used elsewhere"] if explained else []
    if dossier:
        said.append(f"borne by dossier {dossier}, which this ledger does not know")
    known = "; ".join(said) or "nothing is known of it"
    return Gap(unit, year, run[0], run[-1], known, explained)
