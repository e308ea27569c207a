"""A file that is no Word file: a form on paper or as PDF, else evidence beside one.

1. What is neither PDF nor picture, or carries no form's code, is evidence (data dukung).
2. A file whose codes contradict each other goes back, and one with too many pages; each form in it
   that may not be sent is answered for itself.
3. A PDF whose text is what one sees is read letter by letter: its values are copied into the form,
   which then goes the way of every return; the PDF stays what it is. One that says two things of
   an indicator goes back.
4. Of pictures a reading is proposed: form and sheet lie in the sender's folder, and nothing counts
   before a person has sent that form.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from sqlalchemy import select

from pipeline.domain.collection import Return
from pipeline.domain.form import Field
from pipeline.errors import ReadError
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document, Publication
from pipeline.scans.opening import MOST_PAGES
from pipeline.scans.proposing import ProposedPage
from pipeline.sop.bouncing import end_bounces
from pipeline.sop.case import GIVEN_BACK, HOLDER, Case, Delivery, case_of
from pipeline.sop.collection.summary import ask_for_summary
from pipeline.sop.evidence import take_evidence
from pipeline.sop.official_form import form_file
from pipeline.sop.publish import (
    MAIN,
    NOTICE,
    SLIP,
    clear_answer,
    publish,
)
from pipeline.sop.returned import Returned, obstacle_to, return_of
from pipeline.sop.scanned import answers
from pipeline.sop.scanned.copies import is_of_unknown_scan, mark_said, scans_meant
from pipeline.sop.scanned.kept import (
    TO_CONFIRM,
    Copied,
    Scan,
    Scans,
    put_pages,
    scans_to_confirm,
    with_scan,
)
from pipeline.sop.scanned.reading import Trial, filled_by, read_form_pages, trial_of
from pipeline.sop.scanned.sheets import lay_to_check, printed, to_check
from pipeline.sop.scanned.sorted_pages import (
    FormPages,
    SortedPages,
    may_be_paper,
    sorted_pages,
)
from pipeline.sop.slips import (
    LAST_ARRIVAL,
    SET_ASIDE,
    Answer,
    close_arrival,
    give_back,
    print_slip,
)

SCANNED = "pindaian"
"""What became of an arrival: it was read, and waits for somebody to confirm that."""
_OPEN = frozenset({Return.IN_TIME, Return.LATE})
_THEIRS = (f"{GIVEN_BACK} - ", f"{SET_ASIDE} - ")
"""How the names of people's own files begin that were laid before them again."""
_MISREAD = 3  # letters of a code that a reading of print may get wrong


def take_paper(delivery: Delivery) -> Delivery | None:
    """The file as a form with values (3); ``None`` where it was answered here."""
    delivery = replace(delivery, copied=None)
    found = _sorted(delivery)
    # (1)
    if found is None or not (found.forms or found.torn) or _is_our_own(delivery):
        take_evidence(delivery)
        return None
    # (2)
    if found.torn:
        give_back(delivery, answers.torn(delivery, found))
    elif found.count > MOST_PAGES:
        give_back(delivery, answers.too_long(delivery, found.count))
    elif len(found.forms) > 1:
        _take_many(delivery, found)
    else:
        return _take_one(delivery, found)
    return None


def _take_one(delivery: Delivery, found: SortedPages) -> Delivery | None:
    form = found.forms[0]
    read = _read(delivery, form)
    if isinstance(read, Answer):
        give_back(delivery, read)
        return None
    case, document, pages = read
    if not any(page.rows for page in pages) and form.are_text:  # a paper that names the form
        take_evidence(delivery)
        return None
    # (3)
    if form.are_text and (twice := _said_twice(pages)):
        give_back(delivery, answers.said_twice(delivery, form.code, twice), document=document)
        return None
    if form.are_text:
        return _copied(delivery, case, document, found, pages)
    # (4)
    refused = _propose(delivery, document, form, found, pages, alone=True)
    if refused is not None:
        give_back(delivery, refused, document=document)
    return None


def outdated(delivery: Delivery, returned: Returned) -> Answer | None:
    """Why a form that was laid out for a scan does not count.

    That one neither stands behind the form nor waits any more, or nobody can tell which it was.
    """
    if delivery.copied is not None:
        return None
    document, said = returned.document, (returned.revision, delivery.name)
    if is_of_unknown_scan(document, *said):
        return answers.of_unknown_scan(delivery, document)
    if not mark_said(document, *said) or scans_meant(document, *said) is not None:
        return None
    waiting = scans_to_confirm(document)
    handed = waiting is not None and bool(waiting.handed)
    return answers.outdated(delivery, document, handed=handed)


def _sorted(delivery: Delivery) -> SortedPages | None:
    data = delivery.data
    if not may_be_paper(data):
        return None
    try:
        return sorted_pages(delivery.office, data, delivery.name)
    except ReadError:  # locked, broken or too large: nobody can tell what it is
        return None


def _is_our_own(delivery: Delivery) -> bool:
    """Whether it is a slip, a receipt or a sheet of ours, which names the form too."""
    query = select(Publication.path).where(
        Publication.office_id == delivery.office.id,
        Publication.sha256 == delivery.arrival.sha256,
        Publication.role != MAIN,
    )
    with delivery.office.ledger.read() as session:
        names = [PurePosixPath(path).name for path in session.scalars(query)]
    return any(not name.startswith(_THEIRS) for name in names)


