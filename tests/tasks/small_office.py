"""A small office with one filed dossier: real settings, ledger, store, keys, signatures and bag."""

import hashlib
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from cryptography.hazmat.primitives.serialization import Encoding

from pipeline.archive.dossier import Dossier, Item, file_dossier
from pipeline.domain.collection import FILED
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.intake.outbox import PLACED
from pipeline.ledger.tables import (
    Arrival,
    Collection,
    Decision,
    Document,
    Event,
    MasterVersion,
    Number,
    Publication,
    Record,
)
from pipeline.office import Office, open_office
from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import Place, SignaturePlan, prepare
from pipeline.signing.keys import SigningKey, open_key
from pipeline.signing.renewal import standing
from pipeline.signing.seal import Sealer
from pipeline.sop.printout.proof import enter_proof
from pipeline.tasks.init import init_office, make_practice_keys
from tests.keys_of_all_kinds import KeyRing

POST = "Kasubag Program, Kepegawaian dan Pelaporan"
CODE, PERIOD, NUMBER = "7H2KQ9WXYZ", "2026-TW3", "000.8.6.3/1/DKP/2026"
RECORD, COLLECTION, PRINTOUT = "a" * 32, "c" * 32, "d" * 32
DESCRIPTION = "Data Kinerja Triwulan III 2026"


@dataclass(frozen=True)
class SmallOffice:
    """Where it lies, its signers' PINs, and its print-out at each stage."""

    root: Path
    pins: Mapping[str, str]
    prepared: bytes
    initialled: bytes
    signed: bytes
    bag: Path

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.signed).hexdigest()

    def stored(self, digest: str) -> Path:
        return self.root / ".kinerja/store" / digest[:2] / digest


def build(root: Path) -> SmallOffice:
    """The office in ``root``, its print-out sealed by the practice key of its Kasubag."""
    made = init_office(root)
    pins = make_practice_keys(made)
    with open_office(made) as office:
        stages = sealed(office, pins["kasubag"])
        enter_printout(office, *stages)
        bag = file_it(office, stages[-1])
    return SmallOffice(made, pins, *stages, bag)


def copied(made: SmallOffice, root: Path) -> SmallOffice:
    """The same office once more, to be broken."""
    shutil.copytree(made.root, root)
    return replace(made, root=root, bag=root / made.bag.relative_to(made.root))


