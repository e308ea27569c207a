"""What a file's owner may command by folder: refused where the office knows the owner better."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import Verb
from pipeline.files import account_name
from pipeline.intake.claim import TAKE
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Arrival, Decision, Document, Event, Publication
from pipeline.office import Office
from pipeline.settings import Account
from pipeline.sop.publish import MAIN, new_document, publish
from pipeline.sop.runner import run
from tests.pdf.on_files import extract_text
from tests.sop.masters import KASUBAG, SEKRETARIS, master_of, put_on_file, tenure, with_accounts
from tests.sop.samples import a_collection

AYU, BUDI, CITRA = "197803142003121004", "198105202006042003", "198507072010011005"
KABID = "Kabid Perikanan Tangkap"
ACCOUNTS = (
    Account(name="KASUBAG-PC", nip=AYU),
    Account(name="SEKRETARIS-PC", nip=BUDI),
    Account(name="KABID-PC", nip=CITRA),
    Account(name="STAF-PC", roles=("staf",)),
    Account(name="KOSONG-PC"),
)
NOBODY = "PC-LAIN"


@pytest.fixture
def known(office: Office) -> Iterator[Office]:
    """An office that knows its accounts and who holds which post."""
    put_on_file(
        office,
        master_of(tenure(KASUBAG, AYU), tenure(SEKRETARIS, BUDI), tenure(KABID, CITRA)),
    )
    opened = with_accounts(office, *ACCOUNTS)
    yield opened
    opened.close()


def waiting(office: Office, kind: Kind, post: str = "") -> Document:
    """A document that waits for its decision, with its bytes in the folder of that step."""
    verb = Verb.CORRECT if kind is Kind.DRAFT else Verb.VERIFY
    procedure = office.procedures["data-kinerja"]
    sha256 = office.store.put(f"{kind} {post}".encode())
    with office.ledger.write() as tx:
        collection = a_collection(tx)
        name = f"{kind.value} {post}.docx"
        document = new_document(tx, collection, kind, name=name, post=post, state=State.WAITING)
        document.blob = sha256
        folder = f"{procedure.key}/{procedure.step(verb).folder}"
        publish(tx, folder, name, sha256, role=MAIN, document=document)
    office.outbox.lay_out()
    return document


def sent(
    office: Office, folder: str, owner: str, data: bytes, name: str = "Berkas.docx"
) -> Arrival:
    """A file of this owner, as it stands after it was judged; then the folders are laid out."""
    now = office.now()
    arrival = Arrival(
        id=f"{now:%H%M%S%f}".ljust(32, "0"),
        office_id=office.id,
        folder=f"data-kinerja/{folder}",
        name=name,
        sha256=office.store.put(data),
        size=len(data),
        owner=owner,
        arrived_at=now,
    )
    with office.ledger.write() as tx:
        tx.session.add(arrival)
    run(office, TAKE, arrival.id)
    with office.ledger.read() as session:
        return session.get_one(Arrival, arrival.id)


def approved_by(office: Office, document: Document, folder: str, owner: str) -> Arrival:
    """The waiting file moved to setujui by this owner."""
    (lying,) = (office.inbox / "data-kinerja" / folder).glob(f"*{document.kind}*.docx")
    data = lying.read_bytes()
    lying.unlink()
    return sent(office, f"{folder}/setujui", owner, data, lying.name)


def refusals(office: Office) -> list[Event]:
    with office.ledger.read() as session:
        assert list(check_chains(session, office.id)) == []
        return session.query(Event).where(Event.kind == "act.refused").all()


def decisions(office: Office) -> list[Decision]:
    with office.ledger.read() as session:
        return session.query(Decision).all()


@pytest.mark.parametrize(
    ("owner", "who"),
    [("KASUBAG-PC", SEKRETARIS), ("STAF-PC", SEKRETARIS), ("KOSONG-PC", SEKRETARIS)],
)
def test_the_kasubag_does_not_verify_a_form_of_his_own(known: Office, owner: str, who: str) -> None:
    form = waiting(known, Kind.FORM, KASUBAG)
    arrival = approved_by(known, form, "5-verifikasi", owner)
    assert arrival.outcome == "ditolak"
    assert decisions(known) == []
    (event,) = refusals(known)
    assert (event.chain, event.document_id) == (form.collection_id, form.id)
    assert (event.actor, event.payload) == (f"akun {owner}", {"act": "decide"})
    assert (known.inbox / "data-kinerja/5-verifikasi" / form.name).is_file()  # it still waits
    (slip,) = (known.inbox / "data-kinerja/5-verifikasi").glob("SLIP*.pdf")
    told = " ".join(extract_text(slip).split())
    assert "BUKAN WEWENANG" in told
    assert f"Yang berwenang: {who}" in told
    assert form.code in told


@pytest.mark.parametrize(
    ("owner", "post", "actor"),
    [
        ("SEKRETARIS-PC", KASUBAG, SEKRETARIS),
        ("KASUBAG-PC", KABID, KASUBAG),
        (NOBODY, KASUBAG, SEKRETARIS),
        (NOBODY, KABID, KASUBAG),
        (account_name(0), KABID, KASUBAG),
    ],
)
def test_whoever_may_and_whoever_is_unknown_decides(
    known: Office, owner: str, post: str, actor: str
) -> None:
    form = waiting(known, Kind.FORM, post)
    arrival = approved_by(known, form, "5-verifikasi", owner)
    assert arrival.outcome == "diputuskan"
    (decision,) = decisions(known)
    assert (decision.actor, decision.by_folder) == (actor, True)
    assert decision.via == f"melalui folder, akun {owner}"
    assert decision.ratified_by is None
    assert refusals(known) == []


def test_a_form_of_a_post_that_the_kasubag_holds_too_is_the_secretarys(known: Office) -> None:
    put_on_file(
        known, master_of(tenure(KASUBAG, AYU), tenure(SEKRETARIS, BUDI), tenure(KABID, AYU))
    )
    form = waiting(known, Kind.FORM, KABID)
    assert approved_by(known, form, "5-verifikasi", "KASUBAG-PC").outcome == "ditolak"
    assert approved_by(known, form, "5-verifikasi", NOBODY).outcome == "diputuskan"
    assert decisions(known)[0].actor == SEKRETARIS


def test_an_edited_draft_of_staf_is_no_correction(known: Office) -> None:
    draft = waiting(known, Kind.DRAFT)
    arrival = sent(known, "2-koreksi/setujui", "STAF-PC", b"bukan yang menunggu")
    assert arrival.outcome == "ditolak"
    with known.ledger.read() as session:
        assert session.get_one(Document, draft.id).revision == draft.revision
    assert len(refusals(known)) == 1


@pytest.mark.parametrize("owner", ["KASUBAG-PC", "SEKRETARIS-PC"])
def test_a_reason_may_come_from_each_who_verifies(known: Office, owner: str) -> None:
    folder = "5-verifikasi/kembalikan"
    arrival = sent(known, folder, owner, b"Angka belum sesuai.", "Formulir.txt")
    assert arrival.outcome == "alasan"
    refused = sent(known, folder, "KABID-PC", b"Angka belum sesuai.", "Lain.txt")
    assert refused.outcome == "ditolak"


@pytest.mark.parametrize(
    ("folder", "owner", "refused"),
    [
        ("1-draft/kirim", "KABID-PC", True),
        ("1-draft/kirim", "STAF-PC", False),
        ("3-penggandaan/kirim", "KASUBAG-PC", True),
        (f"4-pengisian/{post_folder(KABID)}/kirim", "KABID-PC", False),
        (f"4-pengisian/{post_folder(KABID)}/kirim", "SEKRETARIS-PC", True),
        (f"4-pengisian/{post_folder(KABID)}/kirim", "STAF-PC", True),
        (f"4-pengisian/{post_folder(KABID)}/kirim", NOBODY, False),
        ("4-pengisian/UPTD Pelabuhan/kirim", "KABID-PC", False),  # nobody knows whose it is
        ("4-pengisian/_titipan/kirim", "STAF-PC", False),
        ("4-pengisian/_titipan/kirim", "KABID-PC", True),
        ("6-entri/kirim", "SEKRETARIS-PC", True),
        ("7-paraf/diparaf", "STAF-PC", False),  # its certificate is judged instead
    ],
)
def test_each_folder_is_its_actors(
    known: Office, folder: str, owner: str, refused: bool, tmp_path: Path
) -> None:
    sent(known, folder, owner, b"apa saja", "surat.pdf")
    assert [event.payload["act"] for event in refusals(known)] == ["send"] * refused
    with known.ledger.read() as session:
        slips = session.query(Publication).where(Publication.path.contains("SLIP")).all()
    assert slips
