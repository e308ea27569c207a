"""The master data on the command line: taken out as a workbook, proposed from one, looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.domain.authority import Act
from pipeline.domain.evaluation import show_target
from pipeline.domain.finding import Finding
from pipeline.domain.master import MasterData
from pipeline.domain.period import Period
from pipeline.errors import NotFoundError
from pipeline.forms.workbooks.master import write_master
from pipeline.office import Office
from pipeline.sop.master.proposals import Judged, judge, propose
from pipeline.sop.master.versions import keep, master_on_file, version_on_file
from pipeline.sop.renewal import open_proposal
from pipeline.tasks.account import acting_as


@dataclass(frozen=True)
class MasterImport:
    """What became of a workbook: its findings, and the proposal that was made of it.

    ``code`` is empty where none was: there is a fault, or nothing changes.
    """

    code: str
    name: str
    changed: int
    stale: bool
    base: int
    findings: Sequence[Finding]


@dataclass(frozen=True)
class HeldPost:
    """A post on a day; without a holder it is vacant. The NIP is not shown."""

    post: str
    unit: str
    title: str
    name: str
    grade: str
    until: date | None


@dataclass(frozen=True)
class TargetsInForce:
    """An indicator's targets of a year as they hold on a day, quarters in order, as printed."""

    indicator: str
    name: str
    unit: str
    annual: str
    quarters: tuple[str, ...]
    effective: date
    basis: str


@dataclass(frozen=True)
class MasterView:
    """The master data of version ``version`` as they hold on ``day``."""

    version: int
    day: date
    posts: tuple[HeldPost, ...]
    targets: tuple[TargetsInForce, ...]

    @property
    def vacant(self) -> tuple[str, ...]:
        """The posts that nobody holds."""
        return tuple(held.post for held in self.posts if not held.name)


def export_master(office: Office) -> bytes:
    """The workbook of the master data on file; an empty one before there are any.

    It holds every NIP: who takes it out is written down (UU 27/2022).

    Raises:
        AuthorityError: this account may not propose changes either.
    """
    actor, via = acting_as(office, Act.PROPOSE_MASTER)
    with office.ledger.read() as session:
        master, version = master_on_file(session, office), version_on_file(session, office.id)
    with office.ledger.write() as tx:
        tx.record("master.exported", chain=None, actor=actor, via=via, version=version)
    return write_master(master, office_name=office.settings.office.name, version=version)


def import_master(office: Office, workbook: Path) -> MasterImport:
    """Propose what ``workbook`` changes, as if Staf had sent it; the service lays it before.

    Raises:
        NotFoundError: there is no such file.
        AuthorityError: this account may not propose changes.
    """
    try:
        data = workbook.read_bytes()
    except OSError as missing:
        raise NotFoundError(f"{workbook}: no such file can be read.") from missing
    actor, via = acting_as(office, Act.PROPOSE_MASTER)
    procedure = next(iter(office.procedures.values()))
    while True:
        judged = judge(office, data)
        if judged.master is None or not judged.changed:
            return _told(judged)
        blob, master = office.store.put(data), keep(office, judged.master)
        with office.ledger.write() as tx:
            if version_on_file(tx.session, office.id) != judged.base:
                continue  # another was approved while this one was read
            waiting = open_proposal(tx.session, office, procedure)
            by = {"actor": actor, "via": via}
            made = propose(tx, procedure, judged, master, proposal=waiting, blob=blob, **by)
            return _told(judged, made.code, made.name)


def view_master(office: Office, day: date) -> MasterView:
    """Who holds which post on ``day``, and the targets that are in force then."""
    with office.ledger.read() as session:
        master, version = master_on_file(session, office), version_on_file(session, office.id)
    posts = tuple(_held(master, post.name, post.unit, day) for post in master.posts)
    return MasterView(version, day, posts, tuple(_targets(master, day)))


def as_json(view: MasterView) -> dict[str, Any]:
    """The view as JSON values; days in ISO 8601, an end that is open as ``null``."""
    return {
        "version": view.version,
        "day": view.day.isoformat(),
        "posts": [
            {
                "post": held.post,
                "unit": held.unit,
                "vacant": not held.name,
                "title": held.title,
                "name": held.name,
                "grade": held.grade,
                "until": held.until.isoformat() if held.until else None,
            }
            for held in view.posts
        ],
        "targets": [
            {
                "indicator": row.indicator,
                "name": row.name,
                "unit": row.unit,
                "annual": row.annual,
                "quarters": list(row.quarters),
                "effective": row.effective.isoformat(),
                "basis": row.basis,
            }
            for row in view.targets
        ],
    }


def _told(judged: Judged, code: str = "", name: str = "") -> MasterImport:
    return MasterImport(code, name, judged.changed, judged.stale, judged.base, judged.findings)


def _held(master: MasterData, post: str, unit: str, day: date) -> HeldPost:
    tenure, official = master.holder(post, day), master.official(post, day)
    if tenure is None or official is None:
        return HeldPost(post, unit, "", "", "", None)
    return HeldPost(post, unit, official.title, official.name, official.grade, tenure.active_to)


def _targets(master: MasterData, day: date) -> list[TargetsInForce]:
    """As at the end of the quarter that ``day`` is in: by them it will be measured."""
    period = Period(day.year, (day.month + 2) // 3)
    rows = []
    for known in master.indicators:
        targets = master.targets_for(known.code, period)
        if targets is not None:
            quarters = tuple(show_target(target) for target in targets.quarters)
            rows.append(
                TargetsInForce(
                    known.code,
                    known.name,
                    known.unit,
                    show_target(targets.annual),
                    quarters,
                    targets.effective,
                    targets.basis,
                )
            )
    return rows
