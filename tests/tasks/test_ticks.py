"""Changes since the officials reported: each is ticked by its number, or no paraf is put."""

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.ticking import numbers_in
from pipeline.domain.document import State
from pipeline.domain.form import Change, Field
from pipeline.domain.procedure import Verb
from pipeline.errors import AuthorityError, ConflictError, ExitCode, UsageError
from pipeline.ledger.tables import Collection, Document, Event
from pipeline.office import Office, open_office
from pipeline.sop.printout.changes import (
    ACCEPTED,
    LISTED,
    ListedChange,
    accepted_in,
    listed_in,
    require_accepted,
    spans,
    to_accept,
    to_json,
)
from pipeline.tasks.seal import waiting_for
from pipeline.tasks.tick import tick_only
from tests.cli.calling import Said, call
from tests.tasks import small_office as small

MOMENT = datetime(2026, 10, 12, 3, 20, tzinfo=UTC)
STAFF = ("Staf", "melalui folder, akun STAF-PC", MOMENT)
CHANGES = [
    ListedChange(
        number,
        Verb.ENTER if number < 4 else Verb.VERIFY,
        "H3K8W2PQ7M",
        "Kabid",
        Change(f"IK-{number}", Field.ACTUAL, f"{number}", f"{number}5", "salah ketik", *STAFF),
        earlier=number == 3,
    )
    for number in (1, 2, 3, 4)
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], bytes]:
    return small.prepared_office(tmp_path_factory.mktemp("kantor"))


@pytest.fixture
def office(made: tuple[Path, dict[str, str], bytes]) -> Iterator[Office]:
    """An office whose print-out lists four changes, the third of an earlier print-out."""
    root, _, prepared = made
    with open_office(root) as opened:
        blob, now = opened.store.put(prepared), opened.now()
        with opened.ledger.write() as tx:
            for table in (Event, Document, Collection):
                tx.session.query(table).delete()
            more = {"opened_at": now, "stage_since": now, "stage": Verb.INITIAL}
            names = {"id": small.COLLECTION, "office_id": opened.id, "period": small.PERIOD}
            tx.session.add(Collection(procedure="data-kinerja", **names, **more))
            tx.session.flush()
            waits = {"state": State.WAITING.value, "pdf": blob, "blob": blob}
            printout = small.a_document(opened, small.PRINTOUT, small.CODE, **waits)
            printout.data = {LISTED: to_json(CHANGES)}
            tx.session.add(printout)
        yield opened


@pytest.fixture(scope="module")
def pin(made: tuple[Path, dict[str, str], bytes]) -> str:
    return made[1]["kasubag"]


def printout(office: Office) -> Document:
    with office.ledger.read() as session:
        return session.get_one(Document, small.PRINTOUT)


def events(office: Office) -> list[tuple[str, dict[str, Any]]]:
    with office.ledger.read() as session:
        found = session.query(Event).where(Event.kind != "document.opened").order_by(Event.id)
        return [(e.kind, e.payload) for e in found]


def initial(office: Office, *more: str, pin: str | None) -> Said:
    return call("initial", small.CODE, "--as", "kasubag", *more, office=office.root, pin=pin)


def test_the_list_is_kept_with_the_print_out(office: Office) -> None:
    assert listed_in(printout(office)) == CHANGES
    assert [c.number for c in to_accept(printout(office))] == [1, 2, 4]


@pytest.mark.parametrize("ticked", [[], ["--accept-changes", "1-2"]])
def test_without_every_tick_no_paraf_is_put(office: Office, pin: str, ticked: list[str]) -> None:
    said = initial(office, "--json", *ticked, pin=pin)
    assert said.code == ExitCode.AT_FAULT
    (result,) = json.loads(said.stdout)
    assert "belum dicentang: nomor" in result["error"]
    assert [c["nomor"] for c in result["changes"]] == [1, 2, 4]
    assert (result["changes"][0]["semula"], result["changes"][0]["menjadi"]) == ("1", "15")
    assert result["changes"][0]["oleh"] == "Staf"
    assert (events(office), printout(office).data) == ([], {LISTED: to_json(CHANGES)})
    with office.ledger.read() as session:
        assert session.get_one(Collection, small.COLLECTION).stage == Verb.INITIAL


def test_the_pin_is_not_asked_for_what_is_not_ticked(office: Office) -> None:
    said = initial(office, pin=None)
    assert said.code == ExitCode.AT_FAULT
    assert "PIN" not in said.stderr
    for shown in ("IK-1 Realisasi TW", "“1” → “15”", "salah ketik", "entri: Staf", "STAF-PC"):
        assert shown in said.stdout
    assert "12 Okt 10.20" in said.stdout
    assert "verifikasi: Staf" in said.stdout
    assert "IK-3" not in said.stdout  # ticked when the print-out was that this one amends


