"""Decisions by word: on the command line or a page, by somebody who may."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.errors import ConflictError, NotFoundError, ReadError
from pipeline.ledger.tables import Document
from pipeline.office import Office
from pipeline.sop.case import case_of
from pipeline.sop.collection.succession import record_of
from pipeline.sop.decisions import Verdict, decision_on, enter_decision
from pipeline.sop.dossier.filing import filing_alone, lies_in_archive
from pipeline.sop.reasons import REASON_LIMIT

DECIDABLE = frozenset({Kind.DRAFT, Kind.FORM, Kind.PRINTOUT, Kind.MASTER})


@dataclass(frozen=True)
class Word:
    """A verdict on the document with this code, its reason, and who gave it by which way."""

    code: str
    verdict: Verdict
    note: str
    actor: str
    via: str


def document_to_decide(session: Session, office: Office, code: str, verdict: Verdict) -> Document:
    """The document with this code, if such a verdict can be given on it by word at all.

    Raises:
        NotFoundError: no document has the code.
        ConflictError: nobody decides on it, or not so.
    """
    document = session.scalar(
        select(Document).where(Document.office_id == office.id, Document.code == code.upper())
    )
    if document is None:
        raise NotFoundError(f"{code}: no document has this code. See `kinerja status`.")
    if document.kind not in DECIDABLE:
        raise ConflictError(
            f"{document.code}: {document.name} is not a document on which anybody decides."
        )
    if document.kind == Kind.PRINTOUT and verdict is Verdict.APPROVE:
        raise ConflictError(
            f"{document.code}: {document.name} is approved by paraf and signature, not by word. Run"
            f" `kinerja initial {document.code} --as OFFICIAL`, then `kinerja sign`."
        )
    return document


def decide_by_word(
    office: Office, code: str, verdict: Verdict, note: str, *, actor: str, via: str
) -> str:
    """Decide on the waiting document with this code; its name.

    Raises:
        NotFoundError: no document has the code.
        ConflictError: it does not wait for such a decision, or another came first.
        ReadError: a return without a reason.
        ArchiveError: it is signed, and whether it is filed cannot be seen.
    """
    require_reason(code, verdict, note)
    with office.ledger.read() as session:
        document = document_to_decide(session, office, code, verdict)
    word = Word(code, verdict, note, actor, via)
    if document.state != State.SIGNED or verdict is not Verdict.RETURN:
        return _decide(office, word, State.WAITING)
    with filing_alone(office):  # a return must not overtake the filing of what it returns
        _require_not_archived(office, document)
        return _decide(office, word, State.SIGNED)


def _decide(office: Office, word: Word, awaited: State) -> str:
    code, verdict = word.code, word.verdict
    with office.ledger.write() as tx:
        document = document_to_decide(tx.session, office, code, verdict)
        clash = decision_on(tx.session, document.id, document.revision)
        if clash is not None:
            decided = "approved" if clash.verdict == Verdict.APPROVE else "returned"
            raise ConflictError(f"{code}: already {decided} by {clash.actor}.")
        if document.state != awaited:
            raise ConflictError(
                f"{code}: {document.name} does not wait for a decision; it is {document.state}."
            )
        by = {"actor": word.actor, "via": word.via}
        words = word.note[:REASON_LIMIT]
        enter_decision(tx, document, verdict, words, None, **by, by_folder=False)
        return document.name


def _require_not_archived(office: Office, printout: Document) -> None:
    """What the archive holds stays there, also where the ledger was not told yet."""
    with office.ledger.read() as session:
        case = case_of(session, office, printout.collection_id)
        record = record_of(session, case.collection)
    if record is not None and lies_in_archive(case, record, printout.pdf or ""):
        raise ConflictError(
            f"{printout.code}: {printout.name} lies in the archive already; the service will enter"
            " it as filed. Then correct it with `kinerja amend`."
        )


def require_reason(code: str, verdict: Verdict, note: str) -> None:
    """Nobody gets anything back without being told why.

    Raises:
        ReadError: a return without a reason.
    """
    if verdict is Verdict.RETURN and not note.strip():
        raise ReadError(f"{code}: a return needs its reason; give it with --note.")
