"""A collection that has been filed, in an office worked by hand; its period may be corrected."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from pipeline.archive.bag import read_bag
from pipeline.archive.planning import FiledBag
from pipeline.domain.collection import Amendment
from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.ledger.tables import Collection, Record
from pipeline.office import Office
from pipeline.pdf.convert import Converter
from pipeline.settings import load_settings
from pipeline.tasks.amend import Correction, Opened, amend
from pipeline.tasks.demo.hand import fill_controls

from .desk import Clock, Desk
from .under_way import HEAD, KASUBAG, SECRETARY, UnderWay, a_period, close, lent, practice_office

REASON = "Salah ketik angka pada formulir."


@dataclass(frozen=True)
class Template:
    """A filed office that rests, with the PINs of its keys and the time at which it was left."""

    root: Path
    pins: dict[str, str]
    now: datetime


def file_one(
    root: Path,
    converter: Converter,
    *,
    absent: tuple[str, ...] = (),
    correction: tuple[str, float, str] | None = None,
) -> Template:
    """An office in ``root`` whose last quarter has been collected, signed and filed."""
    made, now = practice_office(root), datetime.now(ZoneInfo("Asia/Jakarta"))
    with _at(root, made.pins, now, converter) as under_way:
        under_way.to_filling()
        under_way.verify(*(p for p in (KASUBAG, SECRETARY, HEAD) if p not in absent))
        if absent:
            close(under_way)
        finish(under_way, correction)
        return Template(root, made.pins, under_way.desk.clock.at)


@contextmanager
def filed(template: Template, root: Path, converter: Converter) -> Iterator[UnderWay]:
    """A copy of the filed office."""
    shutil.copytree(template.root, root)
    with _at(root, template.pins, template.now, converter) as under_way:
        yield under_way


def finish(under_way: UnderWay, correction: tuple[str, float, str] | None = None) -> None:
    """From entry to the archive."""
    under_way.staff.send_entry(correction)
    under_way.desk.work()
    for stage in (Verb.INITIAL, Verb.SIGN):
        under_way.seal(stage)
        under_way.desk.work()


def open_amendment(
    under_way: UnderWay,
    *posts: str,
    kind: Amendment = Amendment.ERRATUM,
    record: str = "",
    **more: Any,
) -> Opened:
    """A correction of the period's record, its forms issued."""
    correction = Correction(kind, REASON, posts, **more)
    opened = amend(under_way.office, record or str(under_way.period), correction)
    under_way.desk.work()
    return opened


def refill(under_way: UnderWay, post: str, actual: str, *, kind: str = "RALAT") -> None:
    """The official corrects the first indicator's figure, and it is verified."""
    indicator = under_way.reporter(post).indicators[0].code
    folder = f"4-pengisian/{post_folder(post)}"
    form = under_way.folders.wait(f"{folder}/{kind}*.docx")
    data = fill_controls(form.read_bytes(), {(indicator, Field.ACTUAL): actual})
    form.unlink()
    under_way.desk.put(f"{folder}/kirim", form.name, data)
    under_way.desk.work()
    under_way.approve(post)


def records(under_way: UnderWay) -> list[Record]:
    """The filed records, oldest first."""
    with under_way.office.ledger.read() as session:
        return list(session.scalars(select(Record).order_by(Record.edition)))


def collections(under_way: UnderWay) -> list[Collection]:
    """All editions of the period, oldest first."""
    with under_way.office.ledger.read() as session:
        return list(session.scalars(select(Collection).order_by(Collection.edition)))


def the_bag(under_way: UnderWay) -> FiledBag:
    """The one dossier in the archive."""
    found = [file.parent for file in under_way.office.archive.glob("*/*/*/bagit.txt")]
    (bag,) = (folder for folder in found if not folder.name.startswith("."))  # one in the making
    return read_bag(bag)


def card(under_way: UnderWay) -> dict[str, Any]:
    """``berkas.json`` of the dossier."""
    text = (the_bag(under_way).path / "data/metadata/berkas.json").read_text("utf-8")
    read: dict[str, Any] = json.loads(text)
    return read


@contextmanager
def _at(
    root: Path, pins: dict[str, str], now: datetime, converter: Converter
) -> Iterator[UnderWay]:
    clock = Clock(now)
    with lent(Office(root, load_settings(root), clock), converter) as office:
        yield a_period(Desk(office, clock), pins, Period.ended_before(now.date()))
