"""The part of an audit that is about records: each in its dossier, and corrections in order."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import select

from pipeline.archive.bag import read_bag
from pipeline.errors import ArchiveError
from pipeline.ledger.tables import Collection, Record
from pipeline.office import Office
from pipeline.sop.printout.proof import proofs_of
from pipeline.tasks.audit.report import AuditFinding, AuditKind, Round

_COMPARE = "Compare the database with the backup; somebody wrote to it past the program."


def filed_records(office: Office) -> list[Record]:
    """Every filed record, oldest edition first."""
    query = select(Record).where(Record.office_id == office.id, Record.filed_at.is_not(None))
    with office.ledger.read() as session:
        return list(session.scalars(query.order_by(Record.path, Record.edition)))


def check_records(round_: Round) -> Iterator[AuditFinding]:
    """Every record's print-out lies in its dossier, and every correction corrects what it says."""
    office = round_.office
    records = filed_records(office)
    round_.counts["records"] = len(records)
    dossiers: defaultdict[str, list[Record]] = defaultdict(list)
    for record in records:
        dossiers[record.path].append(record)
    for path, group in dossiers.items():
        yield from _dossier(path, group)
        yield from _printouts(office, path, group)
    with office.ledger.read() as session:
        amends = {row.id: row.amends for row in session.scalars(select(Collection))}
    by_id = {record.id: record for record in records}
    for record in records:
        if record.amends is not None:
            yield from _correction(record, by_id.get(record.amends), amends)
    for amended, times in Counter(r.amends for r in records if r.amends).items():
        if times > 1:
            place = by_id[amended].code if amended in by_id else amended
            yield _finding(place, f"{times} records amend this one; only one can.")


def _dossier(path: str, group: Sequence[Record]) -> Iterator[AuditFinding]:
    if len({record.tagmanifest for record in group}) > 1:
        yield _finding(path, "The records of this dossier do not name the same bag.")
    first = [record.code for record in group if record.amends is None]
    if len(first) != 1:
        told = ", ".join(first) or "none"
        yield _finding(
            path, f"Of the records of this dossier one must be the first; found: {told}."
        )


def _printouts(office: Office, path: str, group: Sequence[Record]) -> Iterator[AuditFinding]:
    try:
        bag = read_bag(office.archive / path)
    except ArchiveError:
        return  # a matter of the archive
    held = {digests.sha256 for digests in bag.payload.values()}
    with office.ledger.read() as session:
        proofs = proofs_of(session, group)
    for record in group:
        proof = proofs.get(record.id)
        longer = proof.renewal if proof else None  # stamped, and the ledger does not know it filed
        if not {record.printout_sha256, longer} & held:
            yield _finding(record.code, f"Its signed print-out is not in the dossier {path}.")


def _correction(
    record: Record, amended: Record | None, amends: Mapping[str, str | None]
) -> Iterator[AuditFinding]:
    if amended is None:
        yield _finding(record.code, "The record that it amends is not on file.")
        return
    if (amended.path, amended.dossier_number) != (record.path, record.dossier_number):
        yield _finding(record.code, f"It amends {amended.code}, but lies in another dossier.")
    if amended.edition >= record.edition:
        yield _finding(record.code, f"It amends {amended.code}, but is no later edition.")
    if amends.get(record.collection_id) != amended.collection_id:
        yield _finding(record.code, f"Its collection does not amend that of {amended.code}.")


def _finding(place: str, message: str) -> AuditFinding:
    return AuditFinding(AuditKind.RECORD, place, message, _COMPARE)
