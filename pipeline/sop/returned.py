"""A form that comes back from its official: found, read and judged; nothing is entered here."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.collection import Return, counted_as
from pipeline.domain.consolidation import Reported
from pipeline.domain.document import Kind
from pipeline.domain.duty import duties_of
from pipeline.domain.finding import Finding
from pipeline.domain.form import FigureStatus, FilledRow
from pipeline.domain.naming import post_folder
from pipeline.errors import ReadError
from pipeline.forms.checks.evidence import check_evidence
from pipeline.forms.checks.form import check_form
from pipeline.intake.places import ON_BEHALF
from pipeline.ledger.tables import Collection, Document
from pipeline.sop.case import Case, Delivery, case_of
from pipeline.sop.collection.withdrawn import withdrawn_answer
from pipeline.sop.comparison import other_figures, shared_doubts
from pipeline.sop.judged_by import known_of
from pipeline.sop.pieces import as_piece, cells_of, matched, on_its_way, pieces_of
from pipeline.sop.slips import Answer, client_folder
from pipeline.sop.totals import total_doubts
from pipeline.sop.word_forms import (
    edition_findings,
    forms_of_folder,
    identity_findings,
    is_no_form,
    known_by_table,
    read_by_issued,
    word_file,
)

LATE = "late"
"""In a form's data: it came after the closing (susulan), and no figure of it counts yet."""


@dataclass(frozen=True)
class Returned:
    """A returned form, read and judged; ``late`` where the collection was closed without it.

    ``missing`` is what is found about its data dukung, which may still come; ``awaited`` are the
    arrivals beside it that were taken for evidence though nobody has judged them; ``revision`` is
    what its file says it was laid out for.
    """

    case: Case
    document: Document
    rows: list[FilledRow]
    late: bool
    findings: list[Finding] = field(default_factory=list)
    missing: list[Finding] = field(default_factory=list)
    revision: str = ""
    awaited: Sequence[str] = ()

    def prefilled(self) -> dict[str, FilledRow]:
        """What was right, by indicator: an actual with an error is left out."""
        return {row.indicator: _cleaned(row) for row in self.rows}


def return_of(session: Session, form: Document) -> Return:
    """What a return of this form counts as now."""
    collection = session.get_one(Collection, form.collection_id)
    return counted_as(collection.stage, form.state, late=bool(form.data.get(LATE)))


def judge(delivery: Delivery) -> Returned | Answer | None:
    """The values of a returned form with every finding, or why it is no form that may be sent.

    ``None`` for a file that is no form at all, but evidence beside one.
    """
    office = delivery.office
    try:
        word = word_file(delivery)
    except ReadError as unreadable:
        return _cannot(delivery, "TIDAK TERBACA", str(unreadable))
    identity = word.said.identity
    code = identity.code
    if not code:
        with office.ledger.read() as session:
            forms = open_forms(session, delivery)
        if forms and is_no_form(office, forms, word):
            return None
        recognised = known_by_table(office, forms, word)
        code = recognised.code if recognised else ""
    with office.ledger.read() as session:
        document = session.scalar(select(Document).where(Document.code == code))
        obstacle = obstacle_to(session, delivery, code, document)
        if obstacle is not None or document is None:
            return obstacle or _cannot(delivery, *_NO_CODE)
        case = case_of(session, delivery.office, document.collection_id)
        roster = case.roster(session)
        duties = duties_of(roster, document.post, case.statements(session))
        others = other_figures(session, case, document)
        known = known_of(session, case)
        awaited = on_its_way(session, delivery)
        pieces = [*pieces_of(document), *map(as_piece, awaited)]
        late = return_of(session, document) is Return.LATE
    reading = read_by_issued(office, document, word.data)
    rows, findings = check_form(duties, reading.fields, known)
    findings += shared_doubts(roster, document, rows, others)
    own = Reported(document.post, document.code, {row.indicator: row for row in rows})
    findings += total_doubts(roster, duties, own, others, case.procedure.checks)
    findings = [
        *([_MACROS] if word.said.macros else []),
        *identity_findings(identity, document),
        *edition_findings(identity, document, rows, delivery.arrival.sha256),
        *findings,
        *reading.findings,
    ]
    pieces = matched(pieces, cells_of(rows))
    missing = check_evidence(duties, rows, pieces, case.procedure.evidence)
    said, ids = identity.revision, [arrival.id for arrival in awaited]
    return Returned(case, document, rows, late, findings, missing, said, ids)


def open_forms(session: Session, delivery: Delivery) -> list[Document]:
    """The forms that may still be sent from the folder in which a file lay, the newest first."""
    forms = forms_of_folder(session, delivery)
    return [f for f in forms if return_of(session, f) in {Return.IN_TIME, Return.LATE}]


def obstacle_to(
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
    counts_as = return_of(session, document)
    if counts_as is Return.WITHDRAWN:
        return withdrawn_answer(session, delivery, document.collection_id)
    return _settled(document) if counts_as is Return.SETTLED else None


def _settled(document: Document) -> Answer:
    return Answer(
        title="SUDAH DIVERIFIKASI",
        summary=f"Formulir {document.code} ({document.post}) sudah diverifikasi; kiriman ini tidak"
        " mengubahnya.",
        steps=[
            "Bila ada angka yang harus diubah, sampaikan kepada Kasubag disertai alasannya.",
            "Kasubag dapat mengembalikan naskahnya ke entri selama belum ditandatangani.",
        ],
    )


def _cleaned(row: FilledRow) -> FilledRow:
    said = row.actual is not None or row.status is FigureStatus.UNAVAILABLE
    return row if said else row.with_actual(None, "")


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
