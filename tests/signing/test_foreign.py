"""PDFs that other programs signed: judged by what they are, told in full."""

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from pipeline.signing.keys import SigningKey
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.signing.report import Verdict
from pipeline.signing.trust import Trust
from pipeline.signing.verify import verify

from .conftest import NOW, Office, Signed
from .test_statement import rows
from .test_verify import codes

ADOBE = {"subfilter": SigSeedSubFilter.ADOBE_PKCS7_DETACHED}


def elsewhere(pdf: bytes, key: SigningKey, field: str = "Signature1", **options: object) -> bytes:
    """Signed as a program does that knows nothing of our plan, in a visible field of its own."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    metadata = PdfSignatureMetadata(field_name=field, **options)  # type: ignore[arg-type]
    number = len(field)
    box = (10, 40 * number, 110, 40 * number + 30)
    signer = PdfSigner(metadata, key.signer, new_field_spec=SigFieldSpec(field, box=box))
    return signer.sign_pdf(writer).getvalue()


def test_a_plain_pdf_signature_is_valid_but_no_pades(signed: Signed, office: Office) -> None:
    report = verify(elsewhere(signed.base, office.secretary, **ADOBE), office.trust)
    assert report.verdict is Verdict.VALID, report.verdict_text()
    assert codes(report) == {"not_pades_elsewhere", "practice"}
    found = report.signatures[0]
    assert (found.subfilter, found.level) == ("adbe.pkcs7.detached", "PKCS7-B")
    assert report.level == "PKCS7-B"
    assert rows(report)["Hasil"] == "berlaku; PKCS7-B"
    assert rows(report)["Penanda tangan"] == "Ir. Budi Santoso"


def test_pades_by_another_program_is_valid(signed: Signed, office: Office) -> None:
    options = {"subfilter": SigSeedSubFilter.PADES}
    report = verify(elsewhere(signed.base, office.secretary, **options), office.trust)
    assert report.verdict is Verdict.VALID
    assert report.level == "B-B"


def test_several_signers_are_each_told(signed: Signed, office: Office) -> None:
    once = elsewhere(signed.base, office.secretary, **ADOBE)
    report = verify(elsewhere(once, office.head, "Signature22"), office.trust)
    assert report.verdict is Verdict.VALID, report.verdict_text()
    assert [s.signer for s in report.signatures] == [
        "Ir. Budi Santoso",
        "Rina Marlina, S.Pi., M.Si.",
    ]
    assert rows(report, 0)["Sesudahnya"] == "tanda tangan Signature22"


def test_revocation_data_inside_the_signature_counts(
    signed: Signed, office: Office, tmp_path: Path
) -> None:
    """Adobe's attribute (ISO 32000-1 §12.8.3.3.2): all there is where our folder lists others."""
    pdf = elsewhere(
        signed.base,
        office.secretary,
        embed_validation_info=True,
        validation_context=office.trust.context(NOW),
        **ADOBE,
    )
    other = make_practice_pki(tmp_path, [Person("Lain", "Lain")], {"Lain": "839201"}, now=NOW)
    trust = replace(office.trust, crls=Trust.load(other.trust).crls)
    report = verify(pdf, trust)
    assert report.verdict is Verdict.VALID, report.verdict_text()
    answers = [link.revocation for link in report.signatures[0].chain[:2]]
    assert [answer.kept for answer in answers if answer] == ["document", "document"]
    bare = verify(elsewhere(signed.base, office.secretary, **ADOBE), trust)
    assert bare.verdict is Verdict.INDETERMINATE
    assert {"revocation_unknown", "chain_unsure"} & codes(bare)


def test_a_weak_digest_cannot_be_relied_upon(signed: Signed, office: Office) -> None:
    report = verify(elsewhere(signed.base, office.secretary, md_algorithm="sha1"), office.trust)
    assert report.verdict is Verdict.INDETERMINATE
    assert "weak_algorithm" in codes(report)
    assert report.signatures[0].algorithm == "SHA1, RSA 2048"
    told = rows(report)
    assert told["Hasil"] == "tidak dapat dipastikan (CRYPTO_CONSTRAINTS_FAILURE)"
    assert told["Sertifikat"].endswith("akar tepercaya")


def test_a_form_of_signature_from_before_cms(signed: Signed, office: Office) -> None:
    """``adbe.x509.rsa_sha1``: nothing in it can be read as CMS."""
    pdf = elsewhere(signed.base, office.secretary, **ADOBE)
    old = pdf.replace(b"/adbe.pkcs7.detached", b"/adbe.x509.rsa_sha1 ")
    report = verify(old, office.trust)
    assert report.verdict is Verdict.INDETERMINATE
    assert "Jenis tanda tangan pada kolom Signature1 tidak dikenal" in report.verdict_text()


@pytest.mark.parametrize("user", ["", "rahasia"])
def test_a_signed_and_locked_file(signed: Signed, office: Office, user: str) -> None:
    writer = copy_into_new_writer(PdfFileReader(io.BytesIO(signed.base)))
    writer.encrypt("pemilik", user)
    out = io.BytesIO()
    writer.write(out)
    locked = IncrementalPdfFileWriter(io.BytesIO(out.getvalue()))
    locked.encrypt(user)
    spec = SigFieldSpec("Signature1", box=(10, 10, 90, 60))
    signer = PdfSigner(
        PdfSignatureMetadata(field_name="Signature1"), office.head.signer, new_field_spec=spec
    )
    report = verify(signer.sign_pdf(locked).getvalue(), office.trust)
    assert not report.accepted
    assert report.verdict is Verdict.INDETERMINATE
    assert "kata sandi" in report.verdict_text()


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xff\xd8\xff\xe0", b"bukan PDF"])
def test_what_is_no_pdf(office: Office, data: bytes) -> None:
    report = verify(data, office.trust)
    assert report.verdict is Verdict.INVALID
    assert "tidak dapat dibaca sebagai PDF" in report.verdict_text()


def test_an_unsigned_pdf(office: Office) -> None:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    assert verify(out.getvalue(), office.trust).verdict is Verdict.UNSIGNED


def test_ours_must_be_pades(signed: Signed, office: Office) -> None:
    """A program that signs in our field, but in the form that it is set to: it says what to set."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed.prepared))
    options = {"field_name": "Paraf", **ADOBE}
    signer = PdfSigner(PdfSignatureMetadata(**options), office.head.signer)
    pdf = signer.sign_pdf(writer, existing_fields_only=True).getvalue()
    report = verify(pdf, office.trust)
    assert report.verdict is Verdict.INVALID
    assert "not_pades" in codes(report)
    assert "ETSI.CAdES.detached" in report.verdict_text()
