"""A figure as an official writes it: a number, final or provisional, or none to be had yet."""

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.domain.form import FigureStatus
from pipeline.domain.numbers import Problem, ReadNumber, format_number, parse_number, seen

PROVISIONAL_MARK = "*"
_LONGEST = 200  # characters; no figure with its unit and status has so many
_UNAVAILABLE = "".join(FigureStatus.UNAVAILABLE.split())
_MARKED = re.compile(
    r"(?P<number>.+?)\s*(?:(?P<star>\*)|\(\s*(?P<bracketed>{0})\s*\)|(?<![^\W\d_])(?P<bare>{0}))"
    r"".format(r"sementara|sem\.?|tetap"),
    re.IGNORECASE | re.DOTALL,
)
_CURRENCY = r"rp\.?|idr|us\$|usd|\$"
_WITH_UNIT = re.compile(
    rf"(?P<before>{_CURRENCY})?\s*(?P<number>[+\-−–]?[^\w%‰]?\d(?:[^\n%‰A-Za-z]*\d)?)"
    r"\s*(?P<after>(?:[%‰²³]|[^\W\d_])[^\d\n]{0,58}?(?:(?<=[^\W\d_])[23])?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ReadFigure:
    """A figure as read; ``number`` is ``None`` where it is not available.

    ``unit`` is what was written around the number, empty where nothing was. Whoever takes the
    number must judge it: ``52.067 kg`` is no figure of an indicator in ton.
    """

    status: FigureStatus
    number: ReadNumber | None = None
    unit: str = ""


def parse_figure(text: str) -> ReadFigure | Problem:
    """Read ``52.067,25``, ``52.067,25 ton (sementara)``, ``52.067,25*`` or ``belum tersedia``.

    ``sem.`` is short for ``sementara``; ``(tetap)`` says that a figure is final. What is none of
    these is a problem, never a guess.
    """
    written = seen(text).strip()
    if "".join(written.casefold().rstrip(".").split()) == _UNAVAILABLE:
        return ReadFigure(FigureStatus.UNAVAILABLE)
    if len(written) > _LONGEST:
        return "unreadable"
    marked = _MARKED.fullmatch(written)
    unit, number = _apart(marked["number"] if marked else written)
    read = parse_number(number)
    if isinstance(read, ReadNumber):
        return ReadFigure(_status(marked), read, unit)
    return "unreadable" if marked or unit else read


def show_figure(actual: Decimal | None, status: FigureStatus) -> str:
    """A figure in words: ``52.067,25 (sementara)``, ``belum tersedia``; a dash where none is."""
    if status is FigureStatus.UNAVAILABLE:
        return status.value
    provisional = actual is not None and status is FigureStatus.PROVISIONAL
    return f"{format_number(actual)} ({status})" if provisional else format_number(actual)


def mark_figure(actual: Decimal | None, status: FigureStatus) -> str:
    """A figure as printed in a narrow column: a provisional one as ``52.067,25*``."""
    if actual is not None and status is FigureStatus.PROVISIONAL:
        return f"{format_number(actual)}{PROVISIONAL_MARK}"
    return show_figure(actual, status)


def _apart(written: str) -> tuple[str, str]:
    """The unit around a number, and the number; no unit where the writing is not of that kind."""
    found = _WITH_UNIT.fullmatch(written.strip())
    if found is None:
        return "", written
    around = (found["before"], found["after"])
    return " ".join(part.strip() for part in around if part), found["number"]


def _status(marked: re.Match[str] | None) -> FigureStatus:
    if marked is None:
        return FigureStatus.FINAL
    word = (marked["bracketed"] or marked["bare"] or "").casefold()
    return FigureStatus.FINAL if word == FigureStatus.FINAL else FigureStatus.PROVISIONAL
