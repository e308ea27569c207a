"""The web server: uvicorn in a thread of its own, beside the watcher and the workers."""

import socket
import threading
import time

import structlog
import uvicorn

from pipeline.errors import ConfigurationError
from pipeline.intake.pulse import Pulse
from pipeline.office import Office
from pipeline.web.app import create_app

START_S = 10.0
STOP_S = 10.0
GRACE_S = 5  # for answers that are under way when the service ends
AT_ONCE = 100
WILDCARDS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared only
log = structlog.get_logger()


class WebServer:
    """The office's pages, answered on ``[web] host`` and ``port`` (0 is any free port).

    It may be started once the ledger is migrated. ``url`` is empty while it does not run. It takes
    no signals: whoever started it stops it.
    """

    def __init__(self, office: Office, pulse: Pulse | None = None) -> None:
        self.url = ""
        self._office = office
        self._pulse = pulse
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Answer from now on; returns once the first request would be answered.

        Raises:
            ConfigurationError: the address cannot be had; names the setting and the mend.
        """
        web = self._office.settings.web
        listener = _listen(web.host, web.port)
        server = uvicorn.Server(_config(self._office, self._pulse))
        thread = threading.Thread(
            target=server.run, args=([listener],), name="kinerja-web", daemon=True
        )
        self._server, self._thread = server, thread
        thread.start()
        _await(server, thread)
        self.url = _url(web.host, listener.getsockname()[1])
        log.info("the web answers", url=self.url)

    def stop(self) -> None:
        """End, after the answers that are under way; harmless where it does not run."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(STOP_S)
        self._server = self._thread = None
        self.url = ""


def _config(office: Office, pulse: Pulse | None) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(office, pulse),
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level="warning",
        access_log=False,  # who looked at what is personal data; it is not kept
        server_header=False,
        limit_concurrency=AT_ONCE,
        timeout_graceful_shutdown=GRACE_S,
    )


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family)
    except OSError as refused:
        reason = str(refused.strerror or refused).partition(" (")[0]
        raise ConfigurationError(
            f"The web cannot answer on {host} port {port} ({reason})."
            " Set [web] host and port in kinerja.toml to an address of this machine and a port"
            " that no other program uses; port = 0 takes any free one."
        ) from refused


def _await(server: uvicorn.Server, thread: threading.Thread) -> None:
    end = time.monotonic() + START_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise ConfigurationError(
                "The web server did not start; the log says why. Mend [web] in kinerja.toml."
            )
        time.sleep(0.01)


def _url(host: str, port: int) -> str:
    """Where this machine itself reaches it."""
    name = WILDCARDS.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
