"""Paraf and signature with a key of the office: who may, with which key, and what becomes of it."""

import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.domain.document import Kind, State
from pipeline.domain.master import Capacity
from pipeline.domain.procedure import Verb
from pipeline.errors import (
    AuthorityError,
    ConflictError,
    ExitCode,
    KeyAccessError,
    NotFoundError,
    SigningError,
)
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Decision, Document, Event
from pipeline.office import Office, open_office
from pipeline.settings import Enrolment, Signer
from pipeline.signing.appearance import SignerFace
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.signing.seal import Sealer
from pipeline.signing.verify import verify
from pipeline.sop.case import case_of
from pipeline.sop.decisions import Verdict, enter_decision
from pipeline.sop.printout.sealed import NAMED, judge
from pipeline.sop.printout.turns import turns_on
from pipeline.sop.ratify import folder_decisions
from pipeline.tasks.may_seal import require_may_seal
from pipeline.tasks.seal import Sealed, Taken, seal, sort_out, unlock, waiting_for
from pipeline.tasks.verify import signed_printouts
from tests.cli.calling import call
from tests.sop.masters import master_of, put_on_file, tenure
from tests.tasks import small_office as small


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], bytes]:
    """An office, its PINs, and a print-out with its fields."""
    return small.prepared_office(tmp_path_factory.mktemp("kantor"))


@pytest.fixture
def office(made: tuple[Path, dict[str, str], bytes]) -> Iterator[Office]:
    """The office with one print-out that waits for its paraf."""
    root, _, prepared = made
    with open_office(root) as opened:
        small.let_it_wait(opened, prepared)
        yield opened


@pytest.fixture(scope="module")
def pins(made: tuple[Path, dict[str, str], bytes]) -> dict[str, str]:
    return made[1]


def _sealed(office: Office, stage: Verb, alias: str, pin: str) -> list[Sealed]:
    signer = office.signer(alias)
    key = unlock(office, signer, bytearray(pin, "utf-8"))
    return seal(office, waiting_for(office, stage), stage, signer, key)


def _sorted_out(office: Office, alias: str) -> None:
    waiting = waiting_for(office, Verb.INITIAL)
    allowed, refused = sort_out(office, waiting, Verb.INITIAL, office.signer(alias))
    assert (allowed, refused) == (waiting, [])


def _actors(office: Office) -> list[str]:
    with office.ledger.read() as session:
        return [e.actor for e in session.query(Event).order_by(Event.id)]


def _page_text(pdf: bytes) -> str:
    """The text as poppler reads it, the seals' included."""
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def _printout(office: Office) -> Document:
    with office.ledger.read() as session:
        return session.get_one(Document, small.PRINTOUT)


def _events(office: Office) -> list[str]:
    with office.ledger.read() as session:
        return [e.kind for e in session.query(Event).order_by(Event.id)]


def test_paraf_then_signature(office: Office, pins: dict[str, str]) -> None:
    (initialled,) = _sealed(office, Verb.INITIAL, "kasubag", pins["kasubag"])
    assert (initialled.error, initialled.code) == ("", small.CODE)
    assert _printout(office).pdf == initialled.sha256
    with pytest.raises(NotFoundError):
        waiting_for(office, Verb.INITIAL)
    (signed,) = _sealed(office, Verb.SIGN, "kasubag", pins["kasubag"])
    assert signed.error == ""
    assert _printout(office).state == State.SIGNED
    assert _events(office) == ["printout.initialled", "printout.signed"]
    data = office.store.read(signed.sha256)
    assert data.startswith(office.store.read(initialled.sha256))


def test_a_wrong_pin_changes_nothing(office: Office) -> None:
    before = _printout(office).pdf
    with pytest.raises(KeyAccessError, match=r"PIN untuk kunci .* salah"):
        unlock(office, office.signer("kasubag"), bytearray(b"00000000"))
    assert (_printout(office).pdf, _events(office)) == (before, [])


def test_a_signer_of_another_post_is_refused(office: Office, pins: dict[str, str]) -> None:
    before = _printout(office).pdf
    with pytest.raises(AuthorityError, match=f"adalah wewenang {small.POST}, bukan Sekretaris"):
        _sorted_out(office, "sekretaris")
    (result,) = _sealed(office, Verb.INITIAL, "sekretaris", pins["sekretaris"])
    assert f"adalah wewenang {small.POST}, bukan Sekretaris" in result.error
    assert result.sha256 == ""
    assert (_printout(office).state, _printout(office).pdf) == (State.WAITING, before)
    assert _events(office) == ["act.refused"] * 2


