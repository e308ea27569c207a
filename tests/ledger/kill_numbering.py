"""``kill_numbering.py URL DOCUMENT``: reserves a number, and is killed before it commits."""

import os
import signal
import sys

from pipeline.ledger.database import Ledger

from .numbering import reserve
from .samples import OFFICE, clock


def main(url: str, document: str) -> None:
    with Ledger(url, OFFICE, clock).write() as tx:
        sys.stdout.write(reserve(tx, document))
        sys.stdout.flush()
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
