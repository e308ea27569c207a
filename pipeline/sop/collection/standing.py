"""Where each document of a collection stands: with whom, since when, until when.

Everything here is reckoned at the moment of asking; nothing of it is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.authority import Entitled, entitled_at
from pipeline.domain.collection import FILED, WITHDRAWN
from pipeline.domain.deadline import Deadline, deadline_on
from pipeline.domain.document import Kind, State
from pipeline.domain.holders import Holders
from pipeline.domain.official import Official
from pipeline.domain.procedure import Step, Verb
from pipeline.errors import NotFoundError
from pipeline.ledger.tables import Document
from pipeline.office import Office
from pipeline.sop.authority import kin_of
from pipeline.sop.case import HOLDER, Case
from pipeline.sop.printout.turns import awaited, step_of_turn
from pipeline.sop.returned import LATE
from pipeline.sop.scanned.kept import is_unconfirmed
from pipeline.sop.scanned.sheets import confirmer

NOBODY = "–"
UNSETTLED = "belum ada yang berwenang"
UNCONFIRMED = "pindaian menunggu dikonfirmasi"
ENDED = {FILED: "diarsipkan", WITHDRAWN: "ditarik"}
_NOT_IN = frozenset({State.ISSUED, State.ABSENT})
_KINDS = {kind.value: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Standing:
    """One document: ``where`` in words, and ``next``, who acts on it now, with the capacity.

    ``title`` is its official's post as printed, or empty.
    """

    document: Document
    title: str
    where: str
    since: datetime
    deadline: Deadline | None
    next: str

    @property
    def is_returned(self) -> bool:
        """Whether the form lies with its official again, to be mended."""
        out = self.document.state == State.ISSUED and not self.is_unconfirmed
        return out and self.document.returns > 0

    @property
    def is_unconfirmed(self) -> bool:
        """Whether the form has come on paper only, and nobody has confirmed what was read."""
        return self.document.state in _NOT_IN and is_unconfirmed(self.document)

    @property
    def came_late(self) -> bool:
        """Whether the form came after the closing (susulan)."""
        return bool(self.document.data.get(LATE))


def standings(session: Session, case: Case, holders: Holders) -> list[Standing]:
    """Every document of the collection: papers in the order of the SOP, forms in the roster's."""
    query = select(Document).where(Document.collection_id == case.collection.id)
    documents, order = list(session.scalars(query)), _roster_order(session, case)
    last = len(order)
    documents.sort(key=lambda d: (_KINDS[d.kind], order.get(d.post, last), d.post))
    return [_standing(session, case, document, holders) for document in documents]


def step_of(case: Case) -> Step | None:
    """The step that the collection stands at; ``None`` where it has ended."""
    return next((s for s in case.procedure.steps if s.verb == case.collection.stage), None)


def place_name(step: Step) -> str:
    """A stage as people call its folder: ``8 tanda tangan``."""
    return f"{step.number} {step.inbox.replace('-', ' ')}"


def stage_deadline(case: Case, documents: Sequence[Standing]) -> Deadline | None:
    """Until when something has to happen next in the collection.

    While forms are filled in, that is the first due date of those still out, then of those that
    wait for their verifier: an extension of one official counts as soon as the others are in.
    """
    of_stage = _of_stage(case, None)
    if case.collection.stage != Verb.FILL:
        waiting = (s.deadline for s in documents if s.document.kind != Kind.FORM and s.deadline)
        return next(waiting, of_stage)
    forms = [s for s in documents if s.document.kind == Kind.FORM]
    out = [s for s in forms if s.document.state == State.ISSUED]
    due = [s.deadline for s in out or forms if s.deadline]
    return min(due, key=lambda deadline: deadline.due, default=of_stage)


def amendment_words(session: Session, case: Case) -> str:
    """``ralat ke-2 atas TW III 2026``; a period's later edition says so; else empty."""
    row = case.collection
    if row.amends is None:
        return f"edisi ke-{row.edition}" if row.edition > 1 else ""
    times = len(case.lineage(session)) - 1
    return f"{row.amendment} ke-{times} atas {case.period.short}"


