"""What papers bring that the master data do not know, and where they contradict them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.adoption import (
    MEND,
    adopt_roster,
    adopt_statements,
    contradictions,
    from_master,
    roster_conflicts,
)
from pipeline.domain.indicator import Aggregation, Polarity, Target
from pipeline.domain.master import Capacity, MasterData, Opening, TargetSet, Tenure
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.roster import Assignment, Roster, Statements

from .masters import CAPTURE, FARMING, HEAD, MASTER, NIPS, PEOPLE, PORT, masters

PERIOD = Period(2026, 3)
TODAY = date(2026, 8, 3)
PAPER = "Daftar Pernyataan TW III 2026"
KNOWN = MASTER.statements(PERIOD, {})
FIRST = KNOWN.indicators[0]
OTHER = replace(FIRST, code="IK-9", name="Ekspor", previous_actuals=(Decimal(3), None, None))


def changed(**fields: object) -> Statements:
    """The statements by the master data, the first row otherwise."""
    return replace(KNOWN, indicators=(replace(FIRST, **fields), *KNOWN.indicators[1:]))


# --- statements ----------------------------------------------------------------------------------


@given(masters(), st.integers(2020, 2030), st.integers(1, 4))
def test_what_the_master_data_say_contradicts_them_nowhere_and_brings_nothing(
    master: MasterData, year: int, quarter: int
) -> None:
    said = master.statements(Period(year, quarter), {})
    assert contradictions(master, said, {}) == []
    assert adopt_statements(master, said, paper=PAPER) == master


@given(masters(), st.integers(2020, 2030), st.integers(1, 4))
def test_what_was_adopted_is_said_again(master: MasterData, year: int, quarter: int) -> None:
    period = Period(year, quarter)
    said = master.statements(period, {})
    assert adopt_statements(MasterData(), said, paper=PAPER).statements(period, {}) == said


@pytest.mark.parametrize(
    ("fields", "place", "message"),
    [
        ({"name": "Produksi"}, "Indikator Kinerja", "“Produksi”, sedangkan di Data Induk"),
        ({"definition": ""}, "Definisi/Formula", "tertulis “kosong”"),
        ({"unit": "kg"}, "Satuan", "“kg”, sedangkan di Data Induk “ton”"),
        ({"polarity": Polarity.NEGATIVE}, "Polaritas", "sedangkan di Data Induk"),
        ({"aggregation": Aggregation.LAST}, "Agregasi", "sedangkan di Data Induk"),
        ({"annual_target": Target(Decimal(1))}, "Target Tahunan", "70.000 (DPA Perubahan 2026)"),
        (
            {"quarter_targets": (*FIRST.quarter_targets[:2], None, FIRST.quarter_targets[3])},
            "Target TW III",
            "“–”, sedangkan di Data Induk “19.000 (DPA Perubahan 2026)”",
        ),
        (
            {"previous_actuals": (Decimal(1), None, None)},
            "Realisasi TW I",
            "tertulis “1”, sedangkan di Data Induk “14.210,5”",
        ),
    ],
)
def test_a_row_that_says_something_else_is_a_finding(
    fields: dict[str, object], place: str, message: str
) -> None:
    (finding,) = contradictions(MASTER, changed(**fields), {})
    assert finding.place == f"IK-1, kolom {place}"
    assert message in finding.message
    assert finding.mend == MEND


def test_a_filed_figure_counts_before_the_opening_balance() -> None:
    filed = {("IK-1", 1): Decimal(15000), ("IK-1", 2): Decimal(16902)}
    places = [f.place for f in contradictions(MASTER, KNOWN, filed)]
    assert places == [f"IK-1, kolom Realisasi TW {roman}" for roman in ("I", "II")]
    said = MASTER.statements(PERIOD, filed)
    assert contradictions(MASTER, said, filed) == []


def test_figures_of_the_quarter_itself_and_later_are_not_compared() -> None:
    filed = {("IK-1", 3): Decimal(1)}
    row = changed(previous_actuals=(Decimal("14210.5"), None, Decimal(2)))
    assert contradictions(MASTER, row, filed) == []


def test_a_new_indicator_is_no_contradiction_and_is_adopted_whole() -> None:
    said = replace(KNOWN, indicators=(*KNOWN.indicators, OTHER))
    assert contradictions(MASTER, said, {}) == []
    adopted = adopt_statements(MASTER, said, paper=PAPER)
    assert adopted.indicators[:-1] == MASTER.indicators
    assert adopted.indicators[-1].code == "IK-9"
    assert adopted.targets[:-1] == MASTER.targets
    new_year = date(2026, 1, 1)
    assert adopted.targets[-1] == TargetSet(
        "IK-9", 2026, new_year, PAPER, OTHER.annual_target, OTHER.quarter_targets
    )
    assert adopted.openings == (*MASTER.openings, Opening("IK-9", 2026, 1, Decimal(3), PAPER))
    assert adopt_statements(adopted, said, paper="lain") == adopted


def test_an_earlier_figure_that_is_not_on_file_is_adopted_for_a_known_indicator() -> None:
    blank = replace(MASTER, openings=())
    said = replace(KNOWN, period=Period(2026, 3))
    written = [
        (i.code, q)
        for i in said.indicators
        for q, actual in enumerate(i.previous_actuals[:2], start=1)
        if actual is not None
    ]
    assert written
    adopted = adopt_statements(blank, said, paper=PAPER)
    assert [(o.indicator, o.quarter) for o in adopted.openings] == written
    filed = adopt_statements(blank, said, paper=PAPER, established=set(written))
    assert filed.openings == ()


def test_the_first_targets_of_a_year_are_adopted_for_a_known_indicator() -> None:
    next_year = replace(KNOWN, period=Period(2027, 1))
    adopted = adopt_statements(MASTER, next_year, paper=PAPER)
    assert adopted.indicators == MASTER.indicators
    assert [(t.indicator, t.year, t.effective) for t in adopted.targets[len(MASTER.targets) :]] == [
        ("IK-1", 2027, date(2027, 1, 1)),
        ("IK-2", 2027, date(2027, 1, 1)),
    ]


def test_statements_without_a_period_say_nothing() -> None:
    nowhere = replace(KNOWN, period=None)
    assert contradictions(MASTER, nowhere, {}) == []
    assert adopt_statements(MASTER, nowhere, paper=PAPER) == MASTER


# --- the roster ----------------------------------------------------------------------------------


def roster_of(*officials: Official) -> Roster:
    return Roster(PERIOD, officials, tuple(Assignment(o.post, "IK-1") for o in officials))


def holder(post: str) -> Official:
    found = MASTER.official(post, TODAY)
    assert found is not None
    return found


def test_the_holders_of_today_are_no_conflict() -> None:
    listed = [replace(holder(post), capacity="") for post in (HEAD, CAPTURE, PORT)]
    assert roster_conflicts(MASTER, roster_of(*listed), TODAY) == []


@pytest.mark.parametrize(
    ("field", "value", "column", "said"),
    [
        ("name", "Contoh Lain", "Nama", f"“{PEOPLE[0]}”"),
        ("nip", NIPS[1], "NIP", "“19780314 200312 1 004”"),
        ("grade", "III/a", "Golongan", "“IV/c”"),
        ("unit", "", "Unit", "tertulis “kosong”, sedangkan di Data Induk “Bidang Tangkap”"),
    ],
)
def test_another_holder_is_a_finding(field: str, value: str, column: str, said: str) -> None:
    (finding,) = roster_conflicts(
        MASTER, roster_of(replace(holder(CAPTURE), **{field: value})), TODAY
    )
    assert finding.place == f"lembar Pejabat, {CAPTURE}, kolom {column}"
    assert said in finding.message


def test_a_vacant_post_and_an_unknown_one_are_findings_with_their_mend() -> None:
    official = holder(HEAD)
    listed = roster_of(replace(official, post=FARMING), replace(official, post="Kepala Gudang"))
    vacant, unknown = roster_conflicts(MASTER, listed, TODAY)
    assert vacant.place == f"lembar Pejabat, {FARMING}"
    assert "lowong" in vacant.message
    assert "Plt. atau Plh." in vacant.mend
    assert "belum ada di Data Induk" in unknown.message


def test_before_there_are_posts_any_roster_goes_and_is_adopted() -> None:
    listed = roster_of(holder(HEAD), holder(CAPTURE))
    empty = replace(MASTER, units=(), posts=(), tenures=())
    assert roster_conflicts(empty, listed, TODAY) == []
    adopted = adopt_roster(empty, listed, PERIOD.first_day)
    assert [u.name for u in adopted.units] == ["Dinas", "Bidang Tangkap"]
    assert [(p.name, p.unit) for p in adopted.posts] == [
        (HEAD, "Dinas"),
        (CAPTURE, "Bidang Tangkap"),
    ]
    assert adopted.tenures[0] == Tenure(HEAD, PEOPLE[0], NIPS[0], "IV/c", PERIOD.first_day)
    assert adopted.targets == empty.targets
    assert adopt_roster(MASTER, listed, PERIOD.first_day) == MASTER


def test_the_first_roster_makes_nobody_a_signer() -> None:
    empty = replace(MASTER, units=(), posts=(), tenures=())
    before, now = replace(holder(HEAD), nip=NIPS[2]), holder(HEAD)
    impostor = roster_of(replace(now, nip=NIPS[1]), holder(CAPTURE))
    (finding,) = roster_conflicts(empty, impostor, TODAY, signers=(before, now))
    assert finding.place == f"lembar Pejabat, {HEAD}, kolom NIP"
    assert "bukan penanda tangan yang terdaftar" in finding.message
    assert "[[signers]]" in finding.mend
    honest = roster_of(now, holder(CAPTURE))
    assert roster_conflicts(empty, honest, TODAY, signers=(before, now)) == []


def test_the_roster_takes_the_capacity_from_the_master_data() -> None:
    listed = roster_of(replace(holder(CAPTURE), capacity=""))
    (official,) = from_master(MASTER, listed, TODAY).officials
    assert official.capacity == Capacity.ACTING.value
    assert official.title == f"Plt. {CAPTURE}"
    unknown = roster_of(replace(holder(HEAD), post="Kepala Gudang"))
    assert from_master(MASTER, unknown, TODAY) == unknown
