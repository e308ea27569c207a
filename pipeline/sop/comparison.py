"""What was entered, compared with the verified forms; and forms compared with each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from pipeline.domain.consolidation import Reported, disagreements
from pipeline.domain.document import State
from pipeline.domain.duty import Duty, duties_of, listed
from pipeline.domain.figure import show_figure
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import LABELS, Change, Field, FigureStatus, FilledRow, says_why
from pipeline.domain.roster import Roster
from pipeline.forms.workbooks.entry import STATUS
from pipeline.forms.workbooks.entry_reading import EnteredRow
from pipeline.ledger.tables import Document
from pipeline.sop.case import Case
from pipeline.sop.values import changes_of, counts, rows_of, verified_rows

Given = Mapping[tuple[str, str, Field, str], Change]
"""Changes that were accepted before, by form, indicator, field and what it was changed to."""


@dataclass(frozen=True)
class Verified:
    """What entry starts from: every form that counts with its rows, and what each row owes.

    Of a correction only the touched forms are entered; the ``untouched`` say what they said.
    """

    roster: Roster
    posts: Mapping[str, str]
    rows: Mapping[tuple[str, str], FilledRow]
    duties: Mapping[tuple[str, str], Duty]
    untouched: tuple[Reported, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What was entered, and what of it differs from the verified forms, by form code."""

    rows: dict[str, list[FilledRow]] = field(default_factory=dict)
    changes: dict[str, list[Change]] = field(default_factory=dict)


def verified(session: Session, case: Case) -> Verified:
    """What was verified, by form code and indicator."""
    statements, roster = case.statements(session), case.roster(session)
    posts: dict[str, str] = {}
    rows: dict[tuple[str, str], FilledRow] = {}
    duties: dict[tuple[str, str], Duty] = {}
    untouched = []
    for form in case.forms(session):
        if not counts(form):
            continue
        if form.collection_id != case.collection.id:
            filed = {row.indicator: row for row in verified_rows(session, case, form)}
            untouched.append(Reported(form.post, form.code, filed))
            continue
        posts[form.code] = form.post
        known = {row.indicator: row for row in verified_rows(session, case, form)}
        for duty in duties_of(roster, form.post, statements):
            key = (form.code, duty.indicator.code)
            rows[key] = known.get(duty.indicator.code, FilledRow(duty.indicator.code, {}))
            duties[key] = duty
    return Verified(roster, posts, rows, duties, tuple(untouched))


def compare(
    before: Verified, entered: Iterable[EnteredRow], given: Given
) -> tuple[Entry, list[Finding]]:
    """What Staf entered and changed against the verified forms, and what is wrong with it.

    A change that stands as it was ``given`` before stays with who made it then, and why.
    """
    entry = Entry()
    findings = []
    missing = dict(before.rows)
    for row in entered:
        key = (row.form_code, row.indicator_code)
        old = missing.pop(key, None)
        if old is None:
            findings.append(_foreign(row))
            continue
        new = row.onto(old)
        changed = _changes(old, new, row, given)
        findings += [*_unexplained(row, changed), *_figure_faults(row, new, before.duties[key])]
        entry.rows.setdefault(row.form_code, []).append(new)
        entry.changes.setdefault(row.form_code, []).extend(changed)
    findings += [_missing(code, indicator) for code, indicator in missing]
    if not missing:
        findings += _clashes(before, entry)
    return entry, findings


def changes_given(workbook: Document) -> Given:
    """The changes that were accepted before the print-out came back."""
    kept = workbook.data.get("changes", {})
    return {
        (code, change.indicator, change.field, change.new): change
        for code in kept
        for change in changes_of(kept, code)
    }


def other_figures(session: Session, case: Case, form: Document) -> list[Reported]:
    """What the other forms say that have come and wait or are verified."""
    return [
        Reported(other.post, other.code, {row.indicator: row for row in rows_of(other)})
        for other in case.forms(session)
        if other.id != form.id and counts(other) and other.state != State.ISSUED
    ]


def shared_doubts(
    roster: Roster, form: Document, rows: Sequence[FilledRow], others: Iterable[Reported]
) -> list[Finding]:
    """A warning for each indicator that this form shares with one that says another figure."""
    own = {row.indicator: row for row in rows}
    shared = [
        Reported(o.post, o.code, {code: row for code, row in o.rows.items() if code in own})
        for o in others
    ]
    both = [*shared, Reported(form.post, form.code, own)]
    return disagreements(roster, both, Severity.WARNING)


