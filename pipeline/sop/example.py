"""A draft form tried out: checked against example data, and shown with the office's own."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.calendar import long_date
from pipeline.domain.document import Kind
from pipeline.domain.finding import Finding
from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Target
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.form import form_context
from pipeline.forms.package import WordPackage
from pipeline.forms.template_check import check_template
from pipeline.forms.workbooks.roster import read_roster
from pipeline.ledger.tables import MasterFile
from pipeline.office import Office
from pipeline.sop.case import Case

SAMPLE_CODE = "CONTOH2345"
SAMPLE_OFFICIAL = Official(
    "Jabatan Pelapor", "Nama Pejabat, S.Pi.", "198001012005011001", "III/d", "Bidang"
)
EXAMPLE_INDICATORS = (
    Indicator(
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
    ),
)


def check_draft(office: Office, data: bytes, package: WordPackage, period: Period) -> list[Finding]:
    """Every fault of a draft form."""
    return check_template(
        data, package, _context(office, period, SAMPLE_OFFICIAL, EXAMPLE_INDICATORS)
    )


def sample_context(session: Session, case: Case) -> dict[str, Any]:
    """The form of the first official of the last roster, or of nobody in particular."""
    statements = case.statements(session)
    official, indicators = SAMPLE_OFFICIAL, list(statements.indicators)
    on_file = session.get(MasterFile, (case.office.id, Kind.ROSTER.value))
    roster = read_roster(case.office.store.read(on_file.sha256), None)[0] if on_file else None
    if roster is not None and roster.officials:
        official = roster.officials[0]
        indicators = roster.indicators_of(official.post, statements) or indicators
    office = case.office
    due = office.deadline(case.procedure.step(Verb.FILL), office.now()).date()
    return {**_context(office, case.period, official, indicators), "batas_waktu": long_date(due)}


def _context(
    office: Office, period: Period, official: Official, indicators: Sequence[Indicator]
) -> dict[str, Any]:
    today = office.now().date()
    return form_context(
        office.settings.office,
        period,
        official,
        indicators,
        code=SAMPLE_CODE,
        issued=today,
        due=today,
    )
