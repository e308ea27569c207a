import errno
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake import settle
from pipeline.intake.settle import NoFileError, is_ignored, is_whole, reading

from .samples import PDF, make_odd, word


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


def is_quiet(path: Path) -> bool:
    with reading(path) as file:
        return not file.is_written


def whole(path: Path) -> bool:
    with reading(path) as file:
        return is_whole(file.handle)


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


def test_who_wants_to_write_waits_while_it_is_read_and_is_seen(tmp_path: Path) -> None:
    """Another process: for our own, the kernel would not ask."""
    path = tmp_path / "a.docx"
    path.write_bytes(word())
    with reading(path) as file:
        assert file.leased
        assert file.is_unchanged()
        call = ["python3", "-c", f"open({str(path)!r}, 'ab').write(b'!')"]
        writer = subprocess.Popen(call)
        while not file.is_awaited():
            assert writer.poll() is None
        assert path.read_bytes() == word()
        assert not file.is_unchanged()
    assert writer.wait(timeout=60) == 0
    assert path.read_bytes() == word() + b"!"


def test_a_change_is_seen_where_no_lease_can_be_had(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(word())

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(settle.fcntl, "fcntl", refuse)
    with reading(path) as file:
        assert (file.leased, file.is_written) == (False, False)
        assert file.is_unchanged()
        with path.open("ab") as writer:
            writer.write(b"!")
        assert not file.is_unchanged()


@pytest.mark.parametrize("kind", ["link", "dangling link", "folder", "pipe", "socket", "device"])
def test_what_is_no_file_is_never_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.docx"
    if kind == "device":
        path = Path("/dev/null")
    else:
        make_odd(path, kind)
    with pytest.raises(NoFileError), reading(path):
        pass


@pytest.mark.parametrize("data", [word(), PDF, b"x", b"PK", b"%PD", b"\xff\xd8\xff gambar"])
def test_whole(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    assert whole(path)


@pytest.mark.parametrize(
    "data", [b"", word()[:-30], word()[:200], PDF[:-8], PDF[:100], b"PK\x03\x04", b"%PDF"]
)
def test_cut(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    assert not whole(path)


def test_a_size_that_was_set_first_and_never_filled_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "foto.jpg"
    with path.open("wb") as file:
        file.write(b"\xff\xd8\xff" * 1000)
        file.truncate(1 << 20)
    assert not whole(path)


def test_a_hole_in_the_middle_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "foto.jpg"
    with path.open("wb") as file:
        file.write(b"\xff\xd8\xff" * 3000)
        file.seek(1 << 20)
        file.write(b"\xff\xd9" * 3000)
    assert not whole(path)


@given(st.binary(min_size=1, max_size=300), st.integers(1, 200))
def test_a_cut_zip_is_never_whole(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cut: int
) -> None:
    data = word(content.hex())
    path = tmp_path_factory.getbasetemp() / "cut.docx"
    path.write_bytes(data[: max(4, len(data) - cut)])
    assert not whole(path)
