"""An office with work in every state, entered in the real ledger, and a reader of its pages."""

import asyncio
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.intake.pulse import Pulse
from pipeline.ledger.tables import Arrival, Collection, Document, Number, Record
from pipeline.office import Office
from pipeline.settings import OfficeSection, Settings, Signer, WebSection
from pipeline.web.app import create_app

NOW = datetime(2026, 10, 8, 3, 14, tzinfo=UTC)  # 10.14 WIB
HEAD = "Kasubag Program, Kepegawaian dan Pelaporan"
NIP = "198609262015052001"
TEMPLATES = Path(__file__).parents[2] / "templates" / "data-kinerja" / "sop.toml"
POSTS = (
    ("Kepala Bidang Pengawasan Sumber Daya Kelautan dan Perikanan", State.ISSUED, 0),
    ("Kepala Bidang Perikanan Budidaya", State.ISSUED, 2),
    ("Kepala Bidang Perikanan Tangkap", State.WAITING, 0),
    ("Kepala UPTD Pelabuhan Perikanan Kuala Tungkal", State.VERIFIED, 1),
    (HEAD, State.WAITING, 0),
    ("Sekretaris", State.APPROVED, 0),
)
FORM_CODES = ("K7M2PQX9RA", "K7M2PQX9RB", "K7M2PQX9RC", "K7M2PQX9RD", "K7M2PQX9RE", "K7M2PQX9RF")
PRINTOUT_CODE = "P3T8WZ4NHC"


def make_office(root: Path, *, now: datetime | None = None, **changes: Any) -> Office:
    """An office with migrated tables and the real procedure."""
    folder = root / "templates" / "data-kinerja"
    folder.mkdir(parents=True)
    shutil.copy(TEMPLATES, folder)
    (root / ".kinerja").mkdir()
    (root / "inbox").mkdir()
    values: dict[str, Any] = {
        "office": OfficeSection(
            id="dkp-jambi",
            government="Pemerintah Provinsi Jambi",
            name="Dinas Kelautan dan Perikanan",
            subdivision="Subbagian Program, Kepegawaian dan Pelaporan",
            city="Jambi",
        ),
        **changes,
    }
    office = Office(root, Settings(**values), (lambda: now) if now else None)
    office.ledger.migrate()
    return office


@dataclass
class Ledgered:
    """Enters collections into an office's ledger."""

    office: Office
    made: int = field(default=0)

    def collection(self, period: str, stage: str, *, late: bool = False, days: int = 1) -> str:
        now = self.office.now()
        self.made += 1
        row = Collection(
            id=f"{self.made:032x}",
            office_id=self.office.id,
            procedure="data-kinerja",
            period=period,
            stage=stage,
            opened_at=now - timedelta(days=days + 4),
            stage_since=now - timedelta(days=days),
            due=now + timedelta(days=-2 if late else 2, hours=1),
        )
        self._add(row)
        return row.id

    def document(
        self, collection: str, kind: Kind, code: str, state: State, **more: Any
    ) -> Document:
        values = {
            "id": f"doc-{code}",
            "office_id": self.office.id,
            "collection_id": collection,
            "code": code,
            "kind": kind.value,
            "name": f"{kind.value} {code}",
            "state": state.value,
            "updated_at": self.office.now() - timedelta(hours=5),
            **more,
        }
        document = Document(**values)
        self._add(document)
        return document

    def forms(self, collection: str, codes: tuple[str, ...] = FORM_CODES) -> None:
        for code, (post, state, returns) in zip(codes, POSTS, strict=True):
            self.document(collection, Kind.FORM, code, state, post=post, returns=returns)

    def printout(
        self, collection: str, code: str, state: State, pdf: str | None = None, *, seq: int = 12
    ) -> Document:
        document = self.document(collection, Kind.PRINTOUT, code, state, pdf=pdf)
        text = f"000.8.6.3/{seq}/PROGRAM/2026"
        self._add(
            Number(
                document_id=document.id,
                office_id=self.office.id,
                unit="PROGRAM",
                year=2026,
                seq=seq,
                text=text,
                given_at=self.office.now(),
            )
        )
        return document

    def record(self, collection: str, printout: Document, *, number: int = 1) -> None:
        self._add(
            Record(
                id=f"rec-{printout.code}",
                office_id=self.office.id,
                collection_id=collection,
                code=printout.code,
                year=2026,
                classification="000.8.6.3",
                dossier_number=number,
                description="Data Kinerja",
                document_number="",
                path=f"2026/000.8.6.3/{number:03d} Data Kinerja Triwulan II Tahun 2026",
                printout_sha256=printout.pdf or "",
                filed_at=self.office.now() - timedelta(days=30),
            )
        )

    def unjudged(self) -> None:
        self._add(
            Arrival(
                id="a" * 32,
                office_id=self.office.id,
                folder="data-kinerja/1-draft/kirim",
                name="draft.docx",
                sha256="0" * 64,
                size=1,
                owner="staf",
                arrived_at=self.office.now(),
            )
        )

    def _add(self, row: Any) -> None:
        with self.office.ledger.write() as tx:
            tx.session.add(row)


def signer_of(certificate: str) -> Signer:
    """The Kasubag, with one enrolled certificate."""
    enrolment = {"sha256": certificate, "valid_from": "2020-01-01", "valid_to": "2099-12-31"}
    return Signer(
        alias="kasubag",
        post=HEAD,
        name="Rina Marlina, S.Pi., M.Si.",
        nip=NIP,
        grade="III/d",
        key="kunci/kasubag.p12",
        certificates=(enrolment,),
    )


def on_network(host: str = "0.0.0.0") -> WebSection:
    return WebSection(host=host)


class Reader:
    """Asks an office's pages the way a browser would, without a network."""

    def __init__(self, office: Office, pulse: Pulse | None = None) -> None:
        self.app = create_app(office, pulse)

    def get(
        self,
        path: str,
        *,
        client: str = "127.0.0.1",
        host: str = "127.0.0.1:8750",
        method: str = "GET",
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, client=(client, 50_000))
            async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as http:
                return await http.request(method, path, headers=headers)

        return asyncio.run(ask())


def busy_office(root: Path, **changes: Any) -> Office:
    """One collection being filled in, late; one waiting for its signature; one filed."""
    office = make_office(root, now=NOW, **changes)
    ledger = Ledgered(office)
    ledger.forms(ledger.collection("2026-TW3", Verb.FILL, late=True, days=5))
    signing = ledger.collection("2026-TW2", Verb.SIGN)
    ledger.printout(signing, "S5T8WZ4NHC", State.WAITING, "1" * 64, seq=11)
    filed = ledger.collection("2026-TW1", "filed", days=90)
    printout = ledger.printout(filed, PRINTOUT_CODE, State.FILED, "2" * 64, seq=7)
    ledger.record(filed, printout)
    ledger.unjudged()
    return office
