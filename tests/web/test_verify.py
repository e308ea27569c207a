from collections.abc import Callable

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.ledger.tables import Collection, Document, Number, Record
from pipeline.office import Office
from pipeline.settings import SigningSection
from pipeline.sop.printout.sealed import SEAL_EVENTS
from tests.web.conftest import SignedPaper
from tests.web.offices import NIP, NOW, PRINTOUT_CODE, Ledgered, Reader, signer_of

Make = Callable[..., Office]
PATH = f"/v/{PRINTOUT_CODE}"


def office_with(open_office: Make, paper: SignedPaper, pdf: bytes, **changes: object) -> Office:
    """An office whose filed print-out is ``pdf``, and that trusts the practice PKI."""
    values = {
        "signers": (signer_of(paper.certificate),),
        "signing": SigningSection(trust=str(paper.pki.trust)),
        **changes,
    }
    office = open_office(busy=True, **values)
    with office.ledger.write() as tx:
        document = tx.session.get_one(Document, f"doc-{PRINTOUT_CODE}")
        document.pdf = office.store.put(pdf)
        tx.session.get_one(Record, f"rec-{PRINTOUT_CODE}").printout_sha256 = document.pdf
        for kind in SEAL_EVENTS:
            tx.record(
                kind,
                chain=document.collection_id,
                actor="Kasubag",
                via="uji",
                document_id=document.id,
                sha256=document.pdf,
            )
    return office


def test_a_signed_printout_is_verified_on_the_spot(
    open_office: Make, signed_paper: SignedPaper
) -> None:
    office = office_with(open_office, signed_paper, signed_paper.pdf)
    page = Reader(office).get(PATH).text
    for told in (
        "SAH SEBAGAI LATIHAN",
        "000.8.6.3/7/PROGRAM/2026",
        "Data Kinerja Triwulan I 2026",
        "Triwulan I Tahun 2026",
        "Dinas Kelautan dan Perikanan",
        "Sudah ditandatangani dan diarsipkan",
        "Rina Marlina, S.Pi., M.Si.",
        "menurut penanda tangan",
        "PAdES B-B",
        "LATIHAN CA Penerbit",
        "tidak dicabut per",
        "tanda tangan TandaTangan",
    ):
        assert told in page
    assert page.count(">Berlaku<") == 2
    assert NIP not in page
    with office.ledger.read() as session:
        sha256 = session.get_one(Document, f"doc-{PRINTOUT_CODE}").pdf
    assert sha256 in page.replace("</span><wbr><span>", "")


def test_a_certificate_that_is_no_exercise_reads_as_valid(
    open_office: Make, signed_paper: SignedPaper
) -> None:
    office = office_with(open_office, signed_paper, signed_paper.pdf)
    for anchor in office.trust.anchors:
        object.__setattr__(anchor, "practice", False)
    page = Reader(office).get(PATH).text
    assert '<p class="p-kata">SAH</p>' in page
    assert "Tidak tersertifikasi: bukan terbitan PSrE Indonesia" in page


def test_one_changed_byte_is_told(open_office: Make, signed_paper: SignedPaper) -> None:
    changed = bytearray(signed_paper.pdf)
    changed[3000] ^= 1
    page = Reader(office_with(open_office, signed_paper, bytes(changed))).get(PATH).text
    assert "TIDAK SAH" in page
    assert "Tanda tangan: Isi dokumen berubah sesudah ditandatangani." in page
    assert page.count(">Tidak berlaku<") == 2


def test_a_signer_who_was_not_enrolled_that_day_is_told(
    open_office: Make, signed_paper: SignedPaper
) -> None:
    office = office_with(open_office, signed_paper, signed_paper.pdf, signers=())
    page = Reader(office).get(PATH).text
    assert "TIDAK SAH" in page
    assert "tidak terdaftar bagi pejabat itu" in page


