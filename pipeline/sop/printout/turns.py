"""Who seals a print-out, one after the other: up to three parafs in order, then the signature.

The order is the procedure's (paraf hierarki, Permenpan RB 80/2012). It is kept with the print-out,
as its fields are laid down for it: a later change of the procedure holds for later print-outs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Procedure, Step, Verb
from pipeline.ledger.tables import Document
from pipeline.signing.fields import SIGNATURE_FIELD, initial_field
from pipeline.sop.case import Case

TURNS, INITIALLED = "turns", "initialled"
"""In a print-out's data: its turns, and how many parafs its edition has."""


@dataclass(frozen=True)
class Turn:
    """One seal: at which step, into which field, by whom; ``number`` is its place ``of`` parafs.

    ``actor`` is the pelaksana of the procedure, ``post`` the post that acts as it.
    """

    stage: Verb
    field: str
    actor: str
    post: str
    number: int = 1
    of: int = 1

    @property
    def key(self) -> str:
        """Its name in a print-out's data: ``initial``, ``initial2``, ``initial3`` or ``sign``."""
        return f"{self.stage.value}{self.number if self.number > 1 else ''}"

    @property
    def words(self) -> str:
        """As people call it: ``paraf``, ``paraf 2 dari 3`` or ``tanda tangan``."""
        if self.stage is Verb.SIGN:
            return "tanda tangan"
        return f"paraf {self.number} dari {self.of}" if self.of > 1 else "paraf"


def turns_of(procedure: Procedure) -> tuple[Turn, ...]:
    """The turns of a print-out that is made now."""
    step, last = procedure.step(Verb.INITIAL), procedure.step(Verb.SIGN)
    actors = procedure.initialling(step)
    initials = (
        Turn(
            Verb.INITIAL,
            initial_field(number, len(actors)),
            actor.key,
            actor.posts[0] if actor.posts else "",
            number,
            len(actors),
        )
        for number, actor in enumerate(actors, start=1)
    )
    return (
        *initials,
        Turn(Verb.SIGN, SIGNATURE_FIELD, last.actor, procedure.post_for(last) or ""),
    )


def turns_on(procedure: Procedure, printout: Document) -> tuple[Turn, ...]:
    """The turns of a print-out as it was made; before they were kept, each had one paraf."""
    kept = printout.data.get(TURNS)
    if kept is not None:
        return tuple(Turn(**{**turn, "stage": Verb(turn["stage"])}) for turn in kept)
    initial, sign = procedure.step(Verb.INITIAL), procedure.step(Verb.SIGN)
    return (
        Turn(Verb.INITIAL, initial_field(1, 1), initial.actor, procedure.post_for(initial) or ""),
        Turn(Verb.SIGN, SIGNATURE_FIELD, sign.actor, procedure.post_for(sign) or ""),
    )


def first_seal(printout: Document) -> tuple[str, str]:
    """The command that puts the first seal on a print-out, and what people call that seal."""
    kept = printout.data.get(TURNS)
    first = Verb(kept[0]["stage"]) if kept else Verb.INITIAL
    return first.value, "paraf" if first is Verb.INITIAL else "tanda tangan"


def to_json(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """The turns as a print-out keeps them."""
    return [{**vars(turn), "stage": turn.stage.value} for turn in turns]


def turn_at(procedure: Procedure, printout: Document, stage: Verb) -> Turn:
    """Whose turn it is on a print-out that waits at ``stage``."""
    turns = turns_on(procedure, printout)
    if stage is Verb.SIGN:
        return turns[-1]
    done: int = printout.data.get(INITIALLED, 0)
    return turns[min(done, len(turns) - 1)]


def due(case: Case, printout: Document) -> Turn:
    """Whose turn it is on a print-out; before it waits for a seal, who will be the first."""
    stage = Verb.SIGN if case.collection.stage == Verb.SIGN else Verb.INITIAL
    return turn_at(case.procedure, printout, stage)


def step_of_turn(procedure: Procedure, turn: Turn) -> Step:
    """The step of a turn, with the pelaksana whose turn it is."""
    return procedure.step(turn.stage).model_copy(update={"actor": turn.actor})


def awaited(session: Session, case: Case) -> Turn | None:
    """Whose seal the collection waits for; ``None`` where it waits for none."""
    if case.collection.stage not in {Verb.INITIAL, Verb.SIGN}:
        return None
    printout = case.document(session, Kind.PRINTOUT)
    waits = printout is not None and printout.state == State.WAITING
    return due(case, printout) if printout is not None and waits else None
