"""Fields that several templates share."""

from collections.abc import Sequence
from typing import Any

from pipeline.domain.duty import Duty
from pipeline.domain.evaluation import Evaluation, show_percent, show_target
from pipeline.domain.evidence import FOR_ALL, Piece
from pipeline.domain.figure import show_figure
from pipeline.domain.finding import Finding
from pipeline.domain.form import LABELS, Change, Field
from pipeline.domain.indicator import Indicator
from pipeline.domain.numbers import format_number
from pipeline.domain.official import Official, show_nip
from pipeline.domain.period import Period
from pipeline.forms.qr import qr_png
from pipeline.forms.render import Picture
from pipeline.settings import OfficeSection

QR_WIDTH = 25.0
MOST_FINDINGS = 100  # on one paper; a thousand wrong rows have one cause
NO_COLOUR = ("FFFFFF", "000000")
SUMMED = "dijumlahkan"  # the figure is the sum of others' contributions, not the form's own


def letterhead(office: OfficeSection, period: Period | None) -> dict[str, Any]:
    """The office and the period, in every template."""
    return {
        "kantor": {
            "pemerintah": office.government,
            "nama": office.name,
            "subbagian": office.subdivision,
            "alamat": office.address,
            "telepon": office.phone,
            "surel": office.email,
            "laman": office.website,
            "kota": office.city,
        },
        "periode": period.title if period else "",
        "tahun": str(period.year) if period else "",
        "triwulan": period.roman if period else "",
    }


def qr(code: str) -> Picture:
    """The 25 mm QR of a short code: the size at which phone photographs were all read."""
    return Picture(qr_png(code), QR_WIDTH)


def official_fields(official: Official) -> dict[str, str]:
    """An official as printed."""
    return {
        "jabatan": official.title,
        "nama": official.name,
        "nip": show_nip(official.nip),
        "pangkat": official.rank,
        "unit": official.unit,
    }


def duty_fields(number: int, duty: Duty, quarter: int) -> dict[str, Any]:
    """The printed half of an indicator's row on a form, with what this official owes for it."""
    indicator = duty.indicator
    definition = indicator.definition
    if duty.hint:
        definition = f"{definition.rstrip(' .')}. {duty.hint}" if definition else duty.hint
    shown = indicator_fields(number, indicator, quarter, part_only=duty.contributes)
    return {**shown, "definisi": definition}


def indicator_fields(
    number: int, indicator: Indicator, quarter: int, *, part_only: bool = False
) -> dict[str, Any]:
    """The printed half of an indicator's row; a part of the figure has no target of its own."""
    annual, target = indicator.annual_target, indicator.target_of(quarter)
    return {
        "no": str(number),
        "kode": indicator.code,
        "sasaran": indicator.strategic_objective,
        "nama": indicator.name,
        "definisi": indicator.definition,
        "satuan": indicator.unit,
        "polaritas": indicator.polarity.value,
        "sumber": indicator.source,
        "target_tahunan": show_target(None if part_only else annual),
        "target_tw": show_target(None if part_only else target),
    }


def evaluation_fields(number: int, evaluation: Evaluation, quarter: int) -> dict[str, Any]:
    """An indicator's row with what was reported and what follows from it."""
    filled, rating = evaluation.filled, evaluation.rating
    background, foreground = (rating.background, rating.foreground) if rating else NO_COLOUR
    figure = show_figure(filled.actual, filled.status)
    return {
        **indicator_fields(
            number, evaluation.indicator, quarter, part_only=evaluation.contribution
        ),
        "realisasi": SUMMED if evaluation.summed else figure,
        "realisasi_sd": format_number(evaluation.year_to_date),
        "capaian": show_percent(evaluation.achievement),
        "capaian_tahunan": show_percent(evaluation.annual_achievement),
        "predikat": rating.name if rating else "–",
        "warna": background,
        "warna_huruf": foreground,
        "penanggung_jawab": evaluation.post,
        "keterangan": evaluation.remark,
        "pendukung": filled.text(Field.SUPPORTING_FACTOR),
        "penghambat": filled.text(Field.INHIBITING_FACTOR),
        "tindak_lanjut": filled.text(Field.FOLLOW_UP),
        "data_dukung": filled.text(Field.EVIDENCE),
    }


def finding_fields(findings: list[Finding]) -> list[dict[str, str]]:
    """Findings as rows; of more than anybody reads, the first and how many more."""
    rows = [
        {"no": str(n), "tempat": f.place, "isi": f.message, "perbaikan": f.mend}
        for n, f in enumerate(findings[:MOST_FINDINGS], start=1)
    ]
    more = len(findings) - MOST_FINDINGS
    if more > 0:
        rows.append(
            {
                "no": "…",
                "tempat": f"{more} hal lain",
                "isi": "tidak dimuat di sini supaya lembar ini terbaca",
                "perbaikan": "kerjakan yang di atas lebih dahulu; sisanya disebut sesudah dikirim"
                " lagi",
            }
        )
    return rows


def piece_fields(pieces: Sequence[Piece]) -> list[dict[str, str]]:
    """Data dukung as rows, each with the indicators that it belongs to."""
    return [
        {
            "nama": piece.name,
            "ukuran": piece.size,
            "sha256": piece.sha256,
            "diterima": piece.received,
            "indikator": ", ".join(piece.indicators) or FOR_ALL,
        }
        for piece in pieces
    ]


def change_fields(changes: list[Change]) -> list[dict[str, str]]:
    """Changed values as rows."""
    return [
        {
            "kode": c.indicator,
            "kolom": LABELS[c.field],
            "lama": c.old or "–",
            "baru": c.new or "–",
            "alasan": c.reason,
        }
        for c in changes
    ]
