"""Paraf and signature with a key of the office, where the PIN was entered.

1. Find the print-outs that wait for this seal; of these, those that this official may seal today.
2. Gather what was decided by folder in the official's name, and what was changed since the
   officials reported, to be shown before the PIN is asked.
3. Open the key with the PIN; its certificate must be enrolled to the official today.
4. For each: seal, judge the result, keep it, and hand it on; what was decided by folder is
   ratified, and the changes are ticked, in the same transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.authority import Act
from pipeline.domain.document import Kind, State
from pipeline.domain.holders import Holders
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
from pipeline.sop.authority import holders_on_file, record_refusal
from pipeline.sop.case import Case, case_of
from pipeline.sop.printout.changes import (
    ListedChange,
    accept,
    require_accepted,
    to_accept,
    told,
)
from pipeline.sop.printout.sealed import STAGE_FIELDS, hand_on, judge, require_named, sealing_post
from pipeline.sop.ratify import FolderDecision, folder_decisions, ratify
from pipeline.tasks.account import acting_as, current_account

ACTS: dict[Verb, Act] = {Verb.INITIAL: Act.INITIAL, Verb.SIGN: Act.SIGN}


@dataclass(frozen=True)
class Sealed:
    """What became of one print-out; ``error`` is empty where it was sealed.

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


