"""What a compiled template promises beyond what docxtpl does."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pytest
from lxml import etree

from pipeline.forms import render as rendering
from pipeline.forms import sandbox
from pipeline.forms.compiled.template import Compiled, compile_template
from pipeline.forms.package import open_word
from pipeline.forms.properties import CODE, PART, read_properties
from pipeline.forms.qr import qr_png
from pipeline.forms.render import Picture, RenderError, SubDocument, render
from tests.forms.documents import MAIN, comments, parts, saved, template, with_parts, word
from tests.templates import samples

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HOSTILE = 'A & B <x> "k"'
CUSTOM = (
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2" name="Pemilik">'
    "<vt:lpwstr>{{ a }}</vt:lpwstr></property></Properties>"
)
CUSTOM_TYPE = (
    '<Override PartName="/docProps/custom.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.custom-properties+xml"/></Types>'
)
CUSTOM_RELATION = (
    '<Relationship Id="rId90" Target="docProps/custom.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/custom-properties"/></Relationships>'
)
PLACES = {
    "word/settings.xml": "//*[@w:val=$value]",
    "customXml/item1.xml": "//isi[.=$value]",
    "docProps/core.xml": "//*[local-name()='title'][.=$value]",
    PART: "//*[local-name()='lpwstr'][.=$value]",
}


def everywhere() -> bytes:
    """A template with a field in each part that docxtpl leaves as it is, or escapes twice."""
    document = docx.Document()
    document.core_properties.title = "{{ a }}"
    for text in ("{{ a }}", "{{p sub }}"):
        document.add_paragraph(text)
    plain = parts(saved(document))
    settings = plain["word/settings.xml"].replace(
        b"</w:settings>",
        b'<w:docVars><w:docVar w:name="x" w:val="{{ a }}"/></w:docVars></w:settings>',
    )
    changed = {
        "word/settings.xml": settings,
        "customXml/item1.xml": b"<?xml version='1.0' encoding='utf-8'?><d><isi>{{ a }}</isi></d>",
        PART: CUSTOM.encode(),
        "[Content_Types].xml": plain["[Content_Types].xml"].replace(
            b"</Types>", CUSTOM_TYPE.encode()
        ),
        "_rels/.rels": plain["_rels/.rels"].replace(b"</Relationships>", CUSTOM_RELATION.encode()),
    }
    return with_parts(saved(document), changed)


@pytest.mark.parametrize(
    "sub", ["", SubDocument(word("dari naskah lain"))], ids=["fast", "docxtpl"]
)
def test_fields_are_filled_in_wherever_they_stand(sub: object) -> None:
    made = parts(render(everywhere(), {"a": HOSTILE, "sub": sub}, code="K7Q2M9XT4B"))
    for name, path in PLACES.items():
        found = etree.fromstring(made[name]).xpath(path, value=HOSTILE, namespaces={"w": W})
        assert len(found) == 1, name
    named = read_properties(open_word(render(everywhere(), {"a": "x", "sub": sub}, code="K")))
    assert named["Pemilik"] == "x"
    assert named[CODE] == "K"


def test_comments_and_endnotes_are_filled_in() -> None:
    kinds = {"comments": comments("Catatan {{ a }}"), "endnotes": ENDNOTES.encode()}
    plain = parts(word("{{ a }}"))
    types, relations = plain["[Content_Types].xml"], plain["word/_rels/document.xml.rels"]
    for kind in kinds:
        types = types.replace(b"</Types>", OVERRIDE.format(kind).encode())
        relations = relations.replace(b"</Relationships>", RELATION.format(kind).encode())
    changed = {f"word/{kind}.xml": content for kind, content in kinds.items()}
    changed |= {"[Content_Types].xml": types, "word/_rels/document.xml.rels": relations}
    made = parts(render(with_parts(word("{{ a }}"), changed), {"a": HOSTILE}))
    for kind in kinds:
        texts = etree.fromstring(made[f"word/{kind}.xml"]).itertext()
        assert HOSTILE in "".join(texts)


OVERRIDE = (
    '<Override PartName="/word/{0}.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.{0}+xml"/></Types>'
)
RELATION = (
    '<Relationship Id="{0}" Target="{0}.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/{0}"/></Relationships>'
)
ENDNOTES = (
    f'<w:endnotes xmlns:w="{W}"><w:endnote w:id="1"><w:p><w:r><w:t>{{</w:t></w:r><w:r><w:t>{{ a }}'
    "}</w:t></w:r></w:p></w:endnote></w:endnotes>"
)


def test_a_picture_in_a_part_that_can_show_none_is_told() -> None:
    with pytest.raises(RenderError, match="gambar hanya dapat"):
        render(everywhere(), {"a": Picture(qr_png("K"), 25.0), "sub": ""})


def test_threads_fill_in_one_template_at_once_without_mixing() -> None:
    form, base = template("formulir"), samples.context("formulir.docx")

    def one(number: int) -> tuple[str, bytes]:
        code = f"K{number:09}"
        values = {**base, "kode": code, "qr": Picture(qr_png(code), 25.0)}
        return code, render(form, values, code=code)

    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(one, range(60)))
    alone = dict(one(number) for number in (0, 31, 59))
    for code, document in made:
        package = open_word(document)
        assert read_properties(package)[CODE] == code
        assert code.encode() in package.parts["word/footer1.xml"]
        assert package.parts["word/media/image1.png"] == qr_png(code)
        assert document == alone.get(code, document)


def test_a_template_is_compiled_once_for_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[bytes] = []

    def counted(data: bytes) -> Compiled:
        compiled.append(data)
        return compile_template(data)

    monkeypatch.setattr(rendering, "compile_template", counted)
    first = word("Sekali saja {{ a }}")
    for text in ("x", "y"):
        assert text.encode() in parts(render(bytes(bytearray(first)), {"a": text}))[MAIN]
    assert compiled == [first]
    for number in range(rendering.TEMPLATES_KEPT):
        render(word(f"{number} {{{{ a }}}}"), {"a": "x"})
    render(first, {"a": "x"})
    assert compiled.count(first) == 2  # no more are kept than that


def test_each_document_has_its_own_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MAX_TURNS", 100)
    looping = word("{% for x in range(60) %}{{ x }}{% endfor %}")
    for _ in range(3):  # one after the other they would be 180
        render(looping, {})
    two = word("{% for x in range(60) %}x{% endfor %}", "{% for x in range(60) %}x{% endfor %}")
    with pytest.raises(RenderError, match="perulangannya"):
        render(two, {})


@pytest.mark.parametrize("name", ["MAX_WRITTEN", "MAX_MADE", "MAX_CPU_S"])
def test_every_bound_holds(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    text = "{% for x in range(500) %}{{ a }}{{ a|upper }}{% endfor %}"
    render(word(text), {"a": "x" * 10})
    monkeypatch.setattr(sandbox, name, 0)
    with pytest.raises(RenderError, match="terlalu"):
        render(word(text, "lagi"), {"a": "x" * 10})


def test_memory_stays_flat_over_a_thousand_documents() -> None:
    form, base = template("formulir"), samples.context("formulir.docx")

    def some(first: int, count: int) -> None:
        for number in range(first, first + count):
            values = {**base, "kode": str(number), "qr": QRS[number % len(QRS)]}
            render(form, values, code=str(number))

    some(0, 150)
    before = resident()
    some(150, 1000)
    assert resident() - before < 8 << 20  # a document kept each time would be some 50 MB


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


QRS = [Picture(qr_png(f"K7Q2M9XT{n:02}"), 25.0) for n in range(20)]
