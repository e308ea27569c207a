"""In which order things became durable, read from a trace of system calls.

What must hold, in this order: the content of a file is synced; it gets its name; the folder is
synced; the ledger commits what relies on it. And what came from people is removed only after a
commit that follows a sync of the store's folder; an old generation of a bag only after the folder
with the new one was synced. Names with a leading dot are nobody's yet, and ``work`` is where a file
is only on its way: it moves there by rename, so that one place or the other has it.
"""

import codecs
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_CALL = re.compile(r"(?:(?P<pid>\d+) +)?(?P<name>\w+)\((?P<rest>.*)")
_RESUMED = re.compile(r"(?:(?P<pid>\d+) +)?<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)")
_TOKEN = re.compile(
    r'(?:AT_FDCWD|\d+)<(?P<handle>(?:[^>\\]|\\.)*)>(?:\(deleted\))?|"(?P<text>(?:[^"\\]|\\.)*)"'
)
_FAILED = re.compile(r"= -1 E|= \?$")
WRITES = frozenset({"write", "pwrite64", "writev", "pwritev", "ftruncate", "sendfile", "fallocate"})
SYNCS = frozenset({"fsync", "fdatasync"})
MOVES = frozenset({"rename", "renameat", "renameat2"})
LINKS = frozenset({"link", "linkat"})
REMOVALS = frozenset({"unlink", "unlinkat", "rmdir"})
MAKINGS = frozenset({"mkdir", "mkdirat"})
COMMIT = ".db-wal"


@dataclass(frozen=True)
class Step:
    """A call that succeeded: its name, its handle's path or its paths, and the line it is from."""

    name: str
    paths: tuple[str, ...]
    text: str


def steps(trace: str) -> Iterator[Step]:
    """The successful calls of a trace, in the order in which they ended."""
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        resumed, call = _RESUMED.match(line), _CALL.match(line)
        if resumed:
            text = begun.pop(resumed["pid"] or "", "") + resumed["rest"]
            call = _CALL.match(text)
        elif call and line.endswith("<unfinished ...>"):
            begun[call["pid"] or ""] = line.removesuffix("<unfinished ...>")
            continue
        if call and not _FAILED.search(call["rest"]):
            yield Step(call["name"], tuple(_paths(call["name"], call["rest"])), call["rest"])


def _paths(name: str, rest: str) -> Iterator[str]:
    """The paths that a call is about; those beside a folder's handle are joined to it."""
    arguments = rest.rpartition(" = ")[0]
    base = None
    for token in _TOKEN.finditer(arguments):
        if token["handle"] is not None:
            base = _plain(token["handle"])
            if name in WRITES | SYNCS:
                yield base
                return
        else:
            yield os.path.join(base, _plain(token["text"])) if base else _plain(token["text"])
            base = None


def _plain(escaped: str) -> str:
    raw: bytes = codecs.escape_decode(escaped.encode())[0]  # type: ignore[attr-defined]
    return os.fsdecode(raw)


@dataclass
class Order:
    """What is not durable yet, and every breach of the order so far; ``root`` is the office."""

    root: Path
    work: Path
    store: Path
    unsynced: set[str] = field(default_factory=set)
    unsafe: dict[str, str] = field(default_factory=dict)
    breaches: list[str] = field(default_factory=list)
    named: int = 0
    commits: int = 0
    taken: dict[str, int] = field(default_factory=dict)
    dropped: int = 0
    _clock: int = 0
    _stored: int = 0
    _committed: int = 0
    _discarded: dict[str, str] = field(default_factory=dict)

    def follow(self, trace: str) -> "Order":
        """Go through a trace."""
        for step in steps(trace):
            self._clock += 1
            if step.paths and all(self._is_ours(path) for path in step.paths):
                self._take(step)
        return self

    def _take(self, step: Step) -> None:
        if step.name in WRITES:
            self._write(step.paths[0])
        elif step.name in SYNCS:
            self._sync(step.paths[0])
        elif step.name in MAKINGS or "O_CREAT|O_EXCL" in step.text:
            self.unsafe[step.paths[0]] = "made"
        elif step.name in MOVES | LINKS:
            self._name(step)
        elif step.name in REMOVALS:
            self._remove(step.paths[0])

    def _sync(self, path: str) -> None:
        if path.endswith(COMMIT):
            self._commit()
        if os.path.dirname(path) == str(self.store):
            self._stored = self._clock
        self.unsynced.discard(path)
        for name in [n for n in self.unsafe if os.path.dirname(n) == path]:
            del self.unsafe[name]
        for old, place in list(self._discarded.items()):
            if os.path.dirname(place) == path:
                del self._discarded[old]

    def _commit(self) -> None:
        self.commits += 1
        self._committed = self._clock
        for path, what in self.unsafe.items():
            if self._is_final(path):
                self._breach(f"committed while it was not durable that this was {what}", path)

    def _write(self, path: str) -> None:
        self.unsynced.add(path)
        if self._is_final(path):
            self._breach("written under its final name", path)

    def _name(self, step: Step) -> None:
        source, target = step.paths[:2]
        exchanged = "RENAME_EXCHANGE" in step.text
        if self._is_final(target):
            self.named += 1
            for path in self._below(source, self.unsynced):
                self._breach("named before its content was durable", path)
            for path in self._below(f"{source}/", set(self.unsafe)):
                self._breach("named before the names in it were durable", path)
        if step.name in MOVES:
            self._forget(source)
            if not self._is_under(source, self.work) and self._is_under(target, self.work):
                self.taken[target] = self._clock
        self.unsafe[target] = "named"
        if exchanged:
            self._discarded[source] = target

    def _remove(self, path: str) -> None:
        self.unsynced.discard(path)
        for old in self._discarded:
            if self._is_under(path, Path(old)):
                self._breach("removed before the new generation was durable", path)
        since = self.taken.pop(path, None)
        if since is not None:
            self.dropped += 1
            if not since < self._stored < self._committed:
                self._breach("removed before the ledger had it, and the store before that", path)
        self.unsafe.pop(path, None)
        if self._is_final(path):
            self.unsafe[path] = "removed"

    def _forget(self, source: str) -> None:
        """What was said of the old name of something that has moved."""
        for path in self._below(source, set(self.unsafe)):
            del self.unsafe[path]
        self.unsynced -= set(self._below(source, self.unsynced))

    def _breach(self, what: str, path: str) -> None:
        self.breaches.append(f"{what}: {path.removeprefix(str(self.root))}")

    def _is_ours(self, path: str) -> bool:
        return self._is_under(path, self.root)

    def _is_final(self, path: str) -> bool:
        """A name that is meant to be found: not hidden, not on its way, not SQLite's own."""
        inside = Path(path).relative_to(self.root).parts
        if inside[0] == self.store.relative_to(self.root).parts[0]:
            inside = inside[1:]  # the folder of our state is hidden itself
        hidden = any(part.startswith(".") for part in inside)
        return not (hidden or self._is_under(path, self.work) or ".db" in inside[-1])

    @staticmethod
    def _is_under(path: str, folder: Path) -> bool:
        return path == str(folder) or path.startswith(f"{folder}/")

    @staticmethod
    def _below(path: str, paths: set[str]) -> list[str]:
        return sorted(p for p in paths if p == path or p.startswith(f"{path.rstrip('/')}/"))
