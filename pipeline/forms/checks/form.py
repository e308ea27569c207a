"""A returned form judged: every finding at once, each with place and mend.

1. Each duty's row is read: what is missing or no figure is told here.
2. What was read goes through the checks of the registry, in their order.
3. A figure with an error counts as none; it stays as written in its text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.domain.duty import Duty, listed
from pipeline.domain.figure import ReadFigure, parse_figure
from pipeline.domain.finding import Finding, Severity, errors
from pipeline.domain.form import Field, FigureStatus, FilledRow, says_why
from pipeline.domain.numbers import format_number
from pipeline.domain.sums import sum_of
from pipeline.forms.checks.reading import Known, Reading, column, quoted, warning
from pipeline.forms.checks.registry import CHECKS

HOW_TO_WRITE = (
    "tulis angka saja, misalnya 52.067,25; angka sementara: 52.067,25 (sementara); bila belum ada:"
    " belum tersedia, dengan alasannya di kolom Keterangan"
)


def check_form(
    duties: Sequence[Duty], fields: Mapping[str, Mapping[Field, str]], known: Known
) -> tuple[list[FilledRow], list[Finding]]:
    """What was reported on each indicator, and everything that is wrong or doubtful about it."""
    rows: list[FilledRow] = []
    findings: list[Finding] = []
    for duty in duties:
        reading, found = _read(duty, dict(fields.get(duty.indicator.code, {})))
        found += _checked(reading, known)
        spoilt = any(f.place == column(reading) for f in errors(found))
        row = reading.row
        rows.append(replace(row, actual=None, status=FigureStatus.FINAL) if spoilt else row)
        findings += found
    return rows, [*findings, *_foreign(duties, fields)]


def _read(duty: Duty, texts: dict[Field, str]) -> tuple[Reading, list[Finding]]:
    """(1) The row, and what keeps its figure from being read."""
    empty = Reading(duty, FilledRow(duty.indicator.code, texts))
    if Field.ACTUAL not in texts:
        message = "kotak isian realisasi tidak ditemukan; mungkin barisnya terhapus"
        mend = "isi formulir yang dilampirkan, jangan menghapus baris atau kotaknya"
        return empty, [Finding(column(empty), message, mend)]
    read = parse_figure(texts[Field.ACTUAL])
    if duty.summed_of:
        row = empty.row.with_actual(None, "")
        return Reading(duty, row), _not_empty(empty) if read != "empty" else []
    if isinstance(read, ReadFigure):
        value = read.number.value if read.number else None
        row = empty.row.with_actual(value, texts[Field.ACTUAL], read.status)
        reading = Reading(duty, row, read)
        return reading, [] if read.number else _unavailable(reading)
    if read == "empty":
        return empty, [Finding(column(empty), "realisasi belum diisi", HOW_TO_WRITE)]
    return empty, [_unreadable(empty)]


def _checked(reading: Reading, known: Known) -> list[Finding]:
    """(2) What the checks find; those that are to warn only do so."""
    found = []
    for name, check in CHECKS.items():
        told = check(reading, known)
        found += [_softened(f) for f in told] if name in known.rules.only_warn else told
    return found


def _softened(finding: Finding) -> Finding:
    return replace(finding, severity=Severity.WARNING)


def _not_empty(reading: Reading) -> list[Finding]:
    summed = listed(reading.duty.summed_of)
    message = f"realisasi ini dijumlahkan dari {summed}, jadi tidak diisi di sini"
    mend = "kosongkan kolom realisasi; keterangan dan faktornya tetap diisi"
    return [Finding(column(reading), message, mend)]


def _unavailable(reading: Reading) -> list[Finding]:
    """A figure that is not available needs a reason, and the verifier is told of it."""
    reason = reading.row.text(Field.REMARK).strip()
    if not says_why(reason):
        mend = "tulis di kolom Keterangan mengapa angkanya belum ada dan kapan tersedia"
        message = f"realisasi {FigureStatus.UNAVAILABLE} tanpa alasan"
        return [Finding(column(reading, Field.REMARK), message, mend)]
    message = f"realisasi {FigureStatus.UNAVAILABLE}: {reason[:300]}"
    mend = "bila angkanya ada sebelum verifikasi, kirim ulang formulir dengan angka itu"
    return [warning(column(reading), message, mend)]


def _unreadable(reading: Reading) -> Finding:
    """Why a writing is no figure, where it can be told."""
    written, shown = reading.written.strip(), quoted(reading.written)
    reckoned = sum_of(written)
    if reckoned is not None:
        total = format_number(reckoned.total)
        wrong = "" if reckoned.agrees else f" yang tidak cocok (jumlahnya {total})"
        message = f"{shown} adalah hitungan{wrong}, bukan satu angka"
        mend = f"tulis hasilnya saja, misalnya {total}; rinciannya di kolom Keterangan"
        return Finding(column(reading), message, mend)
    if len(written.splitlines()) > 1:
        message = f"{shown} terbagi menjadi beberapa baris, sehingga tidak jelas mana angkanya"
        return Finding(column(reading), message, f"{HOW_TO_WRITE}, semuanya dalam satu baris")
    return Finding(column(reading), f"{shown} tidak terbaca sebagai angka", HOW_TO_WRITE)


def _foreign(duties: Sequence[Duty], fields: Mapping[str, Mapping[Field, str]]) -> list[Finding]:
    mine = {duty.indicator.code for duty in duties}
    return [
        warning(
            f"indikator {code}",
            "indikator ini bukan bagian formulir Saudara; isinya tidak dipakai",
            "tidak perlu tindakan bila memang tersalin dari formulir lain",
        )
        for code in fields
        if code not in mine
    ]
