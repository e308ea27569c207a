"""Whoever sends or decides by folder has a word: what was taken, and who is next."""

import io
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import docx
import pytest
from sqlalchemy import select

from pipeline.archive.bag import read_bag
from pipeline.domain.document import State
from pipeline.domain.indicator import Target
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.tables import Arrival, Decision, Document, Publication
from pipeline.office import Office
from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import INITIAL_FIELD
from pipeline.signing.keys import open_key
from pipeline.signing.seal import Sealer
from pipeline.sop.collection.withdrawal import withdraw_case
from pipeline.sop.prepare import lay_starters
from pipeline.sop.receipts.receipts import acknowledge, acknowledge_decision
from tests.pdf.on_files import extract_text

from .desk import PROCEDURE
from .under_way import DECIDER, HEAD, KASUBAG, SECRETARY, UnderWay

WORDS = ("notice", "answer", "receipt", "summary")
REASON = b"Satuan IK-1 belum ditulis."
MOMENT = re.compile(r" \d+ [A-Z][a-z]{2} \d\d\.\d\d - ")
MESSENGER = "4-pengisian/_titipan"


def receipts(at: UnderWay, folder: str) -> list[str]:
    """The receipts that lie in a folder, without the moment in their names."""
    with at.office.ledger.read() as session:
        rows = session.scalars(
            select(Publication.path).where(
                Publication.role == "receipt",
                Publication.state == "placed",
                Publication.path.startswith(f"{PROCEDURE}/{folder}/"),
            )
        ).all()
    assert all((at.office.inbox / row).is_file() for row in rows)
    return sorted(MOMENT.sub(" - ", Path(row).name) for row in rows)


def all_receipts(at: UnderWay) -> list[str]:
    """Every receipt that lies anywhere, by its folder."""
    folders = ["1-draft", "2-koreksi", "3-penggandaan", MESSENGER, "5-verifikasi", "6-entri"]
    folders += ["7-paraf", "8-tanda-tangan"]
    return [f"{folder}: {name}" for folder in folders for name in receipts(at, folder)]


def sealed_elsewhere(at: UnderWay, folder: str) -> bytes:
    """The waiting print-out with the Kasubag's seal, put by another program."""
    office, now = at.office, at.office.now()
    signer = office.signer("kasubag")
    key = open_key("pkcs12", str(office.state / signer.key), at.pins["kasubag"], at=now)
    pdf = at.folders.wait(f"{folder}/Print Out*.pdf").read_bytes()
    sealer, face = Sealer(trust=office.trust), SignerFace(KASUBAG, signer.name)
    if folder == "7-paraf":
        return sealer.initial(pdf, INITIAL_FIELD, key, face, at=now)
    return sealer.sign(pdf, key, face, at=now)


def until_keys_are_valid(at: UnderWay) -> None:
    """The practice keys were made today, which may be later than the office's clock."""
    at.desk.clock.at = max(at.desk.clock.at, datetime.now(at.office.settings.office.zone))


def bring(at: UnderWay, folder: str, name: str, data: bytes) -> None:
    at.desk.put(folder, name, data)
    at.desk.work()


def send_back(at: UnderWay, pattern: str) -> None:
    """Return what lies there, its reason in a text file that comes first."""
    file = at.folders.wait(pattern)
    folder = f"{file.parent.relative_to(at.desk.inbox).as_posix()}/kembalikan"
    bring(at, folder, f"{file.stem}.txt", REASON)
    at.move(pattern, CommandFolder.RETURN)


