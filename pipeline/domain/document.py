"""Documents: what kinds there are, how they are known, what state they are in."""

from enum import StrEnum

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 10
LONGEST_NUMBER = 6  # digits


class Kind(StrEnum):
    """What a document is."""

    DRAFT = "draft"
    STATEMENTS = "pernyataan"
    ROSTER = "daftar-pejabat"
    FORM = "formulir"
    WORKBOOK = "entri"
    PRINTOUT = "cetak"
    MASTER = "data-induk"


class State(StrEnum):
    """Where a document stands; a document is in exactly one."""

    WAITING = "menunggu"  # lies before the next person
    ISSUED = "terbit"  # the form is with its official
    DECIDED = "diputuskan"  # the decision stands; carrying it out is under way
    RETURNED = "dikembalikan"
    APPROVED = "disetujui"
    RECEIVED = "diterima"
    VERIFIED = "diverifikasi"
    SIGNED = "ditandatangani"
    FILED = "diarsipkan"
    ABSENT = "tidak menyampaikan"  # closed without it; what comes later is *susulan*
    WITHDRAWN = "ditarik"


def code_from(entropy: bytes) -> str:
    """A short code of ten letters and digits that nobody misreads, from at least 8 bytes."""
    number = int.from_bytes(entropy, "big")
    letters = []
    for _ in range(CODE_LENGTH):
        number, index = divmod(number, len(CODE_ALPHABET))
        letters.append(CODE_ALPHABET[index])
    return "".join(letters)


def number_said(text: str) -> int | None:
    """The revision or edition that a file says it is; ``None`` where that is no such number."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_NUMBER else None
