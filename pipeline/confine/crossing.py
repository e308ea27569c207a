"""Values on their way between two processes: bytes as they are, all else as JSON by its type.

What comes back is checked against what the function says it returns, and can be nothing else.
"""

import inspect
import typing
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

AnyFunction = Callable[..., Any]


class CrossingError(Exception):
    """A value is not of the type that was declared."""


@dataclass(frozen=True)
class Signature:
    """The adapters of a function's parameters, in order, and of its result; ``None`` for bytes."""

    parameters: tuple[TypeAdapter[Any] | None, ...]
    result: TypeAdapter[Any] | None


def name_of(function: AnyFunction) -> str:
    """The name of a module-level function, with its module."""
    return f"{function.__module__}:{function.__qualname__}"


@cache
def signature_of(function: AnyFunction) -> Signature:
    """How the arguments and the result of a module-level function travel."""
    hints = typing.get_type_hints(function, include_extras=True)
    names = inspect.signature(function).parameters
    return Signature(tuple(_adapter(hints[n]) for n in names), _adapter(hints["return"]))


def pack_arguments(function: AnyFunction, arguments: Sequence[Any]) -> list[bytes]:
    """The arguments as frames.

    Raises:
        CrossingError: one cannot be said in JSON.
        TypeError: they are not as many as the function takes.
    """
    adapters = signature_of(function).parameters
    if len(adapters) != len(arguments):
        raise TypeError(f"{name_of(function)} takes {len(adapters)} arguments")
    return [_pack(adapter, value) for adapter, value in zip(adapters, arguments, strict=True)]


def unpack_arguments(function: AnyFunction, frames: Sequence[bytes]) -> list[Any]:
    """The arguments in ``frames``.

    Raises:
        CrossingError: one is not of its type.
    """
    adapters = signature_of(function).parameters
    return [_unpack(adapter, frame) for adapter, frame in zip(adapters, frames, strict=True)]


def pack_result(function: AnyFunction, result: Any) -> bytes:
    """The result as a frame.

    Raises:
        CrossingError: it cannot be said in JSON.
    """
    return _pack(signature_of(function).result, result)


def unpack_result(function: AnyFunction, frame: bytes) -> Any:
    """The result in ``frame``.

    Raises:
        CrossingError: it is not what the function says it returns.
    """
    return _unpack(signature_of(function).result, frame)


def _adapter(hint: Any) -> TypeAdapter[Any] | None:
    return None if hint is bytes else TypeAdapter(hint)


def _pack(adapter: TypeAdapter[Any] | None, value: Any) -> bytes:
    if adapter is None:
        return bytes(value)
    try:
        return adapter.dump_json(value, warnings="error")
    except (PydanticSerializationError, RecursionError) as unsayable:
        raise CrossingError(str(unsayable)) from unsayable


def _unpack(adapter: TypeAdapter[Any] | None, frame: bytes) -> Any:
    if adapter is None:
        return frame
    try:
        return adapter.validate_json(frame)
    except (ValidationError, RecursionError) as other:
        raise CrossingError(str(type(other).__name__)) from other
