import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.form import PLACEHOLDER, Field
from pipeline.forms.package import open_word
from pipeline.forms.properties import CODE, PERIOD, write_properties
from pipeline.forms.readback import Identity, read_comments, read_fields, read_identity
from pipeline.forms.readback.plain import taken

from .documents import body, comments, control, run, saved, with_parts, word

ONE, OTHER = "K7Q2M9XT4B", "P4W8Z2HN6C"
DELETED = f'<w:del w:id="1" w:author="x"><w:r><w:delText>99</w:delText></w:r>{run("99")}</w:del>'
INSERTED = f'<w:ins w:id="2" w:author="x">{run("12")}</w:ins>'
MOVED = f'<w:moveFrom w:id="3" w:author="x">{run("77")}</w:moveFrom>'


def fields(*paragraphs: str) -> dict[str, dict[Field, str]]:
    return read_fields(open_word(body(*paragraphs)))


def actual(content: str) -> str:
    return fields(control("k:IK-1:realisasi", content))["IK-1"][Field.ACTUAL]


def test_a_control_that_was_copied_shows_all_that_it_says() -> None:
    twice = control("k:IK-1:realisasi", run("12")) + control("k:IK-1:realisasi", run("13"))
    assert fields(twice)["IK-1"][Field.ACTUAL] == "12 | 13"
    same = control("k:IK-1:realisasi", run("12")) * 2
    assert fields(same)["IK-1"][Field.ACTUAL] == "12"


def test_values_stand_under_code_and_field() -> None:
    assert fields(
        control("k:IK-1:realisasi", run("52.067,25")) + control("k:IK-1:keterangan", run("Baik")),
        control("k:IK-2.a:realisasi", run("3")),
    ) == {
        "IK-1": {Field.ACTUAL: "52.067,25", Field.REMARK: "Baik"},
        "IK-2.a": {Field.ACTUAL: "3"},
    }


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (run("12"), "12"),
        (run("1") + run("2"), "12"),
        (run(PLACEHOLDER), ""),
        (run("klik untuk ") + run("mengisi"), ""),
        (f"{run('12')}<w:r><w:br/></w:r>{run('13')}", "12\n13"),
        (f"{run('12')}<w:r><w:tab/></w:r>{run('13')}", "12\t13"),
        (f"<w:p>{run('satu')}</w:p><w:p>{run('dua')}</w:p>", "satu\ndua"),
        (DELETED + INSERTED, "12"),
        (MOVED + run("5"), "5"),
        (DELETED, ""),
        (run("  12\u00a0 "), "12"),
        (run("A & B <x>"), "A & B <x>"),
        (control("goog_rdk_1", run("12")), "12"),
        (f'<w:hyperlink w:anchor="x">{run("12")}</w:hyperlink>', "12"),
        ("", ""),
    ],
)
def test_text_is_what_a_reader_sees(content: str, read: str) -> None:
    assert actual(content) == read


@pytest.mark.parametrize(
    "tag", ["", "goog_rdk_12", "k:IK-1:tidak_ada", "k:IK-1", "k:IK/1:realisasi", "x:IK-1:realisasi"]
)
def test_controls_that_are_not_ours_are_passed_over(tag: str) -> None:
    assert fields(control(tag, run("12"))) == {}


def test_a_lost_control_has_no_key() -> None:
    assert fields(run("teks saja")) == {}


@given(st.dictionaries(st.sampled_from(Field), st.text(max_size=40)))
def test_any_text_typed_into_a_control_is_read(typed: dict[Field, str]) -> None:
    xml_texts = {
        f: "".join(c for c in t if c.isprintable() and c not in "\ufffe\uffff")
        for f, t in typed.items()
    }
    read = fields(*(control(f"k:A:{f.value}", run(t)) for f, t in xml_texts.items()))
    assert read.get("A", {}) == {f: taken(t, f) for f, t in xml_texts.items()}


def test_an_identity_is_property_and_printed_code() -> None:
    printed = write_properties(word(f"Kode formulir: {ONE}"), {CODE: ONE, PERIOD: "2026-TW3"})
    assert read_identity(open_word(printed)) == Identity(ONE, ONE, "2026-TW3")


@pytest.mark.parametrize("text", [f"Kode formulir: {ONE}", f"Kode formulir {ONE}."])
def test_a_file_that_lost_its_property_is_known_by_its_printed_code(text: str) -> None:
    identity = read_identity(open_word(word("Isi", text)))
    assert (identity.property_code, identity.code, identity.conflicts) == ("", ONE, False)


def test_a_code_in_the_footer_counts() -> None:
    document = docx.Document()
    document.sections[0].footer.paragraphs[0].text = f"Kode formulir: {ONE}"
    assert read_identity(open_word(saved(document))).printed_code == ONE


def test_a_code_split_over_runs_counts() -> None:
    data = body(run("Kode formulir: ") + run(ONE[:4]) + run(ONE[4:]))
    assert read_identity(open_word(data)).code == ONE


def test_two_codes_are_a_conflict() -> None:
    data = write_properties(word(f"Kode formulir: {OTHER}"), {CODE: ONE})
    identity = read_identity(open_word(data))
    assert identity.conflicts
    assert identity.code == ONE


@pytest.mark.parametrize("text", ["", "Kode formulir: –", "Kode formulir: K7Q2", f"Kode: {ONE}"])
def test_a_file_without_a_code_has_none(text: str) -> None:
    assert read_identity(open_word(word(text))) == Identity("", "", "")


def test_comments_are_reasons_in_their_order() -> None:
    data = with_parts(word("x"), {"word/comments.xml": comments("Angka salah", " ", "Cek TW II")})
    assert read_comments(open_word(data)) == ["Angka salah", "Cek TW II"]
    assert read_comments(open_word(word("x"))) == []
