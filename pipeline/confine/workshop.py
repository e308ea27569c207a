"""The zygote seen from the office: started late, asked for jobs, replaced where it has ended."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.confine.channel import Channel, TooBigError
from pipeline.confine.limits import Limits
from pipeline.confine.protection import Protection
from pipeline.confine.zygote import READY_BYTES, STATUS
from pipeline.errors import ConfigurationError

START_S = 60.0
STATUS_S = 10.0
_BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1])\n"
    "from pipeline.confine.zygote import main\n"
    "main(sys.argv[2:])"
)


class GoneError(Exception):
    """The zygote ended in the middle of a job, which may be given to the next one."""


@dataclass(frozen=True)
class Outcome:
    """How a job ended: with the head of its answer and the result, or without any.

    ``trouble`` says what was wrong with the process, for the log: a signal's number, or that it
    took too long or said too much.
    """

    head: dict[str, Any] | None
    result: bytes = b""
    trouble: str = ""


class Workshop:
    """One zygote, which knows ``functions`` by name; may be used by many threads."""

    def __init__(self, functions: Sequence[str], *, network: bool) -> None:
        self._functions = list(functions)
        self._network = network
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._protection = Protection(landlock=False, seccomp=False, network=False)

    @property
    def pid(self) -> int | None:
        """The process id of the zygote; ``None`` while there is none."""
        return self._process.pid if self._process is not None else None

    def protection(self) -> Protection:
        """Which walls stand here.

        Raises:
            ConfigurationError: the zygote cannot be started.
        """
        with self._lock:
            self._connected()
            return self._protection

    def close(self) -> None:
        """End the zygote, and whatever is at work with it; the next job starts another."""
        with self._lock:
            self._stop()

    def job(self, function: str, frames: Sequence[bytes], limits: Limits, most: int) -> Outcome:
        """Have ``function`` called in a process of its own; its result has ``most`` bytes.

        Raises:
            GoneError: the zygote ended meanwhile.
            ConfigurationError: it cannot be started.
        """
        head = {"function": function, "memory": limits.memory, "cpu_s": limits.cpu_s}
        with self._hired() as (job, leash):
            channel = Channel(job, time.monotonic() + limits.wall_s)
            try:
                channel.send(head, frames)
                told, results = channel.receive(most)
                return Outcome(told, results[0] if results else b"")
            except TimeoutError:
                return Outcome(None, trouble="took too long")
            except (TooBigError, ValueError) as wrong:
                return Outcome(None, trouble=type(wrong).__name__)
            except (EOFError, OSError):
                return Outcome(None, trouble=f"ended with {_ending(leash)}")

    @contextlib.contextmanager
    def _hired(self) -> Iterator[tuple[socket.socket, socket.socket]]:
        """Our ends of the sockets of a new job; its process does not outlive the block."""
        with contextlib.ExitStack() as open_ones:
            (job, theirs), (leash, held) = (
                tuple(map(open_ones.enter_context, socket.socketpair())) for _ in range(2)
            )
            with self._lock:
                control = self._connected()
                try:
                    socket.send_fds(control, [b"j"], [theirs.fileno(), held.fileno()])
                except OSError as ended:
                    self._stop()
                    raise GoneError from ended
            theirs.close()
            held.close()
            yield job, leash

    def _connected(self) -> socket.socket:
        if self._process is not None and self._process.poll() is not None:
            self._stop()
        return self._control or self._start()

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control = ours
        try:
            with theirs:
                self._process = self._spawned(theirs.fileno())
            ours.settimeout(START_S)
            hello = json.loads(ours.recv(READY_BYTES) or b'{"error": "no answer"}')
        except (OSError, ValueError) as silent:
            hello = {"error": f"{type(silent).__name__}: {silent}"}
        if "error" in hello:
            self._stop()
            raise ConfigurationError(_cannot_start(hello["error"]))
        self._protection = Protection(**hello)
        return ours

    def _spawned(self, control: int) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).resolve().parents[2])
        kind = "network" if self._network else "alone"
        told = [str(control), json.dumps(self._functions), kind]
        return subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOT, root, *told],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd="/",
            pass_fds=[control],
            start_new_session=True,
        )

    def _stop(self) -> None:
        process, control = self._process, self._control
        self._process = self._control = None
        if control is not None:
            control.close()
        if process is not None:
            process.kill()  # its children are killed with it
            process.wait()


def _ending(leash: socket.socket) -> int:
    """Have a job killed; the exit code that its process had, or minus the signal.

    Raises:
        GoneError: nobody is there to say.
    """
    with contextlib.suppress(OSError):
        leash.shutdown(socket.SHUT_WR)
    leash.settimeout(STATUS_S)
    try:
        said = leash.recv(STATUS.size)
    except OSError:
        said = b""
    if len(said) != STATUS.size:
        raise GoneError
    return int(STATUS.unpack(said)[0])


def _environment() -> dict[str, str]:
    """Nothing of ours, but where the system's libraries lie."""
    kept = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    if "LD_LIBRARY_PATH" in os.environ:
        kept["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
    return kept


def _cannot_start(why: str) -> str:
    return (
        f"Proses pembaca berkas tidak dapat dijalankan ({why}). Berkasnya sendiri tidak diubah."
        " Jalankan `kinerja doctor`, perbaiki pemasangannya, lalu ulangi."
    )
