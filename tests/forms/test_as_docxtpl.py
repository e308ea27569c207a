"""What the compiled templates write is what docxtpl writes, tag for tag."""

import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docxtpl import Listing, RichText
from docxtpl.richtext import RichTextParagraph
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.forms.compiled.template import compile_template
from pipeline.forms.render import Picture, SubDocument, render
from tests.templates import samples

from .documents import MAIN, TEMPLATES, body, parts, run, saved, with_parts, word
from .peer import by_docxtpl, canonical

ROWS = [
    {"a": "satu", "b": ["1", "2"], "w": "FF0000"},
    {"a": "dua & <tiga>", "b": ["3", "4"], "w": "00FF00"},
]
FOOTNOTES = (
    '<?xml version="1.0" encoding="UTF-8"?><w:footnotes xmlns:w="http://schemas.openxmlformats.org/'
    'wordprocessingml/2006/main"><w:footnote w:id="1"><w:p><w:r><w:t>Catatan {{ a }}</w:t></w:r>'
    "</w:p>\n</w:footnote></w:footnotes>"
)


def png(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(out, "PNG")
    return out.getvalue()


RED, BLUE = Picture(png("red"), 25.0), Picture(png("blue"), 12.5)


STYLES = b'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
LEAN = with_parts(word(), {"word/styles.xml": STYLES, "word/stylesWithEffects.xml": STYLES})
"""A document without the 800 KB of styles that python-docx gives every one."""


def blank() -> "docx.document.Document":
    return docx.Document(io.BytesIO(LEAN))


def paragraphs(*texts: str) -> bytes:
    document = blank()
    for text in texts:
        document.add_paragraph(text)
    return saved(document)


def lean_body(*inner: str) -> bytes:
    return with_parts(LEAN, {MAIN: parts(body(*inner))[MAIN]})


def table(*rows: list[str]) -> bytes:
    document = blank()
    grid = document.add_table(rows=0, cols=max(map(len, rows)))
    for row in rows:
        for cell, text in zip(grid.add_row().cells, row, strict=False):
            cell.text = text
    return saved(document)


def around(text: str = "", header: str = "", footer: str = "") -> bytes:
    document = blank()
    document.add_paragraph(text)
    section = document.sections[0]
    section.header.paragraphs[0].text = header
    section.footer.paragraphs[0].text = footer
    return saved(document)


def ragged(rows: list[int], columns: int) -> bytes:
    """A table whose rows have another number of cells than its grid."""
    cells = ["".join(f"<w:tc><w:p>{run('{{ a }}')}</w:p></w:tc>" for _ in range(n)) for n in rows]
    grid = '<w:gridCol w:w="1000"/>' * columns
    lines = "".join(f"<w:tr>{line}</w:tr>" for line in cells)
    xml = f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{lines}</w:tbl><w:p/>"
    return with_parts(
        LEAN,
        {
            MAIN: parts(body())[MAIN]
            .replace(b"<w:body/>", b"<w:body></w:body>")
            .replace(b"</w:body>", xml.encode() + b"</w:body>")
        },
    )


def with_footnotes() -> bytes:
    plain = parts(paragraphs("{{ a }}"))
    types = plain["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-'
        b'officedocument.wordprocessingml.footnotes+xml"/></Types>',
    )
    rels = plain["word/_rels/document.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Id="rId77" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/footnotes" Target="footnotes.xml"/></Relationships>',
    )
    return with_parts(
        paragraphs("{{ a }}"),
        {
            "[Content_Types].xml": types,
            "word/_rels/document.xml.rels": rels,
            "word/footnotes.xml": FOOTNOTES.encode(),
        },
    )


def with_own_picture() -> bytes:
    """A template that shows the red picture already, in its body and twice in all."""
    document = blank()
    for colour in ("red", "green", "red"):
        document.add_picture(io.BytesIO(png(colour)))
    document.add_paragraph("{{ red }} {{ blue }}")
    document.sections[0].footer.paragraphs[0].text = "{{ red }}{{ blue }}"
    return saved(document)


def rich() -> RichText:
    text = RichText("tebal & <miring>", bold=True, italic=True, color="#112233", size=28)
    text.add("\ttab dan\nbaris", underline="double", strike=True, font="Arial", lang="id-ID")
    text.add("x", superscript=True, highlight="#FFFF00", rtl=True)
    return text


def paragraph_of(text: RichText) -> RichTextParagraph:
    return RichTextParagraph(text, parastyle="Normal")


SPLIT = lean_body(
    "<w:r><w:t>{</w:t></w:r><w:r><w:t>{ a }</w:t></w:r><w:r><w:t>}</w:t></w:r>",
    "<w:r><w:t>{{</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t xml:space='preserve"
    "'> r[0].a </w:t></w:r><w:r><w:t>}}</w:t></w:r>",
)
CASES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "plain": (paragraphs("{{ a }}", "  {{ a }} dan {{ a }}  "), {}),
    "nothing": (paragraphs("tanpa isian", "tab\tdan\nbaris"), {}),
    "p-if": (paragraphs("{%p if a %}", "ya {{ a }}", "{%p else %}", "tidak", "{%p endif %}"), {}),
    "p-for": (paragraphs("{%p for x in r %}", "{{ x.a }}", "{%p endfor %}"), {}),
    "p-value": (paragraphs("{{p pp }}"), {"pp": lambda: paragraph_of(rich())}),
    "p-comment": (paragraphs("{#p tidak tampak #}", "tampak"), {}),
    "r-if": (paragraphs("a {%r if a %}ya{%r endif %} b"), {}),
    "r-value": (paragraphs("sebelum {{r rr }} sesudah"), {"rr": rich}),
    "rich in text": (paragraphs("sebelum {{ rr }} sesudah"), {"rr": rich}),
    "listing": (paragraphs("x {{ l }} y"), {"l": lambda: Listing("a\n&b\tc\ad\fe")}),
    "breaks": (paragraphs("x {{ l }} y", "z {{ l }}"), {"l": "a\n&b\tc\n\nd"}),
    "tr-for": (table(["No", "Isi"], ["{%tr for x in r %}"], ["{{ x.a }}", "{{ x.w }}"],
                     ["{%tr endfor %}"]), {}),
    "tr-if, no row": (table(["{%tr if tidak %}"], ["{{ a }}", "b"], ["{%tr endif %}"]), {}),
    "tr-comment": (table(["{#tr catatan #}", "b"], ["c", "d"]), {}),
    "tc-for": (table(["{%tc for x in r %}", "{{ x.a }}", "{%tc endfor %}", "akhir"],
                     ["a", "b", "c", "d"]), {}),
    "tc-for wider": (table(["{%tc for x in w %}", "{{ x }}", "{%tc endfor %}"]),
                     {"w": [str(n) for n in range(9)]}),
    "tc-if": (table(["{%tc if tidak %}", "{{ a }}", "{%tc endif %}", "b"]), {}),
    "colspan": (table(["{% colspan 2 %}{{ a }}", "b", "c"], ["1", "2", "3"]), {}),
    "colspan of a value": (table(["{% colspan r|length %}{{ a }}", "b", "c"]), {}),
    "cellbg": (table(["{% cellbg r[0].w %}{{ a }}", "{% cellbg 'ABCDEF' %}b"]), {}),
    "vm": (table(["{%tr for x in r %}", ""], ["{% vm %}{{ a }}", "{{ x.a }}"],
                 ["{%tr endfor %}", ""]), {}),
    "hm": (table(["{%tc for x in r %}", "{% hm %}{{ x.a }}", "{%tc endfor %}"],
                 ["a", "b", "c"]), {}),
    "hm over a span": (table(["{%tc for x in r %}", "{% colspan 2 %}{% hm %}x", "{%tc endfor %}"]),
                       {}),
    "dash before": (paragraphs("satu {% if a -%}", "dua", "{%- endif %} tiga"), {}),
    "dash in value": (paragraphs("satu   {{- a -}}   dua"), {}),
    "braces": (paragraphs("{_{ a }_} {_% a %_}", "{{ a }}"), {}),
    "braces in a value": (paragraphs("{{ b }}"), {"b": "{_{ x }_} {{ a }} {% if %} {# #}"}),
    "quotes": (paragraphs("{% if a == “x & y” or a != ‘z’ %}ya{% endif %}", "{{ r[0][“a”] }}"), {}),
    "less": (paragraphs("{% if 1 < 2 and 3 > 2 %}ya{% endif %}"), {}),
    "raw": (paragraphs("{% raw %}{{ a }}{% endraw %}"), {}),
    "split runs": (SPLIT, {}),
    "set": (paragraphs("{% set y = a %}{{ y }}", "{% with z = 1 %}{{ z }}{% endwith %}"), {}),
    "set block": (paragraphs("{% set y %}<{{ a }}>{% endset %}{{ y }}"), {}),
    "macro": (paragraphs("{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(a) }}"), {}),
    "joined": (paragraphs("{{ a ~ ' & ' ~ a }}", "{{ r|map(attribute='a')|join(', ') }}"), {}),
    "cut": (paragraphs("{{ a|truncate(3) }}{{ (a ~ '&')[:2] }}{{ a|e }}"), {}),
    "filters": (paragraphs("{{ a|upper }}{{ a|replace('x', '<') }}{{ kosong|default('–') }}"), {}),
    "loop": (paragraphs("{% for x in r %}{{ loop.index }}{{ x.a }}{% else %}-{% endfor %}"), {}),
    "header and footer": (around("{{ a }}", "Kepala {{ a }}", "Kaki {{ b }}"), {"b": "x\ny\tz"}),
    "footnotes": (with_footnotes(), {}),
    "picture": (paragraphs("di {{ red }} sini"), {"red": RED}),
    "pictures": (paragraphs("{{ red }}{{ blue }}", "{% for x in r %}{{ red }}{% endfor %}"),
                 {"red": RED, "blue": BLUE}),
    "pictures around": (around("{{ red }}", "{{ blue }}", "{{ red }} {{ blue }}"),
                        {"red": RED, "blue": BLUE}),
    "pictures of the template": (with_own_picture(), {"red": RED, "blue": BLUE}),
    "picture joined": (paragraphs("{{ red ~ ' & ' }}"), {"red": RED}),
    "fewer cells than columns": (ragged([2, 2], 3), {}),
    "more cells than columns": (ragged([2, 4], 2), {}),
    "sub-document": (paragraphs("{{p sub }}", "{{ blue }}", "{{ a }}"),
                     {"sub": SubDocument(with_own_picture()), "blue": BLUE}),
}  # fmt: skip


