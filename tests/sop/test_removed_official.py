"""An official is removed while his form is open: nothing breaks, and it is seen where he was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pipeline.domain.collection import FILED
from pipeline.domain.document import State
from pipeline.domain.master import MasterData
from pipeline.domain.procedure import Verb
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Arrival, Record
from pipeline.tasks.status import office_status

from .proposing import change, on_file
from .under_way import HEAD, KASUBAG, SECRETARY, UnderWay, close

pytestmark = pytest.mark.slow


def tenure_ended(master: MasterData, at: UnderWay) -> MasterData:
    """The post is vacant since today."""
    yesterday = at.office.now().date() - timedelta(days=1)
    tenures = tuple(
        replace(t, active_to=yesterday) if t.post == HEAD else t for t in master.tenures
    )
    return replace(master, tenures=tenures)


def post_removed(master: MasterData, _at: UnderWay) -> MasterData:
    """The post is gone, and who held it."""
    return replace(
        master,
        posts=tuple(p for p in master.posts if p.name != HEAD),
        tenures=tuple(t for t in master.tenures if t.post != HEAD),
    )


@pytest.mark.parametrize("stage", [State.ISSUED, State.WAITING, State.VERIFIED])
@pytest.mark.parametrize("remove", [tenure_ended, post_removed])
def test_the_collection_goes_on_to_the_archive(
    filling: UnderWay, remove: Callable[[MasterData, UnderWay], MasterData], stage: State
) -> None:
    at = filling
    at.desk.clock.at = datetime.now(at.desk.clock.at.tzinfo)  # the certificates are of today
    if stage is not State.ISSUED:
        at.send(HEAD)
    if stage is State.VERIFIED:
        at.approve(HEAD)
    known, version = on_file(at)
    change(at, remove(known, at))
    assert on_file(at)[1] == version + 1
    form = at.form(HEAD)
    assert form.state == stage
    shown = {d.post: d for c in office_status(at.office).collections for d in c.documents}
    assert shown[HEAD].state == stage
    if stage is State.ISSUED:
        told = at.said(f"3-penggandaan/JABATAN LOWONG - {form.code}.pdf")
        assert HEAD in told
    if stage is State.WAITING:
        at.approve(HEAD)
    at.verify(KASUBAG, SECRETARY)
    if stage is State.ISSUED:
        assert close(at) == [HEAD]
    assert at.collection.stage == Verb.ENTER
    at.to_initial()
    for seal in (Verb.INITIAL, Verb.SIGN):
        at.seal(seal)
        at.desk.work()
    assert at.collection.stage == FILED
    expected = State.ABSENT if stage is State.ISSUED else State.FILED
    assert at.form(HEAD).state == expected
    with at.office.ledger.read() as session:
        (record,) = session.query(Record).all()
        assert record.filed_at is not None
        assert session.query(Arrival).filter(Arrival.outcome.is_(None)).count() == 0
        assert list(check_chains(session, at.office.id)) == []
