"""One collection brought through the procedure by hand, a copy of its office kept before each work.

LibreOffice draws every paper once; later ones are that picture with a mark of their own, so that
many offices can be worked on without it. Everything else is real.
"""

import fcntl
import pickle
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Procedure, Verb
from tests.sop.desk import PICTURES, Clock, Desk, DeskOffice, marked
from tests.sop.filed import open_amendment, refill
from tests.sop.under_way import HEAD, KASUBAG, SECRETARY, UnderWay, a_period, practice_office

KEPT, PAPERS = "tahap.pickle", "gambar.pickle"
FOREIGN = b"Bukan formulir."
LEEWAY = timedelta(minutes=1)


class DrawnOffice(DeskOffice):
    """An office whose papers are drawn once; a mark by chance tells later ones apart."""

    def pdf_from(
        self, procedure: Procedure, template: str, context: dict[str, Any], *, tagged: bool = True
    ) -> bytes:
        """The picture of a template, marked."""
        pdf = super().pdf_from(procedure, template, context, tagged=tagged)
        return marked(pdf, uuid4().hex)


@dataclass(frozen=True)
class Kept:
    """An office as it rests at a stage, its PINs, and the time at which it was left."""

    root: Path
    pins: dict[str, str]
    now: datetime


@contextmanager
def opened(kept: Kept, root: Path) -> Iterator[UnderWay]:
    """The office in ``root``, one minute after ``kept`` was left."""
    office = DrawnOffice(root, Clock(kept.now + LEEWAY))
    try:
        desk = Desk(office, office.now)  # type: ignore[arg-type]
        yield a_period(desk, kept.pins, Period.ended_before(kept.now.date()))
    finally:
        office.close()


def to_filling(at: UnderWay) -> None:
    at.to_filling()


def send_one(at: UnderWay) -> None:
    """An official's form lies in `kirim`."""
    at.reporter(KASUBAG).fill_and_send()


def send_foreign(at: UnderWay) -> None:
    """Something that is no form lies there too."""
    at.folders.put("6-entri/kirim", "Catatan.txt", FOREIGN)


def decide_last(at: UnderWay) -> None:
    """Two of three forms are verified; the third lies in `setujui`."""
    at.desk.work()
    at.approve(KASUBAG)
    for post in (SECRETARY, HEAD):
        at.send(post)
    at.approve(SECRETARY)
    waiting = at.folders.wait(f"5-verifikasi/*{at.form(HEAD).code}.docx")
    at.folders.move(waiting, CommandFolder.APPROVE)


def send_entry(at: UnderWay) -> None:
    """The entry workbook lies in `kirim`."""
    at.desk.work()
    at.staff.send_entry()


def print_out(at: UnderWay) -> None:
    """The print-out waits for its paraf."""
    at.desk.work()


def initialled(at: UnderWay) -> None:
    """It waits for its signature."""
    at.seal(Verb.INITIAL)
    at.desk.work()


def signed(at: UnderWay) -> None:
    """It is signed, and not filed yet."""
    at.seal(Verb.SIGN)


def amended(at: UnderWay) -> None:
    """It is filed, and a correction of it is signed and not filed yet."""
    at.desk.work()
    open_amendment(at, SECRETARY)
    refill(at, SECRETARY, "6,25")
    at.to_initial()
    initialled(at)
    signed(at)


STAGES: dict[str, Callable[[UnderWay], None]] = {
    "filling": to_filling,
    "sent": send_one,
    "foreign": send_foreign,
    "decided": decide_last,
    "entered": send_entry,
    "print-out": print_out,
    "initialled": initialled,
    "signed": signed,
    "amended": amended,
}


class Stages:
    """The offices that were kept, made when first asked for; ``folder`` is shared by all tests."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def at(self, stage: str) -> Kept:
        """The office that rests at a stage, and all before it."""
        place = self._folder / stage
        if not (place / KEPT).exists():
            with self._alone():
                self._make_all_until(stage)
        kept: Kept = pickle.loads((place / KEPT).read_bytes())
        PICTURES.update(pickle.loads((place / PAPERS).read_bytes()))
        return kept

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold off other processes, which share the folder."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_all_until(self, last: str) -> None:
        names = list(STAGES)
        for before, stage in zip([None, *names], names[: names.index(last) + 1], strict=False):
            if not (self._folder / stage / KEPT).exists():
                self._make(stage, self.at(before) if before else None)

    def _make(self, stage: str, before: Kept | None) -> None:
        place = self._folder / stage
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        root = place / "kantor"
        if before is None:
            now = datetime.now(ZoneInfo("Asia/Jakarta")).replace(second=0, microsecond=0)
            before = Kept(root, practice_office(root).pins, now)
        else:
            shutil.copytree(before.root, root)
        with opened(before, root) as under_way:
            STAGES[stage](under_way)
            left = under_way.desk.clock.at.replace(second=0, microsecond=0)
        (place / PAPERS).write_bytes(pickle.dumps(PICTURES))
        (place / KEPT).write_bytes(pickle.dumps(Kept(root, before.pins, left)))