def _clashes(before: Verified, entry: Entry) -> list[Finding]:
    """Shared indicators with two figures; what a correction does not touch cannot be changed here.

    Among the touched forms alone the usual mend serves.
    """
    entered = _as_reported(before, entry)
    found = disagreements(before.roster, [*before.untouched, *entered])
    here = {f.message for f in disagreements(before.roster, entered)}
    return [f if f.message in here else replace(f, mend=_REOPEN_BOTH) for f in found]


_REOPEN_BOTH = (
    "kembalikan angkanya ke yang berlaku; bila memang keliru, minta Kasubag menarik pembukaan ini"
    " (`kinerja withdraw`), lalu membukanya untuk semua jabatan yang melaporkan indikator itu"
)


def _as_reported(before: Verified, entry: Entry) -> list[Reported]:
    return [
        Reported(before.posts[code], code, {row.indicator: row for row in rows})
        for code, rows in entry.rows.items()
    ]


def _changes(before: FilledRow, entered: FilledRow, row: EnteredRow, given: Given) -> list[Change]:
    """The changed fields, each with its reason: of this row, or given when it was made before."""
    reason = row.reason.strip()
    pairs = {f: (before.text(f), entered.text(f)) for f in Field}
    pairs[Field.ACTUAL] = (
        show_figure(before.actual, before.status),
        show_figure(entered.actual, entered.status),
    )
    made = [
        Change(row.indicator_code, kind, old, new, reason)
        for kind, (old, new) in pairs.items()
        if old != new
    ]
    stands = {change: _stands(change, given, row.form_code) for change in made}
    fresh = not all(stands.values())  # then the row's reason is about what is new
    return [
        kept if kept and (fresh or reason in {"", kept.reason}) else change
        for change, kept in stands.items()
    ]


def _stands(change: Change, given: Given, form_code: str) -> Change | None:
    """The change as it was accepted before, from the same verified value to the same new one."""
    kept = given.get((form_code, change.indicator, change.field, change.new))
    return kept if kept is not None and kept.old == change.old else None


def _place(row: EnteredRow) -> str:
    return f"{row.indicator_code} (formulir {row.form_code})"


def _unexplained(row: EnteredRow, changed: Sequence[Change]) -> list[Finding]:
    fields = ", ".join(LABELS[c.field] for c in changed if not says_why(c.reason))
    if not fields:
        return []
    message = f"{fields} berbeda dengan formulir yang diverifikasi, tanpa alasan"
    mend = "tulis alasannya di kolom Alasan Perubahan, atau kembalikan ke isian semula"
    return [Finding(_place(row), message, mend)]


def _figure_faults(row: EnteredRow, entered: FilledRow, duty: Duty) -> list[Finding]:
    """Figure and status must fit each other, and what the row owes."""
    unavailable = row.status is FigureStatus.UNAVAILABLE
    faults = []
    if duty.summed_of and (row.actual is not None or unavailable):
        message = (
            f"realisasi ini dijumlahkan dari {listed(duty.summed_of)}, jadi tidak diisi di sini"
        )
        faults.append((message, f"kosongkan {LABELS[Field.ACTUAL]} dan {STATUS.heading}"))
    elif not duty.summed_of and row.actual is None and not unavailable:
        mend = (
            f"isi angkanya seperti pada formulir, atau pilih “belum tersedia” di {STATUS.heading}"
        )
        faults.append(("realisasi kosong", mend))
    elif unavailable and row.actual is not None:
        mend = f"kosongkan angkanya, atau ganti {STATUS.heading}"
        faults.append(("ada angka, padahal statusnya belum tersedia", mend))
    elif unavailable and not says_why(entered.text(Field.REMARK)):
        mend = f"tulis alasannya di kolom {LABELS[Field.REMARK]}"
        faults.append(("realisasi belum tersedia tanpa alasan", mend))
    return [Finding(_place(row), message, mend) for message, mend in faults]


def _foreign(row: EnteredRow) -> Finding:
    return Finding(
        _place(row), "baris ini bukan bagian pengumpulan ini", "hapus baris yang ditambahkan"
    )


def _missing(code: str, indicator: str) -> Finding:
    return Finding(
        f"{indicator} (formulir {code})",
        "barisnya hilang dari buku kerja",
        "pakai lagi buku kerja yang tersedia di folder ini",
    )
