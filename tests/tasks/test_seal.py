"""Paraf and signature with a key of the office: who may, with which key, and what becomes of it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.errors import ConflictError, KeyAccessError, NotFoundError
from pipeline.ledger.tables import Collection, Document, Event
from pipeline.office import Office, open_office
from pipeline.settings import Enrolment, Signer
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.tasks.init import init_office, make_practice_keys
from pipeline.tasks.seal import Sealed, seal, unlock, waiting_for
from tests.tasks import small_office as small


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], bytes]:
    """An office, its PINs, and a print-out with its fields."""
    root = init_office(tmp_path_factory.mktemp("kantor"))
    pins = make_practice_keys(root)
    with open_office(root) as office:
        prepared, _, _ = small.sealed(office, pins["kasubag"])
    return root, pins, prepared


@pytest.fixture
def office(made: tuple[Path, dict[str, str], bytes]) -> Iterator[Office]:
    """The office with one print-out that waits for its paraf."""
    root, _, prepared = made
    with open_office(root) as opened:
        blob = opened.store.put(prepared)
        now = opened.now()
        with opened.ledger.write() as tx:
            for table in (Event, Document, Collection):
                tx.session.query(table).delete()
            collection = Collection(
                id=small.COLLECTION,
                office_id=opened.id,
                procedure="data-kinerja",
                period=small.PERIOD,
                stage=Verb.INITIAL,
                opened_at=now,
                stage_since=now,
            )
            tx.session.add(collection)
            tx.session.flush()
            tx.session.add(
                small.a_document(
                    opened,
                    small.PRINTOUT,
                    small.CODE,
                    state=State.WAITING.value,
                    pdf=blob,
                    blob=blob,
                )
            )
        yield opened


@pytest.fixture(scope="module")
def pins(made: tuple[Path, dict[str, str], bytes]) -> dict[str, str]:
    return made[1]


def _sealed(office: Office, stage: Verb, alias: str, pin: str) -> list[Sealed]:
    signer = office.signer(alias)
    key = unlock(office, signer, bytearray(pin, "utf-8"))
    return seal(office, waiting_for(office, stage), stage, signer, key)


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
    (result,) = _sealed(office, Verb.INITIAL, "sekretaris", pins["sekretaris"])
    assert f"adalah wewenang {small.POST}, bukan Sekretaris" in result.error
    assert result.sha256 == ""
    assert (_printout(office).state, _events(office)) == (State.WAITING, [])


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
