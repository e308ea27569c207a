"""Paraf and signature with a key of the office, where the PIN was entered.

1. Find the print-outs that wait for this seal, and that this official may seal.
2. Open the key with the PIN; its certificate must be enrolled to the official today.
3. For each: seal, judge the result, keep it, and hand it on in one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.official import Official, show_nip
from pipeline.domain.procedure import Verb
from pipeline.errors import ConflictError, KeyAccessError, KinerjaError, NotFoundError, SigningError
from pipeline.ledger.tables import Collection, Document
from pipeline.office import Office
from pipeline.settings import Signer
from pipeline.signing.appearance import SignerFace
from pipeline.signing.keys import SigningKey, open_key
from pipeline.signing.seal import Sealer
from pipeline.sop.case import Case, case_of
from pipeline.sop.sealed import STAGE_FIELDS, hand_on, judge


@dataclass(frozen=True)
class Sealed:
    """What became of one print-out; ``error`` is empty where it was sealed."""

    code: str
    name: str
    sha256: str = ""
    level: str = ""
    error: str = ""


@dataclass(frozen=True)
class Hand:
    """A signer with the opened key, and the sealer that is shared by a batch."""

    signer: Signer
    key: SigningKey
    sealer: Sealer


def waiting_for(office: Office, stage: Verb, codes: Sequence[str] = ()) -> list[Document]:
    """(1) The print-outs that wait at ``stage``: those with these codes, or all.

    Raises:
        NotFoundError: no document has one of the codes, or none waits at all.
        ConflictError: one does not wait for this.
    """
    with office.ledger.read() as session:
        if codes:
            return [_waiting(session, office, code, stage) for code in codes]
        query = (
            select(Document)
            .join(Collection, Collection.id == Document.collection_id)
            .where(
                Document.office_id == office.id,
                Document.kind == Kind.PRINTOUT,
                Document.state == State.WAITING,
                Collection.stage == stage,
            )
        )
        found = list(session.scalars(query.order_by(Document.name)))
    if not found:
        raise NotFoundError("Nothing waits for this seal. See `kinerja status`.")
    return found


def unlock(office: Office, signer: Signer, pin: bytearray) -> SigningKey:
    """(2) The signer's key, opened.

    Raises:
        KeyAccessError: wrong PIN, expired certificate, or a certificate not enrolled today.
    """
    now = office.now()
    key = open_key(signer.backend, str(office.state / signer.key), pin, at=now)
    if key.certificate_sha256 not in signer.enrolled_on(now.date()):
        raise KeyAccessError(
            f"Sertifikat pada {signer.key} tidak terdaftar untuk {signer.post} pada hari ini."
            " Minta administrator memeriksa [[signers.certificates]] di kinerja.toml."
        )
    return key


def seal(
    office: Office, documents: Sequence[Document], stage: Verb, signer: Signer, key: SigningKey
) -> list[Sealed]:
    """(3) A result for each print-out; one that fails does not stop the others."""
    sealer = Sealer(
        trust=office.trust,
        tsa_url=office.settings.signing.tsa_url or None,
        zone=office.settings.office.zone,
    )
    results = []
    for document in documents:
        try:
            results.append(_seal_one(office, document, stage, hand=Hand(signer, key, sealer)))
        except KinerjaError as failed:
            results.append(Sealed(document.code, document.name, error=str(failed)))
    return results


def require_may_seal(case: Case, stage: Verb, signer: Signer) -> None:
    """Only the post that the procedure names may seal at ``stage``.

    Raises:
        SigningError: it is another's.
    """
    post = case.procedure.post_for(case.procedure.step(stage))
    if signer.post != post:
        step = case.procedure.step(stage)
        raise SigningError(
            f"Langkah {step.number} ({step.inbox}) adalah wewenang {post}, bukan {signer.post}."
        )


def _seal_one(
    office: Office,
    document: Document,
    stage: Verb,
    *,
    hand: "Hand",
) -> Sealed:
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
    signer, key, sealer = hand.signer, hand.key, hand.sealer
    require_may_seal(case, stage, signer)
    before = document.pdf or ""
    data, face, now = office.store.read(before), _face(signer, document), office.now()
    if stage is Verb.INITIAL:
        field = STAGE_FIELDS[stage]
        after = sealer.initial(data, field, key, face, at=now, document=document.name)
    else:
        after = sealer.sign(data, key, face, at=now, document=document.name)
    report = judge(case, document, after, stage)
    sha256 = office.store.put(after)
    with office.ledger.write() as tx:
        hand_on(
            tx,
            office,
            document.id,
            before,
            sha256,
            stage=stage,
            actor=signer.post,
            via=f"baris perintah, kunci {signer.backend}",
        )
    return Sealed(document.code, document.name, sha256, report.level)


def _waiting(session: Session, office: Office, code: str, stage: Verb) -> Document:
    document = session.scalar(
        select(Document).where(Document.office_id == office.id, Document.code == code.upper())
    )
    if document is None or document.kind != Kind.PRINTOUT:
        raise NotFoundError(f"{code}: no print-out has this code. See `kinerja status`.")
    collection = session.get_one(Collection, document.collection_id)
    if document.state != State.WAITING or collection.stage != stage:
        raise ConflictError(
            f"{code}: {document.name} does not wait for this; it is {document.state} at"
            f" {collection.stage}."
        )
    return document


def _face(signer: Signer, document: Document) -> SignerFace:
    person = Official(signer.post, signer.name, signer.nip, signer.grade, "")
    return SignerFace(
        jabatan=person.post,
        nama=person.name,
        nip=show_nip(person.nip),
        pangkat=person.rank,
        qr_text=document.code,
    )