def test_every_file_has_its_word(begun: UnderWay) -> None:
    """A whole collection by folder; after each act the receipts that lie anywhere."""
    at, period = begun, begun.period.short
    draft, statements = f"Format Data Kinerja {period}.pdf", f"Daftar Pernyataan {period}.pdf"
    lay_starters(at.office, f"{PROCEDURE}:{at.period}")
    at.desk.work()
    # 1
    at.move("1-draft/Format*.docx", CommandFolder.SEND)
    assert all_receipts(at) == [f"1-draft: DITERIMA, BELUM LENGKAP - {draft}"]
    at.staff.folders.wait("1-draft/Daftar Pernyataan*.xlsx").unlink()
    bring(at, "1-draft/kirim", f"Daftar Pernyataan {period}.xlsx", listed(at))
    assert all_receipts(at) == [f"1-draft: DITERIMA - {statements}"]
    assert len(re.findall("[0-9a-f]{64}", at.said("1-draft/DITERIMA*.pdf"))) == 2  # both papers
    # 2
    send_back(at, "2-koreksi/Format*.docx")
    assert all_receipts(at) == [f"2-koreksi: DICATAT - {draft}"]
    at.move("1-draft/PERBAIKI 1*.docx", CommandFolder.SEND)
    assert all_receipts(at) == [f"1-draft: DITERIMA - {draft}"]
    edit(at.folders.wait("2-koreksi/Format*.docx"))
    at.move("2-koreksi/Format*.docx", CommandFolder.APPROVE)
    revised = f"2-koreksi: PERUBAHAN DICATAT - {draft}"
    assert all_receipts(at) == [f"1-draft: DITERIMA - {draft}", revised]
    at.move("2-koreksi/Format*.docx", CommandFolder.APPROVE)
    assert all_receipts(at) == [f"2-koreksi: DICATAT - {draft}"]
    # 3
    at.staff.send_roster(at.roster, at.statements)
    at.desk.work()
    roster = f"3-penggandaan: DITERIMA - Daftar Pejabat {period}.pdf"
    assert all_receipts(at) == [roster]
    # 4 and 5
    bring(at, f"4-pengisian/{post_folder(HEAD)}/kirim", "rekap.csv", b"wilayah;ton\nA;1\n")
    at.send(KASUBAG, leave_out=True)
    at.send(KASUBAG, pattern="PERBAIKI 1*.docx")
    by_messenger(at, SECRETARY, leave_out=True)
    code = at.form(SECRETARY).code
    assert all_receipts(at) == [roster, f"{MESSENGER}: PERLU DIPERBAIKI 1 - {code}.pdf"]
    by_messenger(at, SECRETARY)
    assert all_receipts(at) == [roster, f"{MESSENGER}: DITERIMA - {code}.pdf"]
    at.send(HEAD)
    send_back(at, f"5-verifikasi/*{at.form(HEAD).code}.docx")
    at.send(HEAD, pattern="PERBAIKI 1*.docx")
    for post in (KASUBAG, SECRETARY, HEAD):
        at.approve(post)
    assert all_receipts(at) == []
    summary = at.said("5-verifikasi/_RINGKASAN.pdf")
    assert summary.count("disetujui oleh") == 3
    assert f"disetujui oleh {SECRETARY}" in summary  # the Kasubag's own form
    # 6
    at.staff.send_entry()
    at.desk.work()
    entry = f"6-entri: DITERIMA - Entri Data Kinerja {period}.pdf"
    assert all_receipts(at) == [entry]
    assert at.names("5-verifikasi") == []
    # 7 and 8
    printout = f"Print Out Data Kinerja {period}.pdf"
    send_back(at, "7-paraf/Print Out*.pdf")
    assert all_receipts(at) == [f"7-paraf: DICATAT - {printout}"]
    at.staff.send_entry()
    at.desk.work()
    assert all_receipts(at) == [entry]
    until_keys_are_valid(at)
    bring(at, "7-paraf/diparaf", "Sudah diparaf.pdf", sealed_elsewhere(at, "7-paraf"))
    assert all_receipts(at) == [f"7-paraf: DICATAT - {printout}"]
    sealed = sealed_elsewhere(at, "8-tanda-tangan")
    bring(at, "8-tanda-tangan/ditandatangani", "Sudah ditandatangani.pdf", sealed)
    assert at.collection.stage == "filed"
    assert all_receipts(at) == []
    assert [n for o in at.roster.officials for n in at.with_official(o.post)] == []
    assert without_a_word(at) == []
    assert_in_the_dossier(at)


