"""Several scans of one form, in whatever order they come: the newest that shows a row counts."""

import pytest

from pipeline.domain.form import Field
from pipeline.office import Office
from pipeline.scans.proposing import Proposal, ProposedPage, ProposedRow
from pipeline.sop.scanned.kept import (
    Scan,
    Scans,
    is_marked,
    pages_missing,
    put_pages,
    rows_read,
    with_scan,
)


def page(number: int, *rows: tuple[str, str], numbering: tuple[int, int] | None) -> ProposedPage:
    return ProposedPage(
        number,
        True,
        [ProposedRow(code, "", {Field.ACTUAL: Proposal(text)}) for code, text in rows],
        numbering=numbering,
    )


@pytest.fixture
def made(office: Office) -> "Sender":
    return Sender(office)


class Sender:
    """Sends scans at given minutes, in whatever order they are judged."""

    def __init__(self, office: Office) -> None:
        self.office, self.scans = office, None

    scans: Scans | None

    def sends(self, name: str, minute: int, *pages: ProposedPage) -> None:
        scan = Scan(
            arrival=name,
            name=name,
            sha256=name,
            arrived=f"2026-10-05T08:{minute:02d}",
            sender="Kabid",
            via="uji",
            pages=[one.number for one in pages],
            read=put_pages(self.office, pages),
        )
        self.scans = with_scan(self.office, self.scans, scan, "4-pengisian/kabid")

    @property
    def kept(self) -> Scans:
        assert self.scans is not None
        return self.scans

    @property
    def values(self) -> dict[str, str]:
        rows = rows_read(self.office, self.kept)
        return {code: row.cells[Field.ACTUAL].text for code, row in rows.items()}


FIRST = page(0, ("IK-1", "1"), ("IK-2", "2"), numbering=(1, 3))
SECOND = page(0, ("IK-3", "3"), numbering=(2, 3))
SIGNATURE = page(0, numbering=(3, 3))


def test_pages_come_in_any_order_and_what_is_missing_is_named(made: Sender) -> None:
    made.sends("dua.jpg", 2, SECOND)
    made.sends("satu.jpg", 1, FIRST)
    assert made.values == {"IK-1": "1", "IK-2": "2", "IK-3": "3"}
    assert pages_missing(made.office, made.kept) == [(3, 3)]
    made.sends("tiga.jpg", 3, SIGNATURE)
    assert pages_missing(made.office, made.kept) == []
    assert [scan.name for scan in made.kept.scans] == ["satu.jpg", "dua.jpg", "tiga.jpg"]


def test_a_newer_scan_of_the_same_page_counts_whichever_is_judged_first(made: Sender) -> None:
    newer = page(0, ("IK-1", "10"), ("IK-2", "20"), numbering=(1, 3))
    made.sends("baru.jpg", 9, newer)
    made.sends("lama.jpg", 1, FIRST)
    assert made.values == {"IK-1": "10", "IK-2": "20"}
    assert [scan.name for scan in made.kept.scans] == ["baru.jpg"]


def test_the_same_arrival_is_kept_once(made: Sender) -> None:
    made.sends("satu.jpg", 1, FIRST)
    before = made.kept.mark
    made.sends("satu.jpg", 1, FIRST)
    assert made.kept.mark == before
    assert is_marked(before)
