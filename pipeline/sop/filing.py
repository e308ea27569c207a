"""After the last signature: verified once more, filed as a dossier, handed out.

1. Verify the signed print-out; what is not valid is never filed.
2. Reserve the dossier's place in the catalogue.
3. Gather its items and describe them.
4. File the bag.
5. Mark it filed, hand the results out, and lay the next quarter's draft ready.
"""

from collections.abc import Container
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from pipeline.archive.dossier import FiledDossier
from pipeline.domain.collection import FILED, WITHDRAWN
from pipeline.domain.document import Kind, State
from pipeline.domain.period import Period
from pipeline.errors import ArchiveError
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, Number, Record
from pipeline.office import Office
from pipeline.signing.renewal import standing
from pipeline.signing.report import VerificationReport
from pipeline.sop.case import Case, case_of, move_to
from pipeline.sop.collection.amending import amended_case
from pipeline.sop.collection.succession import dossier_records, record_of
from pipeline.sop.dossier.filing import Addition, enter_generation, filing_alone, into_dossier
from pipeline.sop.dossier.items import dossier_items, forms_to_file
from pipeline.sop.dossier.late import FILE_LATE
from pipeline.sop.dossier.place import Standing, described, standing_in_archive
from pipeline.sop.figures import establish
from pipeline.sop.prepare import LAY_STARTERS
from pipeline.sop.printout.paper import paper_of
from pipeline.sop.printout.printout import final_rows
from pipeline.sop.printout.proof import enter_proof
from pipeline.sop.printout.sealed import verified_now
from pipeline.sop.publish import NOTICE, end_answers, withdraw
from pipeline.sop.results import figures_of, hand_out, values_of


def file_collection(office: Office, collection_id: str) -> None:
    """File the signed collection: in a dossier of its own, or as a correction in its dossier.

    Raises:
        ArchiveError: the signatures do not hold any more, or the archive refuses.
    """
    with filing_alone(office):
        _file(office, collection_id)


def _file(office: Office, collection_id: str) -> None:
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
    figures = figures_of(case, record.document_number)
    addition, forms = _gathered(case, report, figures["csv"])
    filed = into_dossier(case, record, addition)
    # (5)
    handed = {suffix: office.store.put(data) for suffix, data in figures.items()}
    with office.ledger.read() as session:
        evaluations = final_rows(session, case, case.require(session, Kind.WORKBOOK))
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        signed = case.require(tx.session, Kind.PRINTOUT).state == State.SIGNED
        if signed and case.collection.stage != FILED:
            _mark_filed(tx, case, record.id, filed, forms)
            if report is not None and paper_of(printout) is None:
                enter_proof(tx, record.id, standing(report))
            establish(tx, case, record.id, evaluations)
            hand_out(tx, case, handed)
            _lay_starters(tx, case)


def _verified(case: Case, printout: Document) -> VerificationReport | None:
    report = verified_now(case, printout)
    if report is not None and not report.accepted:
        raise ArchiveError(
            f"{printout.name} tidak diarsipkan: {report.verdict_text()}\nKembalikan naskahnya ke"
            f" entri: `kinerja return {printout.code} --note ALASAN`."
        )
    return report


def _reserved(case: Case, printout: Document) -> Record:
    """The print-out's row: the one reserved before a crash, else in a dossier of its own.

    A correction goes into the dossier of the record that it amends.

    Raises:
        ArchiveError: the archive holds this collection already, and the ledger does not know.
    """
    with case.office.ledger.read() as session:
        begun = record_of(session, case.collection) or amended_case(session, case)
        held_number = session.get(Number, printout.id)
    number = held_number.text if held_number else ""
    place = Standing(0, None)
    if not begun:
        place = standing_in_archive(case, printout.pdf or "", number)
    with case.office.ledger.write() as tx:
        held = record_of(tx.session, case.collection)
        if held is not None:
            held.printout_sha256 = printout.pdf or ""
            return held
        amended = amended_case(tx.session, case)
        before = record_of(tx.session, amended.collection) if amended else None
        record = Record(
            id=place.own.record_id if place.own else uuid4().hex,
            office_id=tx.office_id,
            collection_id=case.collection.id,
            code=printout.code,
            document_number=number,
            printout_sha256=printout.pdf or "",
            **(_place_beside(tx, before) if before else _next_place(tx, case, place)),
        )
        tx.session.add(record)
        return record


