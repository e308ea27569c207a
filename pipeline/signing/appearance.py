"""How a seal looks on paper: the small box of a paraf, and the TTE box with its QR code.

The foot of the TTE box says who issued the certificate, as far as the office's anchors vouch.

Plain PDF operators with an embedded typeface, no transparency, device grey only: what PDF/A-2
(ISO 19005-2) allows in an appearance stream.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import StreamObject, pdf_name
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp import BaseStamp, BaseStampStyle

from pipeline.signing.font import Face, load_face, reference
from pipeline.signing.issuer import Issuer
from pipeline.signing.qr import draw_qr
from pipeline.signing.textfit import Line, Paragraph, fit, height_of

WIB = timezone(timedelta(hours=7), "WIB")
MONTHS = (
    *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
    *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
)
SMALLEST = 5.0  # points; below this, print is no longer legible
MUTED = 0.3
FRAME = 0.5  # points
PRACTICE = "LATIHAN · "
FOOT_AIR, FOOT_ROOM = 2.2, 24.0  # points above and below the foot's text, and at most for it


@dataclass(frozen=True)
class SignerFace:
    """What a seal says of its signer; empty parts are left out.

    ``qr_text`` is the document's short code, or the URL that verifies it.
    """

    jabatan: str
    nama: str
    nip: str = ""
    pangkat: str = ""
    qr_text: str = ""


def written_time(when: datetime) -> str:
    """``when`` as it is printed, in its own zone: ``22 November 2026 pukul 14.05 WIB``."""
    month = MONTHS[when.month - 1]
    return f"{when.day} {month} {when.year} pukul {when:%H.%M} {when.tzname()}"


def spaced_nip(nip: str) -> str:
    """An 18-digit NIP in its printed groups, ``19860926 201505 1 001``; anything else unchanged."""
    digits = "".join(nip.split())
    if len(digits) != 18 or not digits.isdecimal():
        return nip
    return f"{digits[:8]} {digits[8:14]} {digits[14]} {digits[15:]}"


@dataclass(frozen=True)
class Drawing:
    """A box as it will be painted: PDF operators, and the faces they call by resource name."""

    operators: bytes
    faces: tuple[Face, ...]
    lines: tuple[Line, ...]


def draw_initial(
    face: SignerFace, when: datetime, width: float, height: float, issuer: Issuer | None = None
) -> Drawing:
    """The paraf: nama, jabatan and time in a small box of ``width`` x ``height`` points.

    Too long a jabatan is left out: the page says it beside the box.

    Raises:
        SigningError: the texts do not fit.
    """
    regular, bold = load_face(bold=False), load_face(bold=True)
    paragraphs = (
        Paragraph(f"{_marked(issuer)}Diparaf secara elektronik", regular, scale=0.8, grey=MUTED),
        Paragraph(face.nama, bold, gap=0.1),
        Paragraph(face.jabatan, regular, scale=0.85, spare=1),
        Paragraph(written_time(when), regular, scale=0.8, gap=0.1, grey=MUTED),
    )
    pad = 2.0
    lines = fit(paragraphs, width - 2 * pad, height - 2 * pad, largest=7.5, smallest=SMALLEST)
    return _drawing(lines, pad, pad, ())


def draw_signature(
    face: SignerFace, when: datetime, width: float, height: float, issuer: Issuer | None = None
) -> Drawing:
    """The TTE box: QR code at the left, who signed at the right, the ``issuer`` at the foot.

    Raises:
        SigningError: the texts do not fit.
    """
    pad = 5.0
    foot, below = _foot(issuer, width - 2 * (pad + FRAME))
    room = height - below
    code = min(room - 2 * FRAME, width * 0.4) if face.qr_text else 0.0
    left = code + FRAME if code else pad + FRAME
    lines = fit(
        _signature_text(face, when, issuer),
        width - left - pad - FRAME,
        room - 2 * (pad + FRAME),
        largest=10.0,
        smallest=SMALLEST,
    )
    parts = [_frame(width, height, below)]
    if code:
        parts.append(draw_qr(face.qr_text, FRAME, below + (room - code) / 2, code))
    body = _moved(lines, left, below + pad + FRAME)
    return _drawing((*body, *_moved(foot, pad + FRAME, 0.0)), 0.0, 0.0, parts)


def _foot(issuer: Issuer | None, width: float) -> tuple[tuple[Line, ...], float]:
    """The foot's lines, at their place above the lower edge, and how high it is in points."""
    if issuer is None:
        return (), 0.0
    style = Paragraph(issuer.line, load_face(bold=issuer.practice), grey=MUTED)
    lines = fit([style], width, FOOT_ROOM, largest=5.5, smallest=SMALLEST)
    used = height_of(lines)
    high = used + 2 * FOOT_AIR + FRAME
    return tuple(_moved(lines, 0.0, (high - FOOT_ROOM) / 2 + FRAME / 2)), high


