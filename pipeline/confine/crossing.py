"""Values on their way between two processes: bytes as they are, all else as JSON by its type.

A list of bytes is one frame: how many there are, how long each is, then all of them in a row.

What comes back is checked against what the function says it returns, and can be nothing else.
"""

import inspect
import struct
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

AnyFunction = Callable[..., Any]
_LENGTH = struct.Struct("!Q")


class CrossingError(Exception):
    """A value is not of the type that was declared."""


class Way(Protocol):
    """How values of one type travel."""

    @property
    def files(self) -> bool:
        """Whether the values are whole files, which may be bigger than other results."""

    def pack(self, value: Any) -> bytes:
        """``value`` as a frame.

        Raises:
            CrossingError: it cannot be said.
        """

    def unpack(self, frame: bytes) -> Any:
        """The value in ``frame``.

        Raises:
            CrossingError: there is none of this type.
        """


@dataclass(frozen=True)
class Signature:
    """The ways of a function's parameters, in order, and of its result."""

    parameters: tuple[Way, ...]
    result: Way


def name_of(function: AnyFunction) -> str:
    """The name of a module-level function, with its module."""
    return f"{function.__module__}:{function.__qualname__}"


@cache
def signature_of(function: AnyFunction) -> Signature:
    """How the arguments and the result of a module-level function travel."""
    hints = typing.get_type_hints(function, include_extras=True)
    names = inspect.signature(function).parameters
    return Signature(tuple(_way(hints[n]) for n in names), _way(hints["return"]))


def pack_arguments(function: AnyFunction, arguments: Sequence[Any]) -> list[bytes]:
    """The arguments as frames.

    Raises:
        CrossingError: one cannot be said in JSON.
        TypeError: they are not as many as the function takes.
    """
    ways = signature_of(function).parameters
    if len(ways) != len(arguments):
        raise TypeError(f"{name_of(function)} takes {len(ways)} arguments")
    return [way.pack(value) for way, value in zip(ways, arguments, strict=True)]


def unpack_arguments(function: AnyFunction, frames: Sequence[bytes]) -> list[Any]:
    """The arguments in ``frames``.

    Raises:
        CrossingError: one is not of its type.
    """
    ways = signature_of(function).parameters
    return [way.unpack(frame) for way, frame in zip(ways, frames, strict=True)]


def pack_result(function: AnyFunction, result: Any) -> bytes:
    """The result as a frame.

    Raises:
        CrossingError: it cannot be said in JSON.
    """
    return signature_of(function).result.pack(result)


def unpack_result(function: AnyFunction, frame: bytes) -> Any:
    """The result in ``frame``.

    Raises:
        CrossingError: it is not what the function says it returns.
    """
    return signature_of(function).result.unpack(frame)


class _File:
    files = True

    def pack(self, value: Any) -> bytes:
        return bytes(value)

    def unpack(self, frame: bytes) -> bytes:
        return frame


class _Files:
    files = True

    def pack(self, value: Any) -> bytes:
        head = struct.pack(f"!{1 + len(value)}Q", len(value), *map(len, value))
        return b"".join((head, *value))

    def unpack(self, frame: bytes) -> list[bytes]:
        try:
            (count,) = _LENGTH.unpack_from(frame)
            if count * _LENGTH.size > len(frame):
                raise CrossingError("cut off")
            sizes = struct.unpack_from(f"!{count}Q", frame, _LENGTH.size)
        except struct.error as short:
            raise CrossingError("cut off") from short
        found, at = [], (1 + count) * _LENGTH.size
        for size in sizes:
            found.append(frame[at : at + size])
            at += size
        if at != len(frame):
            raise CrossingError("cut off")
        return found


class _Json:
    files = False

    def __init__(self, hint: Any) -> None:
        self._adapter = TypeAdapter(hint)

    def pack(self, value: Any) -> bytes:
        try:
            return self._adapter.dump_json(value, warnings="error")
        except (PydanticSerializationError, RecursionError) as unsayable:
            raise CrossingError(str(unsayable)) from unsayable

    def unpack(self, frame: bytes) -> Any:
        try:
            return self._adapter.validate_json(frame)
        except (ValidationError, RecursionError) as other:
            raise CrossingError(str(type(other).__name__)) from other


def _way(hint: Any) -> Way:
    if hint is bytes:
        return _File()
    return _Files() if hint == list[bytes] else _Json(hint)
