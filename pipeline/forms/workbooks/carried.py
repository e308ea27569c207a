"""What a workbook carries besides cells: what Staf sends is laid before others as it came."""

import re
from collections.abc import Iterable

from pipeline.domain.finding import Finding
from pipeline.foreign.relations import relations_in

_LINKS = "Data > Edit Links > Break Link"
_CARRIED: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), what, mend)
    for pattern, what, mend in (
        (r"vbaProject\.bin$|^xl/(macrosheets|dialogsheets)/", "makro", "simpan sebagai .xlsx"),
        (r"^xl/externalLinks/", "tautan ke buku kerja lain", f"putuskan tautannya ({_LINKS})"),
        (r"^xl/(connections\.xml|queryTables/|model/)", "sambungan data", "hapus sambungannya"),
        (r"^xl/(activeX|ctrlProps)/", "kontrol", "hapus kontrolnya"),
        (r"^xl/embeddings/", "berkas lain sebagai objek", "hapus objeknya"),
        (r"^customUI/", "tambahan pada pita Excel", "salin isinya ke buku kerja baru"),
    )
)
_FETCHES = re.compile(
    r"\||\b(WEBSERVICE|FILTERXML|IMAGE|RTD|CALL|REGISTER(\.ID)?|EXEC|SQL\.REQUEST|HYPERLINK)\s*\(",
    re.IGNORECASE,
)
"""Formulas that start a program (DDE) or call another machine."""


def carried_parts(names: Iterable[str], types: bytes) -> list[tuple[str, str]]:
    """What the parts of a workbook are, other than cells: each with its mend."""
    listed = list(names)
    found = [
        (what, mend)
        for pattern, what, mend in _CARRIED
        if any(pattern.search(name) for name in listed)
    ]
    if b"macroEnabled" in types and not found:
        found.append(("makro", "simpan sebagai .xlsx"))
    return found


def leads_to(relations: bytes) -> str:
    """Where a part's relationships lead that no workbook needs; empty where nowhere.

    Raises:
        ValueError: they are not well-formed.
    """
    for relation in relations_in(relations):
        if relation.leads_outside and not relation.is_usual_link:
            return relation.target
    return ""


def fetches(formula: object) -> bool:
    """Whether a formula would start a program or call another machine."""
    return isinstance(formula, str) and _FETCHES.search(formula) is not None


def carried_finding(place: str, what: str, mend: str) -> Finding:
    """The finding about something that a workbook may not carry."""
    return Finding(place, f"buku kerja memuat {what}", f"{mend}, lalu kirim lagi")
