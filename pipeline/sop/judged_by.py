"""What the forms of a collection are judged by, gathered once: rules, and what is on file."""

from sqlalchemy.orm import Session

from pipeline.forms.checks.reading import Known
from pipeline.sop.case import Case
from pipeline.sop.figures import precedents_on_file


def known_of(session: Session, case: Case) -> Known:
    """The procedure's rules, and what was filed before the collection's quarter."""
    procedure = case.procedure
    return Known(
        quarter=case.period.quarter,
        rules=procedure.checks,
        policy=procedure.achievement.policy,
        precedents=precedents_on_file(session, case.office, procedure.key, case.period),
    )
