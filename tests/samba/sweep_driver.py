"""Sweeps an office's inbox until so many files have been entered: ``sweep_driver OFFICE COUNT``.

A process of its own, because what is tested is what its account may do.
"""

import sys
import time
from pathlib import Path

from sqlalchemy import func, select

from pipeline.intake.claim import Claimer
from pipeline.ledger.tables import Arrival
from pipeline.office import Office, open_office

PATIENCE_S = 60.0
LOOK_S = 0.1


def entered(office: Office) -> int:
    with office.ledger.read() as session:
        return session.scalars(select(func.count()).select_from(Arrival)).one()


def main(root: Path, count: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    with open_office(root) as office:
        claimer = Claimer(
            office.inbox, office.work, office.store, office.ledger, patience_s=PATIENCE_S
        )
        while entered(office) < count:
            claimer.sweep(office.procedures)
            if time.monotonic() > deadline:
                raise SystemExit(f"only {entered(office)} of {count} files were entered")
            time.sleep(LOOK_S)


main(Path(sys.argv[1]), int(sys.argv[2]))
