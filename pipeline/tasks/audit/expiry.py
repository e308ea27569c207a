"""The part of an audit that looks ahead: what will soon stop proving anything, and what has.

None of it is a fault of what is there, so it is noted, with what to do; nothing is asked over the
network.
"""

from collections import Counter
from collections.abc import Iterator

from pipeline.errors import TrustError
from pipeline.office import Office
from pipeline.signing.expiry import End, Ending, ends_of
from pipeline.tasks.audit.report import AuditFinding, Round
from pipeline.tasks.renew.due import Cause, Due, due_in, filed_printouts

RENEW = "run `kinerja renew`"
WORDS = {
    Cause.UNFINISHED: f"is stamped, and not filed with it yet: {RENEW}",
    Cause.UNMEASURED: f"was never measured: {RENEW}",
    Cause.TOO_LATE: "is past the end of its proof: only the ledger and its seals are left",
    Cause.ENDS_SOON: f"stops proving itself soon: {RENEW}",
    Cause.BELOW: f"is below what can be reached: {RENEW}",
}
NAMED = 5
"""So many print-outs are named for each cause; the others are counted."""


def check_expiry(round_: Round) -> Iterator[AuditFinding]:
    """Levels counted; print-outs that are due, and what of the trust has ended or will, noted."""
    office = round_.office
    levels = Counter(p.standing.level for p in filed_printouts(office) if p.standing)
    round_.counts.update({f"print-outs at {level}": times for level, times in levels.items()})
    due = due_in(office)
    for cause, words in WORDS.items():
        found = [one for one in due if one.cause is cause]
        round_.notes += [_told(one, words) for one in found[:NAMED]]
        if len(found) > NAMED:
            round_.notes.append(f"And {len(found) - NAMED} more print-outs, of which each {words}.")
    round_.notes += _of_trust(office)
    yield from ()


def _told(due: Due, words: str) -> str:
    verb = "was proven" if due.cause is Cause.TOO_LATE else "proven"
    until = f"; {verb} until {due.holds_until:%Y-%m-%d}" if due.holds_until else ""
    level = f" ({due.measure}{until})" if due.level else ""
    return f"{due.filed.code}: {due.filed.description}{level} {words}."


def _of_trust(office: Office) -> Iterator[str]:
    """The trust's own ends; a folder that cannot be used is a finding of the signatures."""
    try:
        ends = list(ends_of(office.trust))
    except TrustError:
        return
    now = office.now()
    for end in ends:
        # A certificate that has ended may stay, for what was signed under it.
        over = end.is_over(now)
        if end.is_near(now) or (over and end.kind is Ending.CRL):
            yield _end(end, over=over)


def _end(end: End, *, over: bool) -> str:
    verb = "ended" if over else "ends"
    mend = (
        "fetch the newest list" if end.kind is Ending.CRL else "ask its authority for the next one"
    )
    return f"Trust: {end.kind} {end.name} {verb} on {end.at:%Y-%m-%d}; {mend}."
