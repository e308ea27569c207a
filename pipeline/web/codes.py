"""The short code as people type it: read where it can only mean one thing, never guessed."""

import re
from dataclasses import dataclass

from pipeline.domain.document import CODE_ALPHABET, CODE_LENGTH

LONGEST = 300
_FROM_ADDRESS = re.compile(r"^.*/v/", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s.\-_–—·]+")
_MISTAKABLE = {"0": "angka 0", "1": "angka 1", "I": "huruf I", "L": "huruf L", "O": "huruf O"}


@dataclass(frozen=True)
class TypedCode:
    """What was typed: the code, or in ``fault`` why it is none and what to do."""

    code: str = ""
    fault: str = ""


def read_code(text: str) -> TypedCode:
    """Read a typed code, or the address that a QR holds; blanks, dashes and case do not matter.

    Letters that look alike are not put right: the alphabet lacks 0, O, 1, I and L, so either
    reading would be a guess.
    """
    code = _BETWEEN.sub("", _FROM_ADDRESS.sub("", text[:LONGEST])).upper()
    if not code:
        return TypedCode(fault="Kode belum diisi. Ketik sepuluh huruf dan angka di kaki halaman.")
    if mistakable := sorted(set(code) & set(_MISTAKABLE)):
        names = " dan ".join(_MISTAKABLE[letter] for letter in mistakable)
        return TypedCode(
            fault=f"Kode tidak pernah memuat {names}. Lihat lagi huruf itu pada kertas; kode hanya"
            " memakai angka 2–9 dan huruf A–Z tanpa I, L, dan O."
        )
    if set(code) - set(CODE_ALPHABET):
        return TypedCode(fault="Kode hanya terdiri atas huruf dan angka. Ketik kodenya saja.")
    if len(code) != CODE_LENGTH:
        return TypedCode(
            fault=f"Kode terdiri atas {CODE_LENGTH} huruf dan angka; yang diketik {len(code)}."
            " Periksa lagi apakah ada yang kurang atau berlebih."
        )
    return TypedCode(code=code)


def spaced(code: str) -> str:
    """A code in two halves, easier to compare: ``K7M2P QX9RT``."""
    half = CODE_LENGTH // 2
    return f"{code[:half]} {code[half:]}"
