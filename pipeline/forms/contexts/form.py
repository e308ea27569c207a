"""The quarterly form, empty or prefilled."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pipeline.domain.calendar import long_date
from pipeline.domain.duty import Duty
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.indicator import year_to_date
from pipeline.domain.numbers import format_number
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.forms.contexts.common import duty_fields, letterhead, official_fields, qr
from pipeline.settings import OfficeSection


def form_context(
    office: OfficeSection,
    period: Period,
    official: Official,
    duties: Sequence[Duty],
    *,
    code: str,
    issued: date,
    due: date,
    filled: Mapping[str, FilledRow] | None = None,
) -> dict[str, Any]:
    """One official's form; ``filled`` is what was right about the last return."""
    filled = filled or {}
    rows = []
    for number, duty in enumerate(duties, start=1):
        row = filled.get(duty.indicator.code, FilledRow(duty.indicator.code, {}))
        rows.append(
            {
                **duty_fields(number, duty, period.quarter),
                "realisasi_lalu": format_number(_before(duty, period)),
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


def _before(duty: Duty, period: Period) -> Decimal | None:
    """The year so far; what is on file is the whole figure, so a part of one has none."""
    if duty.contributes:
        return None
    indicator = duty.indicator
    return year_to_date(indicator.actuals_before(period.quarter), indicator.aggregation)
