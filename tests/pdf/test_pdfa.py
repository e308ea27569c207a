"""The judge approves what the room makes, and names what breaks PDF/A-2b."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from pipeline.errors import ReadError
from pipeline.pdf.pdfa import problems


def altered(source: Path, change: Callable[[Pdf], None]) -> bytes:
    with pikepdf.open(source) as pdf:
        change(pdf)
        file = BytesIO()
        pdf.save(file, fix_metadata_version=False)
        return file.getvalue()


def no_intent(pdf: Pdf) -> None:
    del pdf.Root.OutputIntents


def no_metadata(pdf: Pdf) -> None:
    del pdf.Root.Metadata


def javascript(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="1")


def strange_font(pdf: Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].Resources.Font["/Asing"] = font
    pdf.pages[0].contents_add(b"BT /Asing 12 Tf (x) Tj ET")


def silent_note(pdf: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=Array([0, 0, 20, 20]))
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])


def cmyk(pdf: Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 0 1 k 0 0 9 9 re f")


def launch(pdf: Pdf) -> None:
    action = Dictionary(S=Name.Launch, F="a.exe")
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, F=4, Rect=Array([0, 0, 20, 20]), A=action)
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(link)])


@pytest.mark.parametrize(
    "change", [no_intent, no_metadata, javascript, strange_font, silent_note, cmyk, launch]
)
def test_each_fault_is_found(form_pdf: Path, change: Callable[[Pdf], None]) -> None:
    assert problems(altered(form_pdf, lambda _: None)) == []
    assert problems(altered(form_pdf, change))


def test_encrypted(form_pdf: Path, tmp_path: Path) -> None:
    with pikepdf.open(form_pdf) as pdf:
        pdf.save(tmp_path / "a.pdf", encryption=pikepdf.Encryption(owner="a", user=""))
    assert any("6.1.3-2" in line for line in problems(tmp_path / "a.pdf"))


@pytest.mark.parametrize("fault", ["before", "after", "no binary line"])
def test_frame_of_the_file(form_pdf: Path, fault: str) -> None:
    data = form_pdf.read_bytes()
    head, _, rest = data.partition(b"\n%")
    broken = {
        "before": b"\n" + data,
        "after": data + b"\n% tambahan",
        "no binary line": head + b"\n%abcd" + rest[4:],
    }
    assert any("ISO_19005_2:6.1." in line for line in problems(broken[fault]))


def test_signed_form_is_still_pdfa(signed_pdf: Path) -> None:
    assert problems(signed_pdf) == []


def field(**entries: object) -> Callable[[Pdf], None]:
    """Adds a signature field whose widget is right but for `entries`; None takes one away."""

    def add(pdf: Pdf) -> None:
        look = pdf.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form)
        look.BBox = Array([0, 0, 9, 9])
        widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T="Paraf", F=132)
        widget.Rect = Array([10, 10, 60, 40])
        widget.AP = Dictionary(N=look)
        for key, value in entries.items():
            if value is None:
                del widget["/" + key]
            else:
                widget["/" + key] = value
        widget = pdf.make_indirect(widget)
        pdf.Root.AcroForm = Dictionary(Fields=Array([widget]), SigFlags=3)
        pdf.pages[0].obj.Annots = Array([widget])

    return add


def foreign_font(pdf: Pdf) -> None:
    field()(pdf)
    look = pdf.Root.AcroForm.Fields[0].AP.N
    look.Resources = Dictionary(
        Font=Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier))
    )
    look.write(b"BT /F1 9 Tf (x) Tj ET")


def needs_appearances(pdf: Pdf) -> None:
    field()(pdf)
    pdf.Root.AcroForm.NeedAppearances = True


def test_a_right_field_is_fine(form_pdf: Path) -> None:
    assert problems(altered(form_pdf, field())) == []


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (field(F=128), "6.3.2"),
        (field(F=6), "6.3.2"),
        (field(AP=None), "6.3.3"),
        (field(AA=Dictionary()), "6.4.1"),
        (needs_appearances, "6.4.1"),
        (foreign_font, "6.2.11"),
    ],
    ids=["no print", "hidden", "no appearance", "action", "need appearances", "font in the box"],
)
def test_faults_of_fields(form_pdf: Path, change: Callable[[Pdf], None], clause: str) -> None:
    assert any(f"ISO_19005_2:{clause}" in fault for fault in problems(altered(form_pdf, change)))


def test_what_is_no_pdf_has_problems() -> None:
    assert problems(b"bukan PDF")


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"tiada\.pdf"):
        problems(tmp_path / "tiada.pdf")
