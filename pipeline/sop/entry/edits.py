"""What staff have typed into an edition of the entry workbook, sent or lying in the folder ."""

import errno
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256 as sha256_of_bytes
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import number_said
from pipeline.domain.finding import Finding, errors
from pipeline.errors import ReadError
from pipeline.forms.apart import read_entry
from pipeline.forms.workbooks.entry_reading import EnteredRow, EntryReading
from pipeline.intake.settle import NoFileError, bytes_held, reading
from pipeline.ledger.tables import Document, Publication
from pipeline.office import Office
from pipeline.sop.publish import MAIN, NOTICE

LARGEST = 64 * 2**20  # bytes of a workbook that is read where it lies
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
    number = number_said(revision)
    if number is None:
        return None
    query = select(Publication.sha256).where(
        Publication.office_id == office.id,
        Publication.document_id == workbook.id,
        Publication.role == MAIN,
        Publication.revision == number,
    )
    return session.scalars(query.order_by(Publication.id.desc())).first()


def edits_of(office: Office, name: str, data: bytes, sha256: str, laid: str) -> Edits:
    """What staff have edited in a workbook, against what was laid out (its SHA-256).

    Raises:
        ReadError: it is too large or too involved to be read.
    """
    return _edits(office, name, sha256, office.reader.read(read_entry, data), laid)


def edits_lying(session: Session, office: Office, workbook: Document) -> list[Edits]:
    """What staff have changed in files of older editions that lie there, and was not read before.

    That is what was laid out for them, and what was given back for them to mend. Which edition a
    file is it says itself: editions follow each other under one name. Where it does not, it is what
    was laid out under its name last.
    """
    query = select(Publication).where(
        Publication.office_id == office.id,
        Publication.document_id == workbook.id,
        Publication.role.in_((MAIN, NOTICE)),
        Publication.path.endswith(".xlsx"),
    )
    rows = session.scalars(query.order_by(Publication.id)).all()
    unedited = {row.sha256 for row in rows if row.role == MAIN}
    known = {*unedited, workbook.original, *workbook.data.get(SEEN, [])}
    found: dict[str, Edits] = {}
    for path, row in {row.path: row for row in rows}.items():
        try:
            data = _lying(office, path)
            sha256 = sha256_of_bytes(data).hexdigest()
            if sha256 in known:
                continue
            said = office.reader.read(read_entry, data)
            revision = said.revision or str(row.revision)
            laid = laid_out(session, office, workbook, revision)
            if laid and revision != str(workbook.revision):
                name = PurePosixPath(path).name
                found[sha256] = _edits(office, name, sha256, said, laid)
        except (OSError, ReadError):  # gone, or being written: it is sent some day
            continue
    return list(found.values())


def _edits(office: Office, name: str, sha256: str, said: EntryReading, laid: str) -> Edits:
    before = office.reader.read(read_entry, office.store.read(laid))
    return Edits(name, sha256, said.rows, before.rows, errors(said.findings))


def _lying(office: Office, path_there: str) -> bytes:
    """What a file that was laid out holds now.

    Raises:
        OSError: it is gone, too large, no regular file, or not where it was laid out.
    """
    path = office.inbox / path_there
    if not path.parent.resolve().is_relative_to(office.inbox.resolve()):
        raise NoFileError(errno.ELOOP, "behind a link", str(path))
    with reading(path) as file:
        if file.info.st_size > LARGEST:
            raise OSError(errno.EFBIG, "too large", str(path))
        return bytes_held(file)
