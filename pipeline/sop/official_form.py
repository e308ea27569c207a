"""An official's form: where it lies, by when it is due, and the Word file made out to him."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from pipeline.domain.document import Kind
from pipeline.domain.duty import Duty, duties_of
from pipeline.domain.form import FilledRow
from pipeline.domain.naming import post_folder
from pipeline.domain.official import Official
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.files import make_folder
from pipeline.forms.apart import PlainContext, fill_in
from pipeline.forms.contexts.form import form_context
from pipeline.ledger.tables import Document
from pipeline.sop.case import Case, blob_of


def official_folder(case: Case, post: str) -> str:
    """An official's folder at the filling step, relative to the inbox."""
    return case.folder(Verb.FILL, post_folder(post))


def make_official_folder(case: Case, post: str) -> None:
    """An official's folder with its command folder, before a form lies in it.

    Raises:
        InboxAwayError: there is no inbox to make it in.
    """
    case.office.mark.require()
    folder = official_folder(case, post)
    make_folder(case.office.inbox / folder / CommandFolder.SEND.value)


def form_dates(case: Case, now: datetime) -> dict[str, str]:
    """When a form that is issued now was issued, and by when it is to come back."""
    due = case.office.deadline(case.procedure.step(Verb.FILL), now).due
    return {"issued": now.date().isoformat(), "due": due.date().isoformat()}


def form_file(
    session: Session,
    case: Case,
    document: Document,
    filled: Mapping[str, FilledRow] | None = None,
    *,
    revision: str = "",
    holder: Official | None = None,
) -> bytes:
    """An official's form from the approved template, prefilled with ``filled``.

    ``revision`` is that of a form which is laid out for a decision; ``holder`` is whom the form is
    made out to from now on, where that changes.
    """
    return render_form(
        case,
        approved_template(session, case),
        holder or case.official(session, document.post),
        duties_of(case.roster(session), document.post, case.statements(session)),
        code=document.code,
        dates=document.data,
        filled=filled,
        revision=revision,
    )


def render_form(
    case: Case,
    template: bytes,
    official: Official,
    duties: Sequence[Duty],
    *,
    code: str,
    dates: Mapping[str, str],
    filled: Mapping[str, FilledRow] | None = None,
    revision: str = "",
) -> bytes:
    """A form from ``template`` for ``official``, who owes ``duties``.

    Raises:
        RenderError: the template cannot be filled in with them.
    """
    context = form_context(
        case.office.settings.office,
        case.period,
        official,
        duties,
        code=code,
        issued=date.fromisoformat(dates["issued"]),
        due=date.fromisoformat(dates["due"]),
        filled=filled,
    )
    named = {"code": code, "period": str(case.period), "revision": revision}
    return case.office.reader.run(fill_in, template, PlainContext.of(context), named)


def approved_template(session: Session, case: Case) -> bytes:
    """The format that the Kasubag has approved."""
    return case.office.store.read(blob_of(case.require(session, Kind.DRAFT)))
