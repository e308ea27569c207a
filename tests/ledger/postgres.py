"""A throw-away PostgreSQL on the loopback, from the system's own programs."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

USER = "kinerja"
PLACES = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/bin"))


class Cluster:
    """A running server that makes databases; it can be killed, and started again."""

    def __init__(self, port: int, data: Path, start: Callable[[], None]) -> None:
        self._at = f"{USER}@127.0.0.1:{port}"
        self._made = 0
        self._data = data
        self._start = start

    def kill(self) -> None:
        """``kill -9`` of the server and of every process that it has started."""
        server = int((self._data / "postmaster.pid").read_text().split()[0])
        family = [server, *_children(server)]
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 30
        while any(_is_alive(pid) for pid in family):
            assert time.monotonic() < deadline, "the server cannot be killed"
            time.sleep(0.02)
        # The dead whom nobody has reaped yet would pass for a server that runs.
        for lock in (self._data / "postmaster.pid", *self._data.parent.glob(".s.PGSQL.*.lock")):
            lock.unlink()

    def start(self) -> None:
        """Start it again; it recovers from its log."""
        self._start()

    def url(self, database: str) -> str:
        """As the ledger is told it."""
        return f"postgresql+psycopg://{self._at}/{database}"

    def database(self, template: str = "template1") -> str:
        """The URL of a new database, a copy of ``template``."""
        self._made += 1
        name = f"uji{self._made}"
        with psycopg.connect(f"postgresql://{self._at}/postgres", autocommit=True) as server:
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
        return self.url(name)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server of its own, without durability, gone afterwards; a missing program is a failure."""
    initdb, control = _program("initdb"), _program("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="kinerja-pg-"))
    data, log, port = folder / "data", folder / "log", _free_port()
    as_user = _unprivileged(folder)
    try:
        _run([*as_user, initdb, "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8"], folder)
        options = f"-c listen_addresses=127.0.0.1 -p {port} -k {folder} -c fsync=off"
        started = [*as_user, control, "-D", str(data), "-w", "-o", options, "-l", str(log), "start"]
        _run(started, folder)
        try:
            yield Cluster(port, data, lambda: _run(started, folder))
        finally:
            _run([*as_user, control, "-D", str(data), "-m", "immediate", "-w", "stop"], folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    found = shutil.which(name) or next((str(p / name) for p in PLACES if (p / name).exists()), None)
    if found is None:
        pytest.fail(
            f"{name} is missing, so the ledger cannot be tried on PostgreSQL. Install it:"
            " apt-get install postgresql"
        )
    return found


def _unprivileged(folder: Path) -> list[str]:
    """The server refuses to run as root."""
    if os.getuid():
        return []
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        pytest.fail("There is no account 'postgres'. Install it: apt-get install postgresql")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def _run(command: list[str], folder: Path) -> None:
    # The server inherits what it is started with: a pipe would never end.
    with (folder / "said").open("a+") as said:
        done = subprocess.run(command, cwd=folder, stdout=said, stderr=said, check=False)
        said.seek(0)
        assert done.returncode == 0, said.read()


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
