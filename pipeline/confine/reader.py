"""Functions called in a process that can do nothing else, as if they were near.

``reader.read(read_word, data)`` gives what ``read_word(data)`` would give, and raises what it would
raise. What takes too long or too much, or breaks its process, is an error that tells the sender so.
"""

import contextlib
import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import ParamSpec, TypeVar, cast

import structlog

from pipeline.confine.crossing import (
    AnyFunction,
    CrossingError,
    name_of,
    pack_arguments,
    signature_of,
    unpack_result,
)
from pipeline.confine.limits import Limits
from pipeline.confine.protection import Protection
from pipeline.confine.workshop import GoneError, Outcome, Workshop
from pipeline.confine.zygote import MAX_WORDS
from pipeline.errors import ConfigurationError, KinerjaError

log = structlog.get_logger()
P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 3
LONGEST_FAULT = 100  # characters
REMEMBERED, REMEMBERED_BYTES = 64, 256 << 10

Apart = Mapping[AnyFunction, type[KinerjaError]]
"""What may be called, and which error says that it took too much."""


class Reader:
    """Calls the functions of ``apart``, and only those, each time in a process of its own.

    It may be used by many threads; ``at_once`` jobs run at the same time, others wait. Its zygote
    starts at the first call. ``network`` leaves the jobs the network; else they have none. A job
    can raise nothing but the errors that ``apart`` names: one that a file has taken over might else
    say that the ledger is lost.
    """

    def __init__(
        self,
        apart: Apart,
        *,
        network: bool = False,
        limits: Limits | None = None,
        at_once: int | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self._apart = {name_of(function): error for function, error in apart.items()}
        self._errors = {error.__name__: error for error in apart.values()}
        self._workshop = Workshop(tuple(self._apart), network=network)
        self.at_once = at_once or max(2, os.cpu_count() or 2)
        self._room = threading.BoundedSemaphore(self.at_once)
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, bytes] = OrderedDict()

    @property
    def zygote_pid(self) -> int | None:
        """The process id of the zygote; ``None`` while there is none."""
        return self._workshop.pid

    def read(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``function`` makes of its arguments; the same bytes are not read twice in a row.

        For functions whose result depends on nothing but their arguments.

        Raises:
            KinerjaError: as the function itself raises it, or that it took too much.
            ConfigurationError: no process can be started for it.
        """
        frames = self._frames(function, args, kwargs)
        key = hashlib.sha256(name_of(function).encode())
        for frame in frames:
            key.update(hashlib.sha256(frame).digest())
        with self._lock:
            known = self._known.get(key.digest())
        if known is None:
            known = self._call(function, frames)
            self._remember(key.digest(), known)
        return cast(T, self._unpacked(function, known))

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What ``function`` makes of its arguments now.

        Raises:
            KinerjaError: as the function itself raises it, or that it took too much.
            ConfigurationError: no process can be started for it.
        """
        result = self._call(function, self._frames(function, args, kwargs))
        return cast(T, self._unpacked(function, result))

    def warm(self) -> None:
        """Start the zygote in the background; what goes wrong is reported by the first use."""
        threading.Thread(target=self._warm, name="kinerja-reader").start()

    def _warm(self) -> None:
        with contextlib.suppress(ConfigurationError):
            self._workshop.protection()

    def protection(self) -> Protection:
        """Which walls stand around the jobs on this machine.

        Raises:
            ConfigurationError: no process can be started for them.
        """
        return self._workshop.protection()

    def close(self) -> None:
        """End the zygote, and whatever is at work with it; the next call starts another."""
        self._workshop.close()

    def _frames(
        self, function: AnyFunction, args: Sequence[object], kwargs: Mapping[str, object]
    ) -> list[bytes]:
        if name_of(function) not in self._apart:
            raise ValueError(f"{name_of(function)} is not on the list of what may be called")
        if kwargs:
            raise TypeError("arguments are given by their place")
        return pack_arguments(function, args)

    def _call(self, function: AnyFunction, frames: Sequence[bytes]) -> bytes:
        name, limits = name_of(function), self.limits
        most = limits.output if signature_of(function).result.files else limits.values
        for _ in range(ATTEMPTS):
            try:
                with self._room:
                    outcome = self._workshop.job(name, frames, limits, most)
            except GoneError:
                continue
            return self._result(name, outcome)
        raise ConfigurationError(
            "Proses pembaca berkas berulang kali terhenti. Berkasnya sendiri tidak diubah. Periksa"
            " sisa memori komputer ini dengan `kinerja doctor`, lalu ulangi."
        )

    def _result(self, name: str, outcome: Outcome) -> bytes:
        head = outcome.head or {}
        if "error" in head:
            family = self._errors.get(str(head["error"]))
            if family is not None:
                raise family(str(head.get("words", ""))[:MAX_WORDS])
        elif outcome.head is not None and "fault" not in head and not head.get("exceeded"):
            return outcome.result
        told = outcome.trouble or str(head.get("fault", ""))[:LONGEST_FAULT]
        log.warning("not read", function=name, trouble=told or "memory")
        if head.get("exceeded") or outcome.trouble:
            raise self._apart[name](self._too_much())
        raise self._apart[name](_DAMAGED)

    def _too_much(self) -> str:
        limits = self.limits
        return (
            "Berkas ini terlalu besar, terlalu rumit, atau rusak: tidak terbaca dalam"
            f" {limits.wall_s:g} detik dan {limits.memory >> 20} MB memori. Buka dengan program"
            " asalnya, keluarkan gambar dan lampiran yang besar, simpan ulang, lalu kirim lagi."
        )

    def _unpacked(self, function: AnyFunction, result: bytes) -> object:
        try:
            return unpack_result(function, result)
        except CrossingError as other:
            log.warning("not read", function=name_of(function), trouble="not its type")
            raise self._apart[name_of(function)](_DAMAGED) from other

    def _remember(self, key: bytes, result: bytes) -> None:
        if len(result) > REMEMBERED_BYTES:
            return
        with self._lock:
            self._known[key] = result
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


_DAMAGED = (
    "Isi berkas ini tidak wajar dan tidak dapat dibaca. Buka dengan program asalnya, simpan ulang,"
    " lalu kirim lagi."
)
