"""The service itself: work that gave up is seen and taken up again; offices do not meet."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from pipeline.office import Office, open_office
from pipeline.settings import FILE_NAME
from pipeline.sop.prepare import ask_for_preparation
from pipeline.tasks.demo.players import Folders
from pipeline.tasks.init import init_office
from pipeline.tasks.status import office_status
from tests.journeys.office import Service

PATIENCE_S = 60.0


@contextmanager
def serving(office: Office) -> Iterator[Service]:
    """The service of an office, ended in good order."""
    service = Service(office.root)
    service.start()
    try:
        yield service
        service.stop()
    finally:
        service.kill()


def inbox(office: Office) -> Folders:
    return Folders(office.inbox / "data-kinerja", PATIENCE_S)


@pytest.mark.slow
def test_work_that_gave_up_is_told_and_taken_up_again(tmp_path: Path) -> None:
    root = init_office(tmp_path / "kantor")
    guide = root / "templates" / "data-kinerja" / "baca-saya.docx"
    away = guide.rename(tmp_path / guide.name)
    with open_office(root) as office:
        with serving(office) as service:
            failed = _failed(office, service)
            assert len(failed) == 1
            assert "prepare data-kinerja" in failed[0]
        away.rename(guide)
        with serving(office):
            inbox(office).wait("BACA SAYA.pdf")
            inbox(office).wait("1-draft/Format Data Kinerja*.docx")
        assert office_status(office).failed == []


@pytest.mark.slow
def test_two_offices_share_a_database_and_nothing_else(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bersama.db'}"
    roots = [_office(tmp_path / name, name, url) for name in ("kantor-a", "kantor-b")]
    with ExitStack() as stack:
        offices = [stack.enter_context(open_office(root)) for root in roots]
        first, second = offices
        ask_for_preparation(second)  # waits in the database while the first office works
        with serving(first):
            inbox(first).wait("BACA SAYA.pdf")
        assert not (second.inbox / "data-kinerja" / "BACA SAYA.pdf").exists()
        with serving(second):
            inbox(second).wait("BACA SAYA.pdf")
        for office in offices:
            assert office_status(office).failed == []


def _office(root: Path, name: str, url: str) -> Path:
    root.mkdir()
    settings = Path("templates") / FILE_NAME
    text = settings.read_text().replace('id = "dkp-jambi"', f'id = "{name}"')
    (root / FILE_NAME).write_text(text.replace('url = ""', f'url = "{url}"', 1))
    return init_office(root)


def _failed(office: Office, service: Service) -> list[str]:
    """What gave up, once something has."""
    for _ in range(int(PATIENCE_S / 0.2)):
        if failed := list(office_status(office).failed):
            return failed
        if not service.runs:
            break
        time.sleep(0.2)
    pytest.fail(f"nothing gave up\n{service.log.read_text()[-3000:]}")
