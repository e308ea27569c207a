"""The house rules that a program can hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES, MOST_IN_A_FUNCTION = 350, 60
SOURCES = sorted((ROOT / "pipeline").rglob("*.py"))
# Written once and never read again: what a migration does stands in one piece
MIGRATIONS = ROOT / "pipeline" / "ledger" / "migrations" / "versions"
Function = ast.FunctionDef | ast.AsyncFunctionDef
every_file = pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def public(node: ast.AST) -> Iterator[Function | ast.ClassDef]:
    """Public classes, functions and methods; what is inside a function is nobody else's."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function | ast.ClassDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


@every_file
def test_a_file_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


@every_file
def test_a_function_is_short(path: Path) -> None:
    if path.parent == MIGRATIONS:
        return
    long = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(tree(path))
        if isinstance(node, Function)
    }
    assert {name: lines for name, lines in long.items() if lines > MOST_IN_A_FUNCTION} == {}


@every_file
def test_what_is_public_is_explained(path: Path) -> None:
    module = tree(path)
    assert ast.get_docstring(module), "the module says what it is for"
    silent = [node.name for node in public(module) if not ast.get_docstring(node)]
    assert silent == []


def test_imports_point_downward(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(str(ROOT))
    broken = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert broken == 0, capsys.readouterr().out
