"""Where paraf and signature stand on the print-out: at the bookmarks of its template."""

from pipeline.domain.procedure import Procedure
from pipeline.errors import ConfigurationError
from pipeline.pdf.facts import PdfFacts, gather
from pipeline.signing.fields import Place, SignaturePlan
from pipeline.sop.printout.turns import turns_of

POINTS_PER_MM = 72 / 25.4
INITIAL_MM = (40.0, 17.0)
SIGNATURE_MM = (95.0, 36.0)
INSET_MM = 1.0
INITIAL_MARK, SIGNATURE_MARK = "paraf", "ttd"


def signature_plan(pdf: bytes, procedure: Procedure) -> SignaturePlan:
    """The fields of a print-out, at the corners that its template marks with bookmarks.

    Raises:
        ConfigurationError: the template has lost a bookmark.
    """
    facts = gather(pdf, "cetak.docx")
    *initials, last = turns_of(procedure)
    return SignaturePlan(
        signature=_place(facts, SIGNATURE_MARK, SIGNATURE_MM, last.post),
        initials=tuple(
            _place(facts, f"{INITIAL_MARK}{turn.number}", INITIAL_MM, turn.post)
            for turn in initials
        ),
    )


def _place(facts: PdfFacts, mark: str, size_mm: tuple[float, float], post: str) -> Place:
    if mark not in facts.destinations:
        raise ConfigurationError(
            f"cetak.docx: bookmark '{mark}' hilang, sehingga kolom tanda tangan tidak dapat"
            " dipasang. Salin kembali blok pengesahan dari templat bawaan."
        )
    page, left, top = facts.destinations[mark]
    width, height = (side * POINTS_PER_MM for side in size_mm)
    inset = INSET_MM * POINTS_PER_MM
    box = (left + inset, top - height + inset, left + width - inset, top - inset)
    return Place(page, box, post)