@dataclass(frozen=True)
class Taken:
    """What a signer takes upon himself with the PIN, having been shown it.

    ``ratifies`` are ids of decisions by folder; ``accepts`` the numbers of the changes that he has
    ticked, by the print-out's id.
    """

    ratifies: Sequence[str] = ()
    accepts: Mapping[str, Sequence[int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Hand:
    """A signer with the opened key, the sealer of the batch, and what he takes upon himself."""

    signer: Signer
    key: SigningKey
    sealer: Sealer
    taken: Taken


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


def sort_out(
    office: Office, documents: Sequence[Document], stage: Verb, signer: Signer
) -> tuple[list[Document], list[Sealed]]:
    """(1) The print-outs that the signer may seal today, and why he may not seal the others.

    Raises:
        AuthorityError: he may seal none of them.
        ConflictError: none of them names him as he is today.
    """
    allowed, refused, last = [], [], None
    for document in documents:
        try:
            require_may_seal(office, document, stage, signer)
            allowed.append(document)
        except (AuthorityError, ConflictError) as no:
            refused.append(Sealed(document.code, document.name, error=str(no)))
            last = no
    if last is not None and not allowed:
        raise last
    return allowed, refused


def to_ratify(office: Office, documents: Sequence[Document], stage: Verb) -> list[FolderDecision]:
    """(2) What was decided by folder in these collections and is not ratified, each once."""
    found: dict[str, FolderDecision] = {}
    with office.ledger.read() as session:
        for document in documents:
            case = case_of(session, office, document.collection_id)
            waiting = folder_decisions(session, case, sealing_post(case, stage))
            found |= {decision.id: decision for decision in waiting}
    return list(found.values())


def to_tick(documents: Sequence[Document], stage: Verb) -> dict[str, list[ListedChange]]:
    """(2) What has to be ticked before the paraf, by the print-out's id."""
    if stage is not Verb.INITIAL:
        return {}
    return {d.id: listed for d in documents if (listed := to_accept(d))}


def sort_out_unticked(
    documents: Sequence[Document], accepts: Mapping[str, Sequence[int]]
) -> tuple[list[Document], list[Sealed]]:
    """(2) Those whose changes are all ticked with ``accepts``, and what the others still lack."""
    ready, refused = [], []
    for document in documents:
        try:
            require_accepted(document, accepts.get(document.id, ()))
            ready.append(document)
        except ConflictError as no:
            left = [told(change) for change in to_accept(document)]
            refused.append(Sealed(document.code, document.name, error=str(no), changes=left))
    return ready, refused


def tick_only(
    office: Office, documents: Sequence[Document], accepts: Mapping[str, Sequence[int]]
) -> list[Sealed]:
    """Tick changes for a paraf that is put in another program, as whoever owns this account.

    Raises:
        AuthorityError: the account may not decide on one of them.
    """
    results = []
    for document in documents:
        actor, via = acting_as(office, Act.DECIDE, document=document)
        with office.ledger.write() as tx:
            printout = tx.session.get_one(Document, document.id)
            done: list[int] = []
            if (printout.state, printout.pdf) == (State.WAITING, document.pdf):
                done = accept(tx, printout, accepts.get(document.id, ()), actor=actor, via=via)
            left = [told(change) for change in to_accept(printout)]
        results.append(Sealed(document.code, document.name, accepted=done, changes=left))
    return results


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
) -> list[Sealed]:
    """(4) A result for each print-out; one that fails does not stop the others."""
    sealer = Sealer(
        trust=office.trust,
        tsa_url=office.settings.signing.tsa_url or None,
        zone=office.settings.office.zone,
    )
    results = []
    with sealer:
        hand = Hand(signer, key, sealer, taken or Taken())
        for document in documents:
            try:
                results.append(_seal_one(office, document, stage, hand=hand))
            except KinerjaError as failed:
                results.append(Sealed(document.code, document.name, error=str(failed)))
    return results


def require_may_seal(office: Office, document: Document, stage: Verb, signer: Signer) -> Official:
    """Only who holds the post that the procedure names may seal, as he is named on the print-out.

    A refusal is an event. Gives the holder.

    Raises:
        AuthorityError: another holds the post today, or nobody.
        ConflictError: the holder has changed since the print-out was made.
    """
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
        holders = holders_on_file(session, office)
    today, post = office.now().date(), sealing_post(case, stage)
    if not holders.holds(signer.nip, post, today):
        act, account = ACTS[stage], current_account()
        with office.ledger.write() as tx:
            record_refusal(
                tx, account, act, via=f"baris perintah, akun {account}", document=document
            )
        raise AuthorityError(_not_his(case, stage, signer, holders))
    holder = _as_listed(signer, holders.official(post, today))
    require_named(document, stage, holder)
    return holder


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
    holder = require_may_seal(office, document, stage, signer)
    ticked = hand.taken.accepts.get(document.id, ()) if stage is Verb.INITIAL else ()
    if stage is Verb.INITIAL:
        require_accepted(document, ticked)
    via = f"baris perintah, kunci {signer.backend}"
    before = document.pdf or ""
    data, face, now = office.store.read(before), _face(holder, document), office.now()
    if stage is Verb.INITIAL:
        after = sealer.initial(data, STAGE_FIELDS[stage], key, face, at=now, document=document.name)
    else:
        after = sealer.sign(data, key, face, at=now, document=document.name)
    report = judge(case, document, after, stage)
    sha256 = office.store.put(after)
    by = {"actor": holder.title, "via": via}
    with office.ledger.write() as tx:
        accepted = accept(tx, tx.session.get_one(Document, document.id), ticked, **by)
        hand_on(tx, office, document.id, before, sha256, stage=stage, **by)
        ratified = ratify(tx, case, hand.taken.ratifies, **by)
    done = (document.code, document.name, sha256, report.level)
    return Sealed(*done, ratified=ratified, accepted=accepted)


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


def _as_listed(signer: Signer, holder: Official | None) -> Official:
    """The holder by the master data; else, of several who are listed for the post, this one."""
    if holder is not None and holder.nip == signer.nip:
        return holder
    return Official(signer.post, signer.name, signer.nip, signer.grade, "")


def _not_his(case: Case, stage: Verb, signer: Signer, holders: Holders) -> str:
    step, today = case.procedure.step(stage), case.office.now().date()
    post = sealing_post(case, stage)
    own = ", ".join(holders.title(p, today) for p in holders.posts_of(signer.nip, today))
    whose = f"adalah wewenang {holders.title(post, today)}"
    if holders.official(post, today) is None:
        whose = f"adalah wewenang {post}, yang hari ini tidak dijabat siapa pun"
    return (
        f"Langkah {step.number} ({step.inbox}) {whose}, bukan"
        f" {own or f'{signer.alias}, yang hari ini tidak memegang jabatan'}. Minta yang berwenang,"
        " atau perbarui data induk bila pejabatnya berganti."
    )


def _face(holder: Official, document: Document) -> SignerFace:
    return SignerFace(
        jabatan=holder.title,
        nama=holder.name,
        nip=show_nip(holder.nip),
        pangkat=holder.rank,
        qr_text=document.code,
    )
