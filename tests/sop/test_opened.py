"""When the person awaited was first seen to have a document open."""

from datetime import datetime
from pathlib import Path

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.ledger.tables import Document, Event, Publication
from pipeline.sop.opened import OPENED, look_for_opened, note_opened
from tests.tasks.quarters import NOW, Quarters, quarters

ARRIVED = datetime(2026, 10, 12, 8, tzinfo=NOW.tzinfo)


def laid_out(made: Quarters, stage: Verb, kind: Kind, folder: str, name: str) -> Document:
    """A document that waits with its file in people's sight."""
    collection = made.collection(stage, ARRIVED)
    document = made.document(collection, kind, State.WAITING, name=name, pdf="a" * 64)
    path = f"data-kinerja/{folder}/{name}"
    target = made.office.inbox / path
    target.parent.mkdir(parents=True)
    target.write_bytes(b"isi")
    with made.office.ledger.write() as tx:
        tx.session.add(
            Publication(
                office_id=made.office.id,
                collection_id=collection,
                document_id=document.id,
                path=path,
                sha256="b" * 64,
                role="main",
                state="placed",
            )
        )
    return document


def opened(made: Quarters, document: Document) -> datetime | None:
    with made.office.ledger.read() as session:
        return session.get_one(Document, document.id).opened_at


def events(made: Quarters) -> list[Event]:
    with made.office.ledger.read() as session:
        return session.query(Event).filter(Event.kind == OPENED).all()


@pytest.mark.parametrize("lock", ["~$aft.docx", "~$Draft.docx", ".~lock.Draft.docx#"])
def test_a_lock_file_beside_a_draft_shows_it_open(tmp_path: Path, lock: str) -> None:
    with quarters(tmp_path) as made:
        draft = laid_out(made, Verb.CORRECT, Kind.DRAFT, "2-koreksi", "Draft.docx")
        look_for_opened(made.office)
        assert opened(made, draft) is None
        (made.office.inbox / "data-kinerja/2-koreksi" / lock).touch()
        look_for_opened(made.office)
        look_for_opened(made.office)
        assert opened(made, draft) == NOW
        (told,) = events(made)
    assert told.actor.startswith("Kasubag")
    assert told.payload == {"revision": 1}


def test_another_files_lock_does_not_count(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        paper = laid_out(made, Verb.INITIAL, Kind.PRINTOUT, "7-paraf", "Print Out.pdf")
        (made.office.inbox / "data-kinerja/7-paraf/~$lain.pdf").touch()
        look_for_opened(made.office)
        assert opened(made, paper) is None


def test_a_sitting_notes_what_it_shows(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        paper = laid_out(made, Verb.SIGN, Kind.PRINTOUT, "8-tanda-tangan", "Print Out.pdf")
        note_opened(made.office, [paper], via="baris perintah")
        assert opened(made, paper) == NOW
        assert [e.via for e in events(made)] == ["baris perintah"]


@pytest.mark.parametrize(
    "change", [{"state": State.RETURNED.value}, {"revision": 2}, {"pdf": "c" * 64}]
)
def test_what_has_moved_on_is_not_what_was_seen(tmp_path: Path, change: dict[str, object]) -> None:
    with quarters(tmp_path) as made:
        paper = laid_out(made, Verb.INITIAL, Kind.PRINTOUT, "7-paraf", "Print Out.pdf")
        with made.office.ledger.write() as tx:
            row = tx.session.get_one(Document, paper.id)
            for name, value in change.items():
                setattr(row, name, value)
        note_opened(made.office, [paper], via="baris perintah")
        assert opened(made, paper) is None
        assert events(made) == []
