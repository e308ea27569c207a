"""Word files: as a returned form (4-pengisian) and as a draft format (1-draft)."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

from tests.journeys.bad_input import ENCRYPTED, OLD_WORD, with_damaged_part, with_paragraph

from . import packages as zips
from .corpus import Honest, Hostile, Outcome

MAIN, TYPES = "word/document.xml", "[Content_Types].xml"
RELATIONS, SETTINGS = "word/_rels/document.xml.rels", "word/_rels/settings.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
WHOLE, ODD, BIG = "bukan dokumen Word", "tidak wajar", "terlalu besar"
DECLARED, CUT = "deklarasi terlarang", "salinannya terputus"
TAKEN = Outcome.TAKEN


# --- how a Word file is spoilt ------------------------------------------------------------------


def relation(kind: str, target: str, *, external: bool = True) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="rIdLuar" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'


def related(word: bytes, kind: str, target: str, *, external: bool = True) -> bytes:
    more = relation(kind, target, external=external) + "</Relationships>"
    return zips.with_xml(word, RELATIONS, "</Relationships>", more)


def with_template(word: bytes, target: str) -> bytes:
    rels = (
        f'<Relationships xmlns="{PACKAGE}">{relation("attachedTemplate", target)}</Relationships>'
    )
    return zips.with_parts(word, {SETTINGS: rels.encode()})


def with_doctype(word: bytes, doctype: str, entity: str = "", encoding: str = "utf-8") -> bytes:
    """The body after a document type, with a reference to an entity in its first paragraph."""
    xml = zips.parts_of(word)[MAIN].decode()
    xml = re.sub(r"(<w:body[^>]*>)", rf"\1{paragraph(entity)}", xml[xml.index("<w:document") :])
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{xml}'
    if encoding == "utf-7":  # in which even the brackets of tags can be written in letters
        head, rest = declared.split("?>", 1)
        declared = f"{head}?>{rest.replace('<', '+ADw-')}"
    return zips.with_parts(
        word, {MAIN: declared.encode(encoding if encoding != "utf-7" else "utf-8")}
    )


def with_body(word: bytes, xml: str) -> bytes:
    """Something before everything else in the body."""
    body = zips.parts_of(word)[MAIN]
    found = re.search(rb"<w:body[^>]*>", body)
    assert found is not None
    return zips.with_parts(word, {MAIN: body[: found.end()] + xml.encode() + body[found.end() :]})


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def field(instruction: str) -> str:
    """A field whose instruction is cut into runs, as one that would not be found is."""
    runs = "".join(f"<w:r><w:instrText>{letter}</w:instrText></w:r>" for letter in instruction)
    marks = [f'<w:r><w:fldChar w:fldCharType="{m}"/></w:r>' for m in ("begin", "separate", "end")]
    return f"<w:p>{marks[0]}{runs}{marks[1]}<w:r><w:t>x</w:t></w:r>{marks[2]}</w:p>"


def as_macro_file(word: bytes) -> bytes:
    """A .docm by its content types, without any Visual Basic that one could find."""
    return zips.with_xml(
        word,
        TYPES,
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
    )


def typed(word: bytes, text: str, *, field_name: str = "keterangan") -> bytes:
    """Each control of one kind says ``text`` (XML)."""
    xml = zips.parts_of(word)[MAIN].decode()
    pieces = xml.split("<w:sdt>")
    for number, piece in enumerate(pieces[1:], start=1):
        if f':{field_name}"' in piece.partition("</w:sdt>")[0]:
            start = piece.index("<w:sdtContent>") + len("<w:sdtContent>")
            end = piece.index("</w:sdtContent>")
            run = f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'
            pieces[number] = piece[:start] + run + piece[end:]
    changed = "<w:sdt>".join(pieces)
    assert changed != xml
    return zips.with_parts(word, {MAIN: changed.encode()})


def copied_controls(word: bytes, count: int = 20_000) -> bytes:
    """One control pasted over and over, each time with another figure."""
    xml = zips.parts_of(word)[MAIN].decode()
    start = next(
        at for at in _places(xml, "<w:sdt>") if ':realisasi"' in xml[at : xml.index("</w:sdt>", at)]
    )
    tag = xml[xml.index("<w:tag ", start) : xml.index("/>", xml.index("<w:tag ", start)) + 2]
    copies = "".join(
        f"<w:sdt><w:sdtPr>{tag}</w:sdtPr><w:sdtContent><w:r><w:t>{n:060}</w:t></w:r></w:sdtContent></w:sdt>"
        for n in range(count)
    )
    return with_body(word, f"<w:p>{copies}</w:p>")


def _places(text: str, needle: str) -> list[int]:
    found, at = [], text.find(needle)
    while at >= 0:
        found.append(at)
        at = text.find(needle, at + 1)
    return found


def packed_as(word: bytes, method: int) -> bytes:
    return zips.packed(zips.parts_of(word), method)


def workbook() -> bytes:
    return zips.packed({"xl/workbook.xml": b"<workbook/>", TYPES: b"<Types/>"})


def plain_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        target.writestr("catatan.txt", "bukan Word")
    return out.getvalue()


# --- returned forms -----------------------------------------------------------------------------


def form(change: Callable[[bytes], bytes], says: str = WHOLE, **more: Any) -> Hostile:
    return Hostile("form", lambda h: change(h.form), says=says, **more)


def bounced(change: Callable[[bytes], bytes], says: str, **more: Any) -> Hostile:
    return Hostile("form", lambda h: change(h.form), Outcome.BOUNCED, says, **more)


def harmless(change: Callable[[bytes], bytes], says: str = "", **more: Any) -> Hostile:
    return Hostile("form", lambda h: change(h.form), TAKEN, says, **more)


def reaching(change: Callable[[bytes, str], bytes], which: int, **more: Any) -> Hostile:
    """A form that would fetch something; it is rendered anew, so that nothing of it is loaded."""
    make = lambda h: change(h.form, h.addresses()[which])  # noqa: E731
    return Hostile("form", make, TAKEN, **more)


def linked_image(word: bytes, target: str) -> bytes:
    return related(word, "image", target)


def canary_entity(h: Honest) -> bytes:
    return with_doctype(h.form, f'<!DOCTYPE x [<!ENTITY c SYSTEM "{h.canary.as_uri()}">]>', "&c;")


def remote_dtd(h: Honest) -> bytes:
    return with_doctype(h.form, f'<!DOCTYPE x SYSTEM "{h.addresses()[0]}">')


def parameter_entity(h: Honest) -> bytes:
    inner = f'<!ENTITY % p SYSTEM "{h.addresses()[0]}"> %p;'
    return with_doctype(h.form, f"<!DOCTYPE x [{inner}]>")


NEW_PAGE = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
QUADRATIC = f'<!DOCTYPE x [<!ENTITY q "{"q" * 50_000}">]>'
JINJA = "{{ 7*7 }} {% for x in range(10**9) %}{{ ''.__class__ }}{% endfor %}"
FORMULA = "=cmd|' /C calc'!A0"
MARKS = "lapor\u202eslx.exe\u200b \u2066nyata\u2069"

FORMS: dict[str, Hostile] = {
    "zip bomb": form(zips.flat_bomb, BIG, fast=True),
    "zip bomb in layers": harmless(
        lambda w: zips.with_parts(w, {"word/media/a.zip": zips.nested_bomb()})
    ),
    "sixty thousand members": form(zips.many_members, BIG),
    "overlapping members": form(zips.overlapping, BIG, fast=True),
    "overlapping members, few": form(lambda w: zips.overlapping(w, 3), ODD),
    "a member larger than it says": form(lambda w: zips.with_claimed_size(w, MAIN, 100)),
    "a member smaller than it says": form(
        lambda w: zips.with_claimed_size(w, MAIN, 0xFFFFFFF0), BIG
    ),
    "a directory of many megabytes": form(zips.with_long_directory, BIG),
    "a directory for gigabytes": form(zips.with_zip64, ODD),
    "a broken checksum": form(lambda w: zips.with_broken_checksum(w, MAIN)),
    "an encrypted member": form(lambda w: zips.with_flag(w, MAIN, 1), "bersandi"),
    "members packed with bzip2": form(lambda w: packed_as(w, zipfile.ZIP_BZIP2), ODD),
    "members packed with LZMA": form(lambda w: packed_as(w, zipfile.ZIP_LZMA), ODD),
    "a billion laughs": form(
        lambda w: with_doctype(w, f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"),
        DECLARED, fast=True,
    ),
    "quadratic laughs": form(lambda w: with_doctype(w, QUADRATIC, "&q;" * 50_000), DECLARED),
    "an entity that reads a file": Hostile("form", canary_entity, says=DECLARED, fast=True),
    "a document type from the network": Hostile("form", remote_dtd, says=DECLARED),
    "a parameter entity": Hostile("form", parameter_entity, says=DECLARED),
    "a document type in UTF-16": form(
        lambda w: with_doctype(w, '<!DOCTYPE x [<!ENTITY a "b">]>', "&a;", "utf-16"), DECLARED
    ),
    "a document type in UTF-7": form(
        lambda w: with_doctype(w, '<!DOCTYPE x [<!ENTITY a "b">]>', "&a;", "utf-7")
    ),
    "a picture by http": reaching(linked_image, 0, fast=True),
    "a picture of a file": reaching(linked_image, 1),
    "a picture on a share": reaching(linked_image, 2),
    "a template on a share": reaching(with_template, 2),
    "a field that fetches": reaching(lambda w, t: with_body(w, field(f'INCLUDETEXT "{t}"')), 1),
    "Visual Basic": bounced(
        lambda w: zips.with_parts(w, {"word/vbaProject.bin": OLD_WORD}), "makro", fast=True
    ),
    "a .docm as .docx": bounced(as_macro_file, "makro"),
    "an embedded object": harmless(
        lambda w: zips.with_parts(w, {"word/embeddings/oleObject1.bin": OLD_WORD})
    ),
    "encrypted": form(lambda w: ENCRYPTED, "bersandi", fast=True),
    "an old .doc": form(lambda w: OLD_WORD, "bukan dokumen Word"),
    "a workbook as .docx": form(lambda w: workbook(), "bukan dokumen Word"),
    "a zip as .docx": form(lambda w: plain_zip(), "bukan dokumen Word"),
    "a web page as .docx": form(lambda w: b"<html><script>alert(1)</script></html>"),
    "RTF as .docx": form(lambda w: rb"{\rtf1 {\object\objdata 0105}}", "tidak memuat kode"),
    "a PDF as .docx": form(lambda w: b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"),
    "a picture as .docx": form(lambda w: zips.png(8, 8)),
    "a program as .docx": form(lambda w: b"MZ" + bytes(4000)),
    "PDF and Word in one": form(lambda w: b"%PDF-1.7\n" + w + b"\n%%EOF\n"),
    "nothing but zeros": form(lambda w: bytes(5000)),
    "a damaged body": form(with_damaged_part),
    "cut off at a tenth": form(lambda w: w[: len(w) // 10], CUT, fast=True),
    "cut off in the middle": form(lambda w: w[: len(w) // 2], CUT),
    "cut off in the directory": form(lambda w: w[:-300], CUT),
    "cut off by a byte": form(lambda w: w[:-1], CUT),
    "elements in elements": form(
        lambda w: with_body(w, "<w:p>" * 100_000 + "</w:p>" * 100_000), "rusak"
    ),
    "three million elements": form(lambda w: with_body(w, "<w:p/>" * 3_000_000), BIG),
    "three hundred thousand attributes": harmless(
        lambda w: with_body(w, "<w:p " + " ".join(f'a{n}=""' for n in range(300_000)) + "/>"),
    ),
    "a text of twenty megabytes": form(lambda w: typed(w, "x" * (20 << 20)), BIG),
    "a text of two megabytes": bounced(lambda w: typed(w, "x" * (2 << 20)), "ringkas isinya"),
    "a number of five thousand digits": bounced(
        lambda w: typed(w, "9" * 5000, field_name="realisasi"), "tidak terbaca sebagai angka"
    ),
    "a number beyond all bounds": bounced(
        lambda w: typed(w, "1e999999999", field_name="realisasi"), "tidak terbaca sebagai angka"
    ),
    "a control pasted twenty thousand times": bounced(copied_controls, "tidak terbaca"),
    "two bodies": form(lambda w: zips.appended(w, [(MAIN, b"<x/>")]), ODD, fast=True),
    "two bodies but for case": form(lambda w: zips.appended(w, [("WORD/Document.xml", b"")]), ODD),
    "a member above": form(lambda w: zips.appended(w, [("../../jahat.xml", b"")]), ODD, fast=True),
    "a member at the root": form(lambda w: zips.appended(w, [("/etc/jahat.xml", b"")]), ODD),
    "a member on a drive": form(lambda w: zips.appended(w, [("C:/jahat.xml", b"")]), ODD),
    "a member with backslashes": form(
        lambda w: zips.with_member_name(w, rb"word\..\..\jahat.xml"), ODD
    ),
    "a member with a NUL": form(lambda w: zips.with_member_name(w, b"word/a\0.exe"), ODD),
    "a picture of ten gigapixels": form(
        lambda w: zips.with_parts(w, {"word/media/a.png": zips.vast_png()}),
        "gambar",
    ),
    "Jinja in a value": harmless(lambda w: typed(w, JINJA), JINJA, fast=True),
    "a formula in a value": harmless(lambda w: typed(w, FORMULA), FORMULA, fast=True),
    "marks that turn and hide": harmless(
        lambda w: typed(w, MARKS), "laporslx.exe nyata", fast=True
    ),
    "a thousand pages": harmless(
        lambda w: with_body(w, (paragraph("halaman") + NEW_PAGE) * 1000),
    ),
}  # fmt: skip


# --- drafts -------------------------------------------------------------------------------------


def draft(change: Callable[[bytes], bytes], says: str, **more: Any) -> Hostile:
    return Hostile("draft", lambda h: change(h.draft), says=says, **more)


def drawing(change: Callable[[bytes, str], bytes], which: int, says: str, **more: Any) -> Hostile:
    make = lambda h: change(h.draft, h.addresses()[which])  # noqa: E731
    return Hostile("draft", make, says=says, **more)


def jinja(text: str, says: str, **more: Any) -> Hostile:
    return draft(lambda w: with_paragraph(w, text), says, **more)


DDE = r'DDEAUTO c:\\windows\\cmd.exe "/k calc"'
DOUBLED = "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 40 + "{{ x }}"
ADDED = "{% set x = [1, 2] %}" + "{% set x = x + x %}" * 40 + "{{ x|length }}"
SQUARED = "{% set x = 9 %}" + "{% set x = x * x %}" * 60 + "{{ x }}"
CAPTURED = "{% set x = 'aaaaaaaaaa' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 40 + "{{ x }}"
OUTSIDE = "mengambil isi dari luar"
LARGE, NOT_ALLOWED = "terlalu besar", "tidak diizinkan"

DRAFTS: dict[str, Hostile] = {
    "draft: a picture by http": drawing(linked_image, 0, OUTSIDE, fast=True),
    "draft: a picture of a file": drawing(linked_image, 1, OUTSIDE),
    "draft: a picture on a share": drawing(linked_image, 2, OUTSIDE),
    "draft: a picture on a share, said to be inside": draft(
        lambda w: related(w, "image", r"\\127.0.0.1\share\a.png", external=False), OUTSIDE
    ),
    "draft: a template on a share": drawing(with_template, 2, OUTSIDE),
    "draft: a link to a share": drawing(
        lambda w, t: related(w, "hyperlink", t), 2, "tautan menuju"
    ),
    "draft: a field that starts a program": draft(
        lambda w: with_body(w, field(DDE)), "DDEAUTO", fast=True
    ),
    "draft: a field that reads a file": drawing(
        lambda w, t: with_body(w, field(f'INCLUDETEXT "{t}"')), 1, "INCLUDETEXT"
    ),
    "draft: a field that fetches a picture": drawing(
        lambda w, t: with_body(w, field(f'INCLUDEPICTURE "{t}"')), 0, "INCLUDEPICTURE"
    ),
    "draft: an object": draft(
        lambda w: related(w, "oleObject", "embeddings/oleObject1.bin", external=False), "objek OLE"
    ),
    "draft: another file as an object": draft(
        lambda w: related(w, "package", "embeddings/a.xlsx", external=False), "berkas lain"
    ),
    "draft: ActiveX": draft(
        lambda w: related(w, "control", "activeX/activeX1.xml", external=False), "ActiveX"
    ),
    "draft: a piece of a web page": draft(
        lambda w: related(w, "aFChunk", "chunk.html", external=False), "format lain"
    ),
    "draft: Visual Basic": draft(
        lambda w: zips.with_parts(w, {"word/vbaProject.bin": OLD_WORD}), "makro"
    ),
    "draft: a billion laughs": draft(
        lambda w: with_doctype(w, f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;"), DECLARED
    ),
    "draft: a picture of ten gigapixels": draft(
        lambda w: zips.with_parts(w, {"word/media/a.png": zips.vast_png()}),
        "gambar",
    ),
    "draft: a gigabyte of letters": jinja("{{ 'a' * 10**9 }}", LARGE, fast=True),
    "draft: a billion turns": jinja("{% for n in range(10**9) %}x{% endfor %}", LARGE),
    "draft: turns in turns": jinja(
        "{% for a in range(999) %}{% for b in range(999) %}{% for c in range(999) %}"
        "{% endfor %}{% endfor %}{% endfor %}",
        "melebihi",
    ),
    "draft: a macro that calls itself": jinja(
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}", LARGE
    ),
    "draft: a text doubled": jinja(DOUBLED, "melebihi", fast=True),
    "draft: a text doubled in a block": jinja(CAPTURED, "melebihi"),
    "draft: a list doubled": jinja(ADDED, LARGE),
    "draft: a number squared": jinja(SQUARED, LARGE),
    "draft: a tower of powers": jinja("{{ ((10**64)**64)**64 }}", LARGE),
    "draft: a padding filter": jinja("{{ 'x'|center(1000000000) }}", LARGE, fast=True),
    "draft: a padding method": jinja("{{ 'x'.center(1000000000) }}", NOT_ALLOWED),
    "draft: a padding format": jinja("{{ '{:>999999999}'.format(1) }}", NOT_ALLOWED),
    "draft: a padding sign": jinja("{{ '%999999999d' % 1 }}", LARGE),
    "draft: an inner name": jinja("{{ ''.__class__.__mro__ }}", NOT_ALLOWED, fast=True),
    "draft: the globals": jinja("{{ cycler.__init__.__globals__ }}", NOT_ALLOWED),
    "draft: an inclusion": jinja("{% include '/etc/passwd' %}", "tidak dapat dipakai"),
    "draft: an import": jinja("{% import 'os' as os %}", "tidak dapat dipakai"),
    "draft: raw XML": jinja("{{ '<w:p/>'|safe }}", "safe"),
    "draft: brackets in brackets": jinja("{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}", LARGE),
}  # fmt: skip
