import io

import docx
import pytest

from pipeline.domain.finding import Finding, Severity, errors
from pipeline.forms.package import open_word
from pipeline.forms.template_check import check_template

from .documents import MAIN, body, control, parts, run, saved, template, with_parts, word
from .people import OFFICE_FORM

CONTROL = control("k:IK-1:realisasi", run("klik"))


def check(data: bytes, sample: dict[str, object] | None = None) -> list[Finding]:
    return check_template(data, open_word(data), OFFICE_FORM if sample is None else sample)


def spoiled(old: str, new: str) -> bytes:
    """The delivered form after somebody's edit."""
    form = template("formulir")
    text = parts(form)[MAIN].decode()
    assert old in text
    return with_parts(form, {MAIN: text.replace(old, new).encode()})


def test_the_delivered_form_is_right() -> None:
    assert check(template("formulir")) == []


def test_an_unknown_field_is_named_with_its_paragraph_and_the_known_ones() -> None:
    (finding,) = check(body(run("Jabatan: {{ jabatann }}"), CONTROL))
    assert finding.message == "kolom 'jabatann' tidak dikenal"
    assert finding.place == "paragraf “Jabatan: {{ jabatann }}”"
    assert "pejabat" in finding.mend


def written(*texts: str, **places: str) -> bytes:
    """The delivered form with paragraphs more, and texts more in the places named."""
    document = docx.Document(io.BytesIO(template("formulir")))
    for text in texts:
        document.add_paragraph(text)
    section = document.sections[0]
    spots = {
        "cell": document.tables[0].rows[0].cells[0].paragraphs[0],
        "footer": section.footer.paragraphs[0],
    }
    for place, text in places.items():
        spots[place].add_run(text)
    return saved(document)


FAULTS = {
    "{{ pejabat.nama": "{{ tidak ditutup dengan }}",
    "{% for x in indikator": "{% tidak ditutup dengan %}",
    "nama }} saja": "}} tanpa pembukanya",
    "{%p for x in indikator %}": "tidak ditutup dengan endfor",
    "{% if kode %}ya": "tidak ditutup dengan endif",
    "{% endfor %}": "tanpa pembukanya",
    "{% else %}": "tanpa pembukanya",
    "{% fro x in indikator %}": "perintah 'fro' tidak dikenal",
    "{{ kode kode }}": "salah tulis di dekat 'kode'",
    "{% if %}x{% endif %}": "tidak terbaca",
    "{{ kode | sulap }}": "saringan 'sulap' tidak dikenal",
    "{{ kode is sulap }}": "uji 'sulap' tidak dikenal",
    "{% include 'x' %}": "tidak dapat dipakai di sini",
    "{{ kode.__class__ }}": "tidak diizinkan: '__class__'",
    "{{ kode['__class__'] }}": "tidak diizinkan: '__class__'",
    "{{ gaji }}": "kolom 'gaji' tidak dikenal",
    "{{ pejabat.namaa }}": "kolom 'namaa' tidak dikenal",
    "{% for i in indikator %}{{ i.relisasi }}{% endfor %}": "kolom 'relisasi' tidak dikenal",
    "{% if 1 == 2 %}{{ pejabat.gajii }}{% endif %}": "kolom 'gajii' tidak dikenal",
    "{% if kode %}x{% else %}{{ kantor.kotaa }}{% endif %}": "kolom 'kotaa' tidak dikenal",
    "{{ 1 // 0 }}": "pembagian dengan nol",
    "{{ kode + 1 }}": "tidak terbaca",
    "{% for x in range(10**9) %}x{% endfor %}": "perulangan",
    "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}": "terlalu besar",
}


APART = ("{%p for", "{% else %}", "range", "macro")
"""What closes another one, or runs on for ever: nothing else can be found beside it."""
BESIDES = [text for text in FAULTS if not any(part in text for part in APART)]


@pytest.mark.parametrize(
    "text", [pytest.param(t, marks=pytest.mark.slow if t in BESIDES[3:] else ()) for t in FAULTS]
)
def test_a_fault_is_told_with_its_paragraph_and_the_mend(text: str) -> None:
    (finding,) = check(written("Sebelumnya {{ kode }}", text, "Sesudahnya {{ kode }}"))
    assert finding.place == f"paragraf “{text[:60]}”"
    assert FAULTS[text] in finding.message
    assert finding.mend
    assert errors([finding])


def test_all_faults_are_told_at_once() -> None:
    found = check(written(*BESIDES))
    for text in BESIDES:
        mine = [f for f in found if f.place == f"paragraf “{text[:60]}”"]
        assert any(FAULTS[text] in finding.message for finding in mine), text


def test_faults_are_found_in_tables_and_footers_too() -> None:
    found = {f.message: f.place for f in check(written(cell="{{ pejabat.x }}", footer="{{ yy }}"))}
    assert found["kolom 'x' tidak dikenal"].startswith("paragraf “")
    assert found["kolom 'x' tidak dikenal"].endswith("{{ pejabat.x }}”")
    assert found["kolom 'yy' tidak dikenal"].startswith("kaki halaman, paragraf “")


