"""SOP 7 and 8: wrong PINs, keys and files leave the print-out waiting; then the right key seals it.

The stages are one story: each test leaves the print-out waiting, until one seals it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode
from pipeline.ledger.tables import Document
from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import INITIAL_FIELD
from pipeline.signing.keys import open_key
from pipeline.signing.practice import Person, PracticePki, make_practice_pki
from pipeline.signing.seal import Sealer
from pipeline.signing.trust import Trust
from tests.cli.calling import call
from tests.journeys import bad_input as bad
from tests.journeys.office import Journey

HEAD = "Kasubag Program, Kepegawaian dan Pelaporan"
EXPIRED = "Mantan"
PIN = "24681357"
INITIAL, SIGN = "7-paraf", "8-tanda-tangan"
DONE = {INITIAL: "diparaf", SIGN: "ditandatangani"}
COMMANDS = {INITIAL: "initial", SIGN: "sign"}
FACE = SignerFace(
    jabatan=HEAD,
    nama="Rahmat Latihan, S.Pi., M.Si.",
    nip="19830415 200801 1 003",
    pangkat="Penata Tingkat I, III/d",
    qr_text="KNJ",
)


@dataclass
class Waiting:
    """An office whose print-out waits for its paraf, and the keys of a stranger."""

    journey: Journey
    strangers: PracticePki

    @property
    def printout(self) -> Document:
        return self.journey.document(Kind.PRINTOUT)

    def path(self, stage: str) -> Path:
        """The waiting PDF."""
        return self.journey.folders.wait(f"{stage}/Print Out*.pdf")

    def sealed_elsewhere(self, stage: str, *, strange: bool) -> bytes:
        """The waiting PDF with a seal put on by another program, with whose key it is said."""
        office, pdf = self.journey.office, self.path(stage).read_bytes()
        now = office.now()
        if strange:
            key = open_key("pkcs12", str(self.strangers.keys[HEAD]), PIN, at=now)
            trust = Trust.load(self.strangers.trust)
        else:
            signer = next(s for s in office.settings.signers if s.alias == "kasubag")
            pin = self.journey.pins["kasubag"]
            key = open_key("pkcs12", str(office.state / signer.key), pin, at=now)
            trust = office.trust
        sealer = Sealer(trust=trust)
        if stage == INITIAL:
            return sealer.initial(pdf, INITIAL_FIELD, key, FACE, at=now)
        return sealer.sign(pdf, key, FACE, at=now)


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Waiting]:
    with bad.impatient(tmp_path_factory.mktemp("kunci")) as journey:
        people = [Person(HEAD, "Orang Asing"), Person(EXPIRED, "Mantan Pejabat", expired=True)]
        strangers = make_practice_pki(
            tmp_path_factory.mktemp("asing"),
            people,
            {HEAD: PIN, EXPIRED: PIN},
            now=journey.office.now(),
        )
        _enrol(journey, "lama", strangers.keys[EXPIRED], strangers.certificates[EXPIRED])
        _enrol(journey, "asing", strangers.keys[HEAD], "0" * 64)
        _enrol(journey, "hilang", Path("keys/tidak-ada.p12"), "0" * 64)
        broken = journey.office.state / "keys" / "rusak.p12"
        broken.write_bytes(b"bukan kunci")
        _enrol(journey, "rusak", broken, "0" * 64)
        journey.to_initial()
        journey.settle()
        yield Waiting(journey, strangers)


def _enrol(journey: Journey, alias: str, key: Path, certificate: str) -> None:
    """Enter another key of the Kasubag into the office's settings."""
    today = journey.office.now().date()
    settings = journey.root / "kinerja.toml"
    first, last = today - timedelta(days=9), today + timedelta(days=9)
    entry = (
        f'\n[[signers]]\nalias = "{alias}"\npost = "{HEAD}"\nname = "Rahmat Latihan"\n'
        f'nip = "198304152008011003"\ngrade = "III/d"\nkey = "{key}"\n'
        f'certificates = [{{ sha256 = "{certificate}", valid_from = {first},'
        f" valid_to = {last} }}]\n"
    )
    settings.write_text(settings.read_text() + entry)


