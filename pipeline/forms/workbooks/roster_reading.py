"""The roster read: officials and assignments, each judged against the other and the statements."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.domain.finding import Finding, Severity, errors
from pipeline.domain.indicator import Indicator
from pipeline.domain.naming import post_folder
from pipeline.domain.official import RANKS, Official, nip_problem
from pipeline.domain.period import Period
from pipeline.domain.roster import Assignment, Roster, Statements
from pipeline.forms.workbooks.book import Book, open_book
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
INDICATOR_NAME = Column("Indikator Kinerja", 60, entered=False, read=False, needed=False)
ASSIGNMENT_COLUMNS = (CODE, ASSIGNED_POST, INDICATOR_NAME)

_RANK = re.compile(r"\b(IV|I{1,3})\s*[/.]\s*([A-E])\b", re.IGNORECASE)
_PNS_GRADES = frozenset({"I", "II", "III", "IV"})
_PPPK_GRADES = frozenset(
    {"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"}
    | {"XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII"}
)


def read_roster(data: bytes, statements: Statements | None) -> tuple[Roster | None, list[Finding]]:
    """The roster in ``data``; ``None`` where a finding is an error.

    With ``statements``, assignments are checked against them and the period is theirs.
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
    findings += more + _check_cover(officials, assignments, known)
    if errors(findings):
        return None, findings
    return Roster(period, tuple(officials.values()), tuple(assignments)), findings


def _period(
    book: Book, people: Table, statements: Statements | None
) -> tuple[Period | None, list[Finding]]:
    """The period of the statements, to which a roster of another quarter is brought."""
    own, findings = read_period(book, people)
    fixed = statements.period if statements is not None else None
    if own is None or fixed is None or own == fixed:
        return fixed or own, findings
    message = f"tertulis {own}, sedangkan pengumpulan ini untuk {fixed}; yang dipakai {fixed}"
    mend = "periksa apakah berkas ini memang daftar untuk triwulan ini"
    place = f"lembar {OFFICIALS}, Periode"
    return fixed, [*findings, Finding(place, message, mend, Severity.WARNING)]


def _read_officials(table: Table) -> tuple[dict[str, Official], list[Finding]]:
    """The officials by the key of their post, and what is wrong with their rows."""
    officials: dict[str, Official] = {}
    places: dict[str, str] = {}
    folders: dict[str, str] = {}
    findings: list[Finding] = []
    for row in table.rows():
        official = _read_official(row)
        key = post_key(official.post)
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
    nip = _read_nip(row)
    grade = _read_grade(row)
    unit = row.line(UNIT, needed=False)
    return Official(post, name, nip, grade, unit)


def _read_nip(row: RowReader) -> str:
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


def _read_grade(row: RowReader) -> str:
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


def post_key(post: str) -> str:
    """What is the same for posts that differ only in case and blanks."""
    return "".join(post.split()).casefold()


def _read_assignments(
    table: Table,
    officials: Mapping[str, Official],
    known: Mapping[str, Indicator] | None,
    period: Period | None,
) -> tuple[list[Assignment], list[Finding]]:
    assignments: list[Assignment] = []
    findings: list[Finding] = []
    for row in table.rows():
        code = row.line(CODE)
        indicator = _known_indicator(row, code, known)
        if indicator is not None:
            _check_target(row, indicator, period)
            code = indicator.code
        read = Assignment(_known_post(row, officials), code)
        if read in assignments and read.post and code:
            row.note(CODE, "penugasan ini sudah ada di baris sebelumnya", "hapus baris ini")
        assignments.append(read)
        findings += row.findings
    return assignments, findings


def _known_post(row: RowReader, officials: Mapping[str, Official]) -> str:
    """The post as the officials' sheet writes it, or as written where it is not there."""
    written = row.line(ASSIGNED_POST)
    official = officials.get(post_key(written))
    if official is None and written:
        row.note(
            ASSIGNED_POST,
            f"jabatan “{written[:60]}” tidak ada di lembar {OFFICIALS}",
            f"pilih jabatan dari daftar, atau tambahkan di lembar {OFFICIALS}",
        )
    return official.post if official is not None else written


def _known_indicator(
    row: RowReader, code: str, known: Mapping[str, Indicator] | None
) -> Indicator | None:
    if known is None or not code:
        return None
    indicator = next((i for c, i in known.items() if c.casefold() == code.casefold()), None)
    if indicator is None:
        row.note(
            CODE,
            f"indikator “{code[:40]}” tidak ada di Daftar Pernyataan",
            "pilih kode dari daftar",
        )
    return indicator


def _check_target(row: RowReader, indicator: Indicator, period: Period | None) -> None:
    if period is None or indicator.target_of(period.quarter) is not None:
        return
    row.note(
        CODE,
        f"target TW {period.roman} untuk {indicator.code} belum ditetapkan",
        f"isi kolom Target TW {period.roman} di Daftar Pernyataan, atau hapus penugasan ini untuk"
        " triwulan ini",
    )


def _check_cover(
    officials: Mapping[str, Official],
    assignments: Sequence[Assignment],
    known: Mapping[str, Indicator] | None,
) -> list[Finding]:
    """Warn of posts without indicators, and of indicators without a post or with several."""
    posts: dict[str, list[str]] = {code: [] for code in known or ()}
    for assignment in assignments:
        posts.setdefault(assignment.indicator, []).append(assignment.post)
    busy = {a.post for a in assignments}
    place = f"lembar {ASSIGNMENTS}"
    found = [
        (f"{o.post} tidak ditugasi satu indikator pun", "tugaskan indikator atau hapus jabatannya")
        for o in officials.values()
        if o.post not in busy
    ]
    for code, holders in posts.items():
        if not holders:
            mend = "tugaskan kepada satu jabatan; bila dibiarkan, indikator ini tidak dilaporkan"
            found.append((f"indikator {code} belum ditugaskan kepada siapa pun", mend))
        elif len(set(holders)) > 1:
            message = f"indikator {code} ditugaskan kepada {' dan '.join(sorted(set(holders)))}"
            found.append((message, "biarkan bila memang dilaporkan oleh lebih dari satu jabatan"))
    return [Finding(place, message, mend, Severity.WARNING) for message, mend in found]
