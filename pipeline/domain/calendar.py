"""Indonesian dates and working days."""

from collections.abc import Container
from datetime import date, datetime, timedelta

MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
_SATURDAY = 5


def long_date(day: date) -> str:
    """``5 Oktober 2026``."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def long_time(moment: datetime) -> str:
    """``5 Oktober 2026 pukul 10.14``."""
    return f"{long_date(moment)} pukul {moment:%H.%M}"


def short_time(moment: datetime) -> str:
    """For file names: ``5 Okt 10.14``."""
    return f"{short_day(moment)} {moment:%H.%M}"


def short_day(day: date) -> str:
    """Where the year is known: ``5 Okt``."""
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def is_working_day(day: date, holidays: Container[date]) -> bool:
    """Whether ``day`` is one of Monday to Friday (Perpres 21/2023) and none of ``holidays``."""
    return day.weekday() < _SATURDAY and day not in holidays


def add_working_days(start: date, days: int, holidays: Container[date]) -> date:
    """The working day ``days`` after ``start``: Monday to Friday less ``holidays``.

    ``holidays`` are national ones and cuti bersama, and may hold local ones, which only lengthen.
    """
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, holidays)
    return day
