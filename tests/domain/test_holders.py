"""Who holds which post, on the days before, in and after each tenure."""

from datetime import date

import pytest

from pipeline.domain.holders import Holders
from pipeline.domain.master import Capacity, MasterData, Post, Tenure
from pipeline.domain.official import Official

HEAD, OTHER, VACANT = "Kasubag", "Kabid Tangkap", "Kabid Budidaya"
AYU, BUDI, CITRA = "197803142003121004", "198105202006042003", "198507072010011005"
MASTER = MasterData(
    posts=(Post(HEAD), Post(OTHER), Post(VACANT)),
    tenures=(
        Tenure(HEAD, "Ayu", AYU, "III/d", date(2020, 1, 1), date(2026, 6, 30)),
        Tenure(
            HEAD, "Budi", BUDI, "III/c", date(2026, 7, 1), date(2026, 9, 30), Capacity.ACTING, "1"
        ),
        Tenure(HEAD, "Citra", CITRA, "IV/a", date(2026, 10, 1)),
        Tenure(
            HEAD, "Budi", BUDI, "III/c", date(2026, 12, 1), date(2026, 12, 9), Capacity.DEPUTY, "2"
        ),
        Tenure(OTHER, "Budi", BUDI, "III/c", date(2019, 1, 1)),
    ),
)
LISTED = (
    Official(HEAD, "Lama", AYU, "III/d", ""),
    Official("Sekretaris", "Dewi", AYU, "IV/b", ""),
    Official("Sekretaris", "Eka", CITRA, "IV/a", ""),
)
HOLDERS = Holders(MASTER, LISTED)


@pytest.mark.parametrize(
    ("day", "title", "nip"),
    [
        (date(2019, 12, 31), HEAD, None),
        (date(2020, 1, 1), HEAD, AYU),
        (date(2026, 6, 30), HEAD, AYU),
        (date(2026, 7, 1), f"Plt. {HEAD}", BUDI),
        (date(2026, 9, 30), f"Plt. {HEAD}", BUDI),
        (date(2026, 10, 1), HEAD, CITRA),
        (date(2026, 11, 30), HEAD, CITRA),
        (date(2026, 12, 1), f"Plh. {HEAD}", BUDI),
        (date(2026, 12, 9), f"Plh. {HEAD}", BUDI),
        (date(2026, 12, 10), HEAD, CITRA),
    ],
)
def test_the_holder_of_each_day(day: date, title: str, nip: str | None) -> None:
    official = HOLDERS.official(HEAD, day)
    assert (official.nip if official else None) == nip
    assert HOLDERS.title(HEAD, day) == title
    for person in (AYU, BUDI, CITRA):
        assert HOLDERS.holds(person, HEAD, day) == (person == nip)


def test_a_vacant_post_is_nobodys_whoever_is_listed() -> None:
    listed = Holders(MASTER, (Official(VACANT, "Lama", AYU, "III/d", ""),))
    assert listed.official(VACANT, date(2026, 7, 1)) is None
    assert not listed.holds(AYU, VACANT, date(2026, 7, 1))


def test_a_post_that_the_master_data_do_not_know_is_as_listed() -> None:
    for day in (date(1999, 1, 1), date(2099, 1, 1)):
        assert HOLDERS.holds(AYU, "Sekretaris", day)
        assert HOLDERS.holds(CITRA, "Sekretaris", day)
        assert not HOLDERS.holds(BUDI, "Sekretaris", day)
    assert HOLDERS.official("Bupati", date(2026, 7, 1)) is None


def test_kin_is_everything_that_one_person_holds() -> None:
    assert HOLDERS.kin(OTHER, date(2026, 6, 30)) == {OTHER}
    assert HOLDERS.kin(OTHER, date(2026, 7, 1)) == {OTHER, HEAD}
    assert HOLDERS.kin(HEAD, date(2026, 7, 1)) == {OTHER, HEAD}
    assert HOLDERS.kin(HEAD, date(2026, 10, 1)) == {HEAD, "Sekretaris"}
    assert HOLDERS.kin("Bupati", date(2026, 7, 1)) == {"Bupati"}


def test_all_posts_of_which_anything_is_known() -> None:
    assert HOLDERS.posts == (HEAD, OTHER, VACANT, "Sekretaris")
