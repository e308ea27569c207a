"""The print-out's plot: one bar for each achievement, readable in grey as well."""

import io
import textwrap
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont

from pipeline.domain.numbers import format_number

DPI = 200
WIDTH = 9.6  # inches
INK, MUTED, HAIR = "#1F2A30", "#56656D", "#D5DEE1"
FONTS = ("Liberation Sans", "DejaVu Sans")
LONGEST_BAR = Decimal(200)  # percent; what goes beyond is cut off there and says so
LOWEST_BAR = Decimal(-50)
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "++++", "oo", "--")
"""How a bar is hatched, by the rank of its predicate: colours look alike in grey."""
_DARK = 0.4  # relative luminance (ITU-R BT.601) below which hatches are white
_LABEL_WIDTH = 44  # characters
_ROOM = Decimal("0.3")  # of the bars' width, for value and predicate at the end of the longest
_BAR_INCHES, _LINE_INCHES, _FRAME_INCHES = 0.42, 0.17, 1.05


@dataclass(frozen=True)
class Bar:
    """One achievement in percent, ``None`` where it does not apply; colour as six hex digits.

    ``rating`` is its predicate, ``rank`` the predicate's place in the scale, the best being 0.
    """

    label: str
    percent: Decimal | None
    colour: str
    rating: str = ""
    rank: int = 0


def achievement_plot(bars: Sequence[Bar], *, title: str) -> bytes:
    """A PNG of 200 dpi: horizontal bars from top to bottom, a line at 100 %.

    Each says its value and predicate, and is hatched by the predicate, so that grey is enough. The
    same bars give the same bytes. Without bars the picture says that there are no data.
    """
    labels = [_wrapped(bar.label) for bar in bars]
    heights = [max(_BAR_INCHES, _LINE_INCHES * (label.count("\n") + 1) + 0.1) for label in labels]
    figure = Figure(
        figsize=(WIDTH, _FRAME_INCHES + (sum(heights) or 0.8)), dpi=DPI, layout="constrained"
    )
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _draw_frame(axes, bars, title)
    middles = _middles(heights)
    for middle, bar in zip(middles, bars, strict=True):
        _draw_bar(axes, middle, bar)
    axes.set_ylim(sum(heights) or 1, 0)
    axes.set_yticks(middles, labels, fontproperties=_font(9), color=INK, parse_math=False)
    return _png(figure)


def _draw_frame(axes: Axes, bars: Sequence[Bar], title: str) -> None:
    shown = [_bounded(b.percent) for b in bars if b.percent is not None]
    lowest, longest = min([*shown, Decimal(0)]), max([*shown, Decimal(110)])
    lowest = min(lowest, Decimal(-25)) if lowest < 0 else lowest
    axes.set_xlim(float(lowest * Decimal("1.15")), float(longest + _ROOM * (longest - lowest)))
    ticks = [t for t in range(-50, 201, 25) if lowest <= t <= longest]
    axes.set_xticks(ticks, [str(t) for t in ticks], fontproperties=_font(8), color=MUTED)
    axes.set_xlabel("Capaian (%)", fontproperties=_font(9), color=MUTED)
    axes.set_title(
        "\n".join(textwrap.wrap(title, 90)),
        fontproperties=_font(12, bold=True),
        color="#0F4C5C",
        parse_math=False,
        pad=12,
    )
    axes.grid(visible=True, axis="x", color=HAIR, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_visible(False)
    axes.axvline(0, color=MUTED, linewidth=0.9)
    axes.axvline(100, color="white", linewidth=2.6, zorder=3)  # seen on a dark bar, too
    axes.axvline(100, color=INK, linewidth=1.1, linestyle=(0, (4, 2)), zorder=3)
    if not bars:
        _write(axes, 55, 0.5, "Belum ada data", align="center", colour=MUTED)


def _draw_bar(axes: Axes, middle: float, bar: Bar) -> None:
    if bar.percent is None:
        _write(axes, 1.5, middle, "tidak dihitung", align="left", colour=MUTED)
        return
    shown = _bounded(bar.percent)
    place = (middle, float(shown), _BAR_INCHES * 0.62)
    hatch, lines = HATCHES[bar.rank % len(HATCHES)], "white" if _is_dark(bar.colour) else INK
    axes.barh(*place, color=f"#{bar.colour}", hatch=hatch, edgecolor=lines, linewidth=0)
    axes.barh(*place, color="none", edgecolor=INK, linewidth=0.6)
    cut = " »" if bar.percent > shown else " «" if bar.percent < shown else ""
    value = f"{format_number(bar.percent, places=2)} %{cut}"
    value = " · ".join(text for text in (value, bar.rating) if text)
    # On white, so that the line at 100 % never runs through a figure.
    if shown >= 0:
        _write(axes, float(shown) + 1.2, middle, value, align="left", colour=INK)
    else:
        _write(axes, 1.2, middle, value, align="left", colour=INK)


def _is_dark(colour: str) -> bool:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return 0.299 * red + 0.587 * green + 0.114 * blue < _DARK


def _write(axes: Axes, x: float, y: float, text: str, *, align: str, colour: str) -> None:
    axes.text(
        x,
        y,
        text,
        fontproperties=_font(9, bold=colour == INK),
        color=colour,
        ha=align,
        va="center",
        parse_math=False,
        zorder=4,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
    )


def _middles(heights: Sequence[float]) -> list[float]:
    """The middle of each bar, counted in inches from the top."""
    return [sum(heights[:index]) + height / 2 for index, height in enumerate(heights)]


def _bounded(percent: Decimal) -> Decimal:
    return max(LOWEST_BAR, min(percent, LONGEST_BAR))


def _wrapped(label: str) -> str:
    return "\n".join(textwrap.wrap(label, _LABEL_WIDTH, max_lines=4, placeholder=" …"))


@lru_cache(maxsize=1)
def _families() -> tuple[str, ...]:
    """Those of ``FONTS`` that are installed; DejaVu Sans comes with matplotlib."""
    found = []
    for name in FONTS:
        try:
            findfont(FontProperties(family=name), fallback_to_default=False)
        except ValueError:
            continue
        found.append(name)
    return tuple(found)


def _font(size: float, *, bold: bool = False) -> FontProperties:
    weight = "bold" if bold else "normal"
    return FontProperties(family=list(_families()), size=size, weight=weight)


def _png(figure: Figure) -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a sign that no font has is drawn as a box
        figure.savefig(out, format="png", metadata={"Software": None})
    return out.getvalue()
