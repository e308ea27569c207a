"""No PIN and no key leaves the process that was given them: looked at from outside, a real one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12

from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks import seal
from tests.cli.calling import call
from tests.keys_of_all_kinds import PIN, KeyRing
from tests.tasks import small_office as small

WRONG = "keliru-517733"
SPY = """
import sys
for name in sys.argv[2:]:
    try:
        with open(f"/proc/{sys.argv[1]}/{name}", "rb", buffering=0):
            print("open")
    except OSError:
        print("shut")
"""
PLAIN = (
    ["setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    if os.geteuid() == 0
    else []
)
"""What makes root a plain user, who owns these files and processes, and may no more than that."""
WITH_CORES = ["sh", "-c", 'ulimit -S -c "$(ulimit -H -c)"; exec "$@"', "sh"]
"""As many core dumps as this machine allows, so that it is the program that forbids them."""
PATIENCE_S = 180


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    root, _, prepared = small.prepared_office(tmp_path_factory.mktemp("kantor"))
    return root, prepared


@pytest.fixture
def root(
    request: pytest.FixtureRequest, made: tuple[Path, bytes], key_ring: KeyRing
) -> Iterator[Path]:
    """An office whose Kasubag has a key of some kind, and a print-out to initial."""
    folder, prepared = made
    settings = folder / "kinerja.toml"
    before = settings.read_bytes()
    small.with_key_of(folder, key_ring, getattr(request, "param", "pkcs12"))
    with open_office(folder) as office:
        small.let_it_wait(office, prepared)
    yield folder
    settings.write_bytes(before)


@contextmanager
def initialling(root: Path, scratch: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """``kinerja initial`` as it waits for its PIN, and where to write that."""
    reading, writing = os.pipe()
    scratch.mkdir(exist_ok=True)
    command = [*PLAIN, *WITH_CORES, sys.executable, "-m", "pipeline", "initial", "--all"]
    with subprocess.Popen(
        [*command, "--as", "kasubag", "--office", str(root), "--pin-fd", str(reading)],
        pass_fds=[reading],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(scratch)},
    ) as process:
        os.close(reading)
        try:
            yield process, writing
        finally:
            process.kill()


def seen(pid: int, *names: str) -> Sequence[str]:
    """Whether another process of the same plain user can open these of the process."""
    spy = [*PLAIN, sys.executable, "-c", SPY, str(pid), *names]
    return subprocess.run(spy, capture_output=True, text=True, check=True).stdout.split()


def core_limits(pid: int) -> list[str]:
    told = Path(f"/proc/{pid}/limits").read_text(encoding="ascii").splitlines()
    (line,) = (line for line in told if line.startswith("Max core file size"))
    return line.split()[4:6]


def files_with(secret: bytes, *folders: Path) -> list[Path]:
    """Where these bytes are, in a file or in the name of one."""
    return [
        path
        for folder in folders
        for path in folder.rglob("*")
        if secret in os.fsencode(path) or (path.is_file() and secret in path.read_bytes())
    ]


def test_the_spy_sees_a_process_that_does_not_hide() -> None:
    call_ = [*PLAIN, sys.executable, "-c", "print(1, flush=True); input()"]
    with subprocess.Popen(call_, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as open_one:
        assert open_one.stdout
        open_one.stdout.readline()
        assert seen(open_one.pid, "environ", "maps") == ["open", "open"]
        open_one.kill()


def test_before_the_pin_is_read_the_process_is_hidden(root: Path, tmp_path: Path) -> None:
    """No PIN is on its way yet when nobody can look into the process any more."""
    with initialling(root, tmp_path / "tmp") as (process, writing):
        end = time.monotonic() + PATIENCE_S
        while core_limits(process.pid) != ["0", "0"] or seen(process.pid, "environ") != ["shut"]:
            assert process.poll() is None
            assert time.monotonic() < end, "it waits for the PIN and can be read"
            time.sleep(0.02)
        assert seen(process.pid, "mem", "maps", "environ") == ["shut"] * 3
        os.close(writing)
        _, told = process.communicate(timeout=PATIENCE_S)
    assert b"The PIN is empty" in told


@pytest.mark.parametrize(
    ("root", "pin", "code"),
    [
        ("pkcs12", PIN, ExitCode.OK),
        pytest.param("pkcs12", WRONG, ExitCode.KEY, marks=pytest.mark.slow),
        pytest.param("pkcs11", PIN, ExitCode.OK, marks=pytest.mark.slow),
        pytest.param("pkcs11", WRONG, ExitCode.KEY, marks=pytest.mark.slow),
    ],
    indirect=["root"],
)
def test_after_a_run_pin_and_key_are_nowhere(
    root: Path, pin: str, code: ExitCode, tmp_path: Path, key_ring: KeyRing
) -> None:
    scratch = tmp_path / "tmp"
    with initialling(root, scratch) as (process, writing):
        os.write(writing, pin.encode() + b"\n")
        os.close(writing)
        assert pin.encode() not in Path(f"/proc/{process.pid}/cmdline").read_bytes()
        said = b"".join(process.communicate(timeout=PATIENCE_S))
    assert process.returncode == code, said
    assert pin.encode() not in said
    stored = Path(key_ring.location("pkcs12", "rsa")).read_bytes()
    numbers = pkcs12.load_pkcs12(stored, PIN.encode()).key.private_numbers()
    parts = (n.to_bytes(128, "big") for n in (numbers.p, numbers.q))
    for secret in (pin.encode(), *parts):
        assert files_with(secret, root, scratch) == []
    assert files_with(small.CODE.encode(), root)  # what is there is found


def test_a_bug_beside_the_pin_tells_where_and_not_what(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_backend: str, _location: str, pin: bytearray, *, at: object) -> None:
        raise RuntimeError(len(pin), at)

    monkeypatch.setattr(seal, "open_key", fails)
    said = call("initial", "--all", "--as", "kasubag", office=root, pin=PIN)
    assert said.code == ExitCode.BUG
    assert "RuntimeError" in said.stderr
    assert PIN not in said.stdout + said.stderr
