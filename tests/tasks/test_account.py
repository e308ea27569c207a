"""Whom the command line acts as: known accounts in the hat that is demanded, nobody else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain.authority import Act
from pipeline.domain.document import Kind, State
from pipeline.domain.master import Capacity
from pipeline.domain.procedure import Verb
from pipeline.errors import AuthorityError, ConflictError, ExitCode
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Collection, Decision, Document, Event
from pipeline.office import Office, open_office
from pipeline.settings import Account
from pipeline.sop.decisions import Verdict
from pipeline.tasks.account import acting_as, current_account
from pipeline.tasks.decide import decide_as_account
from pipeline.tasks.init import init_office, make_practice_keys
from tests.cli.calling import call
from tests.sop.masters import (
    KASUBAG,
    SEKRETARIS,
    master_of,
    put_on_file,
    tenure,
    with_accounts,
)
from tests.tasks import small_office as small

ME = current_account()
AYU, BUDI = "197803142003121004", "198105202006042003"
OWN, OTHERS, DRAFT, BOOK = "AAAAA22222", "BBBBB22222", "CCCCC22222", "DDDDD22222"
DOCUMENTS = {
    OWN: (Kind.FORM, KASUBAG),
    OTHERS: (Kind.FORM, "Kepala Bidang"),
    DRAFT: (Kind.DRAFT, ""),
    BOOK: (Kind.WORKBOOK, ""),
}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office without accounts, with documents that wait."""
    root = init_office(tmp_path / "kantor")
    with open_office(root) as opened:
        now = opened.now()
        with opened.ledger.write() as tx:
            tx.session.add(
                Collection(
                    id=small.COLLECTION,
                    office_id=opened.id,
                    procedure="data-kinerja",
                    period=small.PERIOD,
                    stage=Verb.FILL,
                    opened_at=now,
                    stage_since=now,
                )
            )
            tx.session.flush()
            for number, (code, (kind, post)) in enumerate(DOCUMENTS.items()):
                more = {"kind": kind.value, "post": post, "state": State.WAITING.value}
                tx.session.add(
                    small.a_document(opened, f"{number}" * 32, code, name=f"Naskah {code}", **more)
                )
        yield opened


def document(office: Office, code: str) -> Document:
    with office.ledger.read() as session:
        return session.query(Document).where(Document.code == code).one()


def refusals(office: Office) -> list[Event]:
    with office.ledger.read() as session:
        assert list(check_chains(session, office.id)) == []
        return session.query(Event).where(Event.kind == "act.refused").order_by(Event.id).all()


def test_an_account_that_nobody_entered_may_do_nothing(office: Office) -> None:
    for act in set(Act) - {Act.SEND, Act.DECIDE, Act.INITIAL, Act.SIGN}:
        with pytest.raises(AuthorityError, match=r"minta administrator menambahkan \[\[accounts]]"):
            acting_as(office, act)
    with pytest.raises(AuthorityError, match=f"{DRAFT}: Naskah {DRAFT}: Akun {ME} tidak berwenang"):
        acting_as(office, Act.DECIDE, document=document(office, DRAFT))


def test_the_environment_makes_nobody_somebody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "kasubag-pc")
    known = with_accounts(office, Account(name="kasubag-pc", roles=("staf", "administrator")))
    with pytest.raises(AuthorityError, match=f"Akun {ME} tidak"):
        acting_as(known, Act.IMPORT_ROSTER)


def test_each_refusal_is_an_event_without_personal_data(office: Office) -> None:
    known = with_accounts(office, Account(name=ME, nip=AYU))
    with pytest.raises(AuthorityError):
        acting_as(known, Act.IMPORT_ROSTER)
    with pytest.raises(AuthorityError):
        acting_as(known, Act.CLOSE, collection_id=small.COLLECTION)
    with pytest.raises(AuthorityError):
        acting_as(known, Act.DECIDE, document=document(office, DRAFT))
    of_office, of_collection, of_document = refusals(office)
    assert of_office.chain == f"kantor:{office.id}"
    assert of_collection.chain == of_document.chain == small.COLLECTION
    assert of_document.document_id == document(office, DRAFT).id
    assert (of_office.document_id, of_collection.document_id) == (None, None)
    acts = [event.payload for event in refusals(office)]
    assert acts == [{"act": "import-roster"}, {"act": "close"}, {"act": "decide"}]
    assert {event.actor for event in refusals(office)} == {f"akun {ME}"}


@pytest.mark.parametrize(
    ("roles", "act", "actor"),
    [
        (("staf",), Act.IMPORT_ROSTER, "Staf"),
        (("administrator",), Act.PROPOSE_MASTER, "Administrator"),
        (("staf",), Act.NUMBER, "Staf"),
        (("auditor", "arsiparis"), Act.RETRIEVE, "Arsiparis"),
        (("auditor",), Act.RETRIEVE, "Auditor"),
        (("staf",), Act.RETRIEVE, "Staf"),
    ],
)
def test_a_role_acts_under_its_name(
    office: Office, roles: tuple[str, ...], act: Act, actor: str
) -> None:
    known = with_accounts(office, Account(name=ME, roles=roles))
    assert acting_as(known, act) == (actor, f"baris perintah, akun {ME}")
    assert refusals(office) == []


def test_what_is_filed_closed_is_not_for_staf(office: Office) -> None:
    known = with_accounts(office, Account(name=ME, roles=("staf",)))
    with pytest.raises(AuthorityError, match="tidak berwenang mengambil arsip ini"):
        acting_as(known, Act.RETRIEVE, collection_id=small.COLLECTION, security="T")


