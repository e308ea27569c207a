"""A print-out that has received a paraf or the signature: judged, then handed on.

One way for both: sealed here with a key of the office, or elsewhere and brought by folder. It is
taken only if it begins with our very bytes and adds exactly the seal that is due, by the official
whose certificate is enrolled.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.official import Official
from pipeline.domain.procedure import Verb
from pipeline.errors import ConflictError, SigningError
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, Event
from pipeline.office import Office
from pipeline.signing.added import adds_only_seals
from pipeline.signing.fields import INITIAL_FIELD, SIGNATURE_FIELD
from pipeline.signing.renewal import standing
from pipeline.signing.report import VerificationReport
from pipeline.signing.verify import Expectation
from pipeline.sop.authority import holders_as_of, holders_on_file
from pipeline.sop.case import Case, Delivery, case_of, move_to
from pipeline.sop.printout.changes import require_accepted
from pipeline.sop.printout.paper import paper_of
from pipeline.sop.printout.proof import in_event
from pipeline.sop.printout.turns import INITIALLED, Turn, turn_at, turns_on
from pipeline.sop.publish import MAIN, publish, withdraw
from pipeline.sop.slips import Answer, close_arrival, refuse

FILE = "file"
SEALED = "disahkan"
NAMED = "named"
"""In a print-out's data: title and NIP of who is named for each paraf and the signature."""
SEAL_EVENTS = {"printout.initialled": Verb.INITIAL, "printout.signed": Verb.SIGN}


@dataclass(frozen=True)
class SealTimes:
    """When each field of a print-out was sealed, by the ledger; the print-out says whose it is."""

    printout: Document
    at: Mapping[str, datetime]


def expectation_on(session: Session, case: Case, times: SealTimes) -> Expectation:
    """Who must have sealed which field: the certificates of who held the post on that day.

    Each seal is judged by its own time, with the master data and the enrolments of then: a record
    stays valid when the holder changes. A field that is missing in ``times`` has nobody enrolled.
    """
    turns = turns_on(case.procedure, times.printout)
    return Expectation(
        {t.field: _enrolled(session, case, t.post, times.at.get(t.field)) for t in turns}
    )


def expectation_of(session: Session, case: Case, printout: Document) -> Expectation:
    """Who must have sealed a print-out: all of them, or on paper only who put the paraf."""
    whole = expectation_on(session, case, seal_times(session, printout))
    if paper_of(printout) is None:
        return whole
    initials = {f: known for f, known in whole.fields.items() if f != SIGNATURE_FIELD}
    return Expectation(initials)


def verified_now(case: Case, printout: Document) -> VerificationReport | None:
    """The seals of a print-out judged now: of one signed on paper, the paraf before it.

    ``None`` where it bears none: it was signed on paper, and nobody initials.
    """
    office, paper = case.office, paper_of(printout)
    with office.ledger.read() as session:
        expectation = expectation_of(session, case, printout)
    if not expectation.fields:
        return None
    sealed = paper.printout if paper else printout.pdf or ""
    return office.verify(office.store.read(sealed), expectation=expectation)


def seal_times(session: Session, printout: Document) -> SealTimes:
    """When each seal of a print-out was last entered, by the ledger."""
    events = session.scalars(
        select(Event)
        .where(Event.document_id == printout.id, Event.kind.in_(SEAL_EVENTS))
        .order_by(Event.id)
    )
    return SealTimes(
        printout, {sealed_field(event): datetime.fromisoformat(event.at) for event in events}
    )


def sealed_field(event: Event) -> str:
    """The field that a seal was put into; before events said so, there was one paraf."""
    usual = SIGNATURE_FIELD if SEAL_EVENTS[event.kind] is Verb.SIGN else INITIAL_FIELD
    return str(event.payload.get("field", usual))


def holder_of(session: Session, case: Case, turn: Turn) -> Official | None:
    """Who holds the post whose turn it is today."""
    holders = holders_on_file(session, case.office)
    return holders.official(turn.post, case.office.now().date())


def require_named(printout: Document, turn: Turn, holder: Official | None) -> None:
    """The print-out must name whoever seals it as he is today.

    Raises:
        ConflictError: the holder has changed since it was printed.
    """
    named = printout.data.get(NAMED, {}).get(turn.key)
    if named is None or holder is None or named == [holder.title, holder.nip]:
        return
    raise ConflictError(
        f"{printout.code}: {printout.name} dicetak atas nama {named[0]} yang tidak lagi menjabat;"
        f" hari ini {holder.title} dijabat {holder.name}. Kembalikan ke entri supaya dicetak ulang:"
        f" `kinerja return {printout.code} --note ALASAN`."
    )


