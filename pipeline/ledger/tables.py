"""The tables. Every one carries an office id, so that one database may hold several offices."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, UTC in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To naive UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back to aware UTC."""
        return value.replace(tzinfo=UTC) if value else None


_BYTES = BigInteger().with_variant(Integer(), "sqlite")
"""A file may have more than 2³¹ of them."""


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True):
    """Base of all tables."""

    type_annotation_map: ClassVar = {datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON}


class Collection(Base, kw_only=True):
    """One procedure run for one period; ``stage`` is the verb that is awaited, or how it ended.

    A period's first collection is edition 1; a new one after a withdrawal, or one that amends a
    filed one (``amends``, with ``amendment`` saying how), is the next edition.
    """

    __tablename__ = "collection"
    __table_args__ = (UniqueConstraint("office_id", "procedure", "period", "edition"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(40), index=True)
    procedure: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(20))
    edition: Mapped[int] = mapped_column(default=1)
    amends: Mapped[str | None] = mapped_column(ForeignKey("collection.id"), default=None)
    amendment: Mapped[str | None] = mapped_column(String(20), default=None)
    stage: Mapped[str] = mapped_column(String(20))
    opened_at: Mapped[datetime]
    stage_since: Mapped[datetime]
    due: Mapped[datetime | None] = mapped_column(default=None)
    summary_seq: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    filed_at: Mapped[datetime | None] = mapped_column(default=None)


class Document(Base, kw_only=True):
    """One document through all its revisions; ``post`` is the official's, or empty.

    A proposal to change the master data belongs to no collection. ``opened_at`` is when the person
    awaited was first seen to have it open.
    """

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("collection_id", "kind", "post"),
        Index("ix_document_state", "office_id", "state"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(40), index=True)
    collection_id: Mapped[str | None] = mapped_column(ForeignKey("collection.id"), index=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    post: Mapped[str] = mapped_column(String(120), default="")
    name: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    returns: Mapped[int] = mapped_column(default=0)
    blob: Mapped[str | None] = mapped_column(String(64), default=None)
    original: Mapped[str | None] = mapped_column(String(64), default=None)
    pdf: Mapped[str | None] = mapped_column(String(64), default=None)
    data: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    updated_at: Mapped[datetime]


class Publication(Base, kw_only=True):
    """A file that people find in a folder: wanted there, placed there, or to be taken away."""

    __tablename__ = "publication"
    __table_args__ = (Index("ix_publication_sha", "office_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    office_id: Mapped[str] = mapped_column(String(40))
    collection_id: Mapped[str | None] = mapped_column(String(32), index=True)
    document_id: Mapped[str | None] = mapped_column(String(32), index=True)
    path: Mapped[str] = mapped_column(String(400))
    sha256: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20), default="wanted", index=True)


class Arrival(Base, kw_only=True):
    """A file taken from a command folder, under the uuid of its claim."""

    __tablename__ = "arrival"
    __table_args__ = (Index("ix_arrival_outcome", "office_id", "outcome"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(40), index=True)
    folder: Mapped[str] = mapped_column(String(400))
    name: Mapped[str] = mapped_column(String(400))
    bundle: Mapped[str] = mapped_column(String(400), default="")
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(_BYTES)
    owner: Mapped[str] = mapped_column(String(80))
    arrived_at: Mapped[datetime]
    collection_id: Mapped[str | None] = mapped_column(String(32), default=None)
    document_id: Mapped[str | None] = mapped_column(String(32), default=None)
    outcome: Mapped[str | None] = mapped_column(String(40), default=None)


class Reason(Base, kw_only=True):
    """Why something is returned, where the text came as a file of its own."""

    __tablename__ = "reason"

    arrival_id: Mapped[str] = mapped_column(ForeignKey("arrival.id"), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(40))
    folder: Mapped[str] = mapped_column(String(400), index=True)
    text: Mapped[str] = mapped_column(String(4000))
    used_for: Mapped[str | None] = mapped_column(String(32), default=None)


class Decision(Base, kw_only=True):
    """What was decided on one revision of a document; the first one committed stands.

    What came ``by_folder`` is ratified with the PIN by whoever puts the paraf.
    """

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("document_id", "revision"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(40), index=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    revision: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(4000), default="")
    blob: Mapped[str | None] = mapped_column(String(64), default=None)
    actor: Mapped[str] = mapped_column(String(120))
    via: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime]
    by_folder: Mapped[bool] = mapped_column(default=False)
    ratified_by: Mapped[str | None] = mapped_column(String(120), default=None)
    ratified_at: Mapped[datetime | None] = mapped_column(default=None)
    done: Mapped[bool] = mapped_column(default=False)


class Event(Base, kw_only=True):
    """What happened, chained by hash within its collection (or the office itself)."""

    __tablename__ = "event"
    __table_args__ = (UniqueConstraint("chain", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    office_id: Mapped[str] = mapped_column(String(40), index=True)
    chain: Mapped[str] = mapped_column(String(40))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    document_id: Mapped[str | None] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(120))
    via: Mapped[str] = mapped_column(String(120))
    at: Mapped[str] = mapped_column(String(32))
    payload: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class Number(Base, kw_only=True):
    """A document number: reserved once, never reused; a cancelled one stays, as *batal*.

    ``seq`` is empty where the number comes from the office's own register.
    """

    __tablename__ = "number"
    __table_args__ = (
        UniqueConstraint("office_id", "unit", "year", "seq"),
        UniqueConstraint("office_id", "text"),
    )

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(40))
    unit: Mapped[str] = mapped_column(String(40))
    year: Mapped[int]
    seq: Mapped[int | None]
    text: Mapped[str] = mapped_column(String(120))
    given_at: Mapped[datetime]
    cancelled: Mapped[str | None] = mapped_column(String(400), default=None)


class MasterVersion(Base, kw_only=True):
    """The office's master data as they stood from one approval to the next: JSON in the store.

    ``document_id`` is the proposal or the paper that brought them.
    """

    __tablename__ = "master_version"

    office_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    since: Mapped[datetime]


class RosterFile(Base, kw_only=True):
    """The last roster of a procedure, from which the next one is laid ready."""

    __tablename__ = "roster_file"

    office_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    procedure: Mapped[str] = mapped_column(String(60), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))


