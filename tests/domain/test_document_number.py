import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.document_number import LONGEST, NumberTemplate, read_number, same_number

TEMPLATES = [
    "{kode}/{urut}/{unit}/{tahun}",
    "{kode}/{urut:04}.036-{unit}/{tahun}",
    "{urut}{tahun}",
    "{tahun}{urut:02}",
    "{kode}.{urut}.{tahun}.{urut}/{unit}-{tahun}",
    "No. {urut} Tahun {tahun}",
]
NUMBERS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(st.sampled_from(TEMPLATES), st.integers(1, 999_999), st.integers(2000, 2099))
def test_a_number_tells_its_year_and_place(template: str, seq: int, year: int) -> None:
    numbers = NumberTemplate(template, "000.8.6.3", "D.K (P)")
    assert numbers.place(numbers.number(seq, year)) == (year, seq)
    assert numbers.place(f" {numbers.number(seq, year).upper()} ") == (year, seq)


@given(st.sampled_from(TEMPLATES), NUMBERS)
def test_any_text_is_a_number_of_the_template_or_not(template: str, text: str) -> None:
    numbers = NumberTemplate(template, "000.8.6.3", "DKP")
    place = numbers.place(text)
    assert place is None or same_number(numbers.number(place[1], place[0]), text)


@pytest.mark.parametrize(
    "other",
    [
        "000.8.6.3/7/SEKRE/2026",
        "000.7.2.8/7/DKP/2026",
        "000.8.6.3/07/DKP/2026",
        "000.8.6.3/0/DKP/2026",
        "000.8.6.3/7/DKP/26",
        "000.8.6.3/1234567/DKP/2026",
        "000x8x6x3/7/DKP/2026",
        "000.8.6.3/7/DKP/2026a",
        "",
    ],
)
def test_what_is_not_of_the_template_has_no_place(other: str) -> None:
    assert NumberTemplate(TEMPLATES[0], "000.8.6.3", "DKP").place(other) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("000.8.6.3/17/DKP/2026", "000.8.6.3/17/DKP/2026"),
        ("  090/1 \r\n", "090/1"),
        ("\n\n090/1\n", "090/1"),
        ("090/E\u0301", "090/\u00c9"),
        ("No.\u00a017", "No. 17"),
        ("1" * LONGEST, "1" * LONGEST),
    ],
)
def test_a_number_is_read_as_it_was_meant(text: str, number: str) -> None:
    assert read_number(text) == (number, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "kosong"),
        (" \r\n ", "kosong"),
        ("090/1\n090/2", "lebih dari satu baris"),
        ("1" * (LONGEST + 1), "lebih panjang daripada 120"),
        ("090/\t1", "tanda yang tidak terbaca"),
        ("090/\u200b1", "tanda yang tidak terbaca"),
        ("090/\u202e1", "tanda yang tidak terbaca"),
        ("090/\ufffd1", "tanda yang tidak terbaca"),
        ("belum ada", "tidak memuat angka"),
        ("090/1234567890123456", "NIK"),
    ],
)
def test_what_is_no_number_is_said(text: str, said: str) -> None:
    _, findings = read_number(text)
    assert [f for f in findings if said in f.message and f.mend]


@given(NUMBERS)
def test_what_is_accepted_is_one_printable_line(text: str) -> None:
    number, findings = read_number(text)
    if not findings:
        assert number.isprintable()
        assert 0 < len(number) <= LONGEST
        assert read_number(number) == (number, [])
