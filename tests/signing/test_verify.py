"""Everything that may happen to a signed PDF, and what the report says of it."""

import io
import json
import random
import re
import shutil
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from pipeline.signing.evidence import MOST_REVISIONS
from pipeline.signing.findings import FINDINGS
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.signing.report import Verdict, VerificationReport
from pipeline.signing.trust import Trust
from pipeline.signing.verify import Expectation, verify

from .conftest import FACE, HEAD, NOW, PIN, Office, Signed
from .revising import (
    add_empty_field,
    add_note,
    add_page,
    change_info,
    change_xmp,
    changed,
    rename_last_field,
    replace_content,
)


def codes(report: VerificationReport) -> set[str]:
    return {finding.code for finding in report.findings}


def stranger_signs(pdf: bytes, office: Office, *, box) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signer = PdfSigner(
        PdfSignatureMetadata(field_name="Tamu"),
        office.secretary.signer,
        new_field_spec=SigFieldSpec("Tamu", box=box),
    )
    return signer.sign_pdf(writer).getvalue()


def test_a_signed_document_is_accepted(signed: Signed, office: Office) -> None:
    report = verify(signed.signed, office.trust, expectation=signed.expectation)
    assert report.verdict is Verdict.VALID
    assert codes(report) == {"practice"}
    first, last = report.signatures
    assert first.after == ("signature TandaTangan",)
    assert last.after == ()
    assert (first.coverage, last.coverage) == ("ENTIRE_REVISION", "ENTIRE_FILE")
    for found in report.signatures:
        assert found.holds
        assert found.signer == "Rina Marlina, S.Pi., M.Si."
        assert found.certificate_sha256 == office.head.certificate_sha256
        assert found.level == "B-B"
        assert found.anchor == "LATIHAN CA Akar"
        assert not found.certified


def test_report_as_json_and_in_words(signed: Signed, office: Office) -> None:
    report = verify(signed.signed, office.trust)
    told = json.loads(json.dumps(report.to_dict()))
    assert told["verdict"] == "valid"
    assert told["signatures"][1]["field"] == "TandaTangan"
    assert report.verdict_text().startswith("SAH:")
    assert report.verdict_text("en").startswith("VALID:")


def test_stages_before_the_signature(signed: Signed, office: Office) -> None:
    for pdf in (signed.base, signed.prepared):
        report = verify(pdf, office.trust)
        assert report.verdict is Verdict.UNSIGNED
        assert "BELUM DITANDATANGANI" in report.verdict_text()
    report = verify(signed.initialled, office.trust)
    assert report.verdict is Verdict.INCOMPLETE
    assert "Kolom TandaTangan belum ditandatangani" in report.verdict_text()
    only_initial = Expectation({"Paraf": signed.expectation.fields["Paraf"]})
    assert verify(signed.initialled, office.trust, expectation=only_initial).accepted
    report = verify(signed.initialled, office.trust, expectation=signed.expectation)
    assert "missing_signature" in codes(report)
    assert report.verdict is Verdict.INVALID


def test_enrolment_decides(signed: Signed, office: Office) -> None:
    other = frozenset({office.secretary.certificate_sha256})
    expectation = Expectation({**signed.expectation.fields, "TandaTangan": other})
    report = verify(signed.signed, office.trust, expectation=expectation)
    assert report.verdict is Verdict.INVALID
    assert [f.field for f in report.findings if f.code == "not_enrolled"] == ["TandaTangan"]


@pytest.mark.parametrize("stage", ["initialled", "signed"])
@pytest.mark.parametrize(
    "change",
    [add_note, add_page, replace_content, change_info, change_xmp, add_empty_field],
    ids=lambda change: change.__name__,
)
def test_changes_after_signing_are_found(
    signed: Signed, office: Office, stage: str, change
) -> None:
    pdf = changed(getattr(signed, stage), change)
    report = verify(pdf, office.trust)
    assert report.verdict is Verdict.INVALID, report.verdict_text()
    assert not verify(pdf, office.trust, expectation=signed.expectation).accepted


@pytest.mark.parametrize("box", [None, (10, 10, 90, 60)], ids=["invisible", "visible"])
def test_a_stranger_s_signature_is_found(signed: Signed, office: Office, box) -> None:
    for pdf in (signed.initialled, signed.signed):
        report = verify(stranger_signs(pdf, office, box=box), office.trust)
        assert report.verdict is Verdict.INVALID
        assert "unexpected_field" in codes(report)


def test_an_invisible_signature_between_paraf_and_signature(signed: Signed, office: Office) -> None:
    """The gap of the field plan: each signature alone is content with it."""
    between = stranger_signs(signed.initialled, office, box=None)
    pdf = office.sealer.sign(between, office.head, FACE, at=NOW)
    for expectation in (None, signed.expectation):
        report = verify(pdf, office.trust, expectation=expectation)
        assert report.verdict is Verdict.INVALID
        assert {"unexpected_field", "invisible"} <= codes(report)


def test_a_second_signature_under_a_planned_name(signed: Signed, office: Office) -> None:
    """Two fields of one name: the form lists both, and neither may hide behind the other."""
    pdf = changed(stranger_signs(signed.initialled, office, box=None), rename_last_field)
    report = verify(pdf, office.trust)
    assert report.verdict is Verdict.INVALID
    assert "unexpected_field" in codes(report)


