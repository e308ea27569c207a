"""What a parser might be made to do by the file that it reads. Run only through a `Reader`."""

import ctypes
import os
import resource
import signal
import socket
import stat
import struct
import subprocess
import time
from pathlib import Path

from pipeline.errors import ReadError


def echo(data: bytes, times: int) -> bytes:
    return data * times


def who() -> int:
    return os.getpid()


def refuse(words: str) -> str:
    raise ReadError(words)


def break_down(words: str) -> str:
    raise ZeroDivisionError(words)


def recurse(depth: int) -> int:
    return recurse(depth + 1) + 1


def take_memory(size: int) -> int:
    return len(bytearray(size))


def compute_for_ever() -> int:
    while True:
        pass


def wait_for_ever() -> int:
    while True:
        time.sleep(60)


def crash() -> int:
    os.abort()


def read_null() -> bytes:
    return ctypes.string_at(0)


def say(size: int) -> str:
    return "x" * size


def lie() -> int:
    return "not a number"  # type: ignore[return-value]


def forge(answer: bytes) -> int:
    """Say on the job's own socket what only the process around it should."""
    for handle in range(64):
        try:
            is_socket = stat.S_ISSOCK(os.fstat(handle).st_mode)
        except OSError:
            continue
        if is_socket:
            os.write(handle, struct.pack("!I", len(answer)) + answer)
    os._exit(0)


def environment() -> dict[str, str]:
    return dict(os.environ)


def open_files() -> list[str]:
    found = []
    for handle in range(64):
        try:
            os.fstat(handle)
        except OSError:
            continue
        found.append(str(handle))
    return found


def attempt(what: str, path: str, number: int) -> str:
    """What the system says to a misdeed; empty where it lets it pass."""
    try:
        MISDEEDS[what](path, number)
    except OSError as refused:
        return type(refused).__name__
    return ""


def _read(path: str, _: int) -> None:
    Path(path).read_bytes()


def _list(path: str, _: int) -> None:
    os.listdir(path)


def _write(path: str, _: int) -> None:
    Path(path).write_bytes(b"x")


def _remove(path: str, _: int) -> None:
    Path(path).unlink()


def _run(path: str, _: int) -> None:
    subprocess.run([path], check=True)


def _fork(_: str, __: int) -> None:
    if os.fork() == 0:
        os._exit(0)


def _connect(_: str, port: int) -> None:
    socket.create_connection(("127.0.0.1", port), 5).close()


def _send(_: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"x", ("127.0.0.1", port))


def _local(path: str, _: int) -> None:
    with socket.socket(socket.AF_UNIX) as out:
        out.connect(path)


def _kill(_: str, pid: int) -> None:
    os.kill(pid, signal.SIGCONT)


def _trace(_: str, pid: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.ptrace(16, pid, None, None) != 0:  # PTRACE_ATTACH
        raise OSError(ctypes.get_errno(), "ptrace")


def _mount(path: str, _: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if library.mount(b"none", path.encode(), b"tmpfs", 0, None) != 0:
        raise OSError(ctypes.get_errno(), "mount")


def _limit(_: str, pid: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def _slow(_: str, pid: int) -> None:
    os.sched_setaffinity(pid, os.sched_getaffinity(pid))


def _share(_: str, size: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    handle = library.shmget(0, ctypes.c_size_t(size), 0o600)
    if handle < 0:
        raise OSError(ctypes.get_errno(), "shmget")
    library.shmctl(handle, 0, None)  # IPC_RMID


MISDEEDS = {
    "read": _read,
    "list": _list,
    "write": _write,
    "remove": _remove,
    "run": _run,
    "fork": _fork,
    "connect": _connect,
    "send": _send,
    "local": _local,
    "kill": _kill,
    "trace": _trace,
    "mount": _mount,
    "limit": _limit,
    "slow": _slow,
    "share": _share,
}
