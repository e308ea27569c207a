"""The consolidated print-out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from pipeline.domain.amended import AmendedValue
from pipeline.domain.calendar import long_date
from pipeline.domain.consolidation import Share
from pipeline.domain.evaluation import Evaluation, show_percent
from pipeline.domain.figure import mark_figure
from pipeline.domain.form import FigureStatus
from pipeline.domain.indicator import Rating, mean, rating_of
from pipeline.domain.numbers import format_number
from pipeline.domain.official import Official
from pipeline.domain.period import ROMAN, Period
from pipeline.forms.contexts.common import (
    NO_COLOUR,
    evaluation_fields,
    letterhead,
    official_fields,
    qr,
)
from pipeline.forms.contexts.provenance import (
    Correction,
    Row,
    SourceForm,
    correction_fields,
    figure_changes,
    place_of,
    row_numbers,
    source_fields,
)
from pipeline.forms.render import Picture
from pipeline.settings import OfficeSection

PLOT_WIDTH = 240.0
SUMMED_BELOW = "dijumlahkan; lihat bagian IV"


@dataclass(frozen=True)
class AmendmentNote:
    """What a ralat or perubahan amends: ``number`` and ``date`` are the signed print-out's.

    ``kind`` is ``ralat`` or ``perubahan`` (Permenpan RB 80/2012, chapter VII).
    """

    kind: str
    number: str
    date: date
    reason: str
    changes: Sequence[AmendedValue]


@dataclass(frozen=True)
class Printout:
    """All that the print-out says.

    ``late`` are those whose return came after the closing; that of the ``joined`` counts all the
    same, as it was verified while entry was open.
    """

    code: str
    number: str
    revision: int
    day: date
    objectives: Sequence[str]
    evaluations: Sequence[Evaluation]
    corrections: Sequence[Correction]
    sources: Sequence[SourceForm]
    absent: Sequence[str]
    initials: Sequence[Official]
    signer: Official
    late: Sequence[str] = ()
    joined: Sequence[str] = ()
    amendment: AmendmentNote | None = None

    @cached_property
    def row_numbers(self) -> dict[Row, int]:
        """The number of each row on its form."""
        return row_numbers(self.sources)

    @cached_property
    def figure_changes(self) -> dict[Row, list[int]]:
        """The numbers of the corrections of each actual."""
        return figure_changes(self.corrections)


def printout_context(
    office: OfficeSection, period: Period, printout: Printout, scale: Sequence[Rating]
) -> dict[str, Any]:
    """The print-out as printed."""
    groups = [(o, _of(printout.evaluations, o)) for o in printout.objectives]
    groups = [(objective, rows) for objective, rows in groups if rows]
    return {
        **letterhead(office, period),
        "nomor": printout.number or "–",
        "tanggal": long_date(printout.day),
        "revisi": str(printout.revision),
        "kode": printout.code,
        "qr": qr(printout.code),
        **_average(printout.evaluations, scale),
        "ringkasan": [
            {"no": str(n), "sasaran": objective, "jumlah": str(len(rows)), **_average(rows, scale)}
            for n, (objective, rows) in enumerate(groups, start=1)
        ],
        "grafik": Picture(_plot(groups, scale), PLOT_WIDTH),
        "kelompok": [
            {
                "no": str(n),
                "sasaran": objective,
                "indikator": [
                    _line_fields(k, e, period.quarter, printout)
                    for k, e in enumerate(rows, start=1)
                ],
            }
            for n, (objective, rows) in enumerate(groups, start=1)
        ],
        **_status_fields(printout.evaluations),
        "kontribusi": [
            _share_fields(e, share, printout)
            for e in printout.evaluations
            if e.summed
            for share in e.shares
        ],
        "koreksi": correction_fields([c for c in printout.corrections if c.at_entry]),
        "koreksi_verifikasi": correction_fields(
            [c for c in printout.corrections if not c.at_entry]
        ),
        "sumber": source_fields(printout.sources),
        "tidak_menyampaikan": list(printout.absent),
        "susulan": list(printout.late),
        "menyusul": list(printout.joined),
        **_amendment_fields(printout.amendment),
        "paraf": [official_fields(o) for o in printout.initials],
        "penanda_tangan": official_fields(printout.signer),
    }


def _line_fields(
    number: int, evaluation: Evaluation, quarter: int, printout: Printout
) -> dict[str, Any]:
    """A consolidated line; what holds only for now is marked, in the year's figure too."""
    filled, to_date = evaluation.filled, evaluation.year_to_date
    places = [_place(evaluation, share, printout) for share in evaluation.shares]
    return {
        **evaluation_fields(number, evaluation, quarter),
        "realisasi": mark_figure(filled.actual, filled.status),
        "realisasi_sd": mark_figure(to_date, filled.status) if to_date is not None else "–",
        "per_triwulan": _by_quarter(evaluation, quarter),
        "asal": SUMMED_BELOW if evaluation.summed else "; ".join(p for p in places if p),
    }


