"""What a receipt is about, and what its words are filled in with."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from pipeline.domain.authority import entitled_at
from pipeline.domain.calendar import long_date, long_time
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.ledger.tables import Decision, Document, Number
from pipeline.sop.authority import holders_on_file, kin_of
from pipeline.sop.case import Case, Delivery
from pipeline.sop.collection.standing import in_titles
from pipeline.sop.master.slips import READY_NAME
from pipeline.sop.official_form import official_folder
from pipeline.sop.printout.number import ASKED, awaits_number
from pipeline.sop.printout.turns import awaited, step_of_turn, turns_of
from pipeline.sop.receipts.words import Words
from pipeline.sop.slips import client_folder
from pipeline.sop.steps.draft import NAMES

_OTHER = {Kind.DRAFT: Kind.STATEMENTS, Kind.STATEMENTS: Kind.DRAFT}
SEALS = frozenset({Verb.INITIAL, Verb.SIGN})
_IN = frozenset({State.RECEIVED, State.WAITING, State.DECIDED})


@dataclass(frozen=True)
class Matter:
    """What is acknowledged, as it stands now: a file that was sent, or a decision.

    ``moment`` is when it came, in the office's zone; ``case`` is ``None`` for the master data.
    """

    delivery: Delivery
    document: Document
    case: Case | None
    outcome: str
    moment: datetime
    decision: Decision | None = None

    @property
    def verb(self) -> Verb:
        """The step at which it was sent or decided."""
        return self.delivery.place.step.verb


def other_paper(session: Session, case: Case, document: Document) -> Document | None:
    """Of the two papers of step 1 the other one, if it is in."""
    kind = _OTHER.get(Kind(document.kind))
    other = case.document(session, kind) if kind else None
    return other if other is not None and other.state in _IN else None


def missing_paper(session: Session, case: Case, document: Document) -> str:
    """Which of the two papers of step 1 is not in while this one is; empty if none is awaited."""
    kind = _OTHER.get(Kind(document.kind))
    return NAMES[kind] if kind and other_paper(session, case, document) is None else ""


def terms_of(session: Session, matter: Matter, words: Words) -> dict[str, str]:
    """What the words may name: the document, who acts next and where, and the folders."""
    delivery, document, decision = matter.delivery, matter.document, matter.decision
    procedure = delivery.procedure
    draft = f"{procedure.key}/{procedure.step(Verb.DRAFT).folder}"
    terms = {
        "name": document.name,
        "code": document.code,
        "post": document.post,
        "revision": str(document.revision),
        "returns": str(document.returns),
        "by": decision.actor if decision else "",
        "when": long_time(matter.moment),
        "ready": READY_NAME,
        "draft": client_folder(delivery.office, draft),
        "send": client_folder(delivery.office, f"{procedure.key}/{delivery.place.path}"),
        **_next(session, matter, words),
    }
    if matter.case is None:
        return terms
    terms |= _about(session, matter.case, document)
    printed = "Print out dibuat sendiri, lalu menunggu {act} {who} di {there}".format(**terms)
    waits = awaits_number(session, matter.case)
    asked = f"Print out dibuat begitu nomornya diketahui; lihat slip {ASKED} di folder ini."
    return {**terms, "printing": asked if waits else printed}


def _next(session: Session, matter: Matter, words: Words) -> dict[str, str]:
    """Who acts next, as called today, and where."""
    if words.following is None:
        return {"who": "", "there": "", "act": ""}
    office, procedure = matter.delivery.office, matter.delivery.procedure
    step, holders, act = procedure.step(words.following), holders_on_file(session, office), ""
    if words.following in SEALS:
        turn = (awaited(session, matter.case) if matter.case else None) or turns_of(procedure)[0]
        step, act = step_of_turn(procedure, turn), turn.words
    party = kin_of(session, matter.case, holders, matter.document.post) if matter.case else ()
    return {
        "who": in_titles(office, holders, entitled_at(procedure, step, party)),
        "there": client_folder(office, f"{procedure.key}/{step.folder}"),
        "act": act,
    }


def _about(session: Session, case: Case, document: Document) -> dict[str, str]:
    """What is known of the document in its collection."""
    office, forms = case.office, case.own_forms(session)
    due = {form.data["due"] for form in forms if "due" in form.data}
    number = session.get(Number, document.id)
    return {
        "period": case.period.short,
        "missing": missing_paper(session, case, document),
        "roster": client_folder(office, case.folder(Verb.DISTRIBUTE)),
        "results": client_folder(office, case.results),
        "own": client_folder(office, official_folder(case, document.post or "")),
        "forms": str(len(forms)),
        "due": long_date(date.fromisoformat(max(due))) if due else "",
        "changes": str(sum(map(len, document.data.get("changes", {}).values()))),
        "number": number.text if number else "",
    }
