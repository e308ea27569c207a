"""A form that was filled in where it lay, and never sent: its official is told once.

The round that looks for it (`UnsentForms`) reads a file only when its size or times have changed.
What was read of a scan and waits to be confirmed is told of even if nobody has touched it, when a
working day has gone by: who has sent the scan may think that this was all.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import short_day
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import CommandFolder
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.locks import is_open
from pipeline.intake.outbox import PLACED
from pipeline.intake.settle import NoFileError, reading, sha256_held
from pipeline.intake.stillness import Stillness
from pipeline.ledger.tables import Document, Publication
from pipeline.office import Office
from pipeline.sop.case import Case, case_of
from pipeline.sop.prepare import inbox_is_there
from pipeline.sop.publish import MAIN
from pipeline.sop.scanned.kept import Scans, is_unconfirmed, scans_to_confirm
from pipeline.sop.scanned.sheets import PREFIX, confirmer
from pipeline.sop.slips import client_folder
from pipeline.sop.telling import Notice, tell

TELL_UNSENT = "tell-unsent"
QUIET_S = 600.0
"""How long a changed form must have been left alone: nobody is disturbed who still fills it in."""
A_DAY = 1
"""For how many working days a scan may wait to be confirmed before a word is said."""


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
            overdue = _overdue(session, office, rows)
        self._forget_others({row.id for row in rows})
        found = [row.id for row in rows if self._is_left_filled(office.inbox / row.path, row)]
        found += [id_ for id_ in overdue if id_ not in {*found, *self._asked}]
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
    folder, name = PurePosixPath(row.path).parent.as_posix(), PurePosixPath(row.path).stem
    send = client_folder(office, f"{folder}/{CommandFolder.SEND.value}")
    scans = scans_to_confirm(document)
    if scans is not None and is_unconfirmed(document) and _is_proposal(row):
        slip = _unconfirmed(case, document, scans, send)
        laid = short_day(scans.laid.astimezone(office.settings.office.zone))
        name = f"{document.code} pindaian {laid}"  # each is told of once
    else:
        slip = _unsent(document, PurePosixPath(row.path).name, send)
    notice = Notice(folder, f"BELUM DIKIRIM - {name}.pdf", slip, document)
    tell(case, notice, lambda session: _still_awaited(session, row.id))


def _unsent(document: Document, name: str, send: str) -> Slip:
    return Slip(
        title="BELUM DIKIRIM",
        summary=f"{name} sudah diubah, tetapi masih tersimpan di folder ini dan belum"
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


def _unconfirmed(case: Case, document: Document, scans: Scans, send: str) -> Slip:
    return Slip(
        title="PINDAIAN MENUNGGU DIKONFIRMASI",
        summary=f"Pindaian {scans.names} sudah dibaca, tetapi angkanya belum dikonfirmasi, jadi"
        f" formulir {document.code} belum dihitung masuk.",
        document=document.name,
        recipient=confirmer(case, document) or document.post,
        sender="kinerja",
        code=document.code,
        received=[(scan.name, scan.sha256) for scan in scans.scans],
        steps=[
            f"Buka {PREFIX} (Word) di folder ini dan bandingkan setiap angka dengan gambar pada"
            f" {PREFIX} (PDF) di sampingnya.",
            "Betulkan yang salah dan lengkapi yang kosong, lalu simpan dan tutup.",
            f"Pindahkan formulirnya ke {send}",
            "Pemberitahuan ini tidak diulang.",
        ],
    )


def _is_proposal(row: Publication) -> bool:
    return PurePosixPath(row.path).name.startswith(PREFIX)


def _overdue(session: Session, office: Office, rows: Sequence[Publication]) -> list[int]:
    """The proposals that have waited to be confirmed for a working day."""
    now, found = office.now(), []
    for row in filter(_is_proposal, rows):
        document = session.get_one(Document, row.document_id)
        scans = scans_to_confirm(document) if is_unconfirmed(document) else None
        if scans is not None and office.hours.close_after(scans.laid, A_DAY) < now:
            found.append(row.id)
    return found


def _with_officials(session: Session, office: Office) -> list[Publication]:
    """The forms that lie with their officials and are awaited; of others what was scanned."""
    query = (
        select(Publication)
        .join(Document, Document.id == Publication.document_id)
        .where(
            Publication.office_id == office.id,
            Publication.role == MAIN,
            Publication.state == PLACED,
            Document.kind == Kind.FORM,
            or_(
                Document.state == State.ISSUED,
                Publication.path.contains(f"/{PREFIX} - ", autoescape=True),
            ),
        )
    )
    return list(session.scalars(query))


def _still_awaited(session: Session, publication_id: int) -> bool:
    row = session.get_one(Publication, publication_id)
    document = session.get_one(Document, row.document_id)
    waits = document.state == State.ISSUED or is_unconfirmed(document)
    return row.state == PLACED and waits
