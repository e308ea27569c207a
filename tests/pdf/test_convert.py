"""What the converter promises of an honest document, and of the target."""

import os
import subprocess
import threading
from pathlib import Path

import pikepdf
import pytest

from pipeline.errors import ConversionError, Interrupted
from pipeline.pdf import facts, pdfa
from pipeline.pdf.convert import Converter

from .documents import write_form


def poppler_text(path: Path) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout


def test_output_is_pdfa_with_language_tags_and_destinations(form_pdf: Path) -> None:
    found = facts.gather(form_pdf)
    assert (found.pages, found.pdfa, found.fonts_not_embedded) == (2, "2B", ())
    assert found.page_sizes_mm[0] == pytest.approx((210, 297), abs=0.3)
    page, x, y = found.destinations["TandaTangan"]
    assert page == 0
    assert 0 < x < 595
    assert 700 < y < 842
    assert pdfa.problems(form_pdf) == []
    with pikepdf.open(form_pdf) as pdf:
        assert str(pdf.Root.Lang) == "id-ID"
        assert pdf.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in pdf.Root
        assert len(pdf.trailer.ID) == 2
        assert pdf.Root.OutputIntents[0].S == pikepdf.Name.GTS_PDFA1


def test_poppler_reads_text_inside_and_outside_of_content_controls(form_pdf: Path) -> None:
    text = poppler_text(form_pdf)
    assert "Format Data Kinerja" in text
    assert "Realisasi: 52.067,25 ton" in text


def test_content_control_keeps_its_bold_run(form_pdf: Path) -> None:
    fonts = subprocess.run(
        ["pdffonts", form_pdf], check=True, capture_output=True, text=True
    ).stdout
    assert "Bold" in fonts


def test_object_streams_are_used(form_pdf: Path) -> None:
    assert b"/ObjStm" in form_pdf.read_bytes()


def test_untagged_output_has_no_structure_and_stays_pdfa(stamp_pdf: Path) -> None:
    with pikepdf.open(stamp_pdf) as pdf:
        assert "/StructTreeRoot" not in pdf.Root
        assert b"BDC" not in pdf.pages[0].Contents.read_bytes()
    assert pdfa.problems(stamp_pdf) == []


def test_source_stays_and_target_appears_alone(
    converter: Converter, form: Path, tmp_path: Path
) -> None:
    before = form.read_bytes()
    target = tmp_path / "hasil dengan spasi é.pdf"
    target.write_bytes(b"lama")
    converter.to_pdf(form, target)
    assert form.read_bytes() == before
    assert target.read_bytes().startswith(b"%PDF-1.")
    assert list(tmp_path.iterdir()) == [target]


def test_no_disk_is_waited_for(
    converter: Converter, form: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: pytest.fail("synced"))
    converter.to_pdf(form, tmp_path / "a.pdf")
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-1.")


def test_missing_target_folder_names_the_document(
    converter: Converter, form: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConversionError, match=r"Formulir Kabid\.docx.*tidak dapat disimpan"):
        converter.to_pdf(form, tmp_path / "tidak ada" / "a.pdf")


def test_two_threads_do_not_mix_their_documents(converter: Converter, tmp_path: Path) -> None:
    def work(name: str) -> None:
        source = write_form(tmp_path / f"{name}.docx", heading=f"Laporan {name}")
        for turn in range(4):
            converter.to_pdf(source, tmp_path / f"{name}-{turn}.pdf")

    threads = [threading.Thread(target=work, args=(name,)) for name in ("tangkap", "budidaya")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for name in ("tangkap", "budidaya"):
        for turn in range(4):
            assert f"Laporan {name}" in poppler_text(tmp_path / f"{name}-{turn}.pdf")


def test_nonsense_settings_are_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Converter(offices=0)


def test_closed_converter_says_so(form: Path, tmp_path: Path) -> None:
    converter = Converter()
    converter.close()
    with pytest.raises(Interrupted, match="sudah ditutup"):
        converter.to_pdf(form, tmp_path / "a.pdf")
