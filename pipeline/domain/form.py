"""The quarterly form's fields and what an official wrote into them."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

PLACEHOLDER = "klik untuk mengisi"


class Field(StrEnum):
    """A column that the official fills in; the value is its key in content-control tags."""

    ACTUAL = "realisasi"
    REMARK = "keterangan"
    SUPPORTING_FACTOR = "pendukung"
    INHIBITING_FACTOR = "penghambat"
    FOLLOW_UP = "tindak_lanjut"
    EVIDENCE = "data_dukung"


def cell_tag(indicator: str, field: Field) -> str:
    """The tag of a field's content control on the form: ``k:IKU-01:realisasi``."""
    return f"k:{indicator}:{field.value}"


LABELS = {
    Field.ACTUAL: "Realisasi TW",
    Field.REMARK: "Keterangan",
    Field.SUPPORTING_FACTOR: "Faktor Pendukung",
    Field.INHIBITING_FACTOR: "Faktor Penghambat",
    Field.FOLLOW_UP: "Tindak Lanjut",
    Field.EVIDENCE: "Data Dukung",
}


def says_why(text: str) -> bool:
    """Whether a text gives a reason: a dash, dots or a question mark alone give none."""
    return any(char.isalnum() for char in text)


class FigureStatus(StrEnum):
    """How far a reported figure holds."""

    FINAL = "tetap"
    PROVISIONAL = "sementara"
    UNAVAILABLE = "belum tersedia"


@dataclass(frozen=True)
class FilledRow:
    """One indicator as reported: the text of each field, and the actual as it was read.

    An ``UNAVAILABLE`` figure has no actual; ``FINAL`` without one is a row that says nothing yet.
    """

    indicator: str
    texts: dict[Field, str]
    actual: Decimal | None = None
    status: FigureStatus = FigureStatus.FINAL

    def text(self, field: Field) -> str:
        """What was written, empty where nothing was."""
        return self.texts.get(field, "")

    def with_actual(
        self, actual: Decimal | None, written: str, status: FigureStatus = FigureStatus.FINAL
    ) -> "FilledRow":
        """The row with another actual, its writing and its status."""
        texts = {**self.texts, Field.ACTUAL: written}
        return replace(self, actual=actual, texts=texts, status=status)


@dataclass(frozen=True)
class Change:
    """One value that differs: from the return before, or from what the official reported.

    ``by`` is who changed it, ``via`` by which way that came, ``at`` when; empty where an official
    changed his own.
    """

    indicator: str
    field: Field
    old: str
    new: str
    reason: str = ""
    by: str = ""
    via: str = ""
    at: datetime | None = None

    def made(self, by: str, via: str, at: datetime) -> "Change":
        """The change with who made it."""
        return replace(self, by=by, via=via, at=at)


def changes_between(old: list[FilledRow], new: list[FilledRow]) -> list[Change]:
    """Every field whose text differs, in the order of ``new``."""
    before = {row.indicator: row for row in old}
    return [
        Change(row.indicator, field, before[row.indicator].text(field), row.text(field))
        for row in new
        if row.indicator in before
        for field in Field
        if before[row.indicator].text(field) != row.text(field)
    ]
