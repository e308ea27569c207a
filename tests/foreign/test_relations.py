"""Where relationships lead: one answer for Word files, workbooks and what LibreOffice is given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ConversionError
from pipeline.foreign.relations import Relation, is_relations, relations_in
from pipeline.forms.package import open_word
from pipeline.forms.workbooks.carried import leads_to
from pipeline.pdf.package import safe_package
from tests.forms.documents import with_parts, word

RELS = "word/_rels/document.xml.rels"
ITEM = '<Relationship Id="rIdX" Type="http://x/relationships/{kind}" Target="{target}"{mode}/>'
OUTSIDE = [
    ("https://contoh.go.id/a.png", ""),
    ("file:///etc/hostname", ""),
    ("C:\\rahasia.png", ""),
    ("\\\\server\\bagi\\a.png", ""),
    ("//server/bagi/a.png", ""),
    ("\\/server/bagi/a.png", ""),
    (" //server/bagi/a.png", ""),
    ("media/a.png", ' TargetMode="External"'),
    ("media/a.png", ' TargetMode="EXTERNAL "'),
]


def listed(kind: str, target: str, mode: str = "") -> bytes:
    item = ITEM.format(kind=kind, target=target, mode=mode)
    return f"<Relationships>{item}</Relationships>".encode()


@pytest.mark.parametrize(("target", "mode"), OUTSIDE)
def test_what_leads_outside_is_told_alike_by_all(target: str, mode: str) -> None:
    (relation,) = relations_in(listed("image", target, mode))
    assert (relation.kind, relation.target, relation.leads_outside) == ("image", target, True)
    assert leads_to(listed("image", target, mode)) == target
    data = word("x")
    end = b"</Relationships>"
    item = ITEM.format(kind="image", target=target, mode=mode).encode()
    linked = with_parts(data, {RELS: open_word(data).parts[RELS].replace(end, item + end)})
    assert open_word(linked).external_targets() == [target]
    with pytest.raises(ConversionError, match="merujuk ke luar dokumen"):
        safe_package(linked, "Draf.docx")


@pytest.mark.parametrize("target", ["media/a.png", "/word/media/a.png", "../a.xml", ""])
def test_what_stays_inside(target: str) -> None:
    (relation,) = relations_in(listed("image", target))
    assert not relation.leads_outside
    assert leads_to(listed("image", target)) == ""


@pytest.mark.parametrize(
    ("target", "usual"),
    [
        ("https://contoh.go.id", True),
        ("MAILTO:a@contoh.go.id", True),
        ("#Sheet1!A1:B2", True),
        ("file:///etc/hostname", False),
        ("ms-word:ofe|u|x", False),
    ],
)
def test_hyperlinks_are_for_people(target: str, usual: bool) -> None:
    (relation,) = relations_in(listed("hyperlink", target, ' TargetMode="External"'))
    assert (relation.is_link, relation.is_usual_link) == (True, usual)
    assert leads_to(listed("hyperlink", target)) == ("" if usual else target)
    assert not Relation("image", target, external=True).is_usual_link


@given(st.text())
def test_whatever_says_external_leads_outside(target: str) -> None:
    assert Relation("image", target, external=True).leads_outside


def test_parts_are_known_by_their_names() -> None:
    assert is_relations("word/_rels/document.xml.RELS")
    assert not is_relations("word/rels.xml")
