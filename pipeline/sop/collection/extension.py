"""More time for one official; the collection's own deadline stays."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import add_working_days, is_working_day, long_date
from pipeline.domain.document import Kind, State
from pipeline.domain.official import mask_personal
from pipeline.domain.procedure import Verb
from pipeline.errors import ConflictError, NotFoundError, ReadError
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.tables import Collection, Document, Event, Publication
from pipeline.office import Office
from pipeline.sop.case import Case, case_of
from pipeline.sop.collection.summary import ask_for_summary
from pipeline.sop.official_form import official_folder
from pipeline.sop.publish import NOTICE
from pipeline.sop.reasons import REASON_LIMIT
from pipeline.sop.slips import client_folder
from pipeline.sop.telling import Notice, last_event, tell

EXTENDED = "form.extended"
TELL_EXTENDED = "tell-extended"
TOLD = "BATAS WAKTU DIPERPANJANG"


def form_to_extend(session: Session, office: Office, code: str) -> Document:
    """The form with this code, if it is with its official.

    Raises:
        NotFoundError: no document has the code.
        ConflictError: it is no form, or its official has nothing to do with it now.
    """
    form = session.scalar(
        select(Document).where(Document.office_id == office.id, Document.code == code.upper())
    )
    if form is None:
        raise NotFoundError(f"{code}: no document has this code. See `kinerja status`.")
    if form.kind != Kind.FORM:
        raise ConflictError(
            f"{form.code}: {form.name} is no official's form; only a form's date is extended."
        )
    collection = session.get_one(Collection, form.collection_id)
    if form.state == State.ABSENT:
        raise ConflictError(
            f"{form.code}: {form.name}: the collection was closed without it. It is still taken as"
            " susulan, without a date; nothing has to be extended."
        )
    if form.state != State.ISSUED or collection.stage != Verb.FILL:
        raise ConflictError(
            f"{form.code}: {form.name} is not with its official; it is {form.state}. Return it with"
            " `kinerja return` first, if it has to be filled in again."
        )
    return form


def extend_form(
    office: Office, code: str, until: date, note: str, *, actor: str, via: str
) -> Document:
    """Let one official's form be due on ``until``, a working day; the form.

    Raises:
        NotFoundError: no document has the code.
        ConflictError: it is no form that lies with its official.
        ReadError: the date is no working day, in the past, or no later than the present one.
    """
    with office.ledger.write() as tx:
        form = form_to_extend(tx.session, office, code)
        case = case_of(tx.session, office, form.collection_id)
        was = date.fromisoformat(form.data["due"])
        _require_fit(office, form, was, until)
        form.data = {**form.data, "due": until.isoformat()}
        tx.record(
            EXTENDED,
            chain=case.collection.id,
            actor=actor,
            via=via,
            document_id=form.id,
            was=was.isoformat(),
            until=until.isoformat(),
            note=mask_personal(note.strip()[:REASON_LIMIT]),
        )
        key = f"{form.id}:{until}"
        tx.enqueue(TELL_EXTENDED, key, once=key)
        ask_for_summary(tx, case.collection.id)
        return form


def tell_extended(office: Office, key: str) -> None:
    """The slip with the new date, in place of an earlier one; ``key`` is ``<form>:<date>``."""
    form_id, _, written = key.partition(":")
    with office.ledger.read() as session:
        form = session.get_one(Document, form_id)
        case = case_of(session, office, form.collection_id)
        extended = last_event(session, case.collection.id, EXTENDED, form_id)
    folder, until = official_folder(case, form.post), date.fromisoformat(written)
    name = f"{TOLD} {case.period.short} sampai {long_date(until)} - {form.code}.pdf"
    slip = _slip(case, form, until, extended)
    tell(case, Notice(folder, name, slip, document=form), lambda s: _holds(s, form_id, written))
    _clear_earlier(office, form_id, until)


def _holds(session: Session, form_id: str, until: str) -> bool:
    form = session.get_one(Document, form_id)
    return form.state == State.ISSUED and form.data["due"] == until


def _clear_earlier(office: Office, form_id: str, until: date) -> None:
    """Take the slips with other dates away."""
    with office.ledger.write() as tx:
        query = select(Publication).where(
            Publication.document_id == form_id,
            Publication.role == NOTICE,
            Publication.path.contains(f"/{TOLD} ", autoescape=True),
            Publication.state.in_((WANTED, PLACED)),
        )
        if not _holds(tx.session, form_id, until.isoformat()):
            return
        for row in tx.session.scalars(query):
            if f" sampai {long_date(until)} " not in row.path:
                row.state = UNWANTED


def _require_fit(office: Office, form: Document, was: date, until: date) -> None:
    days_off, today = office.hours.days_off, office.now().date()
    if until < today:
        raise ReadError(
            f"{form.code}: {until} is in the past; today is {today}. Give a later working day."
        )
    if until <= was:
        raise ReadError(
            f"{form.code}: {form.name} is due on {was} already; {until} would give its official no"
            " more time. Give a later working day."
        )
    if not is_working_day(until, days_off):
        after = add_working_days(until, 1, days_off)
        raise ReadError(
            f"{form.code}: {until} is no working day (weekend, holiday or cuti bersama). Give"
            f" {after}, the next one, or an earlier working day."
        )


def _slip(case: Case, form: Document, until: date, extended: Event) -> Slip:
    folder = client_folder(case.office, f"{official_folder(case, form.post)}/kirim")
    was = date.fromisoformat(extended.payload["was"])
    return Slip(
        title="BATAS WAKTU DIPERPANJANG",
        summary=f"Formulir {form.code} ({case.period.title}) ditunggu sampai {long_date(until)};"
        f" semula {long_date(was)}.",
        document=form.name,
        recipient=form.post,
        sender=extended.actor,
        code=form.code,
        reasons=extended.payload["note"].splitlines(),
        steps=[
            f"Isi formulirnya, lalu pindahkan ke {folder} paling lambat {long_date(until)}.",
            "Yang berlaku adalah tanggal ini, bukan yang tercetak pada formulir.",
        ],
    )
