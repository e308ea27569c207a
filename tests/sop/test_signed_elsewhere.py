"""A PDF signed in another program: our bytes plus exactly the signature that is due, or a slip."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.validation import DocumentSecurityStore

from pipeline.domain.document import State
from pipeline.signing.fields import SIGNATURE_FIELD
from pipeline.signing.keys import SigningKey, open_key
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.tasks.seal import unlock

from .signed_by_hand import COMMAND, ByHand
from .under_way import KASUBAG

REFUSED = "tidak dapat diterima"
PINS = {KASUBAG: "839201"}


@dataclass(frozen=True)
class Elsewhere:
    """Another program, with the keys of the office and of a stranger of the same name."""

    hand: ByHand
    stranger: SigningKey

    def key(self, alias: str = "kasubag") -> SigningKey:
        """A key of the office."""
        office = self.hand.at.office
        return unlock(office, office.signer(alias), bytearray(self.hand.at.pins[alias], "utf-8"))

    def sign(
        self,
        pdf: bytes,
        key: SigningKey | None = None,
        *,
        field: str = SIGNATURE_FIELD,
        new: bool = False,
        **more: object,
    ) -> bytes:
        """Signed as any PDF program does; into a ``new`` field where so."""
        options = {"subfilter": SigSeedSubFilter.PADES, "md_algorithm": "sha256", **more}
        meta = PdfSignatureMetadata(field_name=field, **options)  # type: ignore[arg-type]
        signer = PdfSigner(meta, (key or self.key()).signer)
        out = signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), existing_fields_only=not new)
        return bytes(out.getbuffer())

    def drop(self, data: bytes, name: str = "selesai.pdf", folder: str = COMMAND) -> str:
        """The slip that answers; empty where it is taken."""
        self.hand.send(name, data, folder)
        stage, stem = folder.partition("/")[0], name.removesuffix(".pdf")
        slips = self.hand.at.desk.files(f"{stage}/SLIP - {stem}.pdf")
        return self.hand.at.said(f"{stage}/SLIP - {stem}.pdf") if slips else ""


@pytest.fixture
def elsewhere(hand: ByHand, tmp_path: Path) -> Elsewhere:
    people = [Person(KASUBAG, "Rahmat Latihan, S.Pi., M.Si.")]
    pki = make_practice_pki(tmp_path / "asing", people, PINS, now=datetime.now(UTC))
    key = open_key("pkcs12", str(pki.keys[KASUBAG]), PINS[KASUBAG], at=datetime.now(UTC))
    return Elsewhere(hand, key)


def with_note(pdf: bytes) -> bytes:
    """A revision with an annotation."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = writer.add_object(
        fields.generic.DictionaryObject(
            {
                fields.pdf_name("/Type"): fields.pdf_name("/Annot"),
                fields.pdf_name("/Subtype"): fields.pdf_name("/Text"),
                fields.pdf_name("/Rect"): fields.generic.ArrayObject(
                    map(fields.generic.NumberObject, (9, 9, 20, 20))
                ),
            }
        )
    )
    page.setdefault(fields.pdf_name("/Annots"), fields.generic.ArrayObject()).append(note)
    writer.update_container(page["/Annots"])
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def rewritten(pdf: bytes) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as document:
        document.save(out)
    return out.getvalue()


def with_validation_data(pdf: bytes, key: SigningKey) -> bytes:
    """A DSS with an entry for the signature, as Acrobat's "Add verification information"."""
    out = BytesIO(pdf)
    contents = PdfFileReader(out).embedded_regular_signatures[-1].pkcs7_content
    DocumentSecurityStore.add_dss(
        out, contents, certs=[key.certificate, *key.signer.cert_registry], ocsps=[], crls=[]
    )
    return out.getvalue()


Attack = Callable[[Elsewhere, bytes], bytes]
ATTACKS: dict[str, tuple[Attack, str]] = {
    "an invisible signature more": (
        lambda e, pdf: e.sign(e.sign(pdf), e.stranger, field="Lain", new=True),
        REFUSED,
    ),
    "an invisible signature before": (
        lambda e, pdf: e.sign(e.sign(pdf, e.stranger, field="Lain", new=True)),
        "di luar rencana: Lain",
    ),
    "a note, then the signature": (lambda e, pdf: e.sign(with_note(pdf)), REFUSED),
    "the signature, then a note": (
        lambda e, pdf: with_note(e.sign(pdf)),
        "sesudah tanda tangan",
    ),
    "another official": (lambda e, pdf: e.sign(pdf, e.key("sekretaris")), "tidak terdaftar"),
    "a stranger of the same name": (lambda e, pdf: e.sign(pdf, e.stranger), "folder kepercayaan"),
    "a field of its own": (
        lambda e, pdf: e.sign(pdf, field="Signature1", new=True),
        "Signature1",
    ),
    "no PAdES": (
        lambda e, pdf: e.sign(pdf, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED),
        "CAdES",
    ),
    "nothing signed, only saved": (lambda e, pdf: pdf + b"\n", REFUSED),
    "written anew, then signed": (
        lambda e, pdf: e.sign(rewritten(pdf)),
        "bukan print out yang menunggu",
    ),
    "signed, then written anew": (
        lambda e, pdf: rewritten(e.sign(pdf)),
        "bukan print out yang menunggu",
    ),
    "something behind the end": (lambda e, pdf: e.sign(pdf) + b"\0" * 9, REFUSED),
    "a byte of the print-out": (
        lambda e, pdf: flipped(e.sign(pdf), pdf.index(b"stream") + 40),
        "bukan print out yang menunggu",
    ),
}


def flipped(pdf: bytes, at: int) -> bytes:
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


@pytest.mark.slow
def test_whatever_else_was_done_is_refused_with_its_reason(elsewhere: Elsewhere) -> None:
    waiting = elsewhere.hand.waiting
    for number, (name, (attack, reason)) in enumerate(ATTACKS.items()):
        told = elsewhere.drop(attack(elsewhere, waiting), f"serangan {number}.pdf")
        assert reason in told, (name, told)
        assert "Tanda tangani dengan sertifikat" in told or "Buka PDF yang menunggu" in told, name
        assert elsewhere.hand.printout.state == State.WAITING, name
        assert elsewhere.hand.waiting == waiting, name
    # The honest one is taken after all of them.
    assert elsewhere.drop(elsewhere.sign(waiting)) == ""
    assert elsewhere.hand.printout.state == State.FILED


@pytest.mark.slow
def test_validation_data_and_timestamps_may_follow(elsewhere: Elsewhere) -> None:
    key, pdf = elsewhere.key(), elsewhere.sign(elsewhere.hand.waiting)
    assert elsewhere.drop(with_validation_data(pdf, key)) == ""
    assert elsewhere.hand.printout.state == State.FILED
    printed = [e.via for e in elsewhere.hand.at.events() if e.kind == "printout.signed"]
    assert printed[0].endswith("dibubuhkan dengan program lain")


@pytest.mark.slow
def test_a_program_may_draw_and_name_its_signature_as_it_likes(elsewhere: Elsewhere) -> None:
    pdf = elsewhere.sign(
        elsewhere.hand.waiting,
        reason="Menyetujui isi dokumen",
        location="Jambi",
        name="Rahmat",
    )
    assert elsewhere.drop(pdf) == ""
    assert elsewhere.hand.printout.state == State.FILED
