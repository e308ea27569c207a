"""What staff have typed into an edition of the entry workbook, sent or lying in the folder ."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256 as sha256_of_bytes
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.finding import Finding, errors
from pipeline.errors import ReadError
from pipeline.forms.apart import read_entry
from pipeline.forms.workbooks.entry_reading import EnteredRow
from pipeline.intake.settle import NoFileError, bytes_held, reading
from pipeline.ledger.tables import Document, Publication
from pipeline.office import Office
from pipeline.sop.publish import MAIN

SEEN = "seen"
"""In a workbook's data: the SHA-256 of the edited files that were read already."""


@dataclass(frozen=True)
class Edits:
    """A workbook that staff have edited: its rows, and those that had been laid out."""

    name: str
    sha256: str
    rows: Sequence[EnteredRow]
    laid: Sequence[EnteredRow]
    faults: Sequence[Finding] = ()


def laid_out(session: Session, office: Office, workbook: Document, revision: str) -> str | None:
    """The SHA-256 of what was laid out as a revision of the workbook; ``None`` if nothing was."""
    if not revision:
        return workbook.blob
    query = select(Publication.sha256).where(
        Publication.office_id == office.id,
        Publication.document_id == workbook.id,
        Publication.role == MAIN,
        Publication.revision == (int(revision) if revision.isdecimal() else 0),
    )
    return session.scalars(query.order_by(Publication.id.desc())).first()


def edits_of(office: Office, name: str, data: bytes, sha256: str, laid: str) -> Edits:
    """What staff have edited in a workbook, against what was laid out (its SHA-256).

    Raises:
        ReadError: it is too large or too involved to be read.
    """
    said = office.reader.read(read_entry, data)
    before = office.reader.read(read_entry, office.store.read(laid))
    return Edits(name, sha256, said.rows, before.rows, errors(said.findings))


def edits_lying(session: Session, office: Office, workbook: Document) -> list[Edits]:
    """What has been changed in editions that lie in the folder, and was not read before."""
    query = select(Publication).where(
        Publication.office_id == office.id,
        Publication.document_id == workbook.id,
        Publication.role == MAIN,
        Publication.revision < workbook.revision,
    )
    known = {workbook.original, *workbook.data.get(SEEN, [])}
    found: dict[str, Edits] = {}
    for row in session.scalars(query.order_by(Publication.id)):
        try:
            with reading(office.inbox / row.path) as file:
                data = bytes_held(file)
            sha256 = sha256_of_bytes(data).hexdigest()
            if sha256 in known or sha256 == row.sha256:
                continue
            name = PurePosixPath(row.path).name
            found[sha256] = edits_of(office, name, data, sha256, row.sha256)
        except (NoFileError, OSError, ReadError):  # gone, or being written: it is sent some day
            continue
    return list(found.values())
