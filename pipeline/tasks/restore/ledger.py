"""A restored ledger and the archive beside it, which may be newer: what each knows of the other.

Numbers that only the dossiers bear are left out of the sequences for good. What was filed after
the backup is listed; nothing is filed over it (see `pipeline.sop.filing` and
`pipeline.sop.dossier.filing`).
"""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.archive.bag import read_bag
from pipeline.archive.card import Dossier
from pipeline.archive.dossier import read_dossier
from pipeline.archive.numbering import highest_place, skip_places
from pipeline.archive.numbers_filed import filed_numbers, place_of
from pipeline.domain.collection import FILED, WITHDRAWN
from pipeline.domain.document_number import Numbering
from pipeline.errors import ArchiveError
from pipeline.ledger.tables import Collection, Record
from pipeline.office import Office
from pipeline.sop.printout.sequence import known_dossiers, templates_of
from pipeline.tasks.account import current_account
from pipeline.tasks.backup.manifest import Manifest
from pipeline.tasks.restore.archive import RestoreFinding, dossiers_in

RESTORED = "ledger.restored"
_KEEP = (
    "Leave it where it is: nothing is filed over it and its number is not given again, but this"
    " ledger does not find it. A newer backup of the database would."
)
_NEWER = (
    "Nothing is added to it until the ledger knows it again: correcting and filing are refused."
    " Restore a newer backup of the database if there is one."
)


def reconcile(office: Office, manifest: Manifest, digest: str) -> list[RestoreFinding]:
    """Note the restoration, and let numbers go on past those of the archive.

    Returns:
        What the archive knows better.

    Raises:
        LedgerError: the database does not answer.
    """
    findings = [*_dossiers(office)]
    places, unread = _places_in_archive(office)
    with office.ledger.write() as tx:
        skipped = []
        for (unit, year), highest in sorted(places.items()):
            last = highest_place(tx.session, office.id, unit, year)
            if highest > last:
                skip_places(tx, unit, year, first=last + 1, last=highest)
                skipped.append(f"{unit} {year}: {last + 1}-{highest}")
        tx.record(
            RESTORED,
            chain=None,
            actor="kinerja",
            via=f"baris perintah, akun {current_account()}",
            backup=manifest.name,
            made_at=manifest.made_at,
            manifest=digest,
            skipped=skipped,
            newer=len(findings),
        )
    for said in skipped:
        mend = "They are left out of the sequence; it goes on behind them."
        findings.append(RestoreFinding(said, "These numbers are borne in the archive only.", mend))
    return [*findings, *unread]


def _places_in_archive(
    office: Office,
) -> tuple[dict[tuple[str, int], int], list[RestoreFinding]]:
    """The highest place of each unit and year that a dossier bears."""
    units = {
        p.filing.unit_code
        for p in office.procedures.values()
        if p.filing.numbering is Numbering.AUTOMATIC
    }
    highest: defaultdict[tuple[str, int], int] = defaultdict(int)
    with office.ledger.read() as session:
        known = known_dossiers(session, office)
    try:
        for filed in filed_numbers(office.archive, known=known):
            for unit in units:
                if (place := place_of(filed, templates_of(office, unit))) is not None:
                    key = unit, place[0]
                    highest[key] = max(highest[key], place[1])
    except ArchiveError as error:
        mend = "No number is given until it can be read: `kinerja audit` says what is wrong."
        return {}, [RestoreFinding("archive", str(error), mend)]
    return dict(highest), []


def _dossiers(office: Office) -> Iterator[RestoreFinding]:
    with office.ledger.read() as session:
        records = list(session.scalars(select(Record).where(Record.office_id == office.id)))
        filed = {r.path: r.tagmanifest for r in records if r.filed_at is not None}
        reserved = {r.id for r in records if r.filed_at is None}
        for path in dossiers_in(office.archive):
            try:
                bag = read_bag(office.archive / path)
                dossier, _ = read_dossier(bag.path)
            except ArchiveError as error:
                yield RestoreFinding(path, str(error), "See `kinerja audit`.")
                continue
            if path not in filed and dossier.record_id not in reserved:
                yield _unknown(session, path, dossier)
            elif path in filed and bag.sha256 != filed[path]:
                message = (
                    "The dossier is newer than the ledger: something was added to it after the"
                    " backup."
                )
                yield RestoreFinding(path, message, _NEWER)


def _unknown(session: Session, path: str, dossier: Dossier) -> RestoreFinding:
    number = f", number {dossier.document_number}" if dossier.document_number else ""
    message = f"The dossier was filed after the backup ({dossier.description}{number})."
    collection = session.get(Collection, dossier.collection_id)
    if collection is None or collection.stage in {FILED, WITHDRAWN}:
        return RestoreFinding(path, message, _KEEP)
    return RestoreFinding(
        path,
        f"{message} Its collection stands at step {collection.stage} in this ledger.",
        f"Do not sign it again: filing it a second time is refused. {_KEEP}",
    )
