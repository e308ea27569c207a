"""The pages of a file that may be a print-out on paper: which one, which pages, are they signed.

1. Marks say which print-out it is; it must be the one that waits, in its present edition.
2. Every page that is not blank must be one of its pages, made by a scanner or a camera.
3. Where the page with the signature is among them, something must be written there.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.errors import ReadError
from pipeline.ledger.tables import Collection, Document
from pipeline.office import Office
from pipeline.scans.opening import MOST_PAGES
from pipeline.scans.page_marks import Ink, MarkedPage, PageMark, ink_in_field, look_for_marks
from pipeline.signing.fields import SIGNATURE_FIELD
from pipeline.sop.case import Delivery
from pipeline.sop.printout import paper_answers as answers
from pipeline.sop.printout.changes import to_accept
from pipeline.sop.scanned.sorted_pages import may_be_paper
from pipeline.sop.slips import Answer

PAGES_AT_ONCE = 8


def pages_of_paper(delivery: Delivery) -> list[MarkedPage]:
    """(1) The pages of a file; none where no page is a print-out's, or it is signed digitally."""
    if not may_be_paper(delivery.data):
        return []
    try:
        pages = list(_looked_at(delivery))
    except ReadError:
        return []  # broken, locked or vast: it is answered as what is not expected here
    return pages if any(page.marks for page in pages) else []


def printout_shown(delivery: Delivery, pages: Sequence[MarkedPage]) -> Document | Answer:
    """(1) The print-out that the pages show, or why it cannot be taken."""
    if delivery.place.step.verb is not Verb.SIGN:
        return answers.not_here(delivery)
    marks = [mark for page in pages for mark in page.marks]
    if len({(mark.code, mark.edition, mark.count) for mark in marks}) > 1:
        return answers.several(delivery, marks)
    mark, office = marks[0], delivery.office
    with office.ledger.read() as session:
        printout = session.scalar(
            select(Document).where(
                Document.office_id == office.id,
                Document.code == mark.code,
                Document.kind == Kind.PRINTOUT,
            )
        )
        if printout is None or not waits(session, printout):
            return answers.not_waiting(delivery, mark, printout)
    return _edition_fault(delivery, marks, printout) or printout


def page_fault(delivery: Delivery, pages: Sequence[MarkedPage]) -> Answer | None:
    """(2) Why the pages cannot be taken as scans of the print-out."""
    strange = [page.number for page in pages if not page.blank and len(page.marks) != 1]
    if strange:
        return answers.unmarked(delivery, strange)
    drawn = [page.number for page in pages if page.marks and not page.scanned]
    return answers.not_scanned(delivery, drawn) if drawn else None


def signature_fault(
    delivery: Delivery, printout: Document, pages: Sequence[MarkedPage]
) -> Answer | None:
    """(3) Why the paper does not count as signed; no change may be left unticked either."""
    left = to_accept(printout)
    if left:
        return answers.unticked(delivery, printout, left)
    office = delivery.office
    shown = [[page.number, page.marks[0].page - 1] for page in pages if page.marks]
    plain = office.store.read(printout.pdf or "")
    found = (delivery.data, delivery.name, shown, plain, SIGNATURE_FIELD)
    ink = office.reader.run(ink_in_field, *found)
    if ink is Ink.EMPTY:
        return answers.unsigned(delivery, printout)
    return answers.unplaced(delivery, printout) if ink is Ink.UNPLACED else None


def page_count(office: Office, printout: Document) -> int:
    """How many pages the print-out has."""
    data = office.store.read(printout.pdf or "")
    return office.reader.run(look_for_marks, data, printout.name, 0, 1).count


def waits(session: Session, printout: Document) -> bool:
    """Whether a print-out waits for its signature."""
    stage = session.get_one(Collection, printout.collection_id).stage
    return printout.state == State.WAITING and stage == Verb.SIGN


def _edition_fault(
    delivery: Delivery, marks: Sequence[PageMark], printout: Document
) -> Answer | None:
    edition, count = printout.returns + 1, page_count(delivery.office, printout)
    if marks[0].edition != edition:
        return answers.other_edition(delivery, marks[0], edition, printout)
    if marks[0].count != count or any(mark.page not in range(1, count + 1) for mark in marks):
        return answers.other_count(delivery, marks[0], count)
    return None


def _looked_at(delivery: Delivery) -> Iterator[MarkedPage]:
    first = 0
    while True:
        looked = (delivery.data, delivery.name, first, PAGES_AT_ONCE)
        found = delivery.office.reader.run(look_for_marks, *looked)
        if found.signed:
            return
        yield from found.pages
        first += PAGES_AT_ONCE
        if first >= min(found.count, MOST_PAGES):
            return
