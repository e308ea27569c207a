"""The reviewed manifest: what a signer was shown before the PIN, and then seals, and nothing else.

1. Made of the print-outs that wait: of each its name, key figures, changes, SHA-256 (`review`).
2. Written for the signer to read, or to be read by another program; read back (`read_manifest`).
3. It holds for this office, this signer and this seal only (`require_for`).
4. Of what stands in it: what still waits with the very same bytes is sealed, what was sealed before
   is reported, what has changed since is refused (`sort_by_review`). So the same command with the
   same manifest goes on where a crash or a wrong PIN ended it.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from pipeline.domain.calendar import short_time
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.errors import UsageError
from pipeline.ledger.tables import Collection, Document, Event, Number
from pipeline.office import Office
from pipeline.settings import Signer
from pipeline.sop.printout.changes import listed_in, told
from pipeline.sop.printout.key_figures import figures_in
from pipeline.sop.printout.sealed import SEAL_EVENTS
from pipeline.tasks.seal import Earlier, Sealed, stages_of

LARGEST = 64 * 1024 * 1024  # bytes of a manifest that is read
AT_ONCE = 500  # documents asked for in one query

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reviewed(_Strict):
    """One print-out as it was reviewed; ``sha256`` is that of exactly the bytes to be sealed.

    ``figures`` are `KeyFigures`, ``None`` where the print-out keeps none; ``changes`` those that
    its annex lists.
    """

    code: str
    name: str
    number: str
    revision: int
    sha256: Sha256
    figures: dict[str, Any] | None
    changes: tuple[dict[str, Any], ...]


class ReviewedBy(_Strict):
    """Whose review it is."""

    alias: str
    nip: str
    post: str


class Manifest(_Strict):
    """What one signer of one office reviewed, for which seal, and when."""

    kind: Literal["kinerja-review"] = "kinerja-review"
    office: str
    seal: tuple[Verb, ...] = Field(min_length=1)
    signer: ReviewedBy
    reviewed_at: datetime
    documents: tuple[Reviewed, ...] = Field(min_length=1)

    def to_bytes(self) -> bytes:
        """As it is written, what acts on a terminal as an escape; the ledger has its SHA-256."""
        written = self.model_dump_json(indent=1) + "\n"
        shown = (c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in written)
        return "".join(shown).encode()


@dataclass(frozen=True)
class GivenManifest:
    """A manifest with the bytes that it was read from."""

    manifest: Manifest
    data: bytes

    @property
    def sha256(self) -> str:
        """The digest of the file, as the ledger records it."""
        return sha256(self.data).hexdigest()


@dataclass(frozen=True)
class _Put:
    """A seal as the ledger has it: on which bytes, giving which, reviewed in which manifest."""

    earlier: Earlier
    before: str
    after: str
    manifest: str


def review(
    office: Office,
    documents: Sequence[Document],
    stage: Verb,
    signer: Signer,
    *,
    with_initial: bool = False,
) -> GivenManifest:
    """(1) What is about to be sealed, for the signer to look at."""
    with office.ledger.read() as session:
        query = select(Number.document_id, Number.text).where(Number.office_id == office.id)
        numbers: dict[str, str] = dict(session.execute(query).all())
    manifest = Manifest(
        office=office.id,
        seal=stages_of(stage, with_initial=with_initial),
        signer=ReviewedBy(alias=signer.alias, nip=signer.nip, post=signer.post),
        reviewed_at=office.now(),
        documents=tuple(_reviewed(d, numbers.get(d.id, "")) for d in documents),
    )
    return GivenManifest(manifest, manifest.to_bytes())


def read_manifest(path: Path) -> GivenManifest:
    """(2) The manifest in a file.

    Raises:
        UsageError: it cannot be read, is no manifest, or names a document twice.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as unreadable:
        raise UsageError(f"--manifest {path}: cannot be read ({unreadable.strerror}).") from (
            unreadable
        )
    again = "Write it anew with --review FILE, and look through it again."
    try:
        manifest = Manifest.model_validate_json(data if len(data) <= LARGEST else b"")
    except ValidationError as invalid:
        raise UsageError(f"--manifest {path}: this is no reviewed manifest. {again}") from invalid
    codes = [item.code for item in manifest.documents]
    if len(set(codes)) != len(codes):
        raise UsageError(f"--manifest {path}: a document stands in it twice. {again}")
    return GivenManifest(manifest, data)


def require_for(
    manifest: Manifest, office: Office, stage: Verb, signer: Signer, *, with_initial: bool = False
) -> None:
    """(3) The manifest must be of this office, for this seal, and by this signer.

    Raises:
        UsageError: it is not.
    """
    wanted = stages_of(stage, with_initial=with_initial)
    by = manifest.signer
    if manifest.office != office.id:
        raise UsageError(f"The manifest is of office '{manifest.office}', not '{office.id}'.")
    if by.nip != signer.nip:
        raise UsageError(
            f"The manifest was reviewed by {by.alias} ({by.post}), not by {signer.alias}. Whoever"
            " seals reviews it himself, with --review FILE."
        )
    if manifest.seal != wanted:
        raise UsageError(
            f"The manifest was reviewed for {_named(manifest.seal)}, not for {_named(wanted)}."
            " Review it anew with --review FILE."
        )


