import copy
import tomllib
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.domain.indicator import Polarity, Target, achievement, rating_of
from pipeline.domain.procedure import COMMANDS, CommandFolder, Procedure, QualityStandard, Verb

DATA: dict[str, Any] = {
    "key": "contoh",
    "identity": {"name": "Prosedur Contoh", "unit": "Subbagian Contoh"},
    "legal_basis": ["Peraturan Contoh"],
    "qualifications": ["S1"],
    "related": [],
    "equipment": [],
    "warning": "",
    "recording": "",
    "actors": [
        {"key": "staf", "name": "Staf"},
        {"key": "kasubag", "name": "Kasubag", "posts": ["Kasubag"], "substitute": "sekretaris"},
        {"key": "sekretaris", "name": "Sekretaris", "posts": ["Sekretaris"]},
    ],
    "steps": [
        {
            "number": 1,
            "verb": "draft",
            "actor": "staf",
            "activity": "Membuat",
            "inbox": "draft",
            "standard": {"required_input": "Daftar", "days": 2, "output": "Draft"},
        },
        {
            "number": 2,
            "verb": "correct",
            "actor": "kasubag",
            "activity": "Mengoreksi",
            "inbox": "koreksi",
            "standard": {"required_input": "Draft", "minutes": 10, "output": "Format"},
            "returns_to": 1,
        },
    ],
    "achievement": {
        "ratings": [
            {"lower": "50", "name": "Baik", "background": "1B5E20", "foreground": "FFFFFF"},
            {"lower": "0", "name": "Kurang", "background": "C62828", "foreground": "FFFFFF"},
        ]
    },
    "filing": {
        "classification": "000.8.6.3",
        "description": "Data {triwulan} {tahun}",
        "unit_code": "DKP",
        "retention": {"active_years": 2, "inactive_years": 3, "final_action": "musnah"},
    },
}


def changed(path: str, value: object) -> dict[str, Any]:
    data = copy.deepcopy(DATA)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = data
    for part in parents:
        place = place[part]
    place[last] = value
    return data


def complaint(path: str, value: object) -> str:
    with pytest.raises(ValidationError) as refused:
        Procedure.model_validate(changed(path, value))
    return str(refused.value)


@pytest.mark.parametrize(
    ("path", "value", "mend"),
    [
        ("steps.1.number", 3, "urut mulai dari 1 tanpa loncat"),
        ("steps.0.number", 2, "urut mulai dari 1 tanpa loncat"),
        ("steps.1.actor", "gubernur", "pilih salah satu dari kasubag, sekretaris, staf"),
        ("steps.1.returns_to", 2, "nomor langkah sebelumnya"),
        ("steps.1.returns_to", 0, "nomor langkah sebelumnya"),
        ("steps.0.standard.minutes", 5, "isi salah satu: days (hari kerja) atau minutes"),
        ("steps.0.standard.days", 0, "isi salah satu: days (hari kerja) atau minutes"),
        ("actors.1.substitute", "wakil", "pilih salah satu dari kasubag, sekretaris, staf"),
        ("steps.1.verb", "draft", "setiap verb hanya boleh dipakai satu langkah"),
        ("achievement.ratings.1.lower", "60", "batas bawah tertinggi ke terendah"),
        ("filing.number_template", "{kode}/{nomor}", "yang ada {kode}, {urut}, {unit}, {tahun}"),
        ("filing.number_template", "{kode}/{urut", "yang ada {kode}, {urut}, {unit}, {tahun}"),
        ("filing.number_template", "{kode.x}/{urut}", "yang ada {kode}, {urut}, {unit}, {tahun}"),
        ("filing.number_template", "{kode}/{tahun}", "harus memuat {urut}"),
        ("filing.number_template", "{kode}/{urut}", "harus memuat {tahun}"),
        ("filing.number_template", "{urut:x}/{tahun}", "tulis {urut} atau {urut:03} saja"),
        ("filing.number_template", "{urut}/{tahun:,}", "{tahun} dengan empat angka"),
        ("filing.number_template", "{kode.real}{urut}{tahun}", "isian yang tidak dikenal"),
        ("filing.number_template", "{kode.__class__}{urut}{tahun}", "isian yang tidak dikenal"),
        ("filing.number_template", "{urut}/{tahun}" + "x" * 120, "lebih dari 120 huruf"),
        ("filing.numbering", "otomatis", "'automatic', 'manual' or 'none'"),
        ("filing.description", "Data {periode}", "yang ada {triwulan}, {tahun}"),
    ],
)
def test_a_validator_names_the_mend(path: str, value: object, mend: str) -> None:
    assert mend in complaint(path, value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("kunci", "x"),
        ("identity.logo", "x"),
        ("steps.0.catatan", "x"),
        ("key", "Data Kinerja"),
        ("steps", []),
        ("actors", []),
        ("legal_basis", []),
        ("achievement.ratings", []),
        ("achievement.ratings.0.background", "hijau"),
        ("filing.classification", "8.6.3"),
        ("filing.security", "X"),
        ("filing.retention.final_action", "dibuang"),
        ("steps.0.verb", "print"),
        ("steps.0.inbox", "1 draft"),
        ("steps.0.standard.days", -1),
    ],
)
def test_what_the_model_does_not_know_is_refused_by_its_key(path: str, value: object) -> None:
    assert path.rpartition(".")[2] in complaint(path, value)


