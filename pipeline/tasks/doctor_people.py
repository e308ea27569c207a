"""The parts of an examination that are about people: who holds the posts, whose accounts are."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from pipeline.domain.authority import entitled_at
from pipeline.domain.holders import Holders
from pipeline.domain.procedure import Verb
from pipeline.errors import KinerjaError
from pipeline.office import Office
from pipeline.sop.authority import as_listed, holders_on_file, persons_of
from pipeline.tasks.doctor_report import Outcome, gathered

JUDGES = frozenset({Verb.CORRECT, Verb.VERIFY})
SEALS = frozenset({Verb.INITIAL, Verb.SIGN})


def check_posts(office: Office) -> Outcome:
    """A signer holds every post that initials or signs, today."""
    holders, today = _holders(office), office.now().date()
    wanted = {
        procedure.post_for(step): procedure.key
        for procedure in office.procedures.values()
        for step in procedure.steps
        if step.verb in SEALS
    }
    faults = (
        Outcome(
            False,
            f"{key}: {post or 'no post at all'} is to seal, but no signer holds that post today",
            "Write the post in [[signers]] and in the master data exactly as in sop.toml, with the"
            " days on which each holds it.",
        )
        for post, key in wanted.items()
        if not any(holders.holds(s.nip, post or "", today) for s in office.settings.signers)
    )
    strangers = (
        Outcome(
            True,
            f"signer {s.alias} holds no post today by the master data",
            "Enter the tenure in the master data, or leave the entry for seals of the past.",
        )
        for s in office.settings.signers
        if holders.master.posts and not holders.master.posts_of(s.nip, today)
    )
    return gathered("every post that initials or signs is held by a signer", (*faults, *strangers))


def check_accounts(office: Office) -> Outcome:
    """Each account is somebody's and may do something; somebody may approve."""
    if not office.settings.accounts:
        return Outcome(
            True,
            "no account is known: on the command line everybody may look, and nobody may act",
            "Add [[accounts]] to kinerja.toml: name, and nip or roles.",
        )
    names = sorted({account.name for account in office.settings.accounts})
    return gathered(f"{len(names)} account(s): {', '.join(names)}", _account_faults(office, names))


def _account_faults(office: Office, names: list[str]) -> Iterator[Outcome]:
    holders = _holders(office)
    for account in office.settings.accounts:
        if not (account.nip or account.roles):
            mend = "Give each account its owner's nip, or roles, in [[accounts]]."
            yield Outcome(True, f"account {account.name} has neither nip nor roles", mend)
    persons = [p for name in names for p in persons_of(office, holders, name)]
    for procedure in office.procedures.values():
        for step in (step for step in procedure.steps if step.verb in JUDGES):
            who = entitled_at(procedure, step)
            if not any(who.hat(person) for person in persons):
                yield Outcome(
                    True,
                    f"{procedure.key}, step {step.number}: no account belongs to"
                    f" {who.in_words() or 'anybody who may'}, so that it is decided by folder only",
                    "Add the account of who holds that post to [[accounts]], with his nip.",
                )


def _holders(office: Office) -> Holders:
    """Who holds which post; only as the settings list it where the database does not answer."""
    url = make_url(office.ledger.url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return as_listed(office)  # looking must not make an empty database
    try:
        with office.ledger.read() as session:
            return holders_on_file(session, office)
    except (KinerjaError, SQLAlchemyError):  # which the check of the database reports
        return as_listed(office)
