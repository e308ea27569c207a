"""Where paraf and signature stand on the print-out: at the bookmarks of its template."""

from pipeline.domain.procedure import Procedure, Verb
from pipeline.errors import ConfigurationError
from pipeline.pdf.facts import PdfFacts, gather
from pipeline.signing.fields import Place, SignaturePlan

POINTS_PER_MM = 72 / 25.4
INITIAL_MM = (40.0, 17.0)
SIGNATURE_MM = (95.0, 36.0)
INSET_MM = 1.0
INITIAL_MARK, SIGNATURE_MARK = "paraf1", "ttd"


def signature_plan(pdf: bytes, procedure: Procedure) -> SignaturePlan:
    """The fields of a print-out, at the corners that its template marks with bookmarks.

    Raises:
        ConfigurationError: the template has lost a bookmark.
    """
    facts = gather(pdf, "cetak.docx")
    initial = procedure.post_for(procedure.step(Verb.INITIAL)) or ""
    signer = procedure.post_for(procedure.step(Verb.SIGN)) or ""
    return SignaturePlan(
        signature=_place(facts, SIGNATURE_MARK, SIGNATURE_MM, signer),
        initials=(_place(facts, INITIAL_MARK, INITIAL_MM, initial),),
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
