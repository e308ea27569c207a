"""Which pages of a file are of which form: by their QR, by the code printed in their text."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.office import Office
from pipeline.scans.marks import Look, PageLook, look_at
from pipeline.scans.opening import MOST_PAGES, is_pdf

PAGES_AT_ONCE = 8
_SIGNS = (b"\xff\xd8\xff", b"\x89PNG", b"II*\0", b"MM\0*", b"BM", b"RIFF")


@dataclass(frozen=True)
class FormPages:
    """The pages of a file that are one form's, counted from 0; those in ``texts`` are of text."""

    code: str
    pages: list[int]
    texts: list[int]

    @property
    def are_text(self) -> bool:
        """Whether every page can be read letter by letter."""
        return self.pages == self.texts


@dataclass(frozen=True)
class SortedPages:
    """A file's pages by form; ``torn`` are pages that carry different codes, with those."""

    forms: list[FormPages]
    signed: bool
    count: int
    torn: list[tuple[int, list[str]]] = field(default_factory=list)


def may_be_paper(data: bytes) -> bool:
    """Whether a file is a PDF or a picture at all, by its first bytes."""
    return data.startswith(_SIGNS) or is_pdf(data)


def sorted_pages(office: Office, data: bytes, name: str) -> SortedPages:
    """The pages of a file by form; of those after the first `MOST_PAGES` nothing is said.

    A page without a code is its neighbours' where the whole file is one form's.

    Raises:
        ReadError: the file is locked, broken or too large.
    """
    pages: list[PageLook] = []
    signed, count = False, 0
    for look in _looks(office, data, name):
        pages += look.pages
        signed, count = look.signed, look.count
    torn, by_code = [], dict[str, list[PageLook]]()
    for page in pages:
        codes = sorted({*page.codes, *([page.printed] if page.printed else [])})
        if len(codes) > 1:
            torn.append((page.number, codes))
        for code in codes[:1]:
            by_code.setdefault(code, []).append(page)
    if len(by_code) == 1 and not torn:
        (code,) = by_code
        by_code = {code: pages}
    forms = [
        FormPages(code, [p.number for p in own], [p.number for p in own if p.is_text])
        for code, own in by_code.items()
    ]
    return SortedPages(forms, signed, count, torn)


def _looks(office: Office, data: bytes, name: str) -> Iterator[Look]:
    first = 0
    while True:
        look = office.reader.read(look_at, data, name, first, PAGES_AT_ONCE)
        yield look
        first += PAGES_AT_ONCE
        if first >= min(look.count, MOST_PAGES):
            return
