"""A draft form tried out: checked against example data, and shown with the office's own."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.calendar import long_date
from pipeline.domain.duty import Duty, duties_of
from pipeline.domain.finding import Finding
from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Target
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.forms.apart import PlainContext, check_format
from pipeline.forms.contexts.form import form_context
from pipeline.office import Office
from pipeline.sop.case import Case
from pipeline.sop.starters import roster_today

SAMPLE_CODE = "CONTOH2345"
SAMPLE_OFFICIAL = Official(
    "Jabatan Pelapor", "Nama Pejabat, S.Pi.", "198001012005011001", "III/d", "Bidang"
)
EXAMPLE_INDICATOR = Indicator(
    code="CONTOH-01",
    strategic_objective="Sasaran strategis",
    name="Indikator kinerja",
    definition="Definisi",
    unit="ton",
    polarity=Polarity.POSITIVE,
    aggregation=Aggregation.SUM,
    source="Sumber data",
    annual_target=Target(Decimal(100)),
    quarter_targets=(Target(Decimal(25)),) * 4,
)


def check_draft(office: Office, data: bytes, period: Period) -> list[Finding]:
    """Every fault of a draft form.

    Raises:
        ReadError: it is no Word file.
    """
    example = _context(office, period, SAMPLE_OFFICIAL, [Duty(EXAMPLE_INDICATOR)])
    return office.reader.read(check_format, data, PlainContext.of(example))


def sample_context(session: Session, case: Case) -> dict[str, Any]:
    """The form of whoever has most to report by the last roster, held by whom it is today.

    Before there is a roster, or where nobody on it reports any of this period's indicators, that of
    nobody in particular with all of them.
    """
    statements, roster = case.statements(session), roster_today(session, case)
    duties = {o: duties_of(roster, o.post, statements) for o in roster.officials}
    official = max(duties, key=lambda each: len(duties[each]), default=SAMPLE_OFFICIAL)
    asked = duties.get(official)
    if not asked:
        official, asked = SAMPLE_OFFICIAL, [Duty(i) for i in statements.indicators]
    office = case.office
    due = office.deadline(case.procedure.step(Verb.FILL), office.now()).due.date()
    return {**_context(office, case.period, official, asked), "batas_waktu": long_date(due)}


def _context(
    office: Office, period: Period, official: Official, duties: Sequence[Duty]
) -> dict[str, Any]:
    today = office.now().date()
    return form_context(
        office.settings.office,
        period,
        official,
        duties,
        code=SAMPLE_CODE,
        issued=today,
        due=today,
    )
