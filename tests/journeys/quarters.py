"""A journey about a quarter of one's choice: Staf may begin any, and several run side by side."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.domain.period import Period
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.tables import Collection, Document
from pipeline.office import Office
from pipeline.sop.starters import starter_draft
from pipeline.tasks.demo.data import sample_roster, sample_statements
from pipeline.tasks.demo.players import LOOK_S, DemoError, Folders, Reporter
from tests.journeys.office import PROCEDURE, Journey


def before(period: Period) -> Period:
    """The quarter before."""
    return Period.ended_before(period.first_day)


@dataclass(frozen=True)
class OfQuarter(Folders):
    """The inbox for whoever works on one quarter: what carries its name, or a code of it.

    A pattern that names a quarter itself means that one.
    """

    office: Office | None = None
    period: Period | None = None

    def wait(self, pattern: str) -> Path:
        """The quarter's own file that matches ``pattern``, once it is there.

        Raises:
            DemoError: it did not come in time.
        """
        if Period.parse(pattern) is not None:
            return super().wait(pattern)
        deadline = time.monotonic() + self.patience_s
        while time.monotonic() < deadline:
            found = [p for p in sorted(self.inbox.glob(pattern)) if self._concerns(p)]
            if found:
                return found[-1]
            time.sleep(LOOK_S)
        raise DemoError(f"“{pattern}” of {self.period} did not appear in {self.inbox}.")

    def _concerns(self, path: Path) -> bool:
        return path.is_file() and (
            Period.parse(path.stem) == self.period or any(c in path.stem for c in self._codes())
        )

    def _codes(self) -> list[str]:
        assert self.office is not None
        with self.office.ledger.read() as session:
            rows = (
                session.query(Document.code)
                .join(Collection, Collection.id == Document.collection_id)
                .where(Collection.period == str(self.period))
            )
            return [code for (code,) in rows]


def about(journey: Journey, period: Period) -> Journey:
    """The same office and people at work on ``period``, with its sample figures."""
    folders = OfQuarter(
        journey.folders.inbox, journey.folders.patience_s, office=journey.office, period=period
    )
    officials = len(journey.people)
    statements = sample_statements(period, officials)
    roster = sample_roster(period, statements, officials)
    return replace(
        journey,
        period=period,
        folders=folders,
        staff=replace(journey.staff, folders=folders, period=period),
        head=replace(journey.head, folders=folders),
        secretary=replace(journey.secretary, folders=folders),
        statements=statements,
        roster=roster,
        people=[
            Reporter(folders, o, roster.indicators_of(o.post, statements), period.quarter)
            for o in roster.officials
        ],
    )


def lay_draft(journey: Journey) -> None:
    """Staf makes a draft for a quarter of which none lies ready, from the office's template."""
    office, short = journey.office, journey.period.short
    draft = starter_draft(office, office.procedures[PROCEDURE], journey.period)
    listed = write_statements(journey.statements, office_name=office.settings.office.name)
    journey.folders.put("1-draft", f"Format Data Kinerja {short}.docx", draft)
    journey.folders.put("1-draft", f"Daftar Pernyataan {short}.xlsx", listed)
