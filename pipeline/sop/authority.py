"""Who may act in this office: its accounts, and who holds which post on the day in question."""

from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.authority import OPEN, Act, Entitled, Person, Role, entitled_at, entitled_to
from pipeline.domain.document import Kind
from pipeline.domain.holders import Holders
from pipeline.domain.master import MasterData
from pipeline.domain.official import Official
from pipeline.domain.procedure import Procedure, Step, Verb
from pipeline.errors import ConflictError, NotFoundError
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, MasterVersion
from pipeline.office import Office
from pipeline.sop.case import Case, case_of
from pipeline.sop.master.versions import master_on_file, read_version
from pipeline.sop.printout.turns import due, step_of_turn

REFUSED = "act.refused"
JUDGED_AT: dict[Kind, Verb] = {Kind.DRAFT: Verb.CORRECT, Kind.FORM: Verb.VERIFY}


def holders_on_file(session: Session, office: Office) -> Holders:
    """Who holds which post, by the master data on file now."""
    return _holders(office, master_on_file(session, office))


def holders_as_of(session: Session, office: Office, moment: datetime) -> Holders:
    """Who holds which post, by the master data that were on file at ``moment``.

    What was done by them stays right, whatever the master data say later about that day.
    """
    version = session.scalar(
        select(MasterVersion)
        .where(MasterVersion.office_id == office.id, MasterVersion.since <= moment)
        .order_by(MasterVersion.seq.desc())
        .limit(1)
    )
    return _holders(office, read_version(office, version.sha256) if version else MasterData())


def as_listed(office: Office) -> Holders:
    """Who holds which post while there are no master data: as the settings list the signers."""
    return _holders(office, MasterData())


def persons_of(office: Office, holders: Holders, account: str) -> tuple[Person, ...]:
    """The persons of an account with the posts that they hold today; none for an unknown one."""
    today = office.now().date()
    entries = [a for a in office.settings.accounts if a.name == account]
    by_person = groupby(sorted(entries, key=lambda a: a.nip), key=lambda a: a.nip)
    return tuple(
        Person(
            account,
            frozenset(Role(role) for entry in group for role in entry.roles),
            holders.posts_of(nip, today) if nip else (),
        )
        for nip, group in by_person
    )


def step_of(case: Case, document: Document) -> Step:
    """The step at which a document is decided on; a print-out's actor is whose turn it is.

    Raises:
        ConflictError: nobody decides on it.
    """
    verb = JUDGED_AT.get(Kind(document.kind))
    if document.kind == Kind.PRINTOUT:
        return step_of_turn(case.procedure, due(case, document))
    if verb is None:
        raise ConflictError(
            f"{document.code}: {document.name} is not a document on which anybody decides."
        )
    return case.procedure.step(verb)


def kin_of(session: Session, case: Case, holders: Holders, post: str) -> frozenset[str]:
    """All posts of the person whose paper ``post``'s is: of its holder, and of whom it names."""
    if not post:
        return frozenset()
    today = case.office.now().date()
    try:
        named = holders.posts_of(case.official(session, post).nip, today)
    except NotFoundError:
        named = ()
    return holders.kin(post, today) | frozenset(named)


def who_may_decide(
    session: Session, office: Office, procedure: Procedure, step: Step, document: Document
) -> Entitled:
    """Who may decide on a document at a step: nobody on a paper of his own.

    A proposal to change the master data belongs to no collection, and is nobody's own.
    """
    if document.collection_id is None:
        return entitled_to(Act.APPROVE_MASTER, [procedure])
    case = case_of(session, office, document.collection_id)
    if document.kind == Kind.PRINTOUT:
        step = step_of(case, document)
    kin = kin_of(session, case, holders_on_file(session, office), document.post)
    return entitled_at(procedure, step, kin)


def who_may(
    session: Session,
    office: Office,
    act: Act,
    *,
    document: Document | None = None,
    collection_id: str | None = None,
    security: str = OPEN,
) -> Entitled:
    """Who may do an act on a document, in a collection, or in the office.

    Raises:
        ConflictError: nobody decides on such a document.
    """
    collection_id = collection_id or (document.collection_id if document else None)
    if act is Act.DECIDE and document is not None:
        case = case_of(session, office, document.collection_id)
        step = step_of(case, document)
        return who_may_decide(session, office, case.procedure, step, document)
    return entitled_to(act, _procedures(session, office, collection_id), security)


def title_of(office: Office, holders: Holders, hat: str | Role) -> str:
    """A post as its holder of today is called, or a role."""
    return hat.label if isinstance(hat, Role) else holders.title(hat, office.now().date())


def record_refusal(
    tx: Transaction,
    account: str,
    act: Act,
    *,
    via: str,
    document: Document | None = None,
    collection_id: str | None = None,
) -> None:
    """Write down that somebody wanted what he may not."""
    tx.record(
        REFUSED,
        chain=collection_id or (document.collection_id if document else None),
        actor=f"akun {account}",
        via=via,
        document_id=document.id if document else None,
        act=act.value,
    )


def _holders(office: Office, master: MasterData) -> Holders:
    listed = (Official(s.post, s.name, s.nip, s.grade, "") for s in office.settings.signers)
    return Holders(master, tuple(listed))


def _procedures(session: Session, office: Office, collection_id: str | None) -> list[Procedure]:
    if collection_id is None:
        return list(office.procedures.values())
    return [office.procedures[session.get_one(Collection, collection_id).procedure]]
