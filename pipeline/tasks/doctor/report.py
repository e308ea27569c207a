"""What an examination of the office reports, in Indonesian: what is so, and how to mend it."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """The answer of one check: a mend beside an answer that is ok makes it a warning."""

    ok: bool
    message: str
    mend: str = ""


@dataclass(frozen=True)
class Check:
    """One check's name (for programs), title (for people) and answer."""

    name: str
    title: str
    ok: bool
    message: str
    mend: str = ""

    @property
    def status(self) -> str:
        """``ok``, ``warning`` (it works, but something should be done) or ``fault``."""
        if not self.ok:
            return "fault"
        return "warning" if self.mend else "ok"

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {**asdict(self), "status": self.status}


def gathered(fine: str, faults: Iterable[Outcome]) -> Outcome:
    """Several answers as one: all that is wrong, and ``fine`` where nothing is."""
    found = list(faults)
    if not found:
        return Outcome(True, fine)
    return Outcome(
        all(outcome.ok for outcome in found),
        "; ".join(outcome.message for outcome in found),
        " ".join(dict.fromkeys(outcome.mend for outcome in found)),
    )
