"""The two typefaces of a seal: a small, self-contained TrueType subset and its PDF objects.

A subset is made once per process: 1000 units to the em, so that the widths that PDF states in
thousandths are the font's own exactly (ISO 19005-2 §6.2.11.5); Identity-H codes are glyph numbers.
"""

import subprocess
import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError
from fontTools.ttLib.scaleUpem import scale_upem
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from pipeline.errors import ConfigurationError, SigningError

FAMILY = "Liberation Sans"
PACKAGE = "fonts-liberation"
EM = 1000
# Latin-1, Latin Extended-A, and the dashes, quotes, dots and minus of running text.
LETTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *(0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2026, 0x2212),
)


@dataclass(frozen=True, eq=False)  # one object a weight; its dict has no hash
class Face:
    """One weight of the typeface, ready to be measured and embedded.

    ``glyphs`` gives the glyph number of a character; ``advances`` each glyph's width in 1/1000 em;
    ``ascent``, ``descent`` and ``cap_height`` are in 1/1000 em; ``program`` is the TrueType file,
    deflated. The six letters before ``name``'s plus sign are a digest of it, so that two faces of
    one name have the same glyph numbers.
    """

    name: str
    glyphs: dict[str, int]
    advances: tuple[int, ...]
    bounds: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int
    bold: bool
    program: bytes
    program_length: int

    def width(self, text: str, size: float) -> float:
        """The width of ``text``, in points, when set at ``size`` points."""
        glyphs, advances = self.glyphs, self.advances
        return sum(advances[glyphs[letter]] for letter in text) * size / EM

    def encode(self, text: str) -> bytes:
        """``text`` as a hexadecimal string operand for the ``Tj`` operator."""
        return b"<%s>" % "".join(f"{self.glyphs[letter]:04x}" for letter in text).encode()

    def spell(self, text: str) -> str:
        """``text`` in letters that this face has: composed, or without its accents.

        Raises:
            SigningError: a letter for which the typeface has no shape at all.
        """
        composed = " ".join(unicodedata.normalize("NFC", text).split())
        return "".join(self._spell_letter(letter, text) for letter in composed)

    def _spell_letter(self, letter: str, text: str) -> str:
        if letter in self.glyphs:
            return letter
        bare = "".join(c for c in unicodedata.normalize("NFKD", letter) if c in self.glyphs)
        if not bare:
            raise SigningError(
                f"Huruf “{letter}” (U+{ord(letter):04X}) dalam “{text}” tidak dapat dicetak pada "
                "kotak tanda tangan. Perbaiki penulisannya pada data pejabat."
            )
        return bare


@cache
def load_face(*, bold: bool) -> Face:
    """The regular or bold face, subset once and kept.

    Raises:
        ConfigurationError: the typeface is not installed.
    """
    try:
        # The file's own timestamp stays, so that equal fonts have equal names in every process.
        font = TTFont(typeface_file(bold=bold), recalcTimestamp=False)
    except (TTLibError, OSError) as error:
        raise ConfigurationError(_missing()) from error
    font = _subset(font)
    raw = BytesIO()
    font.save(raw)
    program = raw.getvalue()
    order = font.getGlyphOrder()
    ids = {glyph: number for number, glyph in enumerate(order)}
    head, os2, hhea = font["head"], font["OS/2"], font["hhea"]
    return Face(
        name=f"{_tag(program)}+LiberationSans{'-Bold' if bold else ''}",
        glyphs={chr(code): ids[glyph] for code, glyph in font.getBestCmap().items()},
        advances=tuple(font["hmtx"][glyph][0] for glyph in order),
        bounds=(head.xMin, head.yMin, head.xMax, head.yMax),
        ascent=hhea.ascent,
        descent=hhea.descent,
        cap_height=os2.sCapHeight,
        bold=bold,
        program=zlib.compress(program, 9),
        program_length=len(program),
    )


def provide(writer: BasePdfFileWriter, faces: Iterable[Face]) -> None:
    """Embed ``faces`` once, in the form's default resources, for all seals that are to come."""
    form = writer.root["/AcroForm"]
    if "/DR" in form:  # somebody else's: each seal then brings its own
        return
    fonts = {_resource(face): embed(face, writer) for face in faces}
    form["/DR"] = _dictionary({"/Font": _dictionary(fonts)})
    writer.update_container(form)


def reference(face: Face, writer: BasePdfFileWriter) -> generic.IndirectObject:
    """The face as :func:`provide` embedded it in this document, or else embedded now."""
    try:
        provided: generic.IndirectObject = writer.root["/AcroForm"]["/DR"]["/Font"].raw_get(
            _resource(face)
        )
    except KeyError:
        return embed(face, writer)
    return provided


