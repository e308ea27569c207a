"""SOP 4, when an official is replaced while the form is open: a new header, the values kept.

1. Issue what has not been issued yet, so that every open form has its file.
2. Compare whom each open form is made out to with who holds the post today by the master data.
3. Another holder: the form is laid out anew, with what was typed so far. What a machine has read of
   a scan, and nobody has confirmed, is laid before the new holder in the same way as before the
   first: no file of the earlier one confirms it any more.
4. Nobody: the form stays where it is, and Staf is told.

A form that was returned already keeps who reported it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import or_, select

from pipeline.domain.document import State
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.official import Official
from pipeline.domain.procedure import Verb
from pipeline.errors import ReadError
from pipeline.forms.apart import read_word
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.intake.settle import bytes_held, is_ignored, reading
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document, Publication
from pipeline.office import Office
from pipeline.sop.bouncing import end_bounces, name_to_mend
from pipeline.sop.case import HOLDER, Case, case_of
from pipeline.sop.collection.summary import ask_for_summary
from pipeline.sop.handover_slips import (
    HANDED_OVER,
    VACANT,
    WaitingScans,
    handover_slip,
    vacancy_slip,
)
from pipeline.sop.master.versions import master_on_file, version_on_file
from pipeline.sop.official_form import form_file, official_folder
from pipeline.sop.publish import MAIN, NOTICE, publish
from pipeline.sop.scanned.copies import scans_meant
from pipeline.sop.scanned.kept import (
    TO_CONFIRM,
    Scans,
    given_back_for,
    handed_on,
    is_marked,
    scans_to_confirm,
)
from pipeline.sop.scanned.sheets import PREFIX, ToCheck, lay_to_check, printed, to_check
from pipeline.sop.slips import print_slip
from pipeline.sop.steps.distribute import issue
from pipeline.sop.values import rows_of
from pipeline.sop.word_forms import read_by_issued

HAND_OVER = "hand-over"


@dataclass(frozen=True)
class Saved:
    """What stands in a form as it lies in its folder, kept under ``sha256``; and where it lay."""

    rows: Mapping[str, FilledRow]
    sha256: str
    path: str


@dataclass(frozen=True)
class Proposal:
    """Scans that the new holder is to confirm; ``saved`` is the form that lay there for them."""

    scans: Scans
    saved: Saved | None
    check: ToCheck
    blobs: tuple[str, str]

    @property
    def waiting(self) -> WaitingScans:
        """The same for who is told."""
        return WaitingScans(self.scans, self.check.form_name, self.check.sheet_name)


def hand_over(office: Office, collection_id: str) -> None:
    """Have every open form of a collection lie with who holds its post today."""
    # (1)
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
    if case.collection.stage != Verb.FILL:
        return
    issue(office, collection_id)
    # (2)
    today = office.now().date()
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        master, version = master_on_file(session, office), version_on_file(session, office.id)
        forms = [f for f in case.own_forms(session) if f.state == State.ISSUED and HOLDER in f.data]
    if not master.posts:
        return
    for form in forms:
        holder = master.official(form.post, today)
        if holder is None:
            _tell_vacancy(case, form, version)  # (4)
        elif asdict(holder) != form.data[HOLDER]:
            _lay_anew(case, form, holder, version)  # (3)
        else:
            _end_vacancy(case, form)


def _lay_anew(case: Case, document: Document, holder: Official, version: int) -> None:
    office, folder = case.office, official_folder(case, document.post)
    typed, filled = _typed(case, document, folder)
    proposal = _proposal(case, document, holder)
    with office.ledger.read() as session:
        mark = given_back_for(document, document.returns)
        again = form_file(session, case, document, filled, revision=mark, holder=holder)
    blob = office.store.put(again)
    returns = document.returns
    called = name_to_mend(document, returns) if returns else document.name
    name = called if _is_awaited(case, document, folder) else ""
    waiting = proposal.waiting if proposal else None
    told = handover_slip(case, document, holder, name, waiting)
    slip = print_slip(office, case.procedure, case.period, told)
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, document.id)
        if not _is_as_read(form, document):  # returned, or handed over, meanwhile
            return
        form.data = {**form.data, HOLDER: asdict(holder)}
        form.blob, form.updated_at = blob, tx.now()
        _clear_slips(tx, form)
        if proposal is None:
            _take_away(tx, form, {folder}, [typed])
        else:
            _take_away(tx, form, {folder, proposal.scans.folder}, [typed, proposal.saved])
            lay_to_check(tx, form, proposal.scans, proposal.check, proposal.blobs)
        if name:
            publish(tx, folder, name, blob, role=MAIN, document=form)
        end_bounces(tx, case, form)
        slip_name = f"{HANDED_OVER} - {form.code}.pdf"
        publish(tx, folder, slip_name, slip, role=NOTICE, document=form)
        ask_for_summary(tx, case.collection.id)
        tx.record(
            "form.handed-over",
            chain=form.collection_id,
            actor="kinerja",
            via="layanan",
            document_id=form.id,
            post=form.post,
            version=version,
            sha256=blob,
            kept=typed.sha256 if typed else None,
            unconfirmed=proposal.saved.sha256 if proposal and proposal.saved else None,
        )


def _is_awaited(case: Case, document: Document, folder: str) -> bool:
    """Whether the form itself lies with its official, beside what was read of scans or alone."""
    scans = scans_to_confirm(document)
    if scans is None or scans.folder != folder:
        return True
    query = select(Publication.path).where(
        Publication.document_id == document.id,
        Publication.role == MAIN,
        Publication.path.startswith(f"{folder}/", autoescape=True),
        Publication.state.in_((WANTED, PLACED)),
    )
    with case.office.ledger.read() as session:
        names = [PurePosixPath(path).name for path in session.scalars(query)]
    return not scans.bounced and any(not name.startswith(PREFIX) for name in names)


def _typed(
    case: Case, document: Document, folder: str
) -> tuple[Saved | None, Mapping[str, FilledRow]]:
    """The last saved form in which people have typed, and the rows that go on."""
    saved = _last_saved(case, document, folder, proposed=False)
    if saved is not None:
        return saved, saved.rows
    return None, {row.indicator: row for row in rows_of(document)}


def _proposal(case: Case, document: Document, holder: Official) -> Proposal | None:
    """What was read of scans that nobody has confirmed, with what was mended in it so far."""
    waiting = scans_to_confirm(document)
    if waiting is None:
        return None
    scans = handed_on(waiting, case.office.now())
    saved = _last_saved(case, document, scans.folder, proposed=True)
    edited = saved.rows if saved else None
    with case.office.ledger.read() as session:
        check = to_check(session, case, document, scans, holder=holder, edited=edited)
    return Proposal(scans, saved, check, printed(case, check))


def _last_saved(case: Case, document: Document, folder: str, *, proposed: bool) -> Saved | None:
    """The last saved copy of the form in ``folder``; ``None`` where none can be read.

    ``proposed`` tells those that were laid out for scans nobody has confirmed from all others.

    Raises:
        InboxAwayError: nobody can tell, as the whole inbox is gone.
    """
    office = case.office
    found = []
    for path in (office.inbox / folder).glob("*.docx"):
        if is_ignored(path.name):
            continue
        try:
            with reading(path) as file:
                saved, data = file.info.st_mtime_ns, bytes_held(file)
            said = office.reader.read(read_word, data)
            if said.identity.code != document.code:
                continue
            if _is_proposed(document, said.identity.revision, path.name) is proposed:
                fields = read_by_issued(office, document, data).fields
                found.append((saved, path, data, fields))
        except (OSError, ReadError):  # moved on meanwhile, half saved, or no file
            continue
    office.mark.require()
    if not found:
        return None
    _, path, data, fields = max(found, key=lambda one: one[:2])
    return Saved(_rows(fields), office.store.put(data), path.relative_to(office.inbox).as_posix())


def _is_proposed(document: Document, revision: str, name: str) -> bool | None:
    """Whether a file holds figures of scans that wait; ``None`` where those were replaced."""
    meant = scans_meant(document, revision, name)
    if meant is not None:
        return meant.confirmed is None
    return None if is_marked(revision) or name.startswith(PREFIX) else False


def _rows(fields: Mapping[str, Mapping[Field, str]]) -> dict[str, FilledRow]:
    return {code: FilledRow(code, dict(texts)) for code, texts in fields.items()}


def _is_as_read(form: Document, read: Document) -> bool:
    now, then = (
        (one.revision, one.returns, one.data[HOLDER], one.data.get(TO_CONFIRM))
        for one in (form, read)
    )
    return now == then and form.state == State.ISSUED


def _take_away(
    tx: Transaction, form: Document, folders: Collection[str], saved: Sequence[Saved | None]
) -> None:
    """Have the form with the old header taken away; what was typed into it is kept and goes on."""
    query = select(Publication).where(
        Publication.document_id == form.id,
        Publication.role == MAIN,
        or_(*(Publication.path.startswith(f"{f}/", autoescape=True) for f in folders)),
        Publication.state.in_((WANTED, PLACED)),
    )
    kept = {one.path: one.sha256 for one in saved if one is not None}
    for row in tx.session.scalars(query):
        row.sha256 = kept.get(row.path, row.sha256)  # goes unless it is saved once more
        row.state = UNWANTED


def _clear_slips(tx: Transaction, form: Document) -> None:
    """Have earlier slips about who holds the form taken away."""
    rows = tx.session.scalars(
        select(Publication).where(
            Publication.document_id == form.id,
            Publication.role == NOTICE,
            Publication.state.in_((WANTED, PLACED)),
        )
    )
    for row in rows:
        if Path(row.path).name.startswith((HANDED_OVER, VACANT)):
            row.state = UNWANTED
    form.data = {key: value for key, value in form.data.items() if key != "vacant"}


def _tell_vacancy(case: Case, document: Document, version: int) -> None:
    if "vacant" in document.data:
        return
    office, stage = case.office, case.folder(Verb.DISTRIBUTE)
    sha256 = print_slip(office, case.procedure, case.period, vacancy_slip(case, document))
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, document.id)
        if not _is_as_read(form, document) or "vacant" in form.data:
            return
        form.data = {**form.data, "vacant": version}
        name = f"{VACANT} - {form.code}.pdf"
        publish(tx, stage, name, sha256, role=NOTICE, document=form)
        tx.record(
            "form.post-vacant",
            chain=form.collection_id,
            actor="kinerja",
            via="layanan",
            document_id=form.id,
            post=form.post,
            version=version,
        )


def _end_vacancy(case: Case, document: Document) -> None:
    """The post is held again, by whom the form is made out to: the slip has done its work."""
    if "vacant" in document.data:
        with case.office.ledger.write() as tx:
            _clear_slips(tx, tx.session.get_one(Document, document.id))
