"""Paraf and signature with a key of the office, where the PIN was entered.

1. Find the print-outs that wait for this seal; of these, those that this official may seal today.
2. Gather what was decided by folder in the official's name, and what was changed since the
   officials reported, to be shown before the PIN is asked.
3. Open the key with the PIN; its certificate must be enrolled to the official today.
4. For each: seal, judge the result, keep it, and hand it on; what was decided by folder is
   ratified, and the changes are ticked, in the same transaction.

Where one person both initials and signs, paraf and signature may be put in one sitting: for each
print-out one after the other, each by the rules of its own step.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.official import Official, show_nip
from pipeline.domain.procedure import Verb
from pipeline.errors import (
    AuthorityError,
    ConflictError,
    KeyAccessError,
    KinerjaError,
    NotFoundError,
)
from pipeline.ledger.tables import Collection, Document
from pipeline.office import Office
from pipeline.settings import Signer
from pipeline.signing.appearance import SignerFace
from pipeline.signing.keys import SigningKey, open_key
from pipeline.signing.seal import Sealer
from pipeline.sop.case import case_of
from pipeline.sop.printout.changes import accept, require_accepted
from pipeline.sop.printout.sealed import hand_on, judge
from pipeline.sop.printout.turns import Turn, due, turn_at, turns_on
from pipeline.sop.ratify import FolderDecision, folder_decisions, ratify
from pipeline.tasks.may_seal import require_may_seal

Told = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how many."""


@dataclass(frozen=True)
class Earlier:
    """A seal that was there already: ``initial`` or ``sign``, by whom, and when."""

    seal: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Sealed:
    """What became of one print-out; ``error`` is empty where nothing went wrong.

    ``seals`` are those just put, ``earlier`` those that were there since it was reviewed.
    ``ratified`` are the ids of the decisions by folder that were ratified with it, ``accepted`` the
    numbers of the changes that were ticked, ``changes`` those that still have to be.
    """

    code: str
    name: str
    sha256: str = ""
    level: str = ""
    error: str = ""
    ratified: Sequence[str] = ()
    accepted: Sequence[int] = ()
    changes: Sequence[Mapping[str, Any]] = ()
    seals: Sequence[str] = ()
    earlier: Sequence[Earlier] = ()


@dataclass(frozen=True)
class Taken:
    """What a signer takes upon himself with the PIN, having been shown it.

    ``ratifies`` are ids of decisions by folder; ``accepts`` the numbers of the changes that he has
    ticked, by the print-out's id; ``manifest`` what he reviewed, as it was written down.
    """

    ratifies: Sequence[str] = ()
    accepts: Mapping[str, Sequence[int]] = field(default_factory=dict)
    manifest: bytes = b""


@dataclass(frozen=True)
class Hand:
    """A signer with the opened key, the sealer of the batch, and what he takes upon himself.

    ``manifest`` is the SHA-256 of what he reviewed, empty where it was not written down.
    """

    signer: Signer
    key: SigningKey
    sealer: Sealer
    taken: Taken
    manifest: str


def stages_of(stage: Verb, *, with_initial: bool = False) -> tuple[Verb, ...]:
    """The steps that are sealed in one sitting, in their order."""
    return (Verb.INITIAL, Verb.SIGN) if with_initial else (stage,)


def waiting_for(
    office: Office, stage: Verb, codes: Sequence[str] = (), *, with_initial: bool = False
) -> list[Document]:
    """(1) The print-outs that wait at ``stage``: those with these codes, or all.

    ``with_initial``: those that wait for their paraf too.

    Raises:
        NotFoundError: no document has one of the codes, or none waits at all.
        ConflictError: one does not wait for this.
    """
    stages = stages_of(stage, with_initial=with_initial)
    with office.ledger.read() as session:
        if codes:
            return [_waiting(session, office, code, stages) for code in codes]
        query = (
            select(Document)
            .join(Collection, Collection.id == Document.collection_id)
            .where(
                Document.office_id == office.id,
                Document.kind == Kind.PRINTOUT,
                Document.state == State.WAITING,
                Collection.stage.in_(stages),
            )
        )
        found = list(session.scalars(query.order_by(Document.name)))
    if not found:
        raise NotFoundError("Nothing waits for this seal. See `kinerja status`.")
    return found


def sort_out(
    office: Office,
    documents: Sequence[Document],
    stage: Verb,
    signer: Signer,
    *,
    with_initial: bool = False,
) -> tuple[list[Document], list[Sealed]]:
    """(1) The print-outs that the signer may seal today, and why he may not seal the others.

    ``with_initial``: he must be entitled to every seal that is still missing.

    Raises:
        AuthorityError: he may seal none of them.
        ConflictError: none of them names him as he is today.
    """
    allowed, refused, last = [], [], None
    stages = stages_of(stage, with_initial=with_initial)
    for document in documents:
        try:
            for missing in _missing(office, document, stages):
                require_may_seal(office, document, missing, signer)
            allowed.append(document)
        except (AuthorityError, ConflictError) as no:
            refused.append(Sealed(document.code, document.name, error=str(no)))
            last = no
    if last is not None and not allowed:
        raise last
    return allowed, refused


