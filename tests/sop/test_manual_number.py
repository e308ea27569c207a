"""The office's own register gives the numbers: asked for, checked, entered once."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from pipeline.archive.numbering import cancel_number
from pipeline.domain.document import Kind, State
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.errors import ConflictError
from pipeline.intake.claim import TAKE
from pipeline.ledger.tables import Arrival, Collection, Document, Event, Number
from pipeline.office import Office, open_office
from pipeline.procedures import FILE_NAME
from pipeline.sop.collection.withdrawal import withdraw_case
from pipeline.sop.printout.number import number_by_word
from pipeline.sop.printout.printout import ASK_NUMBER, COMPILE, compile_printout
from pipeline.sop.publish import new_document
from pipeline.sop.runner import run
from tests.archive.test_numbers_filed import put
from tests.pdf.on_files import extract_text
from tests.sop.samples import PERIOD, a_collection
from tests.sop.under_way import lent

ENTRY = "data-kinerja/6-entri"
NUMBER = "090/17/DKP/2026"


@pytest.fixture
def manual(office: Office) -> Iterator[Office]:
    """An office whose own register gives the numbers."""
    with numbered(office, "manual") as opened:
        yield opened


@contextmanager
def numbered(office: Office, how: str) -> Iterator[Office]:
    """The same office, its numbers given another way."""
    path = office.templates / "data-kinerja" / FILE_NAME
    said = path.read_text("utf-8")
    path.write_text(said.replace("[filing]\n", f'[filing]\nnumbering = "{how}"\n'), "utf-8")
    with open_office(office.root) as opened, lent(opened, office.converter):
        yield opened


def entered(office: Office, period: Period = PERIOD) -> Collection:
    """A collection whose entry workbook has been accepted."""
    with office.ledger.write() as tx:
        collection = a_collection(tx, period)
        collection.stage = Verb.ENTER
        name = f"Entri {period.short}.xlsx"
        new_document(tx, collection, Kind.WORKBOOK, name=name, state=State.RECEIVED)
    return collection


def asked(office: Office, period: Period = PERIOD) -> Collection:
    """A collection whose print-out waits for its number."""
    collection = entered(office, period)
    compile_printout(office, collection.id)
    run(office, ASK_NUMBER, collection.id)
    return collection


def send(office: Office, name: str, data: bytes) -> Arrival:
    """A file sent at step 6, as it stands after it was judged."""
    now = office.now()
    arrival = Arrival(
        id=f"{now:%H%M%S%f}{name:x>20}"[:32],
        office_id=office.id,
        folder=f"{ENTRY}/kirim",
        name=name,
        sha256=office.store.put(data),
        size=len(data),
        owner="PROGRAM-PC",
        arrived_at=now,
    )
    with office.ledger.write() as tx:
        tx.session.add(arrival)
    run(office, TAKE, arrival.id)
    with office.ledger.read() as session:
        return session.get_one(Arrival, arrival.id)


def printout(office: Office, collection: Collection) -> Document:
    with office.ledger.read() as session:
        query = select(Document).where(
            Document.collection_id == collection.id, Document.kind == Kind.PRINTOUT
        )
        return session.scalars(query).one()


def number_texts(office: Office) -> list[str]:
    with office.ledger.read() as session:
        return list(session.scalars(select(Number.text).order_by(Number.given_at)))


def events(office: Office, kind: str) -> list[Event]:
    with office.ledger.read() as session:
        return list(session.scalars(select(Event).where(Event.kind == kind)))


def slip(office: Office, name: str) -> str:
    """The text of a slip that lies in 6-entri, without its line breaks."""
    return " ".join(extract_text(office.inbox / ENTRY / name).split())


def notices(office: Office) -> set[str]:
    """What lies in 6-entri for Staf."""
    return {p.name for p in (office.inbox / ENTRY).iterdir() if p.is_file()}


def assert_held_up(office: Office, collection: Collection) -> None:
    """Nothing of the refused number has stayed."""
    with office.ledger.read() as session:
        case_row = session.get_one(Collection, collection.id)
    assert case_row.stage == Verb.ENTER
    assert printout(office, collection).state == State.RETURNED
    assert "NOMOR DIPERLUKAN - Print Out Data Kinerja TW III 2026.pdf" in notices(office)


def test_staf_is_asked_for_the_number_once(manual: Office) -> None:
    collection = asked(manual)
    run(manual, ASK_NUMBER, collection.id)
    compile_printout(manual, collection.id)
    assert notices(manual) == {"NOMOR DIPERLUKAN - Print Out Data Kinerja TW III 2026.pdf"}
    text = slip(manual, "NOMOR DIPERLUKAN - Print Out Data Kinerja TW III 2026.pdf")
    assert "NOMOR.txt" in text
    assert f"kinerja number {printout(manual, collection).code}" in text
    assert len(events(manual, "number.asked")) == 1
    assert number_texts(manual) == []


def test_the_number_given_is_entered_and_the_print_out_made(manual: Office) -> None:
    collection = asked(manual)
    assert send(manual, "NOMOR.txt", NUMBER.encode("utf-16")).outcome == "nomor"
    with manual.ledger.read() as session:
        number = session.get_one(Number, printout(manual, collection).id)
    assert (number.text, number.seq, number.unit) == (NUMBER, None, "DKP")
    assert notices(manual) == set()
    (given,) = events(manual, "number.given")
    assert given.payload == {"number": NUMBER}
    assert (given.actor, given.chain) == ("Staf", collection.id)
    assert given.via == "melalui folder, akun PROGRAM-PC"
    assert manual.ledger.waiting_work(COMPILE) == {collection.id}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "kosong"),
        (b"090/1\n090/2", "lebih dari satu baris"),
        (b"9" * 121, "lebih panjang daripada 120 huruf"),
        (b"090/\x071", "tidak terbaca"),
        (b"090/\xff\x801", "tidak terbaca"),
        (b"menyusul", "tidak memuat angka"),
    ],
)
def test_what_is_no_number_comes_back_with_a_slip(manual: Office, data: bytes, said: str) -> None:
    collection = asked(manual)
    assert send(manual, "NOMOR.txt", data).outcome == "dikembalikan"
    assert said in slip(manual, "SLIP - NOMOR.pdf")
    assert (manual.inbox / ENTRY / "PERBAIKI - NOMOR.txt").read_bytes() == data
    assert_held_up(manual, collection)
    assert send(manual, "PERBAIKI - NOMOR.txt", NUMBER.encode()).outcome == "nomor"
    assert notices(manual) == set()


def test_a_number_is_for_one_document_even_when_cancelled(manual: Office) -> None:
    first = asked(manual, Period(2026, 2))
    send(manual, "NOMOR.txt", NUMBER.encode())
    bearer = printout(manual, first)
    with manual.ledger.write() as tx:
        cancel_number(tx, bearer.id, "pengumpulan ditarik")
        tx.session.get_one(Collection, first.id).stage = "withdrawn"
    second = asked(manual)
    assert send(manual, "NOMOR.txt", NUMBER.lower().encode()).outcome == "dikembalikan"
    text = slip(manual, "SLIP - NOMOR.pdf")
    assert bearer.code in text
    assert "dibatalkan (pengumpulan ditarik)" in text
    assert_held_up(manual, second)
    assert number_texts(manual) == [NUMBER]


def test_a_number_of_the_archive_is_not_given_again(manual: Office) -> None:
    """The database was restored; the dossier that bears the number is not in it."""
    collection = asked(manual)
    put(manual.archive, 1, "090/20/DKP/2026", earlier_numbers=(NUMBER,))
    assert send(manual, "NOMOR.txt", NUMBER.encode()).outcome == "dikembalikan"
    assert "0001 Data Kinerja Triwulan III 2026" in slip(manual, "SLIP - NOMOR.pdf")
    assert_held_up(manual, collection)


def test_several_that_wait_are_told_apart_by_period_or_code(manual: Office) -> None:
    second, third = asked(manual, Period(2026, 2)), asked(manual)
    assert send(manual, "NOMOR.txt", NUMBER.encode()).outcome == "dikembalikan"
    assert "NOMOR UNTUK YANG MANA?" in slip(manual, "SLIP - NOMOR.pdf")
    assert number_texts(manual) == []
    assert send(manual, "NOMOR TW II 2026.txt", b"090/1").outcome == "nomor"
    code = printout(manual, third).code
    assert send(manual, f"nomor {code.lower()}.txt", b"090/2").outcome == "nomor"
    with manual.ledger.read() as session:
        assert session.get_one(Number, printout(manual, second).id).text == "090/1"
        assert session.get_one(Number, printout(manual, third).id).text == "090/2"


def test_a_number_for_another_period_is_not_taken(manual: Office) -> None:
    collection = asked(manual)
    assert send(manual, "NOMOR TW II 2026.txt", NUMBER.encode()).outcome == "dikembalikan"
    assert "tidak ada print out yang menunggu" in slip(manual, "SLIP - NOMOR TW II 2026.pdf")
    assert_held_up(manual, collection)


def test_once_given_a_number_is_not_exchanged(manual: Office) -> None:
    asked(manual)
    send(manual, "NOMOR.txt", NUMBER.encode())
    assert send(manual, "NOMOR.txt", b"090/18/DKP/2026").outcome == "dikembalikan"
    assert "tercatat batal" in slip(manual, "SLIP - NOMOR.pdf")
    assert number_texts(manual) == [NUMBER]


def test_a_number_may_come_before_it_is_asked_for(manual: Office) -> None:
    """The workbook is accepted; the slip is not printed yet."""
    collection = entered(manual)
    assert send(manual, "NOMOR.txt", NUMBER.encode()).outcome == "nomor"
    run(manual, ASK_NUMBER, collection.id)
    assert notices(manual) == set()


@pytest.mark.parametrize(("how", "said"), [("automatic", "otomatis"), ("none", "tidak bernomor")])
def test_where_no_number_is_wanted_that_is_said(office: Office, how: str, said: str) -> None:
    with numbered(office, how) as opened:
        entered(opened)
        assert send(opened, "NOMOR.txt", NUMBER.encode()).outcome == "dikembalikan"
        assert said in slip(opened, "SLIP - NOMOR.pdf")
        assert number_texts(opened) == []


def test_by_word_the_same_is_checked(manual: Office) -> None:
    collection = asked(manual)
    document = printout(manual, collection)
    put(manual.archive, 1, "090/1")
    who = {"actor": "Staf", "via": "baris perintah, akun staf"}
    for text, said in (("x", "angka"), ("090/1", "arsip")):
        (finding,) = number_by_word(manual, document, text, **who)
        assert said in finding.message
    assert number_by_word(manual, document, NUMBER, **who) == []
    with pytest.raises(ConflictError, match=f"bears number {NUMBER} and keeps it"):
        number_by_word(manual, document, "090/2", **who)
    assert [e.via for e in events(manual, "number.given")] == [who["via"]]


def test_by_word_it_is_told_why_no_number_is_awaited(manual: Office) -> None:
    with manual.ledger.write() as tx:
        collection = a_collection(tx)
        form = new_document(tx, collection, Kind.FORM, name="F.docx", state=State.ISSUED)
    who = {"actor": "Staf", "via": "baris perintah, akun staf"}
    with pytest.raises(ConflictError, match="once the entry workbook is accepted"):
        number_by_word(manual, form, NUMBER, **who)


def test_a_withdrawn_collection_takes_no_number_and_says_so(manual: Office) -> None:
    collection = asked(manual)
    document = printout(manual, collection)
    who = {"actor": "Staf", "via": "baris perintah, akun staf"}
    assert number_by_word(manual, document, NUMBER, **who) == []
    withdraw_case(manual, collection.id, "Dibatalkan.", **who)
    with pytest.raises(ConflictError, match="withdrawn"):
        number_by_word(manual, document, "090/18", **who)