def test_bytes_that_are_lost_damaged_or_beyond_judgement_leave_a_doubt(
    open_office: Make, signed_paper: SignedPaper
) -> None:
    lost = open_office(busy=True)
    assert "tidak terbaca di penyimpanan" in Reader(lost).get(PATH).text

    damaged = office_with(open_office, signed_paper, signed_paper.pdf)
    with damaged.ledger.read() as session:
        path = damaged.store.path(session.get_one(Document, f"doc-{PRINTOUT_CODE}").pdf or "")
    path.chmod(0o600)
    path.write_bytes(signed_paper.pdf + b" ")
    assert "penyimpanan kantor rusak" in Reader(damaged).get(PATH).text

    nothing = SigningSection(trust="tidak-ada")
    untrusting = office_with(open_office, signed_paper, signed_paper.pdf, signing=nothing)
    assert "daftar sertifikat" in Reader(untrusting).get(PATH).text


@pytest.mark.parametrize(
    ("stage", "state", "says"),
    [
        (Verb.INITIAL, State.WAITING, "Menunggu paraf"),
        (Verb.SIGN, State.WAITING, "Sudah diparaf; menunggu tanda tangan"),
        (Verb.ENTER, State.RETURNED, "cetakan yang sudah ada tidak berlaku"),
    ],
)
def test_what_is_not_signed_yet_says_so(
    open_office: Make, stage: Verb, state: State, says: str
) -> None:
    office = open_office(now=NOW)
    ledger = Ledgered(office)
    ledger.printout(ledger.collection("2026-TW3", stage), PRINTOUT_CODE, state, "3" * 64)
    page = Reader(office).get(PATH).text
    assert "BELUM DITANDATANGANI" in page
    assert says in page
    assert "333333" not in page, "bytes that may still change have no fingerprint to show"


def test_a_cancelled_number_says_so(open_office: Make) -> None:
    office = open_office(busy=True)
    with office.ledger.write() as tx:
        tx.session.get_one(Number, f"doc-{PRINTOUT_CODE}").cancelled = "salah nomor"
    page = Reader(office).get(PATH).text
    assert "(batal)" in page
    assert "NOMOR DIBATALKAN" in page


def test_a_print_out_that_bears_no_number_says_so(open_office: Make) -> None:
    office = open_office(busy=True)
    with office.ledger.write() as tx:
        tx.session.delete(tx.session.get_one(Number, f"doc-{PRINTOUT_CODE}"))
    page = Reader(office).get(PATH).text
    assert "Tanpa nomor" in page
    assert "Belum bernomor" not in page


@pytest.mark.parametrize(
    ("kind", "state", "told"),
    [
        (Kind.WORKBOOK, State.WAITING, ("Buku kerja entri", "Dalam pengerjaan")),
        (Kind.WORKBOOK, State.RECEIVED, ("Buku kerja entri", "Sudah masuk")),
        (Kind.DRAFT, State.RETURNED, ("Draft Format Data Kinerja", "Perlu diperbaiki")),
        (Kind.ROSTER, State.APPROVED, ("Daftar Pejabat", "Disetujui")),
    ],
)
def test_other_working_papers_are_named_too(
    open_office: Make, kind: Kind, state: State, told: tuple[str, str]
) -> None:
    office = open_office(now=NOW)
    ledger = Ledgered(office)
    ledger.document(ledger.collection("2026-TW3", Verb.ENTER), kind, "K7M2PQX9RA", state)
    page = Reader(office).get("/v/K7M2PQX9RA").text
    assert all(words in page for words in told)


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("K7M2PQX9RA", "Sedang diisi"),
        ("K7M2PQX9RB", "Perlu diperbaiki"),
        ("K7M2PQX9RC", "Sudah masuk; sedang diperiksa"),
        ("K7M2PQX9RD", "Terverifikasi"),
    ],
)
def test_a_form_is_only_a_form_of_a_period(open_office: Make, code: str, says: str) -> None:
    page = Reader(open_office(busy=True)).get(f"/v/{code}", client="10.0.0.7", host="x.example")
    assert "Formulir Data Kinerja" in page.text
    assert "Triwulan III Tahun 2026" in page.text
    assert says in page.text
    assert "Bidang" not in page.text, "whose form it is stays on the paper"


