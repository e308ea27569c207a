"""What is logged names no person by number, whoever logs it and however it is printed."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from dbos._logger import init_logger

from pipeline.cli.logs import configure_logging, log_to_file, nameless
from pipeline.errors import ReadError
from pipeline.settings import LogSection

NIP, PRINTED, NIK = "198609262015051001", "19860926 201505 1 001", "3171234567890001"
SHA256 = "ab198609262015051001ab" + "c" * 42
HIDDEN = (NIP, PRINTED, NIK)


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Standard error under a logging that is set up as in a new process."""
    out = io.StringIO()
    names = ("dbos", "uvicorn", "uvicorn.error")
    loggers = logging.getLogger(), *map(logging.getLogger, names)
    kept = [(each, each.handlers[:], each.propagate, each.level) for each in loggers]
    monkeypatch.setattr(sys, "stderr", out)
    for logger in loggers:
        logger.handlers[:] = []
        logger.propagate, logger.disabled = True, False
    logging.disable(logging.NOTSET)
    try:
        configure_logging()
        yield out
    finally:
        structlog.reset_defaults()
        for logger, handlers, propagate, level in kept:
            for handler in {*logger.handlers} - {*handlers}:
                handler.close()
            logger.handlers[:], logger.propagate = handlers, propagate
            logger.setLevel(level)


def fail() -> None:
    raise ValueError(f"no such person: {NIP}, {PRINTED}, {NIK} in {SHA256}")


def check(text: str) -> None:
    masked = text.replace(SHA256, "")
    assert not [number for number in HIDDEN if number in masked]
    assert SHA256 in text
    assert "*" * 15 + "001" in text


def test_an_event_its_values_and_its_traceback_are_masked(stderr: io.StringIO) -> None:
    log = structlog.get_logger()
    log.warning(f"taken {NIP}", sha256=SHA256, names=[NIP, {"nik": NIK}], shown=PRINTED)
    check(stderr.getvalue())
    try:
        fail()
    except ValueError:
        log.exception("it failed")
    assert "Traceback" in stderr.getvalue()
    check(stderr.getvalue())


@pytest.mark.parametrize("name", ["uvicorn.error", "dbos", "sqlalchemy.pool"])
def test_what_libraries_log_is_masked(stderr: io.StringIO, name: str) -> None:
    init_logger()  # as DBOS does once the service starts
    library = logging.getLogger(name)
    library.error("of %s, %s and %s: %s", NIP, PRINTED, NIK, SHA256)
    check(stderr.getvalue())
    try:
        fail()
    except ValueError:
        library.exception("it failed")
    assert stderr.getvalue().count("ValueError: no such person") == 1
    check(stderr.getvalue())


# --- names ---------------------------------------------------------------------------------------


def test_a_name_that_somebody_gave_to_a_file_is_not_logged(stderr: io.StringIO) -> None:
    log = structlog.get_logger("pipeline.tests")
    log.warning("not taken", path="/s/4-pengisian/kabid/kirim/Budi Santoso.docx", name="Budi.pdf")
    log.warning("gone", path="Budi Santoso")
    assert "Budi" not in stderr.getvalue()
    assert "/s/4-pengisian/kabid/kirim/….docx" in stderr.getvalue()


@pytest.mark.parametrize(
    ("path", "shown"),
    [("a/b.docx", "a/….docx"), ("b", "…"), ("", ""), ("a/b.Budi Santoso", "a/…"), ("a/b", "a/…")],
)
def test_nameless(path: str, shown: str) -> None:
    assert nameless(path) == shown


def test_a_traceback_quotes_no_document_and_names_no_file(stderr: io.StringIO) -> None:
    log = structlog.get_logger("pipeline.tests")
    path, quoted = Path("/nowhere/Budi Santoso.docx"), "Siti Aminah.docx tidak terbaca"
    try:
        try:
            path.read_bytes()
        except OSError as missing:
            raise ReadError(quoted) from missing
    except ReadError:
        log.exception("it failed")
    said = stderr.getvalue()
    assert "Budi" not in said
    assert "Siti" not in said
    assert "ReadError" in said
    assert "/nowhere/….docx" in said


# --- forged lines --------------------------------------------------------------------------------

FORGED = "a\n2026-01-01 [info] the service runs\x1b[2J\u202egnp.exe\r\u2028"


def test_no_value_makes_a_line_of_its_own_or_moves_the_cursor(stderr: io.StringIO) -> None:
    structlog.get_logger("pipeline.tests").warning(FORGED, folder=FORGED, many=[FORGED])
    logging.getLogger("uvicorn.error").error("%s", FORGED)
    for line in stderr.getvalue().splitlines():
        assert line.isprintable()
        assert not line.startswith("2026-01-01")


# --- the file ------------------------------------------------------------------------------------


def lines(folder: Path) -> list[dict[str, str]]:
    files = sorted(folder.iterdir(), reverse=True)
    return [json.loads(line) for file in files for line in file.read_text("ascii").splitlines()]


def test_the_file_has_a_line_of_json_for_each_event(stderr: io.StringIO, tmp_path: Path) -> None:
    log_to_file(tmp_path, "kinerja", LogSection())
    structlog.get_logger("pipeline.intake").info("taken", arrival="ab" * 16, nip=NIP, note=FORGED)
    logging.getLogger("dbos").error("of %s", NIP)
    logging.getLogger("sqlalchemy").info("nothing that matters")
    try:
        fail()
    except ValueError:
        structlog.get_logger("pipeline.intake").exception("it failed")
    taken, library, failed = lines(tmp_path / "log")
    assert (taken["event"], taken["level"]) == ("taken", "info")
    assert taken["arrival"] == "ab" * 16
    assert library["level"] == "error"
    assert "ValueError" in failed["exception"]
    (file,) = (tmp_path / "log").iterdir()
    text = file.read_text().replace(SHA256, "")
    assert not [number for number in HIDDEN if number in text]
    assert file.stat().st_mode & 0o777 == 0o600
    assert "taken" in stderr.getvalue()


def test_a_full_file_makes_room_and_the_oldest_goes(stderr: io.StringIO, tmp_path: Path) -> None:
    log_to_file(tmp_path, "kinerja", LogSection(size_mb=0.002, keep=3))
    log = structlog.get_logger("pipeline.intake")
    for number in range(100):
        log.info("taken", number=number)
    folder = tmp_path / "log"
    assert len(list(folder.iterdir())) == 4
    assert all(file.stat().st_size <= 2000 for file in folder.iterdir())
    assert all(file.stat().st_mode & 0o777 == 0o600 for file in folder.iterdir())
    assert max(line["number"] for line in lines(folder)) == 99  # type: ignore[type-var]
    assert stderr.getvalue().count("taken") == 100
