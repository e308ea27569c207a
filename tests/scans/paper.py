"""Forms on paper: printed by LibreOffice, then scanned or photographed as badly as people do."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from pipeline.domain.duty import Duty
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.indicator import Indicator
from pipeline.domain.period import Period
from pipeline.forms.contexts.form import form_context
from pipeline.forms.render import render
from pipeline.settings import OfficeSection
from pipeline.tasks.demo.data import sample_roster, sample_statements
from tests.forms.documents import template

CODE = "K7Q2M9XT4B"
PERIOD = Period(2026, 3)
STATEMENTS = sample_statements(PERIOD, 9)
ROSTER = sample_roster(PERIOD, STATEMENTS, 9)
OFFICIAL = ROSTER.officials[-1]
HEAD = OfficeSection(
    id="dkp-contoh",
    government="Pemerintah Provinsi Contoh",
    name="Dinas Kelautan dan Perikanan",
    subdivision="Subbagian Program, Kepegawaian dan Pelaporan",
    city="Contoh",
)
Gray = NDArray[np.uint8]

WRITTEN = ("52.067,25", "14.833", "86,5", "8", "26,04 (sementara)", "48,31", "107,72", "6", "87,9")
WORDS = {
    Field.REMARK: "Data hasil pendataan triwulanan",
    Field.SUPPORTING_FACTOR: "Dukungan sarana dan pendampingan kelompok",
    Field.INHIBITING_FACTOR: "Cuaca dan gelombang tinggi",
    Field.FOLLOW_UP: "Penjadwalan ulang kegiatan",
    Field.EVIDENCE: "rekap-tw3.xlsx",
}


def indicators(count: int) -> list[Indicator]:
    return list(STATEMENTS.indicators[:count])


def filled(count: int) -> dict[str, FilledRow]:
    """What an official wrote into so many rows."""
    return {
        one.code: FilledRow(one.code, {Field.ACTUAL: WRITTEN[n % len(WRITTEN)], **WORDS})
        for n, one in enumerate(indicators(count))
    }


def form(count: int, rows: Mapping[str, FilledRow] | None = None, code: str = CODE) -> bytes:
    """A form of ``count`` indicators as Word."""
    context = form_context(
        HEAD,
        PERIOD,
        OFFICIAL,
        [Duty(one) for one in indicators(count)],
        code=code,
        issued=date(2026, 10, 5),
        due=date(2026, 10, 9),
        filled=rows,
    )
    return render(template("formulir"), context, code=code, period=str(PERIOD))


def rasters(pdf: bytes, dpi: int) -> list[Gray]:
    """The pages as a flatbed scanner gives them, in grey."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [np.array(p.render(scale=dpi / 72, grayscale=True).to_pil()) for p in document]


@dataclass(frozen=True)
class Shot:
    """How a page was taken; ``tilt`` in degrees, ``perspective`` and ``shadow`` as shares."""

    tilt: float = 0.0
    perspective: float = 0.0
    blur: float = 0.0
    shadow: float = 0.0
    noise: float = 0.0
    quality: int = 85
    turns: int = 0
    width: int = 0


def taken(page: Gray, shot: Shot, seed: int = 0) -> bytes:
    """A page as JPEG, after all that happens to it."""
    chance = np.random.default_rng(seed)
    picture = _bent(page, shot, chance)
    if shot.width:
        height = round(picture.shape[0] * shot.width / picture.shape[1])
        picture = cv2.resize(picture, (shot.width, height), interpolation=cv2.INTER_AREA)
    if shot.blur:
        picture = cv2.GaussianBlur(picture, (0, 0), shot.blur)
    seen = picture.astype(np.float32)
    if shot.shadow:
        across = np.linspace(1, 1 - shot.shadow, picture.shape[1])
        down = np.linspace(1, 1 - shot.shadow / 2, picture.shape[0])
        seen *= np.outer(down, across)
    if shot.noise:
        seen += chance.normal(0, shot.noise, picture.shape)
    picture = np.rot90(np.clip(seen, 0, 255).astype(np.uint8), shot.turns)
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture)).save(out, "JPEG", quality=shot.quality)
    return out.getvalue()


def _bent(page: Gray, shot: Shot, chance: np.random.Generator) -> Gray:
    """The page lying askew on a table, seen from one side."""
    if not (shot.tilt or shot.perspective):
        return page
    height, width = page.shape
    margin = int(0.06 * width)
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    moved = corners + chance.uniform(-1, 1, (4, 2)) * shot.perspective * height
    turn = np.radians(shot.tilt)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    centre = corners.mean(0)
    moved = (moved - centre) @ spin.T * 0.97 + centre + margin
    matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
    size = (width + 2 * margin, height + 2 * margin)
    return cv2.warpPerspective(page, matrix, size, flags=cv2.INTER_AREA, borderValue=95)


def as_pdf(*pages: bytes, dpi: int = 200) -> bytes:
    """Pictures as a scanner's PDF: a page each, no text."""
    pictures = [Image.open(io.BytesIO(page)) for page in pages]
    out = io.BytesIO()
    pictures[0].save(out, "PDF", save_all=True, append_images=pictures[1:], resolution=dpi)
    return out.getvalue()
