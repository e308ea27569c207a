"""A worker: one more process that runs the office's chains, beside its service (PostgreSQL).

It takes no files and lays none out: two processes would place a file twice, the second time after
its person has moved it away. What it makes, the service lays out.
"""

import fcntl
import re
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from pipeline.errors import ConfigurationError, ConflictError, UsageError
from pipeline.files import make_folder
from pipeline.ledger.workers import executor_of
from pipeline.office import Office
from pipeline.service.notify import ALIVE, READY, STOPPING, tell_systemd
from pipeline.service.peers import Peers, working
from pipeline.tasks.restore.needed import require_database

ALIVE_S = 30.0
NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
log = structlog.get_logger()


def require_possible(office: Office, name: str) -> None:
    """Let no worker run that cannot.

    Raises:
        ConfigurationError: the office's database is SQLite.
        UsageError: the name cannot be one.
    """
    if office.ledger.url.startswith("sqlite"):
        raise ConfigurationError(
            "A worker needs PostgreSQL: this office keeps its ledger in SQLite, which one process"
            " writes at a time. Set [database] url in kinerja.toml, or let `kinerja run` do all the"
            " work; it is enough for one office."
        )
    if not NAME.fullmatch(name):
        raise UsageError(
            f"'{name}' cannot be a worker's name. Use small letters, digits and hyphens, at most"
            " 40, for instance --name meja-2."
        )


def work_for(office: Office, name: str) -> None:
    """Run the office's chains as the worker ``name`` until SIGTERM or SIGINT.

    Raises:
        ConfigurationError: the office's database is SQLite.
        UsageError: the name cannot be one.
        ConflictError: a worker of that name runs already.
    """
    require_possible(office, name)
    ending = threading.Event()
    with _only_one(office, name):
        _stop_on_signals(ending)  # before LibreOffice starts: whatever runs is ended in good order
        require_database(office)
        office.ledger.migrate()
        office.converter.warm()
        office.reader.warm()
        executor = executor_of(office.id, name)
        with working(office, Peers(office, executor), executor):
            log.info("the worker runs", office=office.id, worker=name)
            tell_systemd(READY)
            while not ending.wait(ALIVE_S):
                tell_systemd(ALIVE)
            tell_systemd(STOPPING)
        log.info("the worker has ended", office=office.id, worker=name)


@contextmanager
def _only_one(office: Office, name: str) -> Iterator[None]:
    """Hold the name: two workers of one name would take each other's work for their own."""
    make_folder(office.state)
    with (office.state / f"pekerja-{name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise ConflictError(
                f"A worker called '{name}' already runs for {office.root}. Give this one another"
                " name with --name."
            ) from taken
        yield


def _stop_on_signals(ending: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
