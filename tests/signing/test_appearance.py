"""The look, judged on rendered pages and on the PDF objects that PDF/A cares for."""

import io
import subprocess

import pikepdf
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from PIL import Image

from pipeline.errors import ConfigurationError, SigningError
from pipeline.signing import font
from pipeline.signing.appearance import SignerFace, draw_signature
from pipeline.signing.fields import Place, SignaturePlan, prepare
from pipeline.signing.qr import qr_runs

from .conftest import FACE, HEAD, NOW, SIGNATURE_BOX, Office, Signed


def page_image(pdf: bytes, dpi: int) -> Image.Image:
    command = ["pdftoppm", "-r", str(dpi), "-png", "-singlefile", "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=60)
    assert done.stderr == b""
    return Image.open(io.BytesIO(done.stdout)).convert("L")


def page_text(pdf: bytes) -> str:
    command = ["pdftotext", "-layout", "-", "-"]
    return subprocess.run(
        command, input=pdf, capture_output=True, check=True, text=False
    ).stdout.decode()


def test_texts_can_be_read_and_copied(signed: Signed) -> None:
    text = " ".join(page_text(signed.signed).split())
    assert "Ditandatangani secara elektronik oleh:" in text
    assert "NIP 19860926 201505 2 001" in text
    assert "Penata Tingkat I, III/d" in text
    assert "Diparaf secara elektronik" in text
    assert text.count("Rina Marlina, S.Pi., M.Si.") == 2
    assert text.count("WIB") == 2


@pytest.mark.parametrize("dpi", [100, 150, 300])
def test_qr_code_reads_from_the_page(signed: Signed, dpi: int) -> None:
    found = zxingcpp.read_barcodes(page_image(signed.signed, dpi))
    assert [code.text for code in found] == [FACE.qr_text]


def test_nothing_is_clipped_or_spread(signed: Signed) -> None:
    """Ink ends before the frame, and lines are as wide as the font's metrics say."""
    dpi = 150
    scale = dpi / 72
    image = page_image(signed.signed, dpi)
    left, bottom, right, top = SIGNATURE_BOX
    height = image.height
    box = image.crop(
        tuple(
            round(v)
            for v in (left * scale, height - top * scale, right * scale, height - bottom * scale)
        )
    )
    drawing = draw_signature(FACE, NOW, right - left, top - bottom)
    widest = max(line.x + line.width for line in drawing.lines)
    inner = box.crop((4, 4, box.width - 4, box.height - 4))
    ink = inner.point(lambda level: 255 if level < 160 else 0).getbbox()
    assert ink is not None
    assert abs((ink[2] + 4) / scale - widest) < 2.5


def test_appearance_is_fit_for_pdfa(signed: Signed) -> None:
    document = pikepdf.open(io.BytesIO(signed.signed))
    fields = document.Root.AcroForm.Fields
    assert all(int(field.F) & 4 for field in fields)  # print flag, ISO 19005-2 §6.5.3
    names = set()
    for field in fields:
        stream = field.AP.N
        assert "/Group" not in stream
        assert "/ExtGState" not in stream.Resources
        for resource in stream.Resources.Font.values():
            (descendant,) = resource.DescendantFonts
            names.add(str(resource.BaseFont))
            assert resource.Encoding == "/Identity-H"
            assert "/ToUnicode" in resource
            assert descendant.CIDToGIDMap == "/Identity"
            assert widths_agree(descendant)
    assert len(names) == 2  # both faces, embedded once for both seals
    for item in document.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font":
            assert str(item.BaseFont) not in ("/Helvetica", "/Courier")


def widths_agree(descendant: pikepdf.Dictionary) -> bool:
    program = TTFont(io.BytesIO(descendant.FontDescriptor.FontFile2.read_bytes()))
    declared = [int(width) for width in descendant.W[1]]
    actual = [program["hmtx"][glyph][0] for glyph in program.getGlyphOrder()]
    return program["head"].unitsPerEm == 1000 and declared == actual


def test_pdfa_mark_and_output_intent_stay(signed: Signed) -> None:
    document = pikepdf.open(io.BytesIO(signed.signed))
    assert b"pdfaid:part" in document.Root.Metadata.read_bytes()
    assert len(document.Root.OutputIntents) == 1


def test_fonts_come_along_where_the_plan_was_laid_elsewhere(
    base_pdf: bytes, office: Office
) -> None:
    plan = SignaturePlan(Place(0, SIGNATURE_BOX, HEAD))
    prepared = prepare(base_pdf, plan)
    document = pikepdf.open(io.BytesIO(prepared))
    del document.Root.AcroForm["/DR"]
    out = io.BytesIO()
    document.save(out)
    sealed = office.sealer.sign(out.getvalue(), office.head, FACE, at=NOW)
    assert "Ditandatangani secara elektronik" in page_text(sealed)


def test_fonts_have_the_same_name_in_every_process() -> None:
    font.load_face.cache_clear()
    first = font.load_face(bold=False)
    font.load_face.cache_clear()
    assert font.load_face(bold=False).name == first.name


def test_missing_typeface_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(font, "FAMILY", "Huruf Yang Tidak Ada")
    font.load_face.cache_clear()
    with pytest.raises(ConfigurationError, match="fonts-liberation"):
        font.load_face(bold=True)
    monkeypatch.undo()
    font.load_face.cache_clear()


def test_qr_refuses_what_it_cannot_hold() -> None:
    with pytest.raises(SigningError, match="QR"):
        qr_runs("x" * 8000)


def test_box_without_a_code(base_pdf: bytes, office: Office) -> None:
    plain = SignerFace("Sekretaris", "Ir. Budi Santoso")
    prepared = prepare(base_pdf, SignaturePlan(Place(0, SIGNATURE_BOX, "Sekretaris")))
    sealed = office.sealer.sign(prepared, office.secretary, plain, at=NOW)
    assert zxingcpp.read_barcodes(page_image(sealed, 150)) == []
    assert "NIP" not in page_text(sealed)
