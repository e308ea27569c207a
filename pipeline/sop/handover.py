"""SOP 4, when an official is replaced while the form is open: a new header, the values kept.

1. Issue what has not been issued yet, so that every open form has its file.
2. Compare whom each open form is made out to with who holds the post today by the master data.
3. Another holder: the form is laid out anew, with what was typed so far.
4. Nobody: the form stays where it is, and Staf is told.

A form that was returned already keeps who reported it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import select

from pipeline.domain.document import State
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.official import Official
from pipeline.domain.procedure import Verb
from pipeline.errors import ReadError
from pipeline.forms.apart import read_word
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.intake.settle import bytes_held, is_ignored, reading
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document, Publication
from pipeline.office import Office
from pipeline.sop.case import GIVEN_BACK, HOLDER, Case, case_of
from pipeline.sop.collection.summary import ask_for_summary
from pipeline.sop.master.versions import master_on_file, version_on_file
from pipeline.sop.official_form import form_file, official_folder
from pipeline.sop.publish import MAIN, NOTICE, publish
from pipeline.sop.slips import client_folder, print_slip
from pipeline.sop.steps.distribute import issue
from pipeline.sop.values import rows_of
from pipeline.sop.word_forms import read_by_issued

HAND_OVER = "hand-over"
HANDED_OVER, VACANT = "FORMULIR DIALIHKAN", "JABATAN LOWONG"


@dataclass(frozen=True)
class Typed:
    """What stands in the form as it lies in its folder, kept under ``sha256``; and where it lay."""

    rows: Mapping[str, FilledRow]
    sha256: str
    path: str


def hand_over(office: Office, collection_id: str) -> None:
    """Have every open form of a collection lie with who holds its post today."""
    # (1)
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
    if case.collection.stage != Verb.FILL:
        return
    issue(office, collection_id)
    # (2)
    today = office.now().date()
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        master, version = master_on_file(session, office), version_on_file(session, office.id)
        forms = [f for f in case.own_forms(session) if f.state == State.ISSUED and HOLDER in f.data]
    if not master.posts:
        return
    for form in forms:
        holder = master.official(form.post, today)
        if holder is None:
            _tell_vacancy(case, form, version)  # (4)
        elif asdict(holder) != form.data[HOLDER]:
            _lay_anew(case, form, holder, version)  # (3)
        else:
            _end_vacancy(case, form)


def _lay_anew(case: Case, document: Document, holder: Official, version: int) -> None:
    office, folder = case.office, official_folder(case, document.post)
    typed = _typed(case, document)
    filled = typed.rows if typed else {row.indicator: row for row in rows_of(document)}
    with office.ledger.read() as session:
        blob = office.store.put(form_file(session, case, document, filled, holder=holder))
    again = f"{GIVEN_BACK} {document.returns} - " if document.returns else ""
    name = f"{again}{document.name}"
    slip = print_slip(office, case.procedure, case.period, _slip(case, document, holder, name))
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, document.id)
        if not _is_as_read(form, document):  # returned, or handed over, meanwhile
            return
        form.data = {**form.data, HOLDER: asdict(holder)}
        form.blob, form.updated_at = blob, tx.now()
        _take_away(tx, form, folder, typed)
        _clear_slips(tx, form)
        publish(tx, folder, name, blob, role=MAIN, document=form)
        slip_name = f"{HANDED_OVER} - {form.code}.pdf"
        publish(tx, folder, slip_name, slip, role=NOTICE, document=form)
        ask_for_summary(tx, case.collection.id)
        tx.record(
            "form.handed-over",
            chain=form.collection_id,
            actor="kinerja",
            via="layanan",
            document_id=form.id,
            post=form.post,
            version=version,
            sha256=blob,
            kept=typed.sha256 if typed else None,
        )


def _typed(case: Case, document: Document) -> Typed | None:
    """What the last saved copy of the form in its folder says; ``None`` where none can be read.

    Raises:
        InboxAwayError: nobody can tell, as the whole inbox is gone.
    """
    office = case.office
    folder = office.inbox / official_folder(case, document.post)
    found = []
    for path in folder.glob("*.docx"):
        if is_ignored(path.name):
            continue
        try:
            with reading(path) as file:
                saved, data = file.info.st_mtime_ns, bytes_held(file)
            said = office.reader.read(read_word, data)
            if said.identity.code == document.code:
                typed = read_by_issued(office, document, data).fields
                found.append((saved, path, data, typed))
        except (OSError, ReadError):  # moved on meanwhile, half saved, or no file
            continue
    office.mark.require()
    if not found:
        return None
    _, path, data, fields = max(found, key=lambda one: one[:2])
    return Typed(_rows(fields), office.store.put(data), path.relative_to(office.inbox).as_posix())


def _rows(fields: Mapping[str, Mapping[Field, str]]) -> dict[str, FilledRow]:
    return {code: FilledRow(code, dict(texts)) for code, texts in fields.items()}


def _is_as_read(form: Document, read: Document) -> bool:
    same = (form.revision, form.returns, form.data[HOLDER]) == (
        read.revision,
        read.returns,
        read.data[HOLDER],
    )
    return same and form.state == State.ISSUED


def _take_away(tx: Transaction, form: Document, folder: str, typed: Typed | None) -> None:
    """Have the form with the old header taken away; what was typed into it is kept and goes on."""
    rows = tx.session.scalars(
        select(Publication).where(
            Publication.document_id == form.id,
            Publication.role == MAIN,
            Publication.path.startswith(f"{folder}/", autoescape=True),
            Publication.state.in_((WANTED, PLACED)),
        )
    )
    for row in rows:
        if typed is not None and row.path == typed.path:
            row.sha256 = typed.sha256  # goes unless it is saved once more
        row.state = UNWANTED


def _clear_slips(tx: Transaction, form: Document) -> None:
    """Have earlier slips about who holds the form taken away."""
    rows = tx.session.scalars(
        select(Publication).where(
            Publication.document_id == form.id,
            Publication.role == NOTICE,
            Publication.state.in_((WANTED, PLACED)),
        )
    )
    for row in rows:
        if Path(row.path).name.startswith((HANDED_OVER, VACANT)):
            row.state = UNWANTED
    form.data = {key: value for key, value in form.data.items() if key != "vacant"}


def _tell_vacancy(case: Case, document: Document, version: int) -> None:
    if "vacant" in document.data:
        return
    office, stage = case.office, case.folder(Verb.DISTRIBUTE)
    sha256 = print_slip(office, case.procedure, case.period, _vacancy_slip(case, document))
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, document.id)
        if not _is_as_read(form, document) or "vacant" in form.data:
            return
        form.data = {**form.data, "vacant": version}
        name = f"{VACANT} - {form.code}.pdf"
        publish(tx, stage, name, sha256, role=NOTICE, document=form)
        tx.record(
            "form.post-vacant",
            chain=form.collection_id,
            actor="kinerja",
            via="layanan",
            document_id=form.id,
            post=form.post,
            version=version,
        )


def _end_vacancy(case: Case, document: Document) -> None:
    """The post is held again, by whom the form is made out to: the slip has done its work."""
    if "vacant" in document.data:
        with case.office.ledger.write() as tx:
            _clear_slips(tx, tx.session.get_one(Document, document.id))


def _slip(case: Case, document: Document, holder: Official, name: str) -> Slip:
    same = Official(**document.data[HOLDER]).nip == holder.nip
    folder = official_folder(case, document.post)
    return Slip(
        title=HANDED_OVER,
        summary=f"Formulir {document.code} ({document.post}) dibuat ulang dengan data jabatan"
        + (" yang baru menurut Data Induk." if same else f" {holder.title} yang sekarang."),
        document=document.name,
        recipient=holder.title,
        sender="kinerja",
        code=document.code,
        steps=[
            f"Buka {name} di folder ini: isian yang sudah diketik sebelumnya tetap ada di"
            " dalamnya.",
            "Periksa isian itu, lengkapi, lalu simpan. Batas waktunya tidak berubah.",
            f"Pindahkan ke {client_folder(case.office, f'{folder}/kirim')}",
            "Bila berkas yang lama masih terbuka di Word, tutup tanpa melanjutkannya; pakai yang"
            " baru.",
        ],
    )


def _vacancy_slip(case: Case, document: Document) -> Slip:
    folder = official_folder(case, document.post)
    return Slip(
        title=VACANT,
        summary=f"{document.post} lowong menurut Data Induk, sedangkan formulirnya"
        f" ({document.code}, {case.period.short}) belum kembali.",
        document=document.name,
        recipient=case.actor_of(Verb.DISTRIBUTE),
        sender="kinerja",
        code=document.code,
        steps=[
            "Tulis Plt., Plh., atau pejabat yang baru di lembar Pejabat pada Data Induk.xlsx, lalu"
            f" kirim lewat {client_folder(case.office, case.folder(Verb.DRAFT, 'kirim'))}",
            "Begitu disetujui Kasubag, formulir itu beralih sendiri kepadanya; isiannya tetap ada.",
            f"Sampai saat itu formulirnya menunggu di {client_folder(case.office, folder)}",
        ],
    )
