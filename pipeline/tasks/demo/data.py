"""Invented officials, indicators and figures; no real person, and figures of plausible size."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle, islice

from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Target
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.roster import Assignment, Roster, Statements
from pipeline.tasks.init import PRACTICE_SIGNERS

LEAST_OFFICIALS = 2
POSTS = (
    ("Kepala Bidang Perikanan Tangkap", "Bidang Perikanan Tangkap"),
    ("Kepala Bidang Perikanan Budidaya", "Bidang Perikanan Budidaya"),
    ("Kepala Bidang PSDKP", "Bidang Pengawasan Sumber Daya Kelautan dan Perikanan"),
    ("Kepala Bidang Pengolahan dan Pemasaran", "Bidang Pengolahan dan Pemasaran"),
    ("Kepala Bidang Kelautan dan Pesisir", "Bidang Kelautan dan Pesisir"),
    ("Kepala UPTD Pelabuhan Perikanan Pantai", "UPTD Pelabuhan Perikanan Pantai"),
    ("Kepala UPTD Balai Benih Ikan", "UPTD Balai Benih Ikan"),
    ("Kepala UPTD Pengujian Mutu", "UPTD Pengujian dan Penerapan Mutu Hasil Perikanan"),
    ("Kasubag Umum dan Perlengkapan", "Sekretariat"),
    ("Kasubag Keuangan dan Aset", "Sekretariat"),
)
FIRST = ("Ahmad", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Galih", "Hana", "Indra", "Jihan")
LAST = ("Contoh", "Misal", "Peraga", "Simulasi", "Ilustrasi", "Teladan", "Umpama")
DEGREES = ("S.Pi.", "S.Pi., M.Si.", "S.E.", "S.T., M.T.", "S.P.")
GRADES = ("III/c", "III/d", "IV/a", "IV/b")


@dataclass(frozen=True)
class Kind:
    """A kind of indicator, of which any number can be made."""

    objective: str
    name: str
    unit: str
    polarity: Polarity
    aggregation: Aggregation
    annual: str
    quarters: tuple[str, str, str, str]
    actuals: tuple[str, str, str]


KINDS = (
    Kind(
        "Meningkatnya produksi perikanan",
        "Produksi perikanan tangkap",
        "ton",
        Polarity.POSITIVE,
        Aggregation.SUM,
        "68174",
        ("15000", "17000", "18174", "18000"),
        ("14210.5", "16902", "17355.25"),
    ),
    Kind(
        "Meningkatnya produksi perikanan",
        "Produksi perikanan budidaya",
        "ton",
        Polarity.POSITIVE,
        Aggregation.SUM,
        "67276",
        ("15500", "16500", "17276", "18000"),
        ("13100", "14240.75", "14833"),
    ),
    Kind(
        "Meningkatnya kepatuhan pelaku usaha kelautan dan perikanan",
        "Persentase kepatuhan pelaku usaha",
        "%",
        Polarity.POSITIVE,
        Aggregation.AVERAGE,
        "85",
        ("80", "82", "85", "85"),
        ("78.4", "83.2", "86.5"),
    ),
    Kind(
        "Meningkatnya kepatuhan pelaku usaha kelautan dan perikanan",
        "Jumlah pelanggaran penangkapan ikan",
        "kasus",
        Polarity.NEGATIVE,
        Aggregation.SUM,
        "40",
        ("10", "10", "10", "10"),
        ("9", "12", "8"),
    ),
    Kind(
        "Meningkatnya daya saing hasil kelautan dan perikanan",
        "Nilai ekspor hasil perikanan",
        "juta USD",
        Polarity.POSITIVE,
        Aggregation.SUM,
        "120",
        ("28", "30", "31", "31"),
        ("22.5", "27.1", "26.04"),
    ),
    Kind(
        "Meningkatnya daya saing hasil kelautan dan perikanan",
        "Angka konsumsi ikan",
        "kg/kapita/tahun",
        Polarity.POSITIVE,
        Aggregation.LAST,
        "48.5",
        ("46", "47", "48", "48.5"),
        ("45.2", "46.9", "48.31"),
    ),
    Kind(
        "Meningkatnya kesejahteraan nelayan dan pembudi daya ikan",
        "Nilai Tukar Nelayan (NTN)",
        "indeks",
        Polarity.POSITIVE,
        Aggregation.AVERAGE,
        "108",
        ("107", "107.5", "108", "108"),
        ("105.91", "106.4", "107.72"),
    ),
    Kind(
        "Meningkatnya tata kelola perangkat daerah",
        "Waktu penyelesaian layanan perizinan",
        "hari",
        Polarity.RANGE,
        Aggregation.AVERAGE,
        "5-7",
        ("5-7", "5-7", "5-7", "5-7"),
        ("6.5", "7.5", "6"),
    ),
    Kind(
        "Meningkatnya tata kelola perangkat daerah",
        "Indeks Kepuasan Masyarakat (IKM)",
        "indeks",
        Polarity.POSITIVE,
        Aggregation.LAST,
        "88.5",
        ("86", "87", "88", "88.5"),
        ("85.4", "86.2", "87.9"),
    ),
)


def sample_statements(period: Period, officials: int) -> Statements:
    """Enough indicators for so many officials, with the earlier quarters' figures on file."""
    return Statements(
        period,
        tuple(
            _indicator(number, kind, period.quarter)
            for number, kind in enumerate(islice(cycle(KINDS), officials + 3), start=1)
        ),
    )


