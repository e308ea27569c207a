"""The service of one office: watches, works and answers the web, in one process."""

import signal
import threading
import time
from collections.abc import Callable
from datetime import date

import structlog
from dbos import DBOS, DBOSConfig, SetWorkflowID

from pipeline.files import drop_halves, make_folder
from pipeline.intake.claim import Claimer
from pipeline.intake.watch import Watcher
from pipeline.ledger.queue import APP, APP_VERSION, WORKFLOW, queue_of
from pipeline.office import Office
from pipeline.sop.opened import look_for_opened
from pipeline.sop.prepare import ask_for_preparation, make_folders
from pipeline.sop.renewal import ask_for_renewal
from pipeline.sop.runner import run as run_chain
from pipeline.tasks.running import only_one
from pipeline.web.server import WebServer

POLL_S = 0.1
AT_ONCE = 4
ATTEMPTS = 3
RETRY_FAILED_S = 300.0
log = structlog.get_logger()


def serve(office: Office, *, web: bool = True, ready: Callable[[], None] | None = None) -> None:
    """Run the office's service until SIGTERM or SIGINT; ``ready`` is called once it takes files.

    Raises:
        ConflictError: another service already runs for this office.
    """
    with only_one(office):
        make_folder(office.archive)
        make_folders(office)
        drop_halves(office.inbox)
        office.ledger.migrate()
        watcher = _watcher(office)
        _stop_on_signals(watcher)  # before LibreOffice starts: whatever runs is ended in good order
        office.converter.warm()
        _launch(office)
        server = WebServer(office) if web else None
        ask_for_preparation(office)
        try:
            if server is not None:
                server.start()
            if ready is not None:
                ready()
            log.info("the service runs", office=office.id, inbox=str(office.inbox))
            watcher.run()
        finally:
            if server is not None:
                server.stop()
            DBOS.destroy(workflow_completion_timeout_sec=10)
            log.info("the service has ended", office=office.id)


def _launch(office: Office) -> None:
    """Start the workers; what an earlier run left undone, failed work too, is taken up again."""
    queue = queue_of(office.id)
    config: DBOSConfig = {
        "name": APP,
        "system_database_url": office.ledger.url,
        "application_version": APP_VERSION,
        "executor_id": queue,
        "log_level": "WARNING",
        "run_migrations": False,
    }
    DBOS(config=config)

    def chain(name: str, key: str) -> None:
        options = {
            "name": name,
            "retries_allowed": True,
            "max_attempts": ATTEMPTS,
            "interval_seconds": 0.5,
        }
        DBOS.run_step(options, run_chain, office, name, key)  # type: ignore[call-overload]

    DBOS.workflow(name=WORKFLOW)(chain)
    DBOS.listen_queues([queue])
    DBOS.launch()
    DBOS.register_queue(
        queue,
        worker_concurrency=AT_ONCE,
        polling_interval_sec=POLL_S,
        on_conflict="always_update",
    )
    _take_up_failed(office)


def _take_up_failed(office: Office) -> None:
    """Run what gave up once more, from its start; idempotent, should we die in the middle."""
    for failed in DBOS.list_workflows(status="ERROR", workflow_id_prefix=f"{office.id}:"):
        first, _, tries = failed.workflow_id.partition("#")
        again = f"{first}#{int(tries or 1) + 1}"
        if DBOS.get_workflow_status(again) is None:
            with SetWorkflowID(again):
                DBOS.fork_workflow(failed.workflow_id, 1, queue_name=queue_of(office.id))
        DBOS.delete_workflow(failed.workflow_id)


def _watcher(office: Office) -> Watcher:
    watch = office.settings.watch
    claimer = Claimer(
        office.inbox, office.work, office.store, office.ledger, patience_s=watch.quiet_s
    )

    last_try, last_day = time.monotonic(), date.min

    def sweep() -> int:
        nonlocal last_try, last_day
        if time.monotonic() - last_try > RETRY_FAILED_S:
            last_try = time.monotonic()
            _take_up_failed(office)
        if (today := office.now().date()) != last_day:
            ask_for_renewal(office, today)
            last_day = today
        waiting = claimer.sweep(office.procedures) + office.outbox.lay_out()
        look_for_opened(office)
        return waiting

    return Watcher(office.inbox, sweep, rescan_s=watch.rescan_s)


def _stop_on_signals(watcher: Watcher) -> None:
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: watcher.stop())