def rewrite(path: Path, old: str, new: str) -> None:
    """Change a settings file by hand."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def blank_pdf(pages: int = 1) -> bytes:
    out = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        pdf.save(out)
    return out.getvalue()


def key_of(office: Office, alias: str, pin: str) -> SigningKey:
    path = office.state / office.signer(alias).key
    return open_key("pkcs12", str(path), pin, at=office.now())


def sealed(office: Office, pin: str, alias: str = "kasubag") -> tuple[bytes, bytes, bytes]:
    """A print-out with its fields, with paraf, and with paraf and signature."""
    key, sealer = key_of(office, alias, pin), Sealer(office.trust)
    plan = SignaturePlan(Place(0, (310, 60, 550, 140), POST), (Place(0, (60, 60, 170, 105), POST),))
    face = SignerFace(jabatan=POST, nama="Rahmat", nip="-", pangkat="-", qr_text=CODE)
    prepared = prepare(blank_pdf(), plan)
    initialled = sealer.initial(prepared, "Paraf", key, face, at=office.now())
    return prepared, initialled, sealer.sign(initialled, key, face, at=office.now())


def enter_printout(office: Office, prepared: bytes, initialled: bytes, signed: bytes) -> None:
    """What the ledger and the store hold once the print-out is signed."""
    _, mid, last = map(office.store.put, (prepared, initialled, signed))
    now = office.now()
    guide = office.store.put(b"petunjuk")
    (office.inbox / "data-kinerja/BACA SAYA.pdf").write_bytes(b"petunjuk")
    with office.ledger.write() as tx:
        tx.session.add(
            Collection(
                id=COLLECTION,
                office_id=office.id,
                procedure="data-kinerja",
                period=PERIOD,
                stage=FILED,
                opened_at=now,
                stage_since=now,
            )
        )
        tx.session.flush()
        tx.session.add(a_document(office, PRINTOUT, CODE, pdf=last, blob=last))
        tx.session.flush()
        tx.session.add(a_number(office, PRINTOUT, 1, NUMBER))
        for kind, digest in (("printout.initialled", mid), ("printout.signed", last)):
            tx.record(
                kind,
                chain=COLLECTION,
                actor=POST,
                via="uji",
                document_id=PRINTOUT,
                sha256=digest,
            )
        tx.session.add(an_arrival(office, "1" * 32, guide, outcome="diterima"))
        tx.session.add(
            Publication(
                office_id=office.id,
                collection_id=None,
                document_id=None,
                path="data-kinerja/BACA SAYA.pdf",
                sha256=guide,
                role="guide",
                state=PLACED,
            )
        )


def file_it(office: Office, signed: bytes) -> Path:
    """The dossier in the archive, and its record."""
    digest = hashlib.sha256(signed).hexdigest()
    item = Item(
        name="Data Kinerja TW III 2026.pdf",
        role="printout",
        title="Data Kinerja TW III 2026",
        date=date(2026, 10, 9),
        source=signed,
        sha256=digest,
    )
    dossier = Dossier(
        record_id=RECORD,
        collection_id=COLLECTION,
        classification="000.8.6.3",
        number="001",
        description=DESCRIPTION,
        year=2026,
        date_start=date(2026, 7, 1),
        date_end=date(2026, 9, 30),
        creating_unit="Subbagian Program",
        security_class="B",
        retention="aktif 2 tahun",
        document_number=NUMBER,
        items=(item,),
    )
    filed = file_dossier(
        office.archive,
        dossier,
        index_pdf=b"%PDF-1.7 indeks",
        events=(),
        values={},
        texts={},
        organization="Dinas",
        bagged_on=date(2026, 10, 9),
    )
    with office.ledger.write() as tx:
        tx.session.add(
            Record(
                id=RECORD,
                office_id=office.id,
                collection_id=COLLECTION,
                code=CODE,
                year=2026,
                classification="000.8.6.3",
                dossier_number=1,
                description=DESCRIPTION,
                document_number=NUMBER,
                path=filed.path.relative_to(office.archive).as_posix(),
                tagmanifest=filed.bag_sha256,
                printout_sha256=digest,
                filed_at=office.now(),
            )
        )
        tx.session.flush()
        enter_proof(tx, RECORD, standing(office.verify(signed)))
        tx.record("collection.filed", chain=COLLECTION, actor="kinerja", via="uji", record=RECORD)
    return filed.path


def a_document(office: Office, id_: str, code: str, **more: Any) -> Document:
    values: dict[str, Any] = {
        "kind": Kind.PRINTOUT.value,
        "name": "Print Out Data Kinerja TW III 2026.pdf",
        "state": State.FILED.value,
        "updated_at": office.now(),
        **more,
    }
    return Document(id=id_, office_id=office.id, collection_id=COLLECTION, code=code, **values)


def a_number(office: Office, document_id: str, seq: int, text: str) -> Number:
    return Number(
        document_id=document_id,
        office_id=office.id,
        unit="DKP",
        year=2026,
        seq=seq,
        text=text,
        given_at=office.now(),
    )


def an_arrival(office: Office, id_: str, sha256: str, *, outcome: str | None) -> Arrival:
    return Arrival(
        id=id_,
        office_id=office.id,
        folder="data-kinerja/1-draft/kirim",
        name="Draf.docx",
        sha256=sha256,
        size=1,
        owner="staf",
        arrived_at=office.now(),
        outcome=outcome,
    )


def with_key_of(root: Path, ring: KeyRing, backend: str, alias: str = "kasubag") -> None:
    """The signer has another key from now on, in a file or on a token, and the office trusts it."""
    key = Path(ring.location(backend, "rsa"))
    digest = hashlib.sha256(ring.certificates["rsa-baik"].public_bytes(Encoding.DER)).hexdigest()
    shutil.copytree(ring.trust, root / ".kinerja/trust", dirs_exist_ok=True)
    if backend == "pkcs12":
        place = f"keys/{key.name}"
        shutil.copy(key, root / ".kinerja" / place)
        (root / ".kinerja" / place).chmod(0o600)
    else:
        place = ring.location(backend, "rsa")
    settings = root / "kinerja.toml"
    before, entry = settings.read_text(encoding="utf-8").rsplit(f'alias = "{alias}"', 1)
    entry = re.sub(
        r'(?:backend = ".*"\n)?key = ".*"',
        f'backend = "{backend}"\nkey = "{place}"',
        entry,
        count=1,
    )
    entry = re.sub(r'sha256 = "\w+"', f'sha256 = "{digest}"', entry, count=1)
    settings.write_text(f'{before}alias = "{alias}"{entry}', encoding="utf-8")


def let_it_wait(office: Office, prepared: bytes) -> None:
    """The office has this one print-out, which waits for its paraf, and nothing else."""
    blob, now = office.store.put(prepared), office.now()
    with office.ledger.write() as tx:
        for table in (Event, Decision, MasterVersion, Document, Collection):
            tx.session.query(table).delete()
        collection = Collection(
            id=COLLECTION,
            office_id=office.id,
            procedure="data-kinerja",
            period=PERIOD,
            stage=Verb.INITIAL,
            opened_at=now,
            stage_since=now,
        )
        tx.session.add(collection)
        tx.session.flush()
        waiting = {"state": State.WAITING.value, "pdf": blob, "blob": blob}
        tx.session.add(a_document(office, PRINTOUT, CODE, **waiting))


def prepared_office(directory: Path) -> tuple[Path, dict[str, str], bytes]:
    """An office, its PINs, and a print-out with its fields."""
    root = init_office(directory)
    pins = make_practice_keys(root)
    with open_office(root) as office:
        prepared, _, _ = sealed(office, pins["kasubag"])
    return root, pins, prepared
