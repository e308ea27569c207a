"""What a judge of PDF/A-2b would fail in a signed PDF, looked for in every revision of it.

`pipeline.pdf.pdfa` judges pages and appearances as they are drawn. It sees a file that qpdf has
written anew; so what only the file as it stands shows is looked for here: filters, fonts of seals
against their programs, transparency, annotations, signature dictionaries, the frame of each
revision. Clauses are those of ISO 19005-2. The real veraPDF judges in `tests/conformance`.
"""

import io
import re
from collections.abc import Iterator

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.pdf.pdfa import problems

END = re.compile(rb"startxref\s+\d+\s+%%EOF(?:\r\n|\n|\r)?")
FORBIDDEN_ACTIONS = {
    *("/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState"),
    *("/Rendition", "/Trans", "/GoTo3DView", "/JavaScript", "/SetState", "/NOP"),
}
PRINT, NEVER = 4, 1 | 2 | 32 | 256
COLOURS = re.compile(rb"(?:^|\s)(?:k|K|cs|CS|sc|SC|scn|SCN|sh)(?:\s|$)")
STATE = re.compile(rb"/\S+\s+gs(?:\s|$)")


def revisions_of(pdf: bytes) -> list[bytes]:
    """The file as it stood after each of its revisions, the oldest first."""
    return [pdf[: found.end()] for found in END.finditer(pdf)]


def faults(pdf: bytes) -> list[str]:
    """Every point at which one of the revisions of ``pdf`` is no PDF/A-2b."""
    return [
        f"revisi {number}: {fault}"
        for number, revision in enumerate(revisions_of(pdf), start=1)
        for fault in (*problems(revision), *_file_faults(revision))
    ]


def _file_faults(data: bytes) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        yield from _frame(pdf)
        yield from _metadata(pdf)
        for item in pdf.objects:
            yield from _object(item)
        for number, page in enumerate(pdf.pages, start=1):
            for annotation in page.obj.get("/Annots", []):
                yield from (f"{f} di halaman {number}" for f in _annotation(annotation))
        yield from _signatures(pdf, data)


