"""`close`, `extend` and `withdraw` on the command line: which collection, who may, what is said."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.domain.calendar import add_working_days
from pipeline.domain.collection import FILED, WITHDRAWN
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode, NotFoundError, UsageError
from pipeline.ledger.tables import Collection, Document, Event
from pipeline.office import Office, open_office
from pipeline.settings import FILE_NAME
from pipeline.tasks.find_collection import collection_called
from pipeline.tasks.init import init_office, make_practice_keys
from tests.cli.calling import Said, call
from tests.tasks.small_office import a_document

IN, OUT, WAITS = "AAAAA22222", "BBBBB22222", "CCCCC22222"
STATES = {IN: State.VERIFIED, OUT: State.ISSUED}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office whose account is everybody's; one collection is being filled in."""
    root = init_office(tmp_path / "kantor")
    make_practice_keys(root)
    with open_office(root) as opened:
        a_collection(opened, "c" * 32, "2026-TW3")
        due = opened.now().date().isoformat()
        with opened.ledger.write() as tx:
            for number, (code, state) in enumerate(STATES.items()):
                values = {"kind": Kind.FORM.value, "post": f"Jabatan {code[0]}", "state": state}
                document = a_document(opened, f"{number}" * 32, code, name="Formulir", **values)
                document.data = {"issued": due, "due": due}
                tx.session.add(document)
        yield opened


def a_collection(
    office: Office, id_: str, period: str, *, edition: int = 1, stage: str = Verb.FILL
) -> None:
    now = office.now()
    with office.ledger.write() as tx:
        tx.session.add(
            Collection(
                id=id_,
                office_id=office.id,
                procedure="data-kinerja",
                period=period,
                edition=edition,
                stage=stage,
                opened_at=now,
                stage_since=now,
            )
        )


def named(office: Office, name: str) -> str:
    with office.ledger.read() as session:
        return collection_called(session, office, name).id


def test_a_collection_is_called_by_its_period_or_its_id(office: Office) -> None:
    a_collection(office, "d" * 32, "2026-TW4")
    for name in ("2026-TW3", "2026-tw3", "TW III 2026", "c", "C" * 32):
        assert named(office, name) == "c" * 32
    assert named(office, "2026-TW4") == "d" * 32


def test_of_several_editions_the_latest_that_lives(office: Office) -> None:
    a_collection(office, "d" * 32, "2026-TW3", edition=2, stage=WITHDRAWN)
    assert named(office, "2026-TW3") == "c" * 32
    a_collection(office, "e" * 32, "2026-TW4", stage=WITHDRAWN)
    assert named(office, "2026-TW4") == "e" * 32


def test_what_is_not_there_or_not_one_is_told(office: Office) -> None:
    for name in ("2025-TW1", "f", "", "%"):
        with pytest.raises(NotFoundError, match="no collection goes by that name"):
            named(office, name)
    a_collection(office, "c" * 31 + "d", "2026-TW4")
    with pytest.raises(UsageError, match="several collections") as told:
        named(office, "cc")
    assert "2026-TW4" in str(told.value)


def stage_of(office: Office) -> str:
    with office.ledger.read() as session:
        return session.get_one(Collection, "c" * 32).stage


def test_close(office: Office) -> None:
    said = call("close", "2026-TW3", "--note", "Cukup.", office=office.root)
    assert said.code == ExitCode.OK, said.stderr
    assert said.stdout.splitlines() == [
        "2026-TW3 is closed; the service carries it on. Absent:",
        "  Jabatan B",
    ]
    assert stage_of(office) == Verb.ENTER
    again = call("close", "2026-TW3", office=office.root)
    assert again.code == ExitCode.CONFLICT
    assert "closed already" in again.stderr


def test_only_a_scan_that_waits_is_set_aside(office: Office) -> None:
    said = call("close", "2026-TW3", "--set-aside", OUT, office=office.root)
    assert said.code == ExitCode.NOT_FOUND
    assert OUT in said.stderr
    assert stage_of(office) == Verb.FILL


def test_a_correction_is_not_closed(office: Office) -> None:
    a_collection(office, "d" * 32, "2026-TW2", stage=FILED)
    with office.ledger.write() as tx:
        collection = tx.session.get_one(Collection, "c" * 32)
        collection.amends, collection.amendment = "d" * 32, "ralat"
    said = call("close", "c", office=office.root)
    assert said.code == ExitCode.CONFLICT
    assert "kinerja withdraw" in said.stderr
    assert stage_of(office) == Verb.FILL


def test_extend(office: Office) -> None:
    today = office.now().date()
    later = add_working_days(today, 3, office.hours.days_off)
    said = call("extend", OUT.lower(), "--until", str(later), office=office.root)
    assert said.code == ExitCode.OK, said.stderr
    assert f"due on {later}" in said.stdout
    with office.ledger.read() as session:
        assert session.query(Document).filter_by(code=OUT).one().data["due"] == str(later)
        assert session.query(Event).filter_by(kind="form.extended").count() == 1


@pytest.mark.parametrize(
    ("code", "until", "exit_code"),
    [
        (OUT, date(2020, 1, 6), ExitCode.AT_FAULT),
        (IN, date(2099, 1, 5), ExitCode.CONFLICT),
        (WAITS, date(2099, 1, 5), ExitCode.NOT_FOUND),
    ],
)
def test_extend_refused(office: Office, code: str, until: date, exit_code: ExitCode) -> None:
    said = call("extend", code, "--until", str(until), office=office.root)
    assert said.code == exit_code
    assert code in said.stderr


def test_a_date_that_is_none_is_wrong_usage(office: Office) -> None:
    said = call("extend", OUT, "--until", "besok", office=office.root)
    assert said.code == ExitCode.USAGE


def test_withdraw(office: Office) -> None:
    said = call("withdraw", "2026-TW3", "--note", "Salah triwulan.", office=office.root)
    assert said.code == ExitCode.OK, said.stderr
    assert said.stdout == "2026-TW3 is withdrawn; the service takes its papers away.\n"
    assert stage_of(office) == WITHDRAWN
    again = call("withdraw", "2026-TW3", "--note", "Lagi.", office=office.root)
    assert again.code == ExitCode.CONFLICT


def test_withdraw_needs_a_reason(office: Office) -> None:
    for note in ((), ("--note", " ")):
        said = call("withdraw", "2026-TW3", *note, office=office.root)
        assert said.code == ExitCode.USAGE
        assert "--note" in said.stderr
    assert stage_of(office) == Verb.FILL


def unauthorised(office: Office, *arguments: str) -> Said:
    settings = office.root / FILE_NAME
    text = settings.read_text()
    settings.write_text(re.sub(r"\n\[\[accounts\]\](\n[^\[\n]+.*)+", "\n", text))
    return call(*arguments, office=office.root)


@pytest.mark.parametrize(
    "arguments",
    [
        ("close", "2026-TW3"),
        ("extend", OUT, "--until", str(date.today() + timedelta(days=30))),
        ("withdraw", "2026-TW3", "--note", "Iseng."),
    ],
    ids=lambda arguments: arguments[0],
)
def test_who_is_not_known_may_do_none_of_it(office: Office, arguments: tuple[str, ...]) -> None:
    said = unauthorised(office, *arguments)
    assert said.code == ExitCode.AUTHORITY
    assert stage_of(office) == Verb.FILL
    with office.ledger.read() as session:
        kinds = [e.kind for e in session.query(Event)]
    assert kinds == ["act.refused"]