def listed(at: UnderWay) -> bytes:
    """The statements as Staf fills them in."""
    return write_statements(at.statements, office_name="Dinas")


def edit(word: Path) -> None:
    """Save the waiting draft with a line more."""
    document = docx.Document(io.BytesIO(word.read_bytes()))
    next(p for p in document.paragraphs if p.text.strip()).insert_paragraph_before("SEGERA")
    out = io.BytesIO()
    document.save(out)
    word.write_bytes(out.getvalue())


def by_messenger(at: UnderWay, post: str, *, leave_out: bool = False) -> None:
    """An official's form, sent through Staf."""
    reporter = at.reporter(post)
    reporter.fill_and_send(pattern="*.docx", leave_out=leave_out)
    (sent,) = at.desk.files(f"4-pengisian/{post_folder(post)}/kirim/*")
    data = sent.read_bytes()
    sent.unlink()
    bring(at, f"{MESSENGER}/kirim", "dari WhatsApp.docx", data)


def said_to_all(at: UnderWay) -> list[tuple[str, str]]:
    """Everything that was ever laid out to be read: folder and text without its spaces."""
    with at.office.ledger.read() as session:
        rows = session.scalars(
            select(Publication).where(
                Publication.role.in_(WORDS), Publication.path.endswith(".pdf")
            )
        ).all()
        sent = set(session.scalars(select(Arrival.sha256)))
    return [
        (str(Path(r.path).parent), "".join(extract_text(at.office.store.path(r.sha256)).split()))
        for r in rows
        if r.sha256 not in sent
    ]


def without_a_word(at: UnderWay) -> list[str]:
    """The files of the ledger about which nothing was ever said to their sender."""
    said = said_to_all(at)
    with at.office.ledger.read() as session:
        arrivals = session.scalars(select(Arrival)).all()
        codes = {d.id: d.code for d in session.scalars(select(Document))}
    missing = []
    for arrival in arrivals:
        stage = arrival.folder.rpartition("/")[0]
        about = codes.get(arrival.document_id or "", "")
        known = {arrival.sha256, "".join(arrival.name.split())}
        known |= {about} if arrival.outcome in {"diputuskan", "dipantulkan"} and about else set()
        if not any(folder == stage and any(k in text for k in known) for folder, text in said):
            missing.append(f"{arrival.folder}/{arrival.name}: {arrival.outcome}")
    return missing


def assert_in_the_dossier(at: UnderWay) -> None:
    (bag,) = (file.parent for file in at.office.archive.glob("*/*/*/bagit.txt"))
    told = " ".join(p.name for p in read_bag(bag).path.glob("data/**/*.pdf"))
    for name in ("DITERIMA", "DICATAT", "PERUBAHAN DICATAT", "PERLU DIPERBAIKI 1"):
        assert f"{name} 5 Okt" in told, name


def test_the_receipt_of_a_roster_shows_what_only_warns(begun: UnderWay) -> None:
    first, *others = begun.statements.indicators
    targets = (*first.quarter_targets[:2], Target(Decimal(0)), first.quarter_targets[3])
    changed = replace(first, quarter_targets=targets)
    begun.statements = replace(begun.statements, indicators=(changed, *others))
    begun.to_filling()
    said = begun.said("3-penggandaan/DITERIMA*.pdf")
    assert "3 formulir diterbitkan" in said
    assert "paling lambat 8 Oktober 2026" in said
    assert f"target TW III untuk {first.code} adalah 0" in said
    assert "Peringatan (tidak menghalangi)" in said
    assert "Yang perlu diperbaiki" not in said


