"""Each figure traced to its form, its cell and the hashes of its files (for ``hasil``, dossier)."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from pipeline.domain.calendar import short_time
from pipeline.domain.consolidation import Share
from pipeline.domain.evaluation import Evaluation
from pipeline.domain.form import Field, cell_tag
from pipeline.domain.procedure import Verb
from pipeline.forms.workbooks.figure_sources import FigureSource
from pipeline.ledger.tables import Document
from pipeline.sop.case import Case
from pipeline.sop.printout.changes import ListedChange, list_changes
from pipeline.sop.values import counts

Sources = Mapping[str, tuple[FigureSource, ...]]
"""The sources of each figure, by indicator."""


def figure_sources(session: Session, case: Case, evaluations: Iterable[Evaluation]) -> Sources:
    """Where each consolidated figure comes from."""
    statements, roster = case.statements(session), case.roster(session)
    forms = {form.code: form for form in case.forms(session) if counts(form)}
    rows = {
        (form.code, indicator.code): number
        for form in forms.values()
        for number, indicator in enumerate(roster.indicators_of(form.post, statements), start=1)
    }
    made: dict[tuple[str, str], list[str]] = {}
    for listed in list_changes(session, case):
        if listed.change.field is Field.ACTUAL:
            place = (listed.form, listed.change.indicator)
            made.setdefault(place, []).append(_told(case, listed))
    return {
        e.indicator.code: tuple(
            _source(
                share,
                e.indicator.code,
                forms.get(share.code),
                rows.get((share.code, e.indicator.code), 0),
                tuple(made.get((share.code, e.indicator.code), ())),
            )
            for share in e.shares
        )
        for e in evaluations
    }


def _source(
    share: Share, indicator: str, form: Document | None, row: int, changes: tuple[str, ...]
) -> FigureSource:
    return FigureSource(
        post=share.post,
        form=share.code,
        cell=cell_tag(indicator, Field.ACTUAL) if form else "",
        row=row,
        actual=share.actual,
        status=share.status,
        original=(form.original or "") if form else "",
        verified=(form.pdf or "") if form else "",
        changes=changes,
    )


def _told(case: Case, listed: ListedChange) -> str:
    """A change in one line, with its number in the annex."""
    change = listed.change
    step = "saat verifikasi" if listed.stage is Verb.VERIFY else "saat entri"
    zone = case.office.settings.office.zone
    when = f", {short_time(change.at.astimezone(zone))}" if change.at else ""
    by = f"{change.by}{when}" if change.by else "tidak tercatat siapa"
    return (
        f"no. {listed.number} {step}: {change.old or 'kosong'} → {change.new or 'kosong'}"
        f" ({change.reason or 'tanpa alasan'}; {by})"
    )
