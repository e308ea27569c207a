"""The signer's PIN, on its way from a terminal or a descriptor into memory that can be wiped.

Python cannot wipe text, so a PIN is never made one. A process that is given a PIN hides its memory
first, and for good: from core dumps, and from other processes of the same account.
"""

import os
import sys
import termios

from pipeline.confine.walls import hide
from pipeline.errors import KeyAccessError, UsageError

LIMIT = 1024
NEWLINES = (b"\r\n", b"\n")
STANDARD = 2


def read_pin(pin_fd: int | None, whose: str) -> bytearray:
    """The PIN, from a file descriptor or asked for; never from an argument or the environment.

    Of the descriptor everything is read, but for one newline at the end, and it is closed. The
    caller wipes what he was given.

    Raises:
        UsageError: there is no terminal to ask at, or the descriptor is not open.
        KeyAccessError: the PIN is empty or too long, or this machine cannot hide it.
    """
    if not hide():
        raise KeyAccessError(
            "This machine does not let a process hide its memory, so the PIN would not be safe."
            " Nothing was signed. Run this on Linux."
        )
    if pin_fd is not None:
        pin = _from_descriptor(pin_fd)
    elif sys.stdin.isatty():
        pin = _from_terminal(whose)
    else:
        raise UsageError("No terminal to ask for the PIN; give it with --pin-fd N.")
    newline = next((end for end in NEWLINES if pin.endswith(end)), b"")
    del pin[len(pin) - len(newline) :]
    if not pin:
        raise KeyAccessError("The PIN is empty. Nothing was signed.")
    return pin


def wipe(pin: bytearray) -> None:
    """Overwrite a PIN that is needed no more."""
    pin[:] = bytes(len(pin))


def _from_descriptor(pin_fd: int) -> bytearray:
    read = bytearray(LIMIT + 1)
    try:
        with memoryview(read) as left:
            filled = 0
            while count := os.readv(pin_fd, [left[filled:]]):
                filled += count
        _give_up(pin_fd)
    except OSError as closed:
        raise UsageError(f"--pin-fd {pin_fd}: this descriptor is not open.") from closed
    return _kept(read, filled)


def _from_terminal(whose: str) -> bytearray:
    """One line of the terminal, which does not show it meanwhile."""
    terminal, read = sys.stdin.fileno(), bytearray(LIMIT + 1)
    before = termios.tcgetattr(terminal)
    silent = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    try:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, silent)
        print(f"PIN of {whose}: ", end="", file=sys.stderr, flush=True)  # noqa: T201
        filled = os.readv(terminal, [read])
    finally:
        termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
        print(file=sys.stderr)  # noqa: T201
    return _kept(read, filled)


def _kept(read: bytearray, filled: int) -> bytearray:
    pin = read[:filled]
    wipe(read)
    if len(pin) > LIMIT:
        wipe(pin)
        raise KeyAccessError(f"A PIN has no more than {LIMIT} bytes. Nothing was signed.")
    return pin


def _give_up(descriptor: int) -> None:
    """Close it; a standard one stays in its place, with nothing behind it."""
    if descriptor > STANDARD:
        os.close(descriptor)
        return
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, descriptor)
    os.close(nothing)
