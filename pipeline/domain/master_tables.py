"""The tables of the master data as people see them: names, columns, and how a value is shown."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from pipeline.domain.evaluation import show_target
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.indicator import Target
from pipeline.domain.master import (
    Capacity,
    Definition,
    MasterData,
    Opening,
    Post,
    TargetSet,
    Tenure,
    Unit,
)
from pipeline.domain.numbers import format_number
from pipeline.domain.official import show_nip
from pipeline.domain.period import ROMAN

Entry = Unit | Post | Tenure | Definition | TargetSet | Opening
EntryT = TypeVar("EntryT", Unit, Post, Tenure, Definition, TargetSet, Opening)
Value = str | int | date | Decimal | Target | None


class MasterTable(StrEnum):
    """The tables, by the name that their sheet has."""

    UNITS = "Unit"
    POSTS = "Jabatan"
    TENURES = "Pejabat"
    INDICATORS = "Indikator"
    TARGETS = "Target"
    OPENINGS = "Saldo Awal"


TARGET_HEADINGS = tuple(f"Target TW {roman}" for roman in ROMAN)
HEADINGS: Mapping[MasterTable, Mapping[str, str]] = {
    MasterTable.UNITS: {"name": "Unit", "parent": "Induk"},
    MasterTable.POSTS: {"name": "Jabatan", "unit": "Unit"},
    MasterTable.TENURES: {
        "post": "Jabatan",
        "name": "Nama",
        "nip": "NIP",
        "grade": "Golongan",
        "capacity": "Status",
        "active_from": "Berlaku Sejak",
        "active_to": "Sampai",
        "decree": "Nomor SK",
    },
    MasterTable.INDICATORS: {
        "code": "Kode",
        "strategic_objective": "Sasaran Strategis",
        "name": "Indikator Kinerja",
        "definition": "Definisi/Formula",
        "unit": "Satuan",
        "polarity": "Polaritas",
        "aggregation": "Agregasi",
        "source": "Sumber Data",
    },
    MasterTable.TARGETS: {
        "indicator": "Kode Indikator",
        "year": "Tahun",
        "effective": "Berlaku Sejak",
        "basis": "Dasar Hukum",
        "annual": "Target Tahunan",
    },
    MasterTable.OPENINGS: {
        "indicator": "Kode Indikator",
        "year": "Tahun",
        "quarter": "Triwulan",
        "actual": "Realisasi",
        "source": "Sumber",
    },
}
"""Column headings by field; a target set's quarters come after them, as ``TARGET_HEADINGS``."""

_ENTRIES: Mapping[MasterTable, Callable[[MasterData], tuple[Entry, ...]]] = {
    MasterTable.UNITS: lambda m: m.units,
    MasterTable.POSTS: lambda m: m.posts,
    MasterTable.TENURES: lambda m: m.tenures,
    MasterTable.INDICATORS: lambda m: m.indicators,
    MasterTable.TARGETS: lambda m: m.targets,
    MasterTable.OPENINGS: lambda m: m.openings,
}


_TABLE_OF = {
    Unit: MasterTable.UNITS,
    Post: MasterTable.POSTS,
    Tenure: MasterTable.TENURES,
    Definition: MasterTable.INDICATORS,
    TargetSet: MasterTable.TARGETS,
    Opening: MasterTable.OPENINGS,
}


def entries(master: MasterData, table: MasterTable) -> tuple[Entry, ...]:
    """The rows of one table."""
    return _ENTRIES[table](master)


def table_of(entry: Entry) -> MasterTable:
    """The table to which an entry belongs."""
    return _TABLE_OF[type(entry)]


def values(entry: Entry) -> dict[str, Value]:
    """An entry's values by column heading, in the order of the columns."""
    found = {heading: getattr(entry, name) for name, heading in HEADINGS[table_of(entry)].items()}
    if isinstance(entry, TargetSet):
        found |= dict(zip(TARGET_HEADINGS, entry.quarters, strict=True))
    return found


def label(entry: Entry) -> str:
    """What an entry is called among those of its table: ``IK-1 tahun 2026, sejak 01-01-2026``."""
    match entry:
        case Unit() | Post():
            return entry.name
        case Tenure():
            return f"{titled(entry)}, {entry.name}"
        case Definition():
            return f"{entry.code} {entry.name}"
        case TargetSet():
            return f"{entry.indicator} tahun {entry.year}, sejak {show_date(entry.effective)}"
        case Opening():
            return f"{entry.indicator} tahun {entry.year}, triwulan {entry.quarter}"


def titled(tenure: Tenure) -> str:
    """The post as its holder is called: ``Plt. Kepala Bidang …``."""
    definitive = tenure.capacity is Capacity.DEFINITIVE
    return tenure.post if definitive else f"{tenure.capacity} {tenure.post}"


def show_date(day: date) -> str:
    """``31-12-2026``, as dates stand in the workbook."""
    return f"{day:%d-%m-%Y}"


def show(heading: str, value: Value) -> str:
    """A value as shown to people; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, date):
        return show_date(value)
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, Target):
        return show_target(value)
    nip = heading == HEADINGS[MasterTable.TENURES]["nip"]
    return show_nip(value) if nip and isinstance(value, str) else str(value)


@dataclass(frozen=True)
class Placed(Generic[EntryT]):
    """An entry and where it stands, such as ``lembar Pejabat, baris 7``."""

    entry: EntryT
    place: str

    def finding(
        self, field: str, message: str, mend: str, severity: Severity = Severity.ERROR
    ) -> Finding:
        """A finding at the column of ``field``; a target set's quarters go by their heading."""
        heading = HEADINGS[table_of(self.entry)].get(field, field)
        return Finding(f"{self.place}, kolom {heading}", message, mend, severity)


def repeats(
    rows: Sequence[Placed[EntryT]], key: Callable[[EntryT], Hashable]
) -> Iterator[tuple[Placed[EntryT], Placed[EntryT]]]:
    """Each row whose ``key`` an earlier one has, behind the first one that has it."""
    first: dict[Hashable, Placed[EntryT]] = {}
    for row in rows:
        known = first.setdefault(key(row.entry), row)
        if known is not row:
            yield known, row
