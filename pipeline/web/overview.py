"""The office's work in the words of Beranda: steps, turns, forms, and what lies where."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from pipeline.domain.calendar import short_day
from pipeline.domain.collection import FILED, WITHDRAWN
from pipeline.domain.document import Kind, State
from pipeline.domain.document_number import Numbering
from pipeline.domain.procedure import Procedure, Step, Verb
from pipeline.office import Office
from pipeline.settings import client_path
from pipeline.tasks.lookup import document_numbers, results_folder
from pipeline.tasks.status import CollectionStatus, DocumentStatus, OfficeStatus, office_status
from pipeline.web.words import (
    FORM_STATES,
    RETURNED,
    UNCONFIRMED,
    Chip,
    Failure,
    due_words,
    failure,
    span,
)

IN_VERIFICATION = frozenset({State.WAITING, State.DECIDED, State.APPROVED, State.VERIFIED})
NOBODY = "–"
OURS = "Layanan kinerja"
ITS_OFFICIAL = "Pejabat ini"


@dataclass(frozen=True)
class StepView:
    """One step on the progress line; ``state`` is ``done``, ``now`` or ``todo``."""

    number: int
    label: str
    state: str


@dataclass(frozen=True)
class Turn:
    """Who acts next, on what, and in which folder; ``folder`` is empty where the machine acts."""

    who: str
    what: str
    folder: str = ""


@dataclass(frozen=True)
class FormView:
    """One row of the forms table; ``turn`` is empty where nobody has to act."""

    post: str
    code: str
    state: Chip
    since: datetime
    returns: int
    turn: str
    late_by: str


@dataclass(frozen=True)
class RunningView:
    """A collection under way."""

    key: str
    title: str
    procedure: str
    step: int
    steps: tuple[StepView, ...]
    turns: tuple[Turn, ...]
    since: datetime
    since_words: str
    due: datetime | None
    due_words: str
    late: bool
    forms: tuple[FormView, ...]
    counts: tuple[tuple[Chip, int], ...]
    open_forms: bool
    number: str
    printout: str


@dataclass(frozen=True)
class FiledView:
    """A collection in the archive: where the archive keeps it, and where people find a copy."""

    title: str
    filed: datetime
    number: str
    code: str
    archive: str
    results: str


@dataclass(frozen=True)
class WithdrawnView:
    """A collection that was withdrawn."""

    title: str
    since: datetime


@dataclass(frozen=True)
class Overview:
    """All that Beranda shows; ``master`` are the proposals for the master data that wait."""

    running: tuple[RunningView, ...]
    filed: tuple[FiledView, ...]
    withdrawn: tuple[WithdrawnView, ...]
    master: tuple[Turn, ...]
    failures: tuple[Failure, ...]
    unjudged: int
    start_folder: str


def overview(office: Office, now: datetime) -> Overview:
    """The office at this moment, in its own zone."""
    status = office_status(office)
    numbers = document_numbers(office)
    return Overview(
        running=tuple(
            _running(office, c, numbers, now) for c in status.collections if not _has_ended(c)
        ),
        filed=tuple(_filed(office, c, numbers) for c in status.collections if _is_filed(c)),
        withdrawn=tuple(
            WithdrawnView(_title(c), c.since) for c in status.collections if c.stage == WITHDRAWN
        ),
        master=tuple(Turn(d.next, f"memutuskan {d.name}") for d in status.master),
        failures=_failures(status),
        unjudged=status.unjudged,
        start_folder=_start_folder(office),
    )


def _running(
    office: Office, status: CollectionStatus, numbers: dict[str, str], now: datetime
) -> RunningView:
    procedure = office.procedures[status.procedure]
    forms = [d for d in status.documents if d.kind == Kind.FORM]
    printout = _code(status)
    return RunningView(
        key=f"{status.procedure}-{status.period}-{status.edition}",
        title=_title(status),
        procedure=procedure.identity.name,
        step=status.step or len(procedure.steps),
        steps=tuple(_steps(procedure, status, forms)),
        turns=tuple(_turns(office, procedure, status, numbers.get(printout, ""))),
        since=status.since,
        since_words=span(status.since, now),
        due=status.timing.due,
        due_words=due_words(status.timing.due, status.timing.late_by, now),
        late=bool(status.timing.late_by),
        forms=tuple(map(_form, forms)),
        counts=_counts(forms),
        open_forms=status.stage == Verb.FILL,
        number=numbers.get(printout, ""),
        printout=printout,
    )


def _filed(office: Office, status: CollectionStatus, numbers: dict[str, str]) -> FiledView:
    code = _code(status)
    return FiledView(
        title=_title(status),
        filed=status.since,
        number=numbers.get(code, ""),
        code=code,
        archive=_in_archive(office, status.archive),
        results=results_folder(office, status.procedure, status.period),
    )


def _steps(
    procedure: Procedure, status: CollectionStatus, forms: list[DocumentStatus]
) -> Iterator[StepView]:
    """The SOP's steps; forms are verified (5) one by one while others are still filled in (4)."""
    current = status.step or len(procedure.steps) + 1
    alongside = status.stage == Verb.FILL and any(State(f.state) in IN_VERIFICATION for f in forms)
    for step in procedure.steps:
        now = step.number == current or (alongside and step.verb is Verb.VERIFY)
        state = "now" if now else "done" if step.number < current else "todo"
        yield StepView(step.number, step.inbox.replace("-", " ").capitalize(), state)


