"""An office worked by hand, without a service: files go in, chains run, files come out.

Ledger, store, templates, read-back, signatures and archive are real. LibreOffice converts each
paper once: what it looks like decides nothing here, so that the picture is used again for every
later one, made distinct by a line after its end, and what it was to say is remembered.
"""

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import text

from pipeline.domain.procedure import Procedure
from pipeline.forms.render import render
from pipeline.intake.claim import Claimer
from pipeline.ledger.queue import queue_of
from pipeline.office import Office
from pipeline.settings import load_settings
from pipeline.sop.runner import run

PROCEDURE = "data-kinerja"
PICTURES: dict[str, bytes] = {}


class DeskOffice(Office):
    """An office whose papers are converted once each; ``said`` is what later ones were to say."""

    def __init__(self, root: Path, now: Callable[[], datetime]) -> None:
        super().__init__(root, load_settings(root), now)
        self.said: dict[str, dict[str, Any]] = {}

    def pdf_from(
        self, procedure: Procedure, template: str, context: dict[str, Any], *, tagged: bool = True
    ) -> bytes:
        """The picture of a template, with a line after its end that makes it this paper's."""
        if template not in PICTURES:
            word = render(self.template(procedure, template), context)
            PICTURES[template] = super().convert(word, tagged=tagged)
        pdf = marked(PICTURES[template], f"{template} {len(self.said)}")
        self.said[sha256(pdf).hexdigest()] = context
        return pdf

    def convert(self, word: bytes, *, tagged: bool = True) -> bytes:
        """The picture of a form, made distinct by the form's own digest."""
        if "formulir" not in PICTURES:
            PICTURES["formulir"] = super().convert(word, tagged=tagged)
        return marked(PICTURES["formulir"], sha256(word).hexdigest())


@dataclass
class Clock:
    """The office's clock, which the test moves."""

    at: datetime

    def __call__(self) -> datetime:
        """Now; each look is a little later, as in life."""
        self.at += timedelta(milliseconds=5)
        return self.at

    def move(self, **amount: float) -> None:
        """Let time go by."""
        self.at += timedelta(**amount)


@dataclass
class Desk:
    """One office and its clock; ``pick`` chooses which waiting chain is run next."""

    office: DeskOffice
    clock: Clock
    pick: Callable[[int], int] = field(default=lambda count: 0)

    @property
    def inbox(self) -> Path:
        """The inbox of the procedure."""
        return self.office.inbox / PROCEDURE

    def put(self, folder: str, name: str, data: bytes, *, owner: int | None = None) -> None:
        """Save a file in a folder, as a user of the share where we may say whose it is."""
        target = self.inbox / folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        if owner is not None and os.geteuid() == 0:
            os.chown(target, owner, -1)

    def move(self, file: Path, command: str) -> None:
        """Move a file into a command folder beside it."""
        file.rename(file.parent / command / file.name)

    def work(self) -> None:
        """Take what was sent, run all chains, lay the folders out, until nothing is left."""
        watch = self.office.settings.watch
        office = self.office
        claimer = Claimer(
            office.inbox, office.work, office.store, office.ledger, patience_s=watch.quiet_s
        )
        while True:
            claimer.sweep(office.procedures)
            waiting = self.waiting()
            if not waiting:
                break
            workflow, chain, key = waiting[self.pick(len(waiting))]
            run(office, chain, key)
            self._done(workflow)
        office.outbox.lay_out()

    def waiting(self) -> list[tuple[str, str, str]]:
        """The chains that nobody has run yet: id, chain, key."""
        client = self.office.ledger._enqueuer._connected()
        found = client.list_workflows(
            status="ENQUEUED", queue_name=queue_of(self.office.id), sort_desc=False
        )
        return [(w.workflow_id, *w.input["args"]) for w in found if w.input]

    def files(self, pattern: str) -> list[Path]:
        """What lies in the folders, by pattern."""
        return sorted(p for p in self.inbox.glob(pattern) if p.is_file())

    def close(self) -> None:
        """Let everything go and leave nothing behind."""
        self.office.close()
        shutil.rmtree(self.office.root)

    def _done(self, workflow: str) -> None:
        query = text("UPDATE workflow_status SET status = 'SUCCESS' WHERE workflow_uuid = :id")
        with self.office.ledger.engine.begin() as connection:
            connection.execute(query, {"id": workflow})


def marked(pdf: bytes, mark: str) -> bytes:
    """The PDF with a comment of its own before its last line but one."""
    body, last, end = pdf.rpartition(b"startxref")
    return body + f"%{mark}\n".encode() + last + end


def in_any_order(seed: int) -> Callable[[int], int]:
    """Chains in an order that a seed decides."""
    chooser = random.Random(seed)
    return chooser.randrange