def embed(face: Face, writer: BasePdfFileWriter) -> generic.IndirectObject:
    """Add ``face`` to the PDF as a composite font (ISO 32000-2 §9.7) and return its reference."""
    program = _flate({"/Length1": _number(face.program_length)}, face.program)
    descriptor = _dictionary(
        {
            "/Type": pdf_name("/FontDescriptor"),
            "/FontName": pdf_name(f"/{face.name}"),
            "/Flags": _number(4),  # symbolic: codes are glyph numbers
            "/FontBBox": generic.ArrayObject(map(_number, face.bounds)),
            "/ItalicAngle": _number(0),
            "/Ascent": _number(face.ascent),
            "/Descent": _number(face.descent),
            "/CapHeight": _number(face.cap_height),
            "/StemV": _number(140 if face.bold else 80),
            "/FontFile2": writer.add_object(program),
        }
    )
    descendant = _dictionary(
        {
            "/Type": pdf_name("/Font"),
            "/Subtype": pdf_name("/CIDFontType2"),
            "/BaseFont": pdf_name(f"/{face.name}"),
            "/CIDSystemInfo": _dictionary(
                {
                    "/Registry": generic.pdf_string("Adobe"),
                    "/Ordering": generic.pdf_string("Identity"),
                    "/Supplement": _number(0),
                }
            ),
            "/FontDescriptor": writer.add_object(descriptor),
            "/W": generic.ArrayObject(
                [
                    _number(0),
                    generic.ArrayObject(map(_number, face.advances)),
                ]
            ),
            "/CIDToGIDMap": pdf_name("/Identity"),
        }
    )
    font: dict[str, generic.PdfObject] = {
        "/Type": pdf_name("/Font"),
        "/Subtype": pdf_name("/Type0"),
        "/BaseFont": pdf_name(f"/{face.name}"),
        "/Encoding": pdf_name("/Identity-H"),
        "/DescendantFonts": generic.ArrayObject([writer.add_object(descendant)]),
        "/ToUnicode": writer.add_object(_flate({}, _to_unicode(face))),
    }
    return writer.add_object(_dictionary(font))


def _resource(face: Face) -> str:
    return f"/{face.name.replace('+', '')}"


def _tag(program: bytes) -> str:
    """Six capitals for a subset's name (ISO 32000-2 §9.9.2), from the digest of its program."""
    return "".join(chr(ord("A") + byte % 26) for byte in sha256(program).digest()[:6])


def typeface_file(*, bold: bool) -> Path:
    """The installed TrueType file, as fontconfig names it.

    Raises:
        ConfigurationError: fontconfig or the typeface is missing.
    """
    pattern = f"{FAMILY}:style={'Bold' if bold else 'Regular'}"
    command = ["fc-match", "--format", "%{family}\n%{file}", pattern]
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        raise ConfigurationError(
            "Perintah fc-match tidak dapat dijalankan, sehingga huruf untuk kotak tanda tangan "
            "tidak ditemukan. Pasang paket fontconfig."
        ) from error
    family, _, file = found.stdout.partition("\n")
    if FAMILY not in family.split(","):  # fc-match answers with the nearest, never with nothing
        raise ConfigurationError(_missing())
    return Path(file)


def _missing() -> str:
    return (
        f"Huruf {FAMILY} untuk kotak tanda tangan belum terpasang atau rusak. Pasang paket "
        f"{PACKAGE}, lalu jalankan kinerja doctor."
    )


def _subset(font: TTFont) -> TTFont:
    options = Options(
        layout_features=[], hinting=False, notdef_outline=True, glyph_names=False, name_IDs=[]
    )
    options.drop_tables += ["GPOS", "GSUB", "GDEF", "kern", "DSIG", "FFTM", "PCLT"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=LETTERS)
    subsetter.subset(font)
    scale_upem(font, EM)
    # Written and read again, so that rounded outlines and the header's bounds agree.
    written = BytesIO()
    font.save(written)
    return TTFont(BytesIO(written.getvalue()), recalcTimestamp=False)


def _to_unicode(face: Face) -> bytes:
    # The first letter of a shared glyph wins: a space is a space before it is a no-break space.
    chosen: dict[int, str] = {}
    for letter, glyph in sorted(face.glyphs.items()):
        chosen.setdefault(glyph, letter)
    pairs = sorted(chosen.items())
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
        f"/CMapName /{face.name.partition('+')[0]} def /CMapType 2 def",
        "1 begincodespacerange <0000> <ffff> endcodespacerange",
    ]
    for start in range(0, len(pairs), 100):  # at most 100 entries a section (Adobe TN 5014)
        part = pairs[start : start + 100]
        lines.append(f"{len(part)} beginbfchar")
        lines.extend(f"<{glyph:04x}> <{ord(letter):04x}>" for glyph, letter in part)
        lines.append("endbfchar")
    lines.append("endcmap CMapName currentdict /CMap defineresource pop end end")
    return zlib.compress("\n".join(lines).encode())


def _number(value: int) -> generic.NumberObject:
    return generic.NumberObject(value)  # type: ignore[no-untyped-call]


def _dictionary(entries: Mapping[str, generic.PdfObject]) -> generic.DictionaryObject:
    named = {pdf_name(key): value for key, value in entries.items()}
    return generic.DictionaryObject(named)  # type: ignore[no-untyped-call]


def _flate(entries: Mapping[str, generic.PdfObject], deflated: bytes) -> generic.StreamObject:
    entries = {**entries, "/Filter": pdf_name("/FlateDecode")}
    return generic.StreamObject(_dictionary(entries), encoded_data=deflated)
