import ast
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.domain.document import Kind
from pipeline.domain.procedure import COMMANDS, CommandFolder, Verb
from pipeline.errors import NotFoundError
from pipeline.office import Office
from pipeline.procedures import load_procedure
from pipeline.sop import runner
from pipeline.sop.by_word import DECIDABLE
from pipeline.sop.runner import CHAINS, DECISIONS, VERBS
from pipeline.sop.targets import DECIDED_AT
from pipeline.store import Store

PACKAGE = Path(pipeline.__file__).parent


def test_every_verb_has_its_file_and_receives() -> None:
    assert set(VERBS) == set(Verb)
    for verb, receive in VERBS.items():
        assert callable(receive)
        assert (PACKAGE / "sop" / "steps" / f"{verb.value}.py").is_file()


def test_steps_hold_verbs_and_nothing_else() -> None:
    files = {path.stem for path in (PACKAGE / "sop" / "steps").glob("*.py")}
    assert files - {"__init__"} == {verb.value for verb in Verb}


def test_every_file_of_a_step_names_its_sop_step() -> None:
    steps = load_procedure(PACKAGE.parent / "templates" / "data-kinerja" / "sop.toml").steps
    for step in steps:
        source = (PACKAGE / "sop" / "steps" / f"{step.verb.value}.py").read_text("utf-8")
        assert (ast.get_docstring(ast.parse(source)) or "").startswith(f"SOP {step.number}: ")


def test_every_kind_that_can_be_decided_is_decided() -> None:
    assert set(DECISIONS) == {*DECIDED_AT.values(), Kind.MASTER} == DECIDABLE
    judged = {v for v, commands in COMMANDS.items() if CommandFolder.RETURN in commands}
    assert set(DECIDED_AT) == judged
    assert all(isinstance(kind, Kind) for kind in DECISIONS)


def enqueued_names() -> dict[str, Any]:
    """Every name that some part of the program enqueues, with its value: the queue's grammar."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        source = path.read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "enqueue"
                and isinstance(node.func.value, ast.Name)
            ):
                name = ast.get_source_segment(source, node.args[0]) or ""
                place = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
                found[f"{place}: {name}"] = value_of(place, node.args[0])
    return found


def value_of(module: str, node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    assert isinstance(node, ast.Name), f"{module}: a chain is named by a constant"
    return getattr(__import__(module, fromlist=["_"]), node.id)


def test_every_chain_that_is_enqueued_can_be_run() -> None:
    names = enqueued_names()
    assert len(names) > 8
    assert {place: name for place, name in names.items() if name not in CHAINS} == {}


def test_every_chain_is_enqueued_by_somebody() -> None:
    assert set(CHAINS) == set(enqueued_names().values())


def test_an_unknown_chain_is_told(office: Office) -> None:
    with pytest.raises(NotFoundError, match="tidak-ada"):
        runner.run(office, "tidak-ada", "x")


def test_a_chain_ends_with_the_folders_laid_out(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = []
    monkeypatch.setitem(CHAINS, "uji", lambda _, key: said.append(key))
    monkeypatch.setattr(type(office.outbox), "lay_out", lambda _: said.append("lay out"))
    runner.run(office, "uji", "kunci")
    assert said == ["kunci", "lay out"]
    assert isinstance(office.store, Store)
