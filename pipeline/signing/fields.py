"""The places for signatures, all laid down before anybody signs.

The plan that holds: every empty field is in the document first; the first paraf certifies it for
filling in only (DocMDP P=2, ISO 32000-2 §12.8.2.2); the signature field carries a lock over all
fields that allows no change at all (P=1, §12.8.2.4). A field made while signing would either let
strangers sign after the end, or break the paraf.
"""

from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils.generic import DictionaryObject, pdf_name
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    MDPPerm,
    SigFieldSpec,
    append_signature_field,
    ensure_sig_flags,
    enumerate_sig_fields,
)
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1

from pipeline.errors import SigningError
from pipeline.signing.font import load_face, provide
from pipeline.signing.revision import Revision, open_revision

SIGNATURE_FIELD = "TandaTangan"
INITIAL_FIELD = "Paraf"
MOST_INITIALS = 3
PLANNED_NAMES = frozenset(
    {SIGNATURE_FIELD, INITIAL_FIELD, *(f"{INITIAL_FIELD}{n}" for n in range(1, MOST_INITIALS + 1))}
)

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Place:
    """Where one official signs: page (0 is the first, -1 the last), box in points from lower left.

    ``box`` is ``(left, bottom, right, top)``; ``post`` is the title of the official expected there.
    """

    page: int
    box: Box
    post: str


@dataclass(frozen=True)
class PlannedField:
    """A place with the name that its field bears in the PDF."""

    name: str
    place: Place


@dataclass(frozen=True)
class SignaturePlan:
    """Who signs where: at most three parafs in their order, then one signature.

    Where the signer drafted the document himself, no paraf is needed (Permenpan 80/2012).
    """

    signature: Place
    initials: tuple[Place, ...] = ()

    def __post_init__(self) -> None:
        """Hold the limit of paraf hierarki.

        Raises:
            SigningError: more than three parafs.
        """
        if len(self.initials) > MOST_INITIALS:
            raise SigningError(
                f"Rencana tanda tangan memuat {len(self.initials)} paraf, padahal paraf hierarki "
                f"paling banyak {MOST_INITIALS} pejabat. Kurangi daftar pemaraf pada prosedur."
            )

    @property
    def fields(self) -> tuple[PlannedField, ...]:
        """The fields in signing order: ``Paraf`` (or ``Paraf1`` …), then ``TandaTangan``."""
        of = len(self.initials)
        initials = tuple(
            PlannedField(initial_field(number, of), place)
            for number, place in enumerate(self.initials, start=1)
        )
        return (*initials, PlannedField(SIGNATURE_FIELD, self.signature))


def initial_field(number: int, of: int) -> str:
    """The field of the paraf with this number: ``Paraf`` where it is the only one."""
    return INITIAL_FIELD if of == 1 else f"{INITIAL_FIELD}{number}"