COMMAND_LINES = {
    "wrong-pin": (["--all", "--as", "kasubag"], "00000000", ExitCode.KEY, "PIN untuk kunci"),
    "empty-pin": (["--all", "--as", "kasubag"], "", ExitCode.KEY, "The PIN is empty"),
    "expired": (["--all", "--as", "lama"], PIN, ExitCode.KEY, "sudah kedaluwarsa sejak"),
    "not-enrolled": (["--all", "--as", "asing"], PIN, ExitCode.KEY, "tidak terdaftar untuk"),
    "no-key": (["--all", "--as", "hilang"], PIN, ExitCode.KEY, "tidak-ada.p12 tidak dapat dibuka"),
    "broken-key": (["--all", "--as", "rusak"], PIN, ExitCode.KEY, "rusak atau bukan PKCS#12"),
    "nobody": (["--all", "--as", "siapa"], PIN, ExitCode.USAGE, "No signer is called 'siapa'"),
    "neither": (["--as", "kasubag"], PIN, ExitCode.USAGE, "Name the documents, or give --all"),
    "both": (["ABCDE23456", "--all", "--as", "kasubag"], PIN, ExitCode.USAGE, "or give --all"),
    "unknown": (["QQQQQ77777", "--as", "kasubag"], PIN, ExitCode.NOT_FOUND, "no print-out has"),
}


@pytest.mark.parametrize("case", COMMAND_LINES)
def test_initial_is_refused_and_changes_nothing(waiting: Waiting, case: str) -> None:
    arguments, pin, code, words = COMMAND_LINES[case]
    before, pdf = bad.ledger_state(waiting.journey), waiting.path(INITIAL).read_bytes()
    done = call("initial", *arguments, office=waiting.journey.root, pin=pin)
    assert done.code == code, done.stderr
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert PIN not in done.stderr + done.stdout
    assert bad.ledger_state(waiting.journey) == before
    assert waiting.path(INITIAL).read_bytes() == pdf


def test_a_signer_of_another_post_is_refused(waiting: Waiting) -> None:
    before = bad.ledger_state(waiting.journey)
    pin = waiting.journey.pins["sekretaris"]
    done = call("initial", "--all", "--as", "sekretaris", office=waiting.journey.root, pin=pin)
    assert done.code == ExitCode.AUTHORITY
    assert f"adalah wewenang {HEAD}, bukan Sekretaris" in done.stderr
    assert bad.ledger_state(waiting.journey) == before


def test_signing_before_the_paraf_is_refused(waiting: Waiting) -> None:
    journey, pin = waiting.journey, waiting.journey.pins["kasubag"]
    before = bad.ledger_state(journey)
    done = call("sign", "--all", "--as", "kasubag", office=journey.root, pin=pin)
    assert (done.code, "Nothing waits" in done.stderr) == (ExitCode.NOT_FOUND, True)
    done = call("sign", waiting.printout.code, "--as", "kasubag", office=journey.root, pin=pin)
    assert done.code == ExitCode.CONFLICT
    assert "does not wait for this" in done.stderr
    assert bad.ledger_state(journey) == before


def test_without_a_terminal_the_pin_must_come_by_descriptor(waiting: Waiting) -> None:
    done = waiting.journey.command("initial", "--all", "--as", "kasubag")
    assert done.returncode == ExitCode.USAGE
    assert "--pin-fd N" in done.stderr
    done = call(
        "initial", "--all", "--as", "kasubag", "--pin-fd", "77", office=waiting.journey.root
    )
    assert done.code == ExitCode.USAGE
    assert "--pin-fd 77: this descriptor is not open" in done.stderr


