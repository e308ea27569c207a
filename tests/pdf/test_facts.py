"""Facts of honest, hostile and broken PDFs."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, Pdf, String

from pipeline.errors import ReadError
from pipeline.pdf.facts import gather
from pipeline.pdf.pdfa import problems


def blank(path: Path, change: Callable[[Pdf], None] = lambda _: None) -> Path:
    with Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(595.276, 841.89))
        change(pdf)
        pdf.save(path)
    return path


def test_plain_page(tmp_path: Path) -> None:
    found = gather(blank(tmp_path / "a.pdf"))
    assert (found.pages, found.page_sizes_mm, found.pdfa) == (1, ((210.0, 297.0),), "")
    flags = (found.has_javascript, found.has_external_actions, found.encrypted, found.repaired)
    assert flags == (False,) * 4
    assert not found.signed


def test_bytes_and_path_agree(form_pdf: Path) -> None:
    assert gather(form_pdf) == gather(form_pdf.read_bytes())


def test_turned_page_is_landscape(tmp_path: Path) -> None:
    def turn(pdf: Pdf) -> None:
        pdf.pages[0].obj.Rotate = 90

    assert gather(blank(tmp_path / "a.pdf", turn)).page_sizes_mm == ((297.0, 210.0),)


@pytest.mark.parametrize(
    ("action", "javascript", "external"),
    [
        (Dictionary(S=Name.JavaScript, JS="app.alert(1)"), True, False),
        (Dictionary(S=Name.Launch, F="a.exe"), False, True),
        (Dictionary(S=Name.GoToR, F="b.pdf"), False, True),
        (Dictionary(S=Name.SubmitForm, F="http://203.0.113.7"), False, True),
        (Dictionary(S=Name.URI, URI="https://contoh.go.id"), False, False),
        (Dictionary(S=Name.GoTo, D="a", Next=Dictionary(S=Name.Launch, F="x")), False, True),
    ],
    ids=["javascript", "launch", "gotor", "submit", "uri", "next"],
)
def test_actions(tmp_path: Path, action: Dictionary, *, javascript: bool, external: bool) -> None:
    def add(pdf: Pdf) -> None:
        pdf.Root.OpenAction = action

    found = gather(blank(tmp_path / "a.pdf", add))
    assert (found.has_javascript, found.has_external_actions) == (javascript, external)


def test_embedded_file_is_named(tmp_path: Path) -> None:
    found = gather(
        blank(tmp_path / "a.pdf", lambda pdf: pdf.attachments.__setitem__("data.xlsx", b"isi"))
    )
    assert found.embedded_files == ("data.xlsx",)


def test_font_without_file_is_named(tmp_path: Path) -> None:
    def add(pdf: Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        pdf.pages[0].obj.Resources = Dictionary(Font=Dictionary(F1=font))

    assert gather(blank(tmp_path / "a.pdf", add)).fonts_not_embedded == ("Helvetica",)


def test_signature_fields_by_full_name(tmp_path: Path) -> None:
    def add(pdf: Pdf) -> None:
        kid = pdf.make_indirect(Dictionary(T=String("Paraf")))
        parent = pdf.make_indirect(Dictionary(T=String("Kasubag"), FT=Name.Sig, Kids=Array([kid])))
        alone = pdf.make_indirect(Dictionary(T=String("TandaTangan"), FT=Name.Sig))
        pdf.Root.AcroForm = Dictionary(Fields=Array([parent, alone]))

    found = gather(blank(tmp_path / "a.pdf", add))
    assert found.signature_fields == ("Kasubag", "Kasubag.Paraf", "TandaTangan")
    assert found.signed_fields == ()


def test_signed(signed_pdf: Path) -> None:
    found = gather(signed_pdf)
    assert found.signed
    assert found.signed_fields == found.signature_fields == ("TandaTangan",)


def test_destinations_of_both_kinds(tmp_path: Path) -> None:
    def add(pdf: Pdf) -> None:
        page = pdf.pages[0].obj
        pdf.Root.Dests = Dictionary(Lama=Array([page, Name.XYZ, 10, 20, 0]))
        tree = pikepdf.NameTree.new(pdf)
        tree["Baru"] = Dictionary(D=Array([page, Name.FitH, 99]))
        tree["Terbuka"] = Array([page, Name.XYZ, None, None, None])
        tree["Rusak"] = Array([7, Name.Fit])
        pdf.Root.Names = Dictionary(Dests=tree.obj)

    assert gather(blank(tmp_path / "a.pdf", add)).destinations == {
        "Lama": (0, 10.0, 20.0),
        "Baru": (0, 0.0, 99.0),
        "Terbuka": (0, 0.0, 841.89),
    }


def test_owner_password_only_is_a_fact(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with pikepdf.open(blank(tmp_path / "b.pdf")) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="rahasia", user=""))
    assert gather(path).encrypted


def test_user_password_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "terkunci.pdf"
    with pikepdf.open(blank(tmp_path / "b.pdf")) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(ReadError, match=r"terkunci\.pdf dikunci dengan kata sandi"):
        gather(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "bukan PDF"),
        (b"PK\x03\x04", "bukan PDF"),
        (b"%PDF-1.7\n1 0 obj", "terpotong"),
        (b"%PDF-1.7\ntidak ada apa-apa\n%%EOF", "rusak"),
    ],
)
def test_what_is_no_pdf(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "pindaian.pdf"
    path.write_bytes(content)
    with pytest.raises(ReadError, match=rf"pindaian\.pdf.*{reason}"):
        gather(path)


def test_no_pages(tmp_path: Path) -> None:
    with Pdf.new() as pdf:
        pdf.save(tmp_path / "a.pdf")
    with pytest.raises(ReadError, match="satu halaman pun"):
        gather(tmp_path / "a.pdf")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"tiada\.pdf tidak dapat dibaca"):
        gather(tmp_path / "tiada.pdf")


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_never_escapes_as_a_foreign_error(
    form_pdf: Path, signed_pdf: Path, data: st.DataObject
) -> None:
    content = bytearray(data.draw(st.sampled_from([form_pdf, signed_pdf])).read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        # the ends hold the cross-references, the objects of a signature and the header
        at = data.draw(st.integers(0, 3000) | st.integers(-6000, -1))
        content[at] = data.draw(st.integers(0, 255))
    with contextlib.suppress(ReadError):
        gather(bytes(content))
    assert isinstance(problems(bytes(content)), list)
