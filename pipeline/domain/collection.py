"""The stages of a collection: the verb that is awaited, or ``filed``."""

from pipeline.domain.procedure import Verb

FILED = "filed"
STAGES: tuple[str, ...] = (
    Verb.DRAFT,
    Verb.CORRECT,
    Verb.DISTRIBUTE,
    Verb.FILL,
    Verb.ENTER,
    Verb.INITIAL,
    Verb.SIGN,
    FILED,
)
