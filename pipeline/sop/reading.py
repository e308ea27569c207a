"""What Staf sends at step 1, read and checked: a draft form, or the statements."""

from dataclasses import dataclass, replace

from pipeline.domain.adoption import contradictions
from pipeline.domain.document import Kind
from pipeline.domain.finding import Finding
from pipeline.domain.period import Period
from pipeline.domain.roster import Statements
from pipeline.errors import ReadError
from pipeline.forms.apart import read_statements, read_word
from pipeline.forms.workbooks.statements import SHEET
from pipeline.sop.case import Delivery
from pipeline.sop.example import check_draft
from pipeline.sop.figures import established_figures
from pipeline.sop.master.versions import master_on_file

WHOLE_FILE = "seluruh berkas"
ONLY_WORD_AND_EXCEL = Finding(
    WHOLE_FILE,
    "yang diterima di sini hanya format (.docx) dan Daftar Pernyataan (.xlsx)",
    "simpan dengan Word atau Excel, lalu kirim lagi",
)
NO_PERIOD = Finding(
    "nama berkas",
    "triwulan dan tahunnya tidak disebut",
    "beri nama seperti “Format Data Kinerja TW III 2026.docx”, lalu kirim lagi",
)


@dataclass(frozen=True)
class Reading:
    """What arrived: its kind, its period, and everything that is wrong with it."""

    kind: Kind
    period: Period | None
    findings: list[Finding]


def read_sent(delivery: Delivery) -> Reading:
    """The kind and period of what was sent, and every fault of it."""
    named, read = Period.parse(delivery.stem), delivery.office.reader.read
    if delivery.suffix == ".xlsx":
        statements, findings = read(read_statements, delivery.data)
        period = (statements.period if statements else None) or named
        if named is not None and period not in {None, named}:
            findings.append(_two_periods(f"{period}", named))
        elif statements is not None and period is not None:
            findings += _against_master(delivery, replace(statements, period=period), period)
        return Reading(Kind.STATEMENTS, period, findings)
    if delivery.suffix not in {".docx", ".docm", ".doc"}:
        return Reading(Kind.DRAFT, named, [ONLY_WORD_AND_EXCEL])
    try:
        said = read(read_word, delivery.data)
        period = named or Period.parse(said.identity.period)
        example = period or Period.ended_before(delivery.office.now().date())
        findings = check_draft(delivery.office, delivery.data, example)
    except ReadError as unreadable:
        fault = Finding(WHOLE_FILE, str(unreadable), "kirim lagi sesudah dibetulkan")
        return Reading(Kind.DRAFT, named, [fault])
    return Reading(Kind.DRAFT, period, findings)


def _two_periods(written: str, named: Period) -> Finding:
    """Last year's workbook under this year's name, or the other way round: nobody can tell."""
    return Finding(
        f"lembar {SHEET}, Periode",
        f"tertulis {written}, padahal nama berkasnya menyebut {named.short}",
        "samakan periode di dalam berkas dan pada namanya, lalu kirim lagi",
    )


def _against_master(delivery: Delivery, statements: Statements, period: Period) -> list[Finding]:
    office = delivery.office
    with office.ledger.read() as session:
        established = established_figures(session, office, delivery.procedure.key, period.year)
        return contradictions(master_on_file(session, office), statements, established)
