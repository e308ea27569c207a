"""What is left of “klik untuk mengisi” where somebody typed into it, before it or after it."""

from pipeline.domain.form import PLACEHOLDER, Field
from pipeline.forms.readback.plain import is_prompt

ENOUGH = 10
"""Letters by which a piece of the prompt is known; its last word alone is a word like any other."""
ENOUGH_ALONE = 8
"""The same, where nothing else was written."""


def without_prompt(text: str, field: Field) -> tuple[str, bool]:
    """A value without the prompt before or behind it, and whether anything of the prompt remained.

    Only the prompt as it was issued is taken away, and only where the value begins or ends with it:
    amid a sentence the same words are the official's own. Of a piece, or of a prompt that something
    was typed into, nothing is taken away. Nor is of a figure, so that nothing is taken for the
    number that only may be it.
    """
    if is_prompt(text):
        return "", False
    whole = " ".join(text.split())
    piece = len(whole) >= ENOUGH_ALONE and whole.casefold() in PLACEHOLDER
    if not (
        piece or _is_split(whole) or _begins(whole, PLACEHOLDER) or _begins(whole[::-1], _BACKWARDS)
    ):
        return text, False
    if field is Field.ACTUAL:
        return text, True
    return whole.removeprefix(PLACEHOLDER).removesuffix(PLACEHOLDER).strip(), True


_BACKWARDS = PLACEHOLDER[::-1]


def _is_split(text: str) -> bool:
    """Whether ``text`` is the prompt with something typed into it."""
    before, after = _common(text, PLACEHOLDER), _common(text[::-1], _BACKWARDS)
    return len(text) > len(PLACEHOLDER) <= before + after


def _begins(text: str, prompt: str) -> bool:
    """Whether ``text`` begins with a piece of the prompt."""
    starts = range(len(prompt) - ENOUGH + 1)
    return any(_common(text, prompt[at:]) >= ENOUGH for at in starts)


def _common(one: str, other: str) -> int:
    """How many letters both begin with."""
    pairs = zip(one.casefold(), other.casefold(), strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
