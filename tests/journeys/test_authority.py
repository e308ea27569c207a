"""Who may, while the real service runs: a Plt. who signs, and the Kasubag's own form."""

import json
import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.master import Capacity, MasterData, Tenure
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.errors import ExitCode
from pipeline.ledger.tables import Decision, Document, Event
from pipeline.office import open_office
from pipeline.settings import FILE_NAME
from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import INITIAL_FIELD
from pipeline.signing.keys import open_key
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.signing.seal import Sealer
from pipeline.sop.authority import holders_on_file
from pipeline.tasks.account import current_account
from pipeline.tasks.demo.data import sample_roster, sample_statements
from pipeline.tasks.demo.players import Reporter, SectionHead
from pipeline.tasks.verify import Grounds, verify_file
from tests.journeys.filed import assert_filed, assert_sound
from tests.journeys.office import Journey, flat_text, running
from tests.journeys.test_master import approve, on_file, propose

HEAD, SECRETARY = "Kasubag Program, Kepegawaian dan Pelaporan", "Sekretaris"
ACTING = f"Plt. {HEAD}"
UNIT_HEAD = 2  # the head of a unit, after the Kasubag and the Sekretaris
DECREE = "821.2/14/BKD/2026"
DAYS = 30
PIN = "24681357"
HEADS_UID = 60001
HEADS_ACCOUNT = f"uid {HEADS_UID}"


def refusals(journey: Journey) -> list[tuple[str, str, str]]:
    """Who was refused what, and by which way."""
    events = journey.rows(Event, Event.kind == "act.refused")
    return [(e.actor, e.payload["act"], e.via) for e in sorted(events, key=lambda e: e.id)]


def ratified(bag: Path) -> dict[str, str | None]:
    """Who ratified what each one decided, by the dossier's list."""
    decided = json.loads((bag / "data/keputusan/keputusan.json").read_text())
    return {d["oleh"]: d["disahkan"]["oleh"] if d["disahkan"] else None for d in decided}


