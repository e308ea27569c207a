import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake import settle
from pipeline.intake.settle import is_ignored, is_quiet, is_readable, is_whole

from .samples import PDF, word


@pytest.mark.parametrize(
    "name",
    [
        *("~$rmulir.docx", "~WRD0001.tmp", "~WRL0003.tmp", ".~lock.Formulir.docx#", "a.tmp"),
        *("Thumbs.db", "thumbs.db", "desktop.ini", "Desktop.INI", ".DS_Store", "._Formulir.docx"),
        *("a.pdf.crdownload", "a.pdf.part", "a.PARTIAL", "a.TMP", "a.docx~", ".hidden"),
    ],
)
def test_names_that_programs_use_for_themselves(name: str) -> None:
    assert is_ignored(name)


@pytest.mark.parametrize(
    "name", ["Formulir.docx", "PERBAIKI 2 - Formulir.docx", "bagian.part.pdf", "a~b.docx", "tmp"]
)
def test_names_that_people_use(name: str) -> None:
    assert not is_ignored(name)


def test_what_the_acting_account_may_not_read_is_told() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.docx"
        path.write_bytes(word())
        path.chmod(0o600 if os.geteuid() == 0 else 0)
        Path(folder).chmod(0o755)
        acting = os.geteuid()
        assert is_readable(path) == (acting == 0)
        if acting == 0:  # the service may act as another account than started it
            os.seteuid(65534)
        try:
            assert not is_readable(path)
        finally:
            os.seteuid(acting)
        path.chmod(0o644)
        assert is_readable(path)


def test_a_file_open_for_writing_is_not_quiet(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with path.open("wb") as writer:
        writer.write(word())
        writer.flush()
        os.utime(path, (0, 0))  # size and time are as Explorer fakes them
        assert not is_quiet(path)
    assert is_quiet(path)


def test_a_writer_is_seen_after_the_file_was_renamed_away(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with path.open("wb") as writer:
        writer.write(word())
        moved = path.rename(tmp_path / "isi")
        assert not is_quiet(moved)
    assert is_quiet(moved)


def test_a_reader_does_not_disturb(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(word())
    with path.open("rb"):
        assert is_quiet(path)


def test_asking_leaves_no_lease_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(word())
    assert is_quiet(path)
    writer = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    os.close(writer)


@pytest.mark.parametrize(("age_s", "quiet"), [(0.5, False), (3.0, True)])
def test_without_leases_a_file_must_have_been_still(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, age_s: float, quiet: bool
) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(word())

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(settle.fcntl, "fcntl", refuse)
    changed = path.stat().st_ctime
    monkeypatch.setattr(settle.time, "time", lambda: changed + age_s)
    assert is_quiet(path) is quiet


@pytest.mark.parametrize("data", [word(), PDF, b"x", b"PK", b"%PD", b"\xff\xd8\xff gambar"])
def test_whole(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    assert is_whole(path)


@pytest.mark.parametrize(
    "data", [b"", word()[:-30], word()[:200], PDF[:-8], PDF[:100], b"PK\x03\x04", b"%PDF"]
)
def test_cut(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    assert not is_whole(path)


def test_a_size_that_was_set_first_and_never_filled_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "foto.jpg"
    with path.open("wb") as file:
        file.write(b"\xff\xd8\xff" * 1000)
        file.truncate(1 << 20)
    assert not is_whole(path)


@given(st.binary(min_size=1, max_size=300), st.integers(1, 200))
def test_a_cut_zip_is_never_whole(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cut: int
) -> None:
    data = word(content.hex())
    path = tmp_path_factory.getbasetemp() / "cut.docx"
    path.write_bytes(data[: max(4, len(data) - cut)])
    assert not is_whole(path)