def _by_quarter(evaluation: Evaluation, quarter: int) -> str:
    """The year's quarters up to this one; empty where none before it is on file."""
    before = evaluation.indicator.previous_actuals[: quarter - 1]
    if all(actual is None for actual in before):
        return ""
    filled = evaluation.filled
    figures = [*map(format_number, before), mark_figure(filled.actual, filled.status)]
    return " · ".join(f"TW\u00a0{ROMAN[n]}\u00a0{figure}" for n, figure in enumerate(figures))


def _place(evaluation: Evaluation, share: Share, printout: Printout) -> str:
    return place_of(evaluation, share, printout.row_numbers, printout.figure_changes)


def _status_fields(evaluations: Sequence[Evaluation]) -> dict[str, Any]:
    """How many figures hold only for now, or are not there yet; blank where there is none."""
    counts = Counter(e.filled.status for e in evaluations)
    return {
        "jumlah_sementara": str(counts[FigureStatus.PROVISIONAL] or ""),
        "jumlah_belum_tersedia": str(counts[FigureStatus.UNAVAILABLE] or ""),
    }


def _share_fields(evaluation: Evaluation, share: Share, printout: Printout) -> dict[str, str]:
    figure = mark_figure(share.actual, share.status)
    return {
        "indikator": evaluation.indicator.code,
        "nama": evaluation.indicator.name,
        "satuan": evaluation.indicator.unit,
        "jabatan": share.post,
        "alasan": share.reason,
        "realisasi": figure if share.code else "tidak menyampaikan",
        "kode": share.code or "–",
        "asal": _place(evaluation, share, printout) or "–",
    }


def _amendment_fields(note: AmendmentNote | None) -> dict[str, Any]:
    """What is amended; blank where nothing is."""
    if note is None:
        return {"jenis_ubahan": "", "mengubah": "", "alasan_ubahan": "", "semula_menjadi": []}
    number = f"Nomor {note.number} tanggal" if note.number else "naskah tanggal"
    return {
        "jenis_ubahan": note.kind.upper(),
        "mengubah": f"{number} {long_date(note.date)}",
        "alasan_ubahan": note.reason,
        "semula_menjadi": [
            {
                "kode": c.code,
                "nama": c.indicator,
                "jabatan": c.post,
                "kolom": c.field,
                "semula": c.old or "–",
                "menjadi": c.new or "–",
            }
            for c in note.changes
        ],
    }


def _of(evaluations: Sequence[Evaluation], objective: str) -> list[Evaluation]:
    return [e for e in evaluations if e.indicator.strategic_objective == objective]


def _average(rows: Sequence[Evaluation], scale: Sequence[Rating]) -> dict[str, str]:
    percent = mean([e.achievement for e in rows])
    rating = rating_of(percent, scale)
    background, foreground = (rating.background, rating.foreground) if rating else NO_COLOUR
    return {
        "rata_capaian": show_percent(percent),
        "predikat": rating.name if rating else "–",
        "warna": background,
        "warna_huruf": foreground,
    }


def _plot(groups: Sequence[tuple[str, list[Evaluation]]], scale: Sequence[Rating]) -> bytes:
    from pipeline.forms.plot import Bar, achievement_plot  # noqa: PLC0415 - slow to import

    bars = []
    for objective, rows in groups:
        percent = mean([e.achievement for e in rows])
        rating = rating_of(percent, scale)
        if rating is None:
            bars.append(Bar(objective, percent, NO_COLOUR[0]))
        else:
            rank = list(scale).index(rating)
            bars.append(Bar(objective, percent, rating.background, rating.name, rank))
    return achievement_plot(bars, title="Rata-rata capaian per sasaran strategis (%)")
