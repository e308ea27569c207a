"""On paper, by real LibreOffice: rooms for signatures and stamp lie where the README says."""

import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pypdfium2
import pytest
from builder.formulir import STAMP_ROOM
from builder.pengesahan import PARAF_BOX, SIGNATURE_ROOM

from . import rendering, samples

MM = 25.4 / 72  # millimetres in a point
DPI = 200
EXPORT = (
    'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"}}'
)


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """PDFs of the samples, and of print-outs with more and more source forms."""
    folder = tmp_path_factory.mktemp("papers")
    made = {name: samples.context(name) for name in samples.CONTEXTS}
    for count in range(0, 17, 2):
        context = samples.cetak()
        context["sumber"] = (context["sumber"] * 2)[:count]
        context["paraf"] = context["paraf"][: count // 2 % 4]
        made[f"cetak-{count}.docx"] = context
    files = []
    for name, context in made.items():
        template = "cetak.docx" if name.startswith("cetak") else name
        files.append(folder / name)
        files[-1].write_bytes(rendering.render(template, context))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", EXPORT, "--outdir", str(folder)]
    for _ in range(2):  # a fresh profile may end the first start with exit code 81
        done = subprocess.run([*command, *map(str, files)], capture_output=True, check=False)
        if done.returncode == 0:
            break
    return {name: (folder / name).with_suffix(".pdf") for name in made}


def destinations(pdf: Path) -> dict[str, tuple[int, float, float]]:
    """Named places as page index and millimetres from the left and upper edge."""
    with pikepdf.open(pdf) as opened:
        pages = [page.obj.objgen for page in opened.pages]
        height = float(opened.pages[0].mediabox[3])
        aims = {str(key).lstrip("/"): value for key, value in opened.Root.Dests.items()}
        places = {}
        for key, aim in aims.items():
            page, _, left, top, *_ = aim if isinstance(aim, pikepdf.Array) else aim.D
            at = pages.index(page.objgen)
            places[key] = (at, float(left) * MM, (height - float(top)) * MM)
        return places


def ink(pdf: Path, page: int) -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    """Where the page is not white."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[page].render(scale=DPI / 72).to_pil().convert("L")
    finally:
        document.close()
    return np.asarray(picture) < 250


def clear(
    marks: "np.ndarray[tuple[int, int], np.dtype[np.bool_]]",
    left: float,
    top: float,
    width: float,
    height: float,
) -> bool:
    """Whether a rectangle in millimetres lies on the page and holds no ink."""
    x0, y0, x1, y1 = (round(v * DPI / 25.4) for v in (left, top, left + width, top + height))
    return y1 <= marks.shape[0] and x1 <= marks.shape[1] and not marks[y0:y1, x0:x1].any()


def test_the_rooms_are_free_and_on_one_page(papers: dict[str, Path]) -> None:
    for name, pdf in papers.items():
        if not name.startswith("cetak"):
            continue
        places = destinations(pdf)
        assert len({page for page, _, _ in places.values()}) == 1, name
        page, left, top = places.pop("ttd")
        marks = ink(pdf, page)
        assert clear(marks, left, top, *SIGNATURE_ROOM), name
        for _, left, top in places.values():
            width, height = PARAF_BOX
            assert clear(marks, left + 1, top + 1, width - 2, height - 2), name


def test_there_are_as_many_destinations_as_paraf(papers: dict[str, Path]) -> None:
    assert set(destinations(papers["cetak.docx"])) == {"paraf1", "paraf2", "paraf3", "ttd"}
    assert set(destinations(papers["cetak-0.docx"])) == {"ttd"}


def test_the_stamp_covers_its_room_and_nothing_else(papers: dict[str, Path]) -> None:
    left, top, width, height = STAMP_ROOM
    stamp = np.argwhere(ink(papers["stempel.docx"], 0)) * 25.4 / DPI
    (y0, x0), (y1, x1) = stamp.min(axis=0), stamp.max(axis=0)
    assert left - 1 < x0 < left
    assert top - 1 < y0 < top
    assert left + width < x1 < left + width + 1.2
    assert top + height < y1 < top + height + 1.2
    form = ink(papers["formulir.docx"], 0)
    for beside in (  # a hair of white around the stamp on all four sides
        (x0 - 0.6, y0, 0.3, y1 - y0),
        (x0, y0 - 0.6, x1 - x0, 0.3),
        (x0, y1 + 0.3, x1 - x0, 0.3),
    ):
        assert clear(form, *beside)


def test_a_template_takes_the_pages_it_should(papers: dict[str, Path]) -> None:
    pages = {name: len(pikepdf.open(pdf).pages) for name, pdf in papers.items()}
    for single in ("slip.docx", "tanda-terima.docx", "ringkasan.docx", "stempel.docx"):
        assert pages[single] == 1, single
    assert pages["usul-data-induk.docx"] == 1
    assert pages["baca-saya.docx"] == 2
    assert pages["isi-berkas.docx"] == 2
