"""The roster read: officials and assignments, each judged against the other and the statements."""

import re
from collections.abc import Mapping
from decimal import Decimal

from pipeline.domain.finding import Finding, Severity, errors
from pipeline.domain.indicator import Indicator
from pipeline.domain.naming import name_key, post_folder
from pipeline.domain.official import RANKS, Official, nip_problem
from pipeline.domain.period import Period
from pipeline.domain.roster import Assignment, Part, Roster, Statements
from pipeline.forms.workbooks.book import Book, open_book
from pipeline.forms.workbooks.roster_cover import check_cover
from pipeline.forms.workbooks.sheet import Column
from pipeline.forms.workbooks.table import RowReader, Table, find_table, read_period

OFFICIALS = "Pejabat"
ASSIGNMENTS = "Penugasan"

POST = Column("Jabatan", 48)
NAME = Column("Nama", 36)
NIP = Column("NIP", 22)
GRADE = Column("Golongan", 14)
UNIT = Column("Unit", 36)
OFFICIAL_COLUMNS = (POST, NAME, NIP, GRADE, UNIT)

CODE = Column("Kode Indikator", 16)
ASSIGNED_POST = Column("Jabatan", 48)
PART = Column("Peran", 14, needed=False)
INDICATOR_NAME = Column("Indikator Kinerja", 60, entered=False, read=False, needed=False)
ASSIGNMENT_COLUMNS = (CODE, ASSIGNED_POST, PART, INDICATOR_NAME)

