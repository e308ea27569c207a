"""What is left of “klik untuk mengisi” where somebody typed into it, before it or after it."""

from pipeline.domain.form import PLACEHOLDER, Field
from pipeline.forms.readback.plain import is_prompt

_PIECES = (PLACEHOLDER[:10], PLACEHOLDER[5:])
"""By which a remainder is known; its last word alone is a word like any other."""


def without_prompt(text: str, field: Field) -> tuple[str, bool]:
    """A value without the prompt around it, and whether there was a remainder of the prompt.

    A figure is left as it is, so that nothing is taken for the number that only may be it.
    """
    if is_prompt(text):
        return "", False
    whole = " ".join(text.split())
    before, after = _common(whole, PLACEHOLDER), _common(whole[::-1], PLACEHOLDER[::-1])
    is_split = before + after >= len(PLACEHOLDER)
    remains = is_split or any(piece in whole.casefold() for piece in _PIECES)
    if field is Field.ACTUAL:
        return text, remains
    if is_split:
        return whole[before : len(whole) - len(PLACEHOLDER) + before].strip(), True
    return " ".join(whole.replace(PLACEHOLDER, " ").split()) if remains else text, remains


def _common(one: str, other: str) -> int:
    """How many letters both begin with."""
    pairs = zip(one.casefold(), other.casefold(), strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
