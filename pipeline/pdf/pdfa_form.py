"""The interactive part of a PDF/A-2b: signature fields and what they draw on the page.

The judge of `pdfa.py` knows no forms. So the rules for them stand here, and the rest of the
document is handed to it with every field's appearance drawn into its page, where the fonts and
colours of a signature box are judged like any other content.
"""

from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream

# Annotation flags (ISO 32000-1 table 165)
_PRINT = 4
_NEVER = {1: "Invisible", 2: "Hidden", 32: "NoView", 256: "ToggleNoView"}

_INTERACTIVE_KEYS = ("/AcroForm", "/Perms", "/DSS")
_PERMISSIONS = frozenset({"/DocMDP", "/UR3"})


def form_problems(pdf: Pdf) -> Iterator[str]:
    """What breaks ISO 19005-2 clauses 6.1.12, 6.3 and 6.4 in fields and their widgets."""
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, Dictionary):
        if form.get("/NeedAppearances", False):
            yield "ISO_19005_2:6.4.1 di /AcroForm: /NeedAppearances true"
        if "/XFA" in form:
            yield "ISO_19005_2:6.4.2 di /AcroForm: /XFA"
        yield from (
            f"ISO_19005_2:6.4.1 di isian {field.get('/T', '?')}: /AA"
            for field in _fields(form.get("/Fields"), set())
            if "/AA" in field
        )
    permissions = pdf.Root.get("/Perms")
    if isinstance(permissions, Dictionary) and not _PERMISSIONS.issuperset(permissions.keys()):
        yield "ISO_19005_2:6.1.12 di /Perms: kunci selain /DocMDP dan /UR3"
    for number, page in enumerate(pdf.pages, start=1):
        for widget in _widgets(page):
            for fault in _widget_faults(widget):
                yield f"{fault} di halaman {number}, isian {widget.get('/T', '?')}"


def without_form(pdf: Pdf) -> None:
    """Turn the open document into a still one: appearances drawn, fields and signatures gone."""
    for page in pdf.pages:
        widgets = list(_widgets(page))
        if not widgets:
            continue
        for widget in widgets:
            look = _look(widget)
            if isinstance(look, Stream):
                name = page.add_resource(look, Name.XObject)
                page.contents_add(f"q {name} Do Q".encode())
        gone = {widget.objgen for widget in widgets}
        page.obj.Annots = Array(
            item for item in page.obj.Annots if not item.is_indirect or item.objgen not in gone
        )
    for key in (*_INTERACTIVE_KEYS, "/Extensions"):  # signatures announce their extension there
        if key in pdf.Root:
            del pdf.Root[key]


def is_interactive(pdf: Pdf) -> bool:
    """Whether there is anything here for `form_problems` to judge."""
    return any(key in pdf.Root for key in _INTERACTIVE_KEYS)


def _fields(kids: object, seen: set[tuple[int, int]]) -> Iterator[Dictionary]:
    """The fields of a tree, each once: a node may be its own descendant."""
    if isinstance(kids, Array):
        for kid in kids:
            if isinstance(kid, Dictionary) and not (kid.is_indirect and kid.objgen in seen):
                seen.add(kid.objgen)
                yield kid
                yield from _fields(kid.get("/Kids"), seen)


def _widgets(page: pikepdf.Page) -> Iterator[Dictionary]:
    annotations = page.obj.get("/Annots")
    if isinstance(annotations, Array):
        for item in annotations:
            if isinstance(item, Dictionary) and item.get("/Subtype") == Name.Widget:
                yield item


def _look(widget: Dictionary) -> object:
    looks = widget.get("/AP")
    return looks.get("/N") if isinstance(looks, Dictionary) else None


def _widget_faults(widget: Dictionary) -> Iterator[str]:
    flags = int(widget.get("/F", 0))
    if not flags & _PRINT:
        yield "ISO_19005_2:6.3.2-2: tanda Print tidak ada"
    for bit, name in _NEVER.items():
        if flags & bit:
            yield f"ISO_19005_2:6.3.2-2: tanda {name}"
    if "/A" in widget or "/AA" in widget:
        yield "ISO_19005_2:6.4.1: /A atau /AA"
    rectangle = widget.get("/Rect")
    corners = [float(edge) for edge in rectangle] if isinstance(rectangle, Array) else []
    empty = len(corners) == 4 and corners[:2] == corners[2:]
    if not empty and "/AP" not in widget:
        yield "ISO_19005_2:6.3.3-1: tanpa /AP"
    looks = widget.get("/AP")
    if isinstance(looks, Dictionary) and list(looks.keys()) != ["/N"]:
        yield "ISO_19005_2:6.3.3-2: /AP memuat selain /N"
