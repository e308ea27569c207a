"""What comes of a collection: its figures as XLSX, CSV and JSON, and all of it in ``hasil``."""

import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind
from pipeline.domain.naming import post_folder, without_nik
from pipeline.forms.workbooks.figure_sources import FigureSource
from pipeline.forms.workbooks.results import ResultRow, write_results, write_results_csv
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, Publication
from pipeline.sop.case import Case
from pipeline.sop.collection.amending import amended_case
from pipeline.sop.collection.succession import correction_name, with_correction
from pipeline.sop.pieces import pieces_of
from pipeline.sop.printout.paper import paper_of
from pipeline.sop.printout.printout import final_rows
from pipeline.sop.printout.trace import figure_sources
from pipeline.sop.publish import RESULT, publish
from pipeline.sop.returned import LATE
from pipeline.sop.scanned.kept import scans_of
from pipeline.sop.values import counts, entered_rows, evaluations_to_json, rows_to_json

REPLACED, FORMS = "(digantikan)", "formulir"
COPY_MARK = " (salinan tanda tangan basah)"


def figures_of(case: Case, number: str) -> dict[str, bytes]:
    """The consolidated figures as XLSX and CSV, by suffix."""
    with case.office.ledger.read() as session:
        evaluations = final_rows(session, case, case.require(session, Kind.WORKBOOK))
        sources = figure_sources(session, case, evaluations)
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
            remark=e.remark,
            status=e.filled.status,
            sources=sources[e.indicator.code],
        )
        for e in evaluations
    ]
    name = case.office.settings.office.name
    return {
        "xlsx": write_results(rows, period=case.period, office_name=name, number=number),
        "csv": write_results_csv(rows, period=case.period),
    }


def values_of(session: Session, case: Case) -> bytes:
    """All values that count, as JSON: which form, which return, what was corrected since."""
    workbook = case.require(session, Kind.WORKBOOK)
    forms = [form for form in case.forms(session) if counts(form)]
    evaluations = final_rows(session, case, workbook)
    sources = figure_sources(session, case, evaluations)
    content = {
        "periode": str(case.period),
        "indikator": [
            {**told, "sumber": [_traced(s, t) for s, t in zip(shares, told["sumber"], strict=True)]}
            for told, shares in zip(evaluations_to_json(evaluations), sources.values(), strict=True)
        ],
        "formulir": [
            {
                **_reported(form),
                "sesudah_entri": rows_to_json(entered_rows(session, case, workbook, form)),
                "perubahan_entri": _entry_changes(session, case, form),
            }
            for form in forms
        ],
    }
    return _json(content)


def _traced(source: FigureSource, told: Mapping[str, Any]) -> dict[str, Any]:
    """A form's part in a figure, with its cell, its hashes and what was changed since."""
    return {
        **told,
        "sel": source.cell,
        "baris": source.row,
        "sha256_asli": source.original,
        "sha256_terverifikasi": source.verified,
        "perubahan": list(source.changes),
    }


def late_values_of(case: Case, form: Document) -> bytes:
    """The values of a form that came after the closing; no print-out counts them."""
    return _json({"periode": str(case.period), "susulan": _reported(form)})


def hand_out(tx: Transaction, case: Case, figures: dict[str, str]) -> None:
    """Lay the signed print-out, its figures (suffix → SHA-256) and its own forms into ``hasil``.

    What a correction replaces stays beside it, and its name says that it is replaced.
    """
    printout = case.require(tx.session, Kind.PRINTOUT)
    folder, collection = case.results, case.collection
    stem = with_correction(tx.session, case, f"Data Kinerja {case.period.short}")
    amended = amended_case(tx.session, case)
    if amended is not None:
        _rename_replaced(tx, folder, amended.collection)
    mark = COPY_MARK if paper_of(printout) else ""
    signed = {f"{stem}{mark}.pdf": printout.pdf or ""}
    for name, sha256 in (signed | {f"{stem}.{s}": d for s, d in figures.items()}).items():
        publish(tx, folder, name, sha256, role=RESULT, collection=collection)
    for form in case.own_forms(tx.session):
        if form.pdf:
            _rename_replaced_form(tx, case, form)
            hand_out_form(tx, case, form)


def hand_out_form(tx: Transaction, case: Case, form: Document) -> None:
    """Lay an official's verified form into ``hasil``, where its post says whose copy it is."""
    mark = "Susulan" if form.data.get(LATE) else correction_name(tx.session, case)
    name = f"{post_folder(form.post)} - {form.code}{f' - {mark}' if mark else ''}.pdf"
    folder, sha256 = f"{case.results}/{FORMS}", form.pdf or ""
    publish(tx, folder, name, sha256, role=RESULT, document=form, collection=case.collection)


def _rename_replaced(tx: Transaction, folder: str, replaced: Collection) -> None:
    query = select(Publication).where(
        Publication.collection_id == replaced.id,
        Publication.role == RESULT,
        Publication.state.in_((WANTED, PLACED)),
    )
    for row in tx.session.scalars(query).all():
        if str(PurePosixPath(row.path).parent) == folder:
            _rename(tx, row, folder, collection=replaced)


def _rename_replaced_form(tx: Transaction, case: Case, form: Document) -> None:
    """Mark the copy of the same official's form in the edition that this one corrects."""
    for edition in case.lineage(tx.session)[1:]:
        earlier = Case(case.office, case.procedure, edition).own_forms(tx.session)
        of_post = [f.id for f in earlier if f.post == form.post]
        query = select(Publication).where(
            Publication.document_id.in_(of_post),
            Publication.role == RESULT,
            Publication.state.in_((WANTED, PLACED)),
        )
        for row in tx.session.scalars(query).all():
            if REPLACED not in row.path:
                _rename(tx, row, f"{case.results}/{FORMS}", collection=edition)


def _rename(tx: Transaction, row: Publication, folder: str, *, collection: Collection) -> None:
    """Have the file lie under a name that says it is replaced."""
    path, row.state = PurePosixPath(row.path), UNWANTED
    document = tx.session.get(Document, row.document_id) if row.document_id else None
    name, role = f"{path.stem} {REPLACED}{path.suffix}", RESULT
    publish(tx, folder, name, row.sha256, role=role, document=document, collection=collection)


def _reported(form: Document) -> dict[str, Any]:
    return {
        "jabatan": form.post,
        "kode": form.code,
        "kiriman": form.revision - 1,
        "sha256_asli": form.original,
        "sha256_terverifikasi": form.pdf,
        **_scanned(form),
        "dilaporkan": form.data.get("rows", []),
        "koreksi_verifikator": form.data.get("verifier_changes", []),
        "data_dukung": [
            {
                "nama": without_nik(piece.name),
                "sha256": piece.sha256,
                "indikator": list(piece.indicators),
            }
            for piece in pieces_of(form)
        ],
    }


def _scanned(form: Document) -> dict[str, Any]:
    """From which scans the values were copied, where the form came on paper."""
    scans = scans_of(form)
    if scans is None:
        return {}
    return {"asal_nilai": scans.origin, "sha256_pindaian": [scan.sha256 for scan in scans.scans]}


def _entry_changes(session: Session, case: Case, form: Document) -> list[Any]:
    """What was changed at entry, in this edition and in those that it goes back to."""
    made: list[Any] = []
    for collection in reversed(case.lineage(session)):
        edition = Case(case.office, case.procedure, collection)
        workbook = edition.document(session, Kind.WORKBOOK)
        made += workbook.data.get("changes", {}).get(form.code, []) if workbook else []
    return made


def _json(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True).encode()