class Figure(Base, kw_only=True):
    """An established actual: of one indicator in one quarter, as the last filed print-out says."""

    __tablename__ = "figure"

    office_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    procedure: Mapped[str] = mapped_column(String(60), primary_key=True)
    indicator: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    quarter: Mapped[int] = mapped_column(primary_key=True)
    actual: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[str] = mapped_column(ForeignKey("record.id"))


class Record(Base, kw_only=True):
    """A filed print-out in the catalogue; ``path`` is its dossier's, relative to the archive.

    A ralat or perubahan is a record of its own in the dossier of the one that it ``amends``.
    """

    __tablename__ = "record"
    __table_args__ = (
        UniqueConstraint("office_id", "year", "classification", "dossier_number", "edition"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(40), index=True)
    collection_id: Mapped[str] = mapped_column(ForeignKey("collection.id"), unique=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    year: Mapped[int]
    classification: Mapped[str] = mapped_column(String(40))
    dossier_number: Mapped[int]
    edition: Mapped[int] = mapped_column(default=1)
    amends: Mapped[str | None] = mapped_column(ForeignKey("record.id"), default=None)
    description: Mapped[str] = mapped_column(String(200))
    document_number: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(String(400))
    tagmanifest: Mapped[str | None] = mapped_column(String(64), default=None)
    printout_sha256: Mapped[str] = mapped_column(String(64))
    filed_at: Mapped[datetime | None] = mapped_column(default=None)


class Proof(Base, kw_only=True):
    """What the signatures of a filed print-out prove, measured on the file: ``level`` is PAdES.

    ``holds_until`` is when the certificate behind it all ends: of the last timestamp where it is
    ``stamped``, else of a signer. ``renewal`` is the longer file that is not in the dossier yet;
    then the measure is that file's.
    """

    __tablename__ = "proof"

    record_id: Mapped[str] = mapped_column(ForeignKey("record.id"), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(40), index=True)
    level: Mapped[str] = mapped_column(String(10))
    stamped: Mapped[bool] = mapped_column(default=False)
    holds_until: Mapped[datetime | None] = mapped_column(default=None)
    renewal: Mapped[str | None] = mapped_column(String(64), default=None)


class Untaken(Base, kw_only=True):
    """What lies in a command folder and cannot be taken: a link, a device, an unreadable file.

    ``mark`` tells it from another of the same name. ``gone_at`` is when it was seen no more.
    """

    __tablename__ = "untaken"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(40), index=True)
    folder: Mapped[str] = mapped_column(String(400))
    name: Mapped[str] = mapped_column(String(400))
    mark: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(String(20))
    seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None] = mapped_column(default=None)


class Worker(Base, kw_only=True):
    """A process that runs chains; one that has not been ``seen_at`` for long is taken for dead."""

    __tablename__ = "worker"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(40), index=True)
    host: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
