"""Messages between two processes: a head in JSON, then frames of bytes whose sizes it names."""

import json
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

_LENGTH = struct.Struct("!I")
MAX_HEAD = 1 << 20
_CHUNK = 1 << 20


class TooBigError(Exception):
    """The message is bigger than its reader allows."""


class Channel:
    """One end of a connected stream socket; ``deadline`` is in seconds of the monotonic clock."""

    def __init__(self, stream: socket.socket, deadline: float | None = None) -> None:
        self._stream = stream
        self._deadline = deadline

    def send(self, head: dict[str, Any], frames: Sequence[bytes] = ()) -> None:
        """Send one message.

        Raises:
            OSError: the other end is gone, or does not read in time (``TimeoutError``).
        """
        told = json.dumps({**head, "sizes": [len(frame) for frame in frames]}).encode()
        self._put(_LENGTH.pack(len(told)) + told)
        for frame in frames:
            self._put(frame)

    def receive(self, limit: int) -> tuple[dict[str, Any], list[bytes]]:
        """The next message, of at most ``limit`` bytes of frames.

        Raises:
            EOFError: the other end is gone.
            TimeoutError: it did not come in time.
            TooBigError: it is bigger than that.
            ValueError: it is no message.
        """
        (length,) = _LENGTH.unpack(self._take(_LENGTH.size))
        if length > MAX_HEAD:
            raise TooBigError
        try:
            head = json.loads(self._take(length))
        except RecursionError as deep:
            raise ValueError("not a message") from deep
        sizes = head.get("sizes") if isinstance(head, dict) else None
        if not isinstance(sizes, list) or not all(type(n) is int and n >= 0 for n in sizes):
            raise ValueError("not a message")
        if sum(sizes) > limit:
            raise TooBigError
        return head, [self._take(size) for size in sizes]

    def _put(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self._wait()
            view = view[self._stream.send(view[:_CHUNK]) :]

    def _take(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._wait()
            chunk = self._stream.recv(min(_CHUNK, size - len(data)))
            if not chunk:
                raise EOFError
            data += chunk
        return bytes(data)

    def _wait(self) -> None:
        if self._deadline is not None:
            left = self._deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._stream.settimeout(left)