def test_a_post_follows_from_the_master_data_of_the_day(office: Office) -> None:
    today = office.now().date()
    before, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    known = with_accounts(office, Account(name=ME, nip=AYU))
    closing = {"collection_id": small.COLLECTION}
    put_on_file(office, master_of(tenure(KASUBAG, AYU)))
    assert acting_as(known, Act.CLOSE, **closing)[0] == KASUBAG
    put_on_file(office, master_of(tenure(KASUBAG, AYU, today, tomorrow, capacity=Capacity.ACTING)))
    assert acting_as(known, Act.CLOSE, **closing)[0] == f"Plt. {KASUBAG}"
    put_on_file(
        office,
        master_of(
            tenure(KASUBAG, BUDI), tenure(KASUBAG, AYU, today, today, capacity=Capacity.DEPUTY)
        ),
    )
    assert acting_as(known, Act.CLOSE, **closing)[0] == f"Plh. {KASUBAG}"
    for former in (
        master_of(tenure(KASUBAG, AYU, last=before), tenure(KASUBAG, BUDI, today)),
        master_of(tenure(KASUBAG, AYU, tomorrow)),
        master_of(
            tenure(KASUBAG, AYU), tenure(KASUBAG, BUDI, today, today, capacity=Capacity.DEPUTY)
        ),
    ):
        put_on_file(office, former)
        with pytest.raises(AuthorityError, match="Yang berwenang: Kasubag"):
            acting_as(known, Act.CLOSE, **closing)


def test_while_the_master_data_do_not_know_a_post_the_signers_hold_it(office: Office) -> None:
    make_practice_keys(office.root)
    with open_office(office.root) as practice:
        assert acting_as(practice, Act.CLOSE, collection_id=small.COLLECTION)[0] == KASUBAG
        put_on_file(practice, master_of(tenure(SEKRETARIS, AYU)))
        assert acting_as(practice, Act.CLOSE, collection_id=small.COLLECTION)[0] == KASUBAG
        put_on_file(practice, master_of(tenure(KASUBAG, AYU)))
        with pytest.raises(AuthorityError):
            acting_as(practice, Act.CLOSE, collection_id=small.COLLECTION)


def test_nobody_decides_on_a_form_of_his_own(office: Office) -> None:
    put_on_file(office, master_of(tenure(KASUBAG, AYU), tenure(SEKRETARIS, BUDI)))
    kasubag = with_accounts(office, Account(name=ME, nip=AYU))
    with pytest.raises(AuthorityError, match="Yang berwenang: Sekretaris"):
        decide_as_account(kasubag, OWN, Verdict.APPROVE, "")
    secretary = with_accounts(office, Account(name=ME, nip=BUDI))
    with pytest.raises(AuthorityError, match="Yang berwenang: Kasubag"):
        decide_as_account(secretary, OTHERS, Verdict.APPROVE, "")
    decide_as_account(secretary, OWN, Verdict.APPROVE, "")
    decide_as_account(kasubag, OTHERS, Verdict.RETURN, "Lengkapi.")
    with office.ledger.read() as session:
        taken = session.query(Decision).order_by(Decision.decided_at).all()
    assert [d.actor for d in taken] == [SEKRETARIS, KASUBAG]
    assert [d.by_folder for d in taken] == [False, False]


def test_a_form_of_a_post_that_the_decider_holds_too_is_his_own(office: Office) -> None:
    acting = tenure("Kepala Bidang", AYU, capacity=Capacity.ACTING)
    put_on_file(office, master_of(tenure(KASUBAG, AYU), acting, tenure(SEKRETARIS, BUDI)))
    kasubag = with_accounts(office, Account(name=ME, nip=AYU))
    with pytest.raises(AuthorityError, match="Yang berwenang: Sekretaris"):
        decide_as_account(kasubag, OTHERS, Verdict.APPROVE, "")


def test_an_account_that_several_share_decides_in_the_right_post(office: Office) -> None:
    put_on_file(office, master_of(tenure(KASUBAG, AYU), tenure(SEKRETARIS, BUDI)))
    shared = with_accounts(office, Account(name=ME, nip=AYU), Account(name=ME, nip=BUDI))
    for code in (OWN, OTHERS, DRAFT):
        decide_as_account(shared, code, Verdict.APPROVE, "")
    with office.ledger.read() as session:
        taken = session.query(Decision).order_by(Decision.decided_at).all()
    assert [d.actor for d in taken] == [SEKRETARIS, KASUBAG, KASUBAG]


def test_on_a_workbook_nobody_decides(office: Office) -> None:
    with pytest.raises(ConflictError, match="not a document on which anybody decides"):
        decide_as_account(office, BOOK, Verdict.APPROVE, "")
    with pytest.raises(ConflictError, match="not a document on which anybody decides"):
        acting_as(office, Act.DECIDE, document=document(office, BOOK))


def test_a_refused_command_says_so_and_changes_nothing(office: Office) -> None:
    said = call("approve", DRAFT, office=office.root)
    assert said.code == ExitCode.AUTHORITY
    assert f"Yang berwenang: {KASUBAG}" in said.stderr
    assert "[[accounts]]" in said.stderr
    assert document(office, DRAFT).state == State.WAITING
    assert len(refusals(office)) == 1
    assert call("status", "--json", office=office.root).code == ExitCode.OK
