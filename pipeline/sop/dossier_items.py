"""What goes into a dossier, and the index that explains it to whoever opens it in thirty years."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256 as hash_of
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.archive.card import Role
from pipeline.archive.dossier import Dossier, Item, layout
from pipeline.archive.premis import ArchiveEvent
from pipeline.domain.calendar import long_date, long_time
from pipeline.domain.document import Kind
from pipeline.domain.naming import post_folder, without_nik
from pipeline.forms.contexts.guides import DossierIndex
from pipeline.ledger.tables import Arrival, Decision, Document, Publication
from pipeline.signing.fields import SIGNATURE_FIELD
from pipeline.signing.report import VerificationReport
from pipeline.sop.case import Case
from pipeline.sop.publish import NOTICE
from pipeline.sop.steps.fill import ACCEPTED, BOUNCED

EVENTS = {
    "collection.opened": "Pengumpulan dibuka",
    "draft.received": "Draf format diterima",
    "pernyataan.received": "Daftar Pernyataan diterima",
    "draft.laid-before": "Draf diajukan kepada Kasubag",
    "draft.revised": "Draf diubah saat koreksi",
    "draft.setujui": "Format disetujui",
    "draft.kembalikan": "Draf dikembalikan",
    "roster.received": "Daftar Pejabat diterima",
    "form.issued": "Formulir diterbitkan",
    "form.bounced": "Formulir dikembalikan otomatis",
    "form.received": "Formulir diterima",
    "evidence.received": "Data dukung diterima",
    "formulir.setujui": "Formulir disetujui",
    "formulir.kembalikan": "Formulir dikembalikan",
    "form.verified": "Formulir diverifikasi dan dicap",
    "entry.opened": "Entri dibuka",
    "entry.received": "Entri diterima",
    "printout.made": "Print out dibuat",
    "cetak.kembalikan": "Print out dikembalikan ke entri",
    "printout.initialled": "Print out diparaf",
    "printout.signed": "Print out ditandatangani",
    "decision.carried-out": "Keputusan dijalankan",
    "return.held": "Pengembalian ditahan, alasan diminta",
    "arrival.dikembalikan": "Berkas dikembalikan kepada pengirim",
    "arrival.ditolak": "Berkas ditolak",
}


def dossier_items(session: Session, case: Case, report: VerificationReport) -> Iterator[Item]:
    """Every item of the dossier: the signed print-out first, then where its figures come from."""
    today = case.office.now().date()
    printout = case.require(session, Kind.PRINTOUT)
    title = f"Data Kinerja {case.period.short}"
    yield _stored(case, f"{title}.pdf", "printout", title, printout.pdf or "")
    for form in case.forms(session):
        yield from _form_items(session, case, form)
    for kind in (Kind.DRAFT, Kind.STATEMENTS, Kind.ROSTER, Kind.WORKBOOK):
        document = case.require(session, kind)
        role: Role = "original" if kind is Kind.DRAFT else "workbook"
        sent = document.original or document.blob or ""
        stem = PurePosixPath(document.name).stem
        yield _stored(case, document.name, role, stem, sent)
    yield from _notices(session, case)
    yield _made("keputusan.json", "decision", "Keputusan", today, _decisions(session, case))
    verdict = json.dumps(report.to_dict(), ensure_ascii=False, indent=1).encode()
    name, label = "verifikasi-tanda-tangan", "Laporan verifikasi tanda tangan"
    yield _made(f"{name}.json", "report", label, today, verdict)
    text = report.verdict_text().encode()
    yield _made(f"{name}.txt", "report", f"{label} (teks)", today, text)


def index_of(
    case: Case, dossier: Dossier, events: Sequence[ArchiveEvent], report: VerificationReport
) -> DossierIndex:
    """The index as the template prints it."""
    zone = case.office.settings.office.zone
    posts = {s.field: s for s in report.signatures if s.kind == "signature"}
    return DossierIndex(
        header={
            "kode_klasifikasi": dossier.classification,
            "nomor": dossier.number,
            "uraian": dossier.description,
            "kurun_waktu": f"{long_date(dossier.date_start)} – {long_date(dossier.date_end)}",
            "unit_pengolah": dossier.creating_unit,
            "retensi": dossier.retention,
            "keamanan": dossier.security_class,
            "nomor_naskah": dossier.document_number,
        },
        items=[
            {
                "no": str(n),
                "uraian": item.title,
                "tanggal": long_date(item.date),
                "berkas": path.removeprefix("data/"),
                "sha256": item.sha256,
            }
            for n, (path, item) in enumerate(layout(dossier), start=1)
        ],
        events=[
            {
                "waktu": long_time(e.when.astimezone(zone)),
                "pelaku": e.agent,
                "kejadian": EVENTS.get(e.type, e.type),
            }
            for e in events
        ],
        signatures=[
            {
                "peran": "Tanda tangan" if field == SIGNATURE_FIELD else "Paraf",
                "nama": s.signer,
                "jabatan": _post_of(case, s.certificate_sha256),
                "waktu": long_time(s.signing_time.astimezone(zone)) if s.signing_time else "–",
                "penerbit": s.issuer,
                "tingkat": s.level,
            }
            for field, s in posts.items()
        ],
    )


def _form_items(session: Session, case: Case, form: Document) -> Iterator[Item]:
    short = post_folder(form.post)
    if form.pdf:
        name = f"Formulir {short} - {form.code}.pdf"
        yield _stored(case, name, "form", f"Formulir {form.post}", form.pdf)
    for number, sha256 in enumerate(_returns(session, form), start=1):
        name = f"{short} - {form.code} kiriman {number}.docx"
        title = f"Formulir {form.post}, kiriman {number}, sebagaimana dikirim"
        yield _stored(case, name, "original", title, sha256)
    pieces = {piece["sha256"]: piece for piece in form.data.get("evidence", [])}
    for number, piece in enumerate(pieces.values(), start=1):
        called = f"{number:02d} {without_nik(piece['name'])}"
        title = f"Data dukung {form.post}: {called}"
        yield _stored(case, called, "evidence", title, piece["sha256"], group=short)


def _returns(session: Session, form: Document) -> list[str]:
    """Every file that its official sent as this form, in order; those that bounced too."""
    arrivals = session.scalars(
        select(Arrival.sha256)
        .where(Arrival.document_id == form.id, Arrival.outcome.in_((ACCEPTED, BOUNCED)))
        .order_by(Arrival.arrived_at)
    )
    return list(dict.fromkeys(arrivals))


def _notices(session: Session, case: Case) -> Iterator[Item]:
    """Slips and receipts, each once; a PDF that somebody sent and got back is neither."""
    rows = session.execute(
        select(Publication.path, Publication.sha256)
        .join(Document, Document.id == Publication.document_id)
        .where(
            Document.collection_id == case.collection.id,
            Publication.role == NOTICE,
            Publication.path.endswith(".pdf"),
            Publication.sha256.not_in(select(Arrival.sha256)),
        )
        .order_by(Publication.id)
    )
    seen: set[str] = set()
    for path, sha256 in rows:
        if sha256 not in seen:
            seen.add(sha256)
            stem = without_nik(PurePosixPath(path).stem)
            name = f"{len(seen):03d} {stem}.pdf"
            yield _stored(case, name, "slip", stem, sha256)


def _decisions(session: Session, case: Case) -> bytes:
    rows = session.execute(
        select(Decision, Document.name)
        .join(Document, Document.id == Decision.document_id)
        .where(Document.collection_id == case.collection.id)
        .order_by(Decision.decided_at)
    )
    content = [
        {
            "naskah": name,
            "revisi": d.revision,
            "keputusan": d.verdict,
            "alasan": without_nik(d.note),
            "oleh": d.actor,
            "lewat": d.via,
            "waktu": d.decided_at.isoformat(),
        }
        for d, name in rows
    ]
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _stored(case: Case, name: str, role: Role, title: str, sha256: str, *, group: str = "") -> Item:
    source, day = case.office.store.path(sha256), case.office.now().date()
    return Item(
        name=name, role=role, title=title, date=day, source=source, sha256=sha256, group=group
    )


def _made(name: str, role: Role, title: str, day: date, data: bytes) -> Item:
    sha256 = hash_of(data).hexdigest()
    return Item(name=name, role=role, title=title, date=day, source=data, sha256=sha256)


def _post_of(case: Case, certificate: str) -> str:
    for signer in case.office.settings.signers:
        if any(c.sha256 == certificate for c in signer.certificates):
            return signer.post
    return "–"
