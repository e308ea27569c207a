"""The process that reads foreign bytes: it knows the parsers, and has one child do each job.

Started as ``python -I -c … CONTROL FUNCTIONS NETWORK`` with an empty environment: it has seen no
database, no key and no PIN. Its life:

1. Go behind the walls: a network of its own, no file but the libraries, no capability.
2. Import the parsers, so that a child finds them ready, and say which walls stand.
3. For each job, which comes as two sockets, fork: the child puts up the last walls, answers on the
   first socket, and ends.
4. Whoever gave the job hangs up the second socket, the leash: then all that is left of the child is
   killed, and how it ended is said there.
5. When the control socket is closed, or the parent has ended: kill every child, and go.
"""

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import select
import signal
import socket
import struct
import sys
import sysconfig
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from pipeline.confine import walls
from pipeline.confine.channel import Channel
from pipeline.confine.crossing import (
    AnyFunction,
    pack_result,
    signature_of,
    unpack_arguments,
)
from pipeline.confine.protection import Protection
from pipeline.errors import KinerjaError

STATUS = struct.Struct("!i")
READY_BYTES = 1 << 16
MAX_REQUEST = 1 << 30
OPEN_FILES = 64
MAX_WORDS = 4000
_LIKELY_VICTIM = "1000"  # when memory runs out, the kernel ends a job rather than the office


class Zygote:
    """The children at work, each with its leash."""

    def __init__(self, control: socket.socket, functions: Sequence[str], network: bool) -> None:
        self._control, self._pid = control, os.getpid()
        self._sockets = sockets = walls.ANY if network else walls.NONE
        self._leashes: dict[int, tuple[socket.socket, int]] = {}
        self._poll = select.poll()
        self._parent = os.pidfd_open(os.getppid())
        # (1)
        self._size = os.open("/proc/self/statm", os.O_RDONLY | os.O_CLOEXEC)
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text(_LIKELY_VICTIM, encoding="ascii")
        alone = not network and walls.leave_network(alone=True)
        readable = [*libraries(functions), *(_RESOLVER if network else ())]
        landlock = walls.wall_off_files(readable, network=network)
        walls.drop_capabilities()
        walls.hide()
        # (2)
        gc.disable()
        self._functions = {name: _function(name) for name in functions}
        for function in self._functions.values():
            signature_of(function)
        self.protection = Protection(landlock, _can_filter(sockets), alone)
        gc.collect()
        gc.freeze()
        gc.enable()

    def serve(self) -> None:
        """(3) to (5) Fork for each job, until there is nobody to work for."""
        for watched in (self._control.fileno(), self._parent):
            self._poll.register(watched, select.POLLIN)
        while True:
            for handle, _ in self._poll.poll():
                if handle in self._leashes:
                    self._end(handle)
                elif handle == self._parent or not self._begin():
                    self._leave()

    def _begin(self) -> bool:
        """(3) Take a job; ``False`` when there will be none any more."""
        message, handles, _, _ = socket.recv_fds(self._control, 1, 2)
        if not message or len(handles) != 2:
            return False
        job, leash = (socket.socket(fileno=handle) for handle in handles)
        pid = os.fork()
        if pid == 0:
            self._work(job, leash)
        job.close()
        with contextlib.suppress(OSError):  # it was quicker
            os.setpgid(pid, pid)
        self._leashes[leash.fileno()] = (leash, pid)
        self._poll.register(leash, select.POLLIN)
        return True

    def _work(self, job: socket.socket, leash: socket.socket) -> None:
        """(3) In the child: answer one request and end, whatever happens."""
        try:
            os.setpgid(0, 0)
            walls.die_with_parent(self._pid)
            for other in (self._control, leash, *(held for held, _ in self._leashes.values())):
                other.close()
            os.close(self._parent)
            _answer(Channel(job), self._functions, self._pages(), self._sockets)
        finally:
            os._exit(0)

    def _pages(self) -> int:
        """Bytes of address space in use."""
        return int(os.pread(self._size, 64, 0).split()[0]) * os.sysconf("SC_PAGE_SIZE")

    def _end(self, handle: int) -> None:
        """(4) Kill what is left of a job, and say how its process ended."""
        leash, pid = self._leashes.pop(handle)
        self._poll.unregister(handle)
        status = _killed(pid)
        with contextlib.suppress(OSError):
            leash.send(STATUS.pack(os.waitstatus_to_exitcode(status)))
        leash.close()

    def _leave(self) -> None:
        """(5) Kill every child, and go."""
        for _, pid in self._leashes.values():
            _killed(pid)
        os._exit(0)


