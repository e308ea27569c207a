"""The look, judged on rendered pages and on the PDF objects that PDF/A cares for."""

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from fontTools.ttLib import TTFont
from PIL import Image

from pipeline.errors import ConfigurationError, SigningError
from pipeline.signing import font, practice
from pipeline.signing.appearance import (
    SMALLEST,
    Drawing,
    SignerFace,
    draw_initial,
    draw_signature,
)
from pipeline.signing.fields import Place, SignaturePlan, prepare
from pipeline.signing.issuer import BSRE_LINE, Issuer, issuer_of
from pipeline.signing.keys import open_key
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.signing.qr import qr_runs
from pipeline.signing.seal import Sealer
from pipeline.signing.trust import Anchor, Trust
from pipeline.sop.printout.places import INITIAL_MM, SIGNATURE_MM

from .conftest import FACE, HEAD, NOW, SIGNATURE_BOX, Office, Signed

LONG = SignerFace(
    jabatan="Kepala Subbagian Program, Kepegawaian dan Pelaporan selaku Pelaksana Tugas Sekretaris"
    " Dinas Kelautan dan Perikanan Provinsi Jambi",
    nama="Dr. Hj. Raden Ajeng Siti Nurhaliza Kusumaningtyas Wulandari, S.Pi., M.Si., M.Sc., Ph.D.",
    nip="198609262015052001",
    pangkat="Pembina Utama Muda, IV/c",
    qr_text="https://kinerja.dkp.jambiprov.example.id/v/P4W8Z2HN6C",
)


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


