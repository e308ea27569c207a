"""SOP 8 on paper: a print-out signed by hand comes back as scan or photographs, and is a *salinan*.

1. Each page's mark says which print-out it is, which edition, and which page (`take_paper`).
2. Whoever brings it must be who may sign there; every change is ticked, also where nobody initials;
   the page with the signature must bear ink.
3. It is kept with the print-out; the place of the original comes as a text file (`take_place`).
4. Once all pages and the place are there, the scans become PDF/A behind a stamped cover, and the
   print-out is signed on paper (`settle_paper`); until then what is missing is asked for.

Nobody can judge a signature made by hand: what is kept is never called a TTE.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.authority import Act
from pipeline.domain.calendar import long_time
from pipeline.domain.document import Kind, State
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.notices import Slip
from pipeline.forms.contexts.scans import PaperCover, paper_cover_context
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Arrival, Collection, Document
from pipeline.office import Office
from pipeline.scans.binding import bound
from pipeline.scans.page_marks import MarkedPage
from pipeline.sop.by_folder import refuse_owner
from pipeline.sop.case import Case, Delivery, case_of
from pipeline.sop.printout import paper_answers as answers
from pipeline.sop.printout.paper import (
    ON_PAPER,
    Paper,
    PaperScan,
    keep_paper,
    pages_in_words,
    paper_coming,
    with_paper_scan,
    with_place,
)
from pipeline.sop.printout.paper_pages import (
    page_count,
    page_fault,
    pages_of_paper,
    printout_shown,
    signature_fault,
    waits,
)
from pipeline.sop.printout.sealed import FILE, NAMED
from pipeline.sop.publish import NOTICE, clear_about, clear_answer, publish, withdraw
from pipeline.sop.reasons import reason_text
from pipeline.sop.receipts.words import ON_PAPER as SCANNED
from pipeline.sop.receipts.words import PLACED
from pipeline.sop.slips import (
    ACKNOWLEDGE,
    Answer,
    close_arrival,
    give_back,
    print_slip,
    refuse,
)

SETTLE_PAPER = "settle-paper"
ASKED = "LENGKAPI NASKAH"
PLACE_LENGTH = 300
STAMP = "SALINAN"


def take_paper(delivery: Delivery) -> bool:
    """(1) to (3) Take a file that shows pages of a print-out; ``False`` where it shows none."""
    # (1)
    pages = pages_of_paper(delivery)
    if not pages:
        return False
    printout = printout_shown(delivery, pages)
    if isinstance(printout, Answer):
        refuse(delivery, printout)
        return True
    fault = page_fault(delivery, pages)
    if fault is not None:
        refuse(delivery, fault, document=printout)
        return True
    # (2)
    if refuse_owner(delivery, Act.SIGN, printout):
        return True
    unsigned = signature_fault(delivery, printout, pages)
    if unsigned is not None:
        refuse(delivery, unsigned, document=printout)
        return True
    # (3)
    _keep(delivery, printout, pages)
    return True


def take_place(delivery: Delivery) -> None:
    """(3) A text file that says where the original lies."""
    place = " ".join(reason_text(delivery).split())
    if not 3 <= len(place) <= PLACE_LENGTH:
        why = f"lokasinya lebih dari {PLACE_LENGTH} huruf" if place else "berkas itu kosong"
        give_back(delivery, answers.no_place(delivery, why))
        return
    with delivery.office.ledger.read() as session:
        waiting = _waiting(session, delivery)
        meant = [d for d in waiting if _is_meant(session, delivery, d)] or waiting
    if len(meant) != 1:
        names = [document.name for document in meant]
        nothing = answers.no_place(delivery, "tidak ada naskah yang menunggu tanda tangan di sini")
        give_back(delivery, answers.place_for_which(delivery, names) if names else nothing)
        return
    if refuse_owner(delivery, Act.SIGN, meant[0]):
        return
    with delivery.office.ledger.write() as tx:
        printout = tx.session.get_one(Document, meant[0].id)
        if waits(tx.session, printout) and close_arrival(tx, delivery, PLACED, printout):
            keep_paper(printout, with_place(printout, place))
            clear_answer(tx, delivery.stage_folder, delivery.back_name)
            _settle_next(tx, delivery, printout)


def settle_paper(office: Office, key: str) -> None:
    """(4) Enter the signed paper of a print-out, or ask for what is missing."""
    printout_id = key.partition(":")[0]
    with office.ledger.read() as session:
        printout = session.get_one(Document, printout_id)
        paper = paper_coming(printout)
        if paper is None or not waits(session, printout):
            return
        case = case_of(session, office, printout.collection_id)
    missing = paper.missing(page_count(office, printout))
    if missing or not paper.place or not paper.scans:
        _ask(case, printout, paper, missing)
        return
    copy = _copied(case, printout, paper)
    with office.ledger.write() as tx:
        now = tx.session.get_one(Document, printout_id)
        if paper_coming(now) != paper or not waits(tx.session, now):
            return  # more has come meanwhile, and is settled by itself
        _enter(tx, case_of(tx.session, office, now.collection_id), now, paper, copy)


def _keep(delivery: Delivery, before: Document, pages: Sequence[MarkedPage]) -> None:
    arrival, shown = delivery.arrival, [page for page in pages if page.marks]
    scan = PaperScan(
        arrival=arrival.id,
        name=delivery.name,
        sha256=arrival.sha256,
        arrived=arrival.arrived_at.isoformat(),
        sender=delivery.actor,
        via=delivery.via,
        pages=[page.number for page in shown],
        shows=[page.marks[0].page for page in shown],
    )
    with delivery.office.ledger.write() as tx:
        printout = tx.session.get_one(Document, before.id)
        same = printout.revision == before.revision and waits(tx.session, printout)
        if same and close_arrival(tx, delivery, SCANNED, printout):
            keep_paper(printout, with_paper_scan(printout, scan))
            clear_answer(tx, delivery.stage_folder, delivery.back_name)
            tx.record(
                "printout.paper_received",
                chain=printout.collection_id,
                actor=delivery.actor,
                via=delivery.via,
                document_id=printout.id,
                revision=printout.revision,
                arrival=arrival.id,
                sha256=arrival.sha256,
                pages=len(shown),
            )
            _settle_next(tx, delivery, printout)
            return
    refuse(delivery, answers.not_waiting(delivery, shown[0].marks[0], before))


def _settle_next(tx: Transaction, delivery: Delivery, printout: Document) -> None:
    tx.enqueue(SETTLE_PAPER, printout.id, once=f"{printout.id}:{delivery.arrival.id}")


def _waiting(session: Session, delivery: Delivery) -> list[Document]:
    """The print-outs that wait for a signature at this step."""
    query = (
        select(Document)
        .join(Collection, Collection.id == Document.collection_id)
        .where(
            Document.office_id == delivery.office.id,
            Document.kind == Kind.PRINTOUT,
            Document.state == State.WAITING,
            Collection.stage == Verb.SIGN,
            Collection.procedure == delivery.procedure.key,
        )
    )
    return list(session.scalars(query.order_by(Document.name)))


def _is_meant(session: Session, delivery: Delivery, printout: Document) -> bool:
    """Whether a text file belongs to this one: by its name, or by a scan that came with it."""
    case = case_of(session, delivery.office, printout.collection_id)
    if printout.code in delivery.stem.upper() or Period.parse(delivery.stem) == case.period:
        return True
    paper = paper_coming(printout)
    own = delivery.arrival
    came = [session.get_one(Arrival, scan.arrival) for scan in paper.scans] if paper else []
    return any(
        (bool(own.bundle) and own.bundle == one.bundle)
        or PurePosixPath(one.name).stem == delivery.stem
        for one in came
    )


def _ask(case: Case, printout: Document, paper: Paper, missing: Sequence[int]) -> None:
    """(4) One slip that says what is there, and what is still missing."""
    office = case.office
    sender = paper.brought[0] if paper.scans else case.actor_of(Verb.SIGN)
    there = [f"pindaian {scan.name} ({pages_in_words(scan.shows)})" for scan in paper.scans]
    there += [f"lokasi naskah asli: {paper.place}"] if paper.place else []
    slip = Slip(
        title="NASKAH BELUM LENGKAP",
        summary=f"{printout.name} yang ditandatangani di atas kertas belum dapat dicatat."
        f" Yang sudah ada: {'; '.join(there)}.",
        document=printout.name,
        recipient=sender,
        sender="kinerja",
        code=printout.code,
        steps=answers.asked(case, printout, missing, bool(paper.place)),
    )
    sha256 = print_slip(office, case.procedure, case.period, slip)
    with office.ledger.write() as tx:
        now = tx.session.get_one(Document, printout.id)
        if paper_coming(now) != paper or not waits(tx.session, now):
            return
        folder, subject = case.folder(Verb.SIGN), f"{ASKED} - {PurePosixPath(now.name).stem}"
        clear_about(tx, folder, subject)
        publish(tx, folder, f"{subject}.pdf", sha256, role=NOTICE, document=now)


def _copied(case: Case, printout: Document, paper: Paper) -> str:
    """(4) The scans as PDF/A behind a stamped cover; their SHA-256.

    Raises:
        ReadError: a scan is broken.
        ConversionError: LibreOffice fails on the cover.
    """
    office = case.office
    sender, via = paper.brought
    cover = PaperCover(
        code=printout.code,
        name=printout.name,
        edition=printout.returns + 1,
        place=paper.place,
        signer=printout.data.get(NAMED, {}).get(Verb.SIGN.value, ["–"])[0],
        via=f"{sender}, {via}",
        printout=printout.pdf or "",
        files=[(s.name, pages_in_words(s.shows), s.sha256) for s in paper.scans],
        stamp=(STAMP, sender, long_time(office.now())),
    )
    context = paper_cover_context(office.settings.office, case.period, cover)
    pdf = office.pdf_from(case.procedure, "sampul-naskah", context, tagged=False)
    for scan, page in paper.in_order():
        pdf = office.reader.run(bound, pdf, office.store.read(scan.sha256), scan.name, [page])
    return office.store.put(pdf)


def _enter(tx: Transaction, case: Case, printout: Document, paper: Paper, copy: str) -> None:
    """(4) The print-out is signed, on paper; it is filed next."""
    before = printout.pdf or ""
    keep_paper(printout, replace(paper, copy=copy, printout=before, at=tx.now().isoformat()))
    printout.pdf = printout.blob = copy
    printout.state, printout.updated_at = State.SIGNED, tx.now()
    withdraw(tx.session, [printout])
    sender, via = paper.brought
    tx.record(
        ON_PAPER,
        chain=case.collection.id,
        actor=sender,
        via=via,
        document_id=printout.id,
        revision=printout.revision,
        sha256=copy,
        printout=before,
        scans=[scan.sha256 for scan in paper.scans],
    )
    tx.enqueue(FILE, case.collection.id, once=copy)
    last = paper.scans[-1].arrival
    tx.enqueue(ACKNOWLEDGE, last, once=f"{last}:{copy}")
