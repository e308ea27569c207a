"""What people send by mistake, and how its slip is judged."""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pipeline.foreign.package import MAIN_PART
from pipeline.ledger.tables import Arrival, Collection, Decision, Document, Number, Record
from pipeline.tasks.demo.hand import replace_parts
from tests.journeys.office import Journey, flat_text, running

OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
ENCRYPTED = OLD_WORD + "EncryptedPackage".encode("utf-16-le") + bytes(600)
PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
BOMB_BYTES = 300 << 20


@contextmanager
def impatient(tmp_path: Path) -> Iterator[Journey]:
    """An office whose service waits two seconds for the rest of a file that is cut off."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KINERJA_WATCH__QUIET_S", "2")
        with running(tmp_path) as journey:
            yield journey


# --- the ledger ------------------------------------------------------------------------------


def ledger_state(journey: Journey) -> dict[str, Any]:
    """Everything in the ledger that a refused file must leave as it was."""
    kept = {
        Collection: ("id", "stage", "period", "due", "filed_at"),
        Document: ("id", "state", "revision", "blob", "original", "pdf", "returns", "data"),
        Decision: ("id", "verdict", "done"),
        Number: ("document_id", "text", "cancelled"),
        Record: ("id", "path"),
    }
    with journey.office.ledger.read() as session:
        return {
            table.__name__: sorted(
                repr([getattr(row, name) for name in names])
                for row in session.scalars(select(table))
            )
            for table, names in kept.items()
        }


def arrival(journey: Journey, name: str) -> Arrival:
    """The newest arrival of that name."""
    found = journey.rows(Arrival, Arrival.name == name)
    return max(found, key=lambda a: a.arrived_at)


def until_judged(journey: Journey, *names: str) -> None:
    """Wait until the files of these names have arrived and been judged, and folders are calm."""
    journey.until(lambda: all(journey.rows(Arrival, Arrival.name == n) for n in names), str(names))
    journey.settle()


# --- slips -----------------------------------------------------------------------------------


def pages_of(pdf: Path) -> int:
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def read_slip(journey: Journey, pattern: str) -> str:
    """The text of the latest slip; it must be one page, and say what to do."""
    journey.folders.wait(pattern)
    path = max(journey.folders.inbox.glob(pattern), key=lambda p: p.stat().st_mtime_ns)
    assert pages_of(path) == 1, path.name
    return flat_text(path)


def assert_says(text: str, *parts: str) -> None:
    """The text holds every part, however its lines were broken."""
    # PDFium gives a hyphen at the end of a line as U+0002.
    squeezed = "".join(text.replace("\x02", "-").split()).casefold()
    for part in parts:
        assert "".join(part.split()).casefold() in squeezed, (part, text)


def assert_given_back(journey: Journey, stage: str, name: str, data: bytes, *parts: str) -> str:
    """The file lies in its sender's folder again, byte by byte, with a slip; the slip's text."""
    return _assert_answered(journey, (stage, stage), "PERBAIKI", name, data, parts)


def assert_refused(journey: Journey, stage: str, name: str, data: bytes, *parts: str) -> str:
    """The file lies in ``ditolak``, its slip there and in the sender's folder; the text."""
    text = _assert_answered(journey, ("ditolak", stage), "DITOLAK", name, data, parts)
    assert_says(read_slip(journey, f"ditolak/SLIP - {Path(name).stem}*.pdf"), *parts)
    return text


def _assert_answered(
    journey: Journey,
    folders: tuple[str, str],
    prefix: str,
    name: str,
    data: bytes,
    parts: tuple[str, ...],
) -> str:
    file_folder, slip_folder = folders
    stem, suffix = Path(name).stem, Path(name).suffix
    inbox, pattern = journey.folders.inbox, f"{file_folder}/{prefix} - {stem}*{suffix}"
    journey.until(lambda: data in [p.read_bytes() for p in inbox.glob(pattern)], pattern)
    text = read_slip(journey, f"{slip_folder}/SLIP - {stem}*.pdf")
    assert_says(text, name, *parts)
    assert "server" not in text.casefold()
    assert str(journey.root) not in text
    assert "Traceback" not in text
    kept = hashlib.sha256(data).hexdigest()
    assert arrival(journey, name).sha256 == kept
    assert journey.office.store.read(kept) == data
    return text


