"""Workbooks with the mistakes that people make: each comes back with its row and the mend.

Whatever is wrong with a paper, nothing of it is applied, the file comes back byte for byte with one
slip, what it was made from lies ready again, and the next right one is taken.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path, PurePosixPath

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.indicator import Target
from pipeline.domain.master import Unit
from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.forms.workbooks.roster import write_roster
from pipeline.forms.workbooks.statements import write_statements
from pipeline.pdf.convert import Converter
from pipeline.sop.prepare import lay_starters
from tests.journeys.bad_input import assert_says, pages_of

from .bad_papers import (
    FIRST,
    SECOND,
    Change,
    merged,
    moved_about,
    of_period,
    repeated,
    spoilt,
    substance,
    swapped,
    typed,
)
from .desk import PROCEDURE
from .proposing import change, on_file, workbook
from .under_way import HEAD, Copied, UnderWay, a_period, at_desk


@dataclass(frozen=True)
class Paper:
    """A workbook that Staf sends: at which desk, from which folder, and how it goes on."""

    desk: str
    folder: str
    name: str
    right: Callable[[UnderWay], bytes]
    taken: Callable[[UnderWay], bool]

    @property
    def stem(self) -> str:
        return PurePosixPath(self.name).stem


def statements(at: UnderWay) -> bytes:
    return write_statements(at.statements, office_name="Dinas")


def roster(at: UnderWay) -> bytes:
    return write_roster(at.roster, at.statements, office_name="Dinas")


def master(at: UnderWay) -> bytes:
    known, _ = on_file(at)
    return workbook(at, replace(known, units=(*known.units, Unit("UPTD Baru"))))


def entry(at: UnderWay) -> bytes:
    return at.office.store.read(at.document(Kind.WORKBOOK).blob or "")


def laid_before(at: UnderWay) -> bool:
    at.move("1-draft/Format*.docx", CommandFolder.SEND)
    return at.collection.stage == Verb.CORRECT


def all_issued(at: UnderWay) -> bool:
    forms = [at.form(official.post) for official in at.roster.officials]
    lying = all(any(f.name in n for n in at.with_official(f.post)) for f in forms)
    return lying and {f.state for f in forms} == {State.ISSUED}


def proposed(at: UnderWay) -> bool:
    return any(name.startswith("Usul Data Induk") for name in at.names("2-koreksi"))


def printed(at: UnderWay) -> bool:
    return at.collection.stage == Verb.INITIAL


STATEMENTS = Paper(
    "at_draft", "1-draft", "Daftar Pernyataan TW III 2026.xlsx", statements, laid_before
)
ROSTER = Paper(
    "at_distribution", "3-penggandaan", "Daftar Pejabat TW III 2026.xlsx", roster, all_issued
)
MASTER = Paper("filling", "1-draft", "Data Induk.xlsx", master, proposed)
ENTRY = Paper("closed", "6-entri", "Entri Data Kinerja TW III 2026.xlsx", entry, printed)

ROW_1, ROW_2 = f"baris {FIRST}", f"baris {SECOND}"
PASTE = "tempel sebagai nilai"
NO_NUMBER = ("tidak terbaca sebagai angka", "misalnya 52.067,25")
MERGED = ("ada sel yang digabung", "pisahkan selnya (Unmerge Cells)")
NEXT = "198506102009021003"
MASTER_PEOPLE = f"lembar Pejabat, {ROW_1}"

CASES: list[tuple[Paper, str, str, Change, tuple[str, ...]]] = [
    # --- Daftar Pernyataan
    (STATEMENTS, "tahun lain", "Daftar Pernyataan", of_period("2025-TW3"), (
        "lembar Daftar Pernyataan, Periode", "tertulis 2025-TW3", "TW III 2026", "samakan",
    )),
    (STATEMENTS, "kolom tertukar", "Daftar Pernyataan", swapped("Satuan", "Target TW III"), (
        ROW_1, "kolom Target TW III", *NO_NUMBER,
    )),
    (STATEMENTS, "sel digabung", "Daftar Pernyataan", merged("Satuan"), (ROW_1, *MERGED)),
    (STATEMENTS, "rumus", "Daftar Pernyataan", typed("Target TW III", "=1000+1"), (
        ROW_1, "kolom Target TW III", "berisi rumus", PASTE,
    )),
    (STATEMENTS, "teks di sel angka", "Daftar Pernyataan", typed("Target Tahunan", "seribu"), (
        ROW_1, "kolom Target Tahunan", "“seribu”", *NO_NUMBER,
    )),
    (STATEMENTS, "baris ganda", "Daftar Pernyataan", repeated, (
        ROW_2, "kode IKU-001 sudah dipakai", ROW_1, "beri setiap indikator kodenya",
    )),
    # --- Daftar Pejabat
    (ROSTER, "tahun lain", "Pejabat", of_period("2025-TW3"), (
        "lembar Pejabat, Periode", "tertulis 2025-TW3", "2026-TW3", "betulkan periodenya",
    )),
    (ROSTER, "kolom tertukar", "Pejabat", swapped("Nama", "NIP"), (
        f"lembar Pejabat, {ROW_1}", "kolom NIP", "ketik ulang",
    )),
    (ROSTER, "kolom penugasan tertukar", "Penugasan", swapped("Kode Indikator", "Jabatan"), (
        f"lembar Penugasan, {ROW_1}", "kolom Kode Indikator", "tidak ada di Daftar Pernyataan",
    )),
    (ROSTER, "sel digabung", "Penugasan", merged("Jabatan"), (
        f"lembar Penugasan, {ROW_1}", *MERGED,
    )),
    (ROSTER, "rumus", "Pejabat", typed("Nama", '="Bu"&"di"'), (
        f"lembar Pejabat, {ROW_1}", "kolom Nama", "berisi rumus", PASTE,
    )),
    (ROSTER, "angka di sel teks", "Pejabat", typed("NIP", 198609262015051001), (
        f"lembar Pejabat, {ROW_1}", "kolom NIP", "format kolom NIP sebagai Teks",
    )),
    (ROSTER, "pejabat ganda", "Pejabat", repeated, (
        f"lembar Pejabat, {ROW_2}", "jabatan ini sudah ada di", "hapus salah satunya",
    )),
    (ROSTER, "penugasan ganda", "Penugasan", repeated, (
        f"lembar Penugasan, {ROW_2}", "penugasan ini sudah ada di", "hapus baris ini",
    )),
    # --- Data Induk
    (MASTER, "kolom tertukar", "Pejabat", swapped("Nama", "NIP"), (
        MASTER_PEOPLE, "kolom NIP", "ketik ulang",
    )),
    (MASTER, "sel digabung", "Target", merged("Target Tahunan"), (
        f"lembar Target, {ROW_1}", *MERGED,
    )),
    (MASTER, "rumus", "Target", typed("Target Tahunan", "=1000+1"), (
        f"lembar Target, {ROW_1}", "kolom Target Tahunan", "berisi rumus", PASTE,
    )),
    (MASTER, "teks di sel angka", "Target", typed("Target Tahunan", "seribu"), (
        f"lembar Target, {ROW_1}", "kolom Target Tahunan", "“seribu”", *NO_NUMBER,
    )),
    (MASTER, "bukan tahun", "Target", typed("Tahun", "26"), (
        f"lembar Target, {ROW_1}", "kolom Tahun", "tulis empat angka",
    )),
    (MASTER, "tahun lain", "Target", typed("Tahun", "2025"), (
        f"lembar Target, {ROW_1}", "target tahun 2025 berlaku", "periksa tahun dan tanggalnya",
    )),
    (MASTER, "pejabat ganda", "Pejabat", repeated, (
        f"lembar Pejabat, {ROW_2}", "baris ini sama dengan", "hapus salah satunya",
    )),
    (MASTER, "indikator ganda", "Indikator", repeated, (
        f"lembar Indikator, {ROW_2}", "kode ini sudah dipakai", "beri setiap indikator kodenya",
    )),
    (MASTER, "berakhir sebelum mulai", "Pejabat", typed("Sampai", "31-12-2019"), (
        MASTER_PEOPLE, "kolom Sampai", "berakhir 31-12-2019, padahal mulai", "betulkan salah satu",
    )),
    (MASTER, "sebelum diangkat", "Pejabat", typed("Berlaku Sejak", "1-1-1999"), (
        MASTER_PEOPLE, "kolom Berlaku Sejak", "mendahului pengangkatan menurut NIP",
        "surat keputusan",
    )),
    # --- Entri
    (ENTRY, "kolom tertukar", "Entri Data", swapped("Realisasi TW", "Keterangan"), (
        ROW_1, "kolom Realisasi TW", *NO_NUMBER,
    )),
    (ENTRY, "sel digabung", "Entri Data", merged("Alasan Perubahan"), (ROW_1, *MERGED)),
    (ENTRY, "rumus", "Entri Data", typed("Realisasi TW", "=1+1"), (
        ROW_1, "kolom Realisasi TW", "berisi rumus", PASTE,
    )),
    (ENTRY, "teks di sel angka", "Entri Data", typed("Realisasi TW", "kira-kira 17"), (
        ROW_1, "kolom Realisasi TW", "“kira-kira 17”", *NO_NUMBER,
    )),
    (ENTRY, "baris ganda", "Entri Data", repeated, (
        ROW_2, "formulir dan indikator ini sudah ada di", "hapus salah satu barisnya",
    )),
]  # fmt: skip


@pytest.fixture(scope="module")
def resting_at_distribution(
    resting: Copied, converter: Converter, tmp_path_factory: pytest.TempPathFactory
) -> Copied:
    """An office that awaits the roster."""
    root = tmp_path_factory.mktemp("penggandaan") / "kantor"
    with at_desk(resting, root, converter) as at:
        at.to_distribution()
    return Copied(root, resting.pins)


@pytest.fixture
def at_distribution(
    resting_at_distribution: Copied, converter: Converter, tmp_path: Path
) -> Iterator[UnderWay]:
    """A collection that awaits its roster."""
    with at_desk(resting_at_distribution, tmp_path / "kantor", converter) as at:
        yield at


@pytest.fixture
def at_draft(begun: UnderWay) -> UnderWay:
    """An office in which the starters lie ready."""
    lay_starters(begun.office, f"{PROCEDURE}:{begun.period}")
    begun.desk.work()
    return begun


def send(at: UnderWay, paper: Paper, data: bytes, name: str = "") -> None:
    """Staf edits what lies ready, and moves it into the command folder."""
    (at.desk.inbox / paper.folder / paper.name).unlink(missing_ok=True)
    at.desk.put(f"{paper.folder}/kirim", name or paper.name, data)
    at.desk.work()


def assert_given_back(at: UnderWay, paper: Paper, data: bytes, says: tuple[str, ...]) -> None:
    lying = at.names(paper.folder)
    assert [n for n in lying if n.startswith("SLIP")] == [f"SLIP - {paper.stem}.pdf"]
    back = at.desk.inbox / paper.folder / f"PERBAIKI - {paper.name}"
    assert back.read_bytes() == data
    slip = at.desk.inbox / paper.folder / f"SLIP - {paper.stem}.pdf"
    assert pages_of(slip) <= 2
    assert_says(at.said(f"{paper.folder}/{slip.name}"), *says)
    assert paper.name in lying  # what it was made from lies ready again


@pytest.mark.parametrize(
    ("paper", "what", "sheet", "spoil", "says"),
    [pytest.param(*case, id=f"{case[0].stem.partition(' TW')[0]}: {case[1]}") for case in CASES],
)
def test_a_spoilt_workbook_comes_back_and_the_next_right_one_is_taken(
    request: pytest.FixtureRequest,
    paper: Paper,
    what: str,
    sheet: str,
    spoil: Change,
    says: tuple[str, ...],
) -> None:
    at: UnderWay = request.getfixturevalue(paper.desk)
    right = paper.right(at)
    bad = spoilt(right, sheet, spoil)
    before = substance(at.office)
    send(at, paper, bad)
    assert_given_back(at, paper, bad, says)
    assert substance(at.office) == before, what
    send(at, paper, right)
    assert paper.taken(at)
    left = [n for n in at.names(paper.folder) if n.startswith(("SLIP", "PERBAIKI"))]
    assert left == []


# --- what looks odd and is right -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("paper", "sheet"),
    [(STATEMENTS, "Daftar Pernyataan"), (ROSTER, "Pejabat"), (ROSTER, "Penugasan")],
    ids=["Daftar Pernyataan", "Pejabat", "Penugasan"],
)
def test_columns_may_stand_in_another_order(
    request: pytest.FixtureRequest, paper: Paper, sheet: str
) -> None:
    at: UnderWay = request.getfixturevalue(paper.desk)
    send(at, paper, spoilt(paper.right(at), sheet, moved_about))
    assert paper.taken(at)


def test_a_target_of_zero_is_taken_and_staf_is_told_where_it_stands(at_draft: UnderWay) -> None:
    at = at_draft
    first, *others = at.statements.indicators
    one, two, _, four = first.quarter_targets
    nothing = replace(first, quarter_targets=(one, two, Target(Decimal(0)), four))
    at.statements = replace(at.statements, indicators=(nothing, *others))
    send(at, STATEMENTS, statements(at))
    at.move("1-draft/Format*.docx", CommandFolder.SEND)
    at.move("2-koreksi/Format*.docx", CommandFolder.APPROVE)
    send(at, ROSTER, roster(at))
    assert all_issued(at)
    told = at.said("3-penggandaan/DITERIMA*.pdf")
    row = f"lembar Penugasan, {ROW_1}, kolom Kode Indikator"
    assert_says(told, row, "target TW III untuk IKU-001 adalah 0", "betulkan targetnya")


def test_a_target_of_zero_in_the_master_data_is_shown_to_the_kasubag(filling: UnderWay) -> None:
    send(filling, MASTER, spoilt(master(filling), "Target", typed("Target TW IV", 0)))
    assert proposed(filling)
    listed = filling.said("2-koreksi/USUL PERUBAHAN DATA INDUK*.pdf")
    assert_says(listed, f"lembar Target, {ROW_1}, kolom Target TW IV", "target 0", "biarkan bila")


# --- another year, another day -------------------------------------------------------------------


def test_papers_of_another_year_are_told_by_their_names(at_distribution: UnderWay) -> None:
    at, name = at_distribution, "Daftar Pejabat TW III 2025.xlsx"
    before, data = substance(at.office), roster(at)
    send(at, ROSTER, data, name)
    assert (at.desk.inbox / "3-penggandaan" / f"PERBAIKI - {name}").read_bytes() == data
    assert_says(at.said(f"3-penggandaan/SLIP - {PurePosixPath(name).stem}.pdf"), "BELUM WAKTUNYA")
    assert substance(at.office) == before
    send(at, ROSTER, data)
    assert all_issued(at)


def test_a_workbook_from_before_the_last_change_is_refused_whole(filling: UnderWay) -> None:
    old = master(filling)
    known, version = on_file(filling)
    change(filling, replace(known, units=(*known.units, Unit("UPTD Lain"))))
    before = substance(filling.office)
    send(filling, MASTER, old)
    said = ("BUKAN DARI DATA INDUK TERBARU", f"versi {version + 1}", "Tulis kembali perubahan")
    assert_given_back(filling, MASTER, old, said)
    assert substance(filling.office) == before
    send(filling, MASTER, master(filling))
    assert proposed(filling)


def test_an_official_whose_appointment_lies_ahead_is_not_on_the_roster(filling: UnderWay) -> None:
    """The next quarter's roster names who will hold the post, before he does."""
    later = a_period(filling.desk, filling.pins, Period(2026, 4))
    later.statements = replace(filling.statements, period=later.period)
    known, _ = on_file(filling)
    today = filling.office.now().date()
    (held,) = [t for t in known.tenures if t.post == HEAD]
    ended = replace(held, active_to=today - timedelta(days=1))
    coming = replace(held, name="Contoh Penerus, S.Pi.", nip=NEXT, active_from=date(2027, 1, 1))
    others = tuple(t for t in known.tenures if t.post != HEAD)
    change(filling, replace(known, tenures=(*others, ended, coming)))
    later.to_distribution()
    officials = tuple(
        replace(o, name=coming.name, nip=NEXT) if o.post == HEAD else o
        for o in filling.roster.officials
    )
    later.roster = replace(filling.roster, period=later.period, officials=officials)
    paper = replace(ROSTER, name="Daftar Pejabat TW IV 2026.xlsx")
    before, data = substance(later.office), roster(later)
    send(later, paper, data)
    says = (f"lembar Pejabat, {HEAD}", "lowong menurut Data Induk", "tunjuk Plt. atau Plh.")
    assert_given_back(later, paper, data, says)
    assert substance(later.office) == before
