"""Who may do what. The steps' actors are the procedure's data; the rest stands in `RULES`.

Pure: whoever asks brings the persons with the posts that they hold on the day in question.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.procedure import Procedure, Step, Verb

OPEN = "B"
"""The security class Biasa/Terbuka: what is filed under it may be read by Staf too."""
_CAPACITIES = ("Plt. ", "Plh. ")


class Role(StrEnum):
    """What an account may be apart from the posts of its person."""

    STAFF = "staf"
    ARCHIVIST = "arsiparis"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @property
    def label(self) -> str:
        """As it stands in the ledger and in slips."""
        return self.value.capitalize()


class Act(StrEnum):
    """What somebody may want to do; those of a step are the actor's whom the procedure names."""

    SEND = "send"  # draft, roster, entry; a form in its official's folder
    DECIDE = "decide"  # approve or return
    INITIAL = "initial"
    SIGN = "sign"
    IMPORT_ROSTER = "import-roster"
    PROPOSE_MASTER = "propose-master"
    APPROVE_MASTER = "approve-master"
    CLOSE = "close"
    EXTEND = "extend"
    WITHDRAW = "withdraw"
    AMEND = "amend"
    NUMBER = "number"
    RETRIEVE = "retrieve"


IN_WORDS: dict[Act, str] = {
    Act.SEND: "mengirim berkas di langkah ini",
    Act.DECIDE: "memutuskan naskah ini",
    Act.INITIAL: "memaraf naskah ini",
    Act.SIGN: "menandatangani naskah ini",
    Act.IMPORT_ROSTER: "mengubah Daftar Pejabat",
    Act.PROPOSE_MASTER: "mengusulkan perubahan data induk",
    Act.APPROVE_MASTER: "memutuskan perubahan data induk",
    Act.CLOSE: "menutup pengisian",
    Act.EXTEND: "memperpanjang batas waktu",
    Act.WITHDRAW: "menarik pengumpulan",
    Act.AMEND: "membuka ralat atau perubahan",
    Act.NUMBER: "memberi nomor naskah",
    Act.RETRIEVE: "mengambil arsip ini",
}


@dataclass(frozen=True)
class Rule:
    """Who may do an act that is no step: the actors of ``steps``, the ``roles``.

    What is filed openly (class B) the ``open_to`` roles may have too.
    """

    steps: tuple[Verb, ...] = ()
    roles: tuple[Role, ...] = ()
    open_to: tuple[Role, ...] = ()


RULES: dict[Act, Rule] = {
    Act.IMPORT_ROSTER: Rule((Verb.VERIFY,), (Role.STAFF, Role.ADMINISTRATOR)),
    Act.PROPOSE_MASTER: Rule((Verb.VERIFY,), (Role.STAFF, Role.ADMINISTRATOR)),
    Act.APPROVE_MASTER: Rule((Verb.VERIFY,)),
    Act.CLOSE: Rule((Verb.VERIFY,)),
    Act.EXTEND: Rule((Verb.VERIFY,)),
    Act.WITHDRAW: Rule((Verb.CORRECT,)),
    Act.AMEND: Rule((Verb.SIGN,)),
    Act.NUMBER: Rule((Verb.INITIAL,), (Role.STAFF,)),
    Act.RETRIEVE: Rule((Verb.SIGN,), (Role.ARCHIVIST, Role.AUDITOR), (Role.STAFF,)),
}


@dataclass(frozen=True)
class Person:
    """Somebody who wants to act, with the posts that he holds on that day."""

    account: str
    roles: frozenset[Role] = frozenset()
    posts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entitled:
    """Who may: the holders of these posts, and whoever has one of these roles."""

    posts: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()

    def hat(self, person: Person) -> str | Role | None:
        """In what capacity a person may act: a post, else a role; ``None`` where in none."""
        hats = (*self.posts, *self.roles)
        return next((h for h in hats if h in person.posts or h in person.roles), None)

    def in_words(self) -> str:
        """``Kasubag …, Arsiparis atau Auditor``."""
        names = [*self.posts, *(role.label for role in self.roles)]
        return " atau ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)

    def __or__(self, other: "Entitled") -> "Entitled":
        posts = dict.fromkeys([*self.posts, *other.posts])
        return Entitled(tuple(posts), tuple(dict.fromkeys([*self.roles, *other.roles])))


def entitled_at(procedure: Procedure, step: Step, party: Iterable[str] = ()) -> Entitled:
    """Who may act at a step on a paper of ``party``: all posts of the person whose paper it is.

    Nobody judges a paper of his own: the actor's substitute does, as the procedure names it. Where
    the step's actor is no certain post (Pejabat Terkait), it is the party that acts.
    """
    actor, own = procedure.actor(step.actor), set(party)
    if actor.key in set(Role):
        return Entitled(roles=(Role(actor.key),))
    if not actor.posts:
        return Entitled(posts=tuple(sorted(own)))
    passed = set()
    while own & set(actor.posts):
        passed.add(actor.key)
        if actor.substitute is None or actor.substitute in passed:
            return Entitled()
        actor = procedure.actor(actor.substitute)
    return Entitled(posts=actor.posts)


def entitled_to(act: Act, procedures: Iterable[Procedure], security: str = OPEN) -> Entitled:
    """Who may do an act that is no step, in any of the procedures.

    Raises:
        KeyError: the act is a step's; ask `entitled_at`.
    """
    rule = RULES[act]
    who = Entitled()
    for procedure in procedures:
        for step in (s for verb in rule.steps for s in procedure.steps if s.verb is verb):
            who |= entitled_at(procedure, step)
    return who | Entitled(roles=(*rule.roles, *(rule.open_to if security == OPEN else ())))


def refusal(account: str, persons: Sequence[Person], act: Act, who: Entitled) -> str | None:
    """Why an account may not do an act, and who may; ``None`` where one of its persons may.

    One account may be several persons, as on a PC that is shared: it acts in the hat that the act
    demands.
    """
    if any(who.hat(person) for person in persons):
        return None
    told = f"Akun {account} tidak berwenang {IN_WORDS[act]}."
    if not (who.posts or who.roles):
        return (
            f"{told} Tidak ada pelaksana yang berwenang tanpa memutuskan naskahnya sendiri: minta"
            " administrator menetapkan pengganti (substitute) di sop.toml."
        )
    told = f"{told} Yang berwenang: {who.in_words()}."
    if any(person.posts or person.roles for person in persons):
        return f"{told} Minta yang berwenang melakukannya."
    return (
        f"{told} Bila akun ini miliknya, minta administrator menambahkan [[accounts]] dengan name,"
        " nip, dan roles di kinerja.toml."
    )


def post_of(title: str) -> str:
    """The post behind a title: ``Plt. Kepala Bidang`` is an act in ``Kepala Bidang``."""
    for capacity in _CAPACITIES:
        title = title.removeprefix(capacity)
    return title