def sample_roster(period: Period, statements: Statements, officials: int) -> Roster:
    """So many officials, the signers among them; the first three report two indicators."""
    people = tuple(islice(_people(), max(officials, LEAST_OFFICIALS)))
    codes = [i.code for i in statements.indicators]
    pairs = [*zip(people, codes, strict=False), *zip(people, codes[len(people) :], strict=False)]
    return Roster(period, people, tuple(Assignment(p.post, code) for p, code in pairs))


def sample_actual(indicator: Indicator, quarter: int) -> Decimal:
    """The figure that the demo's official reports."""
    kind = KINDS[(int(indicator.code[-3:]) - 1) % len(KINDS)]
    return Decimal(kind.actuals[min(quarter, len(kind.actuals)) - 1])


def _indicator(number: int, kind: Kind, quarter: int) -> Indicator:
    first, second, third, fourth = (_target(q) for q in kind.quarters)
    previous = [Decimal(a) if n < quarter else None for n, a in enumerate(kind.actuals, start=1)]
    region = (number - 1) // len(KINDS)
    return Indicator(
        code=f"IKU-{number:03d}",
        strategic_objective=kind.objective,
        name=f"{kind.name} (wilayah {region + 1})" if region else kind.name,
        definition=f"{kind.name} menurut pendataan triwulanan, dihitung pada akhir triwulan",
        unit=kind.unit,
        polarity=kind.polarity,
        aggregation=kind.aggregation,
        source="Statistik Dinas",
        annual_target=_target(kind.annual),
        quarter_targets=(first, second, third, fourth),
        previous_actuals=(previous[0], previous[1], previous[2]),
    )


def _target(text: str) -> Target:
    low, _, high = text.partition("-")
    return Target(Decimal(low), Decimal(high) if high else None)


def _people() -> Iterator[Official]:
    for _, post, name, nip, grade in PRACTICE_SIGNERS:
        yield Official(post, name, nip, grade, "Sekretariat")
    number = 0
    while True:
        post, unit = POSTS[number % len(POSTS)]
        series = number // len(POSTS)
        name = f"{FIRST[number % len(FIRST)]} {LAST[number % len(LAST)]}"
        degree, grade = DEGREES[number % len(DEGREES)], GRADES[number % len(GRADES)]
        region = f" Wilayah {series + 1}" if series else ""
        nip = f"19{70 + number % 25:02d}{number % 12 + 1:02d}15201001{number % 2 + 1}{number:03d}"
        yield Official(f"{post}{region}", f"{name}, {degree}", nip[:18], grade, unit + region)
        number += 1
