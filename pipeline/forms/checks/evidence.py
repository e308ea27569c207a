"""Data dukung that is named and did not come, or that nobody speaks of."""

from collections.abc import Sequence

from pipeline.domain.check_rules import EvidenceRules
from pipeline.domain.duty import Duty, listed
from pipeline.domain.evidence import (
    Piece,
    for_all,
    is_named,
    named_files,
    of_indicator,
    says_nothing,
)
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import LABELS, Field, FigureStatus, FilledRow
from pipeline.forms.checks.reading import quoted

WHOLE_FORM = "data dukung"
_SEND = "letakkan berkasnya di folder kirim, di samping formulir"


def check_evidence(
    duties: Sequence[Duty],
    rows: Sequence[FilledRow],
    pieces: Sequence[Piece],
    rules: EvidenceRules,
) -> list[Finding]:
    """What is missing beside a form; a figure that is summed or not available needs nothing.

    A finding for each indicator whose files did not come, and one for all that have none.
    """
    severity = Severity.ERROR if rules.required else Severity.WARNING
    summed = {duty.indicator.code for duty in duties if duty.summed_of}
    owing = [
        row
        for row in rows
        if row.indicator not in summed and row.status is not FigureStatus.UNAVAILABLE
    ]
    found = [f for row in owing if (f := _not_come(row, pieces, severity))]
    if rules.expected or rules.required:
        found += _bare(owing, pieces, severity)
    return found


def _not_come(row: FilledRow, pieces: Sequence[Piece], severity: Severity) -> Finding | None:
    """The files that a cell names and that are not among those that came."""
    cell = row.text(Field.EVIDENCE)
    lost = [name for name in named_files(cell) if not any(is_named(p, name) for p in pieces)]
    if not lost:
        return None
    message = f"{', '.join(map(quoted, lost))} disebut tetapi tidak ikut dikirim; {_came(pieces)}"
    mend = f"{_SEND}, dengan nama yang disebut, atau betulkan namanya di kolom ini"
    return Finding(f"{row.indicator}, kolom {LABELS[Field.EVIDENCE]}", message, mend, severity)


def _bare(rows: Sequence[FilledRow], pieces: Sequence[Piece], severity: Severity) -> list[Finding]:
    """The indicators that no file came for; what came for the whole form serves them all."""
    if for_all(pieces):
        return []
    without = [row for row in rows if not of_indicator(pieces, row.indicator)]
    without = [row for row in without if not named_files(row.text(Field.EVIDENCE))]
    silent = [row.indicator for row in without if says_nothing(row.text(Field.EVIDENCE))]
    named = [row for row in without if not says_nothing(row.text(Field.EVIDENCE))]
    told = []
    if silent:
        told.append(f"{listed(silent)}: tidak disebut dan tidak dikirim")
    if named:
        said = [f"{row.indicator} {quoted(row.text(Field.EVIDENCE))}" for row in named]
        told.append(f"disebut tanpa berkasnya: {listed(said)}")
    if not told:
        return []
    message = f"{'. '.join(told)}; {_came(pieces)}"
    mend = f"{_SEND}; nama yang memuat kode indikator (misalnya “{without[0].indicator} rekap.pdf”)"
    return [Finding(WHOLE_FORM, message, f"{mend} dicocokkan sendiri", severity)]


def _came(pieces: Sequence[Piece]) -> str:
    names = [piece.name for piece in pieces]
    return f"yang datang: {listed(names)}" if names else "belum ada berkas yang datang"
