"""After the last signature: verified once more, filed as a dossier, handed out.

1. Verify the signed print-out; what is not valid is never filed.
2. Reserve the dossier's place in the catalogue.
3. Gather its items and describe them.
4. File the bag.
5. Mark it filed, hand the results out, and lay the next quarter's draft ready.
"""

import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.archive.dossier import Dossier, FiledDossier, file_dossier, layout
from pipeline.archive.premis import ArchiveEvent
from pipeline.domain.collection import FILED
from pipeline.domain.document import Kind, State
from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder, without_nik
from pipeline.errors import ArchiveError
from pipeline.forms.contexts.guides import dossier_index_context
from pipeline.forms.workbooks.results import ResultRow, write_results, write_results_csv
from pipeline.forms.workbooks.statements import write_statements
from pipeline.intake.places import RESULTS
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document, Event, MasterFile, Number, Record
from pipeline.office import Office
from pipeline.pdf.text import extract_text
from pipeline.signing.report import VerificationReport
from pipeline.signing.verify import verify
from pipeline.sop.case import Case, case_of, move_to
from pipeline.sop.dossier_items import dossier_items, index_of
from pipeline.sop.prepare import LAY_STARTERS
from pipeline.sop.printout import final_rows
from pipeline.sop.publish import RESULT, publish
from pipeline.sop.sealed import expectation_on, sealing_days
from pipeline.sop.starters import with_actuals


def file_collection(office: Office, collection_id: str) -> None:
    """File the signed collection.

    Raises:
        ArchiveError: the signatures do not hold any more, or the archive refuses.
    """
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        printout = case.require(session, Kind.PRINTOUT)
    if printout.state != State.SIGNED:
        return
    # (1)
    report = _verified(case, printout)
    # (2)
    record = _reserved(case, printout)
    # (3) and (4)
    results = _results(case, record.document_number)
    filed = _filed(case, record, report, results)
    # (5)
    handed = {suffix: office.store.put(data) for suffix, data in results.items()}
    statements = office.store.put(_next_statements(case))
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        signed = case.require(tx.session, Kind.PRINTOUT).state == State.SIGNED
        if signed and case.collection.stage != FILED:
            _mark_filed(tx, case, record.id, filed)
            _hand_out(tx, case, handed)
            on_file = MasterFile(office_id=office.id, kind=Kind.STATEMENTS.value, sha256=statements)
            tx.session.merge(on_file)
            starters = f"{case.procedure.key}:{case.period.next}"
            tx.enqueue(LAY_STARTERS, starters, once=collection_id)


def _verified(case: Case, printout: Document) -> VerificationReport:
    office = case.office
    with office.ledger.read() as session:
        expectation = expectation_on(case, sealing_days(session, case, printout))
    report = verify(office.store.read(printout.pdf or ""), office.trust, expectation=expectation)
    if not report.accepted:
        raise ArchiveError(
            f"{printout.name} tidak diarsipkan: {report.verdict_text()}\nKembalikan naskahnya ke"
            f" entri: `kinerja return {printout.code} --note ALASAN`."
        )
    return report


def _reserved(case: Case, printout: Document) -> Record:
    """The dossier's row: the one reserved before a crash, or the next number."""
    filing, office = case.procedure.filing, case.office
    with office.ledger.write() as tx:
        held = tx.session.scalar(select(Record).where(Record.collection_id == case.collection.id))
        if held is not None:
            return held
        same = (
            Record.office_id == office.id,
            Record.year == case.period.year,
            Record.classification == filing.classification,
        )
        last = tx.session.scalar(select(func.max(Record.dossier_number)).where(*same))
        number = tx.session.get_one(Number, printout.id)
        record = Record(
            id=uuid4().hex,
            office_id=office.id,
            collection_id=case.collection.id,
            code=printout.code,
            year=case.period.year,
            classification=filing.classification,
            dossier_number=(last or 0) + 1,
            description=filing.description.format(
                triwulan=case.period.roman, tahun=case.period.year
            ),
            document_number=number.text,
            path="",
            printout_sha256=printout.pdf or "",
        )
        tx.session.add(record)
        return record


def _filed(
    case: Case, record: Record, report: VerificationReport, results: dict[str, bytes]
) -> FiledDossier:
    office = case.office
    with office.ledger.read() as session:
        workbook = case.require(session, Kind.WORKBOOK)
        dossier = _dossier(session, case, record, report)
        events = _events(session, case)
        values = _values(session, case, workbook)
    index = index_of(case, dossier, events, report)
    context = dossier_index_context(office.settings.office, case.period, index)
    texts = {
        path: extract_text(item.source)
        for path, item in layout(dossier)
        if path.startswith("data/dokumen/") and isinstance(item.source, Path)
    }
    return file_dossier(
        office.archive,
        dossier,
        index_pdf=office.pdf_from(case.procedure, "isi-berkas", context),
        events=events,
        values={"nilai.json": values, "nilai.csv": results["csv"]},
        texts=texts,
        organization=office.settings.office.name,
        bagged_on=office.now().date(),
    )


