"""What holds at the end of every journey: one dossier for its collection, sound and complete."""

from hashlib import sha256
from pathlib import Path

import bagit

from pipeline.domain.document import Kind
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Arrival, Number, Record
from pipeline.office import Office
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.verify import grounds_in, verify_file
from tests.journeys.office import Journey


def assert_filed(journey: Journey, signed: Path | None = None) -> Path:
    """Look at everything once the collection is at its end, where ``signed`` lies; its bag.

    Without ``signed`` it is brought there first.
    """
    signed = signed or journey.to_filed()
    printout = journey.document(Kind.PRINTOUT)
    (record,) = journey.rows(Record, Record.code == printout.code)
    (number,) = journey.rows(Number, Number.document_id == printout.id)
    assert record.document_number == number.text
    assert record.printout_sha256 == sha256(signed.read_bytes()).hexdigest()
    assert_sound(journey.office)
    with grounds_in(journey.root) as grounds:
        assert verify_file(grounds, signed).accepted
    bag: Path = journey.office.archive / record.path
    bagit.Bag(str(bag)).validate()
    return bag


def assert_sound(office: Office) -> None:
    """Every file that came was answered, no chain is broken, and the audit finds nothing."""
    with office.ledger.read() as session:
        assert session.query(Arrival).where(Arrival.outcome.is_(None)).all() == []
        assert list(check_chains(session, office.id)) == []
    assert audit(office).findings == ()
