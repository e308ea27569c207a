"""The filling is closed without everybody (SOP 4 and 5).

1. Nothing may be under way, and something must be verified (`close_case`). A scan that waits to be
   confirmed is under way, unless it is set aside.
2. Who has sent nothing is absent; the others' data go to entry, in the same transaction. So is who
   sent a scan that was set aside: it still lies before him, and may be confirmed as *susulan*.
3. Each absent official is told that his form is still taken, as *susulan* (`tell_closed`).
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import long_date
from pipeline.domain.collection import FILED, WITHDRAWN
from pipeline.domain.document import State
from pipeline.domain.official import mask_personal
from pipeline.domain.procedure import Verb
from pipeline.errors import ConflictError, NotFoundError
from pipeline.forms.contexts.notices import Slip
from pipeline.ledger.tables import Arrival, Document, Event
from pipeline.office import Office
from pipeline.sop.case import Case, case_of, move_to
from pipeline.sop.collection.summary import ask_for_summary
from pipeline.sop.entry.editions import OPEN_ENTRY
from pipeline.sop.official_form import official_folder
from pipeline.sop.reasons import REASON_LIMIT
from pipeline.sop.scanned.kept import Scans, is_unconfirmed, scans_to_confirm
from pipeline.sop.scanned.sheets import PREFIX
from pipeline.sop.slips import client_folder
from pipeline.sop.telling import Notice, last_event, tell

CLOSED = "collection.closed"
TELL_CLOSED = "tell-closed"


def close_case(
    office: Office,
    collection_id: str,
    note: str,
    *,
    actor: str,
    via: str,
    set_aside: Collection[str] = (),
) -> list[Document]:
    """Close the filling; the forms of those who are absent.

    ``set_aside`` are the codes of forms whose scans need not be confirmed before.

    Raises:
        ConflictError: the collection is not being filled in, forms are under way, scans wait to be
            confirmed, or no form is verified.
        NotFoundError: no scan waits of a form that is to be set aside.
    """
    aside = {code.upper() for code in set_aside}
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        forms = case.own_forms(tx.session)
        _require_filling(case)
        _require_quiet(tx.session, case, forms)
        absent = [form for form in forms if form.state == State.ISSUED]
        _require_confirmed(tx.session, case, absent, aside)
        for form in absent:
            form.state, form.updated_at = State.ABSENT, tx.now()
        case.collection.closed_at = tx.now()
        move_to(tx.session, case, Verb.ENTER, tx.now())
        tx.record(
            CLOSED,
            chain=case.collection.id,
            actor=actor,
            via=via,
            absent=[form.post for form in absent],
            set_aside=sorted(aside),
            note=mask_personal(note.strip()[:REASON_LIMIT]),
        )
        tx.enqueue(OPEN_ENTRY, case.collection.id, once=case.collection.id)
        tx.enqueue(TELL_CLOSED, case.collection.id, once=case.collection.id)
        ask_for_summary(tx, case.collection.id)
        return absent


def tell_closed(office: Office, collection_id: str) -> None:
    """(3) One slip into the folder of each official who is absent."""
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        closed = last_event(session, collection_id, CLOSED)
        absent = [f for f in case.own_forms(session) if f.state == State.ABSENT]
    for form in absent:
        notice = Notice(
            official_folder(case, form.post),
            f"PENGISIAN DITUTUP {case.period.short} - {form.code}.pdf",
            _slip(case, form, closed),
            document=form,
        )
        tell(case, notice, lambda session, id_=form.id: _is_absent(session, id_))  # type: ignore[misc]


def _is_absent(session: Session, form_id: str) -> bool:
    return session.get_one(Document, form_id).state == State.ABSENT


def _require_filling(case: Case) -> None:
    period, stage = case.period.short, case.collection.stage
    if case.collection.amends is not None:
        raise ConflictError(
            f"{period}: a correction asks only for the forms that it changes, so that it cannot be"
            " closed without one. Give the official more time with `kinerja extend`, or take the"
            " correction back with `kinerja withdraw`."
        )
    if stage == Verb.FILL:
        return
    if stage in {FILED, WITHDRAWN}:
        raise ConflictError(f"{period}: this collection is {stage}; there is nothing to close.")
    if case.collection.closed_at is not None:
        raise ConflictError(f"{period}: this collection is closed already; it is at {stage}.")
    raise ConflictError(
        f"{period}: only a collection that is being filled in can be closed; this one is at"
        f" {stage}. See `kinerja status`; `kinerja withdraw` takes it back as a whole."
    )


def _require_quiet(session: Session, case: Case, forms: list[Document]) -> None:
    """Nothing is under way, and there is something to enter.

    Raises:
        ConflictError: what is under way, line by line, and what to do about it.
    """
    period = case.period.short
    unread = _unread(session, case)
    if unread:
        raise ConflictError(
            f"{period}: what was sent is not judged yet:\n{_lines(unread)}\nWait until the service"
            " has answered it, then close again."
        )
    busy = [f for f in forms if f.state in {State.WAITING, State.DECIDED, State.APPROVED}]
    if busy:
        listed = [f"{form.code}  {form.post}: {form.state}" for form in busy]
        raise ConflictError(
            f"{period}: these forms are in, but not verified yet:\n{_lines(listed)}\nApprove or"
            " return them first; a form that is returned counts as absent at the closing."
        )
    if not any(form.state == State.VERIFIED for form in forms):
        raise ConflictError(
            f"{period}: not one form is verified, so that there is nothing to enter. Give more time"
            " with `kinerja extend`, or take the collection back with `kinerja withdraw`."
        )


def _require_confirmed(
    session: Session, case: Case, absent: Sequence[Document], aside: set[str]
) -> None:
    """Nobody counts as absent whose scan has come, unless it is set aside by name.

    Raises:
        ConflictError: whose scans wait, line by line, and what to do about them.
        NotFoundError: no scan of a form that is set aside waits.
    """
    waiting = [form for form in absent if is_unconfirmed(form)]
    unknown = aside - {form.code for form in waiting}
    if unknown:
        raise NotFoundError(
            f"{', '.join(sorted(unknown))}: no scan of a form with that code waits to be confirmed."
            " See `kinerja status`."
        )
    open_ = [form for form in waiting if form.code not in aside]
    if open_:
        codes = "".join(f" --set-aside {form.code}" for form in waiting)
        raise ConflictError(
            f"{case.period.short}: these forms have come as scans, but nobody has confirmed their"
            f" figures:\n{_lines([_scanned(session, case, form) for form in open_])}\n"
            f"Compare {PREFIX} in that folder with its sheet, mend it, then move the form to kirim."
            f" Or close without these scans: `kinerja close {case.collection.period}{codes}`; their"
            " officials are written down as absent, and the scans may still be confirmed as"
            " susulan."
        )


def _scanned(session: Session, case: Case, form: Document) -> str:
    """Whose scan waits, what the file is called, and where the figures lie to be confirmed."""
    scans = scans_to_confirm(form)
    names, folder = (scans.names, scans.folder) if scans else ("", "")
    who = f"{form.post} ({case.official(session, form.post).name})"
    return f"{form.code}  {who}: {names}, {PREFIX} in {client_folder(case.office, folder)}"


def _unread(session: Session, case: Case) -> list[str]:
    """What lies in the officials' command folders taken, and has no answer yet."""
    folder = case.folder(Verb.FILL)
    query = select(Arrival).where(
        Arrival.office_id == case.office.id,
        Arrival.outcome.is_(None),
        Arrival.folder.startswith(f"{folder}/", autoescape=True),
    )
    return [f"{a.folder.removeprefix(f'{folder}/')}/{a.name}" for a in session.scalars(query)]


