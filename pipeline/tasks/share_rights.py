"""Who may read and write which folder of the inbox: what a share has to enforce.

Write permission on a command folder is the authority of whoever moves a file there. It follows
from the procedure: the actor of the step and, for papers of his own, his substitutes. Groups of
the operating system stand for actors and posts, so that a new holder is a new member, no more.
"""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.domain.authority import Role
from pipeline.domain.holders import Holders
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import Actor, Procedure, Step, Verb
from pipeline.intake.places import ON_BEHALF, REFUSED, RESULTS, command_places
from pipeline.office import Office

EVERYBODY = "kinerja"
"""The group of all who use the share."""
_LONGEST = 32
"""As many characters as Linux allows in the name of a group."""
_MARK = 6


@dataclass(frozen=True)
class FolderRights:
    """A folder, relative to the inbox, and the groups that may write or read there.

    ``open``: everybody in the office may read it; ``open_inside``: also folders made in it later.
    Whoever writes reads too.
    """

    path: str
    writers: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    open: bool = False
    open_inside: bool = False


def rights_of(office: Office) -> list[FolderRights]:
    """The rights of every folder that an inbox has now, outer ones first."""
    rights = [_open(".")]
    for procedure in office.procedures.values():
        rights += _rights_in(office, procedure)
    return rights


def groups_of(office: Office, holders: Holders) -> dict[str, tuple[str, ...]]:
    """Every group with the accounts that belong to it today, as the settings know them."""
    today = office.now().date()
    members: dict[str, dict[str, None]] = {EVERYBODY: {}}
    for right in rights_of(office):
        for group in (*right.writers, *right.readers):
            members.setdefault(group, {})
    for account in office.settings.accounts:
        posts = holders.posts_of(account.nip, today) if account.nip else ()
        groups = {group for p in office.procedures.values() for group in _hats(p, account.roles)}
        groups |= {post_group(p, post) for p in office.procedures.values() for post in posts}
        for group in (EVERYBODY, *sorted(groups & set(members))):
            members[group][account.name] = None
    return {group: tuple(sorted(names)) for group, names in members.items()}


def actor_group(actor: Actor) -> str:
    """The group of those who act as a pelaksana: ``kinerja-kasubag``."""
    group = f"{EVERYBODY}-{actor.key}"
    return group if len(group) <= _LONGEST else _marked(actor.key)


def post_group(procedure: Procedure, post: str) -> str:
    """The group of whoever holds a post; its pelaksana's where the post is one by itself."""
    own = (a for a in procedure.actors if a.posts == (post,))
    return next((actor_group(a) for a in own), _marked(post_folder(post)))


def _rights_in(office: Office, procedure: Procedure) -> Iterator[FolderRights]:
    yield _open(procedure.key)
    for name in (RESULTS, REFUSED):
        yield _open(f"{procedure.key}/{name}")
    for step in procedure.steps:
        path = f"{procedure.key}/{step.folder}"
        if step.verb is Verb.FILL:  # a new official's folder is closed until it has its group
            yield FolderRights(path, open=True)
        else:
            yield _open(path, _deciders(procedure, step))
    stages: set[str] = set()
    for place in command_places(office.inbox_of(procedure), procedure):
        writers = _deciders(procedure, place.step)
        if place.post_folder:
            writers = (_holder(procedure, place.post_folder),)
            if place.stage not in stages:
                stages.add(place.stage)
                readers = tuple(g for g in _helpers(procedure) if g not in writers)
                yield FolderRights(f"{procedure.key}/{place.stage}", writers, readers)
        yield FolderRights(f"{procedure.key}/{place.path}", writers)


def _open(path: str, writers: tuple[str, ...] = ()) -> FolderRights:
    return FolderRights(path, writers, open=True, open_inside=True)


def _deciders(procedure: Procedure, step: Step) -> tuple[str, ...]:
    """Who acts at the step, and whoever steps in for them on a paper of their own."""
    chain: dict[str, Actor] = {}
    for first in procedure.initialling(step) or (procedure.actor(step.actor),):
        actor = first
        while actor.key not in chain:
            chain[actor.key] = actor
            if actor.substitute is not None:
                actor = procedure.actor(actor.substitute)
    return tuple(actor_group(a) for a in chain.values())


def _holder(procedure: Procedure, folder: str) -> str:
    """The group that owns an official's folder; whoever distributes owns that of the others."""
    if folder == ON_BEHALF:
        return actor_group(procedure.actor(procedure.step(Verb.DISTRIBUTE).actor))
    own = (a for a in procedure.actors if len(a.posts) == 1 and post_folder(a.posts[0]) == folder)
    return next((actor_group(a) for a in own), _marked(folder))


def _helpers(procedure: Procedure) -> tuple[str, ...]:
    """Who may look into an official's folder: those who hand the forms out and who verify them."""
    steps = (procedure.step(Verb.DISTRIBUTE), procedure.step(Verb.VERIFY))
    return tuple(dict.fromkeys(group for step in steps for group in _deciders(procedure, step)))


def _hats(procedure: Procedure, roles: tuple[str, ...]) -> set[str]:
    known = {Role(role).value for role in roles}
    return {actor_group(actor) for actor in procedure.actors if actor.key in known}


def _marked(name: str) -> str:
    """A group's name as Linux takes it; the digits of a hash keep similar names apart."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    mark = hashlib.sha256(name.encode()).hexdigest()[:_MARK]
    return f"{f'{EVERYBODY}-{slug}'[: _LONGEST - _MARK - 1].rstrip('-')}-{mark}"
