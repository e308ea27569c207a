"""Document numbers (naskah dinas): one sequence per unit and year, given before signing.

A number is given once. A cancelled one stays in the register as *batal*; nothing bears it again.
"""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.document_number import Numbering, NumberTemplate, same_number
from pipeline.domain.procedure import Filing
from pipeline.domain.runs import missing
from pipeline.errors import ConflictError
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Event, Number

SKIPPED = "number.skipped"
"""Places of a sequence that nobody gets: their numbers were used outside this ledger."""

REASON_LIMIT = 400


def number_of(
    tx: Transaction, document_id: str, filing: Filing, *, year: int, floor: int
) -> str | None:
    """The number that a print-out bears, empty where it bears none; ``None`` if one is awaited.

    Args:
        tx: An automatic number is reserved in it.
        document_id: The print-out.
        filing: How its procedure numbers.
        year: The year of the sequence.
        floor: The highest place of the sequence that the archive holds.

    Raises:
        ConflictError: its number has been cancelled.
    """
    held = tx.session.get(Number, document_id)
    if held is not None and held.cancelled is not None:
        raise ConflictError(
            f"Nomor {held.text} sudah dibatalkan ({held.cancelled}); naskahnya tidak dapat dibuat"
            " lagi. Mulai pengumpulan yang baru."
        )
    if held is not None:
        return held.text
    if filing.numbering is Numbering.MANUAL:
        return None
    if filing.numbering is Numbering.NONE:
        return ""
    return _reserve(tx, document_id, filing.template, year, floor)


def give_number(tx: Transaction, document_id: str, text: str, *, unit: str, year: int) -> None:
    """Enter a number of the office's own register; `used_number` says that it is free."""
    _enter(tx, document_id, text, unit=unit, year=year, seq=None)


def used_number(session: Session, office_id: str, text: str) -> Number | None:
    """Who bears this number, or bore it before it was cancelled."""
    numbers = session.scalars(select(Number).where(Number.office_id == office_id))
    return next((n for n in numbers if same_number(n.text, text)), None)


def cancel_number(tx: Transaction, document_id: str, reason: str) -> str | None:
    """Cancel a document's number, which stays in the register with its reason.

    Returns:
        The number; ``None`` where the document has none, or one that was cancelled before.

    Raises:
        ValueError: there is no reason.
    """
    if not reason.strip():
        raise ValueError("a number is cancelled for a reason")
    held = tx.session.get(Number, document_id)
    if held is None or held.cancelled is not None:
        return None
    held.cancelled = reason.strip()[:REASON_LIMIT]
    return held.text


def skipped_places(session: Session, office_id: str) -> dict[tuple[str, int], list[range]]:
    """The runs of places that the sequences left out on purpose, by unit and year."""
    skipped: dict[tuple[str, int], list[range]] = {}
    query = select(Event.payload).where(Event.office_id == office_id, Event.kind == SKIPPED)
    for said in session.scalars(query):
        if run := range(said["first"], said["last"] + 1):
            skipped.setdefault((said["unit"], said["year"]), []).append(run)
    return skipped


def highest_place(session: Session, office_id: str, unit: str, year: int) -> int:
    """The last place of a sequence that was given or left out; 0 before the first."""
    query = select(func.max(Number.seq)).where(
        Number.office_id == office_id, Number.unit == unit, Number.year == year
    )
    left_out = skipped_places(session, office_id).get((unit, year), [])
    return max(session.scalar(query) or 0, *(run[-1] for run in left_out), 0)


def skip_places(tx: Transaction, unit: str, year: int, *, first: int, last: int) -> None:
    """Leave places of a sequence out for good: their numbers were used outside this ledger."""
    tx.record(
        SKIPPED,
        chain=None,
        actor="kinerja",
        via="layanan",
        unit=unit,
        year=year,
        first=first,
        last=last,
    )


def gaps(numbers: Iterable[Number]) -> dict[tuple[str, int], list[range]]:
    """The runs of places below the highest of each unit and year that no number stands at."""
    taken: dict[tuple[str, int], set[int]] = {}
    for number in numbers:
        if number.seq is not None:
            taken.setdefault((number.unit, number.year), set()).add(number.seq)
    found = {key: missing(places) for key, places in taken.items()}
    return {key: runs for key, runs in found.items() if runs}


def _reserve(
    tx: Transaction, document_id: str, template: NumberTemplate, year: int, floor: int
) -> str:
    """The next number: past the sequence, the archive, and every text that reads as one of it."""
    last = highest_place(tx.session, tx.office_id, template.unit, year)
    texts = tx.session.scalars(select(Number.text).where(Number.office_id == tx.office_id))
    places = (template.place(text) for text in texts)
    written = (place[1] for place in places if place is not None and place[0] == year)
    seq = max(last, floor, *written) + 1
    if seq > last + 1:
        skip_places(tx, template.unit, year, first=last + 1, last=seq - 1)
    text = template.number(seq, year)
    _enter(tx, document_id, text, unit=template.unit, year=year, seq=seq)
    return text


def _enter(
    tx: Transaction, document_id: str, text: str, *, unit: str, year: int, seq: int | None
) -> None:
    number = Number(
        document_id=document_id,
        office_id=tx.office_id,
        unit=unit,
        year=year,
        seq=seq,
        text=text,
        given_at=tx.now(),
    )
    tx.session.add(number)
    tx.session.flush()
