"""Established actuals: what the filed print-outs say, for the quarters that come after."""

from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from pipeline.domain.evaluation import Evaluation
from pipeline.domain.period import Period
from pipeline.domain.precedent import Precedent
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Figure
from pipeline.office import Office
from pipeline.sop.case import Case


def established_figures(
    session: Session, office: Office, procedure: str, year: int
) -> dict[tuple[str, int], Decimal]:
    """The actuals of a year by indicator and quarter, as filed."""
    rows = session.scalars(
        select(Figure).where(
            Figure.office_id == office.id, Figure.procedure == procedure, Figure.year == year
        )
    )
    return {(row.indicator, row.quarter): Decimal(row.actual) for row in rows}


def precedents_on_file(
    session: Session, office: Office, procedure: str, period: Period
) -> dict[str, Precedent]:
    """What was filed for the quarter before ``period`` and for a year ago, by indicator."""
    this_year = established_figures(session, office, procedure, period.year)
    last_year = established_figures(session, office, procedure, period.year - 1)
    before = last_year if period.quarter == 1 else this_year
    quarter = period.quarter - 1 or 4
    codes = {code for code, _ in (*this_year, *last_year)}
    return {
        code: Precedent(before.get((code, quarter)), last_year.get((code, period.quarter)))
        for code in codes
    }


def establish(
    tx: Transaction, case: Case, record_id: str, evaluations: Iterable[Evaluation]
) -> None:
    """Let the figures of a print-out that is being filed hold, in place of what it amends."""
    period = case.period
    tx.session.execute(
        delete(Figure).where(
            Figure.office_id == tx.office_id,
            Figure.procedure == case.procedure.key,
            Figure.year == period.year,
            Figure.quarter == period.quarter,
        )
    )
    tx.session.add_all(
        Figure(
            office_id=tx.office_id,
            procedure=case.procedure.key,
            indicator=evaluation.indicator.code,
            year=period.year,
            quarter=period.quarter,
            actual=str(evaluation.filled.actual),
            status=evaluation.filled.status.value,
            record_id=record_id,
        )
        for evaluation in evaluations
        if evaluation.filled.actual is not None
    )
