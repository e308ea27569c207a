"""Deadlines and the recap while the real service runs a collection."""

import pytest

from pipeline.domain.document import Kind
from pipeline.tasks.status import office_status
from tests.journeys.office import Journey

pytestmark = pytest.mark.slow

RECAP = "4-pengisian/REKAP*.txt"


def recap(journey: Journey) -> str:
    return journey.folders.wait(RECAP).read_text(encoding="utf-8-sig")


def test_a_draft_is_seen_open_and_its_next_revision_is_not(journey: Journey) -> None:
    journey.to_correction()
    draft = journey.folders.wait("2-koreksi/Format*.docx")
    assert journey.document(Kind.DRAFT).opened_at is None
    lock = draft.with_name(f".~lock.{draft.name}#")
    lock.touch()
    journey.until(lambda: journey.document(Kind.DRAFT).opened_at, "the draft seen open")
    (collection,) = office_status(journey.office).collections
    waiting = next(d for d in collection.documents if d.kind == Kind.DRAFT)
    assert waiting.where == "2 koreksi"
    assert waiting.timing.due is not None
    assert waiting.timing == collection.timing
    lock.unlink()
    journey.head.return_with_note(draft, "Tambah catatan")
    journey.staff.send_corrected_draft()
    journey.folders.wait("2-koreksi/Format*.docx")
    journey.settle()
    assert journey.document(Kind.DRAFT).opened_at is None


def test_the_recap_follows_the_forms_until_entry(journey: Journey) -> None:
    journey.to_filling()
    first = journey.people[0]
    first.fill_and_send(pattern="*.docx")
    journey.folders.wait(journey.at_verification(first))
    journey.settle()
    head, sent, out = recap(journey).splitlines()
    assert head.startswith(f"Data Kinerja {journey.period.short} – keadaan ")
    assert sent == f"Sudah 1 dari 2: {first.official.post}."
    assert out.startswith("Belum 1: Sekretaris (batas ")
    journey.to_entry()
    journey.settle()
    assert not list(journey.folders.inbox.glob(RECAP))
