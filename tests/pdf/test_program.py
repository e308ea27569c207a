"""Finding LibreOffice and its fonts, and saying what to install where one is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import ConversionError
from pipeline.pdf import program


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Each test searches anew."""
    program.find_office.cache_clear()
    yield
    program.find_office.cache_clear()


def test_this_machine_has_all_of_it() -> None:
    found = program.find_office()
    assert found.binary.exists()
    assert found.version.count(".") >= 2
    assert program.missing_fonts() == []


def test_without_libreoffice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(program, "_PROGRAM_FOLDERS", ())
    with pytest.raises(ConversionError, match=r"tidak ditemukan.*apt install libreoffice-writer"):
        program.find_office()


def test_without_writer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(program, "_PROGRAM_FOLDERS", (str(tmp_path),))
    (tmp_path / "soffice").touch()
    with pytest.raises(ConversionError, match="tanpa Writer"):
        program.find_office()


def test_without_bridge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_has_bridge", lambda _: False)
    with pytest.raises(ConversionError, match="python3-uno"):
        program.find_office()


def test_missing_family_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "FONT_FAMILIES", ("Carlito", "Huruf Yang Tidak Ada"))
    assert program.missing_fonts() == ["Huruf Yang Tidak Ada"]


def test_without_fontconfig(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConversionError, match="paket fontconfig"):
        program.missing_fonts()