def _refusals(waiting: Waiting, stage: str) -> None:
    """What is brought to ``stage`` and is no print-out with the seal that is due."""
    journey, command = waiting.journey, f"{stage}/{DONE[stage]}"
    journey.settle()
    before, path = bad.ledger_state(journey), waiting.path(stage)
    honest = path.read_bytes()
    brought = {
        "Foto.jpg": (b"\xff\xd8\xff\xe0 foto", ["BUKAN NASKAH YANG MENUNGGU"]),
        "Lain.pdf": (bad.PDF, ["BUKAN NASKAH YANG MENUNGGU", "bubuhkan tanda tangan"]),
        "Ditambahi.pdf": (honest + b"\n% catatan\n%%EOF\n", ["TANDA TANGAN TIDAK DITERIMA"]),
        "Asing.pdf": (
            waiting.sealed_elsewhere(stage, strange=True),
            ["TANDA TANGAN TIDAK DITERIMA", "sertifikat pejabat yang berwenang"],
        ),
    }
    for name, (data, _) in brought.items():
        journey.folders.put(command, name, data)
    bad.until_judged(journey, *brought)
    for name, (data, words) in brought.items():
        bad.assert_refused(journey, stage, name, data, *words)
    assert path.read_bytes() == honest
    # Merely moved: no seal; the print-out lies where it lay, as the slip says.
    path.rename(path.parent / DONE[stage] / path.name)
    bad.until_judged(journey, path.name)
    text = bad.assert_refused(
        journey, stage, path.name, honest, f"BELUM {DONE[stage]}", "bukan tanda tangan"
    )
    bad.assert_says(text, f"kinerja {COMMANDS[stage]} {waiting.printout.code}")
    bad.assert_says(text, "Naskahnya tetap menunggu di folder ini")
    assert path.read_bytes() == honest
    # Sealed in place by a stranger, saved under the same name, and moved.
    strange = waiting.sealed_elsewhere(stage, strange=True)
    path.unlink()
    journey.folders.put(command, path.name, strange)
    journey.until(lambda: bad.arrival(journey, path.name).outcome is not None)
    journey.until(path.exists, "the print-out lies in its folder again")
    journey.settle()
    assert path.read_bytes() == honest
    assert bad.ledger_state(journey) == before


def test_what_is_no_paraf_is_refused_and_the_printout_goes_on_waiting(waiting: Waiting) -> None:
    _refusals(waiting, INITIAL)


def test_a_return_of_the_printout_without_a_reason_is_held(waiting: Waiting) -> None:
    journey, path = waiting.journey, waiting.path(INITIAL)
    before, honest = bad.ledger_state(journey), path.read_bytes()
    path.rename(path.parent / "kembalikan" / path.name)
    text = bad.read_slip(journey, f"{INITIAL}/ALASAN DIPERLUKAN - *.pdf")
    bad.assert_says(text, "Pengembalian ditahan", r"K:\data-kinerja\7-paraf\kembalikan")
    journey.settle()
    assert path.read_bytes() == honest
    assert bad.ledger_state(journey) == before


def test_a_paraf_put_on_elsewhere_with_the_right_key_is_taken(waiting: Waiting) -> None:
    journey = waiting.journey
    initialled = waiting.sealed_elsewhere(INITIAL, strange=False)
    journey.bring(f"{INITIAL}/diparaf", "Hasil paraf.pdf", initialled)
    journey.await_stage(Verb.SIGN)
    assert waiting.path(SIGN).read_bytes() == initialled
    journey.settle()
    assert not list(journey.folders.inbox.glob(f"{INITIAL}/Print Out*.pdf"))


def test_what_is_no_signature_is_refused_and_the_printout_goes_on_waiting(
    waiting: Waiting,
) -> None:
    waiting.journey.await_stage(Verb.SIGN)
    before = bad.ledger_state(waiting.journey)
    root = waiting.journey.root
    done = call("sign", "--all", "--as", "kasubag", office=root, pin="00000000")
    assert done.code == ExitCode.KEY
    assert bad.ledger_state(waiting.journey) == before
    _refusals(waiting, SIGN)


def test_a_signature_put_on_elsewhere_with_the_right_key_is_filed(waiting: Waiting) -> None:
    journey = waiting.journey
    signed = waiting.sealed_elsewhere(SIGN, strange=False)
    journey.bring(f"{SIGN}/ditandatangani", "Hasil tanda tangan.pdf", signed)
    journey.await_stage("filed")
    result = journey.to_filed()
    assert result.read_bytes() == signed
    assert waiting.printout.state == State.FILED
    done = call("verify", str(result), office=journey.root)
    assert done.code == ExitCode.OK, done.stdout
    journey.bring(f"{SIGN}/ditandatangani", "Hasil lagi.pdf", signed)
    bad.until_judged(journey, "Hasil lagi.pdf")
    bad.assert_refused(journey, SIGN, "Hasil lagi.pdf", signed, "BUKAN NASKAH YANG MENUNGGU")