PARAF = {
    "number": 3,
    "verb": "initial",
    "actor": "kasubag",
    "activity": "Memaraf",
    "inbox": "paraf",
    "standard": {"required_input": "Print Out", "minutes": 20, "output": "Print Out berparaf"},
}


def with_initials(keys: list[str], *, at: int = 2) -> Procedure:
    """The procedure with a paraf, where these initial."""
    data = copy.deepcopy(DATA)
    data["actors"].append({"key": "kepala", "name": "Kepala", "posts": ["Kepala Dinas"]})
    data["actors"].append({"key": "plt", "name": "Plt.", "posts": ["Sekretaris"]})
    data["steps"].append(copy.deepcopy(PARAF))
    data["steps"][at]["initials"] = keys
    return Procedure.model_validate(data)


@pytest.mark.parametrize(
    ("keys", "at", "mend"),
    [
        (["gubernur"], 2, "langkah 3: initials: 'gubernur' bukan pelaksana yang berjabatan"),
        (["staf"], 2, "pilih dari antara kasubag, kepala, plt, sekretaris"),
        (["kasubag", "kasubag"], 2, "jabatan yang sama dua kali; satu jabatan satu paraf"),
        (["sekretaris", "plt"], 2, "jabatan yang sama dua kali; satu jabatan satu paraf"),
        (["kasubag", "sekretaris", "kepala", "plt"], 2, "memuat 4 pemaraf; paraf hierarki paling"),
        (["kasubag"], 1, "hanya untuk langkah paraf (verb initial)"),
    ],
)
def test_who_initials_must_hold_posts_of_their_own(keys: list[str], at: int, mend: str) -> None:
    with pytest.raises(ValidationError) as refused:
        with_initials(keys, at=at)
    assert mend in str(refused.value)


@pytest.mark.parametrize("keys", [[], ["sekretaris"], ["kasubag", "sekretaris", "kepala"]])
def test_up_to_three_initial_in_the_order_of_the_procedure(keys: list[str]) -> None:
    procedure = with_initials(keys)
    assert [actor.key for actor in procedure.initialling(procedure.steps[2])] == keys


def test_where_nothing_is_said_the_actor_initials() -> None:
    procedure = Procedure.model_validate({**DATA, "steps": [*DATA["steps"], PARAF]})
    assert [actor.key for actor in procedure.initialling(procedure.steps[2])] == ["kasubag"]