def page_text(pdf: Path) -> str:
    """The text as poppler reads it, that of the seals too."""
    done = subprocess.run(["pdftotext", str(pdf), "-"], capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


# --- a Plt. --------------------------------------------------------------------------------------


def enrol(root: Path, alias: str, official: Official) -> None:
    """Give an official a practice key of a PKI of its own; the office trusts it."""
    with open_office(root) as office:
        now, state = office.now(), office.state
    person = Person(official.post, official.name)
    pki = make_practice_pki(state / alias, [person], {official.post: PIN}, now=now)
    for kind in ("anchors", "intermediates", "crls"):
        for file in (pki.trust / kind).iterdir():
            file.rename(state / "trust" / kind / f"{alias}-{file.name}")
    days = timedelta(days=365)
    settings = root / FILE_NAME
    settings.write_text(
        f'{settings.read_text()}\n[[signers]]\nalias = "{alias}"\npost = "{official.post}"\n'
        f'name = "{official.name}"\nnip = "{official.nip}"\ngrade = "{official.grade}"\n'
        f'key = "{pki.keys[official.post].relative_to(state).as_posix()}"\n'
        f'certificates = [{{ sha256 = "{pki.certificates[official.post]}",'
        f" valid_from = {now.date() - days}, valid_to = {now.date() + days} }}]\n"
    )


def with_acting_head(master: MasterData, official: Official, today: date) -> MasterData:
    """The Kasubag's tenure ended yesterday; the official acts in the post from today on."""
    gone = tuple(
        replace(t, active_to=today - timedelta(days=1)) if t.post == HEAD else t
        for t in master.tenures
    )
    end = today + timedelta(days=DAYS)
    who = (official.name, official.nip, official.grade)
    acting = Tenure(HEAD, *who, today, end, Capacity.ACTING, DECREE)
    return replace(master, tenures=(*gone, acting))


def sealed_by_the_former_head(journey: Journey) -> bytes:
    """The waiting print-out with a paraf of the former Kasubag, by another program."""
    office = journey.office
    signer, now = office.signer("kasubag"), office.now()
    key = open_key("pkcs12", str(office.state / signer.key), journey.pins["kasubag"], at=now)
    waiting = journey.folders.wait("7-paraf/Print Out*.pdf").read_bytes()
    face = SignerFace(HEAD, signer.name)
    return Sealer(trust=office.trust).initial(waiting, INITIAL_FIELD, key, face, at=now)


def the_post_passes_to_a_plt(journey: Journey, acting: Reporter) -> None:
    """By a proposal of Staf that the Kasubag approves, while the forms are out."""
    master = with_acting_head(on_file(journey), acting.official, journey.office.now().date())
    listed = propose(journey, master)
    assert ACTING in listed
    assert DECREE in listed
    approve(journey)
    own = journey.reporter(0)
    journey.folders.wait(f"{own.folder}/FORMULIR DIALIHKAN*.pdf")
    journey.settle()
    assert journey.form(own).data["holder"]["name"] == acting.official.name


def both_forms_of_the_plt_are_verified_by_the_secretary(journey: Journey, acting: Reporter) -> None:
    """The form of the post that he acts in, and the form of his own post."""
    journey.to_verification()
    for person in (journey.reporter(0), acting):
        code = journey.form(person).code
        sheet = journey.text(f"5-verifikasi/* - {code} LEMBAR VERIFIKASI.pdf")
        assert f"{SECRETARY} ({journey.office.signer('sekretaris').name})" in sheet
    journey.to_entry()
    verified = {p.official.post: journey.form(p).data["verified_by"] for p in journey.people}
    assert verified == {HEAD: SECRETARY, acting.official.post: SECRETARY, SECRETARY: ACTING}


def the_former_head_is_refused(journey: Journey) -> None:
    """On the command line, and with a paraf that another program put: his certificate is valid."""
    journey.settle()
    before = journey.folders.wait("7-paraf/Print Out*.pdf").read_bytes()
    done = journey.command("initial", "--all", "--as", "kasubag", pin=journey.pins["kasubag"])
    assert done.returncode == ExitCode.AUTHORITY
    assert f"adalah wewenang {ACTING}, bukan kasubag" in done.stderr
    assert "Minta yang berwenang" in done.stderr
    account = f"akun {current_account()}"
    assert refusals(journey) == [(account, "initial", f"baris perintah, {account}")]

    elsewhere = sealed_by_the_former_head(journey)
    journey.bring("7-paraf/diparaf", "Hasil paraf.pdf", elsewhere)
    assert "TANDA TANGAN TIDAK DITERIMA" in journey.text("7-paraf/SLIP - Hasil paraf*.pdf")
    journey.settle()
    assert journey.stage == Verb.INITIAL
    assert journey.folders.wait("7-paraf/Print Out*.pdf").read_bytes() == before


def assert_the_plt_signed(journey: Journey, bag: Path, acting: Reporter) -> None:
    signed = journey.folders.wait(f"hasil/{journey.period}/Data Kinerja*.pdf")
    shown, name = page_text(signed), acting.official.name
    box = shown.partition("Ditandatangani secara elektronik oleh:")[2]
    assert box.strip().startswith(f"{ACTING} {name}")
    paraf = shown.partition("Diparaf secara elektronik")[2]
    assert paraf.strip().startswith(f"{name} {ACTING}")
    assert ACTING in flat_text(signed)  # the signature block, beside the seals
    assert journey.office.signer("kasubag").name not in shown
    index = flat_text(bag / "data" / "BACA SAYA.pdf")
    for role in ("Paraf", "Tanda tangan"):
        assert re.search(rf"{role} .*?{re.escape(name)}.*?{re.escape(ACTING)}", index)
    assert not re.search(rf"(?<!Plt\. ){HEAD} .{{0,40}}LATIHAN CA", index)
    sealed = {
        e.kind: e.actor
        for e in journey.rows(Event)
        if e.kind in {"printout.initialled", "printout.signed", "decisions.ratified"}
    }
    assert set(sealed.values()) == {ACTING}
    told = journey.command("verify", str(signed))
    assert told.returncode == ExitCode.OK, told.stdout
    assert "SAH: semua tanda tangan berlaku" in told.stdout


def still_valid_after_the_tenure(journey: Journey, signed: Path) -> None:
    """Nobody holds the post any more; what was signed in it stays what it is."""
    later = journey.office.now() + timedelta(days=2 * DAYS)
    with open_office(journey.root, now=lambda: later) as office:
        with office.ledger.read() as session:
            assert holders_on_file(session, office).official(HEAD, later.date()) is None
        assert verify_file(Grounds(office.trust, office), signed).accepted
        assert_sound(office)


@pytest.mark.slow
def test_a_plt_of_the_kasubag_initials_and_signs(tmp_path: Path) -> None:
    period = Period(2026, 3)
    official = sample_roster(period, sample_statements(period, 3), 3).officials[UNIT_HEAD]
    with running(tmp_path, 3, lambda root: enrol(root, "plt", official)) as journey:
        acting = journey.reporter(UNIT_HEAD)
        journey.to_filling()
        the_post_passes_to_a_plt(journey, acting)
        both_forms_of_the_plt_are_verified_by_the_secretary(journey, acting)
        journey.to_initial()
        the_former_head_is_refused(journey)
        journey.head = SectionHead(journey.folders, journey.root, "plt", PIN)
        bag = assert_filed(journey)
        assert_the_plt_signed(journey, bag, acting)
        # what was decided by folder in the post, by whoever held it then, is his now
        assert ratified(bag) == {HEAD: ACTING, ACTING: ACTING, SECRETARY: None}
        signed = journey.folders.wait(f"hasil/{journey.period}/Data Kinerja*.pdf")
        still_valid_after_the_tenure(journey, signed)


# --- the Kasubag's own form ----------------------------------------------------------------------


def set_accounts(root: Path, *accounts: tuple[str, str]) -> None:
    """Enter these accounts, each with the NIP of its person, in place of those that are there."""
    settings = root / FILE_NAME
    kept = settings.read_text().partition("\n[[accounts]]")[0]
    entries = (f'\n[[accounts]]\nname = "{name}"\nnip = "{nip}"\n' for name, nip in accounts)
    settings.write_text(kept + "".join(entries))


def nip_of(journey: Journey, alias: str) -> str:
    return journey.office.signer(alias).nip


def own_form(journey: Journey) -> Document:
    return journey.form(journey.reporter(0))


@pytest.fixture(scope="module")
def verifying(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """Every form waits for its verifier; the service knows the Kasubag's account on the share.

    The tests that follow go on where the one before has left it; each can also begin the story.
    """

    def enter_the_head(root: Path) -> None:
        with open_office(root) as office:
            nip = office.signer("kasubag").nip
        set_accounts(root, (HEADS_ACCOUNT, nip))

    with running(tmp_path_factory.mktemp("sendiri"), prepare=enter_the_head) as journey:
        journey.to_verification()
        journey.settle()
        yield journey


def the_head_is_refused_his_own_form(journey: Journey, words: Sequence[str]) -> None:
    """By word; the refusal is recorded, and nothing else."""
    account, before = current_account(), len(refusals(journey))
    set_accounts(journey.root, (account, nip_of(journey, "kasubag")))
    command, *more = words
    done = journey.command(command, own_form(journey).code, *more)
    assert done.returncode == ExitCode.AUTHORITY
    assert f"Yang berwenang: {SECRETARY}." in done.stderr
    assert own_form(journey).code in done.stderr
    (refused,) = refusals(journey)[before:]
    assert refused == (f"akun {account}", "decide", f"baris perintah, akun {account}")
    assert own_form(journey).state == State.WAITING
    assert not journey.rows(Decision, Decision.document_id == own_form(journey).id)


@pytest.mark.parametrize("words", [("approve",), ("return", "--note", "Periksa lagi.")])
def test_the_kasubag_does_not_decide_on_his_own_form_by_word(
    verifying: Journey, words: Sequence[str]
) -> None:
    the_head_is_refused_his_own_form(verifying, words)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another account")
def test_nor_by_folder(verifying: Journey) -> None:
    journey, before = verifying, len(refusals(verifying))
    waiting = journey.folders.wait(journey.at_verification(journey.reporter(0)))
    data = waiting.read_bytes()
    os.chown(waiting, HEADS_UID, -1)
    journey.folders.move(waiting, CommandFolder.APPROVE)
    slip = journey.text(f"5-verifikasi/SLIP - {waiting.stem}.pdf")
    assert "BUKAN WEWENANG" in slip
    assert f"Yang berwenang: {SECRETARY}." in slip
    assert r"Naskahnya tetap menunggu di K:\data-kinerja\5-verifikasi" in slip
    journey.settle()
    (refused,) = refusals(journey)[before:]
    folder = f"melalui folder, akun {HEADS_ACCOUNT}"
    assert refused == (f"akun {HEADS_ACCOUNT}", "decide", folder)
    assert waiting.read_bytes() == data
    assert own_form(journey).state == State.WAITING
    assert not journey.rows(Decision, Decision.document_id == own_form(journey).id)

    # the Sekretaris's form is his to verify, from the same account
    other = journey.reporter(1)
    waiting = journey.folders.wait(journey.at_verification(other))
    os.chown(waiting, HEADS_UID, -1)
    journey.folders.move(waiting, CommandFolder.APPROVE)
    journey.until(lambda: journey.form(other).state == State.VERIFIED, "the other form verified")
    (decision,) = journey.rows(Decision, Decision.document_id == journey.form(other).id)
    assert (decision.actor, decision.via) == (HEAD, folder)


@pytest.mark.slow
def test_the_secretary_does_and_the_rest_is_ratified_at_the_paraf(verifying: Journey) -> None:
    journey, account = verifying, current_account()
    the_head_is_refused_his_own_form(journey, ("approve",))
    set_accounts(journey.root, (account, nip_of(journey, "sekretaris")))
    done = journey.command("approve", own_form(journey).code)
    assert done.returncode == ExitCode.OK, done.stderr
    journey.until(lambda: own_form(journey).state == State.VERIFIED, "his form verified")
    (decision,) = journey.rows(Decision, Decision.document_id == own_form(journey).id)
    assert (decision.actor, decision.via) == (SECRETARY, f"baris perintah, akun {account}")
    assert own_form(journey).data["verified_by"] == SECRETARY

    # at the paraf: what came by folder is listed, what the Sekretaris said by word is not
    journey.to_initial()
    shown = journey.command("initial", "--all", "--as", "kasubag", pin=journey.pins["kasubag"])
    assert shown.returncode == ExitCode.OK, shown.stderr
    listed = shown.stderr.partition("disahkan dengan PIN ini:")[2]
    draft, other = journey.document(Kind.DRAFT), journey.form(journey.reporter(1))
    assert [d.code in listed for d in (draft, other, own_form(journey))] == [True, True, False]
    assert "2 decision(s) taken by folder are ratified." in shown.stdout

    bag = assert_filed(journey)
    assert ratified(bag) == {HEAD: HEAD, SECRETARY: None}
    stamped = flat_text(next((bag / "data" / "dokumen").glob(f"*{own_form(journey).code}.pdf")))
    assert f"TELAH DIVERIFIKASI {SECRETARY}" in stamped
    assert "Tindakan ditolak karena bukan wewenang" in flat_text(bag / "data" / "BACA SAYA.pdf")
