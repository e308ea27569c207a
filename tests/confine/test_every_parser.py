"""No room is entered with foreign bytes but through the reader: shown on the source itself."""

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from pipeline.confine.crossing import name_of
from pipeline.forms import apart as forms
from pipeline.pdf import apart as pdf
from pipeline.scans import apart as scans
from pipeline.signing import apart as signing

ROOT = Path(__file__).resolve().parents[2]
CALLERS = [
    ROOT / "pipeline" / "office.py",
    *sorted(
        path
        for layer in ("sop", "tasks", "service", "cli", "web", "intake", "archive")
        for path in (ROOT / "pipeline" / layer).rglob("*.py")
    ),
]
APART = {
    name_of(f).partition(":")[2] for f in (*forms.APART, *pdf.APART, *scans.APART, *signing.APART)
}
PARSERS = {
    *("open_word", "read_identity", "read_fields", "read_comments", "read_properties"),
    *("write_properties", "check_template", "foreign_content", "open_book", "sheet_titles"),
    *("gather", "text_of", "page_png", "stamped", "safe_copy", "verify"),
    *("DocxTemplate", "load_workbook", "PdfReader", "PdfFileReader", "PdfDocument", "ZipFile"),
}
OWN_BYTES = {
    "pipeline/sop/starters.py": {"write_properties"},  # the office's own template
    "pipeline/sop/printout/places.py": {"gather"},  # the print-out as LibreOffice has just made it
    "pipeline/tasks/demo/hand.py": {"load_workbook"},  # the demo's own hand, in the demo's office
    "pipeline/cli/commands/demo.py": {"page_png"},  # the print-out of the demo's office
    "pipeline/office.py": {"render"},  # the office's own templates
}
"""What is parsed near, by file: bytes that nobody outside had a part in."""


@lru_cache(maxsize=1)
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """The names that are called in a file, with their line."""
    for node in nodes(path):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node.func.id, node.lineno


def imported(path: Path) -> set[str]:
    """The names that a file has from the rooms and from libraries, not from its own layers."""
    rooms = ("pipeline.forms", "pipeline.pdf", "pipeline.scans", "pipeline.signing")
    return {
        alias.asname or alias.name
        for node in nodes(path)
        if isinstance(node, ast.ImportFrom)
        and (
            (node.module or "").startswith(rooms) or not (node.module or "").startswith("pipeline")
        )
        for alias in node.names
    }


@pytest.mark.parametrize("path", CALLERS, ids=lambda p: str(p.relative_to(ROOT)))
def test_foreign_bytes_are_parsed_apart(path: Path) -> None:
    own = OWN_BYTES.get(path.relative_to(ROOT).as_posix(), set())
    near = {
        f"{name} in line {line}"
        for name, line in calls(path)
        if name in (APART | PARSERS | {"render"}) & imported(path) - own
    }
    assert near == set()


def test_the_rule_sees_what_it_should(tmp_path: Path) -> None:
    path = tmp_path / "step.py"
    path.write_text(
        "from pipeline.forms.apart import read_word\n"
        "from pipeline.pdf.facts import gather as facts_of, gather\n"
        "read_word(b'')\ngather(b'')\noffice.reader.read(read_word, b'')\n"
    )
    seen = {name for name, _ in calls(path)} & (APART | PARSERS) & imported(path)
    assert seen == {"read_word", "gather"}


def test_what_is_called_apart_is_called_somewhere() -> None:
    """A function on the list that nobody hands to the reader would be a hole for nothing."""
    handed = {
        node.args[0].id
        for path in [*CALLERS, *sorted((ROOT / "pipeline").glob("*/*.py"))]
        for node in nodes(path)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Name)
    }
    assert handed >= APART
