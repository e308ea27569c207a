"""Where a first edition goes in the archive: behind every dossier of ledger and archive.

After an old backup was restored the archive may know more than the ledger. Its numbers are not
given again, and what it holds already is not filed a second time: a print-out that lies there as
it was signed gets back the place that it had.
"""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from pipeline.archive.card import Dossier, read_card
from pipeline.domain.naming import safe_name
from pipeline.errors import ArchiveError
from pipeline.ledger.tables import Record
from pipeline.sop.case import Case

_CARD = "*/data/metadata/berkas.json"


@dataclass(frozen=True)
class Standing:
    """What the archive holds: the highest dossier number, and this very print-out's dossier."""

    last: int
    own: Dossier | None


def standing_in_archive(case: Case, printout_sha256: str, number: str) -> Standing:
    """What the archive holds of this year and classification that the ledger does not know.

    Args:
        case: The collection that is to be filed.
        printout_sha256: Its signed print-out.
        number: The document number of that.

    Cards are read: not to be called inside a transaction.

    Raises:
        ArchiveError: this collection, or its quarter, lies there already, but as another print-out,
            or with a later correction.
    """
    office, filing = case.office, case.procedure.filing
    with office.ledger.read() as session:
        of_office = select(Record.id, Record.path).where(Record.office_id == office.id)
        known = {value for row in session.execute(of_office) for value in row if value}
    last, own = 0, None
    for file in (office.archive / str(case.period.year) / filing.classification).glob(_CARD):
        bag = file.parents[2]
        place, _, name = bag.name.partition(" ")
        if not place.isdecimal():
            continue  # a filing under way
        last = max(last, int(place))
        if bag.relative_to(office.archive).as_posix() in known:
            continue
        card = _card(file, bag)
        if card is not None and card.record_id in known:
            continue  # being filed just now
        if card is not None and _is_own(case, card, printout_sha256, number):
            own = card
        elif name == safe_name(described(case)) or (card and _of(case, card)):
            raise _filed_already(case, bag)
    return Standing(last, own)


def described(case: Case) -> str:
    """What the dossier of a collection is called."""
    period = case.period
    return case.procedure.filing.description.format(triwulan=period.roman, tahun=period.year)


def _card(file: Path, bag: Path) -> Dossier | None:
    try:
        return read_card(file.read_bytes(), bag)
    except (ArchiveError, OSError):
        return None  # only its name is sure


def _of(case: Case, card: Dossier) -> bool:
    return card.collection_id == case.collection.id


def _is_own(case: Case, card: Dossier, printout_sha256: str, number: str) -> bool:
    """Whether this print-out was filed there, and nothing has replaced it since."""
    held = {item.sha256 for item in card.items if item.role == "printout"}
    return _of(case, card) and held == {printout_sha256} and card.document_number == number


def _filed_already(case: Case, bag: Path) -> ArchiveError:
    return ArchiveError(
        f"{case.period.short} sudah diarsipkan sebagai “{bag.name}”, tetapi basis data ini tidak"
        " mencatatnya, seperti sesudah cadangan lama dipulihkan. Tidak ada yang diarsipkan dua"
        " kali. Pulihkan basis data yang terakhir; bila tidak ada, kembalikan naskahnya"
        " (`kinerja return KODE --note ALASAN`) lalu tarik pengumpulan ini (`kinerja withdraw`)."
    )
