"""What is ready, put into its dossier: a first edition, a correction, a form that came late.

1. Nobody else of this office files meanwhile (`filing_alone`).
2. What stands in the dossier stays as it was filed; what is new is added (`into_dossier`), also
   the timestamps that a filed print-out has got since (`pipeline.sop.dossier.renewals`).
3. The index tells all of it, and which print-out has been replaced.
4. The bag is filed; every record of the dossier is told its new generation (`enter_generation`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.archive import generation
from pipeline.archive.bag import read_bag
from pipeline.archive.dossier import (
    Dossier,
    FiledDossier,
    Item,
    file_dossier,
    folder_of,
    layout,
    read_dossier,
)
from pipeline.archive.premis import ArchiveEvent
from pipeline.domain.naming import without_nik
from pipeline.errors import ArchiveError
from pipeline.forms.contexts.guides import dossier_index_context
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Event, Proof, Record
from pipeline.office import Office
from pipeline.pdf.text import text_of
from pipeline.sop.case import Case
from pipeline.sop.collection.succession import dossier_records
from pipeline.sop.dossier.index import filed_papers, index_of
from pipeline.sop.dossier.renewals import (
    Renewal,
    renewal_reports,
    renewals_under_way,
    with_renewed,
)

DOCUMENTS, VALUES = "data/dokumen/", "data/nilai"


@dataclass(frozen=True)
class Addition:
    """What is to be filed: items, and values as data by file name."""

    items: Sequence[Item]
    values: Mapping[str, bytes]


@contextmanager
def filing_alone(office: Office) -> Iterator[None]:
    """(1) Hold off all other filings of the office, from looking into the archive to the commit.

    Raises:
        ArchiveError: the archive is not there.
    """
    if not office.archive.is_dir():
        raise ArchiveError(
            f"Folder arsip “{office.archive.name}” tidak ada. Pastikan penyimpanannya terpasang,"
            " lalu ulangi."
        )
    with generation.locked(office.archive):
        yield


def lies_in_archive(case: Case, record: Record, sha256: str) -> bool:
    """Whether a filing under ``record`` that was cut short has archived these bytes already.

    Raises:
        ArchiveError: the dossier cannot be read.
    """
    target = folder_of(case.office.archive, _described(case, record, ()))
    if not target.exists():
        return False
    return any(filed.sha256 == sha256 for filed in read_bag(target).payload.values())


def into_dossier(case: Case, record: Record, addition: Addition) -> FiledDossier:
    """(2) to (4) File what is new under ``record``; repeating it changes nothing.

    Raises:
        ArchiveError: the dossier that is to be added to is gone or damaged, something filed would
            change, or the archive refuses.
    """
    office = case.office
    with office.ledger.read() as session:
        records = _records(session, record)
        renewals = renewals_under_way(session, office, records)
        told = _events(session, [r.collection_id for r in records])
        papers = filed_papers(session, case, records)
    # (2)
    items = (*addition.items, *renewal_reports(office, renewals))
    fresh = _described(case, records[0], items)
    target = folder_of(office.archive, fresh)
    standing, known = read_dossier(target) if target.exists() else (None, ())
    if standing is None and any(r.filed_at is not None for r in records):
        raise ArchiveError(
            f"Berkas arsip “{target.name}” yang harus ditambah tidak ada di arsip. Pulihkan dari"
            " cadangan, lalu ulangi."
        )
    grown: set[str] = set()
    if standing is not None:
        _require_known(target, records, addition, renewals)
        standing, grown = with_renewed(standing, renewals, office)
    dossier = _numbered(_joined(standing, fresh), [r.document_number for r in records])
    events = list({event.id: event for event in (*told, *known)}.values())
    events.sort(key=lambda event: event.when)
    # (3)
    index = index_of(case, dossier, events, papers)
    context = dossier_index_context(office.settings.office, case.period, index)
    # (4)
    return file_dossier(
        office.archive,
        dossier,
        index_pdf=office.pdf_from(case.procedure, "isi-berkas", context),
        events=events,
        values={n: v for n, v in addition.values.items() if not (target / VALUES / n).exists()},
        texts=_texts(office, dossier, standing),
        organization=office.settings.office.name,
        bagged_on=office.now().date(),
        grown=grown,
    )


def enter_generation(tx: Transaction, record: Record, filed: FiledDossier) -> None:
    """(4) Let every record that is filed in this dossier name the bag that stands there now.

    Where the bag holds a renewed print-out, that is the record's from now on.
    """
    held = {file.sha256 for file in filed.files}
    for one in dossier_records(tx.session, record):
        if one.filed_at is None:
            continue
        one.tagmanifest = filed.bag_sha256
        proof = tx.session.get(Proof, one.id)
        if proof is not None and proof.renewal in held:
            one.printout_sha256, proof.renewal = proof.renewal, None
            tx.record(
                "renewal.filed",
                chain=one.collection_id,
                actor="kinerja",
                via="pembaruan cap waktu",
                record=one.id,
                sha256=one.printout_sha256,
                bag=filed.bag_sha256,
            )


def _records(session: Session, record: Record) -> list[Record]:
    """The records of the dossier that are filed, and the one that is being filed."""
    found = dossier_records(session, record)
    return [r for r in found if r.filed_at is not None or r.id == record.id]


def require_dossier(office: Office, record: Record) -> None:
    """What stands in the dossier of a record is what the ledger knows, or a renewal cut short.

    Raises:
        ArchiveError: the dossier is gone, damaged or newer than the ledger.
    """
    with filing_alone(office):
        with office.ledger.read() as session:
            records = _records(session, record)
            renewals = renewals_under_way(session, office, records)
        _require_known(office.archive / record.path, records, Addition((), {}), renewals)


def _require_known(
    target: Path, records: Sequence[Record], addition: Addition, renewals: Sequence[Renewal]
) -> None:
    """What stands is what the ledger filed last, or this very filing that was cut short.

    Raises:
        ArchiveError: the dossier holds more than the ledger knows, as after restoring an old one.
    """
    known = {record.tagmanifest for record in records if record.filed_at is not None}
    bag = read_bag(target)
    if not known or bag.sha256 in known:
        return
    held = {digests.sha256 for digests in bag.payload.values()}
    papers = {item.sha256 for item in addition.items if item.role in {"printout", "form"}}
    longer = {renewal.new for renewal in renewals}
    if not (papers and papers <= held) and not longer & held:  # of several, some may not be in yet
        raise ArchiveError(
            f"Berkas arsip “{target.name}” lebih baru daripada yang tercatat di basis data, seperti"
            " sesudah cadangan lama dipulihkan. Tidak ada yang ditambahkan. Pulihkan basis data"
            " yang terakhir, lalu ulangi; lihat bedanya dengan `kinerja audit`."
        )


def _described(case: Case, first: Record, items: Iterable[Item]) -> Dossier:
    """The dossier with nothing but what is new in it; it is known by its first record."""
    filing = case.procedure.filing
    return Dossier(
        record_id=first.id,
        collection_id=first.collection_id,
        classification=first.classification,
        number=f"{first.dossier_number:03d}",
        description=first.description,
        year=first.year,
        date_start=case.period.first_day,
        date_end=case.period.last_day,
        creating_unit=case.office.settings.office.subdivision,
        security_class=filing.security,
        retention=filing.retention.text,
        document_number=first.document_number,
        items=tuple(items),
    )


def _joined(standing: Dossier | None, fresh: Dossier) -> Dossier:
    """The standing dossier as it describes itself, and behind its items those that are new.

    A filing that was cut short is repeated here: what it filed is not made once more. Only a
    document that says something else than the one filed under its name is left to be refused.
    """
    if standing is None or standing.record_id != fresh.record_id:
        return fresh  # another's dossier under this number is refused when it is filed
    filed = dict(layout(standing))
    told = {item.sha256 for item in standing.items if item.role == "slip"}
    new = []
    for path, item in layout(fresh):
        before = filed.get(path)
        again = before is not None and (isinstance(item.source, bytes) or _same(before, item))
        if not again and not (item.role == "slip" and item.sha256 in told):
            new.append(item)
    return replace(standing, items=(*standing.items, *new))


def _numbered(dossier: Dossier, numbers: Sequence[str]) -> Dossier:
    """The dossier with the number that holds and all before it, also what only its card knows.

    A restored ledger may be older than the dossier; a number that it has forgotten stays used.
    """
    known = dict.fromkeys([*dossier.earlier_numbers, dossier.document_number, *numbers])
    earlier = tuple(number for number in known if number and number != numbers[-1])
    return replace(dossier, document_number=numbers[-1], earlier_numbers=earlier)


def _same(one: Item, other: Item) -> bool:
    return one.sha256.lower() == other.sha256.lower()


def _texts(office: Office, dossier: Dossier, standing: Dossier | None) -> dict[str, str]:
    """The text of each document that is new; what was extracted before stays as it is filed."""
    before = {path for path, _ in layout(standing)} if standing else set()
    read = office.reader.run
    return {
        path: read(text_of, item.source.read_bytes(), item.source.name)
        for path, item in layout(dossier)
        if path.startswith(DOCUMENTS) and path not in before and isinstance(item.source, Path)
    }


def _events(session: Session, chains: Iterable[str]) -> list[ArchiveEvent]:
    rows = session.scalars(
        select(Event).where(Event.chain.in_(list(chains))).order_by(Event.chain, Event.seq)
    )
    return [
        ArchiveEvent(
            id=f"{e.chain}:{e.seq}",
            type=e.kind,
            when=datetime.fromisoformat(e.at),
            agent=e.actor,
            detail=without_nik(json.dumps(e.payload, ensure_ascii=False, sort_keys=True)),
            outcome=e.via,
            object_ids=(e.document_id,) if e.document_id else (),
        )
        for e in rows
    ]
