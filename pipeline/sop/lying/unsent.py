"""A form that was filled in where it lay, and never sent: its official is told once.

The round that looks for it (`UnsentForms`) reads a file only when its size or times have changed.
"""

import time
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import CommandFolder
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.locks import is_open
from pipeline.intake.outbox import PLACED
from pipeline.intake.settle import NoFileError, reading, sha256_held
from pipeline.intake.stillness import Stillness
from pipeline.ledger.tables import Document, Publication
from pipeline.office import Office
from pipeline.sop.case import case_of
from pipeline.sop.prepare import inbox_is_there
from pipeline.sop.publish import MAIN
from pipeline.sop.slips import client_folder
from pipeline.sop.telling import Notice, tell

TELL_UNSENT = "tell-unsent"
QUIET_S = 600.0
"""How long a changed form must have been left alone: nobody is disturbed who still fills it in."""


class UnsentForms:
    """Looks for forms that their officials have changed in place; keeps what it has seen."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._stillness = Stillness(clock)
        self._hashed: dict[int, tuple[object, bool]] = {}
        self._asked: set[int] = set()

    def __call__(self, office: Office) -> None:
        """Have the official told of each form that was changed, then left alone, and not sent."""
        if not inbox_is_there(office):
            return
        with office.ledger.read() as session:
            rows = _with_officials(session, office)
        self._forget_others({row.id for row in rows})
        found = [row.id for row in rows if self._is_left_filled(office.inbox / row.path, row)]
        if found:
            with office.ledger.write() as tx:
                for row_id in found:
                    tx.enqueue(TELL_UNSENT, str(row_id), once=str(row_id))
            self._asked.update(found)

    def _is_left_filled(self, path: Path, row: Publication) -> bool:
        if row.id in self._asked:
            return False
        try:
            with reading(path) as file:
                left_s = self._stillness.seconds(row.id, file.state)
                seen = self._hashed.get(row.id)
                if seen is None or seen[0] != file.state:
                    seen = file.state, sha256_held(file) != row.sha256
                    self._hashed[row.id] = seen
        except (NoFileError, OSError):  # sent, moved, or not ours to read
            return False
        return seen[1] and left_s >= QUIET_S and not is_open(path)

    def _forget_others(self, ids: Iterable[int]) -> None:
        known = set(ids)
        self._stillness.keep_only(known)
        self._asked &= known
        self._hashed = {key: value for key, value in self._hashed.items() if key in known}


def tell_unsent(office: Office, publication_id: str) -> None:
    """Lay a notice beside the form, unless it has been sent meanwhile or he was told before."""
    with office.ledger.read() as session:
        row = session.get_one(Publication, int(publication_id))
        document = session.get_one(Document, row.document_id)
        case = case_of(session, office, document.collection_id)
    file = PurePosixPath(row.path)
    folder = file.parent.as_posix()
    send = client_folder(office, f"{folder}/{CommandFolder.SEND.value}")
    slip = Slip(
        title="BELUM DIKIRIM",
        summary=f"{file.name} sudah diubah, tetapi masih tersimpan di folder ini dan belum"
        " dikirim. Isinya belum dibaca siapa pun.",
        document=document.name,
        recipient=document.post,
        sender="kinerja",
        code=document.code,
        steps=[
            "Bila pengisiannya sudah selesai: simpan dan tutup berkas itu, lalu pindahkan ke"
            f" {send}",
            "Bila belum selesai: lanjutkan; pemberitahuan ini tidak diulang.",
        ],
    )
    notice = Notice(folder, f"BELUM DIKIRIM - {file.stem}.pdf", slip, document)
    tell(case, notice, lambda session: _still_with_official(session, row.id))


def _with_officials(session: Session, office: Office) -> list[Publication]:
    """The forms that lie with their officials and are awaited."""
    query = (
        select(Publication)
        .join(Document, Document.id == Publication.document_id)
        .where(
            Publication.office_id == office.id,
            Publication.role == MAIN,
            Publication.state == PLACED,
            Document.kind == Kind.FORM,
            Document.state == State.ISSUED,
        )
    )
    return list(session.scalars(query))


def _still_with_official(session: Session, publication_id: int) -> bool:
    row = session.get_one(Publication, publication_id)
    document = session.get_one(Document, row.document_id)
    return row.state == PLACED and document.state == State.ISSUED