_NO_SUM = re.compile(r"%|\b(persen|persentase|indeks|index|rasio|skor|nilai)", re.IGNORECASE)
_RANK = re.compile(r"\b(IV|I{1,3})\s*[/.]\s*([A-E])\b", re.IGNORECASE)
_PNS_GRADES = frozenset({"I", "II", "III", "IV"})
_PPPK_GRADES = frozenset(
    {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"}
    | {"XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"}
)


def read_roster(data: bytes, statements: Statements | None) -> tuple[Roster | None, list[Finding]]:
    """The roster in ``data``; ``None`` where a finding is an error.

    With ``statements``, assignments and period are checked against them.
    """
    book = open_book(data)
    return (None, [book]) if isinstance(book, Finding) else _read(book, statements)


def _read(book: Book, statements: Statements | None) -> tuple[Roster | None, list[Finding]]:
    people, findings = find_table(book, OFFICIALS, OFFICIAL_COLUMNS, named=True)
    tasks, more = find_table(book, ASSIGNMENTS, ASSIGNMENT_COLUMNS, named=True)
    findings += more
    if people is None or tasks is None:
        return None, findings
    period, more = _period(book, people, statements)
    findings += more
    officials, more = _read_officials(people)
    findings += more
    known = statements.by_code() if statements is not None else None
    assignments, more = _read_assignments(tasks, officials, known, period)
    findings += more + check_cover(officials.values(), assignments, known)
    if errors(findings):
        return None, findings
    return Roster(period, tuple(officials.values()), tuple(assignments)), findings


def _period(
    book: Book, people: Table, statements: Statements | None
) -> tuple[Period | None, list[Finding]]:
    """The period of the statements; a roster that says another one is at fault."""
    own, findings = read_period(book, people)
    fixed = statements.period if statements is not None else None
    if own is None or fixed is None or own == fixed:
        return fixed or own, findings
    message = f"tertulis {own}, padahal yang menunggu {fixed}"
    mend = f"betulkan periodenya, atau pakai Daftar Pejabat {fixed.short} yang tersedia"
    return fixed, [*findings, Finding(f"lembar {OFFICIALS}, Periode", message, mend)]


def _read_officials(table: Table) -> tuple[dict[str, Official], list[Finding]]:
    """The officials by the key of their post, and what is wrong with their rows."""
    officials: dict[str, Official] = {}
    places: dict[str, str] = {}
    folders: dict[str, str] = {}
    findings: list[Finding] = []
    for row in table.rows():
        official = _read_official(row)
        key = name_key(official.post)
        if key in officials:
            row.note(POST, f"jabatan ini sudah ada di {places[key]}", "hapus salah satunya")
        elif key:
            officials[key], places[key] = official, row.place
            _check_folder(row, official.post, folders)
        findings += row.findings
    return officials, findings


def _check_folder(row: RowReader, post: str, folders: dict[str, str]) -> None:
    """Two posts in one folder would see, and take for theirs, each other's forms."""
    folder = post_folder(post)
    other = folders.setdefault(folder.casefold(), row.place)
    if other != row.place:
        row.note(
            POST,
            f"jabatan ini akan memakai folder “{folder}” bersama jabatan di {other}",
            "tulis kedua jabatan sehingga berbeda dalam huruf atau angkanya, bukan hanya dalam"
            " tanda bacanya",
        )


def _read_official(row: RowReader) -> Official:
    post, name = row.line(POST), row.line(NAME)
    nip = read_nip(row)
    grade = read_grade(row)
    unit = row.line(UNIT, needed=False)
    return Official(post, name, nip, grade, unit)


def read_nip(row: RowReader) -> str:
    """The NIP of a row, without blanks, its form judged."""
    if isinstance(row.contents.get(NIP), Decimal):
        # A double keeps 15 to 17 digits: the serial at the end of the 18 is gone for good.
        row.note(
            NIP,
            "NIP tersimpan sebagai angka sehingga angka terakhirnya hilang",
            "format kolom NIP sebagai Teks, lalu ketik ulang ke-18 angkanya",
        )
        return ""
    nip = re.sub(r"\s", "", row.text(NIP))
    problem = nip_problem(nip) if nip else None
    if problem is not None:
        row.note(NIP, problem, "periksa NIP pada surat keputusan, lalu ketik ulang")
    return nip


def read_grade(row: RowReader) -> str:
    """The grade of a row as it is printed; one that is unknown as it is written."""
    written = row.line(GRADE)
    grade = known_grade(written)
    if grade is None and written:
        row.note(
            GRADE,
            f"golongan “{written[:40]}” tidak dikenal; dicetak seperti tertulis",
            "tulis misalnya III/d untuk PNS atau Golongan IX untuk PPPK",
            Severity.WARNING,
        )
    return grade or written


def known_grade(written: str) -> str | None:
    """``III/d`` from ``Penata Tk. I (III/D)``, ``Golongan IX`` from ``ix``; ``None`` if neither."""
    if match := _RANK.search(written):
        grade = f"{match[1].upper()}/{match[2].lower()}"
        return grade if grade in RANKS else None
    numeral = re.sub(r"^GOL(ONGAN)?\b\.?\s*", "", written.strip().upper())
    bare = numeral == written.strip().upper()
    if numeral not in _PPPK_GRADES or (bare and numeral in _PNS_GRADES):
        return None  # a bare III is more likely a PNS grade without its letter
    return f"Golongan {numeral}"


def _read_assignments(
    table: Table,
    officials: Mapping[str, Official],
    known: Mapping[str, Indicator] | None,
    period: Period | None,
) -> tuple[dict[Assignment, str], list[Finding]]:
    """Every assignment with the place of its row, and what is wrong with the rows."""
    places: dict[Assignment, str] = {}
    findings: list[Finding] = []
    codes = {code.casefold(): indicator for code, indicator in (known or {}).items()}
    for row in table.rows():
        code = row.line(CODE)
        indicator = _known_indicator(row, code, codes) if known is not None else None
        part = row.choice(PART, Part, needed=False) or Part.REPORTS
        if indicator is not None:
            _check_target(row, indicator, period)
            _check_sum(row, indicator, part)
            code = indicator.code
        read = Assignment(_known_post(row, officials), code, part)
        if read in places and read.post and code:
            row.note(CODE, f"penugasan ini sudah ada di {places[read]}", "hapus baris ini")
        places.setdefault(read, row.place)
        findings += row.findings
    return places, findings


def _known_post(row: RowReader, officials: Mapping[str, Official]) -> str:
    """The post as the officials' sheet writes it, or as written where it is not there."""
    written = row.line(ASSIGNED_POST)
    official = officials.get(name_key(written))
    if official is None and written:
        row.note(
            ASSIGNED_POST,
            f"jabatan “{written[:60]}” tidak ada di lembar {OFFICIALS}",
            f"pilih jabatan dari daftar, atau tambahkan di lembar {OFFICIALS}",
        )
    return official.post if official is not None else written


def _known_indicator(row: RowReader, code: str, known: Mapping[str, Indicator]) -> Indicator | None:
    """The indicator of that code; ``known`` has the codes folded."""
    indicator = known.get(code.casefold())
    if indicator is None and code:
        row.note(
            CODE,
            f"indikator “{code[:40]}” tidak ada di Daftar Pernyataan",
            "pilih kode dari daftar",
        )
    return indicator


def _check_target(row: RowReader, indicator: Indicator, period: Period | None) -> None:
    if period is None:
        return
    target = indicator.target_of(period.quarter)
    if target is None:
        row.note(
            CODE,
            f"target TW {period.roman} untuk {indicator.code} belum ditetapkan",
            f"isi kolom Target TW {period.roman} di Daftar Pernyataan, atau hapus penugasan ini"
            " untuk triwulan ini",
        )
    elif target.value == 0 and target.upper is None:
        row.note(
            CODE,
            f"target TW {period.roman} untuk {indicator.code} adalah 0; capaiannya tidak dapat"
            " dihitung dan dicetak “–”",
            "betulkan targetnya di Daftar Pernyataan; abaikan bila memang 0",
            Severity.WARNING,
        )


def _check_sum(row: RowReader, indicator: Indicator, part: Part) -> None:
    """Percentages and indices of several units do not add up to the whole's."""
    named = f"{indicator.unit} {indicator.name.split()[0]}"
    if part is Part.CONTRIBUTES and _NO_SUM.search(named):
        row.note(
            PART,
            f"kontribusi untuk {indicator.code} akan dijumlahkan, padahal satuannya"
            f" {indicator.unit}",
            "pakai peran melaporkan bagi satu jabatan saja; abaikan bila memang dijumlahkan",
            Severity.WARNING,
        )
