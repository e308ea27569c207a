"""Sums, shared indicators and figures that are not there yet, from the roster to the print-out."""

from collections.abc import Mapping

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.procedure import Verb
from pipeline.domain.roster import Assignment, Part, Roster
from pipeline.tasks.demo.hand import change_cell, fill_controls

from .under_way import HEAD, KASUBAG, SECRETARY, UnderWay

SUM, SHARED, LATER = "IKU-001", "IKU-002", "IKU-004"
REASON = "Survei baru selesai bulan November"


def with_parts(roster: Roster) -> Roster:
    gives = Part.CONTRIBUTES
    return Roster(
        roster.period,
        roster.officials,
        (
            Assignment(KASUBAG, SUM),
            Assignment(SECRETARY, SUM, gives),
            Assignment(HEAD, SUM, gives),
            Assignment(KASUBAG, SHARED),
            Assignment(SECRETARY, SHARED),
            Assignment(HEAD, LATER),
        ),
    )


def fill(at: UnderWay, post: str, figures: Mapping[str, str], remark: str = "") -> None:
    """Send the form in the official's folder with these figures."""
    answers = {(code, Field.ACTUAL): figure for code, figure in figures.items()}
    answers |= {(code, Field.REMARK): remark for code in figures if remark}
    write(at, post, answers)


def write(at: UnderWay, post: str, answers: Mapping[tuple[str, Field], str]) -> None:
    """Send the form in the official's folder with these words."""
    reporter = at.reporter(post)
    form = at.folders.wait(f"{reporter.folder}/*.docx")
    data = fill_controls(form.read_bytes(), answers)
    form.unlink()
    at.folders.put(f"{reporter.folder}/kirim", form.name, data)
    at.desk.work()


def to_filling(at: UnderWay) -> None:
    at.roster = with_parts(at.roster)
    at.to_filling()


def test_what_does_not_fit_bounces_with_the_rest_prefilled(begun: UnderWay) -> None:
    to_filling(begun)
    fill(begun, KASUBAG, {SUM: "700", SHARED: "14.833 (sementara)"})
    slip = begun.said("4-pengisian/Kasubag*/SLIP 1*.pdf")
    assert f"dijumlahkan dari {SECRETARY}; {HEAD}" in slip
    assert "kosongkan kolom realisasi" in slip
    fill(begun, KASUBAG, {})  # the form that came back, as it was prefilled
    assert begun.form(KASUBAG).state == State.WAITING
    receipt = begun.said("4-pengisian/Kasubag*/DITERIMA*.pdf")
    assert "14.833 (sementara)" in receipt
    assert "dijumlahkan" in receipt

    fill(begun, HEAD, {SUM: "50", LATER: "Belum tersedia"})
    assert "tanpa alasan" in begun.said("4-pengisian/Kepala Bidang*/SLIP 1*.pdf")
    write(begun, HEAD, {(LATER, Field.REMARK): REASON})
    assert begun.form(HEAD).state == State.WAITING
    sheet = begun.said("5-verifikasi/Kepala Bidang*LEMBAR VERIFIKASI.pdf")
    assert f"realisasi belum tersedia: {REASON}" in sheet


def test_sum_shared_and_unavailable_reach_the_print_out(begun: UnderWay) -> None:
    to_filling(begun)
    fill(begun, SECRETARY, {SUM: "12.000,5*", SHARED: "14.833"})
    begun.approve(SECRETARY)
    fill(begun, HEAD, {SUM: "5.000", LATER: "belum tersedia"}, REASON)
    begun.approve(HEAD)
    fill(begun, KASUBAG, {SHARED: "14.800"}, "Menurut catatan bidang")
    sheet = begun.said("5-verifikasi/Kasubag*LEMBAR VERIFIKASI.pdf")
    assert f"{SECRETARY} 14.833 (formulir {begun.form(SECRETARY).code})" in sheet
    begun.approve(KASUBAG)
    assert begun.collection.stage == Verb.ENTER

    begun.to_initial()
    assert "dua angka untuk satu indikator" in begun.said("6-entri/SLIP*.pdf")
    ready = begun.folders.wait("6-entri/*Entri Data Kinerja*.xlsx")
    data = ready.read_bytes()
    for column, value in (
        ("Realisasi TW", 14833),
        ("Alasan Perubahan", "Menurut rekap Sekretaris"),
    ):
        data = change_cell(data, "Menurut catatan bidang", column, value)
    ready.unlink()
    begun.folders.put("6-entri/kirim", ready.name, data)
    begun.desk.work()

    printed = begun.said("7-paraf/Print Out*.pdf")
    assert "17.000,5*" in printed
    assert "* angka sementara" in printed
    assert "belum tersedia" in printed
    assert REASON in printed
    assert f"{KASUBAG}; {SECRETARY}" in printed
    for post, figure in ((SECRETARY, "12.000,5*"), (HEAD, "5.000")):
        assert f"{post} {figure} ton {begun.form(post).code}" in printed
