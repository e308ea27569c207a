"""What a file's owner may command by folder.

Write permission on the command folder is the authority, the owner no more than evidence. But an
account that the office knows, and that may not give this command, is refused. The owner says
nothing where it is the service's own account, as on a share that writes all files as one user.
"""

import os

from sqlalchemy.orm import Session

from pipeline.domain.authority import Act, Entitled, entitled_at, refusal
from pipeline.domain.holders import Holders
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.files import account_name
from pipeline.intake.places import ON_BEHALF
from pipeline.ledger.tables import Document
from pipeline.sop.authority import holders_on_file, persons_of, who_may_decide
from pipeline.sop.case import Delivery
from pipeline.sop.slips import Answer, client_folder, refuse
from pipeline.sop.targets import find_target

ACTS: dict[CommandFolder, Act] = {
    CommandFolder.SEND: Act.SEND,
    CommandFolder.APPROVE: Act.DECIDE,
    CommandFolder.RETURN: Act.DECIDE,
}
"""A PDF that was sealed elsewhere is judged by its certificate instead."""


def refuse_owner(delivery: Delivery, act: Act | None = None, about: Document | None = None) -> bool:
    """Refuse a file whose owner is known and may not give this command; whether it was refused.

    ``act`` and ``about`` say what he wants, and with which document, where the folder does not.
    """
    act, account = act or ACTS.get(delivery.place.command), delivery.arrival.owner
    if act is None or account == account_name(os.geteuid()):
        return False
    with delivery.office.ledger.read() as session:
        holders = holders_on_file(session, delivery.office)
        persons = persons_of(delivery.office, holders, account)
        if not persons:
            return False
        target = find_target(session, delivery) if act is Act.DECIDE else None
        document = target.document if target else about
        who = _who_may(session, holders, delivery, document)
    told = refusal(account, persons, act, who) if who else None
    if told is None:
        return False
    refuse(delivery, _answer(delivery, act, told), document=document)
    return True


def _who_may(
    session: Session, holders: Holders, delivery: Delivery, document: Document | None
) -> Entitled | None:
    """Who may give this command; ``None`` where nobody knows whose folder it is."""
    procedure, step = delivery.procedure, delivery.place.step
    folder = delivery.place.post_folder
    if folder == ON_BEHALF:
        return entitled_at(procedure, procedure.step(Verb.DISTRIBUTE))
    if step.verb is Verb.FILL:
        owners = [post for post in holders.posts if post_folder(post) == folder]
        return entitled_at(procedure, step, owners) if owners else None
    if document is not None:
        return who_may_decide(session, delivery.office, procedure, step, document)
    usual = entitled_at(procedure, step)  # a reason: it may belong to anybody's paper
    return usual | entitled_at(procedure, step, usual.posts)


def _answer(delivery: Delivery, act: Act, told: str) -> Answer:
    waiting = client_folder(delivery.office, delivery.stage_folder)
    steps = ["Perintah ini tidak dijalankan; tidak ada yang berubah."]
    if act is Act.DECIDE:
        steps.append(f"Naskahnya tetap menunggu di {waiting} untuk diputuskan yang berwenang.")
    else:
        steps.append("Titipkan kepada Staf, atau minta yang berwenang mengirimnya.")
    steps.append("Bila Saudara memang berwenang, minta administrator memeriksa [[accounts]].")
    return Answer(
        title="BUKAN WEWENANG",
        summary=f"{delivery.name}: {told}",
        steps=steps,
        refused=act,
    )
