"""How far a collection has come, as text that Staf pastes into a chat: no layout, no mark-up."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.calendar import short_day, short_time
from pipeline.domain.deadline import Lateness
from pipeline.domain.document import Kind, State
from pipeline.domain.posts import short_post
from pipeline.sop.case import Case
from pipeline.sop.collection.standing import UNCONFIRMED, Standing, amendment_words

_NEVER_SENT = frozenset({State.ISSUED, State.ABSENT, State.WITHDRAWN})


def recap(session: Session, case: Case, documents: Sequence[Standing]) -> str:
    """Who has sent the form and who has not, in the roster's order, one line a group."""
    now = case.office.now().astimezone(case.office.settings.office.zone)
    asked = [s for s in documents if s.document.kind == Kind.FORM]
    asked = [s for s in asked if s.document.state != State.WITHDRAWN]
    amended = amendment_words(session, case)
    about = f"Data Kinerja {case.period.short}{f' ({amended})' if amended else ''}"
    lines = [f"{about} – keadaan {short_time(now)}."]
    if not asked:
        return f"{lines[0]} Formulir belum diterbitkan."
    sent = [s for s in asked if s.document.state not in _NEVER_SENT]
    lines.append(f"Sudah {len(sent)} dari {len(asked)}{_listed(map(_name, sent))}.")
    lines += _still_out(asked, now)
    absent = [s for s in asked if s.document.state == State.ABSENT]
    if absent:
        lines.append(f"Tidak menyampaikan {len(absent)}{_listed(map(_name, absent))}.")
    return "\n".join(lines)


def _still_out(asked: Sequence[Standing], now: datetime) -> list[str]:
    out = [s for s in asked if s.document.state == State.ISSUED]
    if not out:
        return []
    again = [s for s in out if s.is_returned]
    on_paper = [s for s in out if s.is_unconfirmed]
    never = _listed(_with_due(s, now) for s in out if not (s.is_returned or s.is_unconfirmed))
    told = [f"Belum {len(out)}{never}"]
    for some, what in ((again, "dikembalikan untuk diperbaiki"), (on_paper, UNCONFIRMED)):
        if some:
            names = _listed(_with_due(s, now) for s in some)
            told.append(f"{what} {len(some)}{names}")
    return [f"{'; '.join(told)}."]


def _name(standing: Standing) -> str:
    return f"{short_post(standing.title)}{' (susulan)' if standing.came_late else ''}"


def _with_due(standing: Standing, now: datetime) -> str:
    deadline = standing.deadline
    if deadline is None:
        return _name(standing)
    late = "" if deadline.lateness(now) is Lateness.IN_TIME else "TERLAMBAT, "
    return f"{_name(standing)} ({late}batas {short_day(deadline.due)})"


def _listed(names: Iterable[str]) -> str:
    text = ", ".join(names)
    return f": {text}" if text else ""
