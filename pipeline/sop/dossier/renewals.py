"""Renewals under way: print-outs that got a further timestamp, on their way into the dossier.

Nothing of a filed print-out changes: the longer file begins with it, and adds validation data and
timestamps. It takes its place in the next generation of the bag, whoever makes that one.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.archive.dossier import Dossier, Item, layout
from pipeline.domain.document import Kind
from pipeline.ledger.tables import Event, Record
from pipeline.office import Office
from pipeline.signing.verify import Expectation
from pipeline.sop.case import case_of
from pipeline.sop.collection.succession import correction_name
from pipeline.sop.dossier.items import report_items
from pipeline.sop.printout.proof import proofs_of
from pipeline.sop.printout.sealed import expectation_on, seal_times

RENEWED = "printout.renewed"


@dataclass(frozen=True)
class Renewal:
    """A longer file of a record's print-out: the SHA-256 ``old`` → ``new``.

    ``number`` counts the renewals of that print-out; ``edition`` is its place among the period's
    editions, ``correction`` what it is called as one.
    """

    record_id: str
    old: str
    new: str
    number: int
    edition: int
    correction: str
    expectation: Expectation


def renewals_under_way(
    session: Session, office: Office, records: Sequence[Record]
) -> list[Renewal]:
    """The renewals of these records that are not in their dossier yet."""
    proofs = proofs_of(session, records)
    return [
        _renewal(session, office, record, proof.renewal)
        for record in records
        if (proof := proofs.get(record.id)) and proof.renewal
    ]


def with_renewed(
    standing: Dossier, renewals: Sequence[Renewal], office: Office
) -> tuple[Dossier, set[str]]:
    """The dossier with the longer files in their places, and the paths at which one grows."""
    longer = {renewal.old: renewal.new for renewal in renewals}
    grown = {path for path, item in layout(standing) if _is_renewed(item, longer)}
    items = tuple(_longer(item, longer, office) for item in standing.items)
    return replace(standing, items=items), grown


def renewal_reports(office: Office, renewals: Sequence[Renewal]) -> Iterator[Item]:
    """The verification reports of the longer files, to lie beside the earlier ones."""
    for renewal in renewals:
        report = office.verify(office.store.read(renewal.new), expectation=renewal.expectation)
        mark = f"-{renewal.edition}" if renewal.correction else ""
        behind = f" {renewal.correction}" if renewal.correction else ""
        name = f"verifikasi-tanda-tangan{mark}-pembaruan-{renewal.number}"
        told = f"Laporan verifikasi tanda tangan{behind}, pembaruan cap waktu {renewal.number}"
        yield from report_items(office, report, (name, told))


def _renewal(session: Session, office: Office, record: Record, new: str) -> Renewal:
    case = case_of(session, office, record.collection_id)
    printout = case.require(session, Kind.PRINTOUT)
    number = session.scalar(
        select(func.count())
        .select_from(Event)
        .where(Event.document_id == printout.id, Event.kind == RENEWED)
    )
    return Renewal(
        record_id=record.id,
        old=record.printout_sha256,
        new=new,
        number=number or 0,
        edition=len(case.lineage(session)),
        correction=correction_name(session, case),
        expectation=expectation_on(session, case, seal_times(session, printout)),
    )


def _is_renewed(item: Item, longer: Mapping[str, str]) -> bool:
    return item.role == "printout" and item.sha256 in longer


def _longer(item: Item, longer: Mapping[str, str], office: Office) -> Item:
    if not _is_renewed(item, longer):
        return item
    sha256 = longer[item.sha256]
    return replace(item, source=office.store.path(sha256), sha256=sha256)
