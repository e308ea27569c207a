"""One collection through all eight steps, returns included, while its programs are killed."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline.office import open_office
from pipeline.settings import FILE_NAME
from pipeline.tasks.init import init_office, make_practice_keys
from tests.journeys.office import PROCEDURE, Service, begin
from tests.torture.hands import PATIENCE_S, NotedFolders, Ordeal


@dataclass(frozen=True)
class Plan:
    """How large a collection is, and who does it badly: every so many-th of the officials."""

    officials: int
    evidence: int
    badly_every: int = 3
    strictly_every: int = 5
    printout_returns: tuple[str, ...] = ("7-paraf", "8-tanda-tangan")

    def badly(self, number: int) -> bool:
        """Whether this official's first form bounces."""
        return number % self.badly_every == 1

    def strictly(self, number: int) -> bool:
        """Whether this official's form is returned at verification."""
        return number % self.strictly_every == 2


@contextmanager
def office_for(root: Path, plan: Plan, url: str = "") -> Iterator[Ordeal]:
    """A new office with practice keys; its service is started by whoever tortures it."""
    init_office(root)
    pins = make_practice_keys(root)
    if url:
        settings = root / FILE_NAME
        text = settings.read_text()
        assert text.count('url = ""') >= 1
        settings.write_text(text.replace('url = ""', f'url = "{url}"', 1))
    service = Service(root)
    with open_office(root) as office:
        office.ledger.migrate()
        folders = NotedFolders(office.inbox / PROCEDURE, PATIENCE_S)
        try:
            ordeal = begin(Ordeal, root, office, service, pins, folders, plan.officials)
            ordeal.drops = folders.drops
            yield ordeal
        finally:
            service.kill()


def go_through(ordeal: Ordeal, plan: Plan, chance: random.Random) -> None:
    """Let the people do all of it, whatever happens to the programs meanwhile."""
    # SOP 1 and 2
    ordeal.begin()
    # SOP 3
    ordeal.distribute()
    # SOP 4
    for number, person in enumerate(ordeal.people):
        ordeal.fill(person, plan.evidence, badly=plan.badly(number))
    # SOP 5
    for number, person in enumerate(ordeal.people):
        ordeal.verify(person, strictly=plan.strictly(number))
    # SOP 6 and 7
    ordeal.enter()
    for stage in plan.printout_returns:
        if stage == "8-tanda-tangan":
            ordeal.seal("initial", chance)
        ordeal.return_printout(stage)
        ordeal.enter()
    ordeal.seal("initial", chance)
    # SOP 8
    ordeal.folders.wait("8-tanda-tangan/Print Out*.pdf")
    ordeal.seal("sign", chance)
    ordeal.folders.wait(f"hasil/{ordeal.period}/Data Kinerja*.pdf")
    ordeal.folders.wait(f"1-draft/Format Data Kinerja {ordeal.period.next.short}.docx")
    ordeal.settle()
