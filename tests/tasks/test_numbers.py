"""The register: every number with its bearer, and the mend of what is missing."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.archive.numbering import cancel_number, give_number, number_of, skip_places
from pipeline.domain.document import Kind, State
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.errors import AuthorityError, ConflictError, ExitCode, NotFoundError
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, Number
from pipeline.office import Office, open_office
from pipeline.procedures import FILE_NAME
from pipeline.sop.publish import new_document
from pipeline.tasks.account import current_account
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.audit.report import AuditKind
from pipeline.tasks.init import init_office
from pipeline.tasks.numbers import NumberState, enter_number, register
from tests.archive.test_numbers_filed import put
from tests.cli.calling import call
from tests.sop.samples import PERIOD, a_collection

YEAR = 2026
NUMBER = "000.8.6.3/{}/DKP/2026"


@pytest.fixture(scope="module")
def new_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return init_office(tmp_path_factory.mktemp("nomor") / "kantor")


@pytest.fixture
def office(new_office: Path, tmp_path: Path) -> Iterator[Office]:
    """An office whose account here is Staf's."""
    root = shutil.copytree(new_office, tmp_path / "kantor")
    with (root / "kinerja.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'\n[[accounts]]\nname = "{current_account()}"\nroles = ["staf"]\n')
    with open_office(root) as opened:
        yield opened


@pytest.fixture
def manual(office: Office) -> Iterator[Office]:
    """The same, with numbers from its own register."""
    path = office.templates / "data-kinerja" / FILE_NAME
    said = path.read_text("utf-8")
    path.write_text(said.replace("[filing]\n", '[filing]\nnumbering = "manual"\n'), "utf-8")
    with open_office(office.root) as opened:
        yield opened


def an_opened(tx: Transaction, period: Period) -> Collection:
    """A collection with the event that every one begins with."""
    collection = a_collection(tx, period)
    tx.record("collection.opened", chain=collection.id, actor="Staf", via="uji")
    return collection


def a_printout(office: Office, quarter: int, *, floor: int = 0, year: int = YEAR) -> Document:
    """A print-out with the next number, in a collection of its own."""
    with office.ledger.write() as tx:
        collection = an_opened(tx, Period(2026, quarter))
        name = f"Print Out TW {quarter}.pdf"
        document = new_document(tx, collection, Kind.PRINTOUT, name=name, state=State.WAITING)
        number_of(tx, document.id, office.procedures["data-kinerja"].filing, year=year, floor=floor)
    return document


def an_awaited(office: Office) -> Document:
    """The workbook of a collection whose print-out waits for its number."""
    with office.ledger.write() as tx:
        collection = an_opened(tx, PERIOD)
        collection.stage = Verb.ENTER
        return new_document(tx, collection, Kind.WORKBOOK, name="Entri.xlsx", state=State.RECEIVED)


def test_an_office_that_has_given_none(office: Office) -> None:
    found = register(office)
    assert found.whole
    assert (found.entries, found.gaps) == ((), ())
    assert call("numbers", office=office.root).code == ExitCode.OK


def test_every_number_with_its_bearer_and_state(office: Office) -> None:
    one, two, three = (a_printout(office, quarter) for quarter in (1, 2, 3))
    with office.ledger.write() as tx:
        cancel_number(tx, one.id, "pengumpulan ditarik: salah format")
        tx.session.get_one(Document, two.id).state = State.FILED
    found = register(office)
    assert [(e.number, e.code, e.period, e.state, e.reason) for e in found.entries] == [
        (
            NUMBER.format(1),
            one.code,
            "TW I 2026",
            NumberState.CANCELLED,
            "pengumpulan ditarik: salah format",
        ),
        (NUMBER.format(2), two.code, "TW II 2026", NumberState.FILED, ""),
        (NUMBER.format(3), three.code, "TW III 2026", NumberState.USED, ""),
    ]
    assert found.whole
    shown = call("numbers", office=office.root)
    assert shown.code == ExitCode.OK
    words = "".join(shown.stdout.split())
    assert all(part in words for part in (one.code, "batal:", "diarsipkan", "dipakai"))
    assert AuditKind.NUMBER not in {finding.kind for finding in audit(office).findings}


def test_one_year_alone(office: Office) -> None:
    a_printout(office, 1)
    a_printout(office, 2, year=2027)
    assert [e.year for e in register(office, 2027).entries] == [2027]
    said = json.loads(call("numbers", "--year", "2026", "--json", office=office.root).stdout)
    assert [n["number"] for n in said["numbers"]] == [NUMBER.format(1)]
    assert said["numbers"][0]["state"] == "dipakai"
    assert said["gaps"] == []


def test_numbers_given_by_hand_have_no_place_and_leave_no_gap(manual: Office) -> None:
    document = an_awaited(manual)
    with manual.ledger.write() as tx:
        collection = tx.session.get_one(Collection, document.collection_id)
        printout = new_document(tx, collection, Kind.PRINTOUT, name="P.pdf", state=State.RETURNED)
        give_number(tx, printout.id, NUMBER.format(17), unit="DKP", year=YEAR)
    (entry,) = register(manual).entries
    assert (entry.number, entry.place) == (NUMBER.format(17), None)
    assert register(manual).whole
    assert audit(manual).ok


def test_a_number_that_is_gone_is_a_gap_of_which_nothing_is_known(office: Office) -> None:
    one, *_ = (a_printout(office, quarter) for quarter in (1, 2))
    with office.ledger.write() as tx:
        tx.session.delete(tx.session.get_one(Number, one.id))
    (gap,) = register(office).gaps
    assert (gap.place, gap.known, gap.explained) == (1, "nothing is known of it", False)
    shown = call("numbers", office=office.root)
    assert shown.code == ExitCode.AT_FAULT
    assert "Missing: DKP 2026, no. 1" in shown.stdout
    (finding,) = audit(office).findings
    assert finding.kind is AuditKind.NUMBER
    assert "missing: 1." in finding.message


def test_an_event_that_was_tampered_with_takes_no_memory(office: Office) -> None:
    """It leaves out more places than a machine could list; so does the gap that it explains."""
    vast = 10**12
    one = a_printout(office, 1)
    with office.ledger.write() as tx:
        skip_places(tx, "DKP", YEAR, first=3, last=vast)
        tx.session.get_one(Number, one.id).seq = vast + 1
    found = register(office)
    told = [(gap.place, gap.last, gap.explained) for gap in found.gaps]
    assert told == [(1, 2, False), (3, vast, True)]
    assert "Missing: DKP 2026, no. 1–2:" in call("numbers", office=office.root).stdout
    (finding,) = audit(office).findings
    assert "missing: 1–2." in finding.message


def test_what_only_the_archive_knows_is_told_and_then_left_out(office: Office) -> None:
    """The database was restored, and is older than the dossiers."""
    a_printout(office, 1)
    put(office.archive, 7, NUMBER.format(3))
    (gap,) = register(office).gaps
    assert (gap.place, gap.explained) == (3, False)
    assert "0007 Data Kinerja Triwulan III 2026" in gap.known
    a_printout(office, 2, floor=3)
    found = register(office)
    assert [(g.place, g.explained) for g in found.gaps] == [(2, True), (3, True)]
    assert found.whole
    assert "0007 Data Kinerja" in found.gaps[1].known
    assert AuditKind.NUMBER not in {finding.kind for finding in audit(office).findings}


def test_a_number_cancelled_without_a_reason_is_found(office: Office) -> None:
    document = a_printout(office, 1)
    with office.ledger.write() as tx:
        tx.session.get_one(Number, document.id).cancelled = " "
    (finding,) = audit(office).findings
    assert (finding.kind, finding.place) == (AuditKind.NUMBER, NUMBER.format(1))
    assert "nobody said why" in finding.message


def test_staf_gives_a_number_by_word(manual: Office) -> None:
    document = an_awaited(manual)
    refused = call("number", document.code, "menyusul", office=manual.root)
    assert refused.code == ExitCode.AT_FAULT
    assert "tidak memuat angka" in refused.stdout
    assert register(manual).entries == ()
    given = call("number", document.code.lower(), "090/17", office=manual.root)
    assert given.code == ExitCode.OK, given.stderr
    assert [e.number for e in register(manual).entries] == ["090/17"]
    again = call("number", document.code, "090/18", office=manual.root)
    assert again.code == ExitCode.CONFLICT
    assert "bears number 090/17" in " ".join(again.stderr.split())


def test_nobody_else_gives_numbers(manual: Office) -> None:
    document = an_awaited(manual)
    settings = manual.root / "kinerja.toml"
    settings.write_text(settings.read_text("utf-8").replace('["staf"]', '["auditor"]'), "utf-8")
    with open_office(manual.root) as opened, pytest.raises(AuthorityError, match="nomor"):
        enter_number(opened, document.code, "090/17")
    assert register(manual).entries == ()


def test_no_number_for_what_waits_for_none(office: Office) -> None:
    document = a_printout(office, 1)
    with pytest.raises(ConflictError, match="keeps it through all its revisions"):
        enter_number(office, document.code, "090/17")
    with pytest.raises(NotFoundError):
        enter_number(office, "2222222222", "090/17")
