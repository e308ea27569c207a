"""All hostile files, by name: made by code, dropped where people drop files, and what must follow.

A file that is `GIVEN_BACK` lies in its sender's folder again, byte for byte, with a slip that says
why. A returned form that can be read is `BOUNCED`: a new one comes, prefilled with what was right.
`TAKEN` means that what is honest in it counts and what is hostile has no effect; `KEPT` that
it is evidence, filed unopened.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path


class Outcome(Enum):
    """What becomes of a file."""

    GIVEN_BACK = auto()
    BOUNCED = auto()
    TAKEN = auto()
    KEPT = auto()


@dataclass(frozen=True)
class Honest:
    """What a hostile file is made from, and what it may try to reach."""

    form: bytes  # a Word form, filled in
    draft: bytes  # the starter draft
    statements: bytes
    roster: bytes
    port: int  # where somebody listens who must never hear of us
    canary: Path  # a file whose content must never be seen
    master: bytes = b""
    entry: bytes = b""
    printout: bytes = b""  # as it waits for its paraf, or its signature
    sealed: bytes = b""  # the same with the seal that is due
    seal: Callable[[bytes], bytes] = bytes  # puts the right seal on whatever it is given

    def addresses(self) -> tuple[str, str, str]:
        """The same place by http, as a file and as a share (which would leak a password hash)."""
        return (
            f"http://127.0.0.1:{self.port}/a.png",
            self.canary.as_uri(),
            rf"\\127.0.0.1@{self.port}\share\a.png",
        )


@dataclass(frozen=True)
class Hostile:
    """One hostile file.

    ``desk`` says where it is dropped: ``draft`` (1-draft, a Word file), ``statements`` (1-draft),
    ``master`` (1-draft), ``roster`` (3-penggandaan), ``form`` and ``evidence`` (4-pengisian),
    ``entry`` (6-entri), ``initial`` (7-paraf), ``sign`` (8-tanda-tangan). ``says`` is what its slip
    says. ``cpu_s`` and ``megabytes`` are what it may cost: processor seconds of all processes, and
    memory of each process beyond what it had.
    """

    desk: str
    make: Callable[[Honest], bytes]
    outcome: Outcome = Outcome.GIVEN_BACK
    says: str = ""
    name: str = ""
    cpu_s: float = 20.0
    megabytes: int = 400
    fast: bool = False