def context(extra: dict[str, Any]) -> dict[str, Any]:
    """The case's values; objects of docxtpl are made anew for each side."""
    fresh = {k: v() if isinstance(v, Callable) else v for k, v in extra.items()}
    return {"a": "x & y <z>", "r": ROWS, "tidak": False, **fresh}


@pytest.mark.parametrize("name", CASES)
def test_every_tag_gives_what_docxtpl_gives(name: str) -> None:
    template, extra = CASES[name]
    assert canonical(render(template, context(extra))) == canonical(
        by_docxtpl(template, context(extra))
    )


def test_the_comparison_sees_a_difference() -> None:
    template, _ = CASES["plain"]
    ours, theirs = render(template, {"a": "x"}), by_docxtpl(template, {"a": "y"})
    assert canonical(ours) != canonical(theirs)


@pytest.mark.parametrize(
    ("name", "sound", "steady"),
    [
        ("plain", True, True),
        ("tr-for", True, True),
        ("cellbg", True, True),
        ("joined", False, False),
        ("cut", False, False),
        ("macro", False, False),
        ("set block", False, False),
        ("tr-if, no row", True, False),
        ("tc-for", True, False),
        ("colspan of a value", True, False),
        ("fewer cells than columns", True, False),
        ("more cells than columns", True, False),
    ],
)
def test_what_need_not_be_looked_at_again(name: str, sound: bool, steady: bool) -> None:
    main = compile_template(CASES[name][0]).parts[0]
    assert (main.sound, main.steady) == (sound, steady)


