"""What is true of a PDF, gathered once; others judge it."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

from pipeline.errors import ReadError
from pipeline.pdf.pdfium import MAX_PAGES

MM_PER_POINT = 25.4 / 72
_EDGE_BYTES = 1024
"""The header stands within the first, `%%EOF` within the last of so many bytes (ISO 32000-1 H)."""
_MOST_FIELDS = 100_000

# What pikepdf raises where an object is not of the kind that the format asks for
DAMAGE = (
    pikepdf.PdfError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    ArithmeticError,
    RuntimeError,
)

_EXTERNAL_ACTIONS = frozenset(
    {
        "/GoToE",
        "/GoToR",
        "/ImportData",
        "/Launch",
        "/Movie",
        "/Rendition",
        "/RichMediaExecute",
        "/Sound",
        "/SubmitForm",
        "/Thread",
    }
)


@dataclass(frozen=True)
class PdfFacts:
    """One PDF as it stands in its last revision."""

    pages: int
    page_sizes_mm: tuple[tuple[float, float], ...]
    """Width and height of each page as shown, turned pages turned."""
    pdfa: str
    """What the XMP metadata claims, such as `2B`; empty without a claim. A claim, not a proof."""
    encrypted: bool
    """Encrypted, yet open to all without a password."""
    repaired: bool
    """The file breaks the format's rules and was read by guessing."""
    has_javascript: bool
    has_external_actions: bool
    """An action starts a program, opens another file or sends data; web links do not count."""
    embedded_files: tuple[str, ...]
    signature_fields: tuple[str, ...]
    """Full names of all signature fields, sorted."""
    signed_fields: tuple[str, ...]
    """Those of them that hold a signature."""
    fonts_not_embedded: tuple[str, ...]
    destinations: Mapping[str, tuple[int, float, float]]
    """Named destinations: page index from 0, x and y in points from the page's lower left."""

    @property
    def signed(self) -> bool:
        """Whether any byte of it is covered by a signature, and so must not change."""
        return bool(self.signed_fields)


def gather(source: Path | bytes, name: str = "") -> PdfFacts:
    """The facts of a PDF given by path or by bytes; `name` is how messages call it.

    Raises:
        ReadError: The file is missing, no PDF, cut off, beyond repair, without pages, or needs a
            password.
    """
    called = name or (source.name if isinstance(source, Path) else "PDF")
    data = _bytes(source, called)
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            return _facts(pdf, called)
    except pikepdf.PasswordError as error:
        raise ReadError(
            f"{called} dikunci dengan kata sandi. Simpan tanpa kata sandi, lalu kirim lagi."
        ) from error
    except DAMAGE as error:
        raise ReadError(
            f"{called} rusak dan tidak dapat dibaca sebagai PDF. Buat atau pindai ulang, "
            "lalu kirim lagi."
        ) from error


def _bytes(source: Path | bytes, name: str) -> bytes:
    if isinstance(source, Path):
        try:
            source = source.read_bytes()
        except OSError as error:
            raise ReadError(f"{name} tidak dapat dibaca: {error.strerror}.") from error
    if b"%PDF-" not in source[:_EDGE_BYTES]:
        raise ReadError(f"{name} bukan PDF. Simpan atau pindai sebagai PDF, lalu kirim lagi.")
    if b"%%EOF" not in source[-_EDGE_BYTES:]:
        raise ReadError(f"{name} terpotong di ujungnya. Salin lagi berkas yang utuh.")
    return source


def _facts(pdf: Pdf, name: str) -> PdfFacts:
    if len(pdf.pages) == 0:
        raise ReadError(f"{name} tidak berisi satu halaman pun. Buat ulang, lalu kirim lagi.")
    if len(pdf.pages) > MAX_PAGES:
        raise ReadError(f"{name} mempunyai lebih dari {MAX_PAGES} halaman.")
    found = list(_dictionaries(pdf))
    fields = dict(_signature_fields(pdf))
    return PdfFacts(
        pages=len(pdf.pages),
        page_sizes_mm=tuple(_size_mm(page) for page in pdf.pages),
        pdfa=_claim(pdf),
        encrypted=pdf.is_encrypted,
        repaired=bool(pdf.get_warnings()),
        has_javascript=any("/JS" in item or item.get("/S") == Name.JavaScript for item in found),
        has_external_actions=any(str(item.get("/S")) in _EXTERNAL_ACTIONS for item in found),
        embedded_files=tuple(
            sorted(str(item.get("/UF", item.get("/F", "?"))) for item in found if "/EF" in item)
        ),
        signature_fields=tuple(sorted(fields)),
        signed_fields=tuple(sorted(field for field, signed in fields.items() if signed)),
        fonts_not_embedded=tuple(sorted({font for item in found for font in _missing(item)})),
        destinations=_destinations(pdf),
    )


