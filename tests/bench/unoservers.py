"""unoserver as its guide shows it: a server with its own LibreOffice, and a client that stays."""

import importlib.util
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from unoserver.client import UnoClient

from pipeline.pdf.convert import TO_PDF
from pipeline.pdf.program import bridge_environment, find_office

START_S = 60.0


class Unoserver:
    """One server with one office; ``folder`` is its own, and is made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port, self._uno_port = _free_ports()
        self._client = UnoClient(port=str(self._port), host_location="local")
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Started, and ready."""
        self._folder.mkdir()
        command: list[Any] = [find_office().python, "-m", "unoserver.server", "--quiet"]
        command += ["--port", str(self._port), "--uno-port", str(self._uno_port)]
        command += ["--user-installation", self._folder / "profil"]
        command += ["--executable", find_office().soffice]
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                env={**bridge_environment(), "PYTHONPATH": str(_package(self._folder))},
                start_new_session=True,
            )
        self._wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Ended, with its office."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def to_pdf(self, source: Path, target: Path) -> None:
        """Convert a document with the options that ours are exported with."""
        options = [f"{name}={_said(value)}" for name, value in TO_PDF.options.items()]
        self._client.convert(
            inpath=str(source), outpath=str(target), filter_options=options, update_index=False
        )

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self._port)).close()
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise RuntimeError(f"unoserver did not start\n{(self._folder / 'log').read_text()}")


def _said(value: object) -> str:
    return str(value).lower()


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        for each in (one, two):
            each.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]


def _package(folder: Path) -> Path:
    """A folder with nothing but unoserver, for the interpreter that LibreOffice's bridge is of."""
    spec = importlib.util.find_spec("unoserver")
    assert spec is not None
    assert spec.submodule_search_locations
    package = Path(spec.submodule_search_locations[0])
    only = folder / "paket"
    only.mkdir()
    for part in (package, *package.parent.glob("unoserver-*.dist-info")):
        (only / part.name).symlink_to(part)
    return only
