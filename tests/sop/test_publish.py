import pytest

from pipeline.domain.document import CODE_LENGTH
from pipeline.domain.naming import length
from pipeline.domain.period import Period
from pipeline.ledger.database import Ledger
from pipeline.ledger.tables import Publication
from pipeline.office import Office
from pipeline.sop.publish import (
    BOOK_SUFFIXES,
    COMPANION,
    MAIN,
    NOTICE,
    RESULT,
    STARTER,
    clear_about,
    clear_answer,
    clear_notices,
    clear_starter,
    publish,
    withdraw,
)

from .samples import a_collection, a_form, publications

FOLDER = "data-kinerja/4-pengisian/Kepala Bidang"
SHA = "ab" * 32


def test_a_document_has_an_id_and_a_code_of_its_own(office: Office) -> None:
    with office.ledger.write() as tx:
        collection = a_collection(tx)
        one, two = a_form(tx, collection), a_form(tx, collection, "Kepala UPTD")
    assert one.id != two.id
    assert one.code != two.code
    assert len(one.code) == CODE_LENGTH
    assert one.office_id == office.id


def test_a_publication_is_wanted_under_a_name_that_windows_takes(office: Office) -> None:
    with office.ledger.write() as tx:
        document = a_form(tx, a_collection(tx))
        document.revision = 3
        publish(tx, FOLDER, "Apa: ini.docx", SHA, role=MAIN, document=document)
        publish(tx, FOLDER, "x" * 300 + ".pdf", SHA, role=NOTICE, document=document)
    with office.ledger.read() as session:
        first, second = session.query(Publication).order_by(Publication.id)
    assert first.path == f"{FOLDER}/Apa- ini.docx"
    assert (first.state, first.revision, first.document_id) == ("wanted", 3, document.id)
    assert second.path.endswith(".pdf")
    assert length(second.path.rpartition("/")[2]) <= 90


@pytest.mark.parametrize(
    ("state", "after"),
    [("wanted", "unwanted"), ("placed", "unwanted"), ("unwanted", "unwanted"), ("gone", "gone")],
)
def test_what_is_withdrawn_is_not_wanted_any_more(office: Office, state: str, after: str) -> None:
    with office.ledger.write() as tx:
        collection = a_collection(tx)
        document, other = a_form(tx, collection), a_form(tx, collection, "Kepala UPTD")
        for role in (MAIN, COMPANION, NOTICE, RESULT):
            publish(tx, FOLDER, f"{role}.docx", SHA, role=role, document=document)
        publish(tx, FOLDER, "lain.docx", SHA, role=MAIN, document=other)
        tx.session.flush()
        for row in tx.session.query(Publication):
            row.state = state
        withdraw(tx.session, [document])
    with office.ledger.read() as session:
        assert publications(session) == {
            f"{FOLDER}/main.docx": after,
            f"{FOLDER}/companion.docx": after,
            f"{FOLDER}/notice.docx": after,
            f"{FOLDER}/result.docx": state,
            f"{FOLDER}/lain.docx": state,
        }


def test_only_the_named_roles_are_withdrawn(office: Office) -> None:
    with office.ledger.write() as tx:
        document = a_form(tx, a_collection(tx))
        publish(tx, FOLDER, "a.docx", SHA, role=MAIN, document=document)
        publish(tx, FOLDER, "b.pdf", SHA, role=NOTICE, document=document)
        tx.session.flush()
        withdraw(tx.session, [document], [MAIN])
    with office.ledger.read() as session:
        assert list(publications(session).values()) == ["unwanted", "wanted"]


def test_another_office_in_the_same_database_keeps_what_has_the_same_name(office: Office) -> None:
    neighbour = Ledger(office.ledger.url, "kantor-sebelah", office.now)
    for ledger in (neighbour, office.ledger):
        with ledger.write() as tx:
            publish(tx, FOLDER, "SLIP - a.pdf", SHA, role=NOTICE)
            publish(tx, FOLDER, "a.docx", SHA, role=STARTER)
    with office.ledger.write() as tx:
        clear_starter(tx, FOLDER, "a.docx")
        clear_about(tx, FOLDER, "a")
        clear_answer(tx, FOLDER, "DIKEMBALIKAN - a.docx")
        clear_notices(tx, FOLDER, BOOK_SUFFIXES, Period(2026, 3))
    with office.ledger.read() as session:
        states = {(row.office_id, row.state) for row in session.query(Publication)}
    neighbour.close()
    assert states == {(office.id, "unwanted"), ("kantor-sebelah", "wanted")}


def test_nothing_is_published_where_the_transaction_fails(office: Office) -> None:
    def fail() -> None:
        with office.ledger.write() as tx:
            publish(tx, FOLDER, "a.docx", SHA, role=MAIN)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with office.ledger.read() as session:
        assert publications(session) == {}
