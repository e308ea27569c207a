"""SOP 4: an official fills in the form and sends it back; what is wrong comes back at once.

1. What is no Word form is evidence (data dukung) beside it.
2. Find the form that the file says it is, and whether it may still be sent.
3. Read the values and check them all.
4. With errors: the form bounces to its official, prefilled with what was right.
5. Without: a receipt to the official, form and verification sheet to the verifier.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import short_time
from pipeline.domain.document import Kind, State
from pipeline.domain.finding import Finding, errors, warnings
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.naming import post_folder
from pipeline.domain.numbers import ReadNumber, parse_number
from pipeline.domain.procedure import Verb
from pipeline.errors import ReadError
from pipeline.forms.checks import check_form
from pipeline.forms.contexts.notices import Slip, receipt_context
from pipeline.forms.contexts.verification import sheet_context
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_fields, read_identity
from pipeline.intake.places import ON_BEHALF
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document
from pipeline.sop.case import Case, Delivery, blob_of, case_of
from pipeline.sop.evidence import take_evidence
from pipeline.sop.papers import Received, receipt, sheet
from pipeline.sop.publish import (
    COMPANION,
    MAIN,
    NOTICE,
    WORD_SUFFIXES,
    clear_notices,
    publish,
    withdraw,
)
from pipeline.sop.slips import (
    Answer,
    client_folder,
    close_arrival,
    give_back,
    print_slip,
    remember,
    supersedes,
)
from pipeline.sop.steps.distribute import form_file, official_folder
from pipeline.sop.summary import ask_for_summary
from pipeline.sop.values import (
    findings_to_json,
    rows_to_json,
)

ACCEPTED, BOUNCED, EVIDENCE = "diterima", "dipantulkan", "data-dukung"
OPEN_STATES = (State.ISSUED, State.WAITING)


class Turn(Enum):
    """What the ledger allows when a judged return is entered."""

    TAKE = auto()
    AGAIN = auto()
    TOO_LATE = auto()
    NOTHING = auto()


@dataclass(frozen=True)
class Returned:
    """A returned form, read and judged."""

    case: Case
    document: Document
    rows: list[FilledRow]
    findings: list[Finding] = field(default_factory=list)


def receive(delivery: Delivery) -> None:
    """Take a returned form, or evidence."""
    # (1)
    if delivery.suffix not in WORD_SUFFIXES:
        take_evidence(delivery)
        return
    # (2) and (3)
    returned = _judge(delivery)
    if isinstance(returned, Answer):
        give_back(delivery, returned)
        return
    # (4) or (5)
    if errors(returned.findings):
        _bounce(delivery, returned)
    else:
        _accept(delivery, returned)


def _judge(delivery: Delivery) -> Returned | Answer:
    try:
        package = open_word(delivery.data)
        identity = read_identity(package)
        fields = read_fields(package)
        macros = package.has_macros()
    except ReadError as unreadable:
        return _cannot(delivery, "TIDAK TERBACA", str(unreadable))
    with delivery.office.ledger.read() as session:
        document = session.scalar(select(Document).where(Document.code == identity.code))
        obstacle = _obstacle(session, delivery, identity.code, document)
        if obstacle is not None or document is None:
            return obstacle or _cannot(delivery, *_NO_CODE)
        case = case_of(session, delivery.office, document.collection_id)
        indicators = case.roster(session).indicators_of(document.post, case.statements(session))
    rows, findings = check_form(indicators, fields, case.period.quarter)
    if identity.conflicts:
        findings.insert(0, _two_codes(identity.property_code, identity.printed_code))
    if macros:
        findings.insert(0, _MACROS)
    return Returned(case, document, rows, findings)


def _obstacle(
    session: Session, delivery: Delivery, code: str, document: Document | None
) -> Answer | None:
    """Why a file cannot be taken as the form it says it is."""
    if not code:
        return _cannot(delivery, *_NO_CODE)
    if document is None or document.kind != Kind.FORM or document.office_id != delivery.office.id:
        return _cannot(
            delivery,
            "FORMULIR DARI PENGUMPULAN LAIN",
            f"Kode {code} bukan formulir dari pengumpulan yang sedang berjalan di kantor ini.",
        )
    own = delivery.place.post_folder in {ON_BEHALF, post_folder(document.post)}
    if not own:
        return _cannot(
            delivery,
            "FORMULIR PEJABAT LAIN",
            f"Formulir {code} adalah milik {document.post}, bukan {delivery.place.post_folder}.",
        )
    collection = session.get_one(Collection, document.collection_id)
    if document.state not in OPEN_STATES or collection.stage != Verb.FILL:
        return Answer(
            title="SUDAH DIVERIFIKASI",
            summary=f"Formulir {code} ({document.post}) sudah diverifikasi; kiriman ini tidak"
            " mengubahnya.",
            steps=[
                "Bila ada angka yang harus diubah, sampaikan kepada Kasubag disertai alasannya.",
                "Kasubag dapat mengembalikan naskahnya ke entri selama belum ditandatangani.",
            ],
        )
    return None


def _bounce(delivery: Delivery, returned: Returned) -> None:
    office, case = delivery.office, returned.case
    count = returned.document.returns + 1
    right = {r.indicator: _cleaned(r) for r in returned.rows}
    with office.ledger.read() as session:
        blob = office.store.put(form_file(session, case, returned.document, right))
    folder = official_folder(case, returned.document.post)
    name = f"PERBAIKI {count} - {returned.document.name}"
    slip = Slip(
        title="PERLU DIPERBAIKI",
        summary=f"Formulir yang Saudara kirim belum dapat diterima;"
        f" {len(errors(returned.findings))} hal perlu diperbaiki.",
        document=returned.document.name,
        recipient=returned.document.post,
        sender="kinerja",
        code=returned.document.code,
        findings=returned.findings,
        steps=[
            f"Buka {name} di folder ini; yang sudah benar tetap terisi.",
            "Perbaiki yang disebut di atas, lalu simpan.",
            f"Pindahkan ke {client_folder(office, f'{folder}/kirim')}",
        ],
    )
    sha256 = print_slip(office, case.procedure, case.period, slip)
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, returned.document.id)
        turn = _turn(tx, delivery, form, returned.document)
        if turn is Turn.TAKE:
            if not close_arrival(tx, delivery, BOUNCED, form):
                return
            remember(form, delivery)
            form.returns, form.updated_at = count, tx.now()
            if form.state == State.ISSUED:  # else an earlier return stands, with its receipt
                form.original = delivery.arrival.sha256
                withdraw(tx.session, [form])
                clear_notices(tx.session, folder, WORD_SUFFIXES, case.period)
            _publish_bounce(tx, form, folder, (name, blob), sha256)
            _record(tx, "form.bounced", delivery, form, findings=len(returned.findings))
    _otherwise(turn, delivery, returned)


def _publish_bounce(
    tx: Transaction, form: Document, folder: str, again: tuple[str, str], slip: str
) -> None:
    """The prefilled form (name and SHA-256) and its slip, in the official's folder."""
    name, blob = again
    publish(tx, folder, name, blob, role=MAIN, document=form)
    slip_name = f"SLIP {form.returns} - {form.code}.pdf"
    publish(tx, folder, slip_name, slip, role=NOTICE, document=form)


