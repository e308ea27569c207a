"""A form that goes back to its official to be mended: prefilled, with a slip that says why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.finding import Finding
from pipeline.domain.form import FilledRow
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document, Publication
from pipeline.sop.case import GIVEN_BACK, RECEIPT, Case
from pipeline.sop.official_form import form_file, official_folder
from pipeline.sop.publish import MAIN, NOTICE, SLIP, publish
from pipeline.sop.scanned.kept import note_given_back
from pipeline.sop.slips import client_folder, print_slip

TO_MEND = "PERLU DIPERBAIKI"


@dataclass(frozen=True)
class Bounce:
    """The form that goes back for the ``number``-th time: its name, its SHA-256, its slip's.

    ``mark`` is the revision by which a form laid out for a scan is known again; else empty.
    """

    number: int
    folder: str
    name: str
    form: str
    mark: str
    slip: str = ""


def print_bounce(
    case: Case,
    document: Document,
    filled: Mapping[str, FilledRow],
    findings: Sequence[Finding],
    *,
    mark: str,
    summary: str,
) -> Bounce:
    """The form prefilled with ``filled``, and the slip with all ``findings``, in the store.

    ``mark`` is the revision by which a form laid out for a scan is known again; else empty.
    """
    bounce = prefilled(case, document, filled, mark=mark)
    slip = Slip(
        title=TO_MEND,
        summary=summary,
        document=document.name,
        recipient=document.post,
        sender="kinerja",
        code=document.code,
        findings=findings,
        steps=steps_to_mend(case, bounce, "yang sudah benar tetap terisi"),
    )
    return replace(bounce, slip=print_slip(case.office, case.procedure, case.period, slip))


def prefilled(
    case: Case, document: Document, filled: Mapping[str, FilledRow], *, mark: str
) -> Bounce:
    """The form prefilled with ``filled``, in the store; what its slip says is left to the caller.

    ``mark`` as in `print_bounce`.
    """
    office, count = case.office, document.returns + 1
    with office.ledger.read() as session:
        again = form_file(session, case, document, filled, revision=mark, returns=count)
    folder, name = official_folder(case, document.post), name_to_mend(document, count)
    return Bounce(count, folder, name, office.store.put(again), mark)


def name_to_mend(document: Document, number: int) -> str:
    """What the ``number``-th form to be mended is called."""
    return f"{GIVEN_BACK} {number} - {document.name}"


def steps_to_mend(case: Case, bounce: Bounce, kept: str) -> list[str]:
    """What the official does with the form that lies there again; ``kept`` is what it holds."""
    return [
        f"Buka {bounce.name} di folder ini; {kept}.",
        "Perbaiki menurut yang disebut di atas, lalu simpan.",
        f"Pindahkan ke {client_folder(case.office, f'{bounce.folder}/kirim')}",
    ]


def lay_bounce(tx: Transaction, form: Document, bounce: Bounce) -> None:
    """Form and slip into the official's folder."""
    form.returns, form.updated_at = bounce.number, tx.now()
    note_given_back(form, bounce.number, bounce.mark)
    publish(tx, bounce.folder, bounce.name, bounce.form, role=MAIN, document=form)
    slip_name = slip_name_of(form, bounce.number)
    publish(tx, bounce.folder, slip_name, bounce.slip, role=NOTICE, document=form)


def slip_name_of(form: Document, number: int) -> str:
    """What the slip beside the ``number``-th form to be mended is called."""
    return f"{SLIP} {number} - {form.code}.pdf"


def clear_bounces(tx: Transaction, case: Case, form: Document) -> None:
    """Have the forms to be mended taken away, with what speaks of them: the matter is settled."""
    folder = official_folder(case, form.post)
    slips = [f"{folder}/{slip_name_of(form, n + 1)}" for n in range(form.returns)]
    rows = tx.session.scalars(
        select(Publication).where(
            Publication.document_id == form.id,
            Publication.state.in_((WANTED, PLACED)),
            or_(
                _is_to_mend(folder),
                (Publication.role == NOTICE) & Publication.path.in_(slips),
                (Publication.role == RECEIPT)
                & Publication.path.contains(f"/{TO_MEND} ", autoescape=True),
            ),
        )
    )
    for row in rows:
        row.state = UNWANTED


def end_bounces(tx: Transaction, case: Case, form: Document) -> None:
    """Have what speaks of a form to be mended taken away, where none lies there any more."""
    if not lies_to_mend(tx.session, case, form):
        clear_bounces(tx, case, form)


def lies_to_mend(session: Session, case: Case, form: Document) -> bool:
    """Whether the form lies with its official to be mended.

    While an accepted return waits, that is a later one which has bounced.
    """
    query = select(Publication.id).where(
        Publication.document_id == form.id,
        Publication.state.in_((WANTED, PLACED)),
        _is_to_mend(official_folder(case, form.post)),
    )
    return session.scalars(query.limit(1)).first() is not None


def _is_to_mend(folder: str) -> ColumnElement[bool]:
    begins = Publication.path.startswith(f"{folder}/{GIVEN_BACK} ", autoescape=True)
    return (Publication.role == MAIN) & begins
