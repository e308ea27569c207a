"""The domain's own things, made up, from which every context is made."""

from datetime import UTC, date, datetime
from decimal import Decimal

from pipeline.domain.duty import Duty
from pipeline.domain.evaluation import Evaluation, evaluate
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Change, Field, FilledRow
from pipeline.domain.indicator import AchievementPolicy, Rating
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.forms.contexts.form import form_context
from pipeline.settings import OfficeSection

from .workbooks.samples import OFFICIALS, STATEMENTS

PERIOD = Period(2026, 3)
MOMENT = datetime(2026, 10, 5, 10, 14, tzinfo=UTC)
CODE = "K7Q2M9XT4B"
SHA = "ab" * 32
OFFICE = OfficeSection(
    id="uji",
    government="PEMERINTAH PROVINSI CONTOH",
    name="DINAS KELAUTAN & PERIKANAN",
    subdivision="Subbagian Program <Contoh>",
    city="Contoh",
)
HEAD: Official = OFFICIALS[0]
SCALE = (
    Rating(Decimal(91), "Sangat Tinggi", "1B5E20", "FFFFFF"),
    Rating(Decimal(-100000), "Sangat Rendah", "C62828", "FFFFFF"),
)
WARNING = Finding("IK-1", "dibaca 1.234 & bukan <1,234>", "kirim ulang", Severity.WARNING)
CHANGE = Change("IK-1", Field.REMARK, "", "A & B <x>", "koreksi")


def evaluations() -> list[Evaluation]:
    """One with every text, one of a range, one with nothing reported, one without a target."""
    rows = [
        FilledRow("IK-1", {f: f"{f.value} A & B <x>" for f in Field}, Decimal("15210.5")),
        FilledRow("IK-2", {}, None),
        FilledRow("IK-3", {Field.ACTUAL: "7,5"}, Decimal("7.5")),
        FilledRow("IK-4", {}, Decimal(79)),
    ]
    known = STATEMENTS.by_code()
    return [
        evaluate(
            HEAD.post,
            known[row.indicator],
            row,
            quarter=PERIOD.quarter,
            policy=AchievementPolicy(),
            scale=SCALE,
        )
        for row in rows
    ]


OFFICE_FORM = form_context(
    OFFICE,
    PERIOD,
    HEAD,
    [Duty(indicator) for indicator in STATEMENTS.indicators],
    code=CODE,
    issued=date(2026, 10, 5),
    due=date(2026, 10, 8),
)
