"""The scans behind a form made fit for the archive: a cover, and their pages as pictures, PDF/A-2b.

1. When the form is taken, the copy lies beside it for its verifier, the cover without a stamp.
2. When it is verified, the cover is stamped; the form that is made of the values is a *salinan
   nilai*, and says so.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.domain.calendar import long_time
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.scans import ScanCover, scan_cover_context
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document
from pipeline.scans.binding import bound
from pipeline.sop.case import GIVEN_BACK, Case, Delivery
from pipeline.sop.publish import COMPANION, publish
from pipeline.sop.returned import LATE, Returned
from pipeline.sop.scanned.kept import (
    Scan,
    Scans,
    confirmed,
    given_back_for,
    is_marked,
    keep_scans,
    proposals_of,
    scans_of,
    scans_to_confirm,
)
from pipeline.sop.scanned.sheets import PREFIX, pages_in_words, values_read

VERIFIED = "TELAH DIVERIFIKASI"
VALUES_ONLY = "SALINAN NILAI"
PAGES_IN_A_JOB = 20
_TO_MEND = re.compile(rf"\b{GIVEN_BACK} (?P<number>\d{{1,6}}) - ")
_UNCHANGED = Finding(
    "pindaian",
    "angka yang dibaca mesin dikirim tanpa satu pun diubah",
    "bandingkan setiap angka dengan pindaiannya",
    Severity.WARNING,
)


def mark_for(delivery: Delivery, returned: Returned) -> str:
    """By what a form that bounces is known again, where it was to confirm a scan; else empty."""
    scans = _scans_of_file(delivery, returned)
    return scans.mark if scans else ""


def told_unchanged(delivery: Delivery, returned: Returned) -> Returned:
    """The return with a warning, where it says just what the machine has read of a scan.

    It may be right; but nobody can tell whether anybody has looked.
    """
    scans = _scans_of_file(delivery, returned)
    if scans is None or scans.confirmed is not None:
        return returned
    read = values_read(returned.case, scans)
    same = all(_said(row) == _said(read.get(row.indicator)) for row in returned.rows)
    told = [_UNCHANGED] if same else []
    return replace(returned, findings=[*returned.findings, *told])


def _said(row: FilledRow | None) -> list[str]:
    return [" ".join(row.text(field).split()) if row else "" for field in Field]


def scans_taken(delivery: Delivery, returned: Returned) -> Scans | None:
    """The scans behind a return that is about to be taken, with their copy for the verifier.

    ``None`` for what was filled in as Word.
    """
    if delivery.copied is not None:
        scans: Scans | None = delivery.copied.scans
    else:
        pending = _scans_of_file(delivery, returned)
        at = delivery.office.now().isoformat()
        scans = confirmed(pending, delivery.actor, delivery.via, at) if pending else None
    return with_copy(returned.case, returned.document, scans) if scans else None


def _scans_of_file(delivery: Delivery, returned: Returned) -> Scans | None:
    if delivery.copied is not None:
        return None
    return scans_meant(returned.document, returned.revision, delivery.name)


def scans_meant(document: Document, revision: str, name: str) -> Scans | None:
    """The scans whose values a Word file is to confirm, for the first time or once more.

    ``revision`` is what the file says it was laid out for.
    """
    mark = mark_said(document, revision, name)
    known = (scans_of(document), scans_to_confirm(document))
    return next((one for one in known if one is not None and one.mark == mark), None)


def mark_said(document: Document, revision: str, name: str) -> str:
    """For which reading a Word file was laid out; empty where for none, or nobody can tell.

    Where a program has dropped the properties, its name says as which one to be mended it was laid
    out; else it is the only reading that there ever was.
    """
    if is_marked(revision):
        return revision
    again = None if revision else _TO_MEND.search(name)
    if again is not None:
        return given_back_for(document, int(again["number"]))
    proposals = proposals_of(document) if _has_lost_mark(revision, name) else []
    return proposals[0] if len(proposals) == 1 else ""


def is_of_unknown_scan(document: Document, revision: str, name: str) -> bool:
    """Whether a file was laid out for one of several readings, and does not say for which."""
    return _has_lost_mark(revision, name) and len(proposals_of(document)) > 1


def _has_lost_mark(revision: str, name: str) -> bool:
    """Whether only its name says that a file was laid out for a scan."""
    return not revision and PREFIX in name


def mark_of(form: Document) -> str:
    """By what a form that its verifier returns is known again as that of its scans; else empty."""
    scans = scans_of(form)
    return scans.mark if scans and not scans.are_text else ""


@dataclass(frozen=True)
class Unconfirmed:
    """The scans that wait to be confirmed when a return is entered.

    It says what they say (``confirmed``), or they stay, or are set aside.
    """

    confirmed: Scans | None = None
    stays: Scans | None = None
    aside: Scans | None = None


def unconfirmed_at(delivery: Delivery, returned: Returned) -> Unconfirmed:
    """What becomes of the scans that wait while another return is taken: the later one counts."""
    waiting = scans_to_confirm(returned.document)
    if waiting is None:
        return Unconfirmed()
    if waiting.mark == mark_for(delivery, returned):
        return Unconfirmed(confirmed=waiting)
    newest = max(datetime.fromisoformat(scan.arrived) for scan in waiting.scans)
    is_newer = newest > delivery.arrival.arrived_at
    return Unconfirmed(stays=waiting) if is_newer else Unconfirmed(aside=waiting)


def lay_for_verifier(tx: Transaction, case: Case, form: Document, scans: Scans | None) -> None:
    """(1) Write down what is behind the form, and lay its copy beside it."""
    keep_scans(form, scans)
    if scans is not None:
        late = "SUSULAN - " if form.data[LATE] else ""
        name = f"{late}{post_folder(form.post)} - {form.code} PINDAIAN.pdf"
        publish(tx, case.folder(Verb.VERIFY), name, scans.copy, role=COMPANION, document=form)


def stamped_copy(case: Case, form: Document, verifier: str) -> Scans | None:
    """(2) The scans with their copy under a stamped cover; ``None`` where there are none."""
    scans = scans_of(form)
    stamp = (VERIFIED, verifier, long_time(case.office.now()))
    return with_copy(case, form, scans, stamp) if scans else None


def with_copy(
    case: Case, form: Document, scans: Scans, stamp: tuple[str, str, str] = ("", "", "")
) -> Scans:
    """The scans with their copy in the store.

    Raises:
        ReadError: a scan is broken.
        ConversionError: LibreOffice fails on the cover.
    """
    office = case.office
    with office.ledger.read() as session:
        official = case.official(session, form.post)
    cover = ScanCover(
        code=form.code,
        official=official,
        via=scans.scans[-1].via,
        origin=scans.origin,
        files=[(scan.name, pages_in_words(scan), scan.sha256) for scan in scans.scans],
        stamp=stamp,
    )
    context = scan_cover_context(office.settings.office, case.period, cover)
    pdf = office.pdf_from(case.procedure, "sampul-pindaian", context, tagged=False)
    for scan in scans.scans:
        pdf = _bound(case, pdf, scan)
    return replace(scans, copy=office.store.put(pdf))


def _bound(case: Case, pdf: bytes, scan: Scan) -> bytes:
    data = case.office.store.read(scan.sha256)
    for at in range(0, len(scan.pages), PAGES_IN_A_JOB):
        some = scan.pages[at : at + PAGES_IN_A_JOB]
        pdf = case.office.reader.run(bound, pdf, data, scan.name, some)
    return pdf