def _place_beside(tx: Transaction, before: Record) -> dict[str, Any]:
    last = dossier_records(tx.session, before)[-1]
    return {
        "year": before.year,
        "classification": before.classification,
        "dossier_number": before.dossier_number,
        "description": before.description,
        "path": before.path,
        "edition": last.edition + 1,
        "amends": before.id,
    }


def _next_place(tx: Transaction, case: Case, place: Standing) -> dict[str, Any]:
    filing, period = case.procedure.filing, case.period
    last = tx.session.scalar(
        select(func.max(Record.dossier_number)).where(
            Record.office_id == tx.office_id,
            Record.year == period.year,
            Record.classification == filing.classification,
        )
    )
    return {
        "year": period.year,
        "classification": filing.classification,
        "dossier_number": int(place.own.number) if place.own else max(last or 0, place.last) + 1,
        "description": described(case),
        "path": "",
    }


def _gathered(
    case: Case, report: VerificationReport | None, csv: bytes
) -> tuple[Addition, list[str]]:
    """What this edition brings into the dossier, and the ids of the forms among it."""
    with case.office.ledger.read() as session:
        items = tuple(dossier_items(session, case, report))
        forms = [form.id for form in forms_to_file(session, case)]
        values = values_of(session, case)
        edition = len(case.lineage(session))
    mark = f"-{edition}" if edition > 1 else ""
    return Addition(items, {f"nilai{mark}.json": values, f"nilai{mark}.csv": csv}), forms


def _mark_filed(
    tx: Transaction, case: Case, record_id: str, filed: FiledDossier, forms: Container[str]
) -> None:
    record = tx.session.get_one(Record, record_id)
    record.path = filed.path.relative_to(case.office.archive).as_posix()
    record.filed_at = tx.now()
    enter_generation(tx, record, filed)
    printout = case.require(tx.session, Kind.PRINTOUT)
    record.printout_sha256 = printout.pdf or ""
    move_to(tx.session, case, FILED, tx.now())
    case.collection.filed_at = tx.now()
    printout.state = State.FILED
    end_answers(tx, case.collection.id)
    for form in case.own_forms(tx.session):
        if form.id in forms:
            form.state = State.FILED
            withdraw(tx.session, [form], (NOTICE,))  # from now on his copy lies in hasil
        elif form.state == State.VERIFIED:  # it came late, and while this was being filed
            tx.enqueue(FILE_LATE, form.id, once=f"{form.id}:{record.id}")
    tx.record(
        "collection.filed",
        chain=case.collection.id,
        actor="kinerja",
        via="layanan",
        record=record.id,
        path=record.path,
        bag=filed.bag_sha256,
    )


def _lay_starters(tx: Transaction, case: Case) -> None:
    """Have the draft after the last filed quarter laid ready with these figures, until it is begun.

    What is filed may be an earlier quarter, or a correction of one: its figures count there too.
    """
    of_procedure = (
        Collection.office_id == tx.office_id,
        Collection.procedure == case.procedure.key,
    )
    filed = select(func.max(Collection.period)).where(*of_procedure, Collection.stage == FILED)
    last = Period.parse(tx.session.scalar(filed) or "") or case.period
    later = select(Collection.id).where(
        *of_procedure, Collection.period > str(last), Collection.stage != WITHDRAWN
    )
    if tx.session.scalars(later).first() is None:
        starters = f"{case.procedure.key}:{last.next}"
        tx.enqueue(LAY_STARTERS, starters, once=case.collection.id)
