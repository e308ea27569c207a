import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.forms.plot import DPI, HATCHES, WIDTH, Bar, achievement_plot

TITLE = "Capaian Kinerja Triwulan III Tahun 2026"
percents = st.none() | st.decimals(-500, 5000, places=2)
bars = st.builds(Bar, st.text(max_size=150), percents, st.sampled_from(["1B5E20", "FFEB3B"]))


def _size(png: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(png)) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert round(picture.info["dpi"][0]) == DPI
        return picture.size


def test_more_bars_make_a_higher_picture_of_the_same_width() -> None:
    few, many = (
        _size(achievement_plot([Bar("NTN", Decimal(90), "66BB6A")] * n, title=TITLE))
        for n in (2, 12)
    )
    assert few[0] == many[0] == round(WIDTH * DPI)
    assert many[1] > few[1]


def test_the_same_bars_give_the_same_bytes() -> None:
    given_bars = [Bar("Nilai AKIP", Decimal("87.5"), "66BB6A"), Bar("NTN", None, "C62828")]
    assert achievement_plot(given_bars, title=TITLE) == achievement_plot(given_bars, title=TITLE)


def test_values_are_to_be_seen() -> None:
    one = achievement_plot([Bar("NTN", Decimal("87.50"), "66BB6A")], title=TITLE)
    other = achievement_plot([Bar("NTN", Decimal("87.51"), "66BB6A")], title=TITLE)
    assert one != other


def test_no_bars_still_make_a_picture() -> None:
    assert _size(achievement_plot([], title=TITLE))[1] > 100


@pytest.mark.parametrize("label", ["$x$", "$\\frac$", "漢字 \u0007", "", "a" * 400])
def test_labels_are_taken_as_they_are(label: str) -> None:
    _size(achievement_plot([Bar(label, Decimal(50), "FB8C00")], title=label))


@settings(max_examples=15, deadline=None)
@given(st.lists(bars, max_size=6))
def test_anything_can_be_drawn(drawn: list[Bar]) -> None:
    _size(achievement_plot(drawn, title=TITLE))


def _grey(bar: Bar) -> bytes:
    with Image.open(io.BytesIO(achievement_plot([bar], title=TITLE))) as picture:
        return picture.convert("L").tobytes()


def test_predicates_are_told_apart_without_colour() -> None:
    grey = "8F8F8F"  # as green and orange look alike in print
    hatched = [_grey(Bar("NTN", Decimal(90), grey, "", rank)) for rank in range(5)]
    assert len(set(hatched)) == 5
    assert len(set(HATCHES)) == len(HATCHES)
    named = [_grey(Bar("NTN", Decimal(90), grey, name)) for name in ("Tinggi", "Rendah")]
    assert named[0] != named[1]


@pytest.mark.parametrize("colour", ["1B5E20", "C62828", "FFEB3B"])
def test_hatches_are_seen_on_dark_and_light_bars(colour: str) -> None:
    plain, hatched = (_grey(Bar("NTN", Decimal(90), colour, "", rank)) for rank in (0, 4))
    changed = [abs(a - b) for a, b in zip(plain, hatched, strict=True)]
    assert sum(difference > 60 for difference in changed) > 5000  # of the bar's dots