def judge(case: Case, printout: Document, after: bytes, stage: Verb) -> VerificationReport:
    """The verification of a print-out that was just sealed at ``stage``.

    Raises:
        SigningError: it is not our bytes plus exactly the seal that is due.
        ConflictError: it names a former holder.
        ReadError: judging it took too much time or memory.
    """
    office = case.office
    before = _bytes(office, printout)
    if not after.startswith(before) or len(after) == len(before):
        raise SigningError(
            "Berkas ini bukan naskah yang menunggu ditambah satu tanda tangan; isinya berbeda."
        )
    turns, turn = turns_on(case.procedure, printout), turn_at(case.procedure, printout, stage)
    due = [each.field for each in turns[: turns.index(turn) + 1]]
    with office.ledger.read() as session:
        before_now = seal_times(session, printout).at
        times = SealTimes(printout, {**before_now, turn.field: office.now()})
        whole = expectation_on(session, case, times).fields
        holder = holder_of(session, case, turn)
    require_named(printout, turn, holder)
    expectation = Expectation({field: whole[field] for field in due})
    report = office.verify(after, expectation=expectation)
    signed = [s.field for s in report.signatures if s.kind == "signature"]
    if not report.accepted or signed != due:
        raise SigningError(report.verdict_text())
    if not office.reader.run(adds_only_seals, after, len(before)):
        raise SigningError(
            "Selain tanda tangan, berkas ini memuat perubahan atau perintah yang bukan dari naskah"
            " yang menunggu, misalnya isi lain, lampiran, atau perintah yang jalan saat dibuka."
        )
    return report


def hand_on(
    tx: Transaction,
    office: Office,
    printout_id: str,
    before: str,
    after: str,
    *,
    stage: Verb,
    report: VerificationReport,
    actor: str,
    via: str,
    manifest: str = "",
) -> None:
    """Enter a judged seal: the print-out goes to whose turn is next, all in one transaction.

    ``manifest`` is the SHA-256 of what its signer had reviewed, where that was written down.
    ``report`` is what `judge` found; the event tells the level that it measured.

    Raises:
        ConflictError: the print-out has moved on since, or its changes are not all ticked.
    """
    printout = tx.session.get_one(Document, printout_id)
    case = case_of(tx.session, office, printout.collection_id)
    if printout.pdf != before or printout.state != State.WAITING or case.collection.stage != stage:
        raise ConflictError(
            f"{printout.code}: {printout.name} sudah berubah sejak ditinjau. Tinjau lagi."
        )
    require_accepted(printout)
    turns, turn = turns_on(case.procedure, printout), turn_at(case.procedure, printout, stage)
    printout.pdf = printout.blob = after
    printout.updated_at = tx.now()
    withdraw(tx.session, [printout])
    tx.record(
        next(kind for kind, verb in SEAL_EVENTS.items() if verb is stage),
        chain=case.collection.id,
        actor=actor,
        via=via,
        document_id=printout.id,
        revision=printout.revision,
        field=turn.field,
        before=before,
        sha256=after,
        **({"manifest": manifest} if manifest else {}),
        **in_event(standing(report)),
    )
    if turn != turns[-1]:
        following = turns[turns.index(turn) + 1].stage
        move_to(tx.session, case, following, tx.now())
        printout.opened_at = None
        printout.data = {**printout.data, INITIALLED: turn.number}
        folder = case.folder(following)
        publish(tx, folder, printout.name, after, role=MAIN, document=printout)
        tx.enqueue("lay-out", printout.id, once=after)
    else:
        printout.state = State.SIGNED
        tx.enqueue(FILE, case.collection.id, once=after)


def take_sealed(delivery: Delivery) -> bool:
    """A PDF that was initialled or signed in another program; ``False`` where it is none of ours.

    Ours is what begins with the bytes of a print-out that waits at this step.
    """
    office, stage = delivery.office, delivery.place.step.verb
    data = delivery.data
    with office.ledger.read() as session:
        waiting = session.scalars(
            select(Document)
            .join(Collection, Collection.id == Document.collection_id)
            .where(
                Document.office_id == office.id,
                Document.kind == Kind.PRINTOUT,
                Document.state == State.WAITING,
                Collection.stage == stage,
                Collection.procedure == delivery.procedure.key,
            )
        ).all()
        printout = next((d for d in waiting if data.startswith(_bytes(office, d))), None)
        case = case_of(session, office, printout.collection_id) if printout else None
    if printout is None or case is None or printout.pdf is None:
        return False
    try:
        require_accepted(printout)
        report = judge(case, printout, data, stage)
    except (SigningError, ConflictError) as refused:
        refuse(delivery, _not_accepted(delivery, str(refused)), document=printout)
        return True
    signer = report.signatures[-1].signer
    with office.ledger.write() as tx:
        if close_arrival(tx, delivery, SEALED, printout):
            hand_on(
                tx,
                office,
                printout.id,
                printout.pdf,
                delivery.arrival.sha256,
                stage=stage,
                report=report,
                actor=signer,
                via=f"{delivery.via}; dibubuhkan dengan program lain",
            )
    return True


def _enrolled(session: Session, case: Case, post: str, moment: datetime | None) -> frozenset[str]:
    if moment is None:
        return frozenset()
    day = moment.astimezone(case.office.settings.office.zone).date()
    holders = holders_as_of(session, case.office, moment)
    signers = (s for s in case.office.settings.signers if holders.holds(s.nip, post, day))
    return frozenset(c for s in signers for c in s.enrolled_on(day))


def _bytes(office: Office, document: Document) -> bytes:
    return office.store.read(document.pdf) if document.pdf else b"\0"


def _not_accepted(delivery: Delivery, why: str) -> Answer:
    return Answer(
        title="TANDA TANGAN TIDAK DITERIMA",
        summary=f"{delivery.name} memuat tanda tangan yang tidak dapat diterima.",
        reasons=why.splitlines(),
        steps=[
            "Tanda tangani dengan sertifikat pejabat yang berwenang, pada kolom yang tersedia.",
            "Naskah yang menunggu tidak berubah.",
        ],
    )
