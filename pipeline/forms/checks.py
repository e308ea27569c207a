"""A returned form judged: every finding at once, each with place and mend."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import LABELS, Field, FilledRow
from pipeline.domain.indicator import Indicator
from pipeline.domain.numbers import ReadNumber, format_number, parse_number

HOW_TO_WRITE = "tulis angka saja, misalnya 52.067,25"
LONGEST_TEXT = 10_000  # characters; a cell of the entry workbook holds three times as many


def check_form(
    indicators: Sequence[Indicator], fields: Mapping[str, Mapping[Field, str]], quarter: int
) -> tuple[list[FilledRow], list[Finding]]:
    """What was reported on each indicator, and everything that is wrong or doubtful about it."""
    rows: list[FilledRow] = []
    findings: list[Finding] = []
    for indicator in indicators:
        texts = dict(fields.get(indicator.code, {}))
        row, found = _check_row(indicator, texts, quarter)
        rows.append(row)
        findings += [*found, *_too_long(indicator, texts)]
    known = {i.code for i in indicators}
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
    indicator: Indicator, texts: dict[Field, str], quarter: int
) -> tuple[FilledRow, list[Finding]]:
    place = f"{indicator.code}, kolom {LABELS[Field.ACTUAL]}"
    row = FilledRow(indicator.code, texts)
    if Field.ACTUAL not in texts:
        lost = Finding(
            place,
            "kotak isian realisasi tidak ditemukan; mungkin barisnya terhapus",
            "isi formulir yang dilampirkan, jangan menghapus baris atau kotaknya",
        )
        return row, [lost]
    read = parse_number(texts[Field.ACTUAL])
    if isinstance(read, ReadNumber):
        return row.with_actual(read.value, texts[Field.ACTUAL]), _doubts(
            place, read, indicator, quarter
        )
    if read == "empty":
        return row, [Finding(place, "realisasi belum diisi", HOW_TO_WRITE)]
    unreadable = f"“{texts[Field.ACTUAL][:60]}” tidak terbaca sebagai angka"
    return row, [Finding(place, unreadable, HOW_TO_WRITE)]


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


def _doubts(place: str, read: ReadNumber, indicator: Indicator, quarter: int) -> list[Finding]:
    target = indicator.target_of(quarter) or indicator.annual_target
    if read.other is None or not _nearer(read.other, read.value, target.value):
        return []
    message = (
        f"dibaca {format_number(read.value)}, padahal {format_number(read.other)} lebih dekat ke"
        f" target {format_number(target.value)}"
    )
    mend = f"bila maksudnya {format_number(read.other)}, kirim ulang dengan penulisan itu"
    return [Finding(place, message, mend, Severity.WARNING)]


def _nearer(candidate: Decimal, other: Decimal, goal: Decimal) -> bool:
    return abs(candidate - goal) < abs(other - goal)
