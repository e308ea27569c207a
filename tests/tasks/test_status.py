"""Where everything is, since when, until when: as the status reports it."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.cli.options import print_json
from pipeline.domain.collection import Amendment
from pipeline.domain.deadline import Lateness
from pipeline.domain.document import Kind, State
from pipeline.domain.master import Capacity, MasterData, Post, Tenure
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.errors import NotFoundError
from pipeline.ledger.tables import Document
from pipeline.sop.master.versions import keep, put_on_file
from pipeline.sop.scanned.kept import Scan, Scans, keep_to_confirm
from pipeline.tasks.status import DocumentStatus, office_status
from pipeline.web.overview import overview
from tests.tasks.quarters import ISSUED, NOW, PERIOD, WIB, Quarters, quarters
from tests.web.offices import HEAD


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in October 2026; the 5th and the 12th are Mondays."""
    return datetime(2026, 10, day, hour, minute, tzinfo=WIB)


def forms(office: Quarters) -> list[DocumentStatus]:
    (collection,) = office_status(office.office).collections
    return [d for d in collection.documents if d.kind == Kind.FORM]


def test_each_form_says_where_it_is_and_how_late(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        people = made.filling(6)
        own, returned, waiting, verified, _, absent = found = forms(made)
    assert [f.post for f in found] == [p.post for p in people], "in the roster's order"
    assert (own.where, own.next, own.since) == ("4 pengisian", people[0].post, ISSUED)
    assert own.timing.due == own.timing.red == at(8, 16)
    assert (own.timing.lateness, own.timing.late_by) == (Lateness.RED, "1 hari kerja 2 jam")
    assert (returned.where, returned.returns) == ("4 pengisian", 2)
    assert (waiting.where, waiting.next) == ("5 verifikasi", HEAD)
    assert (waiting.since, waiting.timing.due) == (at(7, 10, 14), at(8, 16))
    assert waiting.title == "Plt. Kepala Bidang Perikanan Tangkap"
    assert waiting.short == "Plt. Kabid Perikanan Tangkap"
    assert (verified.where, verified.next, verified.timing.due) == ("diverifikasi", "–", None)
    assert absent.where == "tidak menyampaikan"


def test_a_scan_that_waits_is_told_wherever_forms_are_listed(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        post = made.filling(2)[1].post
        with made.office.ledger.write() as tx:
            form = tx.session.query(Document).filter_by(post=post).one()
            scan = Scan("a", "foto.jpg", "b", ISSUED.isoformat(), post, "uji", [0], read="c")
            keep_to_confirm(form, Scans([scan], f"data-kinerja/4-pengisian/{post}"))
        own, scanned = forms(made)
        running = overview(made.office, NOW).running[0]
    assert (own.where, own.unconfirmed) == ("4 pengisian", False)
    assert scanned.where == "4 pengisian, pindaian menunggu dikonfirmasi"
    assert scanned.next == post
    assert [row.state.label for row in running.forms] == [
        "Belum masuk",
        "Pindaian menunggu dikonfirmasi",
    ]
    assert [turn.what for turn in running.turns] == [
        "mengisi 1 formulir",
        "mengonfirmasi 1 pindaian",
    ]


def test_the_kasubags_own_form_waits_for_the_substitute(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        filling = made.collection(Verb.FILL, ISSUED, due=at(8, 16))
        made.document(filling, Kind.FORM, State.WAITING, post=HEAD)
        (own,) = forms(made)
    assert own.next == "Sekretaris"


def test_who_is_next_is_named_with_the_capacity(tmp_path: Path) -> None:
    acting = Tenure(
        HEAD,
        "Contoh, S.Pi.",
        "198003042005012001",
        "III/d",
        NOW.date() - timedelta(days=9),
        NOW.date() + timedelta(days=9),
        Capacity.ACTING,
        "821/1/2026",
    )
    with quarters(tmp_path) as made:
        made.filling(3)
        basis = made.document(None, Kind.MASTER, State.APPROVED)
        kept = keep(made.office, MasterData(posts=(Post(HEAD),), tenures=(acting,)))
        with made.office.ledger.write() as tx:
            put_on_file(tx, kept, base=0, document=basis, actor="Staf", via="uji")
        assert forms(made)[2].next == f"Plt. {HEAD}"


def test_an_extension_of_one_official_counts_once_the_others_are_in(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        filling = made.collection(Verb.FILL, ISSUED, due=at(8, 16))
        early = made.document(
            filling, Kind.FORM, State.ISSUED, post="A", data={"due": "2026-10-08"}
        )
        made.document(filling, Kind.FORM, State.ISSUED, post="B", data={"due": "2026-10-14"})
        (collection,) = office_status(made.office).collections
        assert collection.timing.due == at(8, 16)
        assert collection.timing.late_by == "1 hari kerja 2 jam"
        with made.office.ledger.write() as tx:
            tx.session.get_one(Document, early.id).state = State.VERIFIED
        (collection,) = office_status(made.office).collections
    assert (collection.timing.due, collection.timing.late_by) == (at(14, 16), "")


@pytest.mark.parametrize(
    ("now", "opened", "due", "lateness"),
    [
        (at(9, 14, 10), None, at(9, 14, 10), Lateness.IN_TIME),
        (at(9, 14, 11), None, at(9, 14, 10), Lateness.LATE),
        (at(12, 9, 45), at(12, 9, 40), at(12, 9, 50), Lateness.IN_TIME),
        (at(12, 15, 59), at(12, 9, 40), at(12, 9, 50), Lateness.LATE),
        (at(12, 16, 1), None, at(9, 14, 10), Lateness.RED),
        (at(13, 8), at(13, 7, 55), at(12, 16), Lateness.RED),  # opened after its working day
    ],
)
def test_a_task_in_minutes_counts_from_opening(
    tmp_path: Path, now: datetime, opened: datetime | None, due: datetime, lateness: Lateness
) -> None:
    arrived = at(9, 14)
    with quarters(tmp_path, now) as made:
        signing = made.collection(Verb.SIGN, arrived, due=at(9, 14, 10))
        made.document(signing, Kind.PRINTOUT, State.WAITING, opened_at=opened)
        (collection,) = office_status(made.office).collections
    (printout,) = collection.documents
    assert (printout.where, printout.since) == ("8 tanda tangan", arrived)
    assert printout.timing == collection.timing
    assert (printout.timing.due, printout.timing.lateness) == (due, lateness)
    assert printout.timing.red == at(12, 16)
    assert printout.opened == opened


def test_several_collections_each_say_what_they_are(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        made.filling(4)
        filed = made.collection("filed", at(1, 9), Period(2026, 2))
        first = made.collection(
            "filed", at(2, 9), Period(2026, 2), edition=2, amends=filed, amendment=Amendment.ERRATUM
        )
        made.collection(
            Verb.ENTER,
            at(6, 9),
            Period(2026, 2),
            edition=3,
            amends=first,
            amendment=Amendment.CHANGE,
            closed_at=at(5, 9),
        )
        made.collection("withdrawn", at(3, 9), Period(2026, 1))
        made.collection(Verb.DRAFT, at(6, 9), Period(2026, 1), edition=2)
        found = office_status(made.office).collections
        only = office_status(made.office, PERIOD).collections
        with pytest.raises(NotFoundError, match="2024-TW1"):
            office_status(made.office, Period(2024, 1))
    assert [c.period for c in only] == ["2026-TW3"]
    assert [(c.period, c.edition, c.where, c.amendment) for c in found] == [
        ("2026-TW3", 1, "4 pengisian", ""),
        ("2026-TW2", 3, "6 entri", "perubahan ke-2 atas TW II 2026"),
        ("2026-TW2", 2, "diarsipkan", "ralat ke-1 atas TW II 2026"),
        ("2026-TW2", 1, "diarsipkan", ""),
        ("2026-TW1", 2, "1 draft", "edisi ke-2"),
        ("2026-TW1", 1, "ditarik", ""),
    ]
    assert found[1].closed == at(5, 9)
    assert {c.next for c in found if c.step is None} == {"–"}


def test_waiting_master_data_stand_apart(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        made.document(None, Kind.MASTER, State.WAITING, name="Data Induk.xlsx")
        made.document(None, Kind.MASTER, State.APPROVED, name="Data Induk lama.xlsx")
        report = office_status(made.office)
    (proposal,) = report.master
    assert (proposal.name, proposal.where, proposal.next) == (
        "Data Induk.xlsx",
        "data induk",
        HEAD,
    )
    assert report.collections == []


def test_the_status_goes_out_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with quarters(tmp_path) as made:
        made.filling(4)
        print_json(office_status(made.office).to_dict())
    told = json.loads(capsys.readouterr().out)
    (collection,) = told["collections"]
    form = next(d for d in collection["documents"] if d["kind"] == "formulir")
    assert told["at"] == NOW.isoformat()
    assert form["timing"] == {
        "due": "2026-10-08T16:00:00+07:00",
        "red": "2026-10-08T16:00:00+07:00",
        "lateness": "red",
        "late_by": "1 hari kerja 2 jam",
    }
    assert collection["recap"].startswith("Data Kinerja TW III 2026 – keadaan 12 Okt 09.45.")