@pytest.mark.parametrize("tail", [b"x", b"\n%%EOF\n", b"\0" * 10, b"<script>"])
def test_trailing_bytes(signed: Signed, office: Office, tail: bytes) -> None:
    report = verify(signed.signed + tail, office.trust)
    assert report.verdict is Verdict.INVALID


def test_flipped_bytes_all_over_the_file(signed: Signed, office: Office) -> None:
    chosen = random.Random(7)
    ranges = re.findall(rb"/ByteRange \[0 (\d+) (\d+) \d+\]", signed.signed)
    start, end = (int(number) for number in ranges[-1])
    places = chosen.sample(range(len(signed.signed)), 25)
    places += chosen.sample(range(start, end), 40)  # the one region no signature covers
    places += [start, end - 1, end - 2, len(signed.signed) - 1]
    for place in places:
        spoilt = bytearray(signed.signed)
        spoilt[place] ^= 1 << chosen.randrange(8)
        report = verify(bytes(spoilt), office.trust)
        assert report.verdict is Verdict.INVALID, (place, report.verdict_text())


def test_truncation(signed: Signed, office: Office) -> None:
    for size in range(0, len(signed.signed), len(signed.signed) // 12):
        report = verify(signed.signed[:size], office.trust, expectation=signed.expectation)
        assert not report.accepted
        assert report.verdict is Verdict.INVALID


def test_an_earlier_revision_is_not_the_document(signed: Signed, office: Office) -> None:
    report = verify(signed.initialled, office.trust, expectation=signed.expectation)
    assert not report.accepted


def test_rewriting_loses_the_signatures(signed: Signed, office: Office) -> None:
    out = io.BytesIO()
    pikepdf.open(io.BytesIO(signed.signed)).save(out)
    assert verify(out.getvalue(), office.trust).verdict is Verdict.INVALID


def test_unknown_issuer_cannot_be_determined(signed: Signed, tmp_path: Path) -> None:
    foreign = make_practice_pki(tmp_path, [Person(HEAD, "Lain")], {HEAD: PIN}, now=NOW)
    report = verify(signed.signed, Trust.load(foreign.trust))
    assert report.verdict is Verdict.INDETERMINATE
    assert "TIDAK DAPAT DIPASTIKAN" in report.verdict_text()
    assert "folder kepercayaan" in report.verdict_text()
    assert all(s.intact and s.valid for s in report.signatures)
    assert all(s.level == "" for s in report.signatures)


def test_revoked_since(signed: Signed, office: Office, tmp_path: Path) -> None:
    """An office that keeps no revocation list cannot say; one that lists it says invalid."""
    folder = tmp_path / "trust"
    shutil.copytree(office.pki.trust, folder)
    for path in (folder / "crls").iterdir():
        path.unlink()
    assert verify(signed.signed, Trust.load(folder)).accepted


def test_after_the_certificate_s_end(signed: Signed, office: Office) -> None:
    late = NOW.replace(year=NOW.year + 3)
    report = verify(signed.signed, office.trust, at=late)
    assert report.verdict is Verdict.INDETERMINATE
    assert verify(signed.signed, office.trust, at=NOW).accepted


def test_encrypted_files(signed: Signed, office: Office) -> None:
    out = io.BytesIO()
    encryption = pikepdf.Encryption(owner="a", user="b")
    pikepdf.open(io.BytesIO(signed.base)).save(out, encryption=encryption)
    report = verify(out.getvalue(), office.trust)
    assert report.verdict is Verdict.INDETERMINATE
    assert "kata sandi" in report.verdict_text()


def test_more_revisions_than_a_lifetime_brings_are_not_examined(
    signed: Signed, office: Office
) -> None:
    revised = signed.signed + b"startxref\n0\n%%EOF\n" * MOST_REVISIONS
    report = verify(revised, office.trust, expectation=signed.expectation)
    assert report.verdict is Verdict.INDETERMINATE
    assert [finding.code for finding in report.findings] == ["too_many_revisions"]
    assert f"{revised.count(b'startxref')} kali" in report.verdict_text()


@settings(max_examples=60, deadline=None)
@given(rubbish=st.binary(max_size=400), headed=st.booleans())
def test_rubbish_never_raises(office: Office, rubbish: bytes, headed: bool) -> None:
    pdf = b"%PDF-1.7\n" + rubbish if headed else rubbish
    assert not verify(pdf, office.trust).accepted


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_mangled_documents_never_raise(signed: Signed, office: Office, data) -> None:
    pdf = bytearray(signed.signed)
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(pdf) - 1))
        pdf[start : start + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=40))
    if bytes(pdf) != signed.signed:
        assert not verify(bytes(pdf), office.trust, expectation=signed.expectation).accepted


def test_every_finding_speaks_both_languages() -> None:
    for code, words in FINDINGS.items():
        assert words.id.endswith("."), code
        assert words.en.endswith("."), code
        assert ("{detail}" in words.id) == ("{detail}" in words.en), code
