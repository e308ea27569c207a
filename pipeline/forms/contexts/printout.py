"""The consolidated print-out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.domain.calendar import long_date
from pipeline.domain.evaluation import Evaluation, show_percent
from pipeline.domain.form import Change
from pipeline.domain.indicator import Rating, mean, rating_of
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.forms.contexts.common import (
    NO_COLOUR,
    change_fields,
    evaluation_fields,
    letterhead,
    official_fields,
    qr,
)
from pipeline.forms.plot import Bar, achievement_plot
from pipeline.forms.render import Picture
from pipeline.settings import OfficeSection

PLOT_WIDTH = 240.0


@dataclass(frozen=True)
class SourceForm:
    """A verified form that the figures come from."""

    post: str
    name: str
    code: str
    received: str
    verified: str
    sha256: str


@dataclass(frozen=True)
class Printout:
    """All that the print-out says."""

    code: str
    number: str
    revision: int
    day: date
    objectives: Sequence[str]
    evaluations: Sequence[Evaluation]
    corrections: Sequence[Change]
    sources: Sequence[SourceForm]
    absent: Sequence[str]
    initials: Sequence[Official]
    signer: Official


def printout_context(
    office: OfficeSection, period: Period, printout: Printout, scale: Sequence[Rating]
) -> dict[str, Any]:
    """The print-out as printed."""
    groups = [(o, _of(printout.evaluations, o)) for o in printout.objectives]
    groups = [(objective, rows) for objective, rows in groups if rows]
    return {
        **letterhead(office, period),
        "nomor": printout.number,
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
                    evaluation_fields(k, e, period.quarter) for k, e in enumerate(rows, start=1)
                ],
            }
            for n, (objective, rows) in enumerate(groups, start=1)
        ],
        "koreksi": change_fields(list(printout.corrections)),
        "sumber": [
            {
                "no": str(n),
                "jabatan": s.post,
                "nama": s.name,
                "kode": s.code,
                "diterima": s.received,
                "diverifikasi": s.verified,
                "sha256": s.sha256,
            }
            for n, s in enumerate(printout.sources, start=1)
        ],
        "tidak_menyampaikan": list(printout.absent),
        "paraf": [official_fields(o) for o in printout.initials],
        "penanda_tangan": official_fields(printout.signer),
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
    bars = []
    for objective, rows in groups:
        percent = mean([e.achievement for e in rows])
        rating = rating_of(percent, scale)
        bars.append(Bar(objective, percent, rating.background if rating else NO_COLOUR[0]))
    return achievement_plot(bars, title="Rata-rata capaian per sasaran strategis (%)")
