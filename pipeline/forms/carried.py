"""What a Word file carries besides text and pictures: a format goes to every official."""

from collections.abc import Iterator

from lxml import etree

from pipeline.domain.finding import Finding
from pipeline.forms.package import W, WordPackage

WHOLE_FILE = "seluruh berkas"
_INSERT = "sisipkan isinya sebagai teks atau gambar (Insert > Pictures), bukan sebagai objek"
_CARRIED = {
    "oleObject": "objek OLE",
    "package": "berkas lain sebagai objek",
    "control": "kontrol ActiveX",
    "aFChunk": "potongan dokumen berformat lain",
    "subDocument": "dokumen lain",
    "frame": "bingkai dengan halaman lain",
    "keyMapCustomizations": "pintasan papan tik",
    "attachedToolbars": "bilah alat",
    "extensibility": "tambahan pada pita Word",
}
FIELDS = frozenset(
    {
        "PAGE",
        "NUMPAGES",
        "SECTION",
        "SECTIONPAGES",
        "DATE",
        "TIME",
        "CREATEDATE",
        "SAVEDATE",
        "PRINTDATE",
        "REF",
        "PAGEREF",
        "NOTEREF",
        "STYLEREF",
        "SEQ",
        "HYPERLINK",
        "TOC",
        "TC",
        "XE",
        "INDEX",
        "SYMBOL",
        "LISTNUM",
        "FORMTEXT",
        "FORMCHECKBOX",
        "FORMDROPDOWN",
        "DOCPROPERTY",
        "TITLE",
        "SUBJECT",
        "AUTHOR",
        "KEYWORDS",
        "COMMENTS",
        "FILENAME",
        "NUMWORDS",
        "NUMCHARS",
        "REVNUM",
        "BIDIOUTLINE",
    }
)
"""Fields that say something of the document itself. Others fetch, start or compute."""


def foreign_content(package: WordPackage) -> list[Finding]:
    """Everything in the file that acts, is fetched, or is a file of its own.

    Raises:
        ReadError: a part is not well-formed.
    """
    findings = []
    if package.has_macros():
        mend = "simpan sebagai .docx tanpa makro"
        findings.append(Finding(WHOLE_FILE, "berkas memuat makro", mend))
    findings += [
        Finding(
            WHOLE_FILE,
            f"berkas mengambil isi dari luar: {target[:80]}",
            "sisipkan gambarnya langsung ke dalam berkas (Insert, bukan Link), dan lepaskan templat"
            " yang ditautkan",
        )
        for target in package.external_targets()
    ]
    relations = package.relations()
    kinds = {relation.kind for relation in relations}
    findings += [
        Finding(WHOLE_FILE, f"berkas memuat {what}", _INSERT)
        for kind, what in _CARRIED.items()
        if kind in kinds
    ]
    findings += [
        Finding(
            WHOLE_FILE,
            f"tautan menuju {relation.target[:80]}",
            "hapus tautannya (Remove Hyperlink); yang dapat dipakai hanya alamat http, https, dan"
            " mailto",
        )
        for relation in relations
        if relation.is_link and relation.leads_outside and not relation.is_usual_link
    ]
    odd = {name for part in _stories(package) for name in _fields(package.xml(part))} - FIELDS
    findings += [
        Finding(
            WHOLE_FILE,
            f"berkas memuat bidang (field) {name[:30]}",
            "hapus bidang itu, atau ubah menjadi teks biasa (Ctrl+Shift+F9)",
        )
        for name in sorted(odd)
    ]
    return findings


def _stories(package: WordPackage) -> list[str]:
    return [n for n in package.parts if n.startswith("word/") and n.lower().endswith(".xml")]


def _fields(root: etree._Element) -> Iterator[str]:
    """The first word of each field: simple ones, and those between marks, one inside another."""
    open_fields: list[list[str]] = []
    for node in root.iter(f"{W}fldSimple", f"{W}fldChar", f"{W}instrText"):
        if node.tag == f"{W}fldSimple":
            yield _first_word(node.get(f"{W}instr") or "")
        elif node.tag == f"{W}instrText" and open_fields:
            open_fields[-1].append(node.text or "")
        elif node.get(f"{W}fldCharType") == "begin":
            open_fields.append([])
        elif node.get(f"{W}fldCharType") == "separate" and open_fields:
            yield _first_word("".join(open_fields[-1]))
        elif node.get(f"{W}fldCharType") == "end" and open_fields:
            yield _first_word("".join(open_fields.pop()))
    yield from (_first_word("".join(left)) for left in open_fields)


def _first_word(instruction: str) -> str:
    """The name of a field; an empty one, as an open field of nothing has, counts as PAGE."""
    words = instruction.split(maxsplit=1)
    return words[0].upper() if words else "PAGE"
