from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.domain.consolidation import Reported
from pipeline.domain.document import Kind, State
from pipeline.domain.finding import Severity
from pipeline.domain.form import Field, FigureStatus
from pipeline.domain.roster import Roster
from pipeline.forms.workbooks.entry_reading import EnteredRow
from pipeline.office import Office
from pipeline.sop.case import Case
from pipeline.sop.comparison import (
    Verified,
    changes_given,
    compare,
    other_figures,
    shared_doubts,
    verified,
)
from pipeline.sop.values import changes_to_json

from .figures_on_file import KABID, NORTH, OTHER, SHARED, SOUTH, SUMMED, at_entry, row

UNAVAILABLE, PROVISIONAL = FigureStatus.UNAVAILABLE, FigureStatus.PROVISIONAL


def began(case: Case) -> Verified:
    with case.office.ledger.read() as session:
        return verified(session, case)


def code_of(before: Verified, post: str) -> str:
    return next(code for code, one in before.posts.items() if one == post)


def untouched(before: Verified) -> dict[str, EnteredRow]:
    """What comes back when nobody has typed anything, by post."""
    return {
        before.posts[code]: EnteredRow(code, indicator, dict(old.texts), old.actual, "", old.status)
        for (code, indicator), old in before.rows.items()
    }


def summed(office: Office) -> Verified:
    figures = {KABID: row(None), NORTH: row("700"), SOUTH: row("450")}
    return began(at_entry(office, SUMMED, figures))


def shared(office: Office, other: str = "5") -> Verified:
    return began(at_entry(office, SHARED, {KABID: row("5"), OTHER: row(other)}))


def told(before: Verified, rows: dict[str, EnteredRow]) -> str:
    _, findings = compare(before, rows.values(), {})
    assert all(f.severity is Severity.ERROR and f.place and f.mend for f in findings)
    return "\n".join(f"{f.place}: {f.message} -> {f.mend}" for f in findings)


def test_what_nobody_changed_is_taken_as_it_is(office: Office) -> None:
    before = summed(office)
    entry, findings = compare(before, untouched(before).values(), {})
    assert findings == []
    assert {code: len(rows) for code, rows in entry.rows.items()} == dict.fromkeys(before.posts, 1)
    assert not any(entry.changes.values())


def test_a_changed_figure_or_status_needs_its_reason(office: Office) -> None:
    before = summed(office)
    rows = untouched(before)
    rows[NORTH] = replace(rows[NORTH], status=PROVISIONAL)
    assert "Realisasi TW berbeda dengan formulir yang diverifikasi, tanpa alasan" in told(
        before, rows
    )
    rows[NORTH] = replace(rows[NORTH], reason="menunggu rekap")
    entry, findings = compare(before, rows.values(), {})
    assert findings == []
    [change] = entry.changes[code_of(before, NORTH)]
    assert (change.old, change.new) == ("700", "700 (sementara)")
    assert (change.field, change.reason) == (Field.ACTUAL, "menunggu rekap")
    [kept] = entry.rows[code_of(before, NORTH)]
    assert (kept.actual, kept.status) == (Decimal(700), PROVISIONAL)


def test_a_reason_given_before_holds_for_the_same_change(office: Office) -> None:
    case = at_entry(office, SHARED, {KABID: row("5"), OTHER: row("5")})
    before = began(case)
    rows = untouched(before)
    rows[OTHER] = replace(rows[OTHER], status=PROVISIONAL, reason="menunggu rekap")
    entry, _ = compare(before, rows.values(), {})
    with office.ledger.write() as tx:
        workbook = case.require(tx.session, Kind.WORKBOOK)
        changes = {code: changes_to_json(made) for code, made in entry.changes.items()}
        workbook.data = {"changes": changes}
    rows[OTHER] = replace(rows[OTHER], reason="")
    assert compare(before, rows.values(), changes_given(workbook))[1] == []
    assert len(compare(before, rows.values(), {})[1]) == 1


