"""Workbooks: Daftar Pernyataan into 1-draft; the other papers are read by the same reader."""

import re
from collections.abc import Callable
from typing import Any

from tests.journeys.bad_input import ENCRYPTED, OLD_WORD

from . import packages as zips
from .corpus import Honest, Hostile, Outcome
from .corpus_word import CUT, FORMULA, JINJA, LAUGHS

SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
BOOK_RELATIONS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BROKEN, BIG, CARRIES = "bukan buku kerja Excel", "terlalu besar", "buku kerja memuat"


def book(change: Callable[[bytes], bytes], says: str = BROKEN, **more: Any) -> Hostile:
    return Hostile("statements", lambda h: change(h.statements), says=says, **more)


def harmless(change: Callable[[bytes], bytes], says: str = "", **more: Any) -> Hostile:
    return Hostile("statements", lambda h: change(h.statements), Outcome.TAKEN, says, **more)


def with_rows(book_: bytes, rows: str) -> bytes:
    """More rows at the end of the first sheet."""
    return zips.with_xml(book_, SHEET, "</sheetData>", f"{rows}</sheetData>")


def with_dimension(book_: bytes, claimed: str) -> bytes:
    xml = zips.parts_of(book_)[SHEET].decode()
    changed = re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{claimed}"', xml)
    assert changed != xml
    return zips.with_parts(book_, {SHEET: changed.encode()})


def with_doctype(book_: bytes, part: str, doctype: str, entity: str) -> bytes:
    xml = re.sub(r"^<\?xml[^>]*\?>\s*", "", zips.parts_of(book_)[part].decode())
    xml = re.sub(r"<t([ >][^<]*)", rf"<t\1{entity}", xml, count=1)
    return zips.with_parts(book_, {part: f'<?xml version="1.0"?>{doctype}{xml}'.encode()})


