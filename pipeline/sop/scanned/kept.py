"""What is known of the scans behind a form, as it lies in the ledger beside the form's values.

A scan's own bytes are never changed. What was read of it lies in the store; only who confirmed it
makes it count.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256

from pydantic import TypeAdapter

from pipeline.ledger.tables import Document
from pipeline.office import Office
from pipeline.scans.proposing import ProposedPage, ProposedRow

SCAN, TO_CONFIRM, PROPOSED = "scan", "scan_to_confirm", "scans_proposed"
"""In a form's data: the scans behind its values, those that nobody has confirmed yet, and the mark
of every reading that was ever laid before a sender."""
GIVEN_BACK_FOR = "given_back_for"
"""In a form's data: the mark of the scans for which it was laid out to be mended, by number."""
_MARK = "pindaian-"
_PAGES = TypeAdapter(list[ProposedPage])


@dataclass(frozen=True)
class Scan:
    """One file, as far as it is about this form: ``pages`` count from 0.

    ``read`` is the SHA-256 of what was read of it; empty for a PDF whose text was read, which needs
    nobody to confirm it. ``sender`` is who sent it, ``signed`` whether it carries a digital
    signature.
    """

    arrival: str
    name: str
    sha256: str
    arrived: str
    sender: str
    via: str
    pages: list[int]
    signed: bool = False
    read: str = ""


@dataclass(frozen=True)
class Confirmed:
    """Who said that the values are those of the scan, by which way, when (ISO 8601)."""

    by: str
    via: str
    at: str


@dataclass(frozen=True)
class Scans:
    """The scans behind a form, in the order in which they came.

    ``folder`` is where their sheet lies, relative to the inbox; ``confirmed`` is ``None`` while
    nobody has; ``copy`` is the SHA-256 of their PDF/A with the cover. ``handed`` is when the form
    went over to another official while they waited (ISO 8601), else empty.

    Scans that wait lie before their sender as form and sheet, until that form is sent. With errors
    in it they are ``bounced``: the form that lies with its official to be mended is all that is
    left of them, and with it they go.
    """

    scans: list[Scan]
    folder: str
    confirmed: Confirmed | None = None
    copy: str = ""
    handed: str = ""
    bounced: bool = False

    @property
    def are_text(self) -> bool:
        """Whether all values come from a PDF's text."""
        return not any(scan.read for scan in self.scans)

    @property
    def mark(self) -> str:
        """By what the form laid out for these scans is known when it comes back.

        What was laid before an earlier official is another.
        """
        names = "".join(f"{scan.arrival}{scan.pages}" for scan in self.scans) + self.handed
        return _MARK + sha256(names.encode()).hexdigest()[:12]

    @property
    def names(self) -> str:
        """What the files are called."""
        return ", ".join(scan.name for scan in self.scans)

    @property
    def laid(self) -> datetime:
        """Since when they lie before whom they wait for."""
        moments = [*(scan.arrived for scan in self.scans), *filter(None, [self.handed])]
        return max(map(datetime.fromisoformat, moments))

    @property
    def origin(self) -> str:
        """Where the values come from, in words."""
        if self.are_text:
            signed = " bertanda tangan elektronik" if any(s.signed for s in self.scans) else ""
            return f"dibaca dari teks PDF{signed}"
        by = self.confirmed.by if self.confirmed else "–"
        return f"disalin dari pindaian, dikonfirmasi oleh {by}"


@dataclass(frozen=True)
class Copied:
    """A form (SHA-256) into which the values of a PDF's text were copied, and that PDF."""

    sha256: str
    scans: Scans


_SCANS = TypeAdapter(Scans)


def scans_of(document: Document) -> Scans | None:
    """The scans behind a form; ``None`` where it came as Word."""
    kept = document.data.get(SCAN)
    return _SCANS.validate_python(kept) if kept else None


def scans_to_confirm(document: Document) -> Scans | None:
    """The scans whose reading lies before its sender, and does not count yet."""
    kept = document.data.get(TO_CONFIRM)
    return _SCANS.validate_python(kept) if kept else None


def is_unconfirmed(document: Document) -> bool:
    """Whether a scan has come of which nobody has said yet whether it was read rightly."""
    scans = scans_to_confirm(document)
    return scans is not None and not scans.bounced


