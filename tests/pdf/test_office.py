"""The second line of defence: what LibreOffice itself refuses, should a check be passed by."""

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from pipeline.errors import ConversionError
from pipeline.pdf.convert import EXPORT_OPTIONS
from pipeline.pdf.office import Office, OfficeLost, OfficeRefused
from pipeline.pdf.program import OfficeProgram, find_office

from .documents import PICTURE, rewritten, with_body, with_relationship

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    started = Office(find_office())
    started.start()
    yield started
    started.stop()


def test_linked_picture_is_not_read_from_disk(office: Office, form: Path, tmp_path: Path) -> None:
    secret = tmp_path / "rahasia.png"
    Image.effect_noise((400, 400), 90).save(secret)
    link = (
        f'<Relationship Id="rIdX" Type="{R}/image" Target="{secret.as_uri()}" '
        'TargetMode="External"/>'
    )

    def change(parts: dict[str, bytes]) -> None:
        with_relationship(parts, link)
        with_body(parts, PICTURE)

    source = rewritten(form, tmp_path / "luar.docx", change)
    with pikepdf.open(io.BytesIO(office.convert(source.read_bytes(), EXPORT_OPTIONS, 60))) as pdf:
        assert all(not page.get_images() for page in pdf.pages)


@pytest.mark.parametrize("content", [b"<html><body>x</body></html>", b"teks biasa", b"PK\x03\x04"])
def test_the_filter_is_not_guessed(office: Office, content: bytes) -> None:
    with pytest.raises(OfficeRefused):
        office.convert(content, EXPORT_OPTIONS, 60)


def test_an_office_that_was_not_started_is_lost() -> None:
    with pytest.raises(OfficeLost):
        Office(find_office()).convert(b"", EXPORT_OPTIONS, 1)


def test_start_that_fails_quotes_the_reason_and_leaves_nothing(tmp_path: Path) -> None:
    known = find_office()
    broken = OfficeProgram(tmp_path / "soffice", known.python, "0")
    (tmp_path / "soffice").write_text("#!/bin/sh\nexit 3\n")
    (tmp_path / "soffice").chmod(0o755)
    office = Office(broken)
    with pytest.raises(ConversionError, match=r"code 3.*`kinerja doctor`"):
        office.start()
    assert not office.started