def test_a_procedure_answers_for_itself() -> None:
    procedure = Procedure.model_validate(DATA)
    correct = procedure.step(Verb.CORRECT)
    assert correct.folder == "2-koreksi"
    assert procedure.step_in("2-koreksi") is correct
    assert procedure.step_in("koreksi") is None
    assert correct.commands == (CommandFolder.APPROVE, CommandFolder.RETURN)
    assert procedure.actor("staf").posts == ()
    with pytest.raises(KeyError):
        procedure.step(Verb.SIGN)
    with pytest.raises(KeyError):
        procedure.actor("gubernur")


def test_nobody_judges_the_own_document() -> None:
    procedure = Procedure.model_validate(DATA)
    correct = procedure.step(Verb.CORRECT)
    assert procedure.post_for(correct) == "Kasubag"
    assert procedure.post_for(correct, party="Kabid") == "Kasubag"
    assert procedure.post_for(correct, party="Kasubag") == "Sekretaris"
    assert procedure.post_for(procedure.step(Verb.DRAFT)) is None


def test_printed_times_and_policy() -> None:
    procedure = Procedure.model_validate(DATA)
    assert [s.standard.time for s in procedure.steps] == ["2 Hari", "10 Menit"]
    assert procedure.achievement.policy.floor == Decimal(0)
    assert [r.name for r in procedure.achievement.scale] == ["Baik", "Kurang"]
    with pytest.raises(ValidationError):
        QualityStandard(required_input="", output="")


def test_every_verb_has_its_command_folders() -> None:
    assert set(COMMANDS) == set(Verb)
    assert all(COMMANDS.values())


ALTERNATIVE = """
cap = "120"
negative = "T/R"
zero_target = { negative_missed = "0", positive = "100" }
ratings = [
  { lower = "85.01", name = "Memuaskan", background = "1B5E20", foreground = "FFFFFF" },
  { lower = "75.01", name = "Sangat Baik", background = "66BB6A", foreground = "000000" },
  { lower = "65.01", name = "Baik", background = "9CCC65", foreground = "000000" },
  { lower = "50.01", name = "Cukup Baik", background = "FFEB3B", foreground = "000000" },
  { lower = "30.01", name = "Agak Kurang", background = "FB8C00", foreground = "000000" },
  { lower = "-100000", name = "Kurang", background = "C62828", foreground = "FFFFFF" },
]
"""
"""The scale “more than 85, more than 75 …”: achievements have two decimals."""


@pytest.mark.parametrize(
    ("actual", "name"),
    [
        ("8500.4", "Sangat Baik"),
        ("8500.5", "Memuaskan"),
        ("7500", "Baik"),
        ("6501", "Baik"),
        ("6500", "Cukup Baik"),
        ("5000", "Agak Kurang"),
        ("3000", "Kurang"),
        ("-1", "Kurang"),
    ],
)
def test_another_scale_is_configuration(actual: str, name: str) -> None:
    rules = Procedure.model_validate(changed("achievement", tomllib.loads(ALTERNATIVE))).achievement
    percent = achievement(Decimal(actual), Target(Decimal(10000)), Polarity.POSITIVE, rules.policy)
    rating = rating_of(percent, rules.scale)
    assert rating is not None
    assert rating.name == name


def test_formula_and_zero_targets_are_configuration() -> None:
    data = changed("achievement", tomllib.loads(ALTERNATIVE))
    policy = Procedure.model_validate(data).achievement.policy
    fewer, none = Polarity.NEGATIVE, Target(Decimal(0))
    assert achievement(Decimal(9), Target(Decimal(10)), fewer, policy) == Decimal("111.11")
    assert achievement(Decimal(0), Target(Decimal(10)), fewer, policy) == Decimal(120)
    assert achievement(Decimal(0), none, fewer, policy) == Decimal(100)
    assert achievement(Decimal(3), none, fewer, policy) == Decimal(0)
    assert achievement(Decimal(3), none, Polarity.POSITIVE, policy) == Decimal(100)


@pytest.mark.parametrize(
    ("key", "value"), [("negative", "R/T"), ("cap", "-1"), ("zero_target", {"negative": "1"})]
)
def test_a_policy_that_cannot_be_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Procedure.model_validate(changed(f"achievement.{key}", value))
