"""The print-out's number where the office's own register gives it (SOP 6).

1. The workbook is accepted and the number not known: Staf is asked for it (`ask_number`).
2. It comes as a text file in ``6-entri/kirim`` (`receive_number`) or by word (`number_by_word`).
3. Checked: one line, and no document of the ledger or the archive has ever borne it.
4. Entered; the print-out is made, and keeps it through all its revisions.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.archive.numbering import give_number, used_number
from pipeline.archive.numbers_filed import filed_numbers
from pipeline.domain.collection import WITHDRAWN
from pipeline.domain.document import Kind, State
from pipeline.domain.document_number import Numbering, read_number, same_number
from pipeline.domain.finding import Finding
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.errors import ConflictError
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.outbox import PLACED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Arrival, Collection, Document, Number, Publication
from pipeline.office import Office
from pipeline.sop.case import Case, Delivery, case_of
from pipeline.sop.printout.printout import COMPILE, printout_of
from pipeline.sop.printout.sequence import known_dossiers
from pipeline.sop.publish import NOTICE, clear_notices, publish, withdraw
from pipeline.sop.reasons import reason_text
from pipeline.sop.slips import Answer, client_folder, close_arrival, give_back, print_slip

GIVEN = "nomor"
SUFFIX = ".txt"
ASKED = "NOMOR DIPERLUKAN"


def awaits_number(session: Session, case: Case) -> bool:
    """Whether the collection's print-out waits for a number from the office's register."""
    if case.procedure.filing.numbering is not Numbering.MANUAL:
        return False
    if case.collection.stage != Verb.ENTER:
        return False
    workbook = case.document(session, Kind.WORKBOOK)
    if workbook is None or workbook.state != State.RECEIVED:
        return False
    printout = case.document(session, Kind.PRINTOUT)
    return printout is None or session.get(Number, printout.id) is None


def ask_number(office: Office, collection_id: str) -> None:
    """(1) Ask Staf for the number, once."""
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        if not awaits_number(session, case):
            return
        printout = case.require(session, Kind.PRINTOUT)
    folder = case.folder(Verb.ENTER)
    sha256 = print_slip(office, case.procedure, case.period, _request(case, printout))
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        if not awaits_number(tx.session, case) or _asked(tx.session, printout, folder):
            return
        name = f"{ASKED} - {printout.name.removesuffix('.pdf')}.pdf"
        publish(tx, folder, name, sha256, role=NOTICE, document=printout)
        tx.record(
            "number.asked",
            chain=collection_id,
            actor="kinerja",
            via="layanan",
            document_id=printout.id,
            sha256=sha256,
        )


def receive_number(delivery: Delivery) -> None:
    """(2) A text file with the number: for the print-out that waits, or that its name says."""
    office = delivery.office
    with office.ledger.read() as session:
        waiting = _waiting(session, delivery)
    meant = [c for c, code in waiting if _names(delivery.stem, c, code)]
    if not meant and Period.parse(delivery.stem) is None:
        meant = [c for c, _ in waiting]
    if len(meant) != 1:
        give_back(delivery, _for_which(meant) if meant else _not_awaited(delivery))
        return
    case = meant[0]
    number, findings = read_number(reason_text(delivery))
    findings = findings or _filed_before(office, number)
    if not findings:
        with office.ledger.write() as tx:
            if tx.session.get_one(Arrival, delivery.arrival.id).outcome is not None:
                return
            where = {"actor": delivery.actor, "via": delivery.via}
            given = _enter_number(tx, office, case.collection.id, number, **where)
            if isinstance(given, Document):
                close_arrival(tx, delivery, GIVEN, given)
                clear_notices(tx, delivery.stage_folder, {SUFFIX}, case.period)
                return
        findings = [given]
    give_back(delivery, _refused(delivery, findings), period=case.period)


def number_by_word(
    office: Office, document: Document, text: str, *, actor: str, via: str
) -> list[Finding]:
    """(2) The number for the print-out of the collection to which ``document`` belongs.

    Returns:
        Why it was not taken; nothing where it is entered.

    Raises:
        ConflictError: the print-out does not wait for a number.
    """
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
        _require_awaited(session, case, document)
    number, findings = read_number(text)
    findings = findings or _filed_before(office, number)
    if findings:
        return findings
    with office.ledger.write() as tx:
        given = _enter_number(tx, office, case.collection.id, number, actor=actor, via=via)
    return [] if isinstance(given, Document) else [given]


def _enter_number(
    tx: Transaction, office: Office, collection_id: str, number: str, *, actor: str, via: str
) -> Document | Finding:
    """(3) and (4) The print-out that bears the number now, or why it does not."""
    case = case_of(tx.session, office, collection_id)
    if not awaits_number(tx.session, case):
        return Finding(number, "print out-nya tidak menunggu nomor lagi", "lihat `kinerja status`")
    used = used_number(tx.session, office.id, number)
    if used is not None:
        return _used(tx.session, used)
    printout = printout_of(tx, case)
    unit = case.procedure.filing.unit_code
    give_number(tx, printout.id, number, unit=unit, year=tx.now().year)
    withdraw(tx.session, [printout], (NOTICE,), folder=case.folder(Verb.ENTER))
    tx.record(
        "number.given",
        chain=collection_id,
        actor=actor,
        via=via,
        document_id=printout.id,
        number=number,
    )
    tx.enqueue(COMPILE, collection_id, once=f"{printout.id}:{GIVEN}")
    return printout


def _waiting(session: Session, delivery: Delivery) -> list[tuple[Case, str]]:
    """What waits for a number at this step, with the print-out's code."""
    query = select(Collection.id).where(
        Collection.office_id == delivery.office.id,
        Collection.procedure == delivery.procedure.key,
        Collection.stage == Verb.ENTER,
    )
    cases = [case_of(session, delivery.office, id_) for id_ in session.scalars(query)]
    found = []
    for case in cases:
        if awaits_number(session, case):
            printout = case.document(session, Kind.PRINTOUT)
            found.append((case, printout.code if printout else ""))
    return found