def _dictionaries(pdf: Pdf) -> Iterator[Dictionary | Stream]:
    """Every dictionary of the file, so that nothing hides behind an entry nobody thought of."""
    for item in pdf.objects:
        waiting: list[Any] = [item]
        while waiting:
            current = waiting.pop()
            if isinstance(current, Dictionary | Stream):
                yield current
                children = [value for _, value in current.items()]
            elif isinstance(current, Array):
                children = list(current)
            else:
                continue
            waiting.extend(
                child
                for child in children
                if isinstance(child, Dictionary | Array) and not child.is_indirect
            )


def _size_mm(page: pikepdf.Page) -> tuple[float, float]:
    left, bottom, right, top = (float(edge) for edge in page.cropbox)
    scale = float(page.obj.get("/UserUnit", 1)) * MM_PER_POINT
    width, height = round(abs(right - left) * scale, 1), round(abs(top - bottom) * scale, 1)
    turned = int(page.obj.get("/Rotate", 0)) % 180 == 90
    return (height, width) if turned else (width, height)


def _claim(pdf: Pdf) -> str:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        return str(metadata.pdfa_status)


def _missing(item: Dictionary | Stream) -> Iterator[str]:
    """The font's name, where the dictionary is a font whose glyphs are not in the file.

    Type 0 fonts point to the font that holds the glyphs; Type 3 glyphs are drawings.
    """
    if item.get("/Type") != Name.Font or item.get("/Subtype") in (Name.Type0, Name.Type3):
        return
    descriptor = item.get("/FontDescriptor")
    files = ("/FontFile", "/FontFile2", "/FontFile3")
    if not isinstance(descriptor, Dictionary) or not any(key in descriptor for key in files):
        yield str(item.get("/BaseFont", "/?")).lstrip("/")


def _signature_fields(pdf: Pdf) -> Iterator[tuple[str, bool]]:
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary):
        yield from _fields_below(form.get("/Fields"), "", None, set())


def _fields_below(
    kids: object, prefix: str, inherited: object, seen: set[tuple[int, int]]
) -> Iterator[tuple[str, bool]]:
    """The signature fields of a tree, each node once: a node may be its own descendant."""
    if not isinstance(kids, Array) or len(seen) > _MOST_FIELDS:
        return
    for kid in kids:
        if not isinstance(kid, Dictionary) or (kid.is_indirect and kid.objgen in seen):
            continue
        seen.add(kid.objgen)
        name = ".".join(part for part in (prefix, str(kid.get("/T", ""))) if part)
        kind = kid.get("/FT", inherited)
        if kind == Name.Sig and ("/T" in kid or not prefix):
            yield name, "/V" in kid
        yield from _fields_below(kid.get("/Kids"), name, kind, seen)


def _destinations(pdf: Pdf) -> dict[str, tuple[int, float, float]]:
    places = {page.obj.objgen: index for index, page in enumerate(pdf.pages)}
    named: dict[str, Any] = {}
    if isinstance(old := pdf.Root.get("/Dests"), Dictionary):
        named.update((str(key).lstrip("/"), value) for key, value in old.items())
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary) and isinstance(tree := names.get("/Dests"), Dictionary):
        named.update((str(key), value) for key, value in pikepdf.NameTree(tree).items())
    found = {}
    for name, value in named.items():
        aim = value.get("/D") if isinstance(value, Dictionary) else value
        if isinstance(aim, Array) and len(aim) and isinstance(aim[0], Dictionary):
            index = places.get(aim[0].objgen)
            if index is not None:
                found[name] = (index, *_point(aim, pdf.pages[index]))
    return found


# Where in the array left and top stand, by kind (ISO 32000-1 table 151)
_PLACES: dict[str, tuple[int | None, int | None]] = {
    "/XYZ": (2, 3),
    "/FitH": (None, 2),
    "/FitBH": (None, 2),
    "/FitV": (2, None),
    "/FitBV": (2, None),
    "/FitR": (2, 5),
}


def _point(aim: Array, page: pikepdf.Page) -> tuple[float, float]:
    """Where the destination points; an open coordinate means the page's left or upper edge."""
    left, _, _, top = (float(edge) for edge in page.mediabox)
    x_at, y_at = _PLACES.get(str(aim[1]) if len(aim) > 1 else "", (None, None))
    return _number(aim, x_at, left), _number(aim, y_at, top)


def _number(aim: Array, at: int | None, otherwise: float) -> float:
    value = aim[at] if at is not None and at < len(aim) else None
    return otherwise if value is None else float(value)