def test_the_acting_holder_signs_and_the_seal_stays_valid(
    office: Office, pins: dict[str, str]
) -> None:
    deputy, today = office.signer("sekretaris"), office.now().date()
    tomorrow = today + timedelta(days=1)
    put_on_file(
        office,
        master_of(
            tenure(small.POST, deputy.nip, today, tomorrow, Capacity.ACTING, deputy.name),
            tenure("Sekretaris", deputy.nip),
        ),
    )
    for stage in (Verb.INITIAL, Verb.SIGN):
        (sealed,) = _sealed(office, stage, "sekretaris", pins["sekretaris"])
        assert sealed.error == ""
    assert set(_actors(office)) == {f"Plt. {small.POST}"}
    signed = office.store.read(_printout(office).pdf or "")
    shown = _page_text(signed)
    assert f"Plt. {small.POST}" in shown
    assert deputy.name in shown
    put_on_file(office, master_of(tenure(small.POST, office.signer("kasubag").nip)))
    (known,) = signed_printouts(office)
    assert verify(signed, office.trust, expectation=known.expectation).accepted
    with office.ledger.read() as session:
        (_, last) = turns_on(
            case_of(session, office, small.COLLECTION).procedure, _printout(office)
        )
    with pytest.raises(AuthorityError, match="bukan Sekretaris"):
        require_may_seal(office, _printout(office), last, deputy)


def test_the_deputy_goes_before_the_acting_holder_and_the_own_one(
    office: Office, pins: dict[str, str]
) -> None:
    kasubag, deputy = office.signer("kasubag"), office.signer("sekretaris")
    today = office.now().date()
    put_on_file(
        office,
        master_of(
            tenure(small.POST, kasubag.nip),
            tenure(small.POST, deputy.nip, today, today, Capacity.DEPUTY),
        ),
    )
    with pytest.raises(AuthorityError, match=f"adalah wewenang Plh. {small.POST}, bukan kasubag"):
        _sorted_out(office, "kasubag")
    (sealed,) = _sealed(office, Verb.INITIAL, "sekretaris", pins["sekretaris"])
    assert (sealed.error, _actors(office)[-1]) == ("", f"Plh. {small.POST}")


@pytest.mark.parametrize(("first", "last"), [(-400, -1), (1, None)])
def test_who_holds_the_post_no_more_or_not_yet_is_refused(
    office: Office, pins: dict[str, str], first: int, last: int | None
) -> None:
    kasubag, today = office.signer("kasubag"), office.now().date()
    assert kasubag.enrolled_on(today)
    days = [None if n is None else today + timedelta(days=n) for n in (first, last)]
    put_on_file(office, master_of(tenure(small.POST, kasubag.nip, *days)))
    with pytest.raises(AuthorityError, match="hari ini tidak dijabat siapa pun"):
        _sorted_out(office, "kasubag")
    (result,) = _sealed(office, Verb.INITIAL, "kasubag", pins["kasubag"])
    assert "tidak memegang jabatan" in result.error
    assert set(_events(office)) == {"act.refused"}


def test_a_seal_from_elsewhere_by_a_former_holder_is_not_accepted(
    office: Office, pins: dict[str, str]
) -> None:
    data = office.store.read(_printout(office).pdf or "")
    key = unlock(office, office.signer("kasubag"), bytearray(pins["kasubag"], "utf-8"))
    face = SignerFace(jabatan=small.POST, nama="Rahmat")
    after = Sealer(office.trust).initial(data, "Paraf", key, face, at=office.now())
    with office.ledger.read() as session:
        case = case_of(session, office, small.COLLECTION)
    assert judge(case, _printout(office), after, Verb.INITIAL).accepted
    put_on_file(office, master_of(tenure(small.POST, office.signer("sekretaris").nip)))
    with pytest.raises(SigningError):
        judge(case, _printout(office), after, Verb.INITIAL)


def test_a_printout_that_names_a_former_holder_is_not_sealed(
    office: Office, pins: dict[str, str]
) -> None:
    kasubag = office.signer("kasubag")
    with office.ledger.write() as tx:
        printout = tx.session.get_one(Document, small.PRINTOUT)
        printout.data = {NAMED: {Verb.INITIAL.value: [small.POST, kasubag.nip]}}
    _sorted_out(office, "kasubag")
    put_on_file(office, master_of(tenure(small.POST, office.signer("sekretaris").nip)))
    with pytest.raises(ConflictError, match="Kembalikan ke entri supaya dicetak ulang"):
        _sorted_out(office, "sekretaris")
    (result,) = _sealed(office, Verb.INITIAL, "sekretaris", pins["sekretaris"])
    assert "dicetak atas nama" in result.error
    assert _printout(office).state == State.WAITING


