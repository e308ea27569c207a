import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.confine.reader import Reader

from . import misdeeds


@pytest.fixture(scope="module", autouse=True)
def _walls(reader: Reader) -> None:
    missing = reader.protection().missing()
    if missing:
        pytest.skip(f"this machine lacks {missing}")


@pytest.fixture
def secret(tmp_path: Path) -> Iterator[Path]:
    """A state folder of an office, as the service itself may read it."""
    key = tmp_path / ".kinerja" / "kunci.p12"
    key.parent.mkdir()
    key.write_bytes(b"rahasia")
    yield key
    assert key.read_bytes() == b"rahasia"


@pytest.fixture
def port() -> Iterator[int]:
    """Somebody who listens on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.mark.parametrize("what", ["read", "write", "remove"])
def test_no_file_of_the_office_is_reached(reader: Reader, secret: Path, what: str) -> None:
    assert reader.run(misdeeds.attempt, what, str(secret), 0) == "PermissionError"


@pytest.mark.parametrize("path", ["/", "/etc", "/home", "/root", "/tmp", "/var", "/proc"])
def test_no_folder_is_listed(reader: Reader, path: str) -> None:
    assert reader.run(misdeeds.attempt, "list", path, 0) == "PermissionError"


def test_no_file_is_made(reader: Reader, tmp_path: Path) -> None:
    for folder in (tmp_path, Path("/tmp"), Path("/dev/shm"), Path.cwd()):
        new = folder / "kinerja-baru"
        assert reader.run(misdeeds.attempt, "write", str(new), 0) == "PermissionError"
        assert not new.exists()


def test_no_secret_of_the_service_is_read(reader: Reader) -> None:
    for name in ("environ", "mem", "maps", "cmdline"):
        said = reader.run(misdeeds.attempt, "read", f"/proc/{os.getpid()}/{name}", 0)
        assert said == "PermissionError"


@pytest.mark.parametrize("what", ["connect", "send"])
def test_nobody_is_called(reader: Reader, port: int, what: str) -> None:
    assert reader.run(misdeeds.attempt, what, "", port) == "PermissionError"


def test_no_local_socket_is_reached(reader: Reader, tmp_path: Path) -> None:
    path = str(tmp_path / "postgres")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        assert reader.run(misdeeds.attempt, "local", path, 0) == "PermissionError"


@pytest.mark.parametrize("path", ["/bin/true", "/usr/bin/env"])
def test_no_program_is_run(reader: Reader, path: str) -> None:
    assert reader.run(misdeeds.attempt, "run", path, 0) == "PermissionError"


def test_no_process_is_made(reader: Reader) -> None:
    assert reader.run(misdeeds.attempt, "fork", "", 0) == "PermissionError"


@pytest.mark.parametrize("what", ["kill", "trace", "limit", "slow"])
def test_nobody_is_signalled_traced_or_held_down(reader: Reader, what: str) -> None:
    for pid in (os.getpid(), reader.zygote_pid or 0):
        assert reader.run(misdeeds.attempt, what, "", pid) == "PermissionError"


def test_no_memory_is_left_behind(reader: Reader) -> None:
    assert reader.run(misdeeds.attempt, "share", "", 4096) == "PermissionError"


def test_nothing_is_mounted(reader: Reader) -> None:
    assert reader.run(misdeeds.attempt, "mount", "/", 0) == "PermissionError"


def test_nothing_of_the_environment_comes_along(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINERJA_PIN", "123456")
    reader.close()  # the next zygote is started with it around
    known = reader.run(misdeeds.environment)
    assert set(known) <= {"LANG", "LC_CTYPE", "LD_LIBRARY_PATH", *QUIET}


QUIET = ("OPENBLAS_NUM_THREADS", "PYTHONDONTWRITEBYTECODE")


def test_hardly_anything_is_open(reader: Reader, secret: Path) -> None:
    with secret.open("rb"):
        assert len(reader.run(misdeeds.open_files)) <= 5  # three times /dev/null, memory, the job
