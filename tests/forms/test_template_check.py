import pytest

from pipeline.domain.finding import Finding, errors
from pipeline.forms.package import open_word
from pipeline.forms.template_check import check_template

from .documents import MAIN, body, control, parts, run, template, with_parts, word
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


@pytest.mark.parametrize(
    "text",
    [
        "{% for x in indikator %}",
        "{{ pejabat.nama",
        "{% endfor %}",
        "{{ pejabat.nama | tidakada }}",
        "{% if %}x{% endif %}",
    ],
)
def test_broken_jinja_is_told_with_the_mend(text: str) -> None:
    findings = check(body(run(text), CONTROL))
    if text == "{{ pejabat.nama":  # no tag at all to docxtpl's eyes, or an unfinished one
        assert findings
    assert all(f.mend for f in findings)
    assert errors(findings)


def test_a_wrong_field_of_a_known_thing_is_told() -> None:
    assert errors(check(body(run("{{ pejabat.namaa }}"), CONTROL)))


def test_a_lost_control_is_told() -> None:
    (finding,) = check(word("Format tanpa kotak isian"))
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


def test_an_endless_loop_is_told() -> None:
    text = "{% for i in range(10**9) %}x{% endfor %}"
    assert errors(check(body(run(text), CONTROL)))


def test_a_renamed_tag_is_a_lost_control() -> None:
    assert errors(check(spoiled(":realisasi", ":realisasinya")))
