"""What is called sound never comes out ill-formed, whatever it is filled in with."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import TemplateError
from lxml import etree

from pipeline.forms.compiled.part import IllFormedError, Part, body_part, other_part
from pipeline.forms.compiled.pictures import Frame, Gallery, PlacedPicture, Placing
from pipeline.forms.compiled.values import Picture, Prepared
from pipeline.forms.qr import qr_png
from pipeline.forms.sandbox import TemplateLimitError, bounded_work

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DRAWING = "</w:t></w:r><w:r><w:drawing></w:drawing></w:r><w:r><w:t>"
FRAME = Frame("/word/document.xml", "/word", frozenset(), {}, DRAWING)
QR = Picture(qr_png("K7Q2M9XT4B"), 25.0)


def part(inner: str) -> Part:
    with bounded_work():
        return body_part("word/document.xml", (f"<w:document {W}>", "</w:document>"),
                         f"<w:body {W}>{inner}</w:body>", FRAME)  # fmt: skip


def filled(made: Part, context: dict[str, object]) -> str:
    placing = Placing(Gallery((), {}))
    placing.frame = made.frame
    prepared = Prepared(context, lambda picture: PlacedPicture(picture, placing))
    with bounded_work():
        return made.filled(prepared.values, markup=prepared.markup)


def run(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    "inner",
    [
        run("{{ a }}"),
        run("a{% if a %}b{% elif r %}{{ a }}{% else %}c{% endif %}"),
        "{% for x in r %}" + run("{{ x }}") + "{% else %}" + run("-") + "{% endfor %}",
        '<w:tag w:val="k:{{ a }}:{% if a %}x{% else %}y{% endif %}" w:x="{{ a }}"/>',
        run("{{ a ~ ' &amp; ' ~ q }}"),
        run("{{ r|join(', ') }}"),
        run("{{ a|upper|truncate(2) }}{{ r[0] }}"),
        run("{% set b = a %}{{ b }}{% with c = b %}{{ c }}{% endwith %}"),
    ],
)
def test_sound_templates(inner: str) -> None:
    assert part(inner).sound


@pytest.mark.parametrize(
    "inner",
    [
        "{% if a %}<w:p>{% endif %}</w:p>",
        "{% for x in r %}</w:p><w:p>{% endfor %}",
        "<w:p>{% if a %}</w:p><w:p>{% else %}</w:p>{% endif %}",
        "<w:p>",
        "</w:body><w:body>",
        "<w:p></w:r>",
        "<w:{{ a }}/>",
        "<w:p {{ a }}/>",
        '<w:p w:val="<{{ a }}"/>',
        "<w:p w:val='{{ a }}'/>",
        '<w:p w:val="x" w:val="{{ a }}"/>',
        "<w:p><x:y/></w:p>",
        run("&nbsp;{{ a }}"),
        run("a & b"),
        run("<!-- {{ a }} -->"),
        run("\x01"),
        run("{{ '\x01' }}"),
        run("{{ '\\x01' }}"),
        run("{{ a|e }}"),
        run("{{ (a ~ 'b')[:3] }}"),
        run("{{ r|join|truncate(3) }}"),
        run("{{ a|replace('x', q)|truncate(3) }}"),
        run("{% macro m() %}{{ a }}{% endmacro %}{{ m() }}"),
        run("{% set b %}{{ a }}{% endset %}{{ b }}"),
        run("{% filter upper %}{{ a }}{% endfilter %}"),
        run("{% for x in r recursive %}{{ loop(x) }}{% endfor %}"),
    ],
)
def test_templates_of_which_it_cannot_be_said(inner: str) -> None:
    assert not part(inner).sound


def test_a_value_outside_of_the_root_is_not_sound() -> None:
    with bounded_work():
        made = other_part("word/settings.xml", f"<w:settings {W}/>{{{{ a }}}}")
    assert made is not None
    assert not made.sound


@pytest.mark.parametrize("place", ['<w:p w:val="{{ q }}"/>', "<w:p>{{ q }}</w:p>"])
def test_a_picture_stands_in_text_only(place: str) -> None:
    made = part(place)
    assert made.sound
    with pytest.raises(TemplateLimitError, match="di tengah teks"):
        filled(made, {"q": QR})
    assert filled(made, {"q": "teks"})


def test_a_line_break_where_docxtpl_would_break_the_document_is_refused() -> None:
    made = part('<w:p><w:r><w:t><w:x w:val="{{ a }}"/></w:t></w:r></w:p>')
    assert made.sound
    assert filled(made, {"a": "x"})
    with pytest.raises(IllFormedError):
        filled(made, {"a": "x\ny"})


def test_what_is_ill_formed_is_refused() -> None:
    made = part("{% if a %}<w:p>{% endif %}")
    assert filled(made, {"a": ""})
    with pytest.raises(IllFormedError):
        filled(made, {"a": "x"})


pieces = st.recursive(
    st.sampled_from(
        [
            *(
                "teks",
                "&amp;",
                "{{ a }}",
                "{{ q }}",
                "{{ a|truncate(4) }}",
                "{{ a ~ q }}",
                "{{ a|e }}",
            ),
            *(
                "{{ a|e }}",
                "{{ r[0] }}",
                "{{ r|join }}",
                "<w:p>",
                "</w:p>",
                '<w:x w:val="{{ a }}"/>',
            ),
            *("<w:t>", '<w:x w:val="', '"/>', "{{ (a ~ a)[1:] }}", "{{ a|upper }}", '"', "<", "&"),
        ]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map("".join),
        inner.map("<w:p>{}</w:p>".format),
        inner.map(run),
        inner.map("{{% for x in r %}}{}{{% endfor %}}".format),
        st.tuples(inner, inner).map(lambda t: f"{{% if a %}}{t[0]}{{% else %}}{t[1]}{{% endif %}}"),
        inner.map('<w:tag w:val="{}"/>'.format),
        inner.map("{{% set y %}}{}{{% endset %}}{{{{ y }}}}".format),
    ),
    max_leaves=8,
)
values = st.sampled_from(["", "x", "<&>\"'", "]]>", "a\nb\tc", "\x00"])


def comes_out_well_formed(inner: str, a: str, r: list[str]) -> None:
    try:
        made = part(inner)
        xml = filled(made, {"a": a, "r": r, "q": QR})
    except (TemplateError, ValueError, IllFormedError, IndexError):
        return
    etree.fromstring(xml.encode())


@settings(max_examples=100, deadline=None)
@given(pieces, values, st.lists(values, max_size=2))
def test_what_is_sound_comes_out_well_formed(inner: str, a: str, r: list[str]) -> None:
    comes_out_well_formed(inner, a, r)


@pytest.mark.slow
@settings(max_examples=4000, deadline=None)
@given(pieces, values, st.lists(values, max_size=2))
def test_what_is_sound_comes_out_well_formed_always(inner: str, a: str, r: list[str]) -> None:
    comes_out_well_formed(inner, a, r)