def to_ratify(office: Office, documents: Sequence[Document]) -> list[FolderDecision]:
    """(2) What was decided by folder in these collections and is not ratified, each once."""
    found: dict[str, FolderDecision] = {}
    with office.ledger.read() as session:
        for document in documents:
            case = case_of(session, office, document.collection_id)
            post = due(case, document).post
            found |= {d.id: d for d in folder_decisions(session, case, post)}
    return list(found.values())


def unlock(office: Office, signer: Signer, pin: bytearray) -> SigningKey:
    """(3) The signer's key, opened.

    Raises:
        KeyAccessError: wrong PIN, expired certificate, or a certificate not enrolled today.
    """
    now = office.now()
    key = open_key(signer.backend, signer.key_location(office.state), pin, at=now)
    if key.certificate_sha256 not in signer.enrolled_on(now.date()):
        raise KeyAccessError(
            f"Sertifikat pada {key.source} tidak terdaftar untuk {signer.post} pada hari ini."
            f" Minta administrator mendaftarkannya dengan `kinerja enrol --as {signer.alias}`."
        )
    return key


def seal(
    office: Office,
    documents: Sequence[Document],
    stage: Verb,
    signer: Signer,
    key: SigningKey,
    *,
    taken: Taken | None = None,
    with_initial: bool = False,
    progress: Told | None = None,
) -> list[Sealed]:
    """(4) A result for each print-out; one that fails does not stop the others.

    What was reviewed is kept before anything is sealed: the ledger names it by its SHA-256.
    """
    sealer = Sealer(
        trust=office.trust,
        tsa_url=office.settings.signing.tsa_url or None,
        zone=office.settings.office.zone,
    )
    taken, results = taken or Taken(), []
    manifest = office.store.put(taken.manifest) if taken.manifest else ""
    stages = stages_of(stage, with_initial=with_initial)
    with sealer:
        hand = Hand(signer, key, sealer, taken, manifest)
        for number, document in enumerate(documents, start=1):
            results.append(_seal_each(office, document, stages, hand))
            if progress:
                progress("seal", number, len(documents))
    return results


def _seal_each(office: Office, document: Document, stages: Sequence[Verb], hand: Hand) -> Sealed:
    """Every seal of these that is missing; with the first that fails the print-out is left."""
    result = Sealed(document.code, document.name)
    try:
        for turn in _missing(office, document, stages):
            done = _seal_one(office, document, turn, hand=hand)
            result = replace(
                done,
                ratified=[*result.ratified, *done.ratified],
                accepted=[*result.accepted, *done.accepted],
                seals=[*result.seals, turn.stage.value],
            )
            with office.ledger.read() as session:
                document = session.get_one(Document, document.id)
    except KinerjaError as failed:
        return replace(result, error=str(failed))
    return result


def _missing(office: Office, document: Document, stages: Sequence[Verb]) -> Sequence[Turn]:
    """Whose turn it is at one of these steps; in a sitting, all turns from there on."""
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
    at = case.collection.stage
    first = turn_at(case.procedure, document, Verb(at) if at in stages else stages[0])
    turns = turns_on(case.procedure, document)
    return turns[turns.index(first) :] if len(stages) > 1 else [first]


def _seal_one(office: Office, document: Document, turn: Turn, *, hand: Hand) -> Sealed:
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
    signer, key, sealer = hand.signer, hand.key, hand.sealer
    holder = require_may_seal(office, document, turn, signer)
    ticked = hand.taken.accepts.get(document.id, ())
    require_accepted(document, ticked)
    via = f"baris perintah, kunci {signer.backend}"
    before = document.pdf or ""
    data, face, now = office.store.read(before), _face(holder, document), office.now()
    if turn.stage is Verb.INITIAL:
        after = sealer.initial(data, turn.field, key, face, at=now, document=document.name)
    else:
        after = sealer.sign(data, key, face, at=now, document=document.name)
    report = judge(case, document, after, turn.stage)
    sha256 = office.store.put(after)
    by = {"actor": holder.title, "via": via}
    with office.ledger.write() as tx:
        accepted = accept(tx, tx.session.get_one(Document, document.id), ticked, **by)
        hand_on(
            tx,
            office,
            document.id,
            before,
            sha256,
            stage=turn.stage,
            report=report,
            manifest=hand.manifest,
            **by,
        )
        ratified = ratify(tx, case, hand.taken.ratifies, **by)
    done = (document.code, document.name, sha256, report.level)
    return Sealed(*done, ratified=ratified, accepted=accepted)


def _waiting(session: Session, office: Office, code: str, stages: Sequence[Verb]) -> Document:
    document = session.scalar(
        select(Document).where(Document.office_id == office.id, Document.code == code.upper())
    )
    if document is None or document.kind != Kind.PRINTOUT:
        raise NotFoundError(f"{code}: no print-out has this code. See `kinerja status`.")
    collection = session.get_one(Collection, document.collection_id)
    if document.state != State.WAITING or collection.stage not in stages:
        raise ConflictError(
            f"{code}: {document.name} does not wait for this; it is {document.state} at"
            f" {collection.stage}."
        )
    return document


def _face(holder: Official, document: Document) -> SignerFace:
    return SignerFace(
        jabatan=holder.title,
        nama=holder.name,
        nip=show_nip(holder.nip),
        pangkat=holder.rank,
        qr_text=document.code,
    )
