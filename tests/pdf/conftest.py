"""Real LibreOffice for the PDF room, and what it makes of the small Word files."""

from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from docx.shared import Mm

from pipeline.pdf.convert import Converter

from .documents import sign, write_form


@pytest.fixture(scope="session")
def converter() -> Iterator[Converter]:
    """One converter with two offices for the whole session."""
    with Converter(offices=2, timeout_s=60) as shared:
        shared.warm()
        yield shared


@pytest.fixture(scope="session")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Word form."""
    return write_form(tmp_path_factory.mktemp("form") / "Formulir Kabid.docx")


@pytest.fixture(scope="session")
def form_pdf(converter: Converter, form: Path) -> Path:
    """The Word form as PDF/A."""
    target = form.with_suffix(".pdf")
    converter.to_pdf(form, target)
    return target


@pytest.fixture(scope="session")
def stamp_pdf(converter: Converter, form: Path) -> Path:
    """A stamp sheet of the form's size, without structure."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    document.add_paragraph("TELAH DIVERIFIKASI 5 Oktober 2026")
    document.save(str(form.with_name("stempel.docx")))
    target = form.with_name("stempel.pdf")
    converter.to_pdf(form.with_name("stempel.docx"), target, tagged=False)
    return target


@pytest.fixture(scope="session")
def signed_pdf(form_pdf: Path) -> Path:
    """The form with one approval signature by a made-up signer."""
    return sign(form_pdf, form_pdf.with_name("bertanda tangan.pdf"))
