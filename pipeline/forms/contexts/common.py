"""Fields that several templates share."""

from typing import Any

from pipeline.domain.evaluation import Evaluation, show_percent, show_target
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
NO_COLOUR = ("FFFFFF", "000000")


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
        "jabatan": official.post,
        "nama": official.name,
        "nip": show_nip(official.nip),
        "pangkat": official.rank,
        "unit": official.unit,
    }


def indicator_fields(number: int, indicator: Indicator, quarter: int) -> dict[str, Any]:
    """The printed half of an indicator's row."""
    return {
        "no": str(number),
        "kode": indicator.code,
        "sasaran": indicator.strategic_objective,
        "nama": indicator.name,
        "definisi": indicator.definition,
        "satuan": indicator.unit,
        "polaritas": indicator.polarity.value,
        "sumber": indicator.source,
        "target_tahunan": show_target(indicator.annual_target),
        "target_tw": show_target(indicator.target_of(quarter)),
    }


def evaluation_fields(number: int, evaluation: Evaluation, quarter: int) -> dict[str, Any]:
    """An indicator's row with what was reported and what follows from it."""
    filled, rating = evaluation.filled, evaluation.rating
    background, foreground = (rating.background, rating.foreground) if rating else NO_COLOUR
    return {
        **indicator_fields(number, evaluation.indicator, quarter),
        "realisasi": format_number(filled.actual),
        "realisasi_sd": format_number(evaluation.year_to_date),
        "capaian": show_percent(evaluation.achievement),
        "capaian_tahunan": show_percent(evaluation.annual_achievement),
        "predikat": rating.name if rating else "–",
        "warna": background,
        "warna_huruf": foreground,
        "penanggung_jawab": evaluation.post,
        "keterangan": filled.text(Field.REMARK),
        "pendukung": filled.text(Field.SUPPORTING_FACTOR),
        "penghambat": filled.text(Field.INHIBITING_FACTOR),
        "tindak_lanjut": filled.text(Field.FOLLOW_UP),
        "data_dukung": filled.text(Field.EVIDENCE),
    }


def finding_fields(findings: list[Finding]) -> list[dict[str, str]]:
    """Findings as rows."""
    return [
        {"no": str(n), "tempat": f.place, "isi": f.message, "perbaikan": f.mend}
        for n, f in enumerate(findings, start=1)
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
