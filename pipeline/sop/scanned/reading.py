"""The pages of a form read: the scan is laid on a print of it that has marks in its cells."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pipeline.domain.duty import duties_of
from pipeline.domain.form import Field, FilledRow
from pipeline.ledger.tables import Document
from pipeline.office import Office
from pipeline.scans.layout import Mark, marks_for
from pipeline.scans.proposing import ProposedPage, proposed
from pipeline.scans.reading import Wanted, read_pages
from pipeline.sop.case import Case
from pipeline.sop.official_form import form_file
from pipeline.sop.scanned.sorted_pages import FormPages

PAGES_IN_A_JOB = 3
_LINES = "\n".join("x" * 24)


@dataclass(frozen=True)
class Trial:
    """A form as Word with marks in its cells, and another so full that it needs more pages."""

    code: str
    marks: list[Mark]
    plain: bytes
    spilled: bytes


def trial_of(session: Session, case: Case, document: Document) -> Trial:
    """The trial of an official's form."""
    duties = duties_of(case.roster(session), document.post, case.statements(session))
    marks = marks_for([duty.indicator.code for duty in duties])
    rows: dict[str, FilledRow] = {}
    for mark in marks:
        row = rows.setdefault(mark.indicator, FilledRow(mark.indicator, {}))
        row.texts[mark.field] = mark.text
    full = {
        code: FilledRow(code, {Field.ACTUAL: row.text(Field.ACTUAL), Field.REMARK: _LINES})
        for code, row in rows.items()
    }
    plain, spilled = (form_file(session, case, document, filled) for filled in (rows, full))
    return Trial(document.code, marks, plain, spilled)


def read_form_pages(
    office: Office, trial: Trial, data: bytes, name: str, found: FormPages
) -> list[ProposedPage]:
    """What the pages of a form seem to say.

    Raises:
        ReadError: the file is broken, too large, or took too much.
        ConversionError: LibreOffice or tesseract is missing, or fails.
    """
    plain, spilled = office.convert(trial.plain), office.convert(trial.spilled)
    pages: list[ProposedPage] = []
    for at in range(0, len(found.pages), PAGES_IN_A_JOB):
        some = found.pages[at : at + PAGES_IN_A_JOB]
        texts = [number for number in some if number in found.texts]
        wanted = Wanted(name, some, texts, trial.code, trial.marks)
        pages += proposed(office.reader.run(read_pages, data, plain, spilled, wanted))
    return pages


def filled_by(pages: Sequence[ProposedPage]) -> dict[str, FilledRow]:
    """The rows with what was read, as a form is filled in with."""
    return {
        row.indicator: FilledRow(
            row.indicator, {field: cell.text for field, cell in row.cells.items()}
        )
        for page in pages
        for row in page.rows
    }
