"""People who print the waiting print-out, sign it with a pen, and scan or photograph it."""

import io
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import cv2
import numpy as np
import pikepdf

from pipeline.domain.document import Kind
from pipeline.domain.procedure import Verb
from pipeline.ledger.tables import Document
from pipeline.signing.fields import SIGNATURE_FIELD
from tests.scans.paper import Gray, Shot, as_pdf, rasters, taken

from .under_way import UnderWay

DPI = 150
PLACE = "Lemari arsip 2, map TW III 2026, ruang Subbagian Program"
COMMAND = "8-tanda-tangan/ditandatangani"


@dataclass(frozen=True)
class ByHand:
    """The print-out that waits to be signed, and everything that is done with its paper."""

    at: UnderWay

    @property
    def printout(self) -> Document:
        """The print-out as it stands."""
        return self.at.document(Kind.PRINTOUT)

    @property
    def waiting(self) -> bytes:
        """The PDF that waits."""
        return self.at.office.store.read(self.printout.pdf or "")

    def pages(self, pdf: bytes = b"", *, signed: bool = True) -> list[Gray]:
        """Its printed pages, with a pen's stroke where the signature belongs."""
        pdf = pdf or self.waiting
        sheets = rasters(pdf, DPI)
        if signed:
            number, (left, bottom, right, top) = field_of(pdf)
            sheet, scale = sheets[number], DPI / 72
            across = np.linspace((left + 30) * scale, (right - 60) * scale, 60)
            middle = sheet.shape[0] - (bottom + top) / 2 * scale
            wave = middle + np.sin(np.linspace(0, 14, 60)) * 18
            stroke = np.stack([across, wave], 1).astype(np.int32)
            cv2.polylines(sheet, [stroke], isClosed=False, color=40, thickness=3)
        return sheets

    def scan(self, *numbers: int, pdf: bytes = b"", signed: bool = True) -> bytes:
        """A flatbed's PDF of these pages, from 1; of all where none is named."""
        sheets = self.pages(pdf, signed=signed)
        chosen = [sheets[n - 1] for n in numbers] or sheets
        shot = Shot(tilt=0.4, noise=2.0)
        return as_pdf(*(taken(sheet, shot, seed) for seed, sheet in enumerate(chosen)), dpi=DPI)

    def send(self, name: str, data: bytes, folder: str = COMMAND) -> None:
        """Drop a file, and let it be worked on."""
        self.at.desk.put(folder, name, data)
        self.at.desk.work()

    def say(self, place: str = PLACE, name: str = "lokasi.txt") -> None:
        """Say where the paper lies."""
        self.send(name, place.encode())

    def slips(self) -> list[str]:
        """What lies beside the waiting print-out."""
        return [
            name for name in self.at.names("8-tanda-tangan") if name.startswith(("SLIP", "LENG"))
        ]

    def told(self) -> str:
        """The text of the one slip there."""
        (slip,) = self.slips()
        return self.at.said(f"8-tanda-tangan/{slip}")


def to_signature(at: UnderWay, *posts: str) -> ByHand:
    """Everything verified, entered, and the paraf put."""
    at.desk.clock.at = max(at.desk.clock.at, datetime.now(ZoneInfo("Asia/Jakarta")))  # the keys'
    at.verify(*posts)
    at.to_initial()
    at.seal(Verb.INITIAL)
    at.desk.work()
    return ByHand(at)


def field_of(pdf: bytes) -> tuple[int, tuple[float, float, float, float]]:
    """The page of the signature field, and its edges in points."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for number, page in enumerate(document.pages):
            for note in page.obj.get("/Annots", []):
                if str(note.get("/T", "")) == SIGNATURE_FIELD:
                    left, bottom, right, top = (float(edge) for edge in note.Rect)
                    return number, (left, bottom, right, top)
    raise AssertionError(SIGNATURE_FIELD)
