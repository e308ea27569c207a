"""Figures of more than one official: a sum of two UPTD, a shared one, and one not there yet."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.domain.roster import Assignment, Part, Roster
from pipeline.forms.workbooks.results import SHEET
from pipeline.forms.workbooks.statements import read_statements
from pipeline.tasks.demo.data import sample_roster, sample_statements
from pipeline.tasks.demo.hand import change_cell, fill_controls
from pipeline.tasks.demo.players import Reporter
from tests.journeys.filed import assert_filed
from tests.journeys.office import Journey, flat_text, running
from tests.journeys.quarters import about, before, lay_draft

pytestmark = pytest.mark.slow

SUM, SHARED, LATER = "IKU-001", "IKU-003", "IKU-007"
WHOLE = "17.000,75"
NOT_YET = "Menunggu rilis BPS tanggal 15"
AGREED = "Disamakan dengan rekap Sekretariat"
WITH_UPTD = 9  # so many sample officials, until two heads of UPTD are among them


@dataclass(frozen=True)
class People:
    """Who reports: two share an indicator, the head of a unit sums what two UPTD contribute."""

    kasubag: Reporter
    secretary: Reporter
    head: Reporter
    port: Reporter
    hatchery: Reporter


def summing_roster(period: Period) -> Roster:
    statements = sample_statements(period, WITH_UPTD)
    known = sample_roster(period, statements, WITH_UPTD).officials
    kasubag, secretary, head, port, hatchery = (known[n] for n in (0, 1, 2, 7, 8))
    return Roster(
        period,
        (kasubag, secretary, head, port, hatchery),
        (
            Assignment(head.post, SUM),
            Assignment(port.post, SUM, Part.CONTRIBUTES),
            Assignment(hatchery.post, SUM, Part.CONTRIBUTES),
            Assignment(kasubag.post, SHARED),
            Assignment(secretary.post, SHARED),
            Assignment(head.post, LATER),
        ),
    )


@pytest.fixture
def journey(tmp_path: Path) -> Iterator[Journey]:
    """An office whose roster has sums; the quarter is followed by one of the same year."""
    with running(tmp_path, 5) as started:
        period, fresh = started.period, started.period.quarter < 4
        summing = about(started, period if fresh else before(period))
        summing.roster = summing_roster(summing.period)
        summing.people = [
            Reporter(
                summing.folders,
                official,
                summing.roster.indicators_of(official.post, summing.statements),
                summing.period.quarter,
            )
            for official in summing.roster.officials
        ]
        if not fresh:
            lay_draft(summing)
        yield summing


def send(
    journey: Journey, person: Reporter, figures: Mapping[str, str], remarks: Mapping[str, str]
) -> None:
    """An official types these figures and remarks, and sends the form."""
    form = journey.folders.wait(f"{person.folder}/*.docx")
    typed = {(code, Field.ACTUAL): figure for code, figure in figures.items()}
    typed |= {(code, Field.REMARK): remark for code, remark in remarks.items()}
    data = fill_controls(form.read_bytes(), typed)
    form.unlink()
    journey.bring(f"{person.folder}/kirim", form.name, data)


def sent(
    journey: Journey,
    person: Reporter,
    figures: Mapping[str, str],
    remarks: Mapping[str, str] | None = None,
) -> str:
    """The verification sheet of a form that is accepted."""
    send(journey, person, figures, remarks or {})
    journey.until(lambda: journey.form(person).state == State.WAITING, "the form")
    return journey.text(f"5-verifikasi/*{journey.form(person).code} LEMBAR VERIFIKASI.pdf")


def forms_come_in(journey: Journey, people: People) -> None:
    """What does not fit bounces; what is doubtful is told to the verifier."""
    sent(journey, people.port, {SUM: "10.000,25"})
    sheet = sent(journey, people.hatchery, {SUM: "7.000,5 (sementara)"})
    assert "7.000,5 (sementara)" in sheet

    send(journey, people.head, {SUM: "17.000", LATER: "belum tersedia"}, {})
    slip = journey.text(f"{people.head.folder}/SLIP 1*.pdf")
    both = f"{people.port.official.post}; {people.hatchery.official.post}"
    assert "2 hal perlu diperbaiki" in slip
    assert f"realisasi ini dijumlahkan dari {both}" in slip
    assert "realisasi belum tersedia tanpa alasan" in slip
    again = {SUM: "", LATER: "belum tersedia"}
    sheet = sent(journey, people.head, again, {LATER: NOT_YET})
    assert f"realisasi belum tersedia: {NOT_YET}" in sheet

    assert "dua angka" not in sent(journey, people.kasubag, {SHARED: "86,5"})
    sheet = sent(journey, people.secretary, {SHARED: "84"})
    assert "dua angka untuk satu indikator" in sheet
    assert f"86,5 (formulir {journey.form(people.kasubag).code})" in sheet
    assert f"84 (formulir {journey.form(people.secretary).code})" in sheet


def entry_waits_until_the_two_agree(journey: Journey, people: People) -> None:
    journey.to_entry()
    ready = journey.folders.wait("6-entri/Entri*.xlsx")
    data, name = ready.read_bytes(), ready.name
    ready.unlink()
    code = journey.form(people.secretary).code
    agreeing = change_cell(data, code, "Realisasi TW", 86.5)
    faults = {
        "Belum sama.xlsx": (data, "dua angka untuk satu indikator"),
        "Tanpa alasan.xlsx": (agreeing, "tanpa alasan"),
    }
    for called, (workbook, fault) in faults.items():
        journey.bring("6-entri/kirim", called, workbook)
        slip = flat_text(next_slip(journey, called))
        assert fault in slip
        assert journey.stage == Verb.ENTER
    explained = change_cell(agreeing, code, "Alasan Perubahan", AGREED)
    journey.bring("6-entri/kirim", name, explained)
    journey.await_stage(Verb.INITIAL)


def next_slip(journey: Journey, called: str) -> Path:
    """The slip about a workbook of this name, which carries no quarter."""
    found: list[Path] = []

    def lies_there() -> bool:
        found[:] = journey.folders.inbox.glob(f"6-entri/SLIP - {Path(called).stem}*.pdf")
        return bool(found)

    journey.until(lies_there, f"a slip about {called}")
    return found[0]


def assert_printed(journey: Journey, people: People) -> None:
    """The consolidated figure, where it comes from, and what holds only for now."""
    text = journey.text(f"hasil/{journey.period}/Data Kinerja*.pdf")
    table, _, rest = text.partition("III. Keterangan")
    remarks, _, rest = rest.partition("IV. Rincian kontribusi")
    shares, _, rest = rest.partition("V. Perubahan saat entri")
    changes = rest.partition("LAMPIRAN")[2]
    assert re.search(rf"{SUM} .*? {re.escape(WHOLE)}\* ", table)
    assert "Angka sementara: 1 indikator" in table
    assert "Belum tersedia: 1 indikator" in table
    assert "* angka sementara" in table
    both = f"{people.kasubag.official.post}; {people.secretary.official.post}"
    assert table.count(f"{SHARED} ") == 1
    assert both in table
    assert NOT_YET in remarks
    for person, figure in ((people.port, "10.000,25"), (people.hatchery, "7.000,5*")):
        code = journey.form(person).code
        assert f"{person.official.post} {figure} ton {code}" in shares
    assert f"{SHARED} Realisasi TW 84 86,5 {AGREED}" in changes


def assert_handed_out(journey: Journey) -> None:
    """XLSX and CSV say of every figure whether it holds."""
    folder = journey.folders.inbox / f"hasil/{journey.period}"
    stem = f"Data Kinerja {journey.period.short}"
    said = (folder / f"{stem}.csv").read_text("utf-8-sig")
    rows = {row["Kode"]: row for row in csv.DictReader(io.StringIO(said), delimiter=";")}
    actual = f"Realisasi TW {journey.period.roman}"
    figures = {code: (row[actual], row["Status Angka"]) for code, row in rows.items()}
    assert figures == {
        SUM: ("17000,75", "sementara"),
        SHARED: ("86,5", "tetap"),
        LATER: ("", "belum tersedia"),
    }
    assert NOT_YET in rows[LATER]["Keterangan"]
    sheet = load_workbook(folder / f"{stem}.xlsx")[SHEET]
    cells = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(row for row in cells if "Status Angka" in row)
    where = [head.index(column) for column in ("Kode", actual, "Status Angka")]
    listed = {row[where[0]]: (row[where[1]], row[where[2]]) for row in cells if row[where[0]]}
    assert listed[SUM] == (17000.75, "sementara")
    assert listed[LATER] == (None, "belum tersedia")


def assert_sources(journey: Journey, people: People, bag: Path) -> None:
    """No figure without the forms that it comes from, and each says what it brought."""
    values = json.loads((bag / "data/nilai/nilai.json").read_text())
    by_code: dict[str, dict[str, Any]] = {line["indikator"]: line for line in values["indikator"]}
    assert set(by_code) == {SUM, SHARED, LATER}
    codes = {p.official.post: journey.form(p).code for p in journey.people}
    for line in by_code.values():
        assert line["sumber"]
        assert all(codes[share["jabatan"]] == share["formulir"] for share in line["sumber"])
    shares = by_code[SUM]["sumber"]
    assert [share["jabatan"] for share in shares] == [
        people.port.official.post,
        people.hatchery.official.post,
    ]
    assert [share["status"] for share in shares] == ["tetap", "sementara"]
    assert sum(Decimal(share["realisasi"]) for share in shares) == Decimal("17000.75")
    assert (by_code[SUM]["realisasi"], by_code[SUM]["status"]) == ("17000.75", "sementara")
    assert {share["realisasi"] for share in by_code[SHARED]["sumber"]} == {"86.5"}
    assert [share["alasan"] for share in by_code[LATER]["sumber"]] == [NOT_YET]
    assert by_code[LATER]["realisasi"] is None
    reported = {form["jabatan"]: form for form in values["formulir"]}
    own = reported[people.secretary.official.post]
    assert [row["actual"] for row in own["dilaporkan"]] == ["84"]
    assert [change["reason"] for change in own["perubahan_entri"]] == [AGREED]
    short = post_folder(people.hatchery.official.post)
    assert list((bag / "data" / "dokumen").glob(f"Formulir {short} - *.pdf"))


def assert_carried_over(journey: Journey) -> None:
    """The next quarter's Daftar Pernyataan has the consolidated figure, once."""
    name = f"1-draft/Daftar Pernyataan {journey.period.next.short}.xlsx"
    statements, findings = read_statements((journey.folders.inbox / name).read_bytes())
    assert statements is not None, findings
    codes = [indicator.code for indicator in statements.indicators]
    assert len(codes) == len(set(codes))
    place = journey.period.quarter - 1
    known = {code: i.previous_actuals[place] for code, i in statements.by_code().items()}
    assert known[SUM] == Decimal("17000.75")
    assert known[SHARED] == Decimal("86.5")
    assert known[LATER] is None


def test_a_sum_of_two_uptd_and_a_shared_indicator(journey: Journey) -> None:
    people = People(*journey.people)
    journey.to_filling()
    forms_come_in(journey, people)
    entry_waits_until_the_two_agree(journey, people)
    bag = assert_filed(journey)
    assert_printed(journey, people)
    assert_handed_out(journey)
    assert_sources(journey, people, bag)
    assert_carried_over(journey)
