"""What a verification tells of each signature: the chain, revocation, time, what came after."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.signing.fields import Place, SignaturePlan, prepare
from pipeline.signing.keys import open_key
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.signing.report import Certification, SignatureReport, VerificationReport
from pipeline.signing.seal import Sealer
from pipeline.signing.statement import Row, Statement
from pipeline.signing.trust import Trust
from pipeline.signing.verify import verify
from pipeline.signing.words import WORDS

from .conftest import FACE, HEAD, NOW, PIN, SIGNATURE_BOX, Office, Signed

WIB = ZoneInfo("Asia/Jakarta")
SIGNER = "Rina Marlina, S.Pi., M.Si."


def rows(report: VerificationReport, place: int = -1, lang: str = "id") -> dict[str, str]:
    """The rows of one passage by their labels."""
    found: tuple[Row, ...] = Statement(report, WIB, lang).passages()[place].rows  # type: ignore[arg-type]
    return {row.label: "\n".join(row.lines) for row in found}


def certified(trust: Trust, **provenance: bool) -> Trust:
    anchors = tuple(replace(anchor, **provenance) for anchor in trust.anchors)
    return replace(trust, anchors=anchors)


def test_the_chain_runs_from_the_signer_to_the_trusted_root(signed: Signed, office: Office) -> None:
    found = verify(signed.signed, office.trust).signatures[-1]
    names = [link.name.rpartition(" ")[0] or link.name for link in found.chain]
    assert names == ["Rina Marlina, S.Pi.,", "LATIHAN CA Penerbit", "LATIHAN CA Akar"]
    own, issuer, root = found.chain
    assert own.sha256 == office.head.certificate_sha256
    assert own.issuer == issuer.name
    assert (own.anchor, issuer.anchor, root.anchor) == ("", "", "LATIHAN CA Akar")
    assert own.begins < NOW < own.ends < root.ends
    assert found.algorithm == "SHA256, RSA 2048"
    assert found.subfilter == "ETSI.CAdES.detached"


def test_each_certificate_has_its_answer_about_revocation(signed: Signed, office: Office) -> None:
    for found in verify(signed.signed, office.trust).signatures:
        own, issuer, root = (link.revocation for link in found.chain)
        for answer in (own, issuer):
            assert answer is not None
            assert (answer.source, answer.kept) == ("crl", "document")
            assert answer.revoked_at is None
            assert answer.issued < NOW
            assert answer.next_issue is not None
            assert answer.next_issue > NOW
        assert root is None  # nobody revokes a root
    assert "tidak dicabut per" in rows(verify(signed.signed, office.trust))["Pencabutan"]


def test_an_answer_of_the_trust_folder_is_told_as_such(signed: Signed, office: Office) -> None:
    bare = Sealer()  # embeds nothing
    pdf = bare.initial(signed.prepared, "Paraf", office.head, FACE, at=NOW)
    report = verify(pdf, office.trust)
    answers = [link.revocation for link in report.signatures[0].chain[:2]]
    assert [answer.kept for answer in answers if answer] == ["trust", "trust"]
    assert "CRL dari folder kepercayaan" in rows(report)["Pencabutan"]


def test_without_any_list_it_says_that_nothing_was_answered(
    signed: Signed, office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "trust"
    shutil.copytree(office.pki.trust, folder)
    shutil.rmtree(folder / "crls")
    pdf = Sealer().initial(signed.prepared, "Paraf", office.head, FACE, at=NOW)
    report = verify(pdf, Trust.load(folder))
    assert not report.revocation
    assert rows(report)["Pencabutan"] == "tidak ada jawaban yang dapat dipercaya"


def test_a_revoked_certificate_is_told_with_its_day(base_pdf: bytes, office: Office) -> None:
    key = open_key("pkcs12", str(office.pki.keys["Dicabut"]), PIN, at=NOW)
    prepared = prepare(base_pdf, SignaturePlan(Place(0, SIGNATURE_BOX, HEAD)))
    report = verify(Sealer().sign(prepared, key, FACE, at=NOW), office.trust)
    answer = report.signatures[0].chain[0].revocation
    assert answer is not None
    assert answer.revoked_at is not None
    told = rows(report)
    assert "Pejabat Dicabut: DICABUT sejak" in told["Pencabutan"]
    assert told["Hasil"].startswith("tidak dapat diterima (REVOKED")


def test_a_chain_that_leads_to_nobody(signed: Signed, tmp_path: Path) -> None:
    """Its certificates are shown as the file brings them, but lead to nobody."""
    foreign = make_practice_pki(tmp_path, [Person(HEAD, SIGNER)], {HEAD: PIN}, now=NOW)
    report = verify(signed.signed, Trust.load(foreign.trust))
    found = report.signatures[-1]
    assert found.chain[0].name == SIGNER
    assert not any(link.anchor or link.revocation for link in found.chain)
    told = rows(report)
    assert "tidak terbukti sampai ke folder kepercayaan" in told["Sertifikat"]
    assert told["Hasil"] == "tidak dapat dipastikan (NO_CERTIFICATE_CHAIN_FOUND)"
    assert told["Tersertifikasi"].startswith("tidak dapat dipastikan")


@pytest.mark.parametrize(
    ("provenance", "certification", "told"),
    [
        ({"practice": True}, Certification.PRACTICE, "tidak: sertifikat LATIHAN"),
        ({"practice": False}, Certification.OTHER, "tidak: sertifikatnya bukan dari PSrE"),
        (
            {"practice": False, "certified": True},
            Certification.PSRE,
            "apakah perangkatnya juga tersertifikasi tidak terlihat",
        ),
    ],
)
def test_tersertifikasi_by_the_anchor_s_provenance(
    signed: Signed, office: Office, provenance, certification: Certification, told: str
) -> None:
    report = verify(signed.signed, certified(office.trust, **provenance))
    assert report.signatures[-1].certification is certification
    assert told in rows(report)["Tersertifikasi"]
    assert report.to_dict()["signatures"][-1]["certification"] == certification.value


def test_what_came_after_and_whose_word_the_time_is(signed: Signed, office: Office) -> None:
    report = verify(signed.signed, office.trust)
    first, last = rows(report, 0), rows(report, 1)
    assert first["Sesudahnya"] == "tanda tangan TandaTangan"
    assert last["Sesudahnya"] == "tidak ada"
    assert "menurut penanda tangan (tanpa stempel waktu)" in last["Waktu"]
    assert "WIB" in last["Waktu"]
    assert last["Hasil"] == "berlaku; PAdES B-B"
    english = rows(report, lang="en")
    assert english["Result"] == "holds; PAdES B-B"
    assert english["After it"] == "nothing"


def test_json_holds_all_of_it(signed: Signed, office: Office) -> None:
    report = verify(signed.signed, office.trust, at=NOW)
    told = json.loads(json.dumps(report.to_dict()))
    assert told["verified_at"] == NOW.isoformat()
    assert told["revocation_checked"] is True
    assert told["text"].startswith("SAH:")
    assert told["text_en"].startswith("VALID:")
    chain = told["signatures"][0]["chain"]
    assert [link["anchor"] for link in chain] == ["", "", "LATIHAN CA Akar"]
    assert chain[0]["ends"] > NOW.isoformat()
    assert chain[0]["revocation"]["source"] == "crl"


def test_as_plain_text_for_the_dossier(signed: Signed, office: Office) -> None:
    report = verify(signed.signed, office.trust, at=NOW)
    text = Statement(report, WIB).text()
    for told in (
        "LAPORAN VERIFIKASI TANDA TANGAN ELEKTRONIK",
        "Diperiksa per ",
        report.sha256,
        "SAH: semua tanda tangan berlaku",
        "Tanda tangan pada kolom Paraf",
        "  Penanda tangan  Rina Marlina, S.Pi., M.Si.",
        "LATIHAN CA Akar",
        "Tersertifikasi",
    ):
        assert told in text
    assert Statement(report, WIB, "en").text().startswith("REPORT ON ELECTRONIC SIGNATURES")


def test_names_from_the_file_cannot_act(signed: Signed, office: Office) -> None:
    report = verify(signed.signed, office.trust)
    acting = "\x1b[2J\n- SAH\u202e{0.__class__}"
    hostile = SignatureReport(
        field=acting, kind="signature", signer=acting, anchor=acting, after=(f"signature {acting}",)
    )
    for lang in ("id", "en"):
        text = Statement(replace(report, signatures=(hostile,)), WIB, lang).text()  # type: ignore[arg-type]
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "\n- SAH" not in text


def test_every_word_is_there_in_both_languages() -> None:
    for key, words in WORDS.items():
        assert words["id"], key
        assert words["en"], key
