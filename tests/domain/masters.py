"""Made-up master data, and strategies for more of them that no check objects to."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from pipeline.domain.indicator import Aggregation, Polarity, Target
from pipeline.domain.master import (
    Capacity,
    Definition,
    MasterData,
    Opening,
    Post,
    TargetSet,
    Tenure,
    Unit,
)
from pipeline.domain.naming import name_key, post_folder

from ..forms.workbooks.samples import codes, grades, lines, names, numbers, ranges, targets, texts

NIPS = ("197803142003121004", "198609262015052001", "199001012023211003")
PEOPLE = ("Contoh Satu, S.Pi.", "Contoh Dua", "Contoh Tiga")
HEAD, CAPTURE, FARMING, PORT = (
    "Kepala Dinas",
    "Kepala Bidang Tangkap",
    "Kepala Bidang Budidaya",
    "Kepala UPTD Pelabuhan",
)
YEAR_END = date(2026, 12, 31)


def figures(*written: str) -> tuple[Target | None, ...]:
    """Targets as ``80``, as a range ``80..90``, or none."""

    def one(text: str) -> Target | None:
        low, _, high = text.partition("..")
        return Target(Decimal(low), Decimal(high) if high else None) if text else None

    return tuple(map(one, written))


def target_set(
    code: str, annual: str, *quarters: str, effective: date = date(2026, 1, 2), basis: str = ""
) -> TargetSet:
    whole, one, two, three, four = figures(annual, *quarters)
    assert whole is not None
    return TargetSet(code, 2026, effective, basis, whole, (one, two, three, four))


def definition(
    code: str, name: str, polarity: Polarity, aggregation: Aggregation, unit: str
) -> Definition:
    return Definition(
        *(code, "Meningkatnya produksi perikanan", name, "Yang didaratkan\nsetahun", unit),
        *(polarity, aggregation, "Statistik bidang"),
    )


MASTER = MasterData(
    units=(Unit("Dinas"), Unit("Bidang Tangkap", "Dinas"), Unit("UPTD Pelabuhan", "Dinas")),
    posts=(
        Post(HEAD, "Dinas"),
        Post(CAPTURE, "Bidang Tangkap"),
        Post(FARMING),
        Post(PORT, "UPTD Pelabuhan"),
    ),
    tenures=(
        Tenure(HEAD, PEOPLE[0], NIPS[0], "IV/c", date(2024, 1, 2)),
        Tenure(CAPTURE, PEOPLE[1], NIPS[1], "III/d", date(2022, 3, 1), date(2026, 7, 31)),
        Tenure(
            *(CAPTURE, PEOPLE[0], NIPS[0], "IV/c", date(2026, 8, 1), YEAR_END),
            *(Capacity.ACTING, "821/12/2026"),
        ),
        Tenure(PORT, PEOPLE[2], NIPS[2], "Golongan IX", date(2023, 5, 1)),
    ),
    indicators=(
        definition("IK-1", "Produksi tangkap", Polarity.POSITIVE, Aggregation.SUM, "ton"),
        definition("IK-2", "Suhu beku", Polarity.RANGE, Aggregation.AVERAGE, "derajat"),
    ),
    targets=(
        target_set("IK-1", "68174", "15000", "17000", "18087", "18087", basis="PK 2026"),
        target_set(
            *("IK-1", "70000", "15000", "17000", "19000", "19000"),
            effective=date(2026, 8, 20),
            basis="DPA Perubahan 2026",
        ),
        target_set("IK-2", "-25..-18", "-25..-18", "", "-25..-18", "-25..-18"),
    ),
    openings=(Opening("IK-1", 2026, 1, Decimal("14210.5"), "Laporan TW I 2026"),),
)


def with_tenure(index: int, **fields: object) -> MasterData:
    """The sample with one tenure otherwise."""
    tenures = list(MASTER.tenures)
    tenures[index] = replace(tenures[index], **fields)
    return replace(MASTER, tenures=tuple(tenures))


@st.composite
def tenures_of(draw: st.DrawFn, post: str) -> list[Tenure]:
    """Holders of one post, one after the other; the last one perhaps without an end."""
    day, held = date(2024, 1, 1), []
    for _ in range(draw(st.integers(0, 3))):
        start = day + timedelta(days=draw(st.integers(1, 400)))
        end = start + timedelta(days=draw(st.integers(0, 400)))
        who, capacity = draw(st.integers(0, 2)), draw(st.sampled_from(Capacity))
        needed = capacity is not Capacity.DEFINITIVE
        decree = draw(names if needed else lines)
        person = (PEOPLE[who], NIPS[who], draw(grades))
        held.append(Tenure(post, *person, start, end, capacity, decree))
        day = end
    if held and held[-1].capacity is Capacity.DEFINITIVE and draw(st.booleans()):
        held[-1] = replace(held[-1], active_to=None)
    return held


@st.composite
def definitions(draw: st.DrawFn, code: str) -> Definition:
    return Definition(
        *(code, draw(names), draw(names), draw(texts), draw(names)),
        *(draw(st.sampled_from(Polarity)), draw(st.sampled_from(Aggregation)), draw(lines)),
    )


@st.composite
def target_sets(draw: st.DrawFn, known: Definition) -> list[TargetSet]:
    wanted = ranges if known.polarity is Polarity.RANGE else targets
    year = draw(st.integers(2020, 2030))
    days = st.dates(date(year - 1, 1, 1), date(year, 12, 31))
    return [
        TargetSet(
            *(known.code, year, day, draw(names), draw(wanted)),
            draw(st.tuples(*[st.none() | wanted] * 4)),
        )
        for day in draw(st.lists(days, max_size=3, unique=True))
    ]


@st.composite
def masters(draw: st.DrawFn) -> MasterData:
    units: list[Unit] = []
    for name in draw(st.lists(names, max_size=3, unique_by=name_key)):
        units.append(Unit(name, draw(st.sampled_from(["", *(u.name for u in units)]))))
    apart = (name_key, lambda post: post_folder(post).casefold())
    homes = st.sampled_from(["", *(unit.name for unit in units)])
    titles = draw(st.lists(names, max_size=3, unique_by=apart))
    known = [
        draw(definitions(code)) for code in draw(st.lists(codes, max_size=3, unique_by=name_key))
    ]
    quarters = st.lists(
        st.tuples(st.integers(2020, 2030), st.integers(1, 3)), max_size=3, unique=True
    )
    return MasterData(
        tuple(units),
        tuple(Post(title, draw(homes)) for title in titles),
        tuple(tenure for title in titles for tenure in draw(tenures_of(title))),
        tuple(known),
        tuple(one for each in known for one in draw(target_sets(each))),
        tuple(
            Opening(each.code, year, quarter, draw(numbers), draw(names))
            for each in known
            for year, quarter in draw(quarters)
        ),
    )
