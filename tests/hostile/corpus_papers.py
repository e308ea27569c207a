"""The other papers of Staf: roster, entry workbook and Data Induk, each spoilt in eight ways.

All are read by the reader that `corpus_books` tries with everything; here each step must say so.
"""

from collections.abc import Callable
from dataclasses import replace

from tests.journeys.bad_input import ENCRYPTED, OLD_WORD

from . import packages as zips
from .corpus import Honest, Hostile
from .corpus_books import BIG, BROKEN, CARRIES, SHEET, formula_cell, laughing, with_rows
from .corpus_word import CUT

PAPERS = ("roster", "entry", "master")
Change = Callable[[bytes], bytes]

WAYS: dict[str, tuple[Change, str]] = {
    "zip bomb": (lambda b: zips.flat_bomb(b, part="xl/media/besar.bin"), BIG),
    "a billion laughs": (lambda b: laughing(b, SHEET), BROKEN),
    "a row beyond the last": (
        lambda b: with_rows(b, '<row r="999999999999"><c r="A999999999999"><v>1</v></c></row>'),
        BIG,
    ),
    "Visual Basic": (lambda b: zips.with_parts(b, {"xl/vbaProject.bin": OLD_WORD}), "makro"),
    "a formula that starts a program": (
        lambda b: with_rows(b, formula_cell("cmd|' /C calc'!A0")),
        CARRIES,
    ),
    "encrypted": (lambda b: ENCRYPTED, "bersandi"),
    "a web page": (lambda b: b"<html><table><tr><td>1</td></tr></table></html>", BROKEN),
    "cut off in the middle": (lambda b: b[: len(b) // 2], CUT),
}


def paper(desk: str, change: Change, says: str) -> Hostile:
    """A paper of that desk, changed."""

    def make(honest: Honest) -> bytes:
        return change(bytes(getattr(honest, desk)))

    return Hostile(desk, make, says=says)


def of(desk: str) -> dict[str, Hostile]:
    """The eight ways for one desk."""
    made = {f"{desk}: {way}": paper(desk, *how) for way, how in WAYS.items()}
    fast = "master: a billion laughs"
    return {name: replace(hostile, fast=name == fast) for name, hostile in made.items()}