@pytest.mark.parametrize("empty", [False, True], ids=["sample", "empty"])
@pytest.mark.parametrize("name", samples.CONTEXTS)
def test_the_delivered_templates_come_out_as_docxtpl_writes_them(name: str, empty: bool) -> None:
    template = (TEMPLATES / name).read_bytes()
    pictures = dict(zip(samples.PICTURES.get(name, ()), (RED, BLUE), strict=False))
    values = {**samples.context(name, empty=empty), **pictures}
    assert canonical(render(template, values)) == canonical(by_docxtpl(template, values))
    assert all(part.sound for part in compile_template(template).parts)


anything = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    [
        "a\nb",
        "a\tb",
        "\x00\x07",
        "]]>",
        "&amp;",
        "</w:t>",
        "{{ a }}",
        "{_{",
        "%_}",
        "🐟\n🐟",
        "\r\n",
    ]
)
MIXED = around(
    "{{ a }} {% for x in r %}{{ x.a }}{% if x.b %}, {{ x.b }}{% endif %}{% endfor %}",
    "{{ a }}",
    "Kode: {{ a }}",
)
ATTRIBUTES = (lean_body(
    run("{{ a }}") + '<w:sdt><w:sdtPr><w:tag w:val="k:{{ a }}:x"/></w:sdtPr><w:sdtContent>'
    + run("{{ r[0].a }}") + "</w:sdtContent></w:sdt>"
))  # fmt: skip


rows = st.lists(st.fixed_dictionaries({"a": anything, "b": anything}), min_size=1, max_size=4)


def come_out_as_docxtpl_writes_them(a: str, r: list[dict[str, str]]) -> None:
    for template in (MIXED, ATTRIBUTES):
        values = {"a": a, "r": r}
        assert canonical(render(template, values)) == canonical(by_docxtpl(template, values))


@settings(max_examples=20, deadline=None)
@given(anything, rows)
def test_any_values_come_out_as_docxtpl_writes_them(a: str, r: list[dict[str, str]]) -> None:
    come_out_as_docxtpl_writes_them(a, r)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@given(anything, rows)
def test_a_thousand_values_come_out_as_docxtpl_writes_them(a: str, r: list[dict[str, str]]) -> None:
    come_out_as_docxtpl_writes_them(a, r)
