"""What lies in a command folder and cannot be taken, entered as the watcher enters it."""

from pipeline.intake.lying import Why
from pipeline.ledger.tables import Untaken
from pipeline.office import Office

FOLDER = "data-kinerja/1-draft/kirim"


def leave_links(office: Office, count: int) -> None:
    """So many links, called pintasan 00, pintasan 01 and so on."""
    with office.ledger.write() as tx:
        for number in range(count):
            row = Untaken(
                id=f"{number:032x}",
                office_id=tx.office_id,
                folder=FOLDER,
                name=f"pintasan {number:02}",
                mark=f"1:{number}",
                why=Why.LINK,
                seen_at=tx.now(),
            )
            tx.session.add(row)
