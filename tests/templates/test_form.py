"""The form's content controls: what the program reads a returned form by."""

from collections.abc import Callable

import pytest
from builder.package import EMPTY_CONTROL, PLACEHOLDER_PART, members
from lxml import etree

from . import rendering, samples

Rendered = Callable[[str, bool], bytes]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIELDS = ("realisasi", "keterangan", "pendukung", "penghambat", "tindak_lanjut", "data_dukung")


@pytest.fixture
def controls(rendered: Rendered) -> dict[str, etree._Element]:
    """The issued form's controls by tag."""
    root = etree.fromstring(rendering.parts(rendered("formulir.docx", False))["word/document.xml"])
    found = list(root.iter(f"{W}sdt"))
    by_tag = {_value(one, "tag"): one for one in found}
    assert len(by_tag) == len(found)
    return by_tag


def _value(control: etree._Element, name: str) -> str:
    element = control.find(f"{W}sdtPr/{W}{name}")
    assert element is not None, name
    return str(element.get(f"{W}val"))


def _text(control: etree._Element) -> str:
    return "".join(t.text or "" for t in control.iter(f"{W}t"))


def test_each_indicator_has_its_six_controls(controls: dict[str, etree._Element]) -> None:
    codes = [i["kode"] for i in samples.formulir()["indikator"]]
    assert set(controls) == {f"k:{code}:{field}" for code in codes for field in FIELDS}


def test_controls_are_of_run_level_and_cannot_be_deleted(
    controls: dict[str, etree._Element],
) -> None:
    for control in controls.values():
        parent = control.getparent()
        assert parent is not None
        assert parent.tag == f"{W}p"
        assert _value(control, "lock") == "sdtLocked"
        assert control.find(f"{W}sdtPr/{W}id") is None
        assert len(_value(control, "tag")) <= 64


def test_filled_controls_show_values_and_empty_ones_ask(
    controls: dict[str, etree._Element],
) -> None:
    for indicator in samples.formulir()["indikator"]:
        for field in FIELDS:
            control = controls[f"k:{indicator['kode']}:{field}"]
            asking = control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
            assert asking == (indicator[field] == "")
            assert _text(control) == (indicator[field] or EMPTY_CONTROL)


def test_aliases_read_well(controls: dict[str, etree._Element]) -> None:
    assert _value(controls["k:IKU-01:tindak_lanjut"], "alias") == "Tindak lanjut – IKU-01"


def test_word_puts_the_same_words_back_into_an_emptied_control() -> None:
    parts = members((rendering.FOLDER / "formulir.docx").read_bytes())
    glossary = etree.fromstring(parts["word/glossary/document.xml"])
    assert _text(glossary) == EMPTY_CONTROL
    name = glossary.find(f".//{W}docPartPr/{W}name")
    assert name is not None
    assert name.get(f"{W}val") == PLACEHOLDER_PART


def test_the_head_is_repeated_on_every_page(rendered: Rendered) -> None:
    root = etree.fromstring(rendering.parts(rendered("formulir.docx", False))["word/document.xml"])
    heads = [r for r in root.iter(f"{W}tr") if r.find(f"{W}trPr/{W}tblHeader") is not None]
    assert len(heads) == 1
    assert [_text(c).replace("\u00a0", " ") for c in heads[0].findall(f"{W}tc")][6:] == [
        "Realisasi TW III",
        "Keterangan",
        "Faktor pendukung",
        "Faktor penghambat",
        "Tindak lanjut",
        "Data dukung",
    ]


def test_code_and_qr_stand_in_the_footer(rendered: Rendered) -> None:
    parts = rendering.parts(rendered("formulir.docx", False))
    footer = parts["word/footer1.xml"].decode()
    assert "K7Q2M9XT4B" in footer
    assert "<wp:inline" in footer
    assert any(name.startswith("word/media/") for name in parts)
