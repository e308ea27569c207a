"""System calls made to fail by `strace`, or to be the last: which ones, and what came of it.

A rehearsal under `strace` shows every call by which a work changes the office's disk. Each of them
is then disturbed in a run of its own, on a fresh copy of the office; after that the work is done
again without disturbance, and the office is compared with the rehearsed one.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import IO, Any, Self

ROOM = Path(__file__).parents[2]
CHANGES = (
    "write", "pwrite64", "writev", "pwritev", "pwritev2", "sendfile", "copy_file_range", "splice",
    "ftruncate", "truncate", "fallocate", "fsync", "fdatasync", "msync", "sync_file_range",
    "open", "creat", "openat", "openat2", "mkdir", "mkdirat", "mknod", "mknodat", "symlink",
    "symlinkat", "link", "linkat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir",
    "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "utimensat",
)  # fmt: skip
KILL = "SIGKILL"
FULL_DISK = frozenset({"write", "pwrite64", "writev", "pwritev", "ftruncate", "fallocate"})
SYNC = frozenset({"fsync", "fdatasync", "msync"})
NEW_NAMES = frozenset({"openat", "open", "mkdir", "mkdirat", "link", "linkat", "symlink"})
RENAMES = frozenset({"rename", "renameat", "renameat2"})
_LINE = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)")
_CHANCE = re.compile(r"[0-9a-f]{16,}|tmp-[0-9a-f]{8}")
Answer = dict[str, Any]


@cache
def why_not_traced() -> str:
    """Why `strace` cannot be used here; empty where it can."""
    if shutil.which("strace") is None:
        return "strace is not installed (.ci/system-packages test)"
    probe = ["strace", "-e", "trace=getpid", "-e", "inject=getpid:error=EIO", "true"]
    done = subprocess.run(probe, capture_output=True, text=True, check=False)
    return f"strace may not trace here: {done.stderr.strip()}" if done.returncode else ""


@dataclass(frozen=True)
class Call:
    """The ``number``-th call (from 1) of its ``name``; ``about`` are its arguments."""

    name: str
    number: int
    about: str


@dataclass(frozen=True)
class Fault:
    """What happens at a call: an error, or the end."""

    call: Call
    what: str

    def __str__(self) -> str:
        """For a list of what went wrong."""
        about = re.sub(r'"[^"/]{20,}"', '"…"', self.call.about)
        return f"{self.what} at {self.call.name} {self.call.number}: {about[:300]}"

    @property
    def option(self) -> str:
        """As `strace` wants to be told; a disk that is full stays so for what is written on."""
        how = f"signal={KILL}" if self.what == KILL else f"error={self.what}"
        on = "+" if self.what == "ENOSPC" and self.call.name in FULL_DISK else ""
        return f"inject={self.call.name}:{how}:when={self.call.number}{on}"


@dataclass(frozen=True)
class Rehearsal:
    """How a work goes undisturbed: the calls that change the office, and the state at its end."""

    work: str
    prepared: Path
    calls: tuple[Call, ...]
    state: dict[str, Any]


class Crew:
    """The driver in a process of its own, and the folder in which it works."""

    def __init__(self, stages: Path, scratch: Path) -> None:
        self.scratch = scratch
        self._log = scratch / "strace.txt"
        scratch.mkdir(parents=True, exist_ok=True)
        with (scratch / "driver.txt").open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.driver", str(stages)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
                cwd=ROOM,
                env={
                    "PATH": "/usr/bin:/bin",
                    "HOME": str(scratch),
                    "PYTHONHASHSEED": "0",
                    "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
                },
            )

    def __enter__(self) -> Self:
        """Ready for orders."""
        return self

    def __exit__(self, *_: object) -> None:
        """Dismissed: nothing is left running."""
        self._pipe("stdin").close()
        try:
            self._process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._pipe("stdout").close()

    def order(self, do: str, work: str, root: Path, strace: Sequence[str] = ()) -> Answer:
        """Have something done; what came of it."""
        order = {"do": do, "work": work, "root": str(root), "strace": list(strace)}
        self._pipe("stdin").write(json.dumps(order) + "\n")
        self._pipe("stdin").flush()
        line = self._pipe("stdout").readline()
        if not line:
            raise AssertionError(f"the driver ended\n{(self.scratch / 'driver.txt').read_text()}")
        answer: Answer = json.loads(line)
        return answer

    def rehearse(self, work: str) -> Rehearsal:
        """The work, undisturbed."""
        prepared, root = self.scratch / work / "siap", self.scratch / work / "kantor"
        ended(self.order("prepare", work, prepared), "done")
        shutil.copytree(prepared, root)
        ended(self.order("work", work, root, self._traced()), "done")
        calls = tuple(changes_of(self._log.read_text(errors="replace"), root))
        found = ended(self.order("again", work, root), "done")["found"]
        assert found["faults"] == []
        shutil.rmtree(root)
        return Rehearsal(work, prepared, calls, found["state"])

    def disturb(self, rehearsal: Rehearsal, fault: Fault) -> list[str]:
        """Let one fault happen, do the work again, and say what was wrong."""
        work, root = rehearsal.work, self.scratch / rehearsal.work / "kantor"
        shutil.copytree(rehearsal.prepared, root)
        disturbed = self.order("work", work, root, [*self._traced(), "-e", fault.option])
        trace = self._log.read_text(errors="replace")
        again = self.order("again", work, root)
        wrong = [
            *wrong_hit(fault, trace, root),
            *wrong_end(fault, disturbed),
            *wrong_afterwards(again, rehearsal.state),
        ]
        shutil.rmtree(root)
        return [f"{fault}\n    {one}" for one in wrong]

    def traced(self, work: str) -> tuple[Path, str]:
        """The office after a work, and the trace of all its processes."""
        root = self.scratch / work / "dirunut"
        ended(self.order("prepare", work, root), "done")
        ended(self.order("work", work, root, ["-f", *self._traced()]), "done")
        return root, self._log.read_text(errors="replace")

    def _traced(self) -> list[str]:
        return ["-y", "-o", str(self._log), "-s", "40", "-e", f"trace={','.join(CHANGES)}"]

    def _pipe(self, name: str) -> IO[str]:
        pipe: IO[str] = getattr(self._process, name)
        return pipe


def changes_of(trace: str, root: Path) -> Iterator[Call]:
    """The calls that change something in the office, each with its number among its like."""
    counts: dict[str, int] = {}
    for line in trace.splitlines():
        found = _LINE.match(line)
        if found is None:
            continue
        name, arguments = found["name"], found["arguments"]
        counts[name] = counts.get(name, 0) + 1
        changes = " = -1 E" not in arguments and ("O_CREAT" in arguments or "open" not in name)
        if changes and str(root) in arguments:
            yield Call(name, counts[name], _plain(arguments, root))


def without_repeats(calls: Sequence[Call]) -> list[Call]:
    """Of writes that follow each other into one file, the first and the last."""
    kept: list[Call] = []
    for _, run in groupby(calls, key=lambda c: (c.name, c.about.split(",")[0])):
        same = list(run)
        kept += same if same[0].name not in FULL_DISK else dict.fromkeys([same[0], same[-1]])
    return kept


def faults_of(call: Call) -> list[Fault]:
    """What may happen at a call."""
    return [Fault(call, what) for what in (KILL, *_errors(call.name))]


def _errors(name: str) -> tuple[str, ...]:
    if name in SYNC:
        return ("EIO",)
    if name in FULL_DISK:
        return ("ENOSPC",)
    return ("ENOSPC", "EROFS") if name in NEW_NAMES | RENAMES else ("EROFS",)


def spread(faults: Sequence[Fault], count: int) -> list[Fault]:
    """So many of them, evenly spread."""
    if len(faults) <= count:
        return list(faults)
    return [faults[n * (len(faults) - 1) // (count - 1)] for n in range(count)]


def ended(answer: Answer, how: str) -> Answer:
    """The answer, which is as expected."""
    assert answer["ended"] == how, answer
    return answer


# --- judging -------------------------------------------------------------------------------------


def wrong_hit(fault: Fault, trace: str, root: Path) -> list[str]:
    """The call that was meant was the one that was hit."""
    lines = trace.splitlines()
    if fault.what == KILL:
        hit = next((line for line in reversed(lines) if _LINE.match(line)), "")
    else:
        hit = next((line for line in lines if line.endswith("(INJECTED)")), "")
    same = hit.startswith(f"{fault.call.name}(") and str(root) in hit
    return [] if same else [f"not hit; instead: {_plain(hit, root)[:200]}"]


SPEAKING = frozenset({"KinerjaError", "OSError", "DBAPIError"})
"""Families that the service logs and tries again, and that the command line explains."""


def wrong_end(fault: Fault, answer: Answer) -> list[str]:
    """It ended at once, or said in an error or in the log what the disk refused."""
    if fault.what == KILL:
        return [] if answer["ended"] == "killed" else [f"not killed: {answer}"]
    if answer["ended"] == "error" and not SPEAKING & set(answer["families"]):
        return [f"a bug rather than an error: {answer['families'][0]}: {answer['message'][:300]}"]
    silent = answer["ended"] == "done" and not answer["logs"]
    return ["nothing was said"] if silent and not _may_be_silent(fault.call) else []


def _may_be_silent(call: Call) -> bool:
    """What is only tidied up, and what SQLite does again later."""
    tidied = call.name in {"unlink", "unlinkat", "rmdir"}
    return tidied or "…/.kinerja/kinerja.db" in call.about or "…/.kinerja>" in call.about


def wrong_afterwards(answer: Answer, state: dict[str, Any]) -> list[str]:
    """Nothing was half done, nothing lost, and now everything is there once."""
    if answer["ended"] != "done":
        return [f"not mended: {answer.get('message', answer)}"]
    wrong = [f"in between: {one}" for one in answer["between"]["faults"]]
    wrong += [f"afterwards: {one}" for one in answer["found"]["faults"]]
    for what, rows in answer["found"]["state"].items():
        there, wanted = rows.items(), state[what].items()
        wrong += [f"too much: {what}: {row} {n}×" for row, n in there - wanted]
        wrong += [f"too little: {what}: {row} {n}×" for row, n in wanted - there]
    return wrong


def _plain(arguments: str, root: Path) -> str:
    """Without the scratch folder, and with one sign for what chance named."""
    return _CHANCE.sub("*", arguments.replace(str(root), "…"))
