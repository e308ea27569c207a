"""What is wrong with target sets and opening balances."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pipeline.domain.finding import Finding, Severity
from pipeline.domain.indicator import Polarity, Target
from pipeline.domain.master import Definition, Opening, TargetSet
from pipeline.domain.master_tables import (
    TARGET_HEADINGS,
    MasterTable,
    Placed,
    repeats,
    show_date,
)

OPENING_QUARTERS = range(1, 4)
"""The quarters that a later one of the same year builds on."""

_LONGEST_PLAN = 5  # years of a Renstra, the earliest basis of a year's target
_UNKNOWN_MEND = f"pilih kode dari daftar, atau tambahkan di lembar {MasterTable.INDICATORS}"


def target_findings(
    rows: Sequence[Placed[TargetSet]], indicators: Mapping[str, Definition]
) -> Iterator[Finding]:
    """The faults of the target sets; ``indicators`` are the known ones by code."""
    for row in rows:
        known = indicators.get(row.entry.indicator)
        if known is None:
            message = f"indikator “{row.entry.indicator[:40]}” tidak ada"
            yield row.finding("indicator", message, _UNKNOWN_MEND)
        else:
            yield from _figure_findings(row, known.polarity)
        yield from _window_findings(row)
    for first, row in repeats(rows, lambda t: (t.indicator, t.year, t.effective)):
        yield row.finding(
            "effective",
            f"target {row.entry.indicator} tahun {row.entry.year} dengan tanggal ini sudah ada di"
            f" {first.place}",
            "hapus salah satunya, atau tulis tanggal berlakunya perubahan",
        )
    yield from _basis_findings(rows)


def opening_findings(
    rows: Sequence[Placed[Opening]], indicators: Mapping[str, Definition]
) -> Iterator[Finding]:
    """The faults of the opening balances; ``indicators`` are the known ones by code."""
    for row in rows:
        opening = row.entry
        if opening.indicator not in indicators:
            message = f"indikator “{opening.indicator[:40]}” tidak ada"
            yield row.finding("indicator", message, _UNKNOWN_MEND)
        if opening.quarter not in OPENING_QUARTERS:
            yield row.finding(
                "quarter",
                f"saldo awal hanya untuk triwulan 1 sampai 3, yang tertulis {opening.quarter}",
                "betulkan triwulannya, atau hapus baris ini",
            )
        if not opening.source:
            message = "angka ini tanpa sumber"
            yield row.finding("source", message, "tulis dari naskah mana angka ini diambil")
    for first, row in repeats(rows, lambda o: (o.indicator, o.year, o.quarter)):
        message = f"saldo awal triwulan ini sudah ada di {first.place}"
        yield row.finding("indicator", message, "hapus salah satunya")


def _figure_findings(row: Placed[TargetSet], polarity: Polarity) -> Iterator[Finding]:
    headings = ("annual", *TARGET_HEADINGS)
    for heading, target in zip(headings, (row.entry.annual, *row.entry.quarters), strict=True):
        if target is None:
            continue
        if polarity is Polarity.RANGE and target.upper is None:
            yield row.finding(
                heading,
                "polaritas rentang memerlukan target berupa rentang",
                f"tulis misalnya 80–90, atau ganti polaritasnya di lembar {MasterTable.INDICATORS}",
            )
        elif _is_zero(target):
            but = ", kecuali realisasinya 0 (capaian 100)"
            yield row.finding(
                heading,
                "target 0: capaian tidak dihitung" + (but if polarity is Polarity.NEGATIVE else ""),
                "biarkan bila memang 0; bila belum ditetapkan, kosongkan target triwulannya",
                Severity.WARNING,
            )


def _is_zero(target: Target) -> bool:
    return target.value == 0 and not target.upper


def _window_findings(row: Placed[TargetSet]) -> Iterator[Finding]:
    year, effective = row.entry.year, row.entry.effective
    if effective > date(year, 12, 31):
        yield row.finding(
            "effective",
            f"target tahun {year} berlaku {show_date(effective)}, sesudah tahun itu berakhir",
            "periksa tahun dan tanggalnya",
        )
    elif effective.year < year - _LONGEST_PLAN:
        yield row.finding(
            "effective",
            f"target tahun {year} sudah berlaku {show_date(effective)}, lebih dari"
            f" {_LONGEST_PLAN} tahun sebelumnya",
            "periksa tahun dan tanggalnya; biarkan bila memang demikian",
            Severity.WARNING,
        )


def _basis_findings(rows: Sequence[Placed[TargetSet]]) -> Iterator[Finding]:
    """A set that changes an earlier one says by which decision."""
    sets: dict[tuple[str, int], list[Placed[TargetSet]]] = defaultdict(list)
    for row in rows:
        sets[row.entry.indicator, row.entry.year].append(row)
    for known in sets.values():
        start = min(row.entry.effective for row in known)
        for row in known:
            if row.entry.effective > start and not row.entry.basis:
                yield row.finding(
                    "basis",
                    f"target ini mengubah target yang berlaku sejak {show_date(start)}, tanpa dasar"
                    " hukum",
                    "isi dasar hukumnya, misalnya nomor DPA Perubahan atau perubahan Renstra",
                )