def test_every_tick_is_recorded_with_the_paraf(office: Office, pin: str) -> None:
    said = initial(office, "--json", "--accept-changes", "4,1-2", pin=pin)
    assert said.code == ExitCode.OK, said.stderr
    (result,) = json.loads(said.stdout)
    assert (result["error"], result["accepted"]) == ("", [1, 2, 4])
    (ticked, _), (initialled, _) = events(office)
    assert (ticked, initialled) == ("changes.accepted", "printout.initialled")
    assert events(office)[0][1] == {"revision": printout(office).revision, "numbers": [1, 2, 4]}
    (tick,) = accepted_in(printout(office))
    assert tick["oleh"] == small.POST
    assert [(c["nomor"], c["tahap"], c["menjadi"]) for c in tick["perubahan"]] == [
        (1, "entri", "15"),
        (2, "entri", "25"),
        (4, "verifikasi", "45"),
    ]


def test_a_wrong_pin_ticks_nothing(office: Office) -> None:
    assert initial(office, "--accept-changes", "all", pin="00000000").code == ExitCode.KEY
    assert ACCEPTED not in printout(office).data


@pytest.mark.parametrize("numbers", ["5", "3", "eins", "1;2", "2-1x"])
def test_numbers_that_mean_no_change_are_refused(office: Office, pin: str, numbers: str) -> None:
    said = initial(office, "--accept-changes", numbers, pin=pin)
    assert said.code == ExitCode.USAGE
    assert "--accept-changes" in said.stderr
    assert events(office) == []


@pytest.mark.slow
def test_at_a_terminal_each_is_asked_for(office: Office, pin: str) -> None:
    answers = ["y", "n", "y"]
    out = _at_terminal(office, answers)
    assert out.count("Centang perubahan") == 3
    assert "belum dicentang: nomor 2" in out
    assert events(office) == []
    out = _at_terminal(office, ["y", "y", "y", "y", pin])
    assert "3 change(s) of the annex are ticked." in out
    assert [kind for kind, _ in events(office)] == ["changes.accepted", "printout.initialled"]


def _at_terminal(office: Office, answers: list[str]) -> str:
    """`kinerja initial` with somebody at a terminal who gives these answers, one a question."""
    leader, follower = pty.openpty()
    call = [sys.executable, "-m", "pipeline", "initial", small.CODE, "--as", "kasubag"]
    call += ["--office", str(office.root)]
    with subprocess.Popen(call, stdin=follower, stdout=follower, stderr=follower) as process:
        os.close(follower)
        said = b""
        for answer in [*answers, None]:
            asked = False
            while not asked:
                try:
                    piece = os.read(leader, 4096)
                except OSError:  # the program has ended
                    piece = b""
                if not piece:
                    break
                said += piece
                last = said.rsplit(b"\n", 1)[-1]
                asked = answer is not None and last.endswith(b": ")
            if asked and answer is not None:
                os.write(leader, answer.encode() + b"\n")
                said += b"\n"
        process.wait(timeout=60)
    os.close(leader)
    return said.decode()


def test_for_a_paraf_elsewhere_the_ticks_come_first(office: Office) -> None:
    with pytest.raises(ConflictError, match="nomor 1-2,4 pada Lampiran"):
        require_accepted(printout(office))
    waiting = waiting_for(office, Verb.INITIAL)
    (some,) = tick_only(office, waiting, {small.PRINTOUT: [1, 4]})
    assert (some.accepted, [c["nomor"] for c in some.changes]) == ([1, 4], [2])
    (rest,) = tick_only(office, waiting_for(office, Verb.INITIAL), {small.PRINTOUT: [1, 2]})
    assert (rest.accepted, rest.changes) == ([2], [])
    require_accepted(printout(office))
    assert [payload["numbers"] for _, payload in events(office)] == [[1, 4], [2]]


def test_the_command_ticks_for_a_paraf_elsewhere(office: Office) -> None:
    some = initial(office, "--elsewhere", "--accept-changes", "1,2", pin=None)
    assert some.code == ExitCode.AT_FAULT
    rest = initial(office, "--elsewhere", "--accept-changes", "4", pin=None)
    assert (rest.code, [kind for kind, _ in events(office)]) == (
        ExitCode.OK,
        ["changes.accepted"] * 2,
    )


def test_an_account_without_the_post_ticks_nothing(office: Office) -> None:
    office.__dict__["settings"] = office.settings.model_copy(update={"accounts": ()})
    with pytest.raises(AuthorityError):
        tick_only(office, waiting_for(office, Verb.INITIAL), {small.PRINTOUT: [1]})
    assert [kind for kind, _ in events(office)] == ["act.refused"]


def test_ticks_hold_for_one_revision(office: Office) -> None:
    done = printout(office)
    tick = {"revision": done.revision, "numbers": [1, 2, 4], "by": "x", "via": "y", "at": "z"}
    done.data = {**done.data, ACCEPTED: [tick]}
    assert to_accept(done) == []
    done.revision += 1
    assert len(to_accept(done)) == 3
    assert accepted_in(done)[0]["perubahan"] == [{"nomor": 1}, {"nomor": 2}, {"nomor": 4}]


def test_numbers_as_people_write_them() -> None:
    assert spans([5, 1, 2, 3, 9]) == "1-3,5,9"
    assert numbers_in("1-3, 5,9", [1, 2, 3, 5, 9]) == [1, 2, 3, 5, 9]
    assert numbers_in("", [1]) == []
    with pytest.raises(UsageError):
        numbers_in("1-3", [1, 3])
    with pytest.raises(UsageError):
        numbers_in("3-1", [1, 2, 3])
