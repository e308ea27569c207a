"""Text as it is compared and as it is taken: word processors change blanks, quotes and dashes."""

import re
import unicodedata
from functools import lru_cache

from pipeline.domain.form import PLACEHOLDER, Field

_SIGNS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-")
)
_UNSEEN = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_IN_TWO = re.compile(r"\d\s*[\n\v\t]\s*\d")
_PROMPTS_OF_WORD = (
    "Click or tap here to enter text.",
    "Click here to enter text.",
    "Klik atau ketuk di sini untuk memasukkan teks.",
    "Klik di sini untuk memasukkan teks.",
    "单击此处输入文字。",
)


@lru_cache(maxsize=8192)
def squeezed(text: str) -> str:
    """``text`` without blanks and with one kind of each sign: equal where people see the same."""
    if text.isascii():
        return "".join(text.translate(_SIGNS).split())
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text).translate(_SIGNS))


@lru_cache(maxsize=512)
def letters_of(text: str) -> tuple[str, list[int]]:
    """The letters of ``text`` as they are compared, and where in ``text`` each of them stands.

    Blanks are left out, and what stands for several letters or a plainer one is taken apart: the
    ² of m², the fi of a ligature.
    """
    letters, places = list[str](), list[int]()
    for place, sign in enumerate(alike(text)):
        plain = sign if sign.isascii() else alike(unicodedata.normalize("NFKD", sign))
        seen = _UNSEEN.sub("", plain)
        letters.append(seen)
        places += [place] * len(seen)
    return "".join(letters), places


def alike(text: str) -> str:
    """``text`` with one kind of each sign, letter for letter as long as it was."""
    return text.translate(_SIGNS)


def _bare(text: str) -> str:
    return squeezed(text).casefold().strip("\"'.-…")


_PROMPTS = frozenset(_bare(text) for text in (PLACEHOLDER, *_PROMPTS_OF_WORD))


def is_prompt(text: str) -> bool:
    """Whether a control's text only asks for something; who puts it there, and how, differs."""
    return len(text) < 100 and _bare(text) in _PROMPTS


def is_broken(text: str, field: Field) -> bool:
    """Whether breaks make a value doubtful: amid the digits of a figure, or before all else.

    LibreOffice 7.4 moves the line breaks of a control to its beginning, and joins the lines.
    """
    moved = text.lstrip(" \n\t").startswith("\v") and bool(text.strip())
    return moved or (field is Field.ACTUAL and _IN_TWO.search(text) is not None)


def taken(text: str, field: Field) -> str:
    """A value as it is taken from a cell: texts on one line, a figure with its breaks kept.

    What stands on two lines in the cell of a figure is no one number; `parse_figure` sees it.
    """
    if field is not Field.ACTUAL:
        return " ".join(text.split())
    lines = (line.strip() for line in text.replace("\v", "\n").split("\n"))
    return "\n".join(line for line in lines if line)
