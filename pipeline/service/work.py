"""Durable work: chains are taken from the office's queue and run (DBOS).

1. What an earlier run of this executor left undone is taken up again.
2. A database that is away is waited for; any other error is tried a few times, then shown as failed
   work, which is taken up again from time to time (`take_up_failed`).
3. What ended without DBOS being able to write that down is begun anew (`take_up_stranded`).
4. What was done long ago is forgotten where its name cannot come back (`forget_old_work`).
"""

import threading
import time
from datetime import timedelta

import structlog
from dbos import DBOS, DBOSConfig, SetWorkflowID

from pipeline.intake.claim import TAKE, TAKE_CUT
from pipeline.intake.untaken import TELL_UNTAKEN
from pipeline.ledger.queue import APP, APP_VERSION, WORKFLOW, is_away, queue_of
from pipeline.office import Office
from pipeline.sop.collection.summary import SUMMARISE
from pipeline.sop.decisions import ACKNOWLEDGE_DECISION, DECIDE
from pipeline.sop.runner import run as run_chain
from pipeline.sop.slips import ACKNOWLEDGE

POLL_S = 0.25
AT_ONCE = 4
ATTEMPTS = 3
FAREWELL_S = 10
AWAY_S, FIRST_PAUSE_S, LONGEST_PAUSE_S = 600.0, 0.25, 3.0
"""How long a database that is away is waited for, and how often it is asked."""
IDLE_IN_TRANSACTION_S = 20.0
KEPT = timedelta(days=30)
FORGOTTEN = (
    *(TAKE, TAKE_CUT, TELL_UNTAKEN),
    *(ACKNOWLEDGE, DECIDE, ACKNOWLEDGE_DECISION, SUMMARISE),
)
"""Chains whose occasion is a row of its own: nobody can ask for the same one once more."""
STRANDED_S = 30.0
BATCH = 500

log = structlog.get_logger()
_ending = threading.Event()
_at_work = set[str]()


def start_work(office: Office, executor: str = "", *, lays_out: bool = True) -> None:
    """Start running chains as ``executor`` (the service where empty).

    What it left undone at an earlier run is taken up again. A worker does not lay files out.
    """
    queue = queue_of(office.id)
    config: DBOSConfig = {
        "name": APP,
        "system_database_url": office.ledger.url,
        "application_version": APP_VERSION,
        "executor_id": executor or queue,
        "log_level": "WARNING",
        "run_migrations": False,
        "sys_db_idle_transaction_timeout_sec": IDLE_IN_TRANSACTION_S,
    }
    _ending.clear()
    DBOS(config=config)

    def chain(name: str, key: str) -> None:
        options = {
            "name": name,
            "retries_allowed": True,
            "max_attempts": ATTEMPTS,
            "interval_seconds": 0.5,
        }
        own = DBOS.workflow_id or ""
        _at_work.add(own)
        try:
            DBOS.run_step(options, _run, office, name, key, lays_out=lays_out)  # type: ignore[call-overload]
        finally:
            _at_work.discard(own)

    # However often it was killed over a chain: that is no fault of the chain's.
    DBOS.workflow(name=WORKFLOW, max_recovery_attempts=None)(chain)
    DBOS.listen_queues([queue])
    DBOS.launch()
    DBOS.register_queue(
        queue,
        worker_concurrency=AT_ONCE,
        polling_interval_sec=POLL_S,
        on_conflict="always_update",
    )


def end_work() -> None:
    """Take no more chains; those at work get a moment to end, and are taken up again otherwise."""
    _ending.set()
    DBOS.destroy(workflow_completion_timeout_sec=FAREWELL_S)


def take_up_failed(office: Office) -> None:
    """Run what gave up once more, from its start; idempotent, should we die in the middle."""
    for failed in DBOS.list_workflows(status="ERROR", workflow_id_prefix=f"{office.id}:"):
        first, _, tries = failed.workflow_id.partition("#")
        again = f"{first}#{int(tries or 1) + 1}"
        if DBOS.get_workflow_status(again) is None:
            with SetWorkflowID(again):
                DBOS.fork_workflow(failed.workflow_id, 1, queue_name=queue_of(office.id))
        DBOS.delete_workflow(failed.workflow_id)


def take_up_stranded(office: Office) -> None:
    """Begin anew what stands as at work with the service and is not, since ``STRANDED_S`` or more.

    Its end could not be written down, as on a disk that was full just then.
    """
    queue, latest = queue_of(office.id), (time.time() - STRANDED_S) * 1000
    pending = DBOS.list_workflows(
        status="PENDING", executor_id=queue, load_input=False, load_output=False
    )
    stranded = [
        one.workflow_id
        for one in pending
        if one.workflow_id not in _at_work and (one.updated_at or 0) < latest
    ]
    if stranded:
        log.warning("work whose end could not be written down is begun anew", chains=len(stranded))
        DBOS.resume_workflows(stranded, queue_name=queue)


def forget_old_work(office: Office) -> None:
    """Drop the queue's memory of chains done long ago; a batch at a time.

    A chain that is asked for by a name that can recur (the day, the quarter) is remembered: it
    would run a second time.
    """
    before = (office.now() - KEPT).isoformat()
    old = DBOS.list_workflows(
        status="SUCCESS",
        completed_before=before,
        workflow_id_prefix=[f"{office.id}:{chain}:" for chain in FORGOTTEN],
        limit=BATCH,
        load_input=False,
        load_output=False,
    )
    if old:
        DBOS.delete_workflows([done.workflow_id for done in old])


def _run(office: Office, name: str, key: str, *, lays_out: bool) -> None:
    """Run a chain, waiting for a database that is away, up to ``AWAY_S`` seconds."""
    until, pause = time.monotonic() + AWAY_S, FIRST_PAUSE_S
    while True:
        try:
            run_chain(office, name, key, lays_out=lays_out)
        except Exception as error:
            if not is_away(error) or time.monotonic() > until:
                raise
            log.warning("the database is away and is waited for", chain=name)
            if _ending.wait(pause):
                raise
            pause = min(pause * 2, LONGEST_PAUSE_S)
        else:
            return
