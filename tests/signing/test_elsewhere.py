"""Our print-outs sealed by another program: what such a program does by itself is taken.

Anything else is not, whoever signed it. Here a seal is judged as `take_sealed` judges one: by the
report, and by what was added to our own bytes.
"""

import io
from datetime import timedelta

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec
from pyhanko.sign.fields import SigSeedSubFilter as Form
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore

from pipeline.signing.added import adds_only_seals
from pipeline.signing.evidence import gather
from pipeline.signing.keys import SigningKey, open_key
from pipeline.signing.report import VerificationReport
from pipeline.signing.revision import Revision
from pipeline.signing.seal import Sealer
from pipeline.signing.trust import Trust
from pipeline.signing.verify import Expectation, verify

from .conftest import FACE, NOW, PIN, Office, Signed
from .revising import add_note, change_info, change_xmp, changed
from .test_levels import stamped  # noqa: F401  # the fixture
from .test_verify import codes


def program_signs(
    pdf: bytes, key: SigningKey, field: str, *, new: SigFieldSpec | None = None, **options: object
) -> bytes:
    """Signed by a program that enters the time and itself in Info and XMP, as all but ours do."""
    timestamper = options.pop("timestamper", None)
    metadata = PdfSignatureMetadata(**{"field_name": field, "subfilter": Form.PADES, **options})  # type: ignore[arg-type]
    signer = PdfSigner(metadata, key.signer, timestamper=timestamper, new_field_spec=new)  # type: ignore[arg-type]
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    return bytes(signer.sign_pdf(writer, existing_fields_only=new is None).getvalue())


def initial_due(signed: Signed) -> Expectation:
    return Expectation({"Paraf": signed.expectation.fields["Paraf"]})


def judged(
    pdf: bytes, before: bytes, expectation: Expectation, trust: Trust
) -> tuple[bool, VerificationReport]:
    """Whether the seal may be taken, and the report."""
    report = verify(pdf, trust, expectation=expectation)
    sealed = [s.field for s in report.signatures if s.kind == "signature"]
    accepted = report.accepted and sealed == list(expectation.fields)
    return accepted and adds_only_seals(pdf, len(before)), report


# --- what honest programs do ---------------------------------------------------------------------


def test_a_program_that_enters_when_it_saved(signed: Signed, office: Office) -> None:
    paraf = program_signs(signed.prepared, office.head, "Paraf")
    taken, report = judged(paraf, signed.prepared, initial_due(signed), office.trust)
    assert taken, report.verdict_text()
    for before in (signed.initialled, paraf):
        pdf = program_signs(before, office.head, "TandaTangan")
        taken, report = judged(pdf, before, signed.expectation, office.trust)
        assert taken, report.verdict_text()
        evidence = gather(pdf)
        first, last = evidence.metadata(0), evidence.metadata(evidence.reader.total_revisions - 1)
        assert first != last  # or this would prove nothing
        assert first.description == last.description


def test_both_hands_may_change(signed: Signed, office: Office) -> None:
    """The paraf elsewhere, the signature here."""
    paraf = program_signs(signed.prepared, office.head, "Paraf")
    pdf = office.sealer.sign(paraf, office.head, FACE, at=NOW)
    taken, report = judged(pdf, paraf, signed.expectation, office.trust)
    assert taken, report.verdict_text()


def test_a_paraf_that_certifies_as_ours_does(signed: Signed, office: Office) -> None:
    options = {"certify": True, "docmdp_permissions": MDPPerm.FILL_FORMS}
    paraf = program_signs(signed.prepared, office.head, "Paraf", **options)
    assert judged(paraf, signed.prepared, initial_due(signed), office.trust)[0]


@pytest.mark.parametrize("level", ["B-T", "B-LT", "B-LTA"])
def test_what_a_program_adds_for_the_long_term(
    signed: Signed,
    office: Office,
    stamped: Sealer,  # noqa: F811
    level: str,
) -> None:
    trust = stamped.trust
    assert trust
    options: dict[str, object] = {"timestamper": stamped.timestamper}
    if level != "B-T":
        options |= {"embed_validation_info": True, "validation_context": trust.context()}
    options["use_pades_lta"] = level == "B-LTA"
    pdf = program_signs(signed.initialled, office.head, "TandaTangan", **options)
    taken, report = judged(pdf, signed.initialled, signed.expectation, trust)
    assert taken, report.verdict_text()
    assert report.signatures[1].level == level