def _frame(pdf: Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "6.1.3: terkunci"
    if "/ID" not in pdf.trailer:
        yield "6.1.3: tanpa /ID"
    names = pdf.Root.get("/Names", Dictionary())
    if "/EmbeddedFiles" in names or "/AF" in pdf.Root:
        yield "6.8: lampiran"
    opening = pdf.Root.get("/OpenAction", Array())
    acts = isinstance(opening, Dictionary) and opening.get("/S") != Name.GoTo
    if "/JavaScript" in names or acts:
        yield "6.5: perintah saat dibuka"
    if "/AA" in pdf.Root or "/Requirements" in pdf.Root:
        yield "6.5.2: perintah atau syarat pada katalog"
    if pdf.Root.get("/AcroForm", Dictionary()).get("/NeedAppearances", False):
        yield "6.4.1: /NeedAppearances"
    profiles = [intent.get("/DestOutputProfile") for intent in pdf.Root.get("/OutputIntents", [])]
    if not any(isinstance(profile, Stream) and int(profile.N) == 3 for profile in profiles):
        yield "6.2.3: tanpa OutputIntent RGB, padahal warna menurut perangkat"


def _metadata(pdf: Pdf) -> Iterator[str]:
    if "/Metadata" not in pdf.Root:
        yield "6.6.2: tanpa XMP"
        return
    if "/Filter" in pdf.Root.Metadata:
        yield "6.6.2: XMP dimampatkan"
    with pdf.open_metadata() as xmp:
        if (xmp.get("pdfaid:part"), xmp.get("pdfaid:conformance")) != ("2", "B"):
            yield "6.6.4: bukan pdfaid 2B"


def _object(item: pikepdf.Object) -> Iterator[str]:
    if not isinstance(item, Dictionary | Stream):
        return
    where = f"objek {item.objgen[0]}"
    filters = item.get("/Filter", Array()) if isinstance(item, Stream) else Array()
    for one in filters if isinstance(filters, Array) else [filters]:
        if one in ("/LZWDecode", "/Crypt"):
            yield f"6.1.7.2: {one} di {where}"
    if isinstance(item, Stream) and {"/F", "/FFilter", "/FDecodeParms"} & set(item.keys()):
        yield f"6.1.7.1: isi di berkas lain di {where}"
    if item.get("/S") in FORBIDDEN_ACTIONS and ("/JS" in item or "/F" in item or len(item) < 4):
        yield f"6.5.1: perintah {item.S} di {where}"
    if item.get("/Type") == Name.Font and item.get("/Subtype") == Name.Type0:
        yield from (f"{fault} di {where}" for fault in _composite(item))
    elif _is_simple(item) and not _program(item):
        yield f"6.2.11.4.1: huruf {item.BaseFont} tidak disertakan di {where}"


def _is_simple(item: pikepdf.Object) -> bool:
    kinds = ("/Type1", "/TrueType")
    return bool(item.get("/Type") == Name.Font and item.get("/Subtype") in kinds)


def _program(font: Dictionary) -> bool:
    described = font.get("/FontDescriptor", Dictionary())
    return bool({"/FontFile", "/FontFile2", "/FontFile3"} & set(described.keys()))


def _composite(font: Dictionary) -> Iterator[str]:
    (below,) = font.DescendantFonts
    if not _program(below):
        yield f"6.2.11.4.1: huruf {font.BaseFont} tidak disertakan"
        return
    if "/FontFile2" not in below.FontDescriptor or font.Encoding != Name("/Identity-H"):
        return
    if below.get("/CIDToGIDMap") != Name.Identity:
        yield f"6.2.11.3.2: {font.BaseFont} tanpa /CIDToGIDMap"
        return
    program = TTFont(io.BytesIO(below.FontDescriptor.FontFile2.read_bytes()), lazy=True)
    per_em, widths = program["head"].unitsPerEm, program["hmtx"].metrics
    order = program.getGlyphOrder()
    for glyph, width in _widths(below.get("/W", Array())):
        if glyph < len(order) and abs(width - widths[order[glyph]][0] * 1000 / per_em) > 1:
            yield f"6.2.11.5: lebar huruf {glyph} dari {font.BaseFont} tidak cocok"
            return


def _widths(entries: Array) -> Iterator[tuple[int, float]]:
    """Each glyph with its declared width (ISO 32000-1 §9.7.4.3)."""
    rest = list(entries)
    while rest:
        first, second = int(rest[0]), rest[1]
        if isinstance(second, Array):
            yield from ((first + n, float(width)) for n, width in enumerate(second))
            rest = rest[2:]
        else:
            yield from ((glyph, float(rest[2])) for glyph in range(first, int(second) + 1))
            rest = rest[3:]


def _annotation(note: Dictionary) -> Iterator[str]:
    flags, kind = int(note.get("/F", 0)), str(note.Subtype)
    if not flags & PRINT or flags & NEVER:
        yield f"6.3.2: bendera {flags} pada {kind}"
    if kind == "/FileAttachment":
        yield "6.3.1: lampiran pada halaman"
    if float(note.get("/CA", 1)) != 1:
        yield f"6.2.10: {kind} tembus pandang"
    if kind != "/Widget":
        return
    left, bottom, right, top = (float(edge) for edge in note.Rect)
    if (left, bottom) == (right, top) and "/AP" not in note:
        return  # a timestamp's: nothing to be seen
    looks = note.get("/AP", Dictionary())
    if list(looks.keys()) != ["/N"] or not isinstance(looks.get("/N"), Stream):
        yield "6.3.3: gambar kolom bukan /N saja"
        return
    yield from _seal(looks.N)
    if not note.get("/TU") or not note.get("/Contents"):
        yield "kolom tanpa nama bagi pembaca layar"  # not of 19005-2 level B; of our own house


def _seal(look: Stream) -> Iterator[str]:
    if "/Group" in look:
        yield "6.2.10: kelompok tembus pandang pada gambar kolom"
    if "/Ref" in look or "/OPI" in look or "/PS" in look:
        yield "6.2.9: gambar kolom merujuk keluar"
    inside = look.get("/Resources", Dictionary())
    operators = look.read_bytes()
    if "/ExtGState" in inside or STATE.search(operators):
        yield "6.2.5: keadaan gambar pada gambar kolom"
    if "/ColorSpace" in inside or "/Pattern" in inside or COLOURS.search(operators):
        yield "6.2.4: warna yang tidak dijamin OutputIntent pada gambar kolom"


def _signatures(pdf: Pdf, data: bytes) -> Iterator[str]:
    """Clause 6.4.3: each signature spans its revision but for its own /Contents."""
    for field in pdf.Root.get("/AcroForm", Dictionary()).get("/Fields", []):
        value = field.get("/V")
        if value is None:
            continue
        start, first, second, rest = (int(n) for n in value.ByteRange)
        gap = data[first:second]
        if start != 0 or gap[:1] != b"<" or gap[-1:] != b">":
            yield f"6.4.3: ByteRange {field.T} melewatkan isi lain"
        if second + rest not in {len(one) for one in revisions_of(data)}:
            yield f"6.4.3: ByteRange {field.T} tidak sampai akhir revisinya"
