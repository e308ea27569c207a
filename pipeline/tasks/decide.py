"""A decision on the command line, by the account's person in the post that the step demands."""

from pipeline.domain.authority import Act
from pipeline.domain.document import Kind
from pipeline.office import Office
from pipeline.sop.by_word import decide_by_word, document_to_decide, require_reason
from pipeline.sop.decisions import Verdict
from pipeline.tasks.account import acting_as


def decide_as_account(office: Office, code: str, verdict: Verdict, note: str) -> str:
    """Decide on the waiting document with this code, as whoever owns this account; its name.

    Raises:
        NotFoundError: no document has the code.
        AuthorityError: the account may not decide on it.
        ConflictError: it does not wait for such a decision, or another came first.
        ReadError: a return without a reason.
    """
    require_reason(code, verdict, note)
    with office.ledger.read() as session:
        document = document_to_decide(session, office, code, verdict)
    act = Act.APPROVE_MASTER if document.kind == Kind.MASTER else Act.DECIDE
    actor, via = acting_as(office, act, document=document)
    return decide_by_word(office, code, verdict, note, actor=actor, via=via)