def test_validation_data_and_a_timestamp_added_later(
    signed: Signed,
    office: Office,
    stamped: Sealer,  # noqa: F811
) -> None:
    """As by "Add verification information" and "Timestamp document" of a reader."""
    trust = stamped.trust
    assert trust
    pdf = program_signs(
        signed.initialled, office.head, "TandaTangan", timestamper=stamped.timestamper
    )
    out = io.BytesIO(pdf)
    context = trust.context()
    DocumentSecurityStore.add_dss(
        out, b"", certs=context.certificate_registry, crls=context.crls, paths=()
    )
    later = PdfTimeStamper(stamped.timestamper).timestamp_pdf(
        IncrementalPdfFileWriter(io.BytesIO(out.getvalue())), "sha256"
    )
    taken, report = judged(later.getvalue(), signed.initialled, signed.expectation, trust)
    assert taken, report.verdict_text()
    assert [s.kind for s in report.signatures] == ["signature", "signature", "timestamp"]


# --- what nobody may do --------------------------------------------------------------------------


def entitle_xmp(revision: Revision) -> None:
    """Another title, in XMP that is well-formed."""
    title = b"<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/' dc:title='Lain'/>"
    told = bytes(revision.root["/Metadata"].data)
    assert b"</rdf:RDF>" in told
    stream = generic.StreamObject(stream_data=told.replace(b"</rdf:RDF>", title + b"</rdf:RDF>"))
    revision.root["/Metadata"] = revision.add_object(stream)
    revision.update_root()


@pytest.mark.parametrize("change", [add_note, change_info, entitle_xmp])
def test_a_change_before_the_seal(signed: Signed, office: Office, change) -> None:
    """The expected signer vouches for it all, and yet it is not what was waiting."""
    for before, field, due in (
        (signed.prepared, "Paraf", initial_due(signed)),
        (signed.initialled, "TandaTangan", signed.expectation),
    ):
        pdf = program_signs(changed(before, change), office.head, field)
        assert not judged(pdf, before, due, office.trust)[0]


def saved_again(revision: Revision) -> None:
    """Nothing but a new date of saving."""
    info = generic.DictionaryObject(revision.trailer["/Info"])
    info[pdf_name("/ModDate")] = pdf_string("D:20301231235959Z")
    revision.set_info(info)


def test_validation_data_that_enter_when_they_were_saved(signed: Signed, office: Office) -> None:
    """Long after the signature, which covers neither them nor the date; a title is not let in."""
    other = open_key("pkcs12", str(office.pki.keys["Sekretaris"]), PIN, at=NOW).signer.signing_cert

    def add_data(revision: Revision) -> None:
        saved_again(revision)
        DocumentSecurityStore.supply_dss_in_writer(revision, b"", certs=[other], paths=())

    def add_data_and_a_title(revision: Revision) -> None:
        add_data(revision)
        entitle_xmp(revision)

    for change, expected in ((add_data, True), (add_data_and_a_title, False)):
        pdf = changed(signed.signed, change)
        taken, report = judged(pdf, signed.initialled, signed.expectation, office.trust)
        assert taken is expected, report.verdict_text()
        assert ("metadata_changed" in codes(report)) is not expected


@pytest.mark.parametrize("change", [add_note, change_info, change_xmp, entitle_xmp, saved_again])
def test_a_change_after_the_seal(signed: Signed, office: Office, change) -> None:
    for sealed, before, due in (
        (signed.initialled, signed.prepared, initial_due(signed)),
        (signed.signed, signed.initialled, signed.expectation),
    ):
        taken, report = judged(changed(sealed, change), before, due, office.trust)
        assert not taken
        assert not report.accepted


@pytest.mark.parametrize("box", [None, (10, 10, 90, 60)], ids=["invisible", "visible"])
def test_an_extra_signature(signed: Signed, office: Office, box) -> None:
    def extra(pdf: bytes) -> bytes:
        return program_signs(pdf, office.head, "Tamu", new=SigFieldSpec("Tamu", box=box))

    sealed = program_signs(extra(signed.initialled), office.head, "TandaTangan")
    for pdf in (sealed, extra(signed.signed)):
        taken, report = judged(pdf, signed.initialled, signed.expectation, office.trust)
        assert not taken
        assert "unexpected_field" in codes(report)