def _accept(delivery: Delivery, returned: Returned) -> None:
    office, case = delivery.office, returned.case
    with office.ledger.read() as session:
        document = session.get_one(Document, returned.document.id)
        filled, revision = {r.indicator: r for r in returned.rows}, str(document.revision + 1)
        blob = office.store.put(form_file(session, case, document, filled, revision=revision))
        received = Received(returned.rows, returned.findings, delivery.arrival.sha256, delivery.via)
        for_verifier = sheet(session, case, document, received)
        for_official = receipt(session, case, document, received)
    now, head = office.now(), office.settings.office
    context = sheet_context(head, case.period, for_verifier, now)
    sheet_sha = office.store.put(office.pdf_from(case.procedure, "lembar-verifikasi", context))
    context = receipt_context(head, case.period, for_official, now)
    receipt_sha = office.store.put(office.pdf_from(case.procedure, "tanda-terima", context))
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, document.id)
        turn = _turn(tx, delivery, form, document)
        if turn is Turn.TAKE:
            if not close_arrival(tx, delivery, ACCEPTED, form):
                return
            _enter(tx, delivery, form, returned, blob)
            _publish_received(tx, case, form, receipt_sha, sheet_sha)
    _otherwise(turn, delivery, returned)


def _enter(
    tx: Transaction, delivery: Delivery, form: Document, returned: Returned, blob: str
) -> None:
    """The values into the ledger; the form waits for its verifier."""
    findings = warnings(returned.findings)
    remember(form, delivery)
    form.revision += 1
    form.state, form.updated_at = State.WAITING, tx.now()
    form.blob, form.original = blob, delivery.arrival.sha256
    form.data = {
        **form.data,
        "rows": rows_to_json(returned.rows),
        "findings": findings_to_json(findings),
        "received": tx.now().isoformat(),
        "via": delivery.via,
    }
    _record(tx, "form.received", delivery, form, warnings=len(findings))