def _turns(
    office: Office, procedure: Procedure, status: CollectionStatus, number: str
) -> Iterator[Turn]:
    if status.stage == Verb.FILL:
        yield from _form_turns(office, procedure, status)
        return
    states = {d.kind: d.state for d in status.documents}
    if status.stage == Verb.SIGN and states.get(Kind.PRINTOUT) == State.SIGNED:
        yield Turn(OURS, "sedang mengarsipkan naskah yang sudah ditandatangani")
    elif status.stage == Verb.ENTER and states.get(Kind.WORKBOOK) == State.RECEIVED:
        if number or procedure.filing.numbering is not Numbering.MANUAL:
            yield Turn(OURS, "sedang membuat print out")
        else:
            folder = _folder(office, procedure, procedure.step(Verb.ENTER))
            yield Turn(status.next, "memberi nomor print out", folder)
    else:
        step = next((s for s in procedure.steps if s.verb == status.stage), None)
        if step is not None:
            yield Turn(status.next, _what(step), _folder(office, procedure, step))


def _form_turns(office: Office, procedure: Procedure, status: CollectionStatus) -> Iterator[Turn]:
    forms = [d for d in status.documents if d.kind == Kind.FORM]
    filling, verifying = procedure.step(Verb.FILL), procedure.step(Verb.VERIFY)
    with_officials = [f.unconfirmed for f in forms if f.state == State.ISSUED]
    scanned = sum(with_officials)
    turns = (
        (len(with_officials) - scanned, "mengisi {} formulir"),
        (scanned, "mengonfirmasi {} pindaian"),
    )
    for count, what in turns:
        if count:
            who, folder = procedure.actor(filling.actor).name, _folder(office, procedure, filling)
            yield Turn(who, what.format(count), folder)
    verifiers = Counter(f.next for f in forms if f.state == State.WAITING)
    for who, count in sorted(verifiers.items()):
        yield Turn(who, f"memverifikasi {count} formulir", _folder(office, procedure, verifying))


def _what(step: Step) -> str:
    """The step's activity as it follows a name: the SOP's own words up to their first stop."""
    words = step.activity.partition(";")[0].strip()
    return words[:1].lower() + words[1:]


def _form(form: DocumentStatus) -> FormView:
    turn = {form.title: ITS_OFFICIAL, NOBODY: ""}.get(form.next, form.next)
    late_by = form.timing.late_by
    return FormView(form.title, form.code, _chip(form), form.since, form.returns, turn, late_by)


def _chip(form: DocumentStatus) -> Chip:
    if form.unconfirmed:
        return UNCONFIRMED
    if form.state == State.ISSUED and form.returns:
        return RETURNED
    return FORM_STATES.get(State(form.state), Chip(form.state.capitalize(), "idle"))


def _counts(forms: list[DocumentStatus]) -> tuple[tuple[Chip, int], ...]:
    """How many forms are in each state, in the order in which a form goes through them."""
    order = [FORM_STATES[State.ISSUED], RETURNED, UNCONFIRMED, *FORM_STATES.values()]
    found = Counter(map(_chip, forms))
    known = dict.fromkeys([*order, *found])
    return tuple((chip, found[chip]) for chip in known if found[chip])


def _failures(status: OfficeStatus) -> tuple[Failure, ...]:
    return tuple(map(failure, status.failed))


def _is_filed(status: CollectionStatus) -> bool:
    return status.stage == FILED


def _has_ended(status: CollectionStatus) -> bool:
    return status.stage in {FILED, WITHDRAWN}


def _title(status: CollectionStatus) -> str:
    """The period, what it corrects, and since when no more forms are awaited."""
    closed = f"ditutup {short_day(status.closed)}" if status.closed else ""
    return ", ".join(filter(None, [status.title, status.amendment, closed]))


def _code(status: CollectionStatus) -> str:
    """The code of the collection's print-out, empty before there is one."""
    return next((d.code for d in status.documents if d.kind == Kind.PRINTOUT), "")


def _folder(office: Office, procedure: Procedure, step: Step) -> str:
    return client_path(office.settings.folders.client_prefix, procedure.key, step.folder)


def _in_archive(office: Office, path: str | None) -> str:
    """A dossier's folder below the archive; never the server's own path."""
    if path is None:
        return NOBODY
    return PurePosixPath(path).relative_to(PurePosixPath(office.archive)).as_posix()


def _start_folder(office: Office) -> str:
    """Where Staf sends a new draft."""
    procedure = next(iter(office.procedures.values()))
    step = procedure.steps[0]
    prefix = office.settings.folders.client_prefix
    return client_path(prefix, procedure.key, step.folder, step.commands[0].value)
