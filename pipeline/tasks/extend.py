"""More time for one official, given on the command line by whoever verifies."""

from datetime import date

from pipeline.domain.authority import Act
from pipeline.office import Office
from pipeline.sop.collection.extension import extend_form, form_to_extend
from pipeline.tasks.account import acting_as


def extend_as_account(office: Office, code: str, until: date, note: str) -> str:
    """Let a form be due later, as whoever owns this account; the form's name.

    Raises:
        NotFoundError: no document has the code.
        AuthorityError: the account may not extend it.
        ConflictError: it is no form that lies with its official.
        ReadError: the date is no working day, in the past, or no later than the present one.
    """
    with office.ledger.read() as session:
        form = form_to_extend(session, office, code)
    actor, via = acting_as(office, Act.EXTEND, document=form)
    return extend_form(office, code, until, note, actor=actor, via=via).name
