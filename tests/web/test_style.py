"""Every pair of text and ground in the style sheet can be read (WCAG 2.2, 1.4.3)."""

import re

import pytest

from pipeline.web.site import static_file

CSS = static_file("style.css").decode()
COLOURS = dict(re.findall(r"(--[\w-]+): (#[0-9a-f]{3,6});", CSS))
ON_PAPER = [("--tinta", "--kertas"), ("--redup", "--kertas"), ("--tautan", "--kertas")]
ON_GROUND = [("--tinta", "--dasar"), ("--redup", "--dasar"), ("--tautan", "--dasar")]
CHIPS = [(f"--{tone}-t", f"--{tone}") for tone in ("idle", "wait", "back", "ok", "done")]
OTHERS = [
    ("#ffffff", "--laut"),
    ("#ffffff", "#14546a"),
    ("#c4dbe2", "--laut"),
    ("#573b00", "--wait"),
    ("#0a4626", "--ok"),
    ("#741709", "--back"),
    ("--redup", "--idle"),
    ("--tinta", "--back"),
]


@pytest.mark.parametrize(("text", "ground"), [*ON_PAPER, *ON_GROUND, *CHIPS, *OTHERS])
def test_text_can_be_read_on_its_ground(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


def test_the_focus_and_the_field_can_be_seen() -> None:
    for colour, ground in (("#b45309", "--dasar"), ("#ffd166", "--laut"), ("#6f848d", "--kertas")):
        assert colour in CSS
        assert contrast(colour, ground) >= 3


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    value = COLOURS.get(colour, colour).lstrip("#")
    value = value if len(value) == 6 else "".join(digit * 2 for digit in value)
    parts = [int(value[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
