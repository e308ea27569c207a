"""What is logged: structured lines that name no person and cannot be forged by a document.

A line may be read by whoever looks after the machine. So a file's name stays out of it (people put
their own into them), and so does what a refusal quotes from a document: the slip says that to whom
it concerns. Personal numbers are masked once the line stands (UU 27/2022).
"""

import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path, PurePath
from typing import Any

import structlog
from structlog.typing import Processor

from pipeline.domain.official import mask_personal
from pipeline.errors import ConversionError, ReadError
from pipeline.files import make_folder
from pipeline.settings import LogSection

FOLDER = "log"
OWN_ONLY = 0o600
NAMES = frozenset({"name", "path", "content", "filename"})
"""The keys whose values may be, or end in, a name that somebody gave to a file."""
ABOUT_DOCUMENTS = (ReadError, ConversionError)
QUIET = ("pyhanko", "pyhanko_certvalidator")  # what they find is in the report
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING}


def configure_logging() -> None:
    """Lines for people on standard error."""
    logging.getLogger("pipeline").setLevel(logging.INFO)
    root = logging.getLogger()
    root.setLevel(logging.WARNING)
    terminal = sys.stderr.isatty()
    console = structlog.dev.ConsoleRenderer(
        colors=terminal, exception_formatter=structlog.dev.plain_traceback
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Indented(console))
    root.addHandler(handler)
    # DBOS writes past the root logger unless its own has a handler already.
    logging.getLogger("dbos").addHandler(logging.NullHandler())
    for library in QUIET:
        logging.getLogger(library).setLevel(logging.CRITICAL)
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def log_to_file(state: Path, program: str, chosen: LogSection) -> None:
    """Write a line of JSON an event to ``<state>/log/<program>.jsonl`` too, from now on.

    A full file is renamed to ``….jsonl.1`` and so on; the oldest is dropped.

    Raises:
        OSError: the log cannot be written there.
    """
    folder = state / FOLDER
    make_folder(folder)
    handler = _OwnFile(
        folder / f"{program}.jsonl",
        maxBytes=int(chosen.size_mb * 1_000_000),
        backupCount=chosen.keep,
        encoding="ascii",
    )
    handler.setFormatter(_Safe(structlog.processors.JSONRenderer(ensure_ascii=True)))
    logging.getLogger("pipeline").setLevel(_LEVELS[chosen.level])
    logging.getLogger().addHandler(handler)


class _OwnFile(RotatingFileHandler):
    """Readable for the service's account alone."""

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OWN_ONLY)
        return os.fdopen(handle, "a", encoding=self.encoding)


class _Safe(structlog.stdlib.ProcessorFormatter):
    """Ours and the libraries' lines alike, personal numbers masked."""

    def __init__(self, renderer: Processor) -> None:
        super().__init__(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
            foreign_pre_chain=_SHARED,
        )

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.msg, dict):  # of structlog: the traceback is among its values already
            record = logging.makeLogRecord({**record.__dict__, "exc_info": None, "exc_text": None})
        return mask_personal(super().format(record))


class _Indented(_Safe):
    """For a terminal: what follows the first line is indented, so that it is no line of its own."""

    def format(self, record: logging.LogRecord) -> str:
        return "\n    ".join(super().format(record).split("\n"))


def _without_names(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key in NAMES & event.keys():
        event[key] = nameless(str(event[key]))
    return event


def nameless(path: str) -> str:
    """A path without the name that somebody gave to the file: ``4-pengisian/kirim/….docx``."""
    pure = PurePath(path)
    suffix = pure.suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", pure.suffix) else ""
    return str(pure.with_name(f"….{suffix[1:]}" if suffix else "…")) if pure.name else path


def _with_traceback(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    error = _error(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = nameless_traceback(error)
    return event


def nameless_traceback(error: BaseException) -> str:
    """Where it happened, without what was quoted from documents and the names of files."""
    text = "".join(traceback.format_exception(error)).rstrip()
    for each in _chain(error):
        if isinstance(each, ABOUT_DOCUMENTS) and str(each):
            text = text.replace(str(each), "(what it says is on the slip)")
        if isinstance(each, OSError):
            for name in (each.filename, each.filename2):
                if isinstance(name, str | os.PathLike):
                    text = text.replace(repr(os.fspath(name)), repr(nameless(os.fspath(name))))
    return text


def _error(exc_info: Any) -> BaseException | None:
    if isinstance(exc_info, BaseException):
        return exc_info
    if isinstance(exc_info, tuple):
        return exc_info[1] if isinstance(exc_info[1], BaseException) else None
    return sys.exc_info()[1] if exc_info else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _spelled(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = spelled(value, but="\n" if key == "exception" else "")
    return event


def spelled(text: str, *, but: str = "") -> str:
    """``text`` with what moves a cursor, hides or turns letters round written as its code."""
    return "".join(
        c if c.isprintable() or c in but else c.encode("unicode_escape").decode() for c in text
    )


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _without_names,
    _with_traceback,
    _spelled,
]
