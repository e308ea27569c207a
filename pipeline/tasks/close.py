"""The filling closed on the command line, by whoever verifies."""

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


def close_collection(office: Office, name: str, note: str) -> Closed:
    """Close the filling of a collection, as whoever owns this account.

    Raises:
        NotFoundError: no collection goes by that name.
        UsageError: several do.
        AuthorityError: the account may not close it.
        ConflictError: it cannot be closed now.
    """
    with office.ledger.read() as session:
        collection = collection_called(session, office, name)
    actor, via = acting_as(office, Act.CLOSE, collection_id=collection.id)
    absent = close_case(office, collection.id, note, actor=actor, via=via)
    return Closed(collection.period, tuple(form.post for form in absent))
