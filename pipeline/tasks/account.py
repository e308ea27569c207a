"""Whom the command line acts as: whoever owns the operating-system account, in the hat it needs.

Nobody acts without authority: an account that is not in ``[[accounts]]`` may look, no more.
"""

import os

from pipeline.domain.authority import OPEN, Act, refusal
from pipeline.errors import AuthorityError
from pipeline.files import account_name
from pipeline.ledger.tables import Document
from pipeline.office import Office
from pipeline.sop.authority import (
    holders_on_file,
    persons_of,
    record_refusal,
    title_of,
    who_may,
)


def acting_as(
    office: Office,
    act: Act,
    *,
    document: Document | None = None,
    collection_id: str | None = None,
    security: str = OPEN,
) -> tuple[str, str]:
    """The actor and the channel for the ledger, once it is sure that this account may do ``act``.

    The actor is the title on this day (``Plt. Kasubag …``) or the role. Name the ``document`` for
    what is done to one, the ``collection_id`` for what is done to a collection; an act of the whole
    office (roster, master data) needs neither. ``security`` is the class of what is retrieved.

    Call it before anything is changed, and outside any transaction: a refusal is an event of its
    own in the collection's chain, or in the office's.

    Raises:
        AuthorityError: the account may not; says who may, and how to mend it.
    """
    account = current_account()
    via = f"baris perintah, akun {account}"
    with office.ledger.read() as session:
        who = who_may(
            session,
            office,
            act,
            document=document,
            collection_id=collection_id,
            security=security,
        )
        holders = holders_on_file(session, office)
    persons = persons_of(office, holders, account)
    told = refusal(account, persons, act, who)
    if told is not None:
        with office.ledger.write() as tx:
            record_refusal(
                tx, account, act, via=via, document=document, collection_id=collection_id
            )
        raise AuthorityError(f"{document.code}: {document.name}: {told}" if document else told)
    hat = next(hat for person in persons if (hat := who.hat(person)) is not None)
    return title_of(office, holders, hat), via


def current_account() -> str:
    """The account that runs this program, by its user id: the environment may say anything."""
    return account_name(os.geteuid())