def prepare(pdf: bytes, plan: SignaturePlan, *, document: str = "Dokumen ini") -> bytes:
    """Append one revision that lays down every empty field of ``plan``.

    Raises:
        SigningError: no sound PDF, fields that are there already, a page that does not exist, or
            a box that is not on its page.
    """
    revision = open_revision(pdf, document)
    if any(True for _ in enumerate_sig_fields(revision.prev)):
        raise SigningError(
            f"{document} sudah memuat kolom tanda tangan. Siapkan kolom hanya sekali, pada cetakan "
            "yang belum ditandatangani."
        )
    for field in plan.fields:
        _require_on_page(revision, field, document)
        _lay_down(revision, field)
    _say_what_they_are(revision)
    provide(revision, (load_face(bold=False), load_face(bold=True)))
    # Set now what the signer would otherwise change later, under a signature.
    ensure_sig_flags(revision, lock_sig_flags=True)
    revision.ensure_output_version((1, 7))  # type: ignore[no-untyped-call]
    revision.register_extension(ESIC_EXTENSION_1)
    out = BytesIO()
    revision.write(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def filled_fields(handler: PdfHandler) -> dict[str, bool]:
    """Each signature field's name in the order of the form, and whether it is signed."""
    return {name: value is not None for name, value, _ in enumerate_sig_fields(handler)}


def next_in_plan(filled: dict[str, bool]) -> str | None:
    """The field whose turn it is: the parafs in order, then the signature; None when all is done.

    A field of any other name is no part of the plan and is passed over.
    """
    ordered = [*sorted(filled.keys() & PLANNED_NAMES - {SIGNATURE_FIELD}), SIGNATURE_FIELD]
    return next((name for name in ordered if not filled.get(name, True)), None)


def require_turn(filled: dict[str, bool], field_name: str, document: str) -> None:
    """Hold the order of the plan: parafs first, in their order, then the signature.

    Raises:
        SigningError: the field is missing, signed already, or not yet due.
    """
    if field_name not in filled:
        raise SigningError(
            f"{document} tidak memuat kolom {field_name}. Siapkan dahulu kolom tanda tangannya; "
            "PDF yang dibuat di luar alur ini tidak dapat ditandatangani di sini."
        )
    if filled[field_name]:
        raise SigningError(
            f"Kolom {field_name} pada {document} sudah ditandatangani. Tidak ada yang perlu "
            "dilakukan; periksa dengan kinerja verify."
        )
    due = next_in_plan(filled)
    if field_name in PLANNED_NAMES and due != field_name:
        raise SigningError(
            f"Kolom {field_name} pada {document} belum boleh ditandatangani karena {due} belum "
            "diparaf. Mintalah paraf itu dahulu."
        )


def _lay_down(revision: Revision, field: PlannedField) -> None:
    """Append the empty field, its blank appearance packed as the later one will be.

    The EU's DSS takes a filter that comes with the signature for a change of the document.
    """
    append_signature_field(revision, _spec(field))
    laid = revision.root["/AcroForm"]["/Fields"][-1]
    laid["/AP"]["/N"].compress()


def _spec(field: PlannedField) -> SigFieldSpec:
    last = field.name == SIGNATURE_FIELD
    return SigFieldSpec(
        field.name,
        on_page=field.place.page,
        box=field.place.box,  # type: ignore[arg-type]  # declared in whole points; any number does
        field_mdp_spec=FieldMDPSpec(FieldMDPAction.ALL) if last else None,
        doc_mdp_update_value=MDPPerm.NO_CHANGES if last else None,
        readable_field_name=f"{'Tanda tangan' if last else 'Paraf'} {field.place.post}",
    )


def _say_what_they_are(revision: Revision) -> None:
    """Give each field's annotation the words that a screen reader speaks (ISO 32000-2 §12.5.2)."""
    for _, _, reference in enumerate_sig_fields(revision):
        field = reference.get_object()
        field[pdf_name("/Contents")] = field["/TU"]


def _require_on_page(revision: Revision, field: PlannedField, document: str) -> None:
    where = f"Kolom {field.name} pada {document}"
    mend = "Perbaiki letak kolom pada templat cetakan."
    try:
        page_reference, _ = revision.find_page_for_modification(  # type: ignore[no-untyped-call]
            field.place.page
        )
        page = page_reference.get_object()
    except (PdfError, IndexError, KeyError) as error:
        raise SigningError(
            f"{where} berada di halaman {field.place.page + 1} yang tidak ada. {mend}"
        ) from error
    left, bottom, right, top = field.place.box
    x0, y0, x1, y1 = _media_box(page)
    if not (x0 <= left < right <= x1 and y0 <= bottom < top <= y1):
        raise SigningError(f"{where} tidak seluruhnya berada di dalam halaman. {mend}")


def _media_box(page: DictionaryObject) -> list[float]:
    """The page's own or inherited MediaBox (ISO 32000-2 §7.7.3.4), in points."""
    node = page
    while "/MediaBox" not in node:
        node = node["/Parent"]
    return [float(number) for number in node["/MediaBox"]]