def test_another_offices_papers_are_unknown(open_office: Make) -> None:
    office = open_office(now=NOW)
    ledger = Ledgered(office)
    collection = ledger.collection("2026-TW3", Verb.FILL)
    ledger.document(collection, Kind.FORM, "K7M2PQX9RA", State.ISSUED, office_id="lain")
    answer = Reader(office).get("/v/K7M2PQX9RA")
    assert answer.status_code == 404
    assert "tidak mempunyai naskah dengan kode ini" in answer.text


def test_a_typed_code_leads_to_its_page(open_office: Make) -> None:
    reader = Reader(open_office(busy=True))
    for path in ("/v?kode=k7m2p-qx9ra", "/v/k7m2p%20qx9ra"):
        answer = reader.get(path)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/v/K7M2PQX9RA"
    wrong = reader.get('/v?kode="><b>O1')
    assert wrong.status_code == 400
    assert "angka 1" in wrong.text
    assert "<b>" not in wrong.text


def test_who_asks_too_often_has_to_wait(open_office: Make) -> None:
    reader = Reader(open_office())
    asked = [reader.get("/v/AAAAAAAAAA", client="10.0.0.7") for _ in range(31)]
    assert {a.status_code for a in asked[:30]} == {404}
    assert asked[30].status_code == 429
    assert asked[30].headers["retry-after"] in {"1", "2"}
    assert "Terlalu sering" in asked[30].text
    assert reader.get("/v/AAAAAAAAAA", client="10.0.0.8").status_code == 404


def replace_it(office: Office, code: str = "R3T8WZ4NHC") -> None:
    """File a ralat of the filed print-out."""
    ledger = Ledgered(office, made=90)
    with office.ledger.read() as session:
        old = session.get_one(Record, f"rec-{PRINTOUT_CODE}")
    collection = ledger.collection("2020-TW1", "filed", days=10)
    with office.ledger.write() as tx:
        row = tx.session.get_one(Collection, collection)
        row.period, row.edition = "2026-TW1", 2
        row.amends, row.amendment = old.collection_id, "ralat"
    printout = ledger.printout(collection, code, State.FILED, "4" * 64, seq=12)
    with office.ledger.write() as tx:
        tx.record(
            "printout.made", chain=collection, actor="kinerja", via="uji", document_id=printout.id
        )
        tx.session.get_one(Record, old.id).document_number = "000.8.6.3/7/PROGRAM/2026"
        newer = Record(
            id="n" * 32,
            office_id=office.id,
            collection_id=collection,
            code=code,
            year=old.year,
            classification=old.classification,
            dossier_number=old.dossier_number,
            edition=2,
            amends=old.id,
            description=old.description,
            document_number="000.8.6.3/12/PROGRAM/2026",
            path=old.path,
            printout_sha256="4" * 64,
            filed_at=office.now(),
        )
        tx.session.add(newer)


def test_a_replaced_printout_stays_valid_and_says_by_what(
    open_office: Make, signed_paper: SignedPaper
) -> None:
    office = office_with(open_office, signed_paper, signed_paper.pdf)
    for anchor in office.trust.anchors:
        object.__setattr__(anchor, "practice", False)
    replace_it(office)
    page = Reader(office).get(PATH).text
    assert '<p class="p-kata">SAH; SUDAH DIGANTIKAN</p>' in page
    assert "p-wait" in page
    told = "digantikan oleh Nomor 000.8.6.3/12/PROGRAM/2026 tanggal 8 Oktober 2026 (ralat)"
    assert page.count(told) == 2
    assert page.count(">Berlaku<") == 2
    newer = Reader(office).get("/v/R3T8WZ4NHC").text
    assert "Nomor 000.8.6.3/7/PROGRAM/2026" in newer
    assert "Data Kinerja Triwulan I 2026 - Ralat 1" in newer
    assert "DIGANTIKAN" not in newer


def test_what_was_changed_stays_changed_when_replaced(
    open_office: Make, signed_paper: SignedPaper
) -> None:
    changed = bytearray(signed_paper.pdf)
    changed[3000] ^= 1
    office = office_with(open_office, signed_paper, bytes(changed))
    replace_it(office)
    page = Reader(office).get(PATH).text
    assert "TIDAK SAH; SUDAH DIGANTIKAN" in page
    assert "p-bad" in page