def _killed(pid: int) -> int:
    with contextlib.suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(OSError):
        os.kill(pid, signal.SIGKILL)
    return os.waitpid(pid, 0)[1]


def _answer(channel: Channel, functions: dict[str, AnyFunction], base: int, sockets: str) -> None:
    head, frames = channel.receive(MAX_REQUEST)
    function = functions[head["function"]]
    walls.limit(
        memory=base + int(head["memory"]),
        cpu_s=int(head["cpu_s"]),
        file_size=0,
        files=OPEN_FILES,
    )
    walls.forbid_calls(sockets=sockets)
    try:
        result = pack_result(function, function(*unpack_arguments(function, frames)))
        frames.clear()
    except KinerjaError as refused:
        channel.send({"error": type(refused).__name__, "words": str(refused)[:MAX_WORDS]})
    except MemoryError:
        channel.send({"exceeded": True})
    except Exception as fault:  # a foreign file makes parsers fail in every way that Python knows
        channel.send({"fault": type(fault).__name__, "exceeded": isinstance(fault, RecursionError)})
    else:
        channel.send({}, [result])


def _function(name: str) -> AnyFunction:
    module, _, attribute = name.partition(":")
    found: AnyFunction = getattr(importlib.import_module(module), attribute)
    return found


def _can_filter(sockets: str) -> bool:
    """Whether seccomp works here, tried in a child of its own."""
    pid = os.fork()
    if pid == 0:
        os._exit(0 if walls.forbid_calls(sockets=sockets) else 1)
    return os.waitpid(pid, 0)[1] == 0


_RESOLVER = (
    *("/etc/resolv.conf", "/etc/hosts", "/etc/nsswitch.conf", "/etc/host.conf", "/etc/gai.conf"),
    *("/etc/services", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/run/systemd/resolve"),
    "/usr/share/ca-certificates",
)


def libraries(functions: Sequence[str]) -> list[str]:
    """What the parsers may read: their own code, the interpreter's libraries, the time zones."""
    named = ("stdlib", "platstdlib", "purelib", "platlib")
    folders = [sysconfig.get_path(name) for name in named]
    for prefix in (sys.prefix, sys.base_prefix):
        folders += [f"{prefix}/{name}" for name in ("lib", "lib64")]
    for package in {"pipeline", *(name.partition(".")[0] for name in functions)}:
        spec = importlib.util.find_spec(package)
        folders += (spec.submodule_search_locations if spec else None) or []
    system = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share/zoneinfo")
    devices = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/etc/ld.so.cache")
    clock = ("/etc/localtime", "/etc/mime.types")
    return [*folders, *system, *devices, *clock]


def main(arguments: Sequence[str]) -> None:
    """Serve the control socket named by the first argument."""
    control = socket.socket(fileno=int(arguments[0]))
    try:
        zygote = Zygote(control, json.loads(arguments[1]), network=arguments[2] == "network")
    except Exception as fault:  # told to whoever started this: nobody reads our standard error
        control.send(
            json.dumps({"error": f"{type(fault).__name__}: {fault}"}).encode()[:READY_BYTES]
        )
        return
    control.send(json.dumps(asdict(zygote.protection)).encode())
    zygote.serve()
