import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.plain_text import plain_text
from pipeline.forms.package import open_word
from pipeline.forms.properties import CODE, PERIOD, RETURNS, REVISION, read_properties
from pipeline.forms.qr import qr_png
from pipeline.forms.render import Picture, RenderError, render

from .documents import parts, saved, text_of, word

plain = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp")), max_size=60
).map(plain_text)


def shown(value: object, template: str = "{{ a }}") -> str:
    return text_of(render(word(template), {"a": value}))[0]


@pytest.mark.parametrize(
    "value",
    [
        "A & B <x>",
        "</w:t></w:r><w:r><w:t>",
        "&amp; &lt;",
        "\"kutip\" 'tunggal'",
        "{{ 7 * 7 }}",
        "{% for x in y %}",
        "{# catatan #}",
        "{{ a.__class__ }}",
        "{{r a }}",
        "52.067,25",
        "é ü 漢 🐟",
    ],
)
def test_data_stay_literal(value: str) -> None:
    assert shown(value) == value


@settings(max_examples=50, deadline=None)
@given(plain)
def test_any_text_is_shown_as_it_is(value: str) -> None:
    assert shown(value) == value


def test_control_characters_are_left_out() -> None:
    assert shown("a\x00b\x07c\x1fd\ufffee\ud800f") == "abcdef"
    assert shown(["a\x0bb"], "{{ a[0] }}") == "ab"
    assert shown({"k": ("\x01c",)}, "{{ a.k[0] }}") == "c"


@pytest.mark.parametrize(
    "template",
    [
        "{{ a.__class__ }}",
        "{{ a.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ a|attr('__class__') }}",
        "{{ self.__init__ }}",
        "{{ cycler.__init__.__globals__ }}",
    ],
)
def test_the_sandbox_keeps_templates_from_looking_around(template: str) -> None:
    with pytest.raises(RenderError):
        shown("x", template)


@pytest.mark.parametrize(
    "template",
    [
        "{{ tidak_ada }}",
        "{{ a.tidak_ada }}",
        "{% if tidak_ada %}x{% endif %}",
        "{{ a + 1 }}",
        "{{ 1 / 0 }}",
        "{% for i in range(10**9) %}x{% endfor %}",
        "{{ 'x' * 10**9 }}",
        "{% include 'x' %}",
        "{{ a|tidakada }}",
        "{{ a|safe }}",
        "{% autoescape false %}{{ a }}{% endautoescape %}",
    ],
)
def test_what_a_template_may_not_ask_is_told_in_our_own_error(template: str) -> None:
    with pytest.raises(RenderError):
        shown("x & y", template)


def test_a_filled_form_is_named() -> None:
    named = render(word("x"), {}, code="K7Q2M9XT4B", period="2026-TW3")
    assert read_properties(open_word(named)) == {
        CODE: "K7Q2M9XT4B",
        PERIOD: "2026-TW3",
        REVISION: "",
        RETURNS: "",
    }


def test_headers_and_footers_are_filled_too() -> None:
    document = docx.Document()
    document.sections[0].footer.paragraphs[0].text = "Kode formulir: {{ a }}"
    filled = render(saved(document), {"a": "A & B"})
    footers = [d for n, d in parts(filled).items() if n.startswith("word/footer")]
    assert any(b"A &amp; B" in footer for footer in footers)


def test_a_picture_is_set_into_the_document() -> None:
    filled = render(word("{{ a }}"), {"a": Picture(qr_png("K7Q2M9XT4B"), 25.0)})
    images = [n for n in parts(filled) if n.startswith("word/media/")]
    assert len(images) == 1
    assert b'cx="900000"' in parts(filled)["word/document.xml"]  # 25 mm in EMU


def test_rendering_does_not_change_its_template() -> None:
    template = word("{{ a }}")
    before = bytes(template)
    assert shown("satu") == "satu"
    render(template, {"a": "x"})
    assert template == before


def test_a_file_that_is_no_template_is_refused() -> None:
    with pytest.raises(RenderError):
        render(b"bukan Word", {})
