"""The stamp lies on the form, and the form stays what it was."""

from pathlib import Path

import pikepdf
import pytest

from pipeline.errors import ConversionError, ReadError
from pipeline.pdf import facts, pdfa
from tests.pdf.on_files import extract_text, overlay

WORDS = "TELAH DIVERIFIKASI"


def test_first_page_only(form_pdf: Path, stamp_pdf: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    overlay(form_pdf, stamp_pdf, target)
    first, second = extract_text(target).split("\f")
    assert WORDS in first
    assert "Format Data Kinerja" in first
    assert WORDS not in second
    assert list(tmp_path.iterdir()) == [target]


def test_all_pages(form_pdf: Path, stamp_pdf: Path, tmp_path: Path) -> None:
    overlay(form_pdf, stamp_pdf, tmp_path / "a.pdf", pages="all")
    assert all(WORDS in page for page in extract_text(tmp_path / "a.pdf").split("\f"))


def test_pdfa_identity_and_structure_survive(
    form_pdf: Path, stamp_pdf: Path, tmp_path: Path
) -> None:
    target = tmp_path / "a.pdf"
    overlay(form_pdf, stamp_pdf, target)
    assert pdfa.problems(target) == []
    before, after = facts.gather(form_pdf), facts.gather(target)
    assert after == before
    with pikepdf.open(form_pdf) as old, pikepdf.open(target) as new:
        assert new.Root.Metadata.read_bytes() == old.Root.Metadata.read_bytes()
        assert bytes(new.trailer.ID[0]) == bytes(old.trailer.ID[0])
        assert new.docinfo.Producer == old.docinfo.Producer
        assert "/StructTreeRoot" in new.Root
        assert str(new.Root.Lang) == "id-ID"
        profiles = [pdf.Root.OutputIntents[0].DestOutputProfile for pdf in (old, new)]
        assert profiles[0].read_bytes() == profiles[1].read_bytes()


def test_same_input_same_bytes(form_pdf: Path, stamp_pdf: Path, tmp_path: Path) -> None:
    for name in "ab":
        overlay(form_pdf, stamp_pdf, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_in_place(form_pdf: Path, stamp_pdf: Path, tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    target.write_bytes(form_pdf.read_bytes())
    overlay(target, stamp_pdf, target)
    assert WORDS in extract_text(target)


def test_signed_form_is_never_touched(signed_pdf: Path, stamp_pdf: Path, tmp_path: Path) -> None:
    before = signed_pdf.read_bytes()
    with pytest.raises(ConversionError, match=r"bertanda tangan\.pdf sudah ditandatangani"):
        overlay(signed_pdf, stamp_pdf, signed_pdf)
    assert signed_pdf.read_bytes() == before


def test_sheets_of_two_sizes(form_pdf: Path, tmp_path: Path) -> None:
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(612, 936))
        pdf.save(tmp_path / "folio.pdf")
    with pytest.raises(ConversionError, match=r"Ukuran halaman .*216 × 330 mm"):
        overlay(form_pdf, tmp_path / "folio.pdf", tmp_path / "a.pdf")
    assert not (tmp_path / "a.pdf").exists()


def test_encrypted_form(form_pdf: Path, stamp_pdf: Path, tmp_path: Path) -> None:
    with pikepdf.open(form_pdf) as pdf:
        pdf.save(tmp_path / "e.pdf", encryption=pikepdf.Encryption(owner="a", user=""))
    with pytest.raises(ConversionError, match="terenkripsi"):
        overlay(tmp_path / "e.pdf", stamp_pdf, tmp_path / "a.pdf")


def test_stamp_that_is_no_pdf(form_pdf: Path, form: Path, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="bukan PDF"):
        overlay(form_pdf, form, tmp_path / "a.pdf")
