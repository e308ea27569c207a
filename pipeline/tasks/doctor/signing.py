"""The parts of an examination that are about keys, enrolments and the seals of the ledger."""

import stat
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from pkcs11 import TokenFlag

from pipeline.errors import KeyAccessError
from pipeline.office import Office
from pipeline.settings import Signer
from pipeline.signing.keys.pkcs11 import token_uri
from pipeline.signing.keys.token import find_token, pin_warning
from pipeline.tasks.doctor.database import require_database
from pipeline.tasks.doctor.report import Outcome, gathered
from pipeline.tasks.sealing.standing import SealStanding, seal_standing

SOON = timedelta(days=60)
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_signers(office: Office) -> Outcome:
    """Every signer has a key, in a file for this service alone or on a token, and is enrolled."""
    signers, today = office.settings.signers, office.now().date()
    if not signers:
        return Outcome(
            False,
            "tidak ada yang dapat memaraf atau menandatangani: kinerja.toml tidak punya"
            " [[signers]]",
            "Tambahkan tiap penanda tangan dengan kunci dan sertifikatnya; untuk mencoba-coba,"
            " jalankan `kinerja init --practice`.",
        )
    last = min((d for s in signers if (d := enrolled_until(s, today))), default=today)
    return gathered(
        f"{len(signers)} penanda tangan, sertifikatnya terdaftar sampai {last:%d-%m-%Y}",
        (fault for signer in signers for fault in _signer_faults(office, signer, today)),
    )


def enrolled_until(signer: Signer, today: date) -> date | None:
    """The last day that the signer's enrolments cover from today without a gap; None: not today."""
    until = today - timedelta(days=1)
    for enrolment in sorted(signer.certificates, key=lambda e: e.valid_from):
        if enrolment.valid_from <= until + timedelta(days=1):
            until = max(until, enrolment.valid_to)
    return until if until >= today else None


def _signer_faults(office: Office, signer: Signer, today: date) -> Iterator[Outcome]:
    yield from _token_faults(signer) if signer.on_token else _key_file_faults(office, signer)
    until = enrolled_until(signer, today)
    if until is None:
        mend = f"Daftarkan sertifikatnya dengan `kinerja enrol --as {signer.alias}`."
        yield Outcome(False, f"{signer.alias}: hari ini tidak ada sertifikat yang terdaftar", mend)
    elif until - today <= SOON:
        mend = "Perpanjang sertifikatnya, lalu daftarkan yang baru sejak hari pertamanya."
        yield Outcome(
            True, f"{signer.alias}: pendaftaran sertifikatnya berakhir {until:%d-%m-%Y}", mend
        )


def _key_file_faults(office: Office, signer: Signer) -> Iterator[Outcome]:
    key = office.state / signer.key
    if not key.is_file():
        mend = f"Taruh kuncinya di sana, atau betulkan `key` penanda tangan {signer.alias}."
        yield Outcome(False, f"{signer.alias}: berkas kunci {key} tidak ada", mend)
    elif key.stat().st_mode & OTHERS:
        mode = stat.S_IMODE(key.stat().st_mode)
        message = f"{signer.alias}: berkas kunci {key} dapat dibaca orang lain (mode {mode:04o})"
        yield Outcome(False, message, f"Jalankan `chmod 600 {key}`.")


def _token_faults(signer: Signer) -> Iterator[Outcome]:
    """What is wrong without the PIN; a token that its owner has taken along is no fault."""
    uri = token_uri(signer.key)
    if not Path(uri.module).is_file():
        mend = f"Pasang perangkat lunak tokennya, atau betulkan `key` {signer.alias}."
        yield Outcome(False, f"{signer.alias}: modul token {uri.module} tidak ada", mend)
        return
    try:
        flags = find_token(uri).flags
    except KeyAccessError as away:
        mend = f"Token {signer.alias} harus terpasang sebelum memaraf atau menandatangani."
        yield Outcome(True, f"{signer.alias}: {away}", mend)
        return
    if told := pin_warning(flags):
        blocked = bool(flags & TokenFlag.USER_PIN_LOCKED)
        mend = f"Beri tahu pemegang token {signer.alias}."
        yield Outcome(not blocked, f"{signer.alias}: {told}", mend)


def check_seals(office: Office) -> Outcome:
    """The ledger is sealed as often as it should be, and the seals lie where they should."""
    require_database(office)
    standing = seal_standing(office)
    copy_to = office.settings.seals.copy_to
    return gathered(_told_of(standing, copy_to), _seal_faults(standing, copy_to))


def _told_of(standing: SealStanding, copy_to: str) -> str:
    if standing.last_at is None:
        return "belum ada segel; dibuat sendiri oleh layanan"
    where = (
        f"disalin ke {copy_to}" if copy_to else "hanya ada di mesin ini ([seals] copy_to kosong)"
    )
    return (
        f"segel terakhir nomor {standing.last}, {standing.last_at:%d-%m-%Y %H.%M}, {where};"
        f" SHA-256 sertifikat segel {standing.fingerprint or 'belum ada'}"
    )


def _seal_faults(standing: SealStanding, copy_to: str) -> Iterator[Outcome]:
    if standing.overdue:
        yield Outcome(
            False,
            "buku besar sudah lama tidak disegel",
            "Pastikan layanan berjalan; penyebabnya ada di log.",
        )
    if standing.key_open_to_others:
        yield Outcome(False, "kunci segel dapat dibaca orang lain", "Jalankan chmod 600 padanya.")
    for problem in filter(None, (standing.key_problem, standing.folder_problem)):
        yield Outcome(False, problem, "Perbaiki yang disebut; segel berikutnya dibuat sendiri.")
    if standing.copies_problem or standing.uncopied:
        why = standing.copies_problem or f"{standing.uncopied} segel belum disalin"
        mend = "Sambungkan lagi foldernya; salinannya dilengkapi sendiri."
        yield Outcome(True, f"salinan segel di {copy_to}: {why}", mend)
    if standing.unstamped:
        yield Outcome(
            True,
            f"{standing.unstamped} segel belum bercap waktu",
            "Periksa [signing] tsa_url; cap waktunya dimintakan lagi dengan sendirinya.",
        )
