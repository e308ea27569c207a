"""Data dukung that is named and did not come, or that nobody speaks of."""

from pipeline.domain.check_rules import EvidenceRules
from pipeline.domain.duty import Duty
from pipeline.domain.evidence import Piece
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Field, FigureStatus, FilledRow
from pipeline.forms.checks.evidence import check_evidence

from .rows import indicator

ONLY_WHAT_IS_NAMED = EvidenceRules(expected=False)


def row(code: str, cell: str = "", status: FigureStatus = FigureStatus.FINAL) -> FilledRow:
    return FilledRow(code, {Field.EVIDENCE: cell}, None, status)


def piece(name: str, *codes: str) -> Piece:
    return Piece(name, "0" * 64, "1 KB", "", (name,), codes)


def told(
    *rows: FilledRow, pieces: tuple[Piece, ...] = (), rules: EvidenceRules | None = None
) -> list[Finding]:
    return check_evidence([], rows, pieces, rules or EvidenceRules())


def test_a_named_file_that_did_not_come() -> None:
    rows = (row("IK-1", "rekap.xlsx, foto.jpg"), row("IK-2"))
    (finding,) = told(*rows, pieces=(piece("foto.jpg", "IK-1"), piece("lain.pdf")))
    assert finding.place == "IK-1, kolom Data Dukung"
    assert finding.severity is Severity.WARNING
    assert finding.message == (
        "“rekap.xlsx” disebut tetapi tidak ikut dikirim; yang datang: foto.jpg; lain.pdf"
    )
    assert "folder kirim" in finding.mend


def test_all_that_have_nothing_are_one_finding() -> None:
    rows = (row("IK-1", "–"), row("IK-2", "Laporan TPI"), row("IK-3"), row("IK-4", "tpi.pdf"))
    named, bare = told(*rows)
    assert named.place == "IK-4, kolom Data Dukung"
    assert bare.place == "data dukung"
    assert bare.message == (
        "IK-1; IK-3: tidak disebut dan tidak dikirim. disebut tanpa berkasnya: IK-2 “Laporan TPI”;"
        " belum ada berkas yang datang"
    )


def test_what_came_for_the_whole_form_serves_every_indicator() -> None:
    assert told(row("IK-1"), row("IK-2", "Laporan TPI"), pieces=(piece("semua.zip"),)) == []


def test_what_came_for_one_serves_that_one() -> None:
    (finding,) = told(row("IK-1"), row("IK-2"), pieces=(piece("IK-1 rekap.csv", "IK-1"),))
    assert finding.message.startswith("IK-2: tidak disebut")
    assert "yang datang: IK-1 rekap.csv" in finding.message


def test_where_evidence_is_required_the_form_comes_back() -> None:
    rules = EvidenceRules(required=True)
    assert [f.severity for f in told(row("IK-1"), rules=rules)] == [Severity.ERROR]
    assert [f.severity for f in told(row("IK-1", "a.pdf"), rules=rules)] == [Severity.ERROR]


def test_where_none_is_expected_only_what_is_named_is_missed() -> None:
    assert told(row("IK-1"), row("IK-2", "Laporan"), rules=ONLY_WHAT_IS_NAMED) == []
    assert len(told(row("IK-1", "a.pdf"), rules=ONLY_WHAT_IS_NAMED)) == 1


def test_a_figure_that_is_summed_or_not_there_needs_none() -> None:
    summed = Duty(indicator(), summed_of=("UPTD",))
    assert check_evidence([summed], [row("IK-1")], [], EvidenceRules()) == []
    assert told(row("IK-1", status=FigureStatus.UNAVAILABLE)) == []