def actor_of(session: Session, case: Case, holders: Holders) -> str:
    """Who is awaited at the collection's stage, with the capacity; of several parafs with which."""
    step = step_of(case)
    if step is None:
        return NOBODY
    turn = awaited(session, case)
    if turn is not None:
        who = entitled_at(case.procedure, step_of_turn(case.procedure, turn))
        which = f" ({turn.words})" if turn.of > 1 else ""
        return f"{in_titles(case.office, holders, who)}{which}"
    if not case.procedure.actor(step.actor).posts:
        return case.procedure.actor(step.actor).name
    return in_titles(case.office, holders, entitled_at(case.procedure, step))


def in_titles(office: Office, holders: Holders, who: Entitled) -> str:
    """Those who may, as the holders of today are called: ``Plt. Kasubag …``."""
    today = office.now().date()
    names = [holders.title(post, today) for post in who.posts] or [r.label for r in who.roles]
    return " atau ".join(names) or UNSETTLED


def _standing(session: Session, case: Case, document: Document, holders: Holders) -> Standing:
    state, title, step = State(document.state), _title(document), _awaited_step(case, document)
    if step is None:
        following = NOBODY
    elif step.verb is Verb.FILL:
        following = confirmer(case, document) or title
    elif document.kind == Kind.FORM:
        kin = kin_of(session, case, holders, document.post)
        following = in_titles(case.office, holders, entitled_at(case.procedure, step, kin))
    else:
        following = actor_of(session, case, holders)
    where = place_name(step) if step else state.value
    paper = state in _NOT_IN and is_unconfirmed(document)
    return Standing(
        document=document,
        title=title,
        where=f"{where}, {UNCONFIRMED}" if paper else where,
        since=_since(case, document),
        deadline=_deadline(case, document, step),
        next=following,
    )


def _title(document: Document) -> str:
    holder = document.data.get(HOLDER)
    return Official(**holder).title if holder else document.post


def _awaited_step(case: Case, document: Document) -> Step | None:
    """The step at which somebody is awaited on the document; a late form's outlasts the filing."""
    if case.collection.stage == WITHDRAWN:
        return None
    if document.kind == Kind.FORM:
        verbs = {State.ISSUED: Verb.FILL, State.WAITING: Verb.VERIFY}
        verb = verbs.get(State(document.state))
        return case.procedure.step(verb) if verb else None
    return step_of(case) if document.state == State.WAITING else None


def _since(case: Case, document: Document) -> datetime:
    if document.state == State.WAITING:
        if document.kind != Kind.FORM:
            return case.collection.stage_since
        if "received" in document.data:
            return datetime.fromisoformat(document.data["received"])
    return document.updated_at


def _deadline(case: Case, document: Document, step: Step | None) -> Deadline | None:
    if step is None:
        return None
    if document.kind != Kind.FORM:
        return _of_stage(case, document.opened_at)
    if step.verb is Verb.FILL:
        due = document.data.get("due")
        return deadline_on(date.fromisoformat(due), case.office.hours) if due else None
    return case.office.deadline(step, _since(case, document), document.opened_at)


def _of_stage(case: Case, opened: datetime | None) -> Deadline | None:
    """The stage's deadline as it was set; minutes run anew from when the document was opened."""
    row, step = case.collection, step_of(case)
    if step is None or row.due is None:
        return None
    reckoned = case.office.deadline(step, row.stage_since, opened)
    if step.standard.days:
        return Deadline(row.due, row.due)
    return reckoned if opened else Deadline(row.due, max(row.due, reckoned.red))


def _roster_order(session: Session, case: Case) -> dict[str, int]:
    if case.collection.stage in ENDED:
        return {}  # not worth reading an old workbook
    try:
        officials = case.roster(session).officials
    except NotFoundError:
        return {}
    return {official.post: place for place, official in enumerate(officials)}