def _names(stem: str, case: Case, code: str) -> bool:
    """Whether a file's name says that it is meant for this print-out."""
    return Period.parse(stem) == case.period or (bool(code) and code in stem.upper())


def _asked(session: Session, printout: Document, folder: str) -> bool:
    live = select(Publication.id).where(
        Publication.document_id == printout.id,
        Publication.role == NOTICE,
        Publication.path.startswith(f"{folder}/{ASKED}", autoescape=True),
        Publication.state.in_((WANTED, PLACED)),
    )
    return session.scalars(live).first() is not None


def _require_awaited(session: Session, case: Case, document: Document) -> None:
    """Raise what tells why no number is wanted."""
    if awaits_number(session, case):
        return
    printout = case.document(session, Kind.PRINTOUT)
    held = session.get(Number, printout.id) if printout else None
    if case.collection.stage == WITHDRAWN:
        raise ConflictError(
            f"{document.code}: its collection is withdrawn, and takes no number any more."
        )
    if held is not None:
        raise ConflictError(
            f"{document.code}: its print-out bears number {held.text} and keeps it through all its"
            " revisions. If it is wrong, the collection has to be withdrawn."
        )
    if case.procedure.filing.numbering is not Numbering.MANUAL:
        raise ConflictError(
            f"{document.code}: this procedure takes no number by hand; sop.toml says"
            f' [filing] numbering = "{case.procedure.filing.numbering}".'
        )
    raise ConflictError(
        f"{document.code}: the number is asked for once the entry workbook is accepted. See"
        " `kinerja status`."
    )


def _filed_before(office: Office, number: str) -> list[Finding]:
    """Whether a dossier bears the number, of which a restored ledger may not know."""
    with office.ledger.read() as session:
        known = known_dossiers(session, office)
    for filed in filed_numbers(office.archive, known=known):
        if same_number(filed.text, number):
            said = f"sudah dipakai dalam arsip, berkas “{filed.dossier}”"
            return [Finding(number, said, _ANOTHER)]
    return []


_ANOTHER = "ambil nomor lain dari buku agenda; satu nomor hanya untuk satu naskah"


def _used(session: Session, used: Number) -> Finding:
    bearer = session.get_one(Document, used.document_id)
    said = f"sudah dipakai oleh {bearer.name} ({bearer.code})"
    if used.cancelled is not None:
        said = f"{said}, lalu dibatalkan ({used.cancelled})"
    return Finding(used.text, said, _ANOTHER)


def _request(case: Case, printout: Document) -> Slip:
    folder = client_folder(case.office, f"{case.folder(Verb.ENTER)}/kirim")
    return Slip(
        title=ASKED,
        summary=f"Data {case.period.short} sudah dientri. {printout.name} dibuat begitu nomornya"
        " diketahui.",
        document=printout.name,
        recipient=case.actor_of(Verb.ENTER),
        sender="kinerja",
        code=printout.code,
        steps=[
            "Ambil nomor naskah dari buku agenda kantor.",
            "Tulis nomor itu saja, satu baris, dengan Notepad; simpan sebagai NOMOR.txt.",
            f"Pindahkan ke {folder} (atau: `kinerja number {printout.code} NOMOR`).",
            "Periksa dahulu: print out memakai nomor ini seterusnya, juga bila dikembalikan dan"
            " dibuat ulang.",
        ],
    )


def _refused(delivery: Delivery, findings: list[Finding]) -> Answer:
    folder = client_folder(delivery.office, f"{delivery.procedure.key}/{delivery.place.path}")
    return Answer(
        title="NOMOR BELUM DAPAT DIPAKAI",
        summary=f"Nomor dalam {delivery.name} belum dapat dipakai; print out masih menunggu.",
        findings=findings,
        steps=[
            f"Perbaiki {delivery.back_name} di folder ini.",
            f"Pindahkan lagi ke {folder}",
        ],
    )


def _for_which(meant: list[Case]) -> Answer:
    periods = [case.period.short for case in meant]
    return Answer(
        title="NOMOR UNTUK YANG MANA?",
        summary=f"Beberapa print out menunggu nomor: {', '.join(periods)}.",
        steps=[f"Beri nama berkasnya dengan periodenya, misalnya NOMOR {periods[0]}.txt."],
    )


def _not_awaited(delivery: Delivery) -> Answer:
    filing = delivery.procedure.filing
    how = {
        Numbering.AUTOMATIC: "Nomor print out diberikan otomatis; hapus saja berkas ini.",
        Numbering.NONE: "Print out prosedur ini tidak bernomor; hapus saja berkas ini.",
        Numbering.MANUAL: "Kirim nomornya setelah buku kerja entri diterima dan slip"
        f" {ASKED} ada di folder ini.",
    }
    kept = [
        "Nomor yang sudah melekat tidak diganti, juga saat print out dibuat ulang. Bila keliru,"
        " minta Kasubag menarik pengumpulannya; nomornya tercatat batal."
    ]
    return Answer(
        title="NOMOR TIDAK DITUNGGU",
        summary=f"{delivery.name}: tidak ada print out yang menunggu nomor sekarang.",
        steps=[how[filing.numbering], *(kept if filing.numbering is Numbering.MANUAL else [])],
    )