def _lines(items: list[str]) -> str:
    return "\n".join(f"  {item}" for item in items)


def _slip(case: Case, form: Document, closed: Event) -> Slip:
    office = case.office
    folder = client_folder(office, f"{official_folder(case, form.post)}/kirim")
    day = datetime.fromisoformat(closed.at).astimezone(office.settings.office.zone)
    scans = scans_to_confirm(form)
    return Slip(
        title="PENGISIAN DITUTUP",
        summary=f"Pengisian {case.period.title} ditutup pada {long_date(day)} tanpa formulir"
        f" Saudara. Dalam print out tertulis bahwa {form.post} tidak menyampaikan.",
        document=form.name,
        recipient=form.post,
        sender=closed.actor,
        code=form.code,
        reasons=closed.payload["note"].splitlines(),
        steps=[
            *([_set_aside(case, scans)] if scans and is_unconfirmed(form) else []),
            f"Formulir masih diterima sebagai susulan: isi, lalu pindahkan ke {folder}",
            "Bila diverifikasi selagi entri masih terbuka, angkanya masuk print out. Sesudah itu"
            " formulir susulan hanya diarsipkan bersama berkas pengumpulan ini,",
            "dan angkanya hanya dapat masuk melalui perubahan sesudah print out ditandatangani;"
            " sampaikan kepada Kasubag.",
        ],
    )


def _set_aside(case: Case, scans: Scans) -> str:
    where = client_folder(case.office, scans.folder)
    return (
        f"Pindaian {scans.names} sudah sampai, tetapi belum dikonfirmasi, jadi tidak dihitung."
        f" {PREFIX} di {where} masih dapat diperiksa dan dikirim sebagai susulan."
    )
