"""The build is reproducible, and what is committed is what the builder makes."""

import zipfile
from pathlib import Path

import pytest
from builder import TEMPLATES
from builder.package import CUSTOM_PROPERTIES, build, members
from lxml import etree

from .rendering import FOLDER

import build as program  # isort: skip  # templates/build.py


@pytest.mark.parametrize("name", TEMPLATES)
def test_two_builds_give_the_same_bytes(name: str) -> None:
    assert build(TEMPLATES[name]()) == build(TEMPLATES[name]())


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_committed_file_is_what_the_builder_makes(name: str) -> None:
    assert members((FOLDER / name).read_bytes()) == members(build(TEMPLATES[name]()))


def test_check_finds_nothing_to_do() -> None:
    assert program.main(["--check"]) == 0


def test_a_second_run_changes_no_byte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--target", str(tmp_path)]) == 0
    first = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()}
    capsys.readouterr()
    assert program.main(["--target", str(tmp_path)]) == 0
    assert capsys.readouterr().out == ""
    assert first == {p.name: (p.read_bytes(), p.stat().st_mtime_ns) for p in tmp_path.iterdir()}


def test_check_names_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--target", str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().out.count("differs") == len(TEMPLATES)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_small_and_has_fixed_times(name: str) -> None:
    assert (FOLDER / name).stat().st_size < 16_000
    with zipfile.ZipFile(FOLDER / name) as package:
        assert {entry.date_time for entry in package.infolist()} == {(2026, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_part_is_well_formed_and_speaks_indonesian(name: str) -> None:
    parts = members((FOLDER / name).read_bytes())
    for blob in parts.values():
        etree.fromstring(blob)
    assert b'w:lang w:val="id-ID" w:eastAsia="id-ID" w:bidi="id-ID"' in parts["word/styles.xml"]
    assert b"en-US" not in b"".join(parts.values())


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_custom_properties_wait_empty_for_the_program(name: str) -> None:
    custom = etree.fromstring(members((FOLDER / name).read_bytes())["docProps/custom.xml"])
    assert {p.get("name"): "".join(map(str, p.itertext())) for p in custom} == dict.fromkeys(
        CUSTOM_PROPERTIES, ""
    )
