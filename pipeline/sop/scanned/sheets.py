"""What the sender of a scan finds in the folder: the form with what was read, and the sheet."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.duty import duties_of
from pipeline.domain.finding import Finding
from pipeline.domain.form import FilledRow
from pipeline.domain.official import Official
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.forms.contexts.scans import ReadRow, ScanSheet, scan_sheet_context
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document, Publication
from pipeline.sop.case import Case
from pipeline.sop.official_form import form_file, official_folder
from pipeline.sop.publish import COMPANION, MAIN, publish, withdraw
from pipeline.sop.scanned.kept import (
    Scan,
    Scans,
    keep_to_confirm,
    pages_missing,
    pages_of,
    rows_read,
    scans_to_confirm,
)
from pipeline.sop.scanned.reading import filled_by
from pipeline.sop.slips import client_folder

PREFIX = "PERIKSA ANGKA"
_SCAN_AGAIN = "pindai atau foto halaman itu dan kirim; yang sudah terbaca tetap ada di sini"
_FILL_IN = "pindai halamannya dan kirim, atau isi sendiri pada formulir PERIKSA ANGKA"


@dataclass(frozen=True)
class ToCheck:
    """The form with what was read (Word), and the sheet beside it, each with its name."""

    form_name: str
    form: bytes
    sheet_name: str
    sheet: dict[str, Any]


def to_check(
    session: Session,
    case: Case,
    document: Document,
    scans: Scans,
    *,
    holder: Official | None = None,
    edited: Mapping[str, FilledRow] | None = None,
) -> ToCheck:
    """What is to be checked of a form's scans.

    ``holder`` is whom the form is made out to from now on, where that changes; ``edited`` what
    stands in the form that lay there before, where somebody may have begun with it.
    """
    office = case.office
    filled = values_read(case, scans) if edited is None else edited
    form = form_file(session, case, document, filled, revision=scans.mark, holder=holder)
    form_name = f"{PREFIX} - {document.name}"
    duties = duties_of(case.roster(session), document.post, case.statements(session))
    read = rows_read(office, scans)
    rows = [
        ReadRow(
            duty.indicator,
            base64.b64decode(read[duty.indicator.code].picture),
            {f: (c.text, c.doubt.value) for f, c in read[duty.indicator.code].cells.items()},
        )
        for duty in duties
        if duty.indicator.code in read
    ]
    missing = [duty.indicator.code for duty in duties if duty.indicator.code not in read]
    sheet = ScanSheet(
        code=document.code,
        official=holder or case.official(session, document.post),
        files=[(scan.name, pages_in_words(scan)) for scan in scans.scans],
        form=form_name,
        target=client_folder(office, f"{scans.folder}/{CommandFolder.SEND.value}"),
        findings=[*_pages_missing(case, scans), *_rows_missing(missing)],
        rows=rows,
    )
    context = scan_sheet_context(office.settings.office, case.period, sheet, office.now())
    return ToCheck(form_name, form, f"{PREFIX} - {document.code}.pdf", context)


def values_read(case: Case, scans: Scans) -> dict[str, FilledRow]:
    """The rows with what was read of the scans, of each indicator the newest."""
    return {
        code: row
        for scan in scans.scans
        for code, row in filled_by(pages_of(case.office, scan)).items()
    }


def printed(case: Case, check: ToCheck) -> tuple[str, str]:
    """Form and sheet in the store; their SHA-256."""
    office = case.office
    pdf = office.pdf_from(case.procedure, "periksa-angka", check.sheet)
    return office.store.put(check.form), office.store.put(pdf)


def lay_to_check(
    tx: Transaction, form: Document, scans: Scans, check: ToCheck, blobs: tuple[str, str]
) -> None:
    """Form and sheet (SHA-256) in place of what lay there for the sender."""
    before = scans_to_confirm(form)
    for folder in {scans.folder, *([before.folder] if before else [])}:
        withdraw(tx.session, [form], (MAIN, COMPANION), folder=folder)
    keep_to_confirm(form, scans)
    publish(tx, scans.folder, check.form_name, blobs[0], role=MAIN, document=form)
    publish(tx, scans.folder, check.sheet_name, blobs[1], role=COMPANION, document=form)


def clear_to_check(tx: Transaction, form: Document) -> None:
    """Have form and sheet taken away: what stood in them lies to be mended."""
    rows = tx.session.scalars(
        select(Publication).where(
            Publication.document_id == form.id,
            Publication.role.in_((MAIN, COMPANION)),
            Publication.state.in_((WANTED, PLACED)),
            Publication.path.contains(f"/{PREFIX} - ", autoescape=True),
        )
    )
    for row in rows:
        row.state = UNWANTED


def confirmer(case: Case, document: Document) -> str:
    """Who is to confirm a form's scans, where that is not its official; else empty."""
    scans = scans_to_confirm(document)
    own = scans is None or scans.folder == official_folder(case, document.post)
    return "" if own else case.actor_of(Verb.DISTRIBUTE)


def pages_in_words(scan: Scan) -> str:
    """Which pages of a file are about the form: “halaman 1, 3”."""
    return f"halaman {', '.join(str(number + 1) for number in scan.pages)}"


def _pages_missing(case: Case, scans: Scans) -> list[Finding]:
    return [
        Finding(f"halaman {number} dari {count}", "tidak ada pada pindaian", _SCAN_AGAIN)
        for number, count in pages_missing(case.office, scans)
    ]


def _rows_missing(codes: list[str]) -> list[Finding]:
    return [
        Finding(f"indikator {code}", "barisnya tidak ditemukan pada pindaian", _FILL_IN)
        for code in codes
    ]
