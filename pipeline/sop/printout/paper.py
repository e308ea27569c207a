"""What is known of a print-out's paper that was signed by hand, as it lies beside its values.

It is never a TTE: what is kept is a *salinan*, and where the original lies.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from pipeline.ledger.tables import Document

PAPER = "paper"
"""In a print-out's data: the scans of its signed paper."""
ON_PAPER = "printout.signed_on_paper"
"""The event that a print-out was signed on paper."""
COPY = "salinan naskah bertanda tangan basah"
COPY_IN_ENGLISH = "a copy of a document signed by hand on paper; it has no electronic signature"


@dataclass(frozen=True)
class PaperScan:
    """One file with pages of the paper: ``pages`` of the file, from 0, show the pages ``shows``.

    ``sender`` and ``via`` are who brought it, and by which way.
    """

    arrival: str
    name: str
    sha256: str
    arrived: str
    sender: str
    via: str
    pages: list[int]
    shows: list[int]


@dataclass(frozen=True)
class Paper:
    """The paper of one revision of a print-out, as far as it has come.

    ``place`` is where the original lies. Once all is there: ``copy`` is the SHA-256 of the scans as
    PDF/A behind their cover, ``printout`` that of the print-out which was signed, with its paraf;
    ``at`` when that was entered (ISO 8601).
    """

    revision: int
    scans: list[PaperScan]
    place: str = ""
    copy: str = ""
    printout: str = ""
    at: str = ""

    @property
    def words(self) -> str:
        """What it is, and where the original lies."""
        return f"{COPY}; naskah asli di {self.place}"

    @property
    def in_english(self) -> str:
        """The same in English."""
        return f"{COPY_IN_ENGLISH}. The original is at: {self.place}"

    @property
    def brought(self) -> tuple[str, str]:
        """Who brought the last of it, and by which way."""
        last = self.scans[-1]
        return last.sender, last.via

    def missing(self, count: int) -> list[int]:
        """The printed pages, of ``count``, that no scan shows."""
        shown = {page for scan in self.scans for page in scan.shows}
        return [page for page in range(1, count + 1) if page not in shown]

    def in_order(self) -> list[tuple[PaperScan, int]]:
        """Each printed page once, in order: the newest scan that shows it, and its page there."""
        newest: dict[int, tuple[PaperScan, int]] = {}
        for scan in self.scans:
            newest |= {
                shown: (scan, page) for page, shown in zip(scan.pages, scan.shows, strict=True)
            }
        return [newest[number] for number in sorted(newest)]


_PAPERS = TypeAdapter(Paper)


def paper_of(printout: Document) -> Paper | None:
    """The signed paper that stands for a print-out; ``None`` where it is signed electronically."""
    paper = paper_coming(printout)
    return paper if paper is not None and paper.copy else None


def paper_coming(printout: Document) -> Paper | None:
    """What has come of the paper of the present revision."""
    kept = printout.data.get(PAPER)
    paper = _PAPERS.validate_python(kept) if kept else None
    return paper if paper is not None and paper.revision == printout.revision else None


def keep_paper(printout: Document, paper: Paper) -> None:
    """Write down what has come."""
    printout.data = {**printout.data, PAPER: asdict(paper)}


def with_paper_scan(printout: Document, scan: PaperScan) -> Paper:
    """The paper with one more scan."""
    before = paper_coming(printout) or Paper(printout.revision, [])
    others = [one for one in before.scans if one.arrival != scan.arrival]
    return replace(before, scans=sorted([*others, scan], key=lambda one: one.arrived))


def with_place(printout: Document, place: str) -> Paper:
    """The paper with the place of its original."""
    return replace(paper_coming(printout) or Paper(printout.revision, []), place=place)


def pages_in_words(pages: Iterable[int]) -> str:
    """``halaman 1–3, 5``."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and runs[-1][-1] == page - 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    told = (f"{run[0]}–{run[-1]}" if run[1:] else str(run[0]) for run in runs)
    return f"halaman {', '.join(told)}"


def paper_in(printout: Document) -> list[dict[str, Any]]:
    """That a print-out was signed on paper, in Indonesian words for the dossier."""
    paper = paper_of(printout)
    if paper is None:
        return []
    sender, via = paper.brought
    return [
        {
            "naskah": printout.name,
            "revisi": paper.revision,
            "keputusan": "ditandatangani di atas kertas, dicatat sebagai salinan",
            "lokasi_asli": paper.place,
            "sha256_salinan": paper.copy,
            "sha256_cetak": paper.printout,
            "sha256_pindaian": [scan.sha256 for scan in paper.scans],
            "oleh": sender,
            "lewat": via,
            "waktu": paper.at,
        }
    ]
