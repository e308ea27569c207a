"""A filed record handed out: found by whatever name it goes by, proven whole, and logged.

1. Find the record; who asks must be allowed to have it.
2. Copy the signed print-out, or the whole bag, beside its destination.
3. Prove the copy by the SHA-256 in the ledger.
4. Log the retrieval (SOP Pengarsipan, penemuan kembali); only then let the copy appear.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import ColumnElement, and_, or_, select

from pipeline.archive import generation
from pipeline.archive.bag import read_bag, validate
from pipeline.domain.authority import Act
from pipeline.domain.naming import safe_file_name
from pipeline.domain.period import Period
from pipeline.errors import ArchiveError, NotFoundError, UsageError
from pipeline.files import free_name, make_folder, sha256_of, sync_folder
from pipeline.ledger.tables import Collection, Proof, Record
from pipeline.office import Office
from pipeline.sop.case import case_of
from pipeline.sop.collection.succession import paper_of, replaced_in_english, replacements
from pipeline.tasks.account import acting_as


@dataclass(frozen=True)
class Retrieved:
    """What was handed out: ``sha256`` is the PDF's, or that of the bag's tag manifest.

    ``note`` says what it replaces, or by what it has been replaced; empty where neither is.
    """

    record_id: str
    code: str
    document_number: str
    description: str
    path: Path
    sha256: str
    note: str = ""


def retrieve(office: Office, name: str, target: Path, *, whole_bag: bool = False) -> Retrieved:
    """Copy a record into the folder ``target``; nothing there is ever replaced.

    Raises:
        NotFoundError: no filed record goes by that name.
        AuthorityError: this account may not have it.
        UsageError: the name means several records, or the folder cannot be written.
        ArchiveError: the archive does not hold what the ledger says; nothing was handed out.
    """
    # (1)
    record, target = find_record(office, name), target.resolve()
    actor, via = _actor(office, record)
    try:
        make_folder(target)
        with TemporaryDirectory(prefix=".kinerja-", dir=target) as place:
            # (2) and (3)
            copy = _copied_bag if whole_bag else _copied_pdf
            staged, digest = copy(office, record, Path(place))
            generation.sync_tree(Path(place))
            # (4)
            what = "bag" if whole_bag else "pdf"
            _log(office, record, what, digest, actor=actor, via=via)
            final = free_name(target / staged.name)
            staged.rename(final)
        sync_folder(target)
    except OSError as refused:
        raise UsageError(
            f"{record.code}: {record.description} cannot be copied to {target}"
            f" ({refused.strerror or refused}). Make room, or choose another folder with --to."
        ) from refused
    return Retrieved(
        record.id,
        record.code,
        record.document_number,
        record.description,
        final,
        digest,
        _note(office, record),
    )


def find_record(office: Office, name: str) -> Record:
    """(1) The filed record called ``name``: id, short code, document number, or period.

    Of a period that was corrected it is the record that holds now.

    Raises:
        NotFoundError: none is, or it is not filed yet.
        UsageError: several are.
    """
    found = _matching(office, _named(name.strip()))
    period = Period.parse(name)
    if not found and period is not None:
        everyone = _matching(office, Collection.period == str(period))
        replaced = {record.amends for record in everyone if record.filed_at is not None}
        found = [record for record in everyone if record.id not in replaced]
    filed = [record for record in found if record.filed_at is not None]
    if found and not filed:
        raise NotFoundError(
            f"{name}: this dossier is still being filed. See `kinerja status`, then try again."
        )
    if not filed:
        raise NotFoundError(
            f"{name}: no filed record goes by that name. Give a record id, the short code on the"
            " print-out, its document number, or a period such as 2026-TW3; `kinerja status`"
            " lists what is filed."
        )
    if len(filed) > 1:
        codes = ", ".join(record.code for record in filed)
        raise UsageError(f"{name}: this means several records; name one by its code: {codes}.")
    return filed[0]


def _named(name: str) -> ColumnElement[bool]:
    return or_(
        Record.id == name.lower(),
        Record.code == name.upper(),
        and_(Record.document_number == name, Record.document_number != ""),  # some bear none
    )


def _matching(office: Office, condition: ColumnElement[bool]) -> Sequence[Record]:
    query = (
        select(Record)
        .join(Collection, Collection.id == Record.collection_id)
        .where(Record.office_id == office.id, condition)
        .order_by(Record.filed_at)
    )
    with office.ledger.read() as session:
        return session.scalars(query).all()


def _note(office: Office, record: Record) -> str:
    """What a record replaces, or by what it has been replaced."""
    with office.ledger.read() as session:
        newer = replacements(session, office, record.code)
        if newer:
            return f"This one is {replaced_in_english(newer)}."
        if record.amends is None:
            return ""
        older = paper_of(session, office, session.get_one(Record, record.amends))
        return f"It replaces {older.in_english}."


def _copied_pdf(office: Office, record: Record, place: Path) -> tuple[Path, str]:
    """The signed print-out out of its bag, under the name of the dossier."""
    bag = office.archive / record.path
    with generation.locked(_existing(bag.parent, record)):
        wanted = _its_files(office, record)
        filed = ((n, d.sha256) for n, d in read_bag(bag).payload.items() if d.sha256 in wanted)
        name, listed = next(filed, ("", ""))
        if not name:
            raise _damaged(record, "it does not list the signed print-out")
        staged = place / safe_file_name(f"{record.description} - {record.code}.pdf")
        shutil.copyfile(bag / "data" / name, staged)
    digest = sha256_of(staged)
    if digest != listed:
        raise _damaged(record, "the signed print-out is not the one that was filed")
    return staged, digest


def _its_files(office: Office, record: Record) -> set[str]:
    """By SHA-256, the print-out as it was filed, and as it is just being renewed."""
    with office.ledger.read() as session:
        proof = session.get(Proof, record.id)
    return {record.printout_sha256} | ({proof.renewal} if proof and proof.renewal else set())


def _copied_bag(office: Office, record: Record, place: Path) -> tuple[Path, str]:
    """The whole bag: every file by its manifests, and these by the ledger."""
    bag = office.archive / record.path
    with generation.locked(_existing(bag.parent, record)):
        if not bag.is_dir():
            raise _damaged(record, "its folder is gone")
        staged = place / bag.name
        shutil.copytree(bag, staged, copy_function=shutil.copyfile)
    if faults := validate(staged):
        raise _damaged(record, faults[0])
    digest = sha256_of(staged / "tagmanifest-sha256.txt")
    if digest != record.tagmanifest:
        raise _damaged(record, "another bag stands in its place")
    return staged, digest


def _existing(folder: Path, record: Record) -> Path:
    if not folder.is_dir():
        raise _damaged(record, "its folder is gone")
    return folder


def _damaged(record: Record, what: str) -> ArchiveError:
    return ArchiveError(
        f"{record.code}: {record.path} is not as it was filed: {what}. Nothing was handed out."
        " Run `kinerja audit`, and restore the dossier from the backup."
    )


def _actor(office: Office, record: Record) -> tuple[str, str]:
    """Who retrieves it, and by which way: whoever may, by its security class."""
    collection_id = record.collection_id
    with office.ledger.read() as session:
        security = case_of(session, office, collection_id).procedure.filing.security
    return acting_as(office, Act.RETRIEVE, collection_id=collection_id, security=security)


def _log(office: Office, record: Record, what: str, digest: str, *, actor: str, via: str) -> None:
    with office.ledger.write() as tx:
        tx.record(
            "record.retrieved",
            chain=record.collection_id,
            actor=actor,
            via=via,
            record=record.id,
            what=what,
            sha256=digest,
        )
