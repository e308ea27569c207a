"""The quarterly form, empty or prefilled."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.domain.calendar import long_date
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.indicator import Indicator, year_to_date
from pipeline.domain.numbers import format_number
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.forms.contexts.common import indicator_fields, letterhead, official_fields, qr
from pipeline.settings import OfficeSection


def form_context(
    office: OfficeSection,
    period: Period,
    official: Official,
    indicators: Sequence[Indicator],
    *,
    code: str,
    issued: date,
    due: date,
    filled: Mapping[str, FilledRow] | None = None,
) -> dict[str, Any]:
    """One official's form; ``filled`` is what was right about the last return."""
    filled = filled or {}
    rows = []
    for number, indicator in enumerate(indicators, start=1):
        row = filled.get(indicator.code, FilledRow(indicator.code, {}))
        before = year_to_date(indicator.actuals_before(period.quarter), indicator.aggregation)
        rows.append(
            {
                **indicator_fields(number, indicator, period.quarter),
                "realisasi_lalu": format_number(before),
                **{field.value: row.text(field) for field in Field},
            }
        )
    return {
        **letterhead(office, period),
        "pejabat": official_fields(official),
        "kode": code,
        "qr": qr(code),
        "tanggal_terbit": long_date(issued),
        "batas_waktu": long_date(due),
        "indikator": rows,
    }
