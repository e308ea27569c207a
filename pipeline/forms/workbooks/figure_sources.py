"""The second sheet of the results: where each figure stands written, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.domain.form import FigureStatus
from pipeline.forms.workbooks.sheet import Column, Value

SHEET = "Sumber Angka"
COLUMNS = (
    Column("Kode", 11, entered=False),
    Column("Indikator Kinerja", 34, entered=False),
    Column("Jabatan", 28, entered=False),
    Column("Realisasi", 15, "number", entered=False),
    Column("Status Angka", 14, entered=False),
    Column("Kode Formulir", 14, entered=False),
    Column("Sel", 24, entered=False),
    Column("Baris", 8, entered=False),
    Column("SHA-256 Asli", 34, entered=False),
    Column("SHA-256 Terverifikasi", 34, entered=False),
    Column("Perubahan", 46, entered=False),
)


@dataclass(frozen=True)
class FigureSource:
    """One form's part in a figure: ``cell`` is the tag of its content control, ``row`` its row.

    ``original`` and ``verified`` are the SHA-256 of the file as it came and of the verified PDF;
    empty where no form came. ``changes`` say what was changed since, by whom and why.
    """

    post: str
    form: str
    cell: str
    row: int
    actual: Decimal | None
    status: FigureStatus
    original: str
    verified: str
    changes: tuple[str, ...] = ()

    @property
    def shown_changes(self) -> str:
        """The changes in one text."""
        return "; ".join(self.changes)

    def values(self, code: str, name: str) -> Sequence[Value]:
        """The values in the order of ``COLUMNS``."""
        came = bool(self.form)
        return (
            *(code, name, self.post, self.actual),
            self.status.value if came else "tidak menyampaikan",
            *(self.form, self.cell, str(self.row) if came else ""),
            *(self.original, self.verified, self.shown_changes),
        )
