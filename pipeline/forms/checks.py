"""A returned form judged: every finding at once, each with place and mend."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.domain.duty import Duty, listed
from pipeline.domain.figure import ReadFigure, parse_figure
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import LABELS, Field, FigureStatus, FilledRow
from pipeline.domain.indicator import Indicator
from pipeline.domain.numbers import format_number

HOW_TO_WRITE = (
    "tulis angka saja, misalnya 52.067,25; angka sementara: 52.067,25 (sementara); bila belum ada:"
    " belum tersedia, dengan alasannya di kolom Keterangan"
)
LONGEST_TEXT = 10_000  # characters; a cell of the entry workbook holds three times as many
_NO_REASON = frozenset({"", "-", "–"})


def check_form(
    duties: Sequence[Duty], fields: Mapping[str, Mapping[Field, str]], quarter: int
) -> tuple[list[FilledRow], list[Finding]]:
    """What was reported on each indicator, and everything that is wrong or doubtful about it."""
    rows: list[FilledRow] = []
    findings: list[Finding] = []
    for duty in duties:
        texts = dict(fields.get(duty.indicator.code, {}))
        row, found = _check_row(duty, texts, quarter)
        rows.append(row)
        findings += [*found, *_too_long(duty.indicator, texts)]
    known = {duty.indicator.code for duty in duties}
    findings += [
        Finding(
            f"indikator {code}",
            "indikator ini bukan bagian formulir Saudara; isinya tidak dipakai",
            "tidak perlu tindakan bila memang tersalin dari formulir lain",
            Severity.WARNING,
        )
        for code in fields
        if code not in known
    ]
    return rows, findings


def _check_row(
    duty: Duty, texts: dict[Field, str], quarter: int
) -> tuple[FilledRow, list[Finding]]:
    code = duty.indicator.code
    place = f"{code}, kolom {LABELS[Field.ACTUAL]}"
    row = FilledRow(code, texts)
    if Field.ACTUAL not in texts:
        lost = Finding(
            place,
            "kotak isian realisasi tidak ditemukan; mungkin barisnya terhapus",
            "isi formulir yang dilampirkan, jangan menghapus baris atau kotaknya",
        )
        return row, [lost]
    written = texts[Field.ACTUAL]
    read = parse_figure(written)
    if duty.summed_of:
        return row.with_actual(None, ""), _not_empty(place, duty) if read != "empty" else []
    if isinstance(read, ReadFigure):
        value = read.number.value if read.number else None
        told = _doubts(place, read, duty, quarter) if read.number else _unavailable(place, row)
        return row.with_actual(value, written, read.status), told
    if read == "empty":
        return row, [Finding(place, "realisasi belum diisi", HOW_TO_WRITE)]
    unreadable = f"“{written[:60]}” tidak terbaca sebagai angka"
    return row, [Finding(place, unreadable, HOW_TO_WRITE)]


def _not_empty(place: str, duty: Duty) -> list[Finding]:
    message = f"realisasi ini dijumlahkan dari {listed(duty.summed_of)}, jadi tidak diisi di sini"
    mend = "kosongkan kolom realisasi; keterangan dan faktornya tetap diisi"
    return [Finding(place, message, mend)]


def _unavailable(place: str, row: FilledRow) -> list[Finding]:
    """A figure that is not available needs a reason, and the verifier is told of it."""
    reason = row.text(Field.REMARK).strip()
    if reason in _NO_REASON:
        mend = "tulis di kolom Keterangan mengapa angkanya belum ada dan kapan tersedia"
        message = f"realisasi {FigureStatus.UNAVAILABLE} tanpa alasan"
        return [Finding(f"{row.indicator}, kolom {LABELS[Field.REMARK]}", message, mend)]
    message = f"realisasi {FigureStatus.UNAVAILABLE}: {reason[:300]}"
    mend = "bila angkanya ada sebelum verifikasi, kirim ulang formulir dengan angka itu"
    return [Finding(place, message, mend, Severity.WARNING)]


def _too_long(indicator: Indicator, texts: Mapping[Field, str]) -> list[Finding]:
    return [
        Finding(
            f"{indicator.code}, kolom {LABELS[field]}",
            f"isinya {format_number(Decimal(len(text)))} karakter; paling panjang"
            f" {format_number(Decimal(LONGEST_TEXT))}",
            "ringkas isinya, dan kirim rinciannya sebagai data dukung",
        )
        for field, text in texts.items()
        if len(text) > LONGEST_TEXT
    ]


def _doubts(place: str, read: ReadFigure, duty: Duty, quarter: int) -> list[Finding]:
    """Warn where the other reading of a number is nearer to its target; a part has none."""
    number = read.number
    if number is None or number.other is None or duty.contributes:
        return []
    target = duty.indicator.target_of(quarter) or duty.indicator.annual_target
    if not _nearer(number.other, number.value, target.value):
        return []
    message = (
        f"dibaca {format_number(number.value)}, padahal {format_number(number.other)} lebih dekat"
        f" ke target {format_number(target.value)}"
    )
    mend = f"bila maksudnya {format_number(number.other)}, kirim ulang dengan penulisan itu"
    return [Finding(place, message, mend, Severity.WARNING)]


def _nearer(candidate: Decimal, other: Decimal, goal: Decimal) -> bool:
    return abs(candidate - goal) < abs(other - goal)
