"""A figure as an official writes it: a number, final or provisional, or none to be had yet."""

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.domain.form import FigureStatus
from pipeline.domain.numbers import Problem, ReadNumber, format_number, parse_number

PROVISIONAL_MARK = "*"
_UNAVAILABLE = "".join(FigureStatus.UNAVAILABLE.split())
_MARKED = re.compile(
    r"(?P<number>.+?)\s*(?:(?P<star>\*)|\(\s*(?P<bracketed>{0})\s*\)|(?P<bare>{0}))".format(
        r"sementara|sem\.?|tetap"
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ReadFigure:
    """A figure as read; ``number`` is ``None`` where it is not available."""

    status: FigureStatus
    number: ReadNumber | None = None


def parse_figure(text: str) -> ReadFigure | Problem:
    """Read ``52.067,25``, ``52.067,25 (sementara)``, ``52.067,25*`` or ``belum tersedia``.

    ``sem.`` is short for ``sementara``; ``(tetap)`` says that a figure is final. What is none of
    these is a problem, never a guess.
    """
    written = " ".join(text.split())
    if "".join(written.casefold().rstrip(".").split()) == _UNAVAILABLE:
        return ReadFigure(FigureStatus.UNAVAILABLE)
    marked = _MARKED.fullmatch(written)
    read = parse_number(marked["number"] if marked else written)
    if isinstance(read, ReadNumber):
        return ReadFigure(_status(marked), read)
    return "unreadable" if marked else read


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


def _status(marked: re.Match[str] | None) -> FigureStatus:
    if marked is None:
        return FigureStatus.FINAL
    word = (marked["bracketed"] or marked["bare"] or "").casefold()
    return FigureStatus.FINAL if word == FigureStatus.FINAL else FigureStatus.PROVISIONAL
