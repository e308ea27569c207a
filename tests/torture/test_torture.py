"""All eight steps under ``kill -9``: nothing is lost, nothing is done twice.

The size is set by the environment: TORTURE_ROUNDS, TORTURE_OFFICIALS, TORTURE_EVIDENCE and
TORTURE_SEED; totals are appended to the file that TORTURE_REPORT names.
"""

import os
import random
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from pipeline.ledger.workers import LOOKS
from pipeline.service.peers import BEAT_S
from tests.journeys.office import Service
from tests.ledger.postgres import Cluster, cluster
from tests.torture.accounting import Account, assert_all_accounted_for
from tests.torture.killers import (
    Killer,
    Tally,
    at_any_moment,
    between,
    freezing,
    killing,
    killing_database,
)
from tests.torture.ordeal import Plan, go_through, office_for

ROUNDS = int(os.environ.get("TORTURE_ROUNDS", "1"))
OFFICIALS = int(os.environ.get("TORTURE_OFFICIALS", "8"))
EVIDENCE = int(os.environ.get("TORTURE_EVIDENCE", "2"))


def seeded() -> random.Random:
    """Chance, its seed told."""
    seed = int(os.environ.get("TORTURE_SEED", "0")) or random.SystemRandom().randrange(1 << 32)
    print(f"seed {seed}")  # noqa: T201 - shown when the test fails
    return random.Random(seed)


def report(backend: str, accounts: list[Account], tally: Tally) -> None:
    """The totals, where they are asked for."""
    totals = Counter[str]()
    for account in accounts:
        totals.update(vars(account))
    line = f"{backend}: {dict(tally.done)}, {dict(totals)}\n"
    print(line)  # noqa: T201 - the totals of a slow run
    if os.environ.get("TORTURE_REPORT"):
        with Path(os.environ["TORTURE_REPORT"]).open("a") as out:
            out.write(line)


@pytest.mark.slow
def test_on_sqlite(tmp_path: Path) -> None:
    chance, tally, accounts = seeded(), Tally(), []
    plan = Plan(OFFICIALS, EVIDENCE)
    for number in range(ROUNDS):
        with office_for(tmp_path / str(number), plan) as ordeal:
            ordeal.service.start()
            strike = killing(ordeal.service, tally, "service killed")
            moment = at_any_moment(ordeal.service, chance, tally)
            with Killer(strike, moment, "killer"):
                go_through(ordeal, plan, chance)
            accounts.append(assert_all_accounted_for(ordeal, plan))
    report("sqlite", accounts, tally)


@pytest.mark.slow
def test_on_postgresql_with_a_worker_that_is_killed_and_frozen(tmp_path: Path) -> None:
    """The service, a worker beside it and PostgreSQL itself are killed; another worker freezes."""
    chance, tally, accounts = seeded(), Tally(), []
    plan = Plan(OFFICIALS, EVIDENCE)
    with cluster() as server:
        for number in range(ROUNDS):
            with office_for(tmp_path / str(number), plan, server.database()) as ordeal:
                mortal, sleepy = (_worker(ordeal.root, name) for name in ("meja-2", "meja-3"))
                programs = [ordeal.service, mortal, sleepy]
                with ExitStack() as ending:
                    for program in programs:
                        ending.callback(program.kill)
                        program.start()
                    for killer in _killers(programs, server, chance, tally):
                        ending.enter_context(killer)
                    go_through(ordeal, plan, chance)
                accounts.append(assert_all_accounted_for(ordeal, plan))
    report("postgresql", accounts, tally)


def _worker(root: Path, name: str) -> Service:
    command, greeting = ("worker", "--name", name), b"the worker runs"
    return Service(root, command=command, log_name=f"pekerja-{name}.log", greeting=greeting)


def _killers(
    programs: list[Service], server: Cluster, chance: random.Random, tally: Tally
) -> list[Killer]:
    service, mortal, sleepy = programs
    limit = BEAT_S * LOOKS
    return [
        Killer(
            killing(service, tally, "service killed"),
            at_any_moment(service, chance, tally),
            "killer",
        ),
        Killer(
            killing(mortal, tally, "worker killed"),
            at_any_moment(mortal, chance, tally),
            "worker-killer",
        ),
        Killer(
            freezing(sleepy, tally, lambda: chance.uniform(0.5, 2.5) * limit),
            between(2, 10, chance, tally),
            "freezer",
        ),
        Killer(
            killing_database(server, programs, tally, lambda: chance.choice((0.0, 1.0, 5.0, 35.0))),
            between(20, 60, chance, tally),
            "database-killer",
        ),
    ]
