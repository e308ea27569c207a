"""PDF/A-2b is kept by every revision: prepared, initialled, signed, archived."""

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Pdf
from pyhanko.sign import fields as pyhanko_fields

from pipeline.pdf.finish import finished
from pipeline.signing.fields import prepare
from pipeline.signing.revision import open_revision
from pipeline.signing.seal import Sealer

from ..pdf.pdfa_points import faults, revisions_of
from . import test_levels
from .conftest import FACE, NOW, PLAN, Office

stamped = test_levels.stamped


@pytest.fixture(scope="module")
def stages(base_pdf: bytes, office: Office) -> list[bytes]:
    """A print-out as the product makes it: prepared, initialled, signed."""
    made = finished(base_pdf, "cetak", "id-ID", tagged=True)
    prepared = prepare(made, PLAN)
    initialled = office.sealer.initial(prepared, "Paraf", office.head, FACE, at=NOW)
    return [made, prepared, initialled, office.sealer.sign(initialled, office.head, FACE, at=NOW)]


def test_a_sealed_file_stays_pdfa_at_each_step(stages: list[bytes]) -> None:
    assert revisions_of(stages[-1]) == stages
    assert faults(stages[-1]) == []


def test_a_file_with_timestamps_stays_pdfa(
    stages: list[bytes], office: Office, stamped: Sealer
) -> None:
    initialled = stamped.initial(stages[1], "Paraf", office.head, FACE, at=NOW)
    archived = stamped.sign(initialled, office.head, FACE, at=NOW)
    assert len(revisions_of(archived)) > len(stages)
    assert faults(archived) == []


def look(pdf: Pdf) -> pikepdf.Stream:
    return pdf.Root.AcroForm.Fields[-1].AP.N


def transparent(pdf: Pdf) -> None:
    look(pdf).Group = Dictionary(S=Name.Transparency)


def state(pdf: Pdf) -> None:
    look(pdf).Resources.ExtGState = Dictionary(G=Dictionary(ca=0.5))
    look(pdf).write(b"/G gs")


def cmyk(pdf: Pdf) -> None:
    look(pdf).write(b"0 0 0 1 k 0 0 9 9 re f")


def doubled_widths(pdf: Pdf) -> None:
    for font in look(pdf).Resources.Font.values():
        below = font.DescendantFonts[0]
        below.W[1] = Array([int(width) * 2 for width in below.W[1]])


def no_program(pdf: Pdf) -> None:
    for font in look(pdf).Resources.Font.values():
        del font.DescendantFonts[0].FontDescriptor.FontFile2


def unprinted(pdf: Pdf) -> None:
    pdf.Root.AcroForm.Fields[0].F = 128


def second_look(pdf: Pdf) -> None:
    pdf.Root.AcroForm.Fields[0].AP.R = look(pdf)


def nameless(pdf: Pdf) -> None:
    del pdf.Root.AcroForm.Fields[0].Contents


def attached(pdf: Pdf) -> None:
    pdf.attachments["a.txt"] = b"a"


def script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="1")


def other_part(pdf: Pdf) -> None:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as xmp:
        xmp["pdfaid:part"] = "4"


def no_intent(pdf: Pdf) -> None:
    del pdf.Root.OutputIntents


@pytest.mark.parametrize(
    ("change", "clause"),
    [
        (transparent, "6.2.10"),
        (state, "6.2.5"),
        (cmyk, "6.2.4"),
        (doubled_widths, "6.2.11.5"),
        (no_program, "6.2.11.4.1"),
        (unprinted, "6.3.2"),
        (second_look, "6.3.3"),
        (nameless, "pembaca layar"),
        (attached, "6.8"),
        (script, "6.5"),
        (other_part, "6.6.4"),
        (no_intent, "6.2.3"),
    ],
)
def test_each_point_is_looked_at(
    stages: list[bytes], change: Callable[[Pdf], None], clause: str
) -> None:
    with pikepdf.open(io.BytesIO(stages[-1])) as pdf:
        change(pdf)
        out = io.BytesIO()
        pdf.save(out, fix_metadata_version=False)
    assert any(f": {clause}" in fault or clause in fault for fault in faults(out.getvalue()))


def test_a_revision_in_the_middle_counts(stages: list[bytes]) -> None:
    """A field without a picture, though the next revision takes it away again."""
    bad = open_revision(stages[0], "naskah")
    pyhanko_fields.append_signature_field(
        bad, pyhanko_fields.SigFieldSpec("Lain", box=(10, 10, 60, 40))
    )
    out = io.BytesIO()
    bad.write(out)
    with_field = out.getvalue()
    assert any("pembaca layar" in fault for fault in faults(with_field))
    after = open_revision(with_field, "naskah")
    after.root["/AcroForm"]["/Fields"].clear()
    after.root["/Pages"]["/Kids"][0].get_object()["/Annots"].clear()
    after.update_container(after.root["/AcroForm"]["/Fields"])
    after.update_container(after.root["/Pages"]["/Kids"][0].get_object()["/Annots"])
    out = io.BytesIO()
    after.write(out)
    mended = faults(out.getvalue())
    last = len(revisions_of(out.getvalue()))
    assert mended
    assert not any(f"revisi {last}" in fault for fault in mended)
