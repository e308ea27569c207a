"""Officials who answer on paper: they print their form, fill it in, and scan or photograph it."""

import io
from dataclasses import dataclass

from PIL import Image

from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.domain.numbers import format_number
from pipeline.domain.procedure import CommandFolder
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_fields
from pipeline.tasks.demo.data import sample_actual
from pipeline.tasks.demo.hand import fill_controls
from tests.scans.paper import Gray, Shot, as_pdf, rasters, taken

from ..under_way import UnderWay

SAID = {
    Field.REMARK: "Hasil pendataan triwulanan",
    Field.SUPPORTING_FACTOR: "Dukungan sarana",
    Field.INHIBITING_FACTOR: "Cuaca dan gelombang tinggi",
    Field.FOLLOW_UP: "Penjadwalan ulang kegiatan",
}


@dataclass(frozen=True)
class OnPaper:
    """One official's form, filled in; and everything that is done with it."""

    at: UnderWay
    post: str

    @property
    def folder(self) -> str:
        """The official's folder."""
        return f"4-pengisian/{post_folder(self.post)}"

    @property
    def actuals(self) -> dict[str, str]:
        """What is written into each indicator's cell."""
        reporter = self.at.reporter(self.post)
        return {
            one.code: format_number(sample_actual(one, reporter.quarter))
            for one in reporter.indicators
        }

    def word(self, *, without: str = "") -> bytes:
        """The form as the official filled it in; without the figure of one indicator."""
        form = self.at.office.store.read(self.at.form(self.post).blob or "")
        answers = {(code, Field.ACTUAL): text for code, text in self.actuals.items()}
        answers |= {(code, f): text for code in self.actuals for f, text in SAID.items()}
        answers.pop((without, Field.ACTUAL), None)
        return fill_controls(form, answers)

    def pdf(self, *, without: str = "") -> bytes:
        """The form exported as PDF."""
        return self.at.office.convert(self.word(without=without))

    def pages(self, dpi: int = 200, *, without: str = "") -> list[Gray]:
        """Its pages as they lie on the glass of a scanner."""
        return rasters(self.pdf(without=without), dpi)

    def scan(self, dpi: int = 200, shot: Shot | None = None) -> bytes:
        """All pages scanned into one PDF."""
        shot = shot or Shot(tilt=0.6, noise=2)
        return as_pdf(*(taken(page, shot, seed=n) for n, page in enumerate(self.pages(dpi))))

    def send(self, name: str, data: bytes, *, by_staff: bool = False) -> None:
        """Put a file into kirim, and let it be worked on."""
        folder = "4-pengisian/_titipan" if by_staff else self.folder
        self.at.folders.put(f"{folder}/kirim", name, data)
        self.at.desk.work()

    def confirm(self, *, mended: dict[str, str] | None = None, by_staff: bool = False) -> None:
        """Complete what was not read, mend what is named, and send the form (SOP 4)."""
        folder = "4-pengisian/_titipan" if by_staff else self.folder
        (form,) = self.at.desk.files(f"{folder}/PERIKSA ANGKA*.docx")
        data = form.read_bytes()
        read = read_fields(open_word(data))
        texts = {c: read[c][Field.ACTUAL] or text for c, text in self.actuals.items()}
        texts |= mended or {}
        form.write_bytes(
            fill_controls(data, {(code, Field.ACTUAL): text for code, text in texts.items()})
        )
        self.at.move(f"{folder}/{form.name}", CommandFolder.SEND)

    def proposed(self) -> dict[str, str]:
        """The figures that were read, by indicator."""
        (form,) = self.at.desk.files(f"{self.folder}/PERIKSA ANGKA*.docx")
        read = read_fields(open_word(form.read_bytes()))
        return {code: read[code][Field.ACTUAL] for code in self.actuals}

    def lies(self, pattern: str, *, by_staff: bool = False) -> list[str]:
        """What lies in the folder."""
        folder = "4-pengisian/_titipan" if by_staff else self.folder
        return [path.name for path in self.at.desk.files(f"{folder}/{pattern}")]


def something_else() -> bytes:
    """A photograph of something else."""
    out = io.BytesIO()
    Image.radial_gradient("L").resize((900, 600)).save(out, "JPEG")
    return out.getvalue()