def _dossier(session: Session, case: Case, record: Record, report: VerificationReport) -> Dossier:
    filing, quarter = case.procedure.filing, case.period.quarter
    year, last_month = case.period.year, case.period.quarter * 3
    return Dossier(
        record_id=record.id,
        collection_id=case.collection.id,
        classification=record.classification,
        number=f"{record.dossier_number:03d}",
        description=record.description,
        year=record.year,
        date_start=date(year, quarter * 3 - 2, 1),
        date_end=date(year, last_month, 30 if last_month in {6, 9} else 31),
        creating_unit=case.office.settings.office.subdivision,
        security_class=filing.security,
        retention=filing.retention.text,
        document_number=record.document_number,
        items=tuple(dossier_items(session, case, report)),
    )


def _events(session: Session, case: Case) -> list[ArchiveEvent]:
    rows = session.scalars(
        select(Event).where(Event.chain == case.collection.id).order_by(Event.seq)
    )
    return [
        ArchiveEvent(
            id=f"{case.collection.id}:{e.seq}",
            type=e.kind,
            when=datetime.fromisoformat(e.at),
            agent=e.actor,
            detail=without_nik(json.dumps(e.payload, ensure_ascii=False, sort_keys=True)),
            outcome=e.via,
            object_ids=(e.document_id,) if e.document_id else (),
        )
        for e in rows
    ]


def _results(case: Case, number: str) -> dict[str, bytes]:
    """The consolidated figures as XLSX and CSV."""
    with case.office.ledger.read() as session:
        evaluations = final_rows(session, case, case.require(session, Kind.WORKBOOK))
    rows = [
        ResultRow(
            objective=e.indicator.strategic_objective,
            code=e.indicator.code,
            name=e.indicator.name,
            unit=e.indicator.unit,
            post=e.post,
            annual_target=e.indicator.annual_target,
            quarter_target=e.quarter_target,
            actual=e.filled.actual,
            year_to_date=e.year_to_date,
            achievement=e.achievement,
            annual_achievement=e.annual_achievement,
            rating=e.rating,
            remark=e.filled.text(Field.REMARK),
        )
        for e in evaluations
    ]
    name = case.office.settings.office.name
    return {
        "xlsx": write_results(rows, period=case.period, office_name=name, number=number),
        "csv": write_results_csv(rows, period=case.period),
    }


def _values(session: Session, case: Case, workbook: Document) -> bytes:
    """All values with their provenance: which form, which return, what was corrected since."""
    content = {
        "periode": str(case.period),
        "formulir": [
            {
                "jabatan": form.post,
                "kode": form.code,
                "kiriman": form.revision - 1,
                "sha256_asli": form.original,
                "sha256_terverifikasi": form.pdf,
                "dilaporkan": form.data.get("rows", []),
                "koreksi_verifikator": form.data.get("verifier_changes", []),
                "sesudah_entri": workbook.data.get("rows", {}).get(form.code, []),
                "perubahan_entri": workbook.data.get("changes", {}).get(form.code, []),
            }
            for form in case.forms(session)
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _mark_filed(tx: Transaction, case: Case, record_id: str, filed: FiledDossier) -> None:
    record = tx.session.get_one(Record, record_id)
    record.path = filed.path.relative_to(case.office.archive).as_posix()
    record.tagmanifest, record.filed_at = filed.bag_sha256, tx.now()
    printout = case.require(tx.session, Kind.PRINTOUT)
    record.printout_sha256 = printout.pdf or ""
    move_to(case, FILED, tx.now())
    case.collection.filed_at = tx.now()
    for form in case.forms(tx.session):
        form.state = State.FILED
    printout.state = State.FILED
    tx.record(
        "collection.filed",
        chain=case.collection.id,
        actor="kinerja",
        via="layanan",
        record=record.id,
        path=record.path,
        bag=filed.bag_sha256,
    )


def _next_statements(case: Case) -> bytes:
    """The statements on file for the quarters to come, with this quarter's figures taken over.

    A figure is taken over where one official alone reported the indicator.
    """
    with case.office.ledger.read() as session:
        evaluations = final_rows(session, case, case.require(session, Kind.WORKBOOK))
        statements = case.statements(session)
    reporters = Counter(e.indicator.code for e in evaluations)
    actuals = {
        e.indicator.code: e.filled.actual
        for e in evaluations
        if e.filled.actual is not None and reporters[e.indicator.code] == 1
    }
    known = with_actuals(statements, case.period.quarter, actuals)
    return write_statements(known, office_name=case.office.settings.office.name)


def _hand_out(tx: Transaction, case: Case, results: dict[str, str]) -> None:
    """Lay the signed print-out, its data (suffix → SHA-256) and every form into ``hasil``."""
    printout = case.require(tx.session, Kind.PRINTOUT)
    folder = f"{case.procedure.key}/{RESULTS}/{case.period}"
    stem, collection = f"Data Kinerja {case.period.short}", case.collection
    for suffix, sha256 in {"pdf": printout.pdf or "", **results}.items():
        publish(tx, folder, f"{stem}.{suffix}", sha256, role=RESULT, collection=collection)
    for form in case.forms(tx.session):
        if form.pdf:
            name = f"{post_folder(form.post)} - {form.code}.pdf"
            publish(tx, f"{folder}/formulir", name, form.pdf, role=RESULT, collection=collection)
