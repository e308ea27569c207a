"""Word forms sent by hand, one after the other, as bytes that are kept."""

from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.tasks.demo.hand import fill_controls
from tests.forms.documents import with_parts

from .under_way import HEAD, UnderWay

FOLDER = f"4-pengisian/{post_folder(HEAD)}"
VERIFYING = "5-verifikasi"


def filled(at: UnderWay, more: dict[tuple[str, Field], str] | None = None) -> bytes:
    """The form as it was issued, filled in; ``more`` is written otherwise."""
    reporter = at.reporter(HEAD)
    answers = reporter._answers(leave_out=False) | (more or {})
    return fill_controls(at.office.store.read(at.form(HEAD).blob or ""), answers)


def send(at: UnderWay, data: bytes, name: str = "Formulir.docx") -> None:
    """Put a file into the official's kirim, and let it be worked on."""
    at.desk.put(f"{FOLDER}/kirim", name, data)
    at.desk.work()


def first_code(at: UnderWay) -> str:
    """The first of the official's indicators."""
    return at.reporter(HEAD).indicators[0].code


def without_properties(form: bytes) -> bytes:
    """The form as a program leaves it that drops custom properties."""
    empty = b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
    return with_parts(form, {"docProps/custom.xml": empty + b'custom-properties"/>'})


def resaved(form: bytes) -> bytes:
    """The form with other bytes and the same content."""
    return with_parts(form, {"docProps/app.xml": b"<Properties/>"})