def _read(
    delivery: Delivery, form: FormPages
) -> tuple[Case, Document, list[ProposedPage]] | Answer:
    """The pages of one form read, or why it may not be sent."""
    office = delivery.office
    with office.ledger.read() as session:
        document = session.scalar(select(Document).where(Document.code == form.code))
        refused = obstacle_to(session, delivery, form.code, document)
        if refused is not None or document is None:
            return refused or answers.unreadable(delivery, form.code, "")
        case = case_of(session, office, document.collection_id)
        trial: Trial = trial_of(session, case, document)
    try:
        pages = read_form_pages(office, trial, delivery.data, delivery.name, form)
    except ReadError as unreadable:
        return answers.unreadable(delivery, form.code, str(unreadable))
    foreign = next((p for p in pages if _is_foreign(p.printed, form.code)), None)
    if foreign is not None:
        return answers.stuck_on(delivery, form.code, foreign.printed, foreign.number)
    if not form.are_text and not any(page.placed for page in pages):
        return answers.unreadable(delivery, form.code, "")
    return case, document, pages


def _is_foreign(printed: str, code: str) -> bool:
    """Whether the printed code is surely another's: a misread one differs in few letters."""
    return sum(a != b for a, b in zip(printed, code, strict=False)) > _MISREAD


def _copied(
    delivery: Delivery,
    case: Case,
    document: Document,
    found: SortedPages,
    pages: Sequence[ProposedPage],
) -> Delivery:
    """(3) The delivery with its values in a form of ours."""
    office = delivery.office
    scan = _scan(delivery, found.forms[0], found)
    with office.ledger.read() as session:
        form = form_file(session, case, document, filled_by(pages))
    copied = Copied(office.store.put(form), Scans([scan], delivery.stage_folder))
    return replace(delivery, copied=copied)


def _said_twice(pages: Sequence[ProposedPage]) -> list[str]:
    """Indicators of which two pages say different things: nobody can tell which counts."""
    said: dict[str, set[tuple[str, ...]]] = {}
    for page in pages:
        for row in page.rows:
            texts = tuple(row.cells[f].text for f in Field if f in row.cells)
            said.setdefault(row.indicator, set()).add(texts)
    return [indicator for indicator, texts in said.items() if len(texts) > 1]


def _scan(delivery: Delivery, form: FormPages, found: SortedPages, read: str = "") -> Scan:
    arrival = delivery.arrival
    return Scan(
        arrival=arrival.id,
        name=delivery.name,
        sha256=arrival.sha256,
        arrived=arrival.arrived_at.isoformat(),
        sender=delivery.actor,
        via=delivery.via,
        pages=form.pages,
        signed=found.signed,
        read=read,
    )


def _propose(
    delivery: Delivery,
    document: Document,
    form: FormPages,
    found: SortedPages,
    pages: Sequence[ProposedPage],
    *,
    alone: bool,
) -> Answer | None:
    """(4) Lay form and sheet before the sender; why not, where the form has gone on meanwhile.

    ``alone`` says that the file is about this form only.
    """
    office = delivery.office
    scan = _scan(delivery, form, found, put_pages(office, pages))
    while True:
        with office.ledger.read() as session:
            before = session.get_one(Document, document.id)
            case = case_of(session, office, before.collection_id)
            scans = with_scan(office, scans_to_confirm(before), scan, delivery.stage_folder)
            check = to_check(session, case, before, scans)
        blobs = printed(case, check)
        with office.ledger.write() as tx:
            now = tx.session.get_one(Document, document.id)
            if return_of(tx.session, now) not in _OPEN:
                return obstacle_to(tx.session, delivery, now.code, now)
            if _is_older(delivery, now):
                return answers.older(delivery, now)
            if all(now.data.get(key) == before.data.get(key) for key in (TO_CONFIRM, HOLDER)):
                if not alone or close_arrival(tx, delivery, SCANNED, now):
                    lay_to_check(tx, now, scans, check, blobs)
                    end_bounces(tx, case, now)
                    ask_for_summary(tx, case.collection.id)
                    clear_answer(tx, scans.folder, delivery.back_name)
                    _record(tx, delivery, now, len(form.pages))
                return None


def _is_older(delivery: Delivery, form: Document) -> bool:
    """Whether the form was last taken from something that came after this file."""
    return bool(delivery.arrival.arrived_at.isoformat() < form.data.get(LAST_ARRIVAL, ""))


def _record(tx: Transaction, delivery: Delivery, form: Document, pages: int) -> None:
    tx.record(
        "form.scanned",
        chain=form.collection_id,
        actor=form.post,
        via=delivery.via,
        document_id=form.id,
        arrival=delivery.arrival.id,
        sha256=delivery.arrival.sha256,
        pages=pages,
    )


def _take_many(delivery: Delivery, found: SortedPages) -> None:
    """(2) and (4) for a file with several forms: each is laid out or answered for itself."""
    office = delivery.office
    refused: list[tuple[FormPages, Answer]] = []
    for form in found.forms:
        read = _read(delivery, form)
        answer = (
            read
            if isinstance(read, Answer)
            else _propose(delivery, read[1], form, found, read[2], alone=False)
        )
        if answer is not None:
            refused.append((form, answer))
    if len(refused) == len(found.forms):
        give_back(delivery, answers.none_of_many(delivery, refused))
        return
    slip = answers.some_of_many(delivery, found, refused)
    sha256 = print_slip(office, delivery.procedure, None, slip)
    with office.ledger.write() as tx:
        if close_arrival(tx, delivery, SCANNED):
            clear_answer(tx, delivery.stage_folder, delivery.back_name)
            name = f"{SLIP} - {delivery.stem}.pdf"
            publish(tx, delivery.stage_folder, name, sha256, role=NOTICE)