@pytest.mark.parametrize(
    "certificates",
    [
        (),
        (Enrolment(sha256="0" * 64, valid_from="2020-01-01", valid_to="2099-12-31"),),
        "ended yesterday",
        "begins tomorrow",
    ],
)
def test_the_certificate_must_be_enrolled_today(
    office: Office, pins: dict[str, str], certificates: tuple[Enrolment, ...] | str
) -> None:
    signer, today = office.signer("kasubag"), office.now().date()
    if certificates == "ended yesterday":
        day = today - timedelta(days=1)
        certificates = tuple(c.model_copy(update={"valid_to": day}) for c in signer.certificates)
    elif certificates == "begins tomorrow":
        day = today + timedelta(days=1)
        certificates = tuple(c.model_copy(update={"valid_from": day}) for c in signer.certificates)
    changed = signer.model_copy(update={"certificates": certificates})
    with pytest.raises(KeyAccessError, match="tidak terdaftar"):
        unlock(office, changed, bytearray(pins["kasubag"], "utf-8"))


def test_an_expired_certificate_is_refused(office: Office, tmp_path: Path) -> None:
    person = Person(small.POST, "Mantan Pejabat", expired=True)
    pki = make_practice_pki(tmp_path, [person], {small.POST: "123456"}, now=office.now())
    signer = _with_key(office.signer("kasubag"), pki.keys[small.POST])
    with pytest.raises(KeyAccessError, match="sudah kedaluwarsa"):
        unlock(office, signer, bytearray(b"123456"))


def test_a_key_that_leads_to_no_trust_anchor_seals_nothing(office: Office, tmp_path: Path) -> None:
    person = Person(small.POST, "Orang Asing")
    pki = make_practice_pki(tmp_path, [person], {small.POST: "123456"}, now=office.now())
    enrolment = Enrolment(
        sha256=pki.certificates[small.POST], valid_from="2020-01-01", valid_to="2099-12-31"
    )
    signer = _with_key(office.signer("kasubag"), pki.keys[small.POST]).model_copy(
        update={"certificates": (enrolment,)}
    )
    key = unlock(office, signer, bytearray(b"123456"))
    (result,) = seal(office, waiting_for(office, Verb.INITIAL), Verb.INITIAL, signer, key)
    assert result.error
    assert (_printout(office).state, _events(office)) == (State.WAITING, [])


def _with_key(signer: Signer, key: Path) -> Signer:
    return signer.model_copy(update={"key": str(key)})


def test_one_that_fails_does_not_stop_the_others(office: Office, pins: dict[str, str]) -> None:
    signer = office.signer("kasubag")
    key = unlock(office, signer, bytearray(pins["kasubag"], "utf-8"))
    (good,) = waiting_for(office, Verb.INITIAL)
    broken = Document(
        **{
            c.name: getattr(good, c.name)
            for c in Document.__table__.columns
            if c.name not in {"id", "pdf"}
        },
        id="e" * 32,
        pdf=office.store.put(small.blank_pdf()),
    )
    first, second = seal(office, [broken, good], Verb.INITIAL, signer, key)
    assert (bool(first.error), second.error) == (True, "")


def test_a_printout_that_has_moved_on_is_not_sealed(office: Office, pins: dict[str, str]) -> None:
    signer = office.signer("kasubag")
    key = unlock(office, signer, bytearray(pins["kasubag"], "utf-8"))
    reviewed = waiting_for(office, Verb.INITIAL)
    with office.ledger.write() as tx:
        tx.session.get_one(Document, small.PRINTOUT).state = State.RETURNED
    (result,) = seal(office, reviewed, Verb.INITIAL, signer, key)
    assert "sudah berubah sejak ditinjau" in result.error
    assert _events(office) == []


def test_what_waits_is_found_by_code(office: Office) -> None:
    (found,) = waiting_for(office, Verb.INITIAL, [small.CODE.lower()])
    assert found.id == small.PRINTOUT
    with pytest.raises(NotFoundError, match="no print-out has this code"):
        waiting_for(office, Verb.INITIAL, ["ZZZZZ99999"])
    with pytest.raises(ConflictError, match="does not wait for this"):
        waiting_for(office, Verb.SIGN, [small.CODE])


def test_a_form_is_no_printout(office: Office) -> None:
    with office.ledger.write() as tx:
        form = small.a_document(
            office, "f" * 32, "FFFFF22222", kind=Kind.FORM.value, post="Sekretaris"
        )
        tx.session.add(form)
    with pytest.raises(NotFoundError, match="no print-out has this code"):
        waiting_for(office, Verb.INITIAL, ["FFFFF22222"])


