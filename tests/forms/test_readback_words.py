"""Words printed in the cell of a blank: a unit, a currency, a label; altered words are told."""

import io
from collections.abc import Callable

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from pipeline.domain.finding import Finding, Severity, errors
from pipeline.domain.form import PLACEHOLDER, Field
from pipeline.forms.package import open_word
from pipeline.forms.readback.form import FormReading, read_returned
from pipeline.forms.readback.issued import Blank

CODE = "IK-1"
ACTUAL, REMARK, FOLLOW_UP = Field.ACTUAL, Field.REMARK, Field.FOLLOW_UP
Part = Callable[[], str]


def words(text: str) -> Part:
    return lambda: f'<w:r {nsdecls("w")}><w:t xml:space="preserve">{text}</w:t></w:r>'


def blank(field: Field = ACTUAL, text: str = PLACEHOLDER) -> Part:
    return lambda: (
        f'<w:sdt {nsdecls("w")}><w:sdtPr><w:tag w:val="k:{CODE}:{field.value}"/></w:sdtPr>'
        f"<w:sdtContent>{words(text)()}</w:sdtContent></w:sdt>"
    )


def form(*parts: Part, beside: bool = True) -> bytes:
    """A form whose slots stand in one cell of a table, or in a paragraph of their own."""
    document = docx.Document()
    table = document.add_table(2, 3)
    texts = [("Kode", "Indikator", "Isian"), (CODE, "Produksi", "")]
    for row, said in zip(table.rows, texts, strict=True):
        for cell, text in zip(row.cells, said, strict=True):
            cell.text = text
    paragraph = table.cell(1, 2).paragraphs[0] if beside else document.add_paragraph()
    document.add_paragraph("Terima kasih.")
    for part in parts:
        paragraph._p.append(parse_xml(part()))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def reading(issued: tuple[Part, ...], parts: tuple[Part, ...], *, beside: bool) -> FormReading:
    one, other = (open_word(form(*some, beside=beside)) for some in (parts, issued))
    return read_returned(one, other)


def only(found: list[Finding], words: str) -> Finding:
    [finding] = [f for f in found if words in f.message]
    return finding


AFTER = (blank(), words(" ton"))
BEFORE = (words("Rp "), blank())
AROUND = (words("Rp "), blank(), words(" (juta)"))
TWO = (words("Angka: "), blank(), words(" ton; sebab: "), blank(REMARK))
THREE = (*TWO, words("; lanjut: "), blank(FOLLOW_UP))


@pytest.mark.parametrize(
    ("issued", "now", "stands"),
    [
        (AFTER, (blank(text="52"), words(" kg")), "52 kg"),
        (AFTER, (words("52 kg"),), "52 kg"),
        (AFTER, (blank(text="52"),), "52"),
        (AFTER, (blank(text="5"), words("00.000 ton (juta)")), "500.000 ton (juta)"),
        (AFTER, (words("52 kg (sementara)"),), "52 kg (sementara)"),
        (BEFORE, (words("US$ "), blank(text="52")), "US$ 52"),
        (BEFORE, (words("US$ 52"),), "US$ 52"),
        (BEFORE, (blank(text="52"),), "52"),
        (AROUND, (words("Rp "), blank(text="52"), words(" (ribu)")), "Rp 52 (ribu)"),
    ],
)
def test_altered_words_beside_a_figure_are_an_error_that_quotes_both(
    issued: tuple[Part, ...], now: tuple[Part, ...], stands: str
) -> None:
    read = reading(issued, now, beside=True)
    finding = only(read.findings, "tulisan tercetak di sel isian diubah")
    assert (finding.severity, finding.place) == (Severity.ERROR, f"{CODE}, kolom Realisasi TW")
    assert f"sekarang tertulis “{stands}”" in finding.message
    assert "diterbitkan “" in finding.message
    assert "[…]" in finding.message
    assert "satuan" in finding.mend
    assert read.fields[CODE][ACTUAL] == stands  # sent again as it is, it is no bare figure
    assert read.likeness == 1


def test_an_empty_blank_with_another_unit_is_told_too() -> None:
    read = reading(AFTER, (blank(), words(" kg")), beside=True)
    assert read.fields[CODE][ACTUAL] == ""
    assert errors(read.findings) == [only(read.findings, "sekarang tertulis “kg”")]


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ((words("Alasan: "), blank(REMARK, "rusak")), "rusak"),
        ((words("Alasan: rusak"),), "Alasan: rusak"),
        ((blank(REMARK, "rusak"),), "rusak"),
        ((words("Alasan: "), blank(REMARK), words("rusak")), ""),
    ],
)
def test_altered_words_beside_a_text_are_a_warning_that_says_what_is_read(
    now: tuple[Part, ...], text: str
) -> None:
    read = reading((words("Sebab: "), blank(REMARK)), now, beside=True)
    finding = only(read.findings, "tulisan tercetak di sel isian diubah")
    assert (finding.severity, finding.place) == (Severity.WARNING, f"{CODE}, kolom Keterangan")
    assert "diterbitkan “Sebab: […]”" in finding.message
    assert finding.message.endswith(f"dibaca {f'“{text}”' if text else 'kosong'}")
    assert read.fields[CODE][REMARK] == text
    assert errors(read.findings) == []


