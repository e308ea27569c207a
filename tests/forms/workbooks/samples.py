"""Made-up statements and officials, strategies for more of them, and ways to spoil a workbook."""

import io
from collections.abc import Callable
from decimal import Decimal

from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.finding import Finding
from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Target
from pipeline.domain.official import RANKS, Official
from pipeline.domain.period import Period
from pipeline.domain.roster import Assignment, Roster, Statements
from pipeline.forms.workbooks.sheet import clean_text

OFFICE = "Dinas Kelautan dan Perikanan Provinsi Contoh"
PERIOD = Period(2026, 3)
NIPS = ("197803142003121004", "198609262015052001", "199001012023211003")


def target(text: str) -> Target:
    low, _, high = text.partition("..")
    return Target(Decimal(low), Decimal(high) if high else None)


def indicator(
    code: str,
    name: str,
    year: str,
    quarters: tuple[str, str, str, str],
    polarity: Polarity = Polarity.POSITIVE,
    aggregation: Aggregation = Aggregation.SUM,
    unit: str = "ton",
) -> Indicator:
    one, two, three, four = (target(q) if q else None for q in quarters)
    return Indicator(
        *(code, "Meningkatnya produksi perikanan", name, "Jumlah yang didaratkan", unit),
        *(polarity, aggregation, "Statistik bidang", target(year)),
        (one, two, three, four),
        (Decimal("14210.5"), Decimal("16870.25"), None),
    )


STATEMENTS = Statements(
    PERIOD,
    (
        indicator("IK-1", "Produksi tangkap", "68174", ("15000", "17000", "18087", "18087")),
        indicator("IK-2", "Produksi budidaya", "67276", ("16819",) * 4),
        indicator(
            "IK-3",
            "Pelanggaran pelaku usaha",
            "7..8",
            ("7..8",) * 4,
            Polarity.NEGATIVE,
            Aggregation.AVERAGE,
            "%",
        ),
        indicator("IK-4", "Nilai AKIP", "80", ("", "", "", "80"), aggregation=Aggregation.LAST),
        indicator("IK-5", "Suhu beku", "-25..-18", ("-25..-18",) * 4, Polarity.RANGE),
    ),
)
OFFICIALS = (
    Official("Kepala Bidang Tangkap", "Contoh Satu, S.Pi.", NIPS[0], "IV/a", "Bidang Tangkap"),
    Official("Kepala Bidang Budidaya", "Contoh Dua", NIPS[1], "III/d", "Bidang Budidaya"),
    Official("Kepala UPTD", "Contoh Tiga", NIPS[2], "Golongan IX", "UPTD"),
)
ROSTER = Roster(
    PERIOD,
    OFFICIALS,
    tuple(
        Assignment(OFFICIALS[holder].post, code)
        for holder, code in ((0, "IK-1"), (1, "IK-2"), (2, "IK-3"), (0, "IK-5"))
    ),
)


def edited(data: bytes, change: Callable[[Worksheet], object], sheet: str | None = None) -> bytes:
    """The workbook after ``change`` to one of its sheets, as a person would leave it."""
    book = load_workbook(io.BytesIO(data))
    change(book[sheet] if sheet else book.worksheets[0])
    return saved(book)


def saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def said(findings: list[Finding]) -> str:
    return "\n".join(f"{f.severity}: {f.place}: {f.message} -> {f.mend}" for f in findings)


_signs = st.characters(exclude_categories=("Cs",))
awkward = st.sampled_from(
    ["=1+1", "+62", "-5", "@x", "'kutip", "#N/A", "_x0041_", "_x000D_", "1.234", "TRUE", 'a;b"c']
)
texts = (st.text(_signs, max_size=40) | awkward).map(clean_text)
lines = (st.text(_signs, min_size=1, max_size=40) | awkward).map(
    lambda text: " ".join(clean_text(text).split())
)
names = lines.filter(bool)
codes = st.from_regex(r"[A-Za-z0-9.-]{1,20}", fullmatch=True).filter(
    lambda code: code == clean_text(code)
)
numbers = st.decimals(-(10**9), 10**9, places=2) | st.decimals(-(10**18), 10**18, places=6)
ranges = st.tuples(numbers, numbers).map(lambda pair: Target(min(pair), max(pair)))
targets = numbers.map(Target) | ranges


@st.composite
def indicators(draw: st.DrawFn) -> Indicator:
    polarity = draw(st.sampled_from(Polarity))
    wanted = ranges if polarity is Polarity.RANGE else targets
    quarters = draw(st.tuples(*[st.none() | wanted] * 4))
    return Indicator(
        *(draw(codes), draw(names), draw(names), draw(texts), draw(names)),
        *(polarity, draw(st.sampled_from(Aggregation)), draw(lines), draw(wanted)),
        quarters,
        draw(st.tuples(*[st.none() | numbers] * 3)),
    )


periods = st.builds(Period, st.integers(2020, 2099), st.integers(1, 4))
statement_lists = st.builds(
    Statements,
    st.none() | periods,
    st.lists(indicators(), min_size=1, max_size=4, unique_by=lambda i: i.code.casefold()).map(
        tuple
    ),
)
grades = st.sampled_from([*RANKS, "Golongan I", "Golongan XVII", "Honorer"])
