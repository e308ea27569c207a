"""When a step should be done, by its quality standard (waktu, Permenpan RB 35/2012).

Days are working days and end with the office's hours. Minutes are those of the person awaited: they
run in office hours from when the document was opened, and at the latest a working day after it came
they are over.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline.domain.office_hours import OfficeHours
from pipeline.domain.procedure import QualityStandard

_A_DAY = 1


class Lateness(StrEnum):
    """How something stands to its deadline."""

    IN_TIME = "in time"
    LATE = "late"  # past due, and no whole working day has gone by yet
    RED = "red"


@dataclass(frozen=True)
class Deadline:
    """When something is due, and from when on it is shown in red; never before it is due."""

    due: datetime
    red: datetime

    def lateness(self, now: datetime) -> Lateness:
        """How it stands at ``now``; what is done by the very minute is in time."""
        if now > self.red:
            return Lateness.RED
        return Lateness.LATE if now > self.due else Lateness.IN_TIME


def deadline_for(
    standard: QualityStandard,
    hours: OfficeHours,
    arrived: datetime,
    opened: datetime | None = None,
) -> Deadline:
    """The deadline of a step whose document ``arrived``, and was ``opened`` where that is known.

    Days: the close of the office on the last of them, the day of arrival not counted. Minutes: from
    the opening of the document, else of the office at or after arrival; red a whole working day
    after arrival, whether it was opened or not.
    """
    if standard.days:
        end = hours.close_after(arrived, standard.days)
        return Deadline(end, end)
    red = hours.close_after(arrived, _A_DAY)
    due = hours.after_minutes(opened or arrived, standard.minutes)
    return Deadline(min(due, red), red)


def deadline_on(day: date, hours: OfficeHours) -> Deadline:
    """The deadline of what is due on ``day``: the close of the office then, or after a day off."""
    end = hours.close_of(day)
    return Deadline(end, end)