def test_altered_words_between_two_blanks_of_a_cell_are_told_of_both() -> None:
    now = (words("Angka: "), blank(text="52"), words(" kg; sebab: "), blank(REMARK, "x"))
    read = reading(TWO, now, beside=True)
    told = [f for f in read.findings if "tulisan tercetak" in f.message]
    assert [f.severity for f in told] == [Severity.ERROR, Severity.WARNING]
    assert {f.place.partition("kolom ")[2] for f in told} == {"Realisasi TW", "Keterangan"}
    assert "“Angka: […] ton; sebab: […]”" in told[0].message
    lost = reading(TWO, (words("Angka: 52 kg; sebab: x"),), beside=True)
    assert CODE not in lost.fields
    assert len(errors(lost.findings)) == 2


@pytest.mark.parametrize("beside", [True, False])
@pytest.mark.parametrize(
    ("issued", "now", "values"),
    [
        (AFTER, (blank(text="52.067"), words(" ton")), {ACTUAL: "52.067"}),
        (AFTER, (words("52.067 ton"),), {ACTUAL: "52.067"}),
        (AFTER, (words(f"{PLACEHOLDER} ton"),), {ACTUAL: ""}),
        (AROUND, (words("Rp"), blank(text="52"), words("(juta)")), {ACTUAL: "52"}),
        (
            TWO,
            (words("Angka: "), blank(text="52"), words(" ton; sebab: "), blank(REMARK, "x")),
            {ACTUAL: "52", REMARK: "x"},
        ),
        (TWO, (words("Angka: 52 ton; sebab: x"),), {ACTUAL: "52", REMARK: "x"}),
        (
            THREE,
            (
                *(words("Angka: "), blank(text="52"), words(" ton; sebab: ")),
                *(blank(REMARK, "x; lanjut: y"), words("; lanjut: "), blank(FOLLOW_UP, "z")),
            ),
            {ACTUAL: "52", REMARK: "x; lanjut: y", FOLLOW_UP: "z"},
        ),
    ],
)
def test_words_that_stand_are_no_part_of_a_value(
    issued: tuple[Part, ...], now: tuple[Part, ...], values: dict[Field, str], *, beside: bool
) -> None:
    read = reading(issued, now, beside=beside)
    assert read.fields[CODE] == values
    assert read.findings == []
    assert read.likeness == 1


def test_altered_words_in_a_paragraph_are_told() -> None:
    read = reading(AFTER, (blank(text="52"), words(" kg")), beside=False)
    assert only(read.findings, "“[…] ton”, sekarang tertulis “52 kg”").severity is Severity.ERROR
    assert read.fields[CODE][ACTUAL] == "52 kg"


def test_a_blank_paragraph_hides_no_alteration_elsewhere() -> None:
    package, issued = (open_word(form(blank(text=t), beside=False)) for t in ("52", PLACEHOLDER))
    assert read_returned(package, issued).findings == []
    body = package.parts["word/document.xml"].replace(b"Terima kasih.", b"Mohon ditunda.")
    altered = type(package)(package.parts | {"word/document.xml": body})
    assert only(read_returned(altered, issued).findings, "“Mohon ditunda.”")


@pytest.mark.parametrize(
    ("printed", "text", "value"),
    [
        (" m²", "52 m²", "52"),
        (" m²", "52 m2", "52"),
        (" °C", "7 °C", "7"),
        (" – “ribu”", '1.234 - "ribu"', "1.234"),
        (" % ﬁnal", "5 % final", "5"),
        (" ton", "5\u200b2\u00a0ton", "5\u200b2"),
        (" m²", "52 m", None),
    ],
)
def test_signs_that_look_alike_are_the_same_words(
    printed: str, text: str, value: str | None
) -> None:
    read = Blank(((CODE, ACTUAL),), ("", printed)).values_in(text)
    assert read == (None if value is None else [value])


def test_no_digit_of_a_figure_is_taken_for_printed_words() -> None:
    issued = (words("TW 3"), blank())
    honest = reading(issued, (words("TW 3"), blank(text="5")), beside=True)
    assert (honest.fields[CODE][ACTUAL], honest.findings) == ("5", [])
    eaten = reading(issued, (words("TW "), blank(text="35")), beside=True)
    assert [f for f in errors(eaten.findings) if "TW 35" in f.message or "berbeda" in f.message]
    typed = reading((words("TW 3 "), blank()), (words("TW 35"),), beside=True)
    assert "tulisan tercetak di sel isian diubah" in only(errors(typed.findings), "TW 35").message
    parted = reading((words("TW 3 "), blank()), (words("TW 3 5"),), beside=True)
    assert (parted.fields[CODE][ACTUAL], parted.findings) == ("5", [])


def test_a_control_that_says_more_than_its_place_is_no_mere_slip() -> None:
    moved = reading((words("TW "), blank()), (blank(text="TW 35"), words(" 7")), beside=True)
    assert errors(moved.findings)
    beside = reading((blank(),), (blank(text="52"), words(",25")), beside=True)
    assert errors(beside.findings) == []
    assert "ditulis di luar kotak isian; dibaca “52,25”" in only(beside.findings, "52").message