def _publish_received(
    tx: Transaction, case: Case, form: Document, receipt_sha: str, sheet_sha: str
) -> None:
    """The receipt to the official, form and sheet to the verifier, the summary anew."""
    withdraw(tx.session, [form])
    folder = official_folder(case, form.post)
    clear_notices(tx.session, folder, WORD_SUFFIXES, case.period)
    short, stage = post_folder(form.post), case.folder(Verb.VERIFY)
    name = f"DITERIMA {short_time(tx.now())} - {form.code}.pdf"
    publish(tx, folder, name, receipt_sha, role=NOTICE, document=form)
    publish(tx, stage, f"{short} - {form.code}.docx", blob_of(form), role=MAIN, document=form)
    pair = f"{short} - {form.code} LEMBAR VERIFIKASI.pdf"
    publish(tx, stage, pair, sheet_sha, role=COMPANION, document=form)
    ask_for_summary(tx, case.collection.id)


def _turn(tx: Transaction, delivery: Delivery, form: Document, read: Document) -> Turn:
    """What may still be done with a return that was judged by the form as it was ``read``."""
    if not supersedes(tx, delivery, form):
        return Turn.NOTHING
    if form.state not in OPEN_STATES:
        return Turn.TOO_LATE
    same = (form.revision, form.returns) == (read.revision, read.returns)
    return Turn.TAKE if same else Turn.AGAIN


def _otherwise(turn: Turn, delivery: Delivery, returned: Returned) -> None:
    """Where the form has changed while a return was judged: judge again, or say it is too late."""
    if turn is Turn.AGAIN:
        receive(delivery)
    elif turn is Turn.TOO_LATE:
        summary = f"Formulir {returned.document.code} baru saja diverifikasi."
        give_back(delivery, _cannot(delivery, "SUDAH DIVERIFIKASI", summary))


def _cleaned(row: FilledRow) -> FilledRow:
    """The row without an actual that could not be read: what was right stays filled in."""
    readable = isinstance(parse_number(row.text(Field.ACTUAL)), ReadNumber)
    return row if readable else row.with_actual(None, "")


def _record(
    tx: Transaction, kind: str, delivery: Delivery, form: Document, **payload: object
) -> None:
    tx.record(
        kind,
        chain=form.collection_id,
        actor=form.post,
        via=delivery.via,
        document_id=form.id,
        arrival=delivery.arrival.id,
        revision=form.revision,
        sha256=delivery.arrival.sha256,
        **payload,
    )


def _cannot(delivery: Delivery, title: str, summary: str) -> Answer:
    folder = client_folder(delivery.office, f"{delivery.procedure.key}/{delivery.place.path}")
    steps: Sequence[str] = [
        "Pakai formulir Word yang diterbitkan kinerja untuk jabatan dan triwulan ini.",
        f"Pindahkan formulir yang benar ke {folder}",
    ]
    return Answer(title=title, summary=summary, steps=steps)


_NO_CODE = (
    "KODE FORMULIR TIDAK DITEMUKAN",
    "Berkas ini tidak memuat kode formulir, sehingga tidak diketahui formulir mana yang dimaksud.",
)
_MACROS = Finding(
    "seluruh berkas",
    "formulir memuat makro",
    "salin isiannya ke formulir yang dilampirkan; jangan menyimpan sebagai .docm",
)


def _two_codes(inner: str, printed: str) -> Finding:
    return Finding(
        "kode formulir",
        f"kode di dalam berkas ({inner}) berbeda dengan yang tercetak ({printed})",
        "isi formulir yang dilampirkan; jangan menyalin isi satu formulir ke formulir lain",
    )
