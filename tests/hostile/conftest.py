"""Offices into which hostile files are dropped, and a place that must never hear of them."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from pipeline.pdf.convert import Converter
from tests.sop.conftest import converter, resting, resting_at_filling
from tests.sop.under_way import Copied, UnderWay, at_desk

from .corpus import Honest
from .dropping import honest_files

__all__ = ["converter", "resting", "resting_at_filling"]


@dataclass
class Listener:
    """A place on this machine that notes who comes."""

    port: int
    heard: list[bytes] = field(default_factory=list)


@dataclass
class Desk:
    """An office, what honest people have in their hands there, and who must not be called."""

    at: UnderWay
    honest: Honest
    listener: Listener


@pytest.fixture(scope="session")
def listener() -> Iterator[Listener]:
    """A socket on loopback; whatever connects to it is noted."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        noted = Listener(server.getsockname()[1])
        ended = threading.Event()

        def listen() -> None:
            while True:
                connection, _ = server.accept()
                with connection:
                    if ended.is_set():
                        return
                    connection.settimeout(2)
                    noted.heard.append(connection.recv(4096))

        thread = threading.Thread(target=listen)
        thread.start()
        yield noted
        ended.set()
        socket.create_connection(("127.0.0.1", noted.port)).close()
        thread.join()


@pytest.fixture(scope="session", autouse=True)
def _impatient() -> Iterator[None]:
    """What is cut off is judged after half a second instead of ten minutes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KINERJA_WATCH__QUIET_S", "0.5")
        yield


@pytest.fixture(scope="module")
def at_filling(
    resting_at_filling: Copied,
    converter: Converter,
    listener: Listener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    """An office whose forms are with their officials; hostile files come one after another."""
    root = tmp_path_factory.mktemp("pengisian") / "kantor"
    with at_desk(resting_at_filling, root, converter) as at:
        yield Desk(at, honest_files(at, listener.port), listener)
    assert listener.heard == []
