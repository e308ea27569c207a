"""Office hours: what is working time, and how deadlines run in it.

All moments that come out are in the office's time zone, whatever zone those that go in are in: the
ledger keeps UTC, people mean the clock on their wall.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from pipeline.domain.calendar import add_working_days, is_working_day

_ONE_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_NOTHING = timedelta()
_FRIDAY = 4


@dataclass(frozen=True)
class Span:
    """Open from one time of the day to another."""

    opens: time
    closes: time


@dataclass(frozen=True, order=True)
class WorkingTime:
    """A length of working time: whole working days, and minutes beyond them."""

    days: int
    minutes: int

    @property
    def words(self) -> str:
        """``1 hari kerja 2 jam``, ``2 jam 5 menit``, ``40 menit``; minutes only below a day."""
        hours, minutes = divmod(self.minutes, 60)
        small = f"{minutes} menit" if minutes and not self.days else ""
        parts = [
            f"{self.days} hari kerja" if self.days else "",
            f"{hours} jam" if hours else "",
            small,
        ]
        return " ".join(filter(None, parts)) or "kurang dari semenit"


@dataclass(frozen=True)
class OfficeHours:
    """When an office works: spans in order, none on weekends nor on ``days_off``."""

    monday_to_thursday: tuple[Span, ...]
    friday: tuple[Span, ...]
    days_off: Container[date]
    zone: tzinfo

    def opening(self, moment: datetime) -> datetime:
        """The moment itself where the office is open, else when it opens next."""
        opens, _ = next(self._open_from(moment.astimezone(self.zone)))
        return opens

    def close_of(self, day: date) -> datetime:
        """When the office closes on ``day``, or on the next working day where it is off."""
        if not is_working_day(day, self.days_off):
            day = add_working_days(day, 1, self.days_off)
        return self._spans_on(day)[-1][1]

    def close_after(self, start: datetime, days: int) -> datetime:
        """The close of the office on the ``days``-th working day after that of ``start``."""
        return self.close_of(
            add_working_days(start.astimezone(self.zone).date(), days, self.days_off)
        )

    def after_minutes(self, start: datetime, minutes: int) -> datetime:
        """When so many minutes of office hours have passed since ``start``."""
        left, spans = minutes * _MINUTE, self._open_from(start.astimezone(self.zone))
        opens, closes = next(spans)
        while opens + left > closes:
            left -= closes - opens
            opens, closes = next(spans)
        return opens + left

    def between(self, start: datetime, end: datetime) -> WorkingTime:
        """The working time from ``start`` to ``end``; none where ``end`` is not later.

        A day worked through counts as one, however long it is; parts of days add up to one where
        they are as long as a Monday.
        """
        start, end = start.astimezone(self.zone), end.astimezone(self.zone)
        days, rest, day = 0, _NOTHING, start.date()
        while day <= end.date():
            spans = self._spans_on(day)
            worked = sum((_common(span, start, end) for span in spans), _NOTHING)
            if spans and worked == _length(spans):
                days += 1
            else:
                rest += worked
            day += _ONE_DAY
        ordinary = sum((_lasts(span) for span in self.monday_to_thursday), _NOTHING)
        return WorkingTime(days + rest // ordinary, rest % ordinary // _MINUTE)

    def _open_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of office hours from ``moment`` on, span by span, without an end."""
        day = moment.date()
        while True:
            for opens, closes in self._spans_on(day):
                if closes > moment:
                    yield max(opens, moment), closes
            day = add_working_days(day, 1, self.days_off)

    def _spans_on(self, day: date) -> list[tuple[datetime, datetime]]:
        if not is_working_day(day, self.days_off):
            return []
        spans = self.friday if day.weekday() == _FRIDAY else self.monday_to_thursday
        at = self.zone
        return [
            (datetime.combine(day, s.opens, at), datetime.combine(day, s.closes, at)) for s in spans
        ]


def _common(span: tuple[datetime, datetime], start: datetime, end: datetime) -> timedelta:
    return max(_NOTHING, min(span[1], end) - max(span[0], start))


def _length(spans: list[tuple[datetime, datetime]]) -> timedelta:
    return sum((closes - opens for opens, closes in spans), _NOTHING)


def _lasts(span: Span) -> timedelta:
    day = date.min
    return datetime.combine(day, span.closes) - datetime.combine(day, span.opens)
