"""Corrections after the signature, from the command to the archive, in an office worked by hand."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import bagit
import pytest
from sqlalchemy import select

from pipeline.cli.app import run
from pipeline.domain.collection import WITHDRAWN, Amendment
from pipeline.domain.document import Kind, State
from pipeline.domain.form import Field
from pipeline.domain.master import Capacity
from pipeline.domain.procedure import Verb
from pipeline.errors import AuthorityError, ConflictError, ExitCode, NotFoundError, UsageError
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_fields
from pipeline.forms.workbooks.entry_reading import read_entry
from pipeline.ledger.tables import Event, Figure
from pipeline.pdf.convert import Converter
from pipeline.settings import FILE_NAME
from pipeline.sop.collection.withdrawal import withdraw_case
from pipeline.sop.master.versions import master_on_file
from pipeline.tasks.amend import Correction, amend
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.get import retrieve
from pipeline.tasks.lookup import FoundPrintout, find_by_code
from pipeline.tasks.verify import Grounds, verify_file
from tests.pdf.on_files import extract_text
from tests.sop.filed import (
    REASON,
    Template,
    collections,
    file_one,
    filed,
    finish,
    open_amendment,
    records,
    refill,
    the_bag,
)
from tests.sop.masters import put_on_file, tenure
from tests.sop.under_way import DECIDER, HEAD, SECRETARY, UnderWay

FIRST = "000.8.6.3/1/DKP/2026"


@pytest.fixture(scope="module")
def converter() -> Iterator[Converter]:
    shared = Converter(offices=1, timeout_s=120)
    yield shared
    shared.close()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Template:
    return file_one(tmp_path_factory.mktemp("diarsipkan") / "kantor", converter)


@pytest.fixture
def at(template: Template, converter: Converter, tmp_path: Path) -> Iterator[UnderWay]:
    with filed(template, tmp_path / "kantor", converter) as under_way:
        yield under_way


def printouts(at: UnderWay) -> dict[str, bytes]:
    """The print-outs in the dossier, by name."""
    folder = the_bag(at).path / "data/dokumen"
    return {p.name: p.read_bytes() for p in folder.glob("Data Kinerja*.pdf")}


def figure(at: UnderWay, indicator: str) -> Decimal:
    with at.office.ledger.read() as session:
        query = select(Figure).where(Figure.indicator == indicator)
        return Decimal(session.scalars(query).one().actual)


def code_of(at: UnderWay, post: str) -> str:
    return at.reporter(post).indicators[0].code


def assert_sound(at: UnderWay) -> None:
    bag = the_bag(at)
    assert bagit.Bag(str(bag.path)).validate()
    assert {r.tagmanifest for r in records(at)} == {bag.sha256}
    assert audit(at.office).findings == ()


def test_only_the_touched_form_is_asked_for_again(at: UnderWay) -> None:
    before = collections(at)[0]
    opened = open_amendment(at, SECRETARY, record=FIRST)
    assert (opened.name, opened.amends) == ("Ralat 1", FIRST)
    assert [post for post, _ in opened.forms] == [SECRETARY]
    new = at.collection
    assert (new.edition, new.amends, new.stage) == (2, before.id, Verb.FILL)
    assert not any("RALAT" in name for name in at.with_official(HEAD))
    names = [name for name in at.with_official(SECRETARY) if "RALAT" in name]
    assert len(names) == 2
    slip = at.said("4-pengisian/Sekretaris/SLIP*RALAT*.pdf")
    assert REASON in slip
    assert FIRST in slip
    form = at.folders.wait("4-pengisian/Sekretaris/RALAT*.docx").read_bytes()
    fields = read_fields(open_word(form))
    held = at.paper(before.id, Kind.FORM, SECRETARY).data["rows"]
    for row in held:
        for name, text in row["texts"].items():
            assert fields[row["indicator"]][Field(name)] == text
    refill(at, SECRETARY, "6,25")
    workbook = at.folders.wait("6-entri/Entri*Ralat 1.xlsx").read_bytes()
    assert {row.form_code for row in read_entry(workbook).rows} == {opened.forms[0][1]}


@pytest.mark.slow
def test_a_ralat_then_a_perubahan_of_it(at: UnderWay, tmp_path: Path) -> None:
    old = printouts(at)
    kept = figure(at, code_of(at, HEAD))
    reported = figure(at, code_of(at, SECRETARY))
    open_amendment(at, SECRETARY)
    refill(at, SECRETARY, "6,25")
    finish(at)
    assert figure(at, code_of(at, SECRETARY)) == Decimal("6.25") != reported
    assert figure(at, code_of(at, HEAD)) == kept
    assert_sound(at)

    open_amendment(at, HEAD, kind=Amendment.CHANGE)
    refill(at, HEAD, "15.000,5", kind="PERUBAHAN")
    finish(at, (code_of(at, HEAD), 15000.75, "dibulatkan saat entri"))
    assert figure(at, code_of(at, SECRETARY)) == Decimal("6.25")
    assert figure(at, code_of(at, HEAD)) == Decimal("15000.75")
    assert_sound(at)

    first, second, third = records(at)
    assert [r.edition for r in (first, second, third)] == [1, 2, 3]
    assert (second.amends, third.amends) == (first.id, second.id)
    assert len({r.document_number for r in (first, second, third)}) == 3
    assert len({r.path for r in (first, second, third)}) == 1
    bag, now = the_bag(at), printouts(at)
    assert bag.generation == 3
    assert bag.info["External-Identifier"] == first.id
    assert old.items() <= now.items()
    assert {r.printout_sha256 for r in (first, second, third)} == {
        sha256(pdf).hexdigest() for pdf in now.values()
    }
    values = json.loads((bag.path / "data/nilai/nilai-3.json").read_text("utf-8"))
    lines = {line["indikator"]: line["realisasi"] for line in values["indikator"]}
    assert lines[code_of(at, HEAD)] == "15000.75"
    assert lines[code_of(at, SECRETARY)] == "6.25"
    assert {"nilai/nilai.json", "nilai/nilai-2.json", "keputusan/keputusan-3.json"} <= set(
        bag.payload
    )
    assert_told_of_each_other(at, tmp_path, now)


def assert_told_of_each_other(at: UnderWay, place: Path, pdfs: dict[str, bytes]) -> None:
    first, second, third = records(at)
    index = " ".join(extract_text(the_bag(at).path / "data/BACA SAYA.pdf").split())
    assert index.count("digantikan oleh Nomor") == 2
    assert f"digantikan oleh Nomor {second.document_number}" in index
    assert f"digantikan oleh Nomor {third.document_number}" in index
    grounds = Grounds(at.office.trust, at.office)
    for name, pdf in pdfs.items():
        file = place / name
        file.write_bytes(pdf)
        assert verify_file(grounds, file).accepted
    replaced = {
        r.code: found.replaced
        for r in (first, second, third)
        if isinstance(found := find_by_code(at.office, r.code), FoundPrintout)
    }
    assert f"Nomor {second.document_number}" in replaced[first.code]
    assert f"yang berlaku sekarang Nomor {third.document_number}" in replaced[first.code]
    assert replaced[second.code].startswith(f"digantikan oleh Nomor {third.document_number}")
    assert replaced[third.code] == ""
    latest = retrieve(at.office, str(at.period), place / "keluar")
    assert latest.code == third.code
    assert f"replaces number {second.document_number}" in latest.note
    asked = retrieve(at.office, first.document_number, place / "keluar")
    assert asked.code == first.code
    assert f"replaced by number {second.document_number}" in asked.note
    held = {p.name for p in at.desk.files(f"hasil/{at.period}/*")}
    stem = f"Data Kinerja {at.period.short}"
    assert {f"{stem} (digantikan).pdf", f"{stem} - Ralat 1 (digantikan).pdf"} <= held
    assert {f"{stem} - Perubahan 2.{suffix}" for suffix in ("pdf", "xlsx", "csv")} <= held
    assert f"{stem}.pdf" not in held


def test_the_new_printout_says_what_it_changes(at: UnderWay) -> None:
    code = code_of(at, SECRETARY)
    row = next(r for r in at.form(SECRETARY).data["rows"] if r["indicator"] == code)
    open_amendment(at, SECRETARY)
    refill(at, SECRETARY, "6,25")
    at.to_initial()
    text = at.said("7-paraf/Print Out*Ralat 1.pdf")
    assert FIRST in text
    assert REASON in text
    assert "RALAT" in text.upper()
    assert row["texts"]["realisasi"] in text
    assert "6,25" in text


def test_a_correction_that_changes_nothing_is_given_back(at: UnderWay) -> None:
    open_amendment(at, SECRETARY)
    at.send(SECRETARY, pattern="RALAT*.docx")
    at.approve(SECRETARY)
    at.to_initial()
    assert at.collection.stage == Verb.ENTER
    slip = at.said("6-entri/SLIP*.pdf")
    assert "tidak ada yang berbeda" in slip
    assert "kinerja withdraw" in slip
    withdraw_case(at.office, at.collection.id, "Ternyata tidak keliru.", **DECIDER)
    at.desk.work()
    told = at.said(f"1-draft/RALAT DITARIK {at.period.short}.pdf")
    assert "tetap berlaku" in told
    assert "mulai dari draf" not in told
    assert f"RALAT DITARIK {at.period.short}.pdf" in at.with_official(SECRETARY)
    again = open_amendment(at, SECRETARY)
    assert again.name == "Ralat 1"
    assert [c.stage for c in collections(at)][1:] == [WITHDRAWN, Verb.FILL]


def test_what_cannot_be_opened_says_why(at: UnderWay) -> None:
    def refused(error: type[Exception], match: str, *posts: str, **more: object) -> None:
        values = {"kind": Amendment.ERRATUM, "reason": REASON, "touched": posts, **more}
        with pytest.raises(error, match=match):
            amend(at.office, FIRST, Correction(**values))  # type: ignore[arg-type]

    refused(UsageError, "reason", SECRETARY, reason=" ")
    refused(UsageError, "nothing is touched")
    refused(UsageError, "nobody was absent", all_absent=True)
    refused(NotFoundError, "Kepala Seksi.*Known: .*Sekretaris", "Kepala Seksi")
    with pytest.raises(NotFoundError, match="2020-TW1"):
        amend(at.office, "2020-TW1", Correction(Amendment.CHANGE, REASON, (SECRETARY,)))
    assert len(collections(at)) == 1
    open_amendment(at, at.form(SECRETARY).code.lower())
    refused(ConflictError, "a ralat is under way already, at step fill", HEAD)
    refill(at, SECRETARY, "6,25")
    finish(at)
    newer = records(at)[1]
    refused(ConflictError, f"{newer.document_number} \\({newer.code}\\). Amend that one", HEAD)


def test_the_form_goes_to_who_holds_the_post_today(at: UnderWay) -> None:
    office, today = at.office, at.office.now().date()
    with office.ledger.read() as session:
        master = master_on_file(session, office)
    others = tuple(t for t in master.tenures if t.post != HEAD)
    before = next(t for t in master.tenures if t.post == HEAD)
    ended = replace(before, active_to=today - timedelta(days=1))
    put_on_file(office, replace(master, tenures=(*others, ended)))
    with pytest.raises(ConflictError, match=f"{HEAD} is vacant today"):
        open_amendment(at, HEAD)
    acting = tenure(HEAD, "198001012005011001", today, None, Capacity.ACTING, "Contoh Pengganti")
    put_on_file(office, replace(master, tenures=(*others, ended, acting)))
    open_amendment(at, HEAD)
    holder = at.form(HEAD).data["holder"]
    assert (holder["name"], holder["capacity"]) == ("Contoh Pengganti", "Plt.")
    filed_form = at.paper(collections(at)[0].id, Kind.FORM, HEAD)
    assert filed_form.data["holder"]["name"] == before.name


def test_only_who_signs_may_open_one(at: UnderWay) -> None:
    settings = at.office.root / FILE_NAME
    text = settings.read_text("utf-8")
    settings.write_text(text.partition("\n[[accounts]]")[0], "utf-8")
    call = ["amend", FIRST, SECRETARY, "--as", "ralat", "--note", REASON]
    assert run([*call, "--office", str(at.office.root)]) == ExitCode.AUTHORITY
    assert len(collections(at)) == 1
    with at.office.ledger.read() as session:
        refusal = session.scalars(select(Event).where(Event.kind == "act.refused")).one()
    assert refusal.payload["act"] == "amend"
    assert AuthorityError.exit_code == ExitCode.AUTHORITY


def test_the_command(at: UnderWay, capsys: pytest.CaptureFixture[str]) -> None:
    there = ["--office", str(at.office.root)]
    assert run(["amend", FIRST, SECRETARY, "--as", "ralat", *there]) == ExitCode.USAGE
    assert run(["amend", FIRST, SECRETARY, "--as", "tambahan", *there]) == ExitCode.USAGE
    call = ["amend", str(at.period), SECRETARY, "--as", "perubahan", "--note", REASON, *there]
    assert run([*call, "--json"]) == ExitCode.OK
    said = json.loads(capsys.readouterr().out)
    assert said["name"] == "Perubahan 1"
    assert said["forms"] == [[SECRETARY, at.form(SECRETARY).code]]
    assert at.form(SECRETARY).state == State.ISSUED