def _frame(width: float, height: float, foot: float) -> bytes:
    """The box's thin frame, and a hairline above its foot."""
    edge = FRAME / 2
    line = f" {edge} {foot:.3f} m {width - edge:.3f} {foot:.3f} l S" if foot else ""
    box = f"{edge} {edge} {width - FRAME:.3f} {height - FRAME:.3f} re S"
    return f"q {FRAME} w 0.45 G {box}{line} Q".encode()


def _marked(issuer: Issuer | None) -> str:
    return PRACTICE if issuer and issuer.practice else ""


def _signature_text(
    face: SignerFace, when: datetime, issuer: Issuer | None
) -> tuple[Paragraph, ...]:
    regular, bold = load_face(bold=False), load_face(bold=True)
    nip = f"NIP {spaced_nip(face.nip)}" if face.nip else ""
    heading = f"{_marked(issuer)}Ditandatangani secara elektronik oleh:"
    return (
        Paragraph(heading, regular, scale=0.8, spare=0 if _marked(issuer) else 2),
        Paragraph(face.jabatan, bold, gap=0.15),
        Paragraph(face.nama, bold, gap=0.35),
        Paragraph(face.pangkat, regular, scale=0.85, spare=1),
        Paragraph(nip, regular, scale=0.85),
        Paragraph(written_time(when), regular, scale=0.75, gap=0.35, grey=MUTED),
    )


def _drawing(lines: Sequence[Line], x: float, y: float, parts: Sequence[bytes]) -> Drawing:
    faces = tuple(dict.fromkeys(line.face for line in lines))
    set_lines = [
        b"/F%d %.3f Tf %g g 1 0 0 1 %.3f %.3f Tm %s Tj"
        % (faces.index(line.face), line.size, line.grey, x + line.x, y + line.y, _operand(line))
        for line in lines
    ]
    text = b"BT " + b"\n".join(set_lines) + b" ET" if set_lines else b""
    return Drawing(b"\n".join((*parts, text)), faces, tuple(_moved(lines, x, y)))


def _moved(lines: Iterable[Line], x: float, y: float) -> Iterator[Line]:
    return (replace(line, x=x + line.x, y=y + line.y) for line in lines)


def _operand(line: Line) -> bytes:
    return line.face.encode(line.text)


class _Box(BaseStamp):
    """A drawing as the appearance stream of a signature field."""

    def __init__(
        self,
        writer: BasePdfFileWriter,
        style: BaseStampStyle,
        box: BoxConstraints,
        drawing: Drawing,
    ) -> None:
        super().__init__(writer, style, box)
        self._target = writer
        self._drawing = drawing

    def render(self) -> bytes:
        """Register the fonts and return the operators."""
        for number, face in enumerate(self._drawing.faces):
            font = reference(face, self._target)
            self.set_resource(ResourceType.FONT, pdf_name(f"/F{number}"), font)
        return self._drawing.operators

    def as_form_xobject(self) -> StreamObject:
        """The appearance stream, deflated."""
        stream = super().as_form_xobject()
        stream.compress()  # type: ignore[no-untyped-call]
        return stream


@dataclass(frozen=True)
class SealStyle(BaseStampStyle):
    """Tells pyHanko to draw our box: a paraf where ``initial``, else the TTE box.

    ``issuer`` is who issued the signer's certificate, once its path has been validated.
    """

    face: SignerFace = field(kw_only=True)
    when: datetime = field(kw_only=True)
    initial: bool = field(kw_only=True)
    issuer: Issuer | None = field(kw_only=True, default=None)

    def create_stamp(
        self, writer: BasePdfFileWriter, box: BoxConstraints, text_params: dict[str, str]
    ) -> _Box:
        """Draw for a field of the size of ``box``; pyHanko's ``text_params`` are not ours."""
        draw = draw_initial if self.initial else draw_signature
        drawing = draw(self.face, self.when, float(box.width), float(box.height), self.issuer)
        return _Box(writer, self, box, drawing)
