"""A writing that reads two ways, where the other way fits better."""

from pipeline.domain.finding import Finding
from pipeline.domain.numbers import format_number
from pipeline.forms.checks.nearness import is_nearer
from pipeline.forms.checks.reading import Known, Peer, Reading, column, enumerated, peers, warning


def reads_as_meant(reading: Reading, known: Known) -> list[Finding]:
    """``1.234`` is 1234, but 1,234 is nearer to the target or to what was reported before."""
    other = reading.other
    nearer = better_read(reading, known)
    if other is None or not nearer:
        return []
    shown = format_number(other)
    message = f"{reading.told}, padahal {shown} lebih dekat ke {enumerated(nearer)}"
    mend = f"bila maksudnya {shown}, kirim ulang dengan penulisan {_plainly(shown)}"
    return [warning(column(reading), message, mend)]


def better_read(reading: Reading, known: Known) -> list[Peer]:
    """The peers that the other reading is nearer to; none where there is only one reading."""
    value, other = reading.value, reading.other
    if value is None or other is None:
        return []
    return [peer for peer in peers(reading, known) if is_nearer(other, value, peer.value)]


def _plainly(shown: str) -> str:
    """A number as it reads one way only: ``1.234`` becomes ``1234``, ``1,234`` ``1,2340``."""
    return f"{shown}0" if "," in shown and "." not in shown else shown.replace(".", "")
