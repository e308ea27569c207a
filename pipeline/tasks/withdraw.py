"""A collection withdrawn on the command line, by whoever approves its draft."""

from dataclasses import dataclass

from pipeline.domain.authority import Act
from pipeline.office import Office
from pipeline.sop.collection.withdrawal import withdraw_case
from pipeline.tasks.account import acting_as
from pipeline.tasks.find_collection import collection_called


@dataclass(frozen=True)
class Withdrawn:
    """A collection that has ended; ``number`` is cancelled with it, where it had one."""

    period: str
    number: str | None


def withdraw_collection(office: Office, name: str, note: str) -> Withdrawn:
    """Withdraw a collection for a reason, as whoever owns this account.

    Raises:
        NotFoundError: no collection goes by that name.
        UsageError: several do, or there is no reason.
        AuthorityError: the account may not withdraw it.
        ConflictError: it is signed, filed, or withdrawn already.
    """
    with office.ledger.read() as session:
        collection = collection_called(session, office, name)
    actor, via = acting_as(office, Act.WITHDRAW, collection_id=collection.id)
    number = withdraw_case(office, collection.id, note, actor=actor, via=via)
    return Withdrawn(collection.period, number)