def keep_scans(document: Document, scans: Scans | None) -> None:
    """Write down which scans are behind a form."""
    document.data = {**document.data, SCAN: asdict(scans) if scans else None}


def keep_to_confirm(document: Document, scans: Scans | None) -> None:
    """Write down which scans wait to be confirmed."""
    marks = proposals_of(document)
    if scans is not None:
        marks = list(dict.fromkeys([*marks, scans.mark]))
    waiting = asdict(scans) if scans else None
    document.data = {**document.data, TO_CONFIRM: waiting, PROPOSED: marks}


def proposals_of(document: Document) -> list[str]:
    """The marks of all readings that were ever laid before a sender of this form, in order."""
    waiting, behind = scans_to_confirm(document), scans_of(document)
    known = [one.mark for one in (behind, waiting) if one is not None and not one.are_text]
    return list(dict.fromkeys([*document.data.get(PROPOSED, []), *known]))


def is_marked(revision: str) -> bool:
    """Whether a form was laid out for a scan, by the revision in its properties."""
    return revision.startswith(_MARK)


def put_pages(office: Office, pages: Sequence[ProposedPage]) -> str:
    """What was read, into the store; its SHA-256."""
    return office.store.put(_PAGES.dump_json(list(pages)))


def pages_of(office: Office, scan: Scan) -> list[ProposedPage]:
    """What was read of a scan."""
    return _PAGES.validate_json(office.store.read(scan.read)) if scan.read else []


def with_scan(office: Office, before: Scans | None, scan: Scan, folder: str) -> Scans:
    """The scans with one more; what the newer ones show again is dropped from the older ones."""
    others = [one for one in (before.scans if before else []) if one.arrival != scan.arrival]
    in_order = sorted([*others, scan], key=lambda one: one.arrived)
    kept: list[Scan] = []
    shown: set[object] = set()
    for one in reversed(in_order):
        shows: list[set[object]] = [_shows(page) for page in pages_of(office, one)]
        new = [n for n, seen in zip(one.pages, shows, strict=True) if not seen or seen - shown]
        shown |= set().union(*shows)
        if new:
            kept.insert(0, one)
    return Scans(kept, folder, handed=before.handed if before else "")


def _shows(page: ProposedPage) -> set[object]:
    """What a page brings: its indicators, else its number."""
    rows: set[object] = {row.indicator for row in page.rows}
    return rows or ({page.numbering} if page.numbering else set())


def rows_read(office: Office, scans: Scans) -> dict[str, ProposedRow]:
    """Each indicator's row as the newest scan shows it."""
    return {
        row.indicator: row
        for scan in scans.scans
        for page in pages_of(office, scan)
        for row in page.rows
    }


def pages_missing(office: Office, scans: Scans) -> list[tuple[int, int]]:
    """The printed page numbers that none of the scans shows, each with how many pages there are."""
    seen = [page.numbering for s in scans.scans for page in pages_of(office, s) if page.numbering]
    if not seen or len({count for _, count in seen}) != 1:
        return []
    count = seen[0][1]
    return [(n, count) for n in range(1, count + 1) if (n, count) not in seen]


def note_given_back(document: Document, number: int, mark: str) -> None:
    """Write down for which scans the form is laid out to be mended the ``number``-th time.

    ``mark`` is empty where it is for none.
    """
    known = {**document.data.get(GIVEN_BACK_FOR, {}), str(number): mark}
    document.data = {**document.data, GIVEN_BACK_FOR: known}


def given_back_for(document: Document, number: int) -> str:
    """The mark of the scans behind the ``number``-th form to be mended; empty where there are none.

    A file that says that it is this form is known by it even without its properties.
    """
    return str(document.data.get(GIVEN_BACK_FOR, {}).get(str(number), ""))


def note_bounced(document: Document, folder: str) -> None:
    """Write down that what was laid out for the scans was sent, and lies in ``folder`` to mend."""
    scans = scans_to_confirm(document)
    if scans is not None:
        keep_to_confirm(document, replace(scans, bounced=True, folder=folder))


def handed_on(scans: Scans, moment: datetime) -> Scans:
    """The scans before another official, who has not confirmed them either."""
    return replace(scans, handed=moment.isoformat(), bounced=False)


def confirmed(scans: Scans, by: str, via: str, at: str) -> Scans:
    """The scans, confirmed."""
    return replace(scans, confirmed=Confirmed(by, via, at))
