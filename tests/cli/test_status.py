"""``kinerja status`` as people see it: one screen, a line a form, nothing cut off that matters."""

import io
import json
import re
from datetime import datetime
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.cli.commands.status import show
from pipeline.domain.collection import Amendment
from pipeline.domain.document import Kind, State
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks.init import init_office
from pipeline.tasks.status import office_status
from tests.cli.calling import call
from tests.tasks.left_lying import leave_links
from tests.tasks.quarters import WIB, Quarters, quarters

AMBER, RED = "38;5;208", "1;31"


def screen(made: Quarters, *, width: int = 100, colour: bool = False) -> list[str]:
    out = io.StringIO()
    console = Console(
        file=out,
        width=width,
        highlight=False,
        force_terminal=colour,
        color_system="256" if colour else None,
    )
    show(office_status(made.office), running=True, console=console)
    return [line.rstrip() for line in out.getvalue().splitlines()]


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=WIB)


def test_one_collection_on_one_screen(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        made.filling(6)
        assert screen(made) == [
            "Office dkp-jambi, service running",
            "",
            "Triwulan III Tahun 2026",
            "Step 4 pengisian since 5 Okt 10.14, due 8 Okt 16.00, late by 1 hari kerja 2 jam;"
            " next: Pejabat",
            "Terkait",
            "Document                  Code       Where        Since Due   Late by            Ret."
            " Next",
            "Kasubag Program, Kepegaw… 6222222222 4 pengisian  5 Okt 8 Okt 1 hari kerja 2 jam     "
            " its official",
            "Sekretaris                7222222222 4 pengisian  5 Okt 8 Okt 1 hari kerja 2 jam 2×  "
            " its official",
            "Plt. Kabid Perikanan Tan… 8222222222 5 verifikasi 7 Okt 8 Okt 1 hari kerja 2 jam     "
            " Kasubag Progr…",
            "Kabid Perikanan Budidaya  9222222222 diverifikasi 5 Okt                          1×  "
            " –",
            "Kabid PSDKP               A222222222 diverifikasi 5 Okt                              "
            " –",
            "Kabid Pengolahan dan Pem… B222222222 tidak        5 Okt                              "
            " –",
            "                                     menyampaikan",
        ]


@pytest.mark.parametrize("width", [80, 100, 160])
def test_forty_forms_take_a_line_each_and_no_code_is_cut(tmp_path: Path, width: int) -> None:
    with quarters(tmp_path) as made:
        made.filling(40)
        lines = screen(made, width=width)
        codes = [
            d.code
            for d in office_status(made.office).collections[0].documents
            if d.kind == Kind.FORM
        ]
    assert max(map(len, lines)) <= width
    table = [line for line in lines if re.search(r" [2-9A-Z]{10} ", line)]
    assert [next(c for c in codes if c in line) for line in table] == codes
    assert len(codes) == 40
    late = [line for line in table if "pengisian" in line or "5 verifikasi" in line]
    assert all("8 Okt" in line and "1 hari kerja 2 jam" in line for line in late)


def test_several_collections_and_the_master_data(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        signing = made.collection(Verb.SIGN, at(9, 14), Period(2026, 2), due=at(9, 14, 10))
        made.document(signing, Kind.PRINTOUT, State.WAITING, name="Print Out TW II 2026.pdf")
        filed = made.collection("filed", at(5, 14, month=5), Period(2026, 1))
        again = {"edition": 2, "amends": filed, "amendment": Amendment.ERRATUM}
        initial = made.collection(
            Verb.INITIAL,
            at(12, 9, 15),
            Period(2026, 1),
            due=at(12, 9, 35),
            closed_at=at(5, 9),
            **again,
        )
        made.document(initial, Kind.PRINTOUT, State.WAITING, name="Print Out TW I 2026.pdf")
        made.collection("withdrawn", at(5, 14, month=2), Period(2025, 4))
        made.document(None, Kind.MASTER, State.WAITING, name="Data Induk.xlsx")
        lines = screen(made)
    assert lines[2:] == [
        "Triwulan II Tahun 2026",
        "Step 8 tanda tangan since 9 Okt 14.00, due 9 Okt 14.10, late by 4 jam 35 menit; next:"
        " Kasubag",
        "Program, Kepegawaian dan Pelaporan",
        "Document                 Code       Where          Since Due   Late by        Next",
        "Print Out TW II 2026.pdf 4222222222 8 tanda tangan 9 Okt 9 Okt 4 jam 35 menit"
        " Kasubag Program, Kepe…",
        "",
        "Triwulan I Tahun 2026, ralat ke-1 atas TW I 2026, ditutup 5 Okt",
        "Step 7 paraf since 12 Okt 09.15, due 12 Okt 09.35, late by 10 menit; next: Kasubag"
        " Program,",
        "Kepegawaian dan Pelaporan",
        "Document                Code       Where   Since Due   Late by  Next",
        "Print Out TW I 2026.pdf 7222222222 7 paraf 09.15 09.35 10 menit Kasubag Program,"
        " Kepegawaian dan Pe…",
        "",
        "Triwulan I Tahun 2026: diarsipkan 5 Mei 14.00",
        "Triwulan IV Tahun 2025: ditarik 5 Feb 14.00",
        "",
        "Data Induk",
        "Document        Code       Where      Since Next",
        "Data Induk.xlsx 9222222222 data induk 5 Okt Kasubag Program, Kepegawaian dan Pelaporan",
    ]


def test_amber_is_past_due_and_red_is_red(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        made.filling(2)
        signing = made.collection(Verb.SIGN, at(9, 14), Period(2026, 2), due=at(9, 14, 10))
        made.document(signing, Kind.PRINTOUT, State.WAITING)
        lines = screen(made, width=200, colour=True)
    red = [line for line in lines if f"\x1b[{RED}m" in line]
    amber = [line for line in lines if f"\x1b[{AMBER}m" in line]
    assert {"1 hari kerja 2 jam" in line for line in red} == {True}
    assert {"4 jam 35 menit" in line for line in amber} == {True}
    assert (len(red), len(amber)) == (3, 2), "the heading and a line each"


def test_old_collections_do_not_fill_the_screen(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        for year in range(2020, 2026):
            made.collection("filed", at(5, 9, month=5), Period(year, 1))
        lines = screen(made)
    assert lines[-1] == "and 2 earlier: name a period to see it"
    assert len(lines) == 7


def test_an_office_where_nothing_is_under_way(tmp_path: Path) -> None:
    root = init_office(tmp_path / "kantor")
    recap = call("status", "--recap", office=root)
    assert (recap.code, recap.stdout) == (ExitCode.OK, "")
    assert "no collection is under way" in recap.stderr
    assert "No collection yet" in call("status", office=root).stdout
    told = json.loads(call("status", "--json", office=root).stdout)
    assert (told["collections"], told["master"], told["service"]) == ([], [], False)


def test_what_cannot_be_taken_is_told_with_the_reason(tmp_path: Path) -> None:
    with quarters(tmp_path) as made:
        leave_links(made.office, 8)
        lines = screen(made)
    assert lines[-6] == "Cannot be taken data-kinerja/1-draft/kirim/pintasan 00: tautan"
    assert lines[-1] == "and 3 more that cannot be taken"


def test_the_recap_is_printed_to_be_pasted(tmp_path: Path) -> None:
    root = init_office(tmp_path / "kantor")
    with open_office(root) as opened:
        made = Quarters(opened)
        made.filling(6)
        made.collection("filed", at(5, 14, month=5), Period(2026, 1))
    both = call("status", "--recap", office=root)
    one = call("status", "--recap", "2026-TW3", office=root)
    filed = call("status", "--recap", "2026-TW1", office=root)
    assert {both.code, one.code, filed.code} == {ExitCode.OK}
    assert both.stdout == one.stdout, "what is filed is not told unasked"
    first, sent, *_ = one.stdout.splitlines()
    assert first.startswith("Data Kinerja TW III 2026 – keadaan ")
    assert sent == (
        "Sudah 3 dari 6: Plt. Kabid Perikanan Tangkap, Kabid Perikanan Budidaya, Kabid PSDKP."
    )
    assert filed.stdout.startswith("Data Kinerja TW I 2026 – keadaan ")
    told = json.loads(call("status", "2026-TW3", "--json", office=root).stdout)
    assert [c["recap"].splitlines()[1] for c in told["collections"]] == [sent]


def test_a_period_that_is_none_or_unknown(tmp_path: Path) -> None:
    root = init_office(tmp_path / "kantor")
    wrong = call("status", "kemarin", office=root)
    assert wrong.code == ExitCode.USAGE
    assert "2026-TW3" in wrong.stderr
    unknown = call("status", "--recap", "TW III 2026", office=root)
    assert unknown.code == ExitCode.NOT_FOUND
    assert "Triwulan III Tahun 2026" in unknown.stderr
