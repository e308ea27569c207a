"""A returned Word file: as .docx, read by the form that was issued, and which form it is at all.

A file that lost every code is known by its table: in an official's own folder with one open form,
if nearly all places of that form are found in it. One that looks like no form at all is evidence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.collection import WITHDRAWN
from pipeline.domain.document import Kind, State, number_said
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import FilledRow
from pipeline.domain.naming import post_folder
from pipeline.errors import ReadError
from pipeline.forms.apart import FormReading, WordReading, read_form, read_word
from pipeline.forms.readback import Identity
from pipeline.ledger.tables import Collection, Document
from pipeline.office import Office
from pipeline.sop.case import Delivery, blob_of
from pipeline.sop.values import rows_of

CLEARLY = 0.8
"""The share of a form's places that must be found in a file before it is taken for that form."""
ABOUT_REPETITION = "kiriman"
"""The place of what is found about a return that brings nothing new."""
_NO_STEP = "tidak perlu tindakan bila angkanya benar"


@dataclass(frozen=True)
class WordFile:
    """A delivered text document: its bytes as .docx, and what it says of itself."""

    data: bytes
    said: WordReading


def word_file(delivery: Delivery) -> WordFile:
    """The delivered file, whichever of the formats of text documents it has.

    Raises:
        ReadError: it cannot be read as one; the message says why and how to mend it.
    """
    data = delivery.office.word(delivery.data)
    return WordFile(data, delivery.office.reader.read(read_word, data))


def said_of(delivery: Delivery) -> WordReading | None:
    """What a delivered file says of itself; ``None`` where it is no text document."""
    try:
        return word_file(delivery).said
    except ReadError:
        return None


def read_by_issued(office: Office, document: Document, data: bytes) -> FormReading:
    """The values in a .docx, read by the form that was laid out last for ``document``.

    Raises:
        ReadError: it is no sound .docx.
    """
    return office.reader.read(read_form, data, office.store.read(blob_of(document)))


def forms_of_folder(session: Session, delivery: Delivery) -> list[Document]:
    """The forms of the official in whose folder a file lay, the newest first."""
    newest_first = session.scalars(
        select(Document)
        .join(Collection, Collection.id == Document.collection_id)
        .where(
            Document.office_id == delivery.office.id,
            Document.kind == Kind.FORM,
            Collection.procedure == delivery.procedure.key,
            Collection.stage != WITHDRAWN,
        )
        .order_by(Collection.period.desc(), Collection.edition.desc())
    )
    return [f for f in newest_first if post_folder(f.post) == delivery.place.post_folder]


def known_by_table(office: Office, forms: Sequence[Document], word: WordFile) -> Document | None:
    """The one open form that a file without any code clearly is."""
    if len(forms) != 1:
        return None
    reading = read_by_issued(office, forms[0], word.data)
    return forms[0] if reading.likeness >= CLEARLY else None


def is_no_form(office: Office, forms: Sequence[Document], word: WordFile) -> bool:
    """Whether a file without any code looks like none of these forms, nor like any other.

    An empty one may have been a form, and is of no use as evidence.
    """
    if word.said.identity.is_ours or word.said.tagged or word.said.empty:
        return False
    return not any(read_by_issued(office, form, word.data).likeness for form in forms)


def identity_findings(identity: Identity, document: Document) -> list[Finding]:
    """What is odd about who a file says it is, given that it was taken for ``document``."""
    if not identity.code:
        message = f"berkas ini tidak memuat kode; dikenali dari tabelnya sebagai {document.code}"
        return [Finding("kode formulir", message, _NO_STEP, Severity.WARNING)]
    if identity.conflicts:
        said = dict.fromkeys(f"{code} ({where})" for where, code in identity.sources)
        return [
            Finding(
                "kode formulir",
                f"berkas ini memuat kode yang berbeda: {', '.join(said)}",
                "isi formulir yang dilampirkan; jangan menyalin isi satu formulir ke formulir lain",
            )
        ]
    return []


def edition_findings(
    identity: Identity, document: Document, rows: Sequence[FilledRow], sha256: str
) -> list[Finding]:
    """Whether an older form was filled in, or the same was sent once more."""
    found = []
    edition = number_said(identity.returns) or 0
    if identity.property_code and edition < document.returns:
        used = f"PERBAIKI {edition}" if edition else "formulir yang pertama"
        message = f"yang diisi {used}, padahal sudah ada PERBAIKI {document.returns}"
        found.append(Finding("formulir", message, _NO_STEP, Severity.WARNING))
    if document.original == sha256:
        message = "berkas ini sama persis dengan kiriman sebelumnya"
        found.append(Finding(ABOUT_REPETITION, message, _NOTHING_NEW, Severity.WARNING))
    elif document.state == State.WAITING and says_the_same(rows_of(document), rows):
        message = "isinya sama dengan kiriman sebelumnya"
        found.append(Finding(ABOUT_REPETITION, message, _NOTHING_NEW, Severity.WARNING))
    return found


_NOTHING_NEW = "tidak perlu tindakan bila memang dikirim ulang; tidak ada yang berubah"


def says_the_same(before: Sequence[FilledRow], now: Sequence[FilledRow]) -> bool:
    """Whether two returns have the same texts in every field."""
    told = [
        {(row.indicator, f): t for row in rows for f, t in row.texts.items() if t}
        for rows in (before, now)
    ]
    return told[0] == told[1]