def laughing(book_: bytes, part: str) -> bytes:
    return with_doctype(book_, part, f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>', "&l9;")


def with_texts(book_: bytes, xml: str) -> bytes:
    """A table of shared texts, which our own workbooks do without, and a cell that shows one."""
    parts = zips.parts_of(book_)
    relation = (
        f'<Relationship Id="rIdT" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/{STRINGS}" ContentType="{kind}"/>'
    more = {
        STRINGS: xml.encode(),
        BOOK_RELATIONS: parts[BOOK_RELATIONS].replace(
            b"</Relationships>", f"{relation}</Relationships>".encode()
        ),
        TYPES: parts[TYPES].replace(b"</Types>", f"{override}</Types>".encode()),
    }
    shown = '<row r="950"><c r="A950" t="s"><v>0</v></c></row>'
    return with_rows(zips.with_parts(book_, more), shown)


def laughing_texts(book_: bytes) -> bytes:
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
    return with_texts(book_, f'{doctype}<sst xmlns="{MAIN}"><si><t>&l9;</t></si></sst>')


def canary_entity(h: Honest) -> bytes:
    doctype = f'<!DOCTYPE x [<!ENTITY c SYSTEM "{h.canary.as_uri()}">]>'
    return with_texts(h.statements, f'{doctype}<sst xmlns="{MAIN}"><si><t>&c;</t></si></sst>')


def shared_text_everywhere(book_: bytes) -> bytes:
    """One text of a megabyte with escapes in it, shown in twenty thousand cells."""
    text = "_x000D_" * 140_000
    strings = f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'
    row = '<row r="{}"><c r="A{}" t="s"><v>0</v></c></row>'
    rows = "".join(row.format(n, n) for n in range(200, 20_200))
    return with_texts(with_rows(book_, rows), strings)


def many_styles(book_: bytes) -> bytes:
    return zips.with_xml(book_, STYLES, "</cellXfs>", "<xf/>" * 900_000 + "</cellXfs>")


def many_names(book_: bytes) -> bytes:
    names = "".join(f'<definedName name="n{n}">1</definedName>' for n in range(150_000))
    xml = zips.parts_of(book_)["xl/workbook.xml"].decode()
    at = xml.index("<calcPr")
    defined = f"<definedNames>{names}</definedNames>"
    return zips.with_parts(book_, {"xl/workbook.xml": (xml[:at] + defined + xml[at:]).encode()})


def external_book(h: Honest) -> bytes:
    """A link to another workbook on a share, as DDE needs one."""
    target = h.addresses()[2]
    rels = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/externalLinkPath" Target="{target}"'
        ' TargetMode="External"/></Relationships>'
    )
    dde = '<ddeLink ddeService="cmd" ddeTopic="/c calc"/>'
    link = f'<externalLink xmlns="{MAIN}">{dde}</externalLink>'
    return zips.with_parts(
        h.statements,
        {
            "xl/externalLinks/externalLink1.xml": link.encode(),
            "xl/externalLinks/_rels/externalLink1.xml.rels": rels.encode(),
        },
    )


def formula_cell(text: str) -> str:
    return f'<row r="900"><c r="Z900"><f>{text}</f></c></row>'


def text_cell(row: int, column: str, text: str) -> str:
    cell = f'<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>'
    return f'<row r="{row}">{cell}</row>'


BOOKS: dict[str, Hostile] = {
    "book: zip bomb": book(
        lambda b: zips.flat_bomb(b, part="xl/media/besar.bin"), BIG, fast=True
    ),
    "book: sixty thousand members": book(zips.many_members, BIG),
    "book: overlapping members": book(zips.overlapping, BIG),
    "book: a member larger than it says": book(lambda b: zips.with_claimed_size(b, SHEET, 100)),
    "book: a billion laughs in the sheet": book(lambda b: laughing(b, SHEET), fast=True),
    "book: a billion laughs in the texts": book(laughing_texts),
    "book: an entity that reads a file": Hostile("statements", canary_entity, says=BROKEN),
    "book: one text in every cell": book(shared_text_everywhere, BIG, fast=True, megabytes=500),
    "book: a million styles": book(many_styles, BIG),
    "book: a hundred thousand names": book(many_names, BIG),
    "book: a row beyond the last": book(
        lambda b: with_rows(b, '<row r="999999999999"><c r="A999999999999"><v>1</v></c></row>'),
        BIG, fast=True,
    ),
    "book: a million rows": book(
        lambda b: with_rows(b, "".join(f'<row r="{n}"/>' for n in range(200, 1_048_577))), BIG,
        cpu_s=60,
    ),
    "book: sixty thousand filled rows": book(
        lambda b: with_rows(b, "".join(text_cell(n, "A", "x") for n in range(200, 60_200))), BIG,
        cpu_s=60,
    ),
    "book: rows of sixteen thousand": book(
        lambda b: with_rows(
            b, "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(200, 400))
        ),
        BIG,
    ),
    "book: a claim to every cell": harmless(lambda b: with_dimension(b, "A1:XFD1048576")),
    "book: elements in elements": book(
        lambda b: with_rows(b, "<row>" * 100_000 + "</row>" * 100_000), BROKEN
    ),
    "book: a text of twelve megabytes": book(
        lambda b: with_rows(b, text_cell(900, "A", "x" * (12 << 20))), BROKEN
    ),
    "book: Visual Basic": book(
        lambda b: zips.with_parts(b, {"xl/vbaProject.bin": OLD_WORD}), "makro"
    ),
    "book: an .xlsm as .xlsx": book(
        lambda b: zips.with_xml(
            b, TYPES,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        ),
        "makro",
    ),
    "book: another book on a share": Hostile("statements", external_book, says=CARRIES),
    "book: an object": book(
        lambda b: zips.with_parts(b, {"xl/embeddings/oleObject1.bin": OLD_WORD}), CARRIES
    ),
    "book: a data connection": book(
        lambda b: zips.with_parts(b, {"xl/connections.xml": b"<connections/>"}), CARRIES
    ),
    "book: a formula that starts a program": book(
        lambda b: with_rows(b, formula_cell("cmd|' /C calc'!A0")), CARRIES, fast=True
    ),
    "book: a formula that calls": Hostile(
        "statements",
        lambda h: with_rows(
            h.statements, formula_cell(f"WEBSERVICE(&quot;{h.addresses()[0]}&quot;)")
        ),
        says=CARRIES,
    ),
    "book: Jinja beside the table": harmless(
        lambda b: with_rows(b, text_cell(900, "Z", JINJA.replace("<", "&lt;")))
    ),
    "book: a formula as text": harmless(lambda b: with_rows(b, text_cell(900, "Z", FORMULA))),
    "book: encrypted": book(lambda b: ENCRYPTED, "bersandi"),
    "book: an old .xls": book(lambda b: OLD_WORD, "bersandi atau berformat Excel lama"),
    "book: text as .xlsx": book(lambda b: b"Kode;Nama\r\n=cmd|'/C calc'!A0;x\r\n"),
    "book: a web page as .xlsx": book(lambda b: b"<html><table><tr><td>1</td></tr></table></html>"),
    "book: two sheets of one name": book(lambda b: zips.appended(b, [(SHEET, b"<x/>")])),
    "book: a member above": book(lambda b: zips.appended(b, [("../../jahat.xml", b"")])),
    "book: cut off in the middle": book(lambda b: b[: len(b) // 2], CUT),
    "book: cut off by a byte": book(lambda b: b[:-1], CUT),
    "book: a picture of ten gigapixels": book(
        lambda b: zips.with_parts(b, {"xl/media/a.png": zips.vast_png()})
    ),
}  # fmt: skip
