"""Who may do what: every role and post against every act, and every step of the SOP."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from pipeline.domain.authority import (
    IN_WORDS,
    RULES,
    Act,
    Entitled,
    Person,
    Role,
    entitled_at,
    entitled_to,
    post_of,
    refusal,
)
from pipeline.domain.procedure import Procedure, Verb
from pipeline.procedures import load_procedure

SOP = Path(__file__).resolve().parents[2] / "templates/data-kinerja/sop.toml"
KASUBAG, SEKRETARIS = "Kasubag Program, Kepegawaian dan Pelaporan", "Sekretaris"
KABID = "Kabid Perikanan Tangkap"
PEOPLE: dict[str, Person] = {
    "staf": Person("a", frozenset({Role.STAFF})),
    "kasubag": Person("b", posts=(KASUBAG,)),
    "sekretaris": Person("c", posts=(SEKRETARIS,)),
    "kabid": Person("d", posts=(KABID,)),
    "arsiparis": Person("e", frozenset({Role.ARCHIVIST})),
    "administrator": Person("f", frozenset({Role.ADMINISTRATOR})),
    "auditor": Person("g", frozenset({Role.AUDITOR})),
    "tamu": Person("h"),
}


@pytest.fixture(scope="module")
def procedure() -> Procedure:
    return load_procedure(SOP)


def those_who_may(who: Entitled) -> set[str]:
    return {name for name, person in PEOPLE.items() if who.hat(person) is not None}


@pytest.mark.parametrize(
    ("verb", "party", "may"),
    [
        (Verb.DRAFT, [], {"staf"}),
        (Verb.CORRECT, [], {"kasubag"}),
        (Verb.DISTRIBUTE, [], {"staf"}),
        (Verb.FILL, [KABID], {"kabid"}),
        (Verb.FILL, [KASUBAG], {"kasubag"}),
        (Verb.FILL, [], set()),
        (Verb.VERIFY, [], {"kasubag"}),
        (Verb.VERIFY, [KABID], {"kasubag"}),
        (Verb.VERIFY, [SEKRETARIS], {"kasubag"}),
        (Verb.VERIFY, [KASUBAG], {"sekretaris"}),
        (Verb.VERIFY, [KASUBAG, KABID], {"sekretaris"}),  # the Kasubag is Plt. Kabid too
        (Verb.VERIFY, [KASUBAG, SEKRETARIS], set()),  # and the Sekretaris Plt. Kasubag
        (Verb.ENTER, [], {"staf"}),
        (Verb.INITIAL, [], {"kasubag"}),
        (Verb.SIGN, [], {"kasubag"}),
    ],
)
def test_a_step_is_its_actors_and_nobody_judges_a_paper_of_his_own(
    procedure: Procedure, verb: Verb, party: Iterable[str], may: set[str]
) -> None:
    assert those_who_may(entitled_at(procedure, procedure.step(verb), party)) == may


@pytest.mark.parametrize(
    ("act", "security", "may"),
    [
        (Act.IMPORT_ROSTER, "B", {"staf", "kasubag", "administrator"}),
        (Act.PROPOSE_MASTER, "B", {"staf", "kasubag", "administrator"}),
        (Act.APPROVE_MASTER, "B", {"kasubag"}),
        (Act.CLOSE, "B", {"kasubag"}),
        (Act.EXTEND, "B", {"kasubag"}),
        (Act.WITHDRAW, "B", {"kasubag"}),
        (Act.AMEND, "B", {"kasubag"}),
        (Act.NUMBER, "B", {"staf", "kasubag"}),
        (Act.RETRIEVE, "B", {"staf", "kasubag", "arsiparis", "auditor"}),
        (Act.RETRIEVE, "T", {"kasubag", "arsiparis", "auditor"}),
        (Act.RETRIEVE, "SR", {"kasubag", "arsiparis", "auditor"}),
    ],
)
def test_what_is_no_step_is_ruled_by_the_table(
    procedure: Procedure, act: Act, security: str, may: set[str]
) -> None:
    assert those_who_may(entitled_to(act, [procedure], security)) == may


def test_every_act_is_ruled_and_has_words(procedure: Procedure) -> None:
    assert set(IN_WORDS) == set(Act)
    assert set(Act) - set(RULES) == {Act.SEND, Act.DECIDE, Act.INITIAL, Act.SIGN}
    for act in RULES:
        assert those_who_may(entitled_to(act, [procedure]))


def test_without_a_procedure_only_roles_may() -> None:
    assert those_who_may(entitled_to(Act.CLOSE, [])) == set()
    assert those_who_may(entitled_to(Act.NUMBER, [])) == {"staf"}


def test_substitutes_that_name_each_other_end(procedure: Procedure) -> None:
    def with_substitute(actor: object) -> object:
        if actor.key == "sekretaris":  # type: ignore[attr-defined]
            return actor.model_copy(update={"substitute": "kasubag"})  # type: ignore[attr-defined]
        return actor

    circle = procedure.model_copy(update={"actors": tuple(map(with_substitute, procedure.actors))})
    step = circle.step(Verb.VERIFY)
    assert entitled_at(circle, step, [KASUBAG, SEKRETARIS]) == Entitled()
    assert entitled_at(circle, step, [KASUBAG]).posts == (SEKRETARIS,)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_refusal_says_who_may(procedure: Procedure, name: str) -> None:
    who, person = entitled_to(Act.CLOSE, [procedure]), PEOPLE[name]
    told = refusal(person.account, [person], Act.CLOSE, who)
    if name == "kasubag":
        assert told is None
        return
    assert told is not None
    assert f"Akun {person.account} tidak berwenang menutup pengisian." in told
    assert f"Yang berwenang: {KASUBAG}." in told
    assert ("[[accounts]]" in told) == (name == "tamu")


def test_an_unknown_account_is_told_how_to_be_known(procedure: Procedure) -> None:
    told = refusal("pc-7", [], Act.RETRIEVE, entitled_to(Act.RETRIEVE, [procedure]))
    assert told is not None
    assert f"{KASUBAG}, Arsiparis, Auditor atau Staf" in told
    assert "minta administrator menambahkan [[accounts]]" in told


def test_where_nobody_may_the_mend_is_in_the_sop(procedure: Procedure) -> None:
    both = entitled_at(procedure, procedure.step(Verb.VERIFY), [KASUBAG, SEKRETARIS])
    assert both.posts == ("Kepala Dinas",)
    everybody = [KASUBAG, SEKRETARIS, "Kepala Dinas"]
    nobody = entitled_at(procedure, procedure.step(Verb.VERIFY), everybody)
    told = refusal("pc", [PEOPLE["kasubag"]], Act.DECIDE, nobody)
    assert told is not None
    assert "substitute" in told
    assert "sop.toml" in told


def test_one_account_of_several_persons_acts_in_the_hat_that_is_demanded(
    procedure: Procedure,
) -> None:
    persons = [PEOPLE["kasubag"], PEOPLE["sekretaris"]]
    own = entitled_at(procedure, procedure.step(Verb.VERIFY), [KASUBAG])
    assert refusal("pc", persons, Act.DECIDE, own) is None
    assert [own.hat(person) for person in persons] == [None, SEKRETARIS]
    closing = entitled_to(Act.CLOSE, [procedure])
    assert [closing.hat(person) for person in persons] == [KASUBAG, None]


def test_a_post_goes_before_a_role() -> None:
    person = Person("x", frozenset({Role.ARCHIVIST}), (KASUBAG,))
    assert Entitled((KASUBAG,), (Role.ARCHIVIST,)).hat(person) == KASUBAG
    assert Entitled((), (Role.ARCHIVIST,)).hat(person) is Role.ARCHIVIST


@pytest.mark.parametrize(
    ("title", "post"),
    [(f"Plt. {KASUBAG}", KASUBAG), (f"Plh. {KABID}", KABID), (KASUBAG, KASUBAG), ("Staf", "Staf")],
)
def test_the_post_behind_a_title(title: str, post: str) -> None:
    assert post_of(title) == post
