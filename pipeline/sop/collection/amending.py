"""A correction under way: what its forms begin with, what it is for, and what it changes.

Of a ralat or perubahan only the touched forms are asked for again; everything else is as the
amended print-out has it. Why it was opened lies with each of its forms.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session

from pipeline.domain.amended import amended_values, changed_fields
from pipeline.domain.collection import Amendment
from pipeline.domain.document import Kind
from pipeline.domain.evaluation import Evaluation
from pipeline.domain.finding import Finding
from pipeline.domain.form import FilledRow
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.forms.contexts.notices import Slip
from pipeline.forms.contexts.printout import AmendmentNote
from pipeline.ledger.tables import Document, Record
from pipeline.sop.case import Case
from pipeline.sop.collection.succession import Paper, correction_name, paper_of, record_of
from pipeline.sop.slips import client_folder, print_slip
from pipeline.sop.values import counts, entered_rows, rows_of

AMENDMENT = "amendment"
DONE = {Amendment.ERRATUM: "diralat", Amendment.CHANGE: "diubah"}


def amended_case(session: Session, case: Case) -> Case | None:
    """The filed collection that this one amends; ``None`` where it amends none."""
    line = case.lineage(session)
    return Case(case.office, case.procedure, line[1]) if len(line) > 1 else None


def amended_paper(session: Session, case: Case) -> Paper | None:
    """The print-out that this collection's amends; ``None`` where it amends none."""
    amended = amended_case(session, case)
    record = record_of(session, amended.collection) if amended else None
    return paper_of(session, case.office, record) if record else None


def filed_rows(session: Session, filed: Case, post: str) -> list[FilledRow]:
    """A post's figures as a filed print-out gives them; none of who did not report in time."""
    form = filed.document(session, Kind.FORM, post)
    if form is None or not counts(form):
        return []
    return entered_rows(session, filed, filed.require(session, Kind.WORKBOOK), form)


def rows_to_amend(session: Session, filed: Case, post: str) -> list[FilledRow]:
    """What a touched form begins with: the figures as filed, else those that came too late."""
    form = filed.document(session, Kind.FORM, post)
    return filed_rows(session, filed, post) or (rows_of(form) if form else [])


def why_amended(record: Record, reason: str, *, by: str) -> dict[str, str]:
    """What a touched form keeps of why it is asked for again."""
    return {"record": record.id, "reason": reason, "by": by}


def amendment_note(
    session: Session, case: Case, before: Iterable[Evaluation], after: Iterable[Evaluation]
) -> AmendmentNote | None:
    """What the print-out says about the one that it amends, whose lines are ``before``."""
    paper = amended_paper(session, case)
    if paper is None:
        return None
    return AmendmentNote(
        kind=case.collection.amendment or "",
        number=paper.number,
        date=paper.day,
        reason=_why(case.own_forms(session))["reason"],
        changes=amended_values(before, after),
    )


def nothing_amended(
    session: Session, case: Case, entered: Mapping[str, Sequence[FilledRow]]
) -> list[Finding]:
    """A finding where a correction, as ``entered`` by form code, would change nothing."""
    filed = amended_case(session, case)
    if filed is None:
        return []
    for form in case.own_forms(session):
        before = {row.indicator: row for row in filed_rows(session, filed, form.post)}
        rows = entered.get(form.code, ())
        if any(changed_fields(before.get(row.indicator), row) for row in rows):
            return []
    return [
        Finding(
            "seluruh berkas",
            f"tidak ada yang berbeda dengan naskah yang sudah ditandatangani, jadi tidak ada yang"
            f" {_done(case)}",
            "betulkan angkanya beserta alasannya; bila memang tidak ada yang keliru, minta Kasubag"
            " menarik pengumpulan ini (`kinerja withdraw`)",
        )
    ]


def amendment_slip(session: Session, case: Case, form: Document) -> str | None:
    """The slip beside a form that is asked for again: why, and what to do; its SHA-256."""
    paper = amended_paper(session, case)
    if paper is None:
        return None
    why, done = form.data[AMENDMENT], _done(case)
    folder = case.folder(Verb.FILL, post_folder(form.post), CommandFolder.SEND.value)
    slip = Slip(
        title=correction_name(session, case).upper(),
        summary=f"Data Kinerja {case.period.short}, {paper.words}, akan {done}. Formulir Saudara"
        " dibuka kembali.",
        document=form.name,
        recipient=case.official(session, form.post).title,
        sender=why["by"],
        code=form.code,
        reasons=why["reason"].splitlines(),
        steps=[
            f"Buka {form.name} di folder ini; isian yang terakhir berlaku ada di dalamnya.",
            "Perbaiki yang disebut di atas saja, lalu simpan.",
            f"Pindahkan ke {client_folder(case.office, folder)}",
            "Naskah yang lama tetap berlaku sampai penggantinya ditandatangani.",
        ],
    )
    return print_slip(case.office, case.procedure, case.period, slip)


def _done(case: Case) -> str:
    return DONE[Amendment(case.collection.amendment or Amendment.CHANGE)]


def _why(forms: Iterable[Document]) -> Mapping[str, str]:
    why: Mapping[str, str] = next(f.data[AMENDMENT] for f in forms if AMENDMENT in f.data)
    return why