def test_a_receipt_is_printed_once_and_only_while_it_is_news(begun: UnderWay) -> None:
    begun.to_correction()
    with begun.office.ledger.read() as session:
        sent = [a.id for a in session.scalars(select(Arrival))]
    before = laid(begun.office)
    for arrival in sent:
        acknowledge(begun.office, arrival)
    assert laid(begun.office) == before
    begun.move("2-koreksi/Format*.docx", CommandFolder.APPROVE)
    with begun.office.ledger.write() as tx:
        decision = tx.session.scalars(select(Decision)).one().id
        for row in tx.session.scalars(select(Publication).where(Publication.role == "receipt")):
            tx.session.delete(row)
    for arrival in sent:
        acknowledge(begun.office, arrival)
    assert laid(begun.office) == 0  # Staf waits for the Kasubag no more
    acknowledge_decision(begun.office, decision)
    acknowledge_decision(begun.office, decision)
    assert laid(begun.office) == 1
    begun.staff.send_roster(begun.roster, begun.statements)
    begun.desk.work()
    assert receipts(begun, "3-penggandaan")
    withdraw_case(begun.office, begun.collection.id, "Ditunda.", **DECIDER)
    before = laid(begun.office)
    with begun.office.ledger.read() as session:
        every = [a.id for a in session.scalars(select(Arrival))]
    for arrival in every:
        acknowledge(begun.office, arrival)
    begun.desk.work()
    assert (laid(begun.office), all_receipts(begun)) == (before, [])


def laid(office: Office) -> int:
    """How many receipts were ever laid out."""
    with office.ledger.read() as session:
        return len(session.scalars(select(Publication).where(Publication.role == "receipt")).all())


@pytest.fixture
def last_first(begun: UnderWay) -> UnderWay:
    """Of the chains that wait, the youngest is always run first."""
    begun.desk.pick = lambda count: count - 1
    return begun


@pytest.mark.slow
def test_whatever_is_run_first_no_receipt_outlives_its_news(last_first: UnderWay) -> None:
    at = last_first
    at.to_filling()
    at.verify(KASUBAG, SECRETARY, HEAD)
    at.to_initial()
    until_keys_are_valid(at)
    at.seal(Verb.INITIAL)
    at.desk.work()
    at.seal(Verb.SIGN)
    at.desk.work()
    assert all_receipts(at) == []


def test_a_reason_that_comes_alone_is_kept_and_said_so(begun: UnderWay) -> None:
    begun.to_correction()
    bring(begun, "2-koreksi/kembalikan", "kop surat.txt", REASON)
    said = begun.said("2-koreksi/ALASAN DISIMPAN*kop surat.pdf")
    assert "dalam satu jam" in said
    assert without_a_word(begun) == []
    begun.move("2-koreksi/Format*.docx", CommandFolder.RETURN)
    assert not [n for n in begun.names("2-koreksi") if "ALASAN" in n]
    assert "Satuan IK-1" in begun.said("2-koreksi/DICATAT*.pdf")


def test_what_is_decided_on_a_late_form_is_noted(closed: UnderWay) -> None:
    closed.send(HEAD)
    code = closed.form(HEAD).code
    send_back(closed, f"5-verifikasi/*{code}.docx")
    assert receipts(closed, "5-verifikasi") == [f"DICATAT - {code}.pdf"]
    closed.send(HEAD, pattern="PERBAIKI 1*.docx")
    assert receipts(closed, "5-verifikasi") == []
    closed.approve(HEAD)
    said = closed.said(f"5-verifikasi/DICATAT*{code}.pdf")
    assert "diarsipkan bersama berkas pengumpulannya" in said
    assert closed.form(HEAD).state == State.VERIFIED


def test_the_summary_says_who_returned_a_form(filling: UnderWay) -> None:
    filling.send(HEAD)
    send_back(filling, f"5-verifikasi/*{filling.form(HEAD).code}.docx")
    filling.send(SECRETARY, leave_out=True)
    said = filling.said("5-verifikasi/_RINGKASAN.pdf")
    assert f"dikembalikan oleh {KASUBAG}, 5 Okt" in said
    assert "dipantulkan, belum kembali" in said
