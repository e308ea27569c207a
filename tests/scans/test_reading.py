"""Whole pages through the real chain: LibreOffice's print, OpenCV, tesseract."""

from collections.abc import Sequence

import numpy as np
import pytest

from pipeline.domain.figure import ReadFigure, parse_figure
from pipeline.domain.form import Field
from pipeline.scans.proposing import Doubt, ProposedPage, proposed
from pipeline.scans.reading import Wanted, read_pages

from .conftest import FEW, MANY, Print, marks
from .paper import CODE, WORDS, Shot, as_pdf, filled, indicators, rasters, taken

PHOTO = Shot(tilt=3, perspective=0.03, blur=0.5, shadow=0.35, noise=4, quality=75, width=1600)
CODES = [one.code for one in indicators(MANY)]


def read(
    data: bytes,
    printed: Print,
    count: int,
    pages: Sequence[int],
    texts: Sequence[int] = (),
    *,
    spilled: bool = False,
) -> list[ProposedPage]:
    wanted = Wanted("pindaian", list(pages), list(texts), CODE, marks(count))
    further = printed(count, "spilled") if spilled else b""
    return proposed(read_pages(data, printed(count, "trial"), further, wanted))


def wrong(pages: Sequence[ProposedPage], count: int) -> list[tuple[str, str, str]]:
    """The figures that are proposed and are not what was written: code, proposed, written."""
    written = {code: row.text(Field.ACTUAL) for code, row in filled(count).items()}
    return [
        (row.indicator, row.cells[Field.ACTUAL].text, written[row.indicator])
        for page in pages
        for row in page.rows
        if row.cells[Field.ACTUAL].text
        and _value(row.cells[Field.ACTUAL].text) != _value(written[row.indicator])
    ]


def _value(text: str) -> object:
    figure = parse_figure(text)
    assert isinstance(figure, ReadFigure)
    return (figure.number.value if figure.number else None, figure.status)


def indicators_on(page: ProposedPage) -> list[str]:
    return [row.indicator for row in page.rows]


@pytest.mark.parametrize("count", [FEW, pytest.param(MANY, marks=pytest.mark.slow)])
def test_a_scan_and_a_photograph_in_any_order_and_upside_down(printed: Print, count: int) -> None:
    sheets = rasters(printed(count, "filled"), 200)
    photo = taken(sheets[0 if count == FEW else 1], PHOTO, seed=1)
    scan = taken(sheets[0], Shot(turns=2, tilt=-1.5, noise=3), seed=2)
    last, first = read(as_pdf(photo, scan), printed, count, [0, 1])
    on_first = FEW if count == FEW else 4
    assert indicators_on(first) == CODES[:on_first]
    assert indicators_on(last) == (CODES[:FEW] if count == FEW else CODES[on_first:])
    assert wrong([last, first], count) == []
    assert (first.printed, first.numbering) == (CODE, (1, len(sheets)))
    sure = [row.cells[Field.ACTUAL].text for row in first.rows]
    assert sure == [filled(count)[code].text(Field.ACTUAL) for code in CODES[:on_first]]
    words = [row.cells[Field.INHIBITING_FACTOR].text for row in first.rows]
    assert words == [WORDS[Field.INHIBITING_FACTOR]] * on_first


def test_a_pdf_with_text_is_read_letter_by_letter(printed: Print) -> None:
    (page,) = read(printed(FEW, "filled"), printed, FEW, [0], [0])
    assert indicators_on(page) == CODES[:FEW]
    for row in page.rows:
        said = {f: cell.text for f, cell in row.cells.items()}
        assert said == {f: filled(FEW)[row.indicator].text(f) for f in Field}
        assert all(cell.doubt is Doubt.NONE for cell in row.cells.values())


@pytest.mark.slow
def test_a_form_that_is_printed_empty_gives_no_values(printed: Print) -> None:
    (page,) = read(as_pdf(taken(rasters(printed(FEW, "blank"), 200)[0], Shot())), printed, FEW, [0])
    assert indicators_on(page) == CODES[:FEW]
    for row in page.rows:
        assert {cell.text for cell in row.cells.values()} == {""}


@pytest.mark.slow
def test_rows_that_have_grown_go_on_to_pages_the_form_never_had(printed: Print) -> None:
    sheets = rasters(printed(FEW, "tall"), 200)
    assert len(sheets) > 1
    data = as_pdf(*(taken(sheet, Shot(tilt=0.5), seed=n) for n, sheet in enumerate(sheets)))
    pages = read(data, printed, FEW, range(len(sheets)), spilled=True)
    assert [code for page in pages for code in indicators_on(page)] == CODES[:FEW]
    assert wrong(pages, FEW) == []


@pytest.mark.slow
def test_what_is_no_such_form_is_not_laid_straight(printed: Print) -> None:
    """The same ink, torn into pieces and shuffled."""
    sheet = rasters(printed(FEW, "filled"), 150)[0]
    side = 90
    tall, wide = sheet.shape[0] // side, sheet.shape[1] // side
    tiles = sheet[: tall * side, : wide * side].reshape(tall, side, wide, side).swapaxes(1, 2)
    shuffled = np.random.default_rng(3).permutation(tiles.reshape(-1, side, side))
    torn = shuffled.reshape(tall, wide, side, side).swapaxes(1, 2).reshape(tall * side, wide * side)
    (page,) = read(as_pdf(taken(torn, Shot())), printed, FEW, [0])
    assert (page.placed, page.rows) == (False, [])


@pytest.mark.slow
def test_another_forms_rows_are_nobodys(printed: Print) -> None:
    """The page is of the same office, letterhead and all; its indicators are others."""
    second = rasters(printed(MANY, "filled"), 200)[1]
    (page,) = read(as_pdf(taken(second, Shot())), printed, FEW, [0])
    assert page.rows == []