@pytest.mark.parametrize(
    ("post", "change", "message", "mend"),
    [
        (KABID, {"actual": Decimal(9)}, "dijumlahkan dari", "kosongkan Realisasi TW"),
        (KABID, {"status": UNAVAILABLE}, "dijumlahkan dari", "Status Angka"),
        (NORTH, {"actual": None}, "realisasi kosong", "pilih “belum tersedia”"),
        (NORTH, {"status": UNAVAILABLE}, "ada angka, padahal", "kosongkan angkanya"),
        (
            NORTH,
            {"actual": None, "status": UNAVAILABLE, "texts": {Field.REMARK: " — "}},
            "belum tersedia tanpa alasan",
            "kolom Keterangan",
        ),
        (NORTH, {"actual": Decimal(9), "reason": "--"}, "tanpa alasan", "Alasan Perubahan"),
    ],
)
def test_figure_and_status_fit_each_other(
    office: Office, post: str, change: dict[str, object], message: str, mend: str
) -> None:
    before = summed(office)
    rows = untouched(before)
    rows[post] = replace(rows[post], **{"reason": "alasan", **change})  # type: ignore[arg-type]
    text = told(before, rows)
    assert text.startswith(f"IK-1 (formulir {code_of(before, post)}): ")
    assert message in text
    assert mend in text


def test_a_figure_may_be_declared_unavailable_at_entry(office: Office) -> None:
    before = summed(office)
    rows = untouched(before)
    rows[NORTH] = replace(rows[NORTH], actual=None, status=UNAVAILABLE, reason="ditarik oleh UPTD")
    assert told(before, rows) == ""


def test_two_figures_for_one_indicator_are_brought_to_one(office: Office) -> None:
    before = shared(office, "6")
    rows = untouched(before)
    text = told(before, rows)
    assert text.startswith("indikator IK-1: dua angka untuk satu indikator: Kabid 5 (formulir ")
    assert text.endswith("-> samakan kedua angkanya, dengan alasan")
    rows[OTHER] = replace(rows[OTHER], actual=Decimal(5), reason="menurut rekap Kabid")
    assert told(before, rows) == ""


def test_a_correction_that_touches_one_of_two_is_told_the_way_out(office: Office) -> None:
    before = shared(office)
    kept = Reported(OTHER, code_of(before, OTHER), {"IK-1": row("5")})
    own = {code: post for code, post in before.posts.items() if post == KABID}
    rows = {key: old for key, old in before.rows.items() if key[0] in own}
    amending = replace(before, posts=own, rows=rows, untouched=(kept,))
    entered = untouched(amending)
    assert told(amending, entered) == ""
    entered[KABID] = replace(entered[KABID], actual=Decimal(7), reason="salah ketik")
    text = told(amending, entered)
    assert "dua angka untuk satu indikator: Kabid 7" in text
    assert "kinerja withdraw" in text
    assert "semua jabatan" in text


def test_missing_and_foreign_rows_are_named(office: Office) -> None:
    before = shared(office)
    rows = untouched(before)
    lost = rows.pop(OTHER)
    assert f"IK-1 (formulir {lost.form_code}): barisnya hilang" in told(before, rows)
    rows["asing"] = replace(lost, form_code="LAIN")
    assert "IK-1 (formulir LAIN): baris ini bukan bagian pengumpulan ini" in told(before, rows)


def test_who_was_absent_or_late_is_not_asked_for(office: Office) -> None:
    case = at_entry(office, SUMMED, {KABID: row(None), NORTH: row("700"), SOUTH: row("450")})
    with office.ledger.write() as tx:
        case.require(tx.session, Kind.FORM, NORTH).state = State.ABSENT
        late = case.require(tx.session, Kind.FORM, SOUTH)
        late.data = {**late.data, "late": True}
    assert list(began(case).posts.values()) == [KABID]


def other(office: Office, roster: Roster, written: str, state: State) -> list[str]:
    case = at_entry(office, roster, {KABID: row("5"), OTHER: row(written)})
    with office.ledger.write() as tx:
        case.require(tx.session, Kind.FORM, OTHER).state = state
    with office.ledger.read() as session:
        form = case.require(session, Kind.FORM, KABID)
        found = other_figures(session, case, form)
    doubts = shared_doubts(roster, form, [row("5")], found)
    assert all(d.severity is Severity.WARNING for d in doubts)
    return [d.message for d in doubts]


def test_the_verifier_of_the_later_form_sees_the_others_figure(office: Office) -> None:
    [message] = other(office, SHARED, "6", State.WAITING)
    assert "Kabid Lain 6 (formulir " in message


@pytest.mark.parametrize(
    ("written", "state"), [("5", State.VERIFIED), ("6", State.ISSUED), ("6", State.ABSENT)]
)
def test_an_equal_or_a_returned_form_raises_no_doubt(
    office: Office, written: str, state: State
) -> None:
    assert other(office, SHARED, written, state) == []