def _decided_by_folder(
    office: Office, code: str, actor: str, via: str = "akun STAF-PC", kind: Kind = Kind.FORM
) -> str:
    """A document on which somebody decided by folder; the decision's id."""
    with office.ledger.write() as tx:
        more = {"kind": kind.value, "post": code, "state": State.WAITING.value}
        document = small.a_document(office, (code * 4)[:32], code, name=f"Naskah {code}", **more)
        if kind is Kind.MASTER:
            document.collection_id = None
        tx.session.add(document)
        tx.session.flush()
        words = {"actor": actor, "via": f"melalui folder, {via}", "by_folder": True}
        enter_decision(tx, document, Verdict.APPROVE, "", None, **words)
        tx.session.flush()
        return tx.session.scalars(
            select(Decision.id).where(Decision.document_id == document.id)
        ).one()


def _decisions(office: Office) -> dict[str, str | None]:
    with office.ledger.read() as session:
        return {d.id: d.ratified_by for d in session.query(Decision)}


def test_what_came_by_folder_is_shown_and_ratified_with_the_pin(
    office: Office, pins: dict[str, str]
) -> None:
    mine = _decided_by_folder(office, "AAAAA22222", small.POST)
    acted = _decided_by_folder(office, "BBBBB22222", f"Plt. {small.POST}", "akun KABID-PC")
    others = _decided_by_folder(office, "CCCCC22222", "Sekretaris")
    said = call("initial", "--all", "--as", "kasubag", office=office.root, pin="00000000")
    assert said.code == ExitCode.KEY
    assert set(_decisions(office).values()) == {None}
    pin = pins["kasubag"]
    said = call("initial", "--all", "--as", "kasubag", "--json", office=office.root, pin=pin)
    assert said.code == ExitCode.OK, said.stderr
    for shown in ("AAAAA22222", "BBBBB22222", "akun STAF-PC", "akun KABID-PC", "setujui"):
        assert shown in said.stderr
    ours, theirs = said.stderr.split("bukan untuk disahkan Saudara")
    assert ("CCCCC22222" in ours, "CCCCC22222" in theirs) == (False, True)
    (result,) = json.loads(said.stdout)
    assert result["ratified"] == [mine, acted]
    assert _decisions(office) == {mine: small.POST, acted: small.POST, others: None}
    with office.ledger.read() as session:
        (event,) = session.query(Event).where(Event.kind == "decisions.ratified")
        assert event.payload == {"decisions": [mine, acted]}
        assert (event.chain, event.actor) == (small.COLLECTION, small.POST)
        assert list(check_chains(session, office.id)) == []


def test_what_is_ratified_is_not_shown_again(office: Office, pins: dict[str, str]) -> None:
    _decided_by_folder(office, "AAAAA22222", small.POST)
    pin = pins["kasubag"]
    said = call("initial", "--all", "--as", "kasubag", office=office.root, pin=pin)
    assert "1 decision(s) taken by folder are ratified." in said.stdout
    said = call("sign", "--all", "--as", "kasubag", office=office.root, pin=pin)
    assert said.code == ExitCode.OK
    assert "AAAAA22222" not in said.stderr


def test_a_seal_that_fails_ratifies_nothing(office: Office, pins: dict[str, str]) -> None:
    decision = _decided_by_folder(office, "AAAAA22222", small.POST)
    signer = office.signer("kasubag")
    key = unlock(office, signer, bytearray(pins["kasubag"], "utf-8"))
    reviewed = waiting_for(office, Verb.INITIAL)
    with office.ledger.write() as tx:
        tx.session.get_one(Document, small.PRINTOUT).state = State.RETURNED
    (result,) = seal(office, reviewed, Verb.INITIAL, signer, key, taken=Taken([decision]))
    assert (bool(result.error), result.ratified) == (True, ())
    assert _decisions(office) == {decision: None}


def test_authority_is_judged_before_the_pin_is_asked(office: Office) -> None:
    said = call("initial", "--all", "--as", "sekretaris", office=office.root)
    assert said.code == ExitCode.AUTHORITY
    assert f"adalah wewenang {small.POST}, bukan Sekretaris" in said.stderr


def test_an_approval_of_master_data_by_folder_is_ratified_too(
    office: Office, pins: dict[str, str]
) -> None:
    decision = _decided_by_folder(office, "MMMMM22222", small.POST, kind=Kind.MASTER)
    with office.ledger.read() as session:
        other = case_of(session, office, small.COLLECTION)
        (shown,) = folder_decisions(session, other, small.POST)
    assert (shown.id, shown.mine, shown.document) == (decision, True, "Naskah MMMMM22222")
    signer = office.signer("kasubag")
    key = unlock(office, signer, bytearray(pins["kasubag"], "utf-8"))
    waiting = waiting_for(office, Verb.INITIAL)
    (result,) = seal(office, waiting, Verb.INITIAL, signer, key, taken=Taken([decision]))
    assert (result.error, list(result.ratified)) == ("", [decision])
