"""What cannot be taken from a command folder: its sender is told why, until it is mended."""

from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.procedure import Procedure, Verb
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.lying import Why
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.intake.places import ON_BEHALF, CommandPlace, place_at
from pipeline.ledger.tables import Publication, Untaken
from pipeline.office import Office
from pipeline.sop.publish import SLIP, publish
from pipeline.sop.slips import client_folder, print_slip

ROLE = "untaken"
"""Among the files that people find: it goes when its matter has gone, and with nothing else."""

WORDS: dict[Why, tuple[str, str]] = {
    Why.LINK: (
        "Yang ada di sana adalah tautan (pintasan), bukan berkas atau folder itu sendiri.",
        "Hapus tautan itu, lalu salin berkas aslinya ke {send}",
    ),
    Why.SPECIAL: (
        "Yang ada di sana bukan berkas biasa (pipa, soket, atau perangkat).",
        "Hapus itu, lalu salin berkas yang dimaksud ke {send}",
    ),
    Why.UNREADABLE: (
        "Layanan tidak diberi hak untuk membaca berkas itu.",
        "Salin isi berkas itu ke berkas baru di {send}, atau minta administrator memberi layanan"
        " hak baca.",
    ),
    Why.CLOSED: (
        "Layanan tidak diberi hak untuk masuk ke folder itu.",
        "Pindahkan isinya langsung ke {send}, atau minta administrator memberi layanan hak masuk.",
    ),
    Why.UNMOVABLE: (
        "Layanan tidak diberi hak untuk memindahkan berkas itu dari foldernya.",
        "Minta administrator memberi layanan hak tulis pada {send}",
    ),
    Why.ELSEWHERE: (
        "Berkas itu berada di perangkat penyimpanan lain yang dipasang di dalam folder ini.",
        "Salin berkas itu langsung ke {send}, bukan ke dalam perangkat itu.",
    ),
    Why.DEEP: (
        "Foldernya bersarang terlalu dalam.",
        "Pindahkan berkas-berkasnya langsung ke {send}, atau ke satu folder di dalamnya.",
    ),
}


def tell_untaken(office: Office, untaken_id: str) -> None:
    """Lay the slip while it lies there, take it away when it is gone; again changes nothing."""
    with office.ledger.read() as session:
        row = session.get_one(Untaken, untaken_id)
        laid = bool(_slips(session, row))
    key, _, path = row.folder.partition("/")
    procedure = office.procedures.get(key)
    place = place_at(procedure, path) if procedure else None
    if procedure is None or place is None:
        return
    sha256 = None
    if row.gone_at is None and not laid:
        sha256 = print_slip(office, procedure, None, _slip(office, procedure, place, row))
    with office.ledger.write() as tx:
        row = tx.session.get_one(Untaken, untaken_id)
        slips = _slips(tx.session, row)
        if row.gone_at is not None:
            for slip in slips:
                slip.state = UNWANTED
        elif sha256 is not None and not slips:
            name = f"{_stem(row)} - {_lies(row).name}.pdf"
            publish(tx, f"{procedure.key}/{place.stage}", name, sha256, role=ROLE)


def _slip(office: Office, procedure: Procedure, place: CommandPlace, row: Untaken) -> Slip:
    lies, send = _lies(row), client_folder(office, row.folder)
    folder = client_folder(office, str(lies.parent))
    why, mend = WORDS[Why(row.why)]
    return Slip(
        title="TIDAK DAPAT DIAMBIL",
        summary=f"{lies.name} di {folder} tidak dapat diambil dan dibiarkan di tempatnya.",
        document=lies.name,
        recipient=_recipient(procedure, place),
        sender="kinerja",
        reasons=[why],
        steps=[mend.format(send=send), "Slip ini hilang sendiri sesudah itu."],
    )


def _recipient(procedure: Procedure, place: CommandPlace) -> str:
    if place.post_folder == ON_BEHALF:
        return procedure.actor(procedure.step(Verb.DISTRIBUTE).actor).name
    return place.post_folder or procedure.actor(place.step.actor).name


def _lies(row: Untaken) -> PurePosixPath:
    """Where it lies in the inbox; the command folder itself where that cannot be entered."""
    return PurePosixPath(row.folder, row.name)


def _stem(row: Untaken) -> str:
    """How the slip's name begins: the same for the same thing, and for nothing else."""
    return f"{SLIP} {row.id[:6]} TIDAK DAPAT DIAMBIL"


def _slips(session: Session, row: Untaken) -> list[Publication]:
    """The slip about it that lies in its folder, or is to."""
    query = select(Publication).where(
        Publication.office_id == row.office_id,
        Publication.role == ROLE,
        Publication.path.contains(f"/{_stem(row)}", autoescape=True),
        Publication.state.in_((WANTED, PLACED)),
    )
    return list(session.scalars(query))
