"""An official's form: where it lies, by when it is due, and the Word file made out to him."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from sqlalchemy.orm import Session

from pipeline.domain.document import Kind
from pipeline.domain.duty import Duty, duties_of
from pipeline.domain.form import FilledRow
from pipeline.domain.naming import post_folder
from pipeline.domain.official import Official
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.files import make_folders
from pipeline.forms.apart import PlainContext, fill_in, fill_many
from pipeline.forms.contexts.form import form_context
from pipeline.forms.render import RenderError
from pipeline.ledger.tables import Document
from pipeline.sop.case import Case, blob_of

TOGETHER = 250
"""So many forms at most are filled in by one process, which compiles the template once."""


@dataclass(frozen=True)
class Blank:
    """What a form asks, and of whom: an official, what he owes, and the form's code.

    ``returns`` counts how often it went back to him.
    """

    official: Official
    duties: Sequence[Duty]
    code: str
    returns: int = 0


def official_folder(case: Case, post: str) -> str:
    """An official's folder at the filling step, relative to the inbox."""
    return case.folder(Verb.FILL, post_folder(post))


def make_official_folders(case: Case, posts: Sequence[str]) -> None:
    """The officials' folders with their command folders, before forms lie in them.

    Raises:
        InboxAwayError: there is no inbox to make them in.
    """
    case.office.mark.require()
    folders = (case.office.inbox / official_folder(case, post) for post in posts)
    make_folders(folder / CommandFolder.SEND.value for folder in folders)


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
    returns: int | None = None,
    holder: Official | None = None,
) -> bytes:
    """An official's form from the approved template, prefilled with ``filled``.

    ``revision`` is that of a form which is laid out for a decision; ``returns`` says after how many
    returns it goes to its official, where that is one more than the ledger says; ``holder`` is whom
    the form is made out to from now on, where that changes.
    """
    blank = Blank(
        holder or case.official(session, document.post),
        duties_of(case.roster(session), document.post, case.statements(session)),
        document.code,
        document.returns if returns is None else returns,
    )
    template = approved_template(session, case)
    return render_form(case, template, blank, dates=document.data, filled=filled, revision=revision)


def render_form(
    case: Case,
    template: bytes,
    blank: Blank,
    *,
    dates: Mapping[str, str],
    filled: Mapping[str, FilledRow] | None = None,
    revision: str = "",
) -> bytes:
    """A form from ``template``; ``filled`` and ``revision`` as for `form_file`.

    Raises:
        RenderError: the template cannot be filled in with it.
    """
    context = _context(case, blank, dates, filled)
    return case.office.reader.run(fill_in, template, context, _named(case, blank, revision))


def render_blanks(
    case: Case, template: bytes, blanks: Sequence[Blank], dates: Mapping[str, str]
) -> list[bytes | RenderError]:
    """An empty form for each, in order, or why the template cannot be filled in with it.

    Some are filled in at a time, in one process; only where that fails, each by itself, to see
    which.
    """
    reader = case.office.reader

    def rendered(some: Sequence[Blank]) -> list[bytes | RenderError]:
        contexts = [_context(case, blank, dates) for blank in some]
        named = [_named(case, blank) for blank in some]
        try:
            return [*reader.run(fill_many, template, contexts, named)]
        except RenderError:
            return [alone(blank) for blank in some]

    def alone(blank: Blank) -> bytes | RenderError:
        try:
            return render_form(case, template, blank, dates=dates)
        except RenderError as unusable:
            return unusable

    size = min(TOGETHER, ceil(len(blanks) / reader.at_once)) or 1
    parts = [blanks[at : at + size] for at in range(0, len(blanks), size)]
    with ThreadPoolExecutor(reader.at_once) as threads:
        return [file for files in threads.map(rendered, parts) for file in files]


def _context(
    case: Case,
    blank: Blank,
    dates: Mapping[str, str],
    filled: Mapping[str, FilledRow] | None = None,
) -> PlainContext:
    return PlainContext.of(
        form_context(
            case.office.settings.office,
            case.period,
            blank.official,
            blank.duties,
            code=blank.code,
            issued=date.fromisoformat(dates["issued"]),
            due=date.fromisoformat(dates["due"]),
            filled=filled,
        )
    )


def _named(case: Case, blank: Blank, revision: str = "") -> dict[str, str]:
    returns = str(blank.returns or "")
    return {
        "code": blank.code,
        "period": str(case.period),
        "revision": revision,
        "returns": returns,
    }


def approved_template(session: Session, case: Case) -> bytes:
    """The format that the Kasubag has approved."""
    return case.office.store.read(blob_of(case.require(session, Kind.DRAFT)))
