"""The service of one office: watches, works and answers the web, in one process."""

import signal
import threading
from collections.abc import Callable
from contextlib import ExitStack

import structlog

from pipeline.files import drop_halves, make_folder
from pipeline.intake.claim import Claimer
from pipeline.intake.outbox import PAGE
from pipeline.intake.pulse import Pulse
from pipeline.intake.watch import Watcher
from pipeline.ledger.queue import queue_of
from pipeline.office import Office
from pipeline.service.notify import ALIVE, READY, STOPPING, tell_systemd
from pipeline.service.peers import Peers, working
from pipeline.service.room import Room
from pipeline.service.rounds import HOUR_S, Rounds
from pipeline.service.sealing import seal_and_end
from pipeline.service.work import take_up_failed
from pipeline.sop.prepare import ask_for_preparation, inbox_is_there, make_folders
from pipeline.tasks.restore.needed import require_database
from pipeline.tasks.running import only_one

log = structlog.get_logger()


def serve(office: Office, *, web: bool = True, ready: Callable[[], None] | None = None) -> None:
    """Run the office's service until SIGTERM or SIGINT; ``ready`` is called once it takes files.

    Raises:
        ConflictError: another service already runs for this office.
        LedgerError: the database is gone, damaged, or newer than this program.
    """
    with only_one(office):
        require_database(office)
        make_folder(office.archive)
        make_folders(office)
        drop_halves(office.inbox)
        drop_halves(office.store.folder, older_than_s=HOUR_S)  # a command may be sealing just now
        watcher = _watcher(office)
        _stop_on_signals(watcher)  # before LibreOffice starts: whatever runs is ended in good order
        office.converter.warm()
        office.reader.warm()
        office.ledger.migrate()
        with working(office, _peers(office)), ExitStack() as ending:
            if web:
                ending.callback(_answer_the_web(office, watcher.pulse))
            ask_for_preparation(office)
            if ready is not None:
                ready()
            log.info("the service runs", office=office.id, inbox=str(office.inbox))
            tell_systemd(READY)
            watcher.run()
            tell_systemd(STOPPING)
        seal_and_end(office)
        log.info("the service has ended", office=office.id)


def _answer_the_web(office: Office, pulse: Pulse) -> Callable[[], None]:
    """Start the pages; what ends them. An office without them does not wait for their libraries."""
    from pipeline.web.server import WebServer  # noqa: PLC0415 - slow to import

    server = WebServer(office, pulse)
    server.start()
    return server.stop


def _peers(office: Office) -> Peers | None:
    """Those beside the service: an office on SQLite has none."""
    if office.ledger.url.startswith("sqlite"):
        return None
    return Peers(office, queue_of(office.id), office.outbox.lay_out)


def _watcher(office: Office) -> Watcher:
    """What takes and lays out; its ``pulse`` says how it fares.

    Raises:
        ConfigurationError: files cannot be taken by rename, from the inbox into ``work``.
    """
    watch = office.settings.watch

    def alive() -> bool:
        """A sign of life from within a long sweep; whether it should go on."""
        watcher.pulse.beat()
        tell_systemd(ALIVE)
        return not watcher.is_stopping

    claimer = Claimer(
        office.inbox,
        office.work,
        office.store,
        office.ledger,
        patience_s=watch.quiet_s,
        mark=office.mark,
        alive=alive,
    )
    claimer.refuse_other_device()
    rounds, room = Rounds(office), Room(office)

    def between() -> bool:
        """While a heap of files is taken: others' work goes on, and the service may be stopped."""
        alive()
        office.outbox.lay_out(at_most=PAGE)
        rounds.go()
        return not watcher.is_stopping and room.is_enough()

    def sweep() -> int:
        alive()
        was_there, watcher.pulse.inbox_there = watcher.pulse.inbox_there, inbox_is_there(office)
        if not watcher.pulse.inbox_there:
            rounds.go()
            return 0
        if not was_there:
            make_folders(office)
            take_up_failed(office)
        waiting = claimer.sweep(office.procedures, between) if room.is_enough() else 0
        waiting += office.outbox.lay_out(go_on=alive)
        rounds.go()
        return waiting

    watcher = Watcher(office.inbox, sweep, rescan_s=watch.rescan_s)
    return watcher


def _stop_on_signals(watcher: Watcher) -> None:
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: watcher.stop())
