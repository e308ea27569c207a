"""Which collection a person means: by its period, or by the beginning of its id."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.period import Period
from pipeline.errors import NotFoundError, UsageError
from pipeline.ledger.tables import Collection
from pipeline.office import Office
from pipeline.sop.case import editions, find_collection


def collection_called(session: Session, office: Office, name: str) -> Collection:
    """The collection called ``name``: of a period (``2026-TW3``, ``TW III 2026``), or by its id.

    Of several editions of a period it is the latest; a withdrawn one only where there is no other.

    Raises:
        NotFoundError: there is none.
        UsageError: several go by that name.
    """
    period = Period.parse(name)
    found = _of_period(session, office, period) if period else _by_id(session, office, name)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFoundError(
            f"{name}: no collection goes by that name. Give its period, as in 2026-TW3, or the"
            " beginning of its id; `kinerja status` lists them."
        )
    listed = "\n".join(f"  {c.id}  {c.procedure}  {c.period}" for c in found)
    raise UsageError(f"{name}: several collections go by that name; give one's id:\n{listed}")


def _of_period(session: Session, office: Office, period: Period) -> list[Collection]:
    found = []
    for procedure in office.procedures.values():
        live = find_collection(session, office, procedure, period)
        ended = editions(session, office, procedure, period)
        found += [live] if live else ended[:1]
    return found


def _by_id(session: Session, office: Office, name: str) -> list[Collection]:
    query = select(Collection).where(
        Collection.office_id == office.id,
        Collection.id.startswith(name.strip().lower(), autoescape=True),
    )
    return list(session.scalars(query.order_by(Collection.id))) if name.strip() else []