# --- Word files ------------------------------------------------------------------------------


def with_paragraph(word: bytes, text: str) -> bytes:
    """A Word file with a paragraph typed at its end."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    paragraph = f"<w:p><w:r><w:t>{escaped}</w:t></w:r></w:p>".encode()
    body = part_of(word, MAIN_PART)
    at = body.rindex(b"<w:sectPr")
    return replace_parts(word, {MAIN_PART: body[:at] + paragraph + body[at:]})


def with_text_replaced(word: bytes, old: str, new: str, part: str = MAIN_PART) -> bytes:
    """A Word file in which a piece of XML reads otherwise."""
    xml = part_of(word, part)
    assert old.encode() in xml
    return replace_parts(word, {part: xml.replace(old.encode(), new.encode())})


def with_linked_picture(word: bytes) -> bytes:
    """A Word file that fetches a picture from the network."""
    relation = (
        '<Relationship Id="rIdLuar" TargetMode="External" Target="http://192.0.2.1/logo.png" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"/>'
        "</Relationships>"
    )
    part = "word/_rels/document.xml.rels"
    return with_text_replaced(word, "</Relationships>", relation, part)


def with_macros(word: bytes) -> bytes:
    """A Word file with Visual Basic."""
    return replace_parts(word, {"word/vbaProject.bin": OLD_WORD})


def with_damaged_part(word: bytes) -> bytes:
    """A Word file whose directory is whole, and whose main part does not unpack."""
    with zipfile.ZipFile(io.BytesIO(word)) as source:
        entry = source.getinfo(MAIN_PART)
    start = entry.header_offset + 30 + len(MAIN_PART)
    damaged = bytearray(word)
    damaged[start : start + entry.compress_size] = b"\xff" * entry.compress_size
    return bytes(damaged)


def zip_bomb(word: bytes) -> bytes:
    """A Word file of a few hundred kilobytes that unpacks to 300 MB."""
    out = io.BytesIO(word)
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
        target.open("word/media/besar.bin", "w") as member,
    ):
        for _ in range(BOMB_BYTES >> 20):
            member.write(bytes(1 << 20))
    return out.getvalue()


def part_of(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return source.read(name)


# --- workbooks -------------------------------------------------------------------------------


def with_cells(workbook: bytes, sheet: int, cells: Mapping[str, object]) -> bytes:
    """A workbook saved again with some cells changed, by their address."""
    book = load_workbook(io.BytesIO(workbook))
    for address, value in cells.items():
        book.worksheets[sheet][address].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def without_rows(workbook: bytes, sheet: int, first: int, count: int) -> bytes:
    """A workbook saved again with some rows deleted."""
    book = load_workbook(io.BytesIO(workbook))
    book.worksheets[sheet].delete_rows(first, count)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def address_of(workbook: bytes, sheet: int, text: str) -> tuple[int, int]:
    """Row and column of the first cell that holds exactly ``text``."""
    for row in load_workbook(io.BytesIO(workbook)).worksheets[sheet].iter_rows():
        for cell in row:
            if cell.value == text:
                return cell.row, cell.column
    raise AssertionError(text)


def with_copied_row(workbook: bytes, sheet: int, source: int, target: int) -> bytes:
    """A workbook in which one row's values were pasted over another's."""
    rows = load_workbook(io.BytesIO(workbook)).worksheets[sheet]
    cells = {f"{c.column_letter}{target}": c.value for c in rows[source] if c.value is not None}
    return with_cells(workbook, sheet, cells)
