"""What goes into a dossier: with each edition of a print-out, and with a form that came late."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256 as hash_of
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from pipeline.archive.card import Role
from pipeline.archive.dossier import Item
from pipeline.domain.document import Kind, State
from pipeline.domain.duty import listed
from pipeline.domain.evidence import FOR_ALL
from pipeline.domain.naming import post_folder, without_nik
from pipeline.ledger.tables import Arrival, Decision, Document, Publication
from pipeline.office import Office
from pipeline.signing.report import VerificationReport
from pipeline.signing.statement import Statement
from pipeline.sop.case import RECEIPT, Case
from pipeline.sop.collection.amending import amended_paper
from pipeline.sop.collection.succession import correction_name, with_correction
from pipeline.sop.pieces import pieces_of
from pipeline.sop.printout.changes import accepted_in
from pipeline.sop.printout.paper import Paper, pages_in_words, paper_in, paper_of
from pipeline.sop.publish import ANSWER, NOTICE
from pipeline.sop.scanned.copies import VALUES_ONLY
from pipeline.sop.scanned.kept import scans_of
from pipeline.sop.scanned.receive import SCANNED
from pipeline.sop.steps.fill import ACCEPTED, BOUNCED

PAPERS = (Kind.DRAFT, Kind.STATEMENTS, Kind.ROSTER, Kind.WORKBOOK)


def dossier_items(
    session: Session, case: Case, report: VerificationReport | None
) -> Iterator[Item]:
    """What an edition brings into its dossier: the signed print-out, and what its figures rest on.

    A correction brings only what is its own; the rest lies there since the first edition.
    """
    today, edition = case.office.now().date(), len(case.lineage(session))
    printout = case.require(session, Kind.PRINTOUT)
    title = with_correction(session, case, f"Data Kinerja {case.period.short}")
    amended = amended_paper(session, case)
    told = f"{title} (mengubah {amended.words})" if amended else title
    yield from _printout_items(case, printout, title, told)
    group = correction_name(session, case)
    for form in forms_to_file(session, case):
        yield from _form_items(session, case, form, "susulan" if form.data.get("late") else group)
    for kind in (Kind.WORKBOOK,) if amended else PAPERS:
        document = case.require(session, kind)
        role: Role = "original" if kind is Kind.DRAFT else "workbook"
        sent = document.original or document.blob or ""
        stem = PurePosixPath(document.name).stem
        yield _stored(case, document.name, role, stem, sent)
    documents = [d.id for d in _documents(session, case) if not _under_way(d)]
    yield from _notices(session, case, documents, group)
    mark, behind = (f"-{edition}", f" {group}") if group else ("", "")
    decided = _decisions(session, documents, [*accepted_in(printout), *paper_in(printout)])
    yield _made(f"keputusan{mark}.json", "decision", f"Keputusan{behind}", today, decided)
    if report is None:
        return
    paper = paper_of(printout)
    name, label = f"verifikasi-tanda-tangan{mark}", f"Laporan verifikasi tanda tangan{behind}"
    label += " (paraf sebelum naskah dicetak)" if paper else ""
    yield from report_items(case.office, report, (name, label), paper)


def report_items(
    office: Office, report: VerificationReport, called: tuple[str, str], paper: Paper | None = None
) -> Iterator[Item]:
    """A verification report for programs and for people; ``called`` are file name and title.

    The name is without its suffix. Of ``paper``, only the paraf before it was printed was judged.
    """
    (name, title), today = called, office.now().date()
    about = {"di_atas_kertas": paper.words} if paper else {}
    verdict = json.dumps({**about, **report.to_dict()}, ensure_ascii=False, indent=1).encode()
    yield _made(f"{name}.json", "report", title, today, verdict)
    told = Statement(report, office.settings.office.zone).text()
    text = f"{_paraf_only(paper) if paper else ''}{told}".encode()
    yield _made(f"{name}.txt", "report", f"{title} (teks)", today, text)


def _printout_items(case: Case, printout: Document, title: str, told: str) -> Iterator[Item]:
    """The signed print-out; signed on paper, its copy, what was printed, the scans as they came."""
    paper = paper_of(printout)
    if paper is None:
        yield _stored(case, f"{title}.pdf", "printout", told, printout.pdf or "")
        return
    named = f"{told} ({paper.words})"
    yield _stored(case, f"{title} SALINAN.pdf", "printout", named, paper.copy)
    label = f"{told}, print out sebelum ditandatangani di atas kertas"
    yield _stored(case, f"{title} sebelum ditandatangani.pdf", "original", label, paper.printout)
    for number, scan in enumerate(paper.scans, start=1):
        name = f"{title} pindaian {number}{PurePosixPath(scan.name).suffix.lower()}"
        label = f"{told}, pindaian {number} ({pages_in_words(scan.shows)}), sebagaimana dikirim"
        yield _stored(case, name, "original", label, scan.sha256)


def _paraf_only(paper: Paper) -> str:
    return (
        f"Naskah ini ditandatangani di atas kertas: {paper.words}.\nYang diperiksa di bawah ini"
        " hanya paraf elektronik sebelum naskah dicetak.\n"
    )


def late_items(session: Session, case: Case, form: Document) -> Iterator[Item]:
    """What a form brings into its dossier that came after the closing (susulan)."""
    yield from _form_items(session, case, form, "susulan")
    yield from _notices(session, case, [form.id], f"Susulan {form.code}")
    name, title = f"keputusan-susulan-{form.code}.json", f"Keputusan susulan {form.post}"
    decided = _decisions(session, [form.id], [])
    yield _made(name, "decision", title, case.office.now().date(), decided)


def forms_to_file(session: Session, case: Case) -> list[Document]:
    """The forms that an edition files: its own verified ones, those that came late too."""
    ready = (State.VERIFIED, State.FILED)
    return [f for f in case.own_forms(session) if f.pdf and f.state in ready]


def _documents(session: Session, case: Case) -> list[Document]:
    query = select(Document).where(Document.collection_id == case.collection.id)
    return list(session.scalars(query))


def _under_way(document: Document) -> bool:
    """Whether it is a late form that is filed by itself, once it is verified."""
    settled = (State.VERIFIED, State.FILED, State.ABSENT, State.WITHDRAWN)
    return document.kind == Kind.FORM and document.state not in settled


def _form_items(session: Session, case: Case, form: Document, mark: str) -> Iterator[Item]:
    short, called = post_folder(form.post), form.post + (f" ({mark})" if mark else "")
    scans = scans_of(form)
    copy = f" {VALUES_ONLY}" if scans else ""
    if form.pdf:
        name = f"Formulir {short} - {form.code}{copy}.pdf"
        yield _stored(case, name, "form", f"Formulir {called}{copy.lower()}", form.pdf)
    if scans:
        name, title = f"Formulir {short} - {form.code} PINDAIAN.pdf", f"Formulir {called}, pindaian"
        yield _stored(case, name, "form", f"{title} ({scans.origin})", scans.copy)
    for number, (sha256, suffix) in enumerate(_returns(session, form).items(), start=1):
        name = f"{short} - {form.code} kiriman {number}{suffix}"
        title = f"Formulir {called}, kiriman {number}, sebagaimana dikirim"
        yield _stored(case, name, "original", title, sha256)
    for number, piece in enumerate(pieces_of(form), start=1):
        name = f"{number:02d} {without_nik(piece.name)}"
        title = f"Data dukung {called}, {listed(piece.indicators) or FOR_ALL}: {name}"
        group = f"{form.code} {short}"  # the code first: a group's name may be cut at its end
        yield _stored(case, name, "evidence", title, piece.sha256, group=group)


def _returns(session: Session, form: Document) -> dict[str, str]:
    """Every file that its official sent as this form, in order, with its suffix.

    Those that bounced too, and scans: a file with several forms is in each one's dossier.
    """
    scans = scans_of(form)
    behind = [scan.arrival for scan in scans.scans] if scans else []
    own = and_(Arrival.document_id == form.id, Arrival.outcome.in_((ACCEPTED, BOUNCED, SCANNED)))
    arrivals = session.execute(
        select(Arrival.sha256, Arrival.name)
        .where(or_(own, Arrival.id.in_(behind)))
        .order_by(Arrival.arrived_at)
    )
    return {sha256: PurePosixPath(name).suffix.lower() for sha256, name in arrivals}


def _notices(session: Session, case: Case, documents: Sequence[str], group: str) -> Iterator[Item]:
    """Slips and receipts, each once; a PDF that somebody sent and got back is neither."""
    rows = session.execute(
        select(Publication.path, Publication.sha256)
        .where(
            Publication.document_id.in_(documents),
            Publication.role.in_((NOTICE, RECEIPT, ANSWER)),
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
            yield _stored(case, name, "slip", stem, sha256, group=group)


def _decisions(
    session: Session, documents: Sequence[str], accepted: Sequence[Mapping[str, Any]]
) -> bytes:
    """What was decided on these documents, and which changes were ``accepted`` at the paraf."""
    rows = session.execute(
        select(Decision, Document.name)
        .join(Document, Document.id == Decision.document_id)
        .where(Document.id.in_(documents))
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
            "disahkan": _ratified(d),
        }
        for d, name in rows
    ]
    content += map(dict, accepted)
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _ratified(decision: Decision) -> dict[str, str] | None:
    """Who took a decision that came by folder upon himself with the PIN, and when."""
    if decision.ratified_at is None:
        return None
    return {"oleh": decision.ratified_by or "", "waktu": decision.ratified_at.isoformat()}


def _stored(case: Case, name: str, role: Role, title: str, sha256: str, *, group: str = "") -> Item:
    source, day = case.office.store.path(sha256), case.office.now().date()
    return Item(
        name=name, role=role, title=title, date=day, source=source, sha256=sha256, group=group
    )


def _made(name: str, role: Role, title: str, day: date, data: bytes) -> Item:
    sha256 = hash_of(data).hexdigest()
    return Item(name=name, role=role, title=title, date=day, source=data, sha256=sha256)
