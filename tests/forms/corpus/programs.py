"""Forms saved by programs that are not Word: each as its users have it save, and read by us."""

import io
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docx

from pipeline.pdf.formats import DOC, ODT, RTF, Format
from pipeline.pdf.office import WORD_FILTER, Job, Office
from pipeline.pdf.program import find_office

WORD = Format("Word (.docx)", ".docx", WORD_FILTER)
SAVED_AS: dict[str, Format] = {"docx": WORD, "odt": ODT, "doc": DOC, "rtf": RTF}
NODE = Path(__file__).with_name("node")
TIMEOUT_S = 120


@contextmanager
def libreoffice() -> Iterator[Office]:
    """One LibreOffice, as the converter drives it."""
    office = Office(find_office())
    office.start()
    try:
        yield office
    finally:
        office.stop()


def saved_by(office: Office, form: bytes, known: Format) -> bytes:
    """The form opened with LibreOffice and saved in that format."""
    job = Job(WORD.suffix, WORD.filter, known.suffix, known.filter)
    return office.convert(form, job, TIMEOUT_S)


def saved_by_pandoc(form: bytes) -> bytes:
    """The form read by pandoc and written anew."""
    command = ["pandoc", "--from=docx", "--to=docx", "--output=-"]
    return subprocess.run(command, input=form, check=True, capture_output=True).stdout


def saved_by_python_docx(form: bytes) -> bytes:
    """The form opened and saved by python-docx."""
    out = io.BytesIO()
    docx.Document(io.BytesIO(form)).save(out)
    return out.getvalue()


def saved_by_npm_docx(form: bytes, folder: Path) -> bytes:
    """The form patched by npm's docx, its title by itself."""
    source, target = folder / "form.docx", folder / "patched.docx"
    source.write_bytes(form)
    command = ["node", str(NODE / "patch.mjs"), str(source), str(target)]
    subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_S)
    return target.read_bytes()
