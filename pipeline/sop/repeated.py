"""The same form sent once more while it waits for its verifier: said so, and nothing changes."""

from pipeline.domain.calendar import long_time
from pipeline.domain.document import State
from pipeline.domain.finding import Finding
from pipeline.forms.contexts.notices import Slip
from pipeline.ledger.tables import Document
from pipeline.sop.bouncing import clear_bounces
from pipeline.sop.case import Delivery
from pipeline.sop.publish import NOTICE, publish
from pipeline.sop.renewed_papers import received_at
from pipeline.sop.returned import Returned
from pipeline.sop.scanned.kept import scans_of, scans_to_confirm
from pipeline.sop.slips import (
    OUTCOME_REPEATED,
    close_arrival,
    print_slip,
    remember,
    supersedes,
)
from pipeline.sop.values import FINDINGS, findings_of, rows_of
from pipeline.sop.word_forms import ABOUT_REPETITION, says_the_same

ALREADY = "SUDAH DITERIMA"


def is_repeated(delivery: Delivery, form: Document, returned: Returned) -> bool:
    """Whether a return brings nothing that does not wait for the verifier already.

    The same bytes; or as Word the same texts with nothing else found, where no scan is concerned.
    Not where scans that came meanwhile have bounced: who sends this has decided against those.
    """
    scans = scans_to_confirm(form)
    if form.state != State.WAITING or (scans is not None and scans.bounced):
        return False
    if form.original == delivery.arrival.sha256:
        return True
    if delivery.copied is not None or scans_of(form) or scans:
        return False
    found = _about_the_form(returned.findings) == _about_the_form(findings_of(form, [FINDINGS]))
    return found and says_the_same(rows_of(form), returned.rows)


def _about_the_form(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.place != ABOUT_REPETITION]


def say_repeated(delivery: Delivery, returned: Returned) -> bool:
    """Close the arrival with a slip; ``False`` where the form has gone on meanwhile."""
    office, case = delivery.office, returned.case
    slip = _slip(delivery, returned)
    sha256 = print_slip(office, case.procedure, case.period, slip)
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, returned.document.id)
        if form.revision != returned.document.revision or not is_repeated(delivery, form, returned):
            return False
        if not supersedes(tx, delivery, form):
            return True
        if close_arrival(tx, delivery, OUTCOME_REPEATED, form):
            remember(form, delivery)
            clear_bounces(tx, returned.case, form)  # of what was sent in between
            name = f"{ALREADY} - {delivery.stem}.pdf"
            publish(tx, delivery.stage_folder, name, sha256, role=NOTICE, document=form)
            tx.record(
                "form.repeated",
                chain=form.collection_id,
                actor=form.post,
                via=delivery.via,
                document_id=form.id,
                arrival=delivery.arrival.id,
                sha256=delivery.arrival.sha256,
            )
    return True


def _slip(delivery: Delivery, returned: Returned) -> Slip:
    form = returned.document
    moment = long_time(received_at(returned.case, form))
    return Slip(
        title=ALREADY,
        summary=f"Isi {delivery.name} sama dengan formulir {form.code} yang diterima {moment} dan"
        " menunggu verifikasi. Tidak ada yang berubah.",
        document=form.name,
        recipient=form.post,
        sender="kinerja",
        code=form.code,
        received=[(delivery.name, delivery.arrival.sha256)],
        steps=[
            "Tidak perlu tindakan.",
            "Bila ada yang hendak diubah, betulkan dahulu isinya, simpan, lalu kirim lagi.",
        ],
    )
