"""The stages of a collection, and how one corrects another that is filed."""

from enum import Enum, StrEnum, auto

from pipeline.domain.document import State
from pipeline.domain.procedure import Verb

FILED, WITHDRAWN = "filed", "withdrawn"
STAGES: tuple[str, ...] = (
    Verb.DRAFT,
    Verb.CORRECT,
    Verb.DISTRIBUTE,
    Verb.FILL,
    Verb.ENTER,
    Verb.INITIAL,
    Verb.SIGN,
    FILED,
    WITHDRAWN,
)
"""The verb that is awaited, or how the collection has ended."""


class Amendment(StrEnum):
    """A correction after the signature (Permenpan RB 80/2012, chapter VII)."""

    ERRATUM = "ralat"  # typing
    CHANGE = "perubahan"  # content


class Return(Enum):
    """What a form counts as that comes back from its official."""

    IN_TIME = auto()
    LATE = auto()  # susulan: among the figures only if it is verified while entry is open
    SETTLED = auto()  # it has been decided on already
    WITHDRAWN = auto()


def counted_as(stage: str, state: str, *, late: bool) -> Return:
    """What a return counts as now, by the collection's stage and the form's state.

    ``late`` is a form that came after the closing: until it is verified a new return replaces it.
    """
    if stage == WITHDRAWN:
        return Return.WITHDRAWN
    if stage == Verb.FILL:
        return Return.IN_TIME if state in {State.ISSUED, State.WAITING} else Return.SETTLED
    open_late = state == State.ABSENT or (late and state == State.WAITING)
    return Return.LATE if open_late else Return.SETTLED
