"""What papers change in the master data, or contradict there, for whoever decides on it."""

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from pipeline.domain.adoption import adopt_statements, contradictions
from pipeline.domain.finding import Finding
from pipeline.domain.master import MasterData
from pipeline.domain.master_changes import changes
from pipeline.domain.procedure import Procedure, Verb
from pipeline.forms.contexts.master import Proposal, proposal_context
from pipeline.office import Office
from pipeline.sop.case import Case
from pipeline.sop.figures import established_figures
from pipeline.sop.master.versions import master_on_file, version_on_file

LIST_NAME = "USUL PERUBAHAN DATA INDUK"
TEMPLATE = "usul-data-induk"


def print_changes(
    office: Office,
    procedure: Procedure,
    before: tuple[MasterData, int],
    after: MasterData,
    *,
    code: str,
    proposer: str,
    warnings: Sequence[Finding] = (),
) -> str:
    """What ``after`` changes in the data and version ``before``, as PDF in the store; its SHA-256.

    ``code`` is that of the document on which approving it is decided.
    """
    known, version = before
    proposal = Proposal(code, proposer, version, version + 1, changes(known, after), warnings)
    context = proposal_context(office.settings.office, proposal, office.now())
    return office.store.put(office.pdf_from(procedure, TEMPLATE, context))


def print_adoption(session: Session, case: Case, code: str) -> str | None:
    """What approving the statements of a collection adds to the master data, as `print_changes`.

    ``None`` where they add nothing, and before there are any master data: then all is new.
    """
    office = case.office
    known, version = master_on_file(session, office), version_on_file(session, office.id)
    adopted = adopted_by(session, case, known)
    if version == 0 or adopted == known:
        return None
    proposer = f"{case.actor_of(Verb.DRAFT)}, dengan {paper_of(case)}"
    return print_changes(
        office, case.procedure, (known, version), adopted, code=code, proposer=proposer
    )


def adopted_by(session: Session, case: Case, known: MasterData) -> MasterData:
    """``known`` with what the statements of a collection bring."""
    return adopt_statements(
        known, case.statements(session), paper=paper_of(case), established=_filed(session, case)
    )


def against_master(session: Session, case: Case, known: MasterData) -> list[Finding]:
    """Where the statements of a collection contradict the master data."""
    return contradictions(known, case.statements(session), _filed(session, case))


def _filed(session: Session, case: Case) -> dict[tuple[str, int], Decimal]:
    return established_figures(session, case.office, case.procedure.key, case.period.year)


def paper_of(case: Case) -> str:
    """What the statements of a collection are called as the basis of what they bring."""
    return f"Daftar Pernyataan {case.period.short}"