def test_a_field_of_its_own_instead_of_ours(signed: Signed, office: Office) -> None:
    """As programs do that know no waiting fields."""
    spec = SigFieldSpec("Signature1", box=(10, 10, 90, 60))
    pdf = program_signs(signed.prepared, office.head, "Signature1", new=spec)
    taken, report = judged(pdf, signed.prepared, initial_due(signed), office.trust)
    assert not taken
    assert {"unexpected_field", "missing_signature"} <= codes(report)


def test_the_signature_s_field_at_the_paraf(signed: Signed, office: Office) -> None:
    pdf = program_signs(signed.prepared, office.head, "TandaTangan")
    taken, report = judged(pdf, signed.prepared, initial_due(signed), office.trust)
    assert not taken
    assert {"unexpected_field", "missing_signature"} <= codes(report)


def test_both_seals_when_only_the_paraf_is_due(signed: Signed, office: Office) -> None:
    taken, report = judged(signed.signed, signed.prepared, initial_due(signed), office.trust)
    assert not taken
    assert "unexpected_field" in codes(report)


@pytest.mark.parametrize(
    ("post", "valid_hours_ago", "code"),
    [("Sekretaris", 0, "not_enrolled"), ("Kedaluwarsa", 36, "expired"), ("Dicabut", 0, "revoked")],
)
def test_the_wrong_certificate(
    signed: Signed, office: Office, post: str, valid_hours_ago: int, code: str
) -> None:
    opened = NOW - timedelta(hours=valid_hours_ago)
    key = open_key("pkcs12", str(office.pki.keys[post]), PIN, at=opened)
    pdf = program_signs(signed.initialled, key, "TandaTangan")
    taken, report = judged(pdf, signed.initialled, signed.expectation, office.trust)
    assert not taken
    assert code in codes(report)


@pytest.mark.parametrize(
    "options",
    [
        {"certify": True, "docmdp_permissions": MDPPerm.NO_CHANGES},
        {"docmdp_permissions": MDPPerm.NO_CHANGES},
    ],
    ids=["certified", "locked"],
)
def test_a_paraf_that_leaves_no_room_for_the_signature(
    signed: Signed, office: Office, options
) -> None:
    """As by "lock document after signing"; taken, the signature could never be put on."""
    prepared = signed.prepared
    if "certify" not in options:

        def lock(revision: Revision) -> None:
            field = revision.root["/AcroForm"]["/Fields"][0]
            assert field["/T"] == "Paraf"
            spec = FieldMDPSpec(FieldMDPAction.ALL)
            field["/Lock"] = revision.add_object(spec.as_sig_field_lock())
            revision.mark_update(revision.root["/AcroForm"]["/Fields"].raw_get(0))

        prepared = changed(prepared, lock)
    pdf = program_signs(prepared, office.head, "Paraf", **options)
    taken, report = judged(pdf, signed.prepared, initial_due(signed), office.trust)
    assert not taken
    assert "locked_too_early" in codes(report)
    assert "kunci dokumen" in report.verdict_text()


def test_a_program_that_writes_the_whole_file_anew(signed: Signed, office: Office) -> None:
    """Then it does not begin with our bytes, whatever it says besides."""
    out = io.BytesIO()
    copy_into_new_writer(PdfFileReader(io.BytesIO(signed.prepared))).write(out)
    pdf = program_signs(out.getvalue(), office.head, "Paraf")
    assert not pdf.startswith(signed.prepared)
    assert not judged(pdf, signed.prepared, initial_due(signed), office.trust)[0]


def test_a_plain_signature_says_what_to_set(signed: Signed, office: Office) -> None:
    pdf = program_signs(
        signed.initialled, office.head, "TandaTangan", subfilter=Form.ADOBE_PKCS7_DETACHED
    )
    taken, report = judged(pdf, signed.initialled, signed.expectation, office.trust)
    assert not taken
    assert "not_pades" in codes(report)
    assert "CAdES" in report.verdict_text()