def pdfium_image(pdf: bytes, dpi: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        document.init_forms()
        drawn: Image.Image = document[0].render(scale=dpi / 72).to_pil()
        return drawn.convert("L")


@pytest.fixture(scope="module", params=["short", "long"])
def printed(request: pytest.FixtureRequest, base_pdf: bytes, office: Office) -> tuple[bytes, str]:
    """A signed page with boxes as large as on a print-out, and what its QR code says."""
    face = FACE if request.param == "short" else LONG
    width, height = (side / 25.4 * 72 - 2 * 2.83 for side in SIGNATURE_MM)
    wide, high = (side / 25.4 * 72 - 2 * 2.83 for side in INITIAL_MM)
    plan = SignaturePlan(
        Place(0, (300.0, 60.0, 300 + width, 60 + height), HEAD),
        (Place(0, (60.0, 60.0, 60 + wide, 60 + high), HEAD),),
    )
    prepared = prepare(base_pdf, plan)
    initialled = office.sealer.initial(prepared, "Paraf", office.head, face, at=NOW)
    return office.sealer.sign(initialled, office.head, face, at=NOW), face.qr_text


@pytest.mark.parametrize("dpi", [80, 90, 100, 120, 150, 300])
@pytest.mark.parametrize("draw", [page_image, pdfium_image])
def test_qr_code_reads_from_the_page(
    printed: tuple[bytes, str], dpi: int, draw: Callable[[bytes, int], Image.Image]
) -> None:
    pdf, said = printed
    assert [code.text for code in zxingcpp.read_barcodes(draw(pdf, dpi))] == [said]


@pytest.mark.parametrize("face", [FACE, LONG])
@pytest.mark.parametrize("draw", [draw_initial, draw_signature])
def test_no_line_is_too_small_to_read(
    face: SignerFace, draw: Callable[..., Drawing], office: Office
) -> None:
    size = INITIAL_MM if draw is draw_initial else SIGNATURE_MM
    width, height = (side / 25.4 * 72 - 2 * 2.83 for side in size)
    for anchor in (None, office.trust.anchors[0], bsre(office)):
        drawing = draw(face, NOW, width, height, Issuer("Penerbit " * 6, anchor))
        assert min(line.size for line in drawing.lines) >= SMALLEST
        assert face.nama.split()[-1] in " ".join(line.text for line in drawing.lines)


def test_a_jabatan_too_long_for_a_paraf_is_left_to_the_page() -> None:
    width, height = (side / 25.4 * 72 - 2 * 2.83 for side in INITIAL_MM)
    assert LONG.jabatan.split()[0] not in texts(draw_initial(LONG, NOW, width, height))
    assert FACE.jabatan.split()[0] in texts(draw_initial(FACE, NOW, width, height))


def texts(drawing: Drawing) -> str:
    return " ".join(line.text for line in drawing.lines)


def bsre(office: Office) -> Anchor:
    """The practice root, as an office would note the root of BSrE."""
    return replace(office.trust.anchors[0], practice=False, certified=True, psre="BSrE")


def foot(office: Office, base_pdf: bytes, anchor: Anchor) -> str:
    """What stands on a page signed where the root is noted as ``anchor``."""
    trust = replace(office.trust, anchors=(anchor,))
    prepared = prepare(base_pdf, SignaturePlan(Place(0, SIGNATURE_BOX, HEAD)))
    sealed = Sealer(trust).sign(prepared, office.head, FACE, at=NOW)
    return " ".join(page_text(sealed).split())


def test_practice_says_so(signed: Signed) -> None:
    text = " ".join(page_text(signed.signed).split())
    assert "LATIHAN · Ditandatangani secara elektronik oleh:" in text
    assert "LATIHAN · Diparaf secara elektronik" in text
    assert "LATIHAN: sertifikat ini untuk latihan" in text
    assert "BSrE" not in text


def test_bsre_is_named_where_the_office_has_noted_its_root(base_pdf: bytes, office: Office) -> None:
    said = foot(office, base_pdf, bsre(office))
    assert "diterbitkan oleh Balai Besar Sertifikasi Elektronik (BSrE), BSSN." in said
    assert "LATIHAN" not in said


def test_others_are_named_without_bsre(base_pdf: bytes, office: Office) -> None:
    other = replace(bsre(office), psre="Peruri")
    said = foot(office, base_pdf, other)
    assert "oleh Peruri, PSrE Indonesia (tersertifikasi)." in said
    nobody = replace(other, psre="", certified=False)
    said = foot(office, base_pdf, nobody)
    assert "(tidak tersertifikasi)" in said
    assert "BSrE" not in said


def test_a_name_alone_makes_nobody_bsre(
    tmp_path: Path, base_pdf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A root that calls itself as BSrE's does, in a folder where the real one is noted."""
    monkeypatch.setattr(practice, "ORGANIZATION", "Badan Siber dan Sandi Negara")
    real, forged = (
        make_practice_pki(tmp_path / who, [Person(HEAD, "R")], {HEAD: "839201"}, now=NOW)
        for who in ("asli", "palsu")
    )
    noted = Trust.load(real.trust).anchors[0]
    known = replace(noted, practice=False, certified=True, psre="BSrE")
    other = replace(Trust.load(forged.trust).anchors[0], practice=False)
    key = open_key("pkcs12", str(forged.keys[HEAD]), "839201", at=NOW)
    prepared = prepare(base_pdf, SignaturePlan(Place(0, SIGNATURE_BOX, HEAD)))
    trust = replace(Trust.load(forged.trust), anchors=(known, other))
    said = page_text(Sealer(trust).sign(prepared, key, FACE, at=NOW))
    assert "(BSrE)" not in said
    assert "(tidak tersertifikasi)" in said


def test_the_anchor_next_to_the_signer_counts(office: Office) -> None:
    """A national root has several issuers under it: it is no reason to name one of them."""
    root = replace(office.trust.anchors[0], practice=False, certified=True)
    (own,) = office.trust.intermediates
    issuing = replace(root, certificate=own, psre="BSrE")
    path = [root.certificate, own, office.head.certificate]
    both = replace(office.trust, anchors=(root, issuing))
    assert issuer_of(office.head.certificate, path, both).line == BSRE_LINE
    alone = replace(office.trust, anchors=(root,))
    assert "PSrE Indonesia" in issuer_of(office.head.certificate, path, alone).line


def test_nothing_is_clipped_or_spread(signed: Signed, office: Office) -> None:
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
    issuer = issuer_of(office.head.certificate, [], office.trust)
    issuer = replace(issuer, anchor=office.trust.anchors[0])
    drawing = draw_signature(FACE, NOW, right - left, top - bottom, issuer)
    foot = next(n for n, line in enumerate(drawing.lines) if line.text.startswith("LATIHAN:"))
    body, note = drawing.lines[:foot], drawing.lines[foot]
    widest = max(line.x + line.width for line in body)
    above_foot = box.height - round((note.y + note.size + 6) * scale)
    inner = box.crop((4, 4, box.width - 4, above_foot))
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
