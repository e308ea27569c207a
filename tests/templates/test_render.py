"""Every template renders with its sample and with nothing in its lists, and keeps its promises."""

import io
import re
from collections.abc import Callable

import docx
import pytest
from docxtpl import DocxTemplate
from lxml import etree

from pipeline.forms.sandbox import Sandbox

from . import rendering, samples

Rendered = Callable[[str, bool], bytes]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
both = pytest.mark.parametrize("empty", [False, True], ids=["sample", "empty"])
every = pytest.mark.parametrize("name", samples.CONTEXTS)


def body(data: bytes) -> etree._Element:
    """The document part."""
    return etree.fromstring(rendering.parts(data)["word/document.xml"])


def words(data: bytes) -> str:
    """All text of the document part."""
    return "".join(t.text or "" for t in body(data).iter(f"{W}t"))


@every
@both
def test_no_jinja_is_left_in_any_part(rendered: Rendered, name: str, empty: bool) -> None:
    for part, blob in rendering.parts(rendered(name, empty)).items():
        if part.endswith((".xml", ".rels")):
            etree.fromstring(blob)
            assert not re.search(rb"\{\{|\}\}|\{%|%\}", blob), part


@every
@both
def test_rows_fill_their_grid(rendered: Rendered, name: str, empty: bool) -> None:
    for table in body(rendered(name, empty)).iter(f"{W}tbl"):
        grid = len(table.findall(f"{W}tblGrid/{W}gridCol"))
        for line in table.findall(f"{W}tr"):
            spans = [c.find(f"{W}tcPr/{W}gridSpan") for c in line.findall(f"{W}tc")]
            assert sum(1 if s is None else int(s.get(f"{W}val", "")) for s in spans) == grid
            assert line.find(f"{W}trPr/{W}cantSplit") is not None


@every
def test_hostile_text_stays_text(name: str) -> None:
    hostile = "A & B <w:p>{{ x }} 10 % “kutip”"

    def spoiled(value: object) -> object:
        if isinstance(value, dict):
            return {k: v if k.startswith("warna") else spoiled(v) for k, v in value.items()}
        if isinstance(value, list):
            return [spoiled(inner) for inner in value]
        return hostile

    context = samples.context(name)
    made = rendering.render(name, {k: spoiled(v) for k, v in context.items()})
    assert hostile in words(made)
    etree.fromstring(rendering.parts(made)["word/document.xml"])


@every
def test_every_field_is_in_the_contract(name: str) -> None:
    contract = (rendering.FOLDER.parent / "README.md").read_text("utf-8")
    template = DocxTemplate(rendering.FOLDER / name)
    asked = template.get_undeclared_template_variables(Sandbox())
    given = set(samples.context(name)) | set(samples.PICTURES.get(name, ()))
    assert asked <= given
    for field in asked:
        assert re.search(rf"`{field}(\[\]|`|\.)", contract), field


def test_a_line_break_in_a_value_becomes_one_in_word() -> None:
    context = samples.slip() | {"alasan": ["baris satu\nbaris dua"]}
    made = body(rendering.render("slip.docx", context))
    quote = next(
        p for p in made.iter(f"{W}p") if p.find(f"{W}pPr/{W}pStyle[@{W}val='Kutipan']") is not None
    )
    assert quote.find(f".//{W}br") is not None


def test_the_predicate_has_its_colour_and_readable_letters(rendered: Rendered) -> None:
    made = body(rendered("cetak.docx", False))
    dark = [c for c in made.iter(f"{W}tc") if _fill(c) == "1B5E20"]
    light = [c for c in made.iter(f"{W}tc") if _fill(c) == "FFEB3B"]
    assert dark
    assert light
    assert all(_letters(cell) == {"FFFFFF"} for cell in dark)
    assert all(_letters(cell) == {"000000"} for cell in light)


def test_sections_vanish_with_their_lists(rendered: Rendered) -> None:
    full, empty = words(rendered("slip.docx", False)), words(rendered("slip.docx", True))
    for title in ("Alasan", "Yang perlu diperbaiki", "Langkah berikutnya"):
        assert title in full
        assert title not in empty
    assert "Semua pejabat menyampaikan" in words(rendered("cetak.docx", True))


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_as_many_paraf_boxes_as_officials(count: int) -> None:
    context = samples.cetak()
    context["paraf"] = context["paraf"][:count]
    made = body(rendering.render("cetak.docx", context))
    names = [b.get(f"{W}name") for b in made.iter(f"{W}bookmarkStart")]
    assert sorted(n for n in names if n) == [f"paraf{n + 1}" for n in range(count)] + ["ttd"]


def _fill(cell: etree._Element) -> str | None:
    shade = cell.find(f"{W}tcPr/{W}shd")
    return None if shade is None else shade.get(f"{W}fill")


def _letters(cell: etree._Element) -> set[str | None]:
    return {c.get(f"{W}val") for c in cell.iter(f"{W}color")}


@every
def test_python_docx_opens_the_result(rendered: Rendered, name: str) -> None:
    assert docx.Document(io.BytesIO(rendered(name, False))).sections[0].page_width
