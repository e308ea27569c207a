"""How a PIN comes in: by a descriptor or at a terminal."""

import os
import pty
import sys
import termios
import threading

import pytest

from pipeline.cli import pin as module
from pipeline.cli.pin import LIMIT, read_pin, wipe
from pipeline.errors import KeyAccessError, UsageError


@pytest.fixture(autouse=True)
def _seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own process stays as it is; test_secrets.py looks at a real one."""
    monkeypatch.setattr(module, "hide", lambda: True)


def piped(*packets: bytes) -> int:
    """A descriptor that gives these one by one: each at its own reading."""
    reading, writing = os.pipe2(os.O_DIRECT)
    for packet in packets:
        os.write(writing, packet)
    os.close(writing)
    return reading


@pytest.mark.parametrize(
    ("packets", "pin"),
    [
        ((b"839201",), b"839201"),
        ((b"839201\n",), b"839201"),
        ((b"839201\r\n",), b"839201"),
        ((b"839", b"2", b"01\n"), b"839201"),
        ((b"839201\n\n",), b"839201\n"),
        ((b" sandi dengan\nbaris ",), b" sandi dengan\nbaris "),
        ((b"\xff\x00",), b"\xff\x00"),
        ((b"9" * LIMIT,), b"9" * LIMIT),
    ],
)
def test_all_of_the_descriptor_is_read_but_one_newline(
    packets: tuple[bytes, ...], pin: bytes
) -> None:
    reading = piped(*packets)
    assert read_pin(reading, "Kasubag") == bytearray(pin)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(reading)


def test_standard_input_stays_in_its_place_with_nothing_behind_it() -> None:
    kept, reading = os.dup(0), piped(b"839201")
    try:
        os.dup2(reading, 0)
        assert read_pin(0, "Kasubag") == bytearray(b"839201")
        assert os.read(0, 1) == b""
        assert os.fstat(0).st_rdev == os.stat(os.devnull).st_rdev
    finally:
        os.dup2(kept, 0)
        os.close(kept)
        os.close(reading)


@pytest.mark.parametrize("packets", [(), (b"\n",)])
def test_an_empty_pin_is_none(packets: tuple[bytes, ...]) -> None:
    with pytest.raises(KeyAccessError, match="The PIN is empty"):
        read_pin(piped(*packets), "Kasubag")


def test_a_pin_that_is_too_long_is_not_cut_short() -> None:
    with pytest.raises(KeyAccessError, match="no more than 1024 bytes"):
        read_pin(piped(b"9" * LIMIT, b"8"), "Kasubag")


def test_a_descriptor_that_is_not_open() -> None:
    reading = piped()
    os.close(reading)
    with pytest.raises(UsageError, match=f"--pin-fd {reading}: this descriptor is not open"):
        read_pin(reading, "Kasubag")


def test_without_a_terminal_it_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with open(os.devnull) as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        with pytest.raises(UsageError, match="give it with --pin-fd N"):
            read_pin(None, "Kasubag")


def test_a_terminal_does_not_show_it(monkeypatch: pytest.MonkeyPatch) -> None:
    person, terminal = pty.openpty()
    asked = threading.Event()

    class Prompt:
        """Standard error: what is written last before the PIN is awaited."""

        def write(self, text: str) -> None:
            if text.startswith("PIN of"):
                asked.set()

        def flush(self) -> None: ...

    def type_it() -> None:
        asked.wait()
        os.write(person, b"rahasia-1\n")

    before = termios.tcgetattr(terminal)
    typing = threading.Thread(target=type_it)
    with open(terminal) as keyboard:
        monkeypatch.setattr(sys, "stdin", keyboard)
        monkeypatch.setattr(sys, "stderr", Prompt())
        typing.start()
        assert read_pin(None, "Kasubag") == bytearray(b"rahasia-1")
        typing.join()
        assert termios.tcgetattr(terminal) == before
        os.write(terminal, b"selesai")
        shown = b""
        while b"selesai" not in shown:
            shown += os.read(person, 1024)
    os.close(person)
    assert b"rahasia" not in shown


def test_where_memory_cannot_be_hidden_no_pin_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "hide", lambda: False)
    reading = piped(b"839201")
    with pytest.raises(KeyAccessError, match="would not be safe"):
        read_pin(reading, "Kasubag")
    assert os.read(reading, 6) == b"839201"
    os.close(reading)


def test_wiped() -> None:
    pin = bytearray(b"839201")
    wipe(pin)
    assert pin == bytearray(6)
