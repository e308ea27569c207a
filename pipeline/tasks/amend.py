"""A correction opened after the signature: ralat for typing, perubahan for content.

1. Find the record; it must be the one that holds, no other correction of it under way, and its
   dossier no newer than the ledger.
2. Who asks must be allowed to.
3. Find the forms that are touched, and who holds their posts today.
4. Open the next edition with these forms, prefilled; the service issues them.

Permenpan RB 80/2012, chapter VII. The old print-out stays valid until the new one is filed.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.archive.bag import read_bag
from pipeline.domain.authority import Act
from pipeline.domain.collection import FILED, WITHDRAWN, Amendment
from pipeline.domain.document import Kind, State
from pipeline.domain.naming import post_folder
from pipeline.domain.official import Official, mask_personal
from pipeline.domain.procedure import Verb
from pipeline.errors import ArchiveError, ConflictError, NotFoundError, UsageError
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, Record
from pipeline.office import Office
from pipeline.sop.authority import holders_on_file
from pipeline.sop.case import HOLDER, Case, case_of, editions, move_to
from pipeline.sop.collection.amending import AMENDMENT, rows_to_amend, why_amended
from pipeline.sop.collection.succession import correction_name, dossier_records, successors
from pipeline.sop.dossier.filing import filing_alone
from pipeline.sop.official_form import form_dates
from pipeline.sop.publish import new_document
from pipeline.sop.reasons import REASON_LIMIT
from pipeline.sop.steps.distribute import ISSUE
from pipeline.sop.values import counts, rows_to_json
from pipeline.tasks.account import acting_as
from pipeline.tasks.get import find_record

SETTLED = (State.FILED, State.VERIFIED, State.ABSENT)


@dataclass(frozen=True)
class Correction:
    """What is to be corrected: the ``touched`` posts or form codes; ``all_absent`` late forms too.

    ``reason`` is printed on the slips and on the new print-out.
    """

    kind: Amendment
    reason: str
    touched: Sequence[str] = ()
    all_absent: bool = False


@dataclass(frozen=True)
class Opened:
    """A correction that was opened; ``forms`` are posts with the codes of their new forms."""

    collection_id: str
    name: str
    period: str
    amends: str
    forms: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True)
class Touched:
    """A form that is asked for again: with whom, and what it begins with."""

    post: str
    official: Official
    rows: list[dict[str, Any]]


def amend(office: Office, name: str, correction: Correction) -> Opened:
    """Open a correction of the filed record called ``name``.

    Raises:
        NotFoundError: no such record, or no such form in it.
        UsageError: the reason is missing, or nothing is touched.
        ConflictError: a newer record holds, a correction is open already, a form is not settled, a
            post is vacant, or late figures are to come in as a ralat.
        AuthorityError: this account may not.
        ArchiveError: the dossier is gone, or newer than the ledger, as after restoring an old one.
    """
    if not correction.reason.strip():
        raise UsageError(f"{name}: a {correction.kind} needs its reason; give it with --note.")
    # (1)
    record = find_record(office, name)
    with office.ledger.read() as session:
        _require_amendable(session, record)
        filed = case_of(session, office, record.collection_id)
        _require_none_open(session, filed)
    _require_dossier_known(office, record)
    # (2)
    actor, via = acting_as(office, Act.AMEND, collection_id=record.collection_id)
    # (3)
    with office.ledger.read() as session:
        touched = [_touched(session, filed, f) for f in _meant(session, filed, correction)]
    # (4)
    reason = mask_personal(correction.reason.strip()[:REASON_LIMIT])
    why = why_amended(record, reason, by=actor)
    with office.ledger.write() as tx:
        _require_amendable(tx.session, tx.session.get_one(Record, record.id))
        _require_none_open(tx.session, filed)
        case = _next_edition(tx, filed, correction.kind)
        forms = [_reopen(tx, case, one, why) for one in touched]
        called = correction_name(tx.session, case)
        tx.record(
            "amendment.opened",
            chain=case.collection.id,
            actor=actor,
            via=via,
            amends=record.id,
            amendment=correction.kind.value,
            forms=[form.code for form in forms],
        )
        tx.enqueue(ISSUE, case.collection.id, once=case.collection.id)
    posts = tuple((form.post, form.code) for form in forms)
    number = record.document_number or record.code
    return Opened(case.collection.id, called, case.period.short, number, posts)


def _require_amendable(session: Session, record: Record) -> None:
    newer = successors(session, record)
    if newer:
        last = newer[-1]
        raise ConflictError(
            f"{record.code}: this record has been replaced by {last.document_number or 'another'}"
            f" ({last.code}). Amend that one."
        )


def _require_none_open(session: Session, filed: Case) -> None:
    query = select(Collection).where(
        Collection.amends == filed.collection.id, Collection.stage.not_in((FILED, WITHDRAWN))
    )
    running = session.scalars(query).first()
    if running is not None:
        raise ConflictError(
            f"{filed.period.short}: a {running.amendment} is under way already, at step"
            f" {running.stage}. Finish it, or withdraw it first; see `kinerja status`."
        )


def _require_dossier_known(office: Office, record: Record) -> None:
    """(1) What stands in the dossier is what the ledger filed last."""
    with filing_alone(office):
        with office.ledger.read() as session:
            records = dossier_records(session, record)
        known = {one.tagmanifest for one in records if one.filed_at is not None}
        if read_bag(office.archive / record.path).sha256 not in known:
            raise ArchiveError(
                f"{record.code}: the dossier “{record.path}” is newer than this ledger, as after"
                " restoring an old backup. Nothing was opened. If the service was just stopped,"
                " start it and try again; else restore the last backup of the database."
            )


def _meant(session: Session, filed: Case, correction: Correction) -> list[Document]:
    """(3) The forms that are meant, each once, in the order of their posts."""
    forms = [f for f in filed.forms(session) if f.state != State.WITHDRAWN]
    found: dict[str, Document] = {}
    for word in correction.touched:
        form = next((f for f in forms if _is_called(f, word)), None)
        if form is None:
            known = "; ".join(f"{f.code} {f.post}" for f in forms)
            raise NotFoundError(f"{word}: no form of {filed.period.short} is that. Known: {known}.")
        found[form.post] = form
    if correction.all_absent:
        found |= {f.post: f for f in forms if not counts(f)}
    if not found:
        missing = "nobody was absent or late" if correction.all_absent else "nothing is touched"
        raise UsageError(
            f"{filed.period.short}: {missing}. Name the posts or form codes that are to be"
            " corrected."
        )
    for form in found.values():
        _require_settled(form, correction.kind)
    return [found[post] for post in sorted(found)]


def _is_called(form: Document, word: str) -> bool:
    name = word.strip().casefold()
    return name in {form.code.casefold(), form.post.casefold(), post_folder(form.post).casefold()}


def _require_settled(form: Document, kind: Amendment) -> None:
    if form.state not in SETTLED:
        raise ConflictError(
            f"{form.code}: the late form of {form.post} is {form.state}; have it verified or"
            " returned first."
        )
    if kind is Amendment.ERRATUM and not counts(form):
        raise ConflictError(
            f"{form.code}: {form.post} did not report in time; figures that came late change the"
            " content. Use --as perubahan."
        )


def _touched(session: Session, filed: Case, form: Document) -> Touched:
    holders = holders_on_file(session, filed.office)
    official = holders.official(form.post, filed.office.now().date())
    if official is None and form.post in holders.posts:
        raise ConflictError(
            f"{form.post} is vacant today, so nobody can correct its form. Put its holder or a Plt."
            " into the master data first."
        )
    rows = rows_to_json(rows_to_amend(session, filed, form.post))
    return Touched(form.post, official or filed.official(session, form.post), rows)


def _next_edition(tx: Transaction, filed: Case, kind: Amendment) -> Case:
    before = editions(tx.session, filed.office, filed.procedure, filed.period)
    collection = Collection(
        id=uuid4().hex,
        office_id=tx.office_id,
        procedure=filed.procedure.key,
        period=str(filed.period),
        edition=before[0].edition + 1,
        amends=filed.collection.id,
        amendment=kind.value,
        stage=Verb.FILL,
        opened_at=tx.now(),
        stage_since=tx.now(),
    )
    tx.session.add(collection)
    tx.session.flush()
    case = Case(filed.office, filed.procedure, collection)
    move_to(tx.session, case, Verb.FILL, tx.now())
    return case


def _reopen(tx: Transaction, case: Case, touched: Touched, why: dict[str, str]) -> Document:
    kind = (case.collection.amendment or "").upper()
    name = f"{kind} Data Kinerja {case.period.short} - {post_folder(touched.post)}.docx"
    form = new_document(
        tx, case.collection, Kind.FORM, name=name, post=touched.post, state=State.ISSUED
    )
    form.data = {
        **form_dates(case, tx.now()),
        HOLDER: asdict(touched.official),
        "rows": touched.rows,
        AMENDMENT: why,
    }
    return form
