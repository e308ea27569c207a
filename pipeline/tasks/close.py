"""The filling closed on the command line, by whoever verifies."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.authority import Act
from pipeline.office import Office
from pipeline.sop.collection.closing import close_case
from pipeline.tasks.account import acting_as
from pipeline.tasks.find_collection import collection_called


@dataclass(frozen=True)
class Closed:
    """A collection that goes to entry without the ``absent`` posts."""

    period: str
    absent: tuple[str, ...]


def close_collection(
    office: Office, name: str, note: str, *, set_aside: Sequence[str] = ()
) -> Closed:
    """Close the filling of a collection, as whoever owns this account.

    ``set_aside`` are the codes of forms whose scans nobody has confirmed, and that shall not wait.

    Raises:
        NotFoundError: no collection goes by that name, or no scan waits of a form to be set aside.
        UsageError: several do.
        AuthorityError: the account may not close it.
        ConflictError: it cannot be closed now.
    """
    with office.ledger.read() as session:
        collection = collection_called(session, office, name)
    actor, via = acting_as(office, Act.CLOSE, collection_id=collection.id)
    by = {"actor": actor, "via": via}
    absent = close_case(office, collection.id, note, set_aside=set_aside, **by)
    return Closed(collection.period, tuple(form.post for form in absent))
