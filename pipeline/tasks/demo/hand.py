"""What a person's hand does in Word and Excel: fill in a control, change a cell."""

import io
import zipfile
from collections.abc import Mapping

from lxml import etree
from openpyxl import load_workbook

from pipeline.domain.form import Field, cell_tag
from pipeline.foreign.package import MAIN_PART
from pipeline.forms.package import NS, W


def fill_controls(form: bytes, values: Mapping[tuple[str, Field], str]) -> bytes:
    """The form with ``values`` (indicator code and field → text) typed into its controls."""
    root = etree.fromstring(_parts(form)[MAIN_PART])
    typed = {cell_tag(code, field): text for (code, field), text in values.items()}
    for control in root.iter(f"{W}sdt"):
        tag = control.find("w:sdtPr/w:tag", NS)
        if tag is not None and tag.get(f"{W}val") in typed:
            _type(control, typed[tag.get(f"{W}val", "")])
    return replace_parts(form, {MAIN_PART: etree.tostring(root, encoding="UTF-8")})


def replace_parts(package: bytes, parts: Mapping[str, bytes]) -> bytes:
    """An Office file saved again with some parts changed or added."""
    everything = {**_parts(package), **parts}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in everything.items():
            target.writestr(name, data)
    return out.getvalue()


def change_cell(workbook: bytes, row_with: str, column: str, value: str | float) -> bytes:
    """A workbook with one cell changed: the row that holds ``row_with``, under ``column``."""
    book = load_workbook(io.BytesIO(workbook))
    sheet = book.worksheets[0]
    values = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(n for n, row in enumerate(values) if column in row)
    below = next(n for n, row in enumerate(values) if n > head and row_with in row)
    sheet.cell(below + 1, values[head].index(column) + 1).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _type(control: etree._Element, text: str) -> None:
    """Type ``text`` over what the control shows, as Word does: the placeholder's look goes."""
    properties = control.find("w:sdtPr", NS)
    content = control.find("w:sdtContent", NS)
    if properties is None or content is None:
        return
    for placeholder in properties.findall("w:showingPlcHdr", NS):
        properties.remove(placeholder)
    for child in list(content):
        content.remove(child)
    run = etree.SubElement(content, f"{W}r")
    node = etree.SubElement(run, f"{W}t")
    node.text = text
    node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return {name: source.read(name) for name in source.namelist()}