def sort_by_review(
    office: Office, given: GivenManifest, codes: Sequence[str] = ()
) -> tuple[list[Document], list[Sealed]]:
    """(4) What of the manifest (of these ``codes`` of it) is still to be sealed, and the others.

    The results say of each other one by whom and when it was sealed, or why it is refused.

    Raises:
        UsageError: one of the codes does not stand in it.
    """
    items = _chosen(given.manifest, codes)
    found, seals = _on_file(office, [item.code for item in items])
    ready, results = [], []
    for item in items:
        at = found.get(item.code)
        if at is None:
            words = f"{item.code}: {item.name} tidak ada di kantor ini lagi."
            results.append(Sealed(item.code, item.name, error=words))
            continue
        document, stage = at
        judged = _judged(item, document, stage, given, seals[document.id])
        if judged is None:
            ready.append(document)
        else:
            results.append(judged)
    return ready, results


def _reviewed(document: Document, number: str) -> Reviewed:
    figures = figures_in(document)
    return Reviewed(
        code=document.code,
        name=document.name,
        number=number,
        revision=document.revision,
        sha256=document.pdf or "",
        figures=asdict(figures) if figures else None,
        changes=tuple(told(change) for change in listed_in(document)),
    )


def _chosen(manifest: Manifest, codes: Sequence[str]) -> list[Reviewed]:
    known = {item.code: item for item in manifest.documents}
    unknown = [code for code in codes if code.upper() not in known]
    if unknown:
        raise UsageError(f"{unknown[0]}: does not stand in the manifest, so it was not reviewed.")
    return [known[code.upper()] for code in codes] or list(manifest.documents)


def _on_file(
    office: Office, codes: Sequence[str]
) -> tuple[dict[str, tuple[Document, str]], Mapping[str, list[_Put]]]:
    """Each print-out by code with the stage of its collection, and its seals in their order."""
    found: dict[str, tuple[Document, str]] = {}
    seals: dict[str, list[_Put]] = defaultdict(list)
    with office.ledger.read() as session:
        for start in range(0, len(codes), AT_ONCE):
            query = (
                select(Document, Collection.stage)
                .join(Collection, Collection.id == Document.collection_id)
                .where(
                    Document.office_id == office.id,
                    Document.kind == Kind.PRINTOUT,
                    Document.code.in_(codes[start : start + AT_ONCE]),
                )
            )
            found |= {d.code: (d, stage) for d, stage in session.execute(query)}
        ids = {document.id for document, _ in found.values()}
        events = session.scalars(
            select(Event)
            .where(Event.office_id == office.id, Event.kind.in_(SEAL_EVENTS))
            .order_by(Event.id)
        )
        for event in events:
            if event.document_id in ids:
                seals[str(event.document_id)].append(_put(event, office))
    return found, seals


def _judged(
    item: Reviewed, document: Document, stage: str, given: GivenManifest, seals: Sequence[_Put]
) -> Sealed | None:
    """What a print-out has come to since it was reviewed; ``None`` where it is to be sealed."""
    wanted, digest, own = given.manifest.seal, item.sha256, True
    since: list[Earlier] = []
    for put in seals:
        if put.before == digest:
            since.append(put.earlier)
            digest, own = put.after, put.manifest == given.sha256
            if put.earlier.seal == wanted[-1]:
                return Sealed(document.code, document.name, digest, earlier=since)
    same = (document.pdf, document.state) == (digest, State.WAITING) and stage in wanted
    if same and own:
        return None
    return Sealed(document.code, document.name, error=_changed(item, document, since))


def _put(event: Event, office: Office) -> _Put:
    at = datetime.fromisoformat(event.at).astimezone(office.settings.office.zone)
    keys = (str(event.payload.get(key, "")) for key in ("before", "sha256", "manifest"))
    return _Put(Earlier(SEAL_EVENTS[event.kind].value, event.actor, at), *keys)


def _changed(item: Reviewed, document: Document, since: Sequence[Earlier]) -> str:
    how = f"sekarang revisi {document.revision}, keadaan {document.state}"
    if since:
        how = f"{_done(since[-1].seal)} oleh {since[-1].by} pada {short_time(since[-1].at)}"
    return (
        f"{item.code}: {item.name} sudah berubah sejak ditinjau ({how}); tidak disahkan. Tinjau"
        " lagi dengan --review."
    )


def _done(seal: str) -> str:
    return "diparaf" if seal == Verb.INITIAL else "ditandatangani"


def _named(stages: Sequence[Verb]) -> str:
    return "+".join(stages)
