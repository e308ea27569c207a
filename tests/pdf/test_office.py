"""The second line of defence: what LibreOffice itself refuses, should a check be passed by."""

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pikepdf
import pytest
from PIL import Image

from pipeline.errors import ConversionError
from pipeline.pdf.convert import TO_PDF
from pipeline.pdf.office import Office, OfficeLost, OfficeRefused, OfficeStuck
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
    with pikepdf.open(io.BytesIO(office.convert(source.read_bytes(), TO_PDF, 60))) as pdf:
        assert all(not page.get_images() for page in pdf.pages)


@pytest.mark.parametrize("content", [b"<html><body>x</body></html>", b"teks biasa", b"PK\x03\x04"])
def test_the_filter_is_not_guessed(office: Office, content: bytes) -> None:
    with pytest.raises(OfficeRefused):
        office.convert(content, TO_PDF, 60)


HELLO = dict.fromkeys(("ready", "private", "landlock", "seccomp", "isolated"), True) | {"pipes": []}
STAND_IN = """#!/bin/sh
echo '{hello}'
read request
out="$4/out.pdf"
{what}
read rest
"""
DONE = """echo '{"id": 1, "ok": true}'"""


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        (f'ln -s "{__file__}" "$out"; {DONE}', OfficeLost),
        (f'mkfifo "$out"; {DONE}', OfficeRefused),
        (f'mkdir "$out"; {DONE}', OfficeLost),
        (DONE, OfficeLost),
        ("echo 1", OfficeLost),
        ("echo no answer", OfficeLost),
        ("yes [ | head -n 60000 | tr -d '\\n'; echo", OfficeLost),
        ("yes | tr -d '\\n'", OfficeStuck),
    ],
)
def test_a_worker_that_was_taken_over_gives_nothing_but_a_file(
    tmp_path: Path, what: str, outcome: type[Exception]
) -> None:
    worker = tmp_path / "python"
    worker.write_text(STAND_IN.format(hello=json.dumps(HELLO), what=what))
    worker.chmod(0o755)
    office = Office(OfficeProgram(tmp_path / "soffice", worker, "0"))
    office.start()
    try:
        with pytest.raises(outcome):
            office.convert(b"PK", TO_PDF, 60)
    finally:
        office.stop()


@pytest.mark.parametrize(
    "hello",
    [
        "no answer",
        "1",
        "[]",
        "{}",
        "null",
        json.dumps(HELLO | {"pipes": [1], "private": False}),
        json.dumps(HELLO | {"pipes": None}),
        "[" * 60_000,
    ],
    ids=lambda hello: hello[:20],
)
def test_one_that_says_something_odd_at_first_was_not_started(tmp_path: Path, hello: str) -> None:
    worker, said = tmp_path / "python", tmp_path / "hello"
    said.write_text(f"{hello}\n")
    worker.write_text(f'#!/bin/sh\ncat "{said}"\nread rest\n')
    worker.chmod(0o755)
    office = Office(OfficeProgram(tmp_path / "soffice", worker, "0"))
    with pytest.raises(ConversionError, match=r"jawabannya tidak dikenal.*`kinerja doctor`"):
        office.start()
    assert not office.started


def test_an_office_that_was_not_started_is_lost() -> None:
    with pytest.raises(OfficeLost):
        Office(find_office()).convert(b"", TO_PDF, 1)


def test_start_that_fails_quotes_the_reason_and_leaves_nothing() -> None:
    known = find_office()
    with TemporaryDirectory(dir="/var/tmp") as home:  # /tmp is another one behind the walls
        soffice = Path(home, "program", "soffice")
        soffice.parent.mkdir()
        shutil.copy("/bin/false", soffice)
        office = Office(OfficeProgram(soffice, known.python, "0"))
        with pytest.raises(ConversionError, match=r"code 1.*`kinerja doctor`"):
            office.start()
    assert not office.started
