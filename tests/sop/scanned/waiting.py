"""Readings that wait to be confirmed, laid before their sender without a scanner."""

from datetime import datetime

from pipeline.ledger.tables import Document
from pipeline.scans.proposing import ProposedPage
from pipeline.sop.case import case_of
from pipeline.sop.official_form import form_file
from pipeline.sop.publish import COMPANION, MAIN, publish, withdraw
from pipeline.sop.scanned.kept import Scan, Scans, keep_to_confirm, put_pages
from pipeline.sop.scanned.sheets import PREFIX

from ..sending import FOLDER
from ..under_way import HEAD, UnderWay
from .papers import something_else


def lay_reading(at: UnderWay, name: str, arrived: datetime) -> bytes:
    """A reading of a scan, in place of an earlier one; the form that confirms it."""
    office, form_id = at.office, at.form(HEAD).id
    sha256 = office.store.put(something_else())
    read = put_pages(office, [ProposedPage(0, True, [])])
    scan = Scan(name, name, sha256, arrived.isoformat(), HEAD, "uji", [0], read=read)
    scans = Scans([scan], f"data-kinerja/{FOLDER}")
    with office.ledger.read() as session:
        form = session.get_one(Document, form_id)
        case = case_of(session, office, form.collection_id)
        word = form_file(session, case, form, revision=scans.mark)
    blob = office.store.put(word)
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, form_id)
        withdraw(tx.session, [form], (MAIN, COMPANION), folder=scans.folder)
        keep_to_confirm(form, scans)
        for suffix, role in ((f"{form.name}", MAIN), (f"{form.code}.pdf", COMPANION)):
            publish(tx, scans.folder, f"{PREFIX} - {suffix}", blob, role=role, document=form)
    office.outbox.lay_out()
    return word
