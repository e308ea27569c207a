"""Versions of the master data: one after the other, each whole, none undone by another."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from pipeline.domain.document import Kind, State
from pipeline.domain.master import MasterData, Unit
from pipeline.ledger.database import Transaction
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Document, Event, MasterVersion
from pipeline.office import Office
from pipeline.sop.master.versions import (
    OvertakenError,
    keep,
    latest_version,
    master_on_file,
    put_on_file,
    read_version,
    until_current,
    version_on_file,
)
from pipeline.sop.publish import new_document

from ..domain.masters import MASTER
from .samples import a_collection

BY = {"actor": "Kasubag", "via": "uji"}


def paper(tx: Transaction) -> Document:
    """Some paper that brings master data."""
    found = tx.session.scalar(select(Document))
    if found is not None:
        return found
    collection = a_collection(tx)
    return new_document(tx, collection, Kind.STATEMENTS, name="x.xlsx", state=State.APPROVED)


def hold(office: Office, master: MasterData, *, base: int) -> MasterVersion | None:
    sha256 = keep(office, master)
    with office.ledger.write() as tx:
        return put_on_file(tx, sha256, base=base, document=paper(tx), **BY)


def test_an_office_begins_without(office: Office) -> None:
    with office.ledger.read() as session:
        assert latest_version(session, office.id) is None
        assert version_on_file(session, office.id) == 0
        assert master_on_file(session, office) == MasterData()


def test_what_is_put_on_file_is_read_back_whole(office: Office) -> None:
    version = hold(office, MASTER, base=0)
    assert version is not None
    assert version.seq == 1
    with office.ledger.read() as session:
        assert master_on_file(session, office) == MASTER
        assert version_on_file(session, office.id) == 1
        (event,) = session.scalars(select(Event).where(Event.kind == "master.changed"))
        assert list(check_chains(session, office.id)) == []
    assert event.chain == f"kantor:{office.id}"
    assert event.payload == {"version": 1, "sha256": version.sha256}


def test_the_last_version_holds_and_the_others_stay(office: Office) -> None:
    first = hold(office, MASTER, base=0)
    later = replace(MASTER, units=(*MASTER.units, Unit("UPTD Baru")))
    hold(office, later, base=1)
    with office.ledger.read() as session:
        assert master_on_file(session, office) == later
    assert first is not None
    assert read_version(office, first.sha256) == MASTER


def test_the_same_data_make_no_new_version(office: Office) -> None:
    hold(office, MASTER, base=0)
    assert hold(office, MASTER, base=1) is None
    with office.ledger.read() as session:
        assert version_on_file(session, office.id) == 1


@pytest.mark.parametrize("base", [0, 2])
def test_what_was_made_from_another_version_does_not_hold(office: Office, base: int) -> None:
    hold(office, MASTER, base=0)
    with pytest.raises(OvertakenError):
        hold(office, MasterData(), base=base)
    with office.ledger.read() as session:
        assert master_on_file(session, office) == MASTER


def test_work_that_was_overtaken_is_done_again_on_the_new_version(office: Office) -> None:
    """Somebody else's version comes in between; both changes hold in the end."""
    others = iter([replace(MASTER, units=(*MASTER.units, Unit("UPTD Lain")))])

    def add_a_post() -> None:
        with office.ledger.read() as session:
            known, base = master_on_file(session, office), version_on_file(session, office.id)
        for other in others:
            hold(office, other, base=base)
        hold(office, replace(known, openings=()), base=base)

    until_current(add_a_post)
    with office.ledger.read() as session:
        held = master_on_file(session, office)
        assert version_on_file(session, office.id) == 2
    assert held.units[-1] == Unit("UPTD Lain")
    assert held.openings == ()