def test_the_second_of_two_equal_tags_is_named_by_its_own_paragraph() -> None:
    found = check(written("a {% if kode %}x{% endif %}", "b {% if kode %}y"))
    assert [f.place for f in found] == ["paragraf “b {% if kode %}y”"]


def test_the_tag_of_a_control_is_looked_at_too() -> None:
    (finding,) = check(spoiled("k:{{ i.kode }}:realisasi", "k:{{ i.kodee }}:realisasi"))
    assert finding.place == "kotak isian “k:{{ i.kodee }}:realisasi”"
    assert finding.message == "kolom 'kodee' tidak dikenal"


def test_a_field_in_the_properties_of_the_document_is_looked_at_too() -> None:
    document = docx.Document(io.BytesIO(template("formulir")))
    document.core_properties.title = "Format {{ periodee }}"
    (finding,) = check(saved(document))
    assert finding.place == "sifat dokumen “Format {{ periodee }}”"


@pytest.mark.parametrize(
    "text",
    [
        "{% if pejabat.jauh is defined %}{{ pejabat.jauh }}{% endif %}",
        "{% if indikator|length > 90 %}{{ indikator[90].nama }}{% endif %}",
        "{{ pejabat.jauh|default('–') }}",
        "{% raw %}{{ apa saja }}{% endraw %}",
        "{# catatan #}",
        "{%p if kode == “K” or kode != ‘L’ %}",
        "{% set nama = kode %}{{ nama }}",
        "100 % {biasa} }",
    ],
)
def test_what_is_right_is_not_told(text: str) -> None:
    texts = (text, "{%p endif %}") if "{%p" in text else (text,)
    assert check(written(*texts)) == []


def without(*texts: str) -> bytes:
    """The delivered form, its footer and body without these."""
    form = template("formulir")
    changed = {n: d for n, d in parts(form).items() if n in (MAIN, "word/footer1.xml")}
    for text in texts:
        changed = {n: d.replace(text.encode(), b"") for n, d in changed.items()}
    return with_parts(form, changed)


@pytest.mark.parametrize(
    ("lost", "told"),
    [
        (("Kode formulir: ",), "“Kode formulir: {{ kode }}” tidak ada lagi"),
        (("{{ qr }}",), "{{ qr }} tidak ada lagi"),
        (("{{ periode }}",), "periode tidak tampak"),
        (("{{ pejabat.nama }}",), "nama pejabat tidak tampak"),
        (("{{ i.nama }}",), "nama indikator tidak tampak"),
        ((":keterangan",), "kotak isian untuk Keterangan tidak ada lagi"),
    ],
)
def test_what_the_office_may_miss_is_a_warning(lost: tuple[str, ...], told: str) -> None:
    (finding,) = check(without(*lost))
    assert told in finding.message
    assert finding.severity is Severity.WARNING


def test_a_form_that_cannot_be_recognised_on_paper_is_an_error() -> None:
    (finding,) = check(without("Kode formulir: ", "{{ qr }}"))
    assert "“Kode formulir: {{ kode }}” dan {{ qr }} tidak ada lagi" in finding.message
    assert errors([finding])


def test_a_lost_control_is_told() -> None:
    (finding,) = check(without(":realisasi"))
    assert "kotak isian untuk realisasi" in finding.message


def test_macros_and_foreign_content_are_told_together() -> None:
    rels = "word/_rels/document.xml.rels"
    form = template("formulir")
    relation = (
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/image" Target="http://host/x.png" TargetMode="External"/></Relationships>'
    )
    changed = parts(form)[rels].replace(b"</Relationships>", relation)
    findings = check(with_parts(form, {rels: changed, "word/vbaProject.bin": b"x"}))
    assert [f.message for f in findings] == [
        "berkas memuat makro",
        "berkas mengambil isi dari luar: http://host/x.png",
    ]


def test_a_hollow_package_is_told_not_raised() -> None:
    gone = [n for n in parts(word()) if n not in {"[Content_Types].xml", MAIN}]
    assert errors(check(with_parts(word(), {}, without=gone)))


def test_a_package_that_word_would_repair_is_told_in_indonesian() -> None:
    types = "[Content_Types].xml"
    odd = parts(template("formulir"))[types].replace(b"Types", b"Jenis")
    (finding,) = check(with_parts(template("formulir"), {types: odd}))
    assert "Susunan dokumen Word ini rusak" in finding.message
    assert "simpan ulang" in finding.mend


def test_an_endless_loop_is_told() -> None:
    text = "{% for i in range(10**9) %}x{% endfor %}"
    assert errors(check(body(run(text), CONTROL)))


def test_a_renamed_tag_is_a_lost_control() -> None:
    assert errors(check(spoiled(":realisasi", ":realisasinya")))
