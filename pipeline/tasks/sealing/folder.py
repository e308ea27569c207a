"""The folder in which the seals of the ledger lie, outside the database, and its copy.

::

    000012-2026-11-22T101500.json           what is sealed
    000012-2026-11-22T101500.json.p7s       the machine's signature (CMS, detached)
    000012-2026-11-22T101500.json.p7s.tsr   the timestamp over that signature (RFC 3161)
    sertifikat-<16 digits>.pem              the certificate of the sealing key
    BACA SAYA.txt                           what this is, and how to verify it without us
"""

import re
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from pipeline.archive.fixity import SEALS
from pipeline.errors import ReadError
from pipeline.files import make_folder, write_whole
from pipeline.ledger.seal import Seal, SealFile, read_seal
from pipeline.office import Office
from pipeline.signing.sealing_key import SealingKey

SIGNATURE, STAMP = ".p7s", ".tsr"
READ_ONLY = 0o444
_NAME = re.compile(r"(\d{6,})-\d{4}-\d{2}-\d{2}T\d{6}\.json")
_OURS = re.compile(rf"{_NAME.pattern}(\.p7s(\.tsr)?)?|sertifikat-[0-9a-f]+\.pem|BACA SAYA\.txt")
NOTE_NAME = "BACA SAYA.txt"
NOTE = """\
SEGEL BUKU KEJADIAN

Setiap berkas .json di folder ini menyegel buku kejadian kinerja pada satu saat: banyaknya kejadian
tiap rantai, sidik kejadian terakhirnya, dan akar Merkle (RFC 6962) seluruh kejadian. Isinya tidak
memuat nama orang. Setiap segel menyebut SHA-256 segel sebelumnya.

Jangan mengubah, memindahkan, atau menghapus isi folder ini. `kinerja audit` memeriksanya.

.json.p7s      tanda tangan mesin kantor ini (CMS). Hanya membuktikan bahwa segel dibuat dengan
               kunci yang tersimpan di mesin ini, bukan oleh siapa.
.json.p7s.tsr  stempel waktu (RFC 3161) atas tanda tangan itu: segel sudah ada pada waktu tersebut.

Memeriksa tanpa kinerja (nomor dan tanggal menurut berkasnya):

  openssl cms -verify -binary -inform DER -in 000001-….json.p7s -content 000001-….json \\
          -CAfile sertifikat-….pem -out /dev/null
  openssl ts -verify -data 000001-….json.p7s -in 000001-….json.p7s.tsr -CAfile akar-tsa.pem

Sidik sertifikat harus sama dengan yang dicetak `kinerja doctor`.
"""


@dataclass(frozen=True)
class Entry:
    """One seal in a folder: its file, and what lies beside it."""

    path: Path
    data: bytes
    signature: bytes | None
    stamp: bytes | None

    @property
    def number(self) -> int:
        """Its number, by its name."""
        return int(self.path.name.partition("-")[0])

    @property
    def sha256(self) -> str:
        """Of the seal's file."""
        return sha256(self.data).hexdigest()

    @property
    def stamp_path(self) -> Path:
        """Where its timestamp lies, or will."""
        return self.path.with_name(f"{self.path.name}{SIGNATURE}{STAMP}")

    @cached_property
    def file(self) -> SealFile | None:
        """What it says; ``None`` where that cannot be read."""
        try:
            return read_seal(self.data)
        except ReadError:
            return None


def seal_folder(office: Office) -> Path:
    """Where the office's seals lie."""
    return office.archive / SEALS


def copy_folder(office: Office) -> Path | None:
    """Where their copies are wanted, if anywhere; it is there only if its disk is."""
    chosen = office.settings.seals.copy_to
    return office.root / chosen / office.id if chosen else None


def entries(folder: Path) -> list[Entry]:
    """The seals in a folder, by their names.

    Raises:
        OSError: it cannot be read.
    """
    if not folder.exists():
        return []
    found = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    return [_entry(path) for path in sorted(found, key=lambda p: int(p.name.partition("-")[0]))]


def strangers(folder: Path) -> list[Path]:
    """What lies in the folder of the seals and is none of it; halves of a write are not told."""
    lying = sorted(folder.iterdir()) if folder.exists() else []
    return [p for p in lying if not _OURS.fullmatch(p.name) and not p.name.startswith(".")]


def put_seal(folder: Path, seal: Seal, key: SealingKey) -> SealFile:
    """Write a seal that is not there yet: its signature first, so that none lies unsigned."""
    make_folder(folder)
    data = seal.to_bytes()
    path = folder / f"{seal.number:06d}-{seal.moment:%Y-%m-%dT%H%M%S}.json"
    certificate = folder / f"sertifikat-{key.fingerprint[:16]}.pem"
    if not certificate.exists():
        write_whole(certificate, key.certificate_pem, mode=READ_ONLY)
    if not (folder / NOTE_NAME).exists():
        write_whole(folder / NOTE_NAME, NOTE.encode(), mode=READ_ONLY)
    write_whole(path.with_name(f"{path.name}{SIGNATURE}"), key.sign(data), mode=READ_ONLY)
    write_whole(path, data, mode=READ_ONLY)
    return SealFile(seal, data)


def not_copied(folder: Path, copies: Path) -> list[Path]:
    """The files in ``folder`` that ``copies`` does not hold yet, the oldest seals first.

    Raises:
        OSError: one of them cannot be read; the disk of the copies is not there.
    """
    if not copies.parent.is_dir():
        raise FileNotFoundError(2, "there is no such folder", str(copies.parent))
    held = {path.name for path in copies.iterdir()} if copies.exists() else set()
    ours = sorted(folder.iterdir()) if folder.exists() else []
    return [path for path in ours if _OURS.fullmatch(path.name) and path.name not in held]


def copy_seals(folder: Path, copies: Path) -> int:
    """Copy what is not copied yet, and replace nothing; how many files that were.

    Raises:
        OSError: the disk of the copies is not there, or is full.
    """
    missing = not_copied(folder, copies)
    make_folder(copies)
    for path in missing:
        write_whole(copies / path.name, path.read_bytes(), mode=READ_ONLY)
    return len(missing)


def _entry(path: Path) -> Entry:
    signature = path.with_name(f"{path.name}{SIGNATURE}")
    stamp = path.with_name(f"{path.name}{SIGNATURE}{STAMP}")
    return Entry(path, path.read_bytes(), _bytes(signature), _bytes(stamp))


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
