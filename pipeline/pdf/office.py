"""One LibreOffice process seen from our side: started late, watched, killed as a whole group."""

import json
import os
import select
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.confine import walls
from pipeline.confine.protection import Protection
from pipeline.errors import ConversionError
from pipeline.pdf.profile import hardened_profile
from pipeline.pdf.program import OfficeProgram, worker_environment

WORKER = Path(__file__).with_name("uno_worker.py")
START_TIMEOUT_S = 90.0
BESIDE = (Path(walls.__file__), Path(__file__).with_name("behind.py"))
MAX_OUTPUT_BYTES = 256 << 20
MAX_ANSWER_BYTES = 1 << 16
FAREWELL_S = 3.0

WORD_FILTER = "MS Word 2007 XML"


@dataclass(frozen=True)
class Job:
    """From which format to which: file extensions and LibreOffice's filters; what the latter takes.

    The import filter is always named: left to guess, LibreOffice makes a PDF of any text or HTML.
    """

    suffix: str = ".docx"
    filter: str = WORD_FILTER
    target: str = ".pdf"
    export: str = "writer_pdf_Export"
    options: Mapping[str, Any] = field(default_factory=dict)


class OfficeLost(Exception):  # noqa: N818  (an event inside this package, never its outcome)
    """The office went away in the middle of a job; the job may be tried on another one."""


class OfficeStuck(Exception):  # noqa: N818
    """The office did not answer in time, or took too much of the machine, and has been killed."""


class OfficeRefused(Exception):  # noqa: N818
    """LibreOffice answered, and the answer was no."""


class Office:
    """One worker with its soffice; belongs to one thread at a time."""

    def __init__(self, program: OfficeProgram) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: Path | None = None
        self._rest = b""
        self._pipes: list[Path] = []
        self.served = 0
        self.protection = Protection(landlock=False, seccomp=False, network=False)

    @property
    def started(self) -> bool:
        """Whether a worker stands ready for the next job."""
        return self._process is not None

    @property
    def worker_pid(self) -> int | None:
        """The worker's process id, which is its process group too."""
        process = self._process
        return process.pid if process is not None else None

    def start(self) -> None:
        """Start the worker and wait until LibreOffice answers; nothing to do where it stands.

        Raises:
            ConversionError: LibreOffice could not be started, or what answers is no worker of
                ours; the message quotes its last words.
        """
        if self.started:
            return
        scratch = Path(tempfile.mkdtemp(prefix="kinerja-office-"))
        self._scratch, self._rest, self.served = scratch, b"", 0
        try:
            hardened_profile(scratch / "profile")
            self._launch(scratch)
            hello = self._answer(time.monotonic() + START_TIMEOUT_S)
            if "error" in hello:
                raise OfficeRefused(hello["error"])
            self._pipes = [Path(pipe) for pipe in hello["pipes"] if not hello["private"]]
            stand = hello["landlock"], hello["seccomp"], hello["isolated"]
            self.protection = Protection(*stand)
        except (OfficeRefused, OfficeLost, OfficeStuck, OSError) as error:
            words = str(error) or _last_words(scratch)
            self.stop()
            raise _not_started(words) from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            self.stop()
            raise _not_started("jawabannya tidak dikenal") from error

    def _launch(self, scratch: Path) -> None:
        with scratch.joinpath("log").open("ab") as log:  # each line at the end, also once cut short
            self._process = subprocess.Popen(
                [self._program.python, "-I", WORKER, self._program.binary, scratch, *BESIDE],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                bufsize=0,
                env=worker_environment(),
                start_new_session=True,
            )

    def convert(self, document: bytes, job: Job, timeout_s: float) -> bytes:
        """What LibreOffice makes of a document that was looked at.

        Raises:
            OfficeLost: The process ended; this office is stopped and may be started again.
            OfficeStuck: No answer within `timeout_s`, or too much memory or disk taken; likewise.
            OfficeRefused: LibreOffice could not load or export the document.
        """
        scratch, deadline = self._scratch, time.monotonic() + timeout_s
        if scratch is None:
            raise OfficeLost
        source, target = scratch / f"in{job.suffix}", scratch / f"out{job.target}"
        self.served += 1
        try:
            with source.open("xb") as file:  # nothing that a document left there
                file.write(document)
            self._send(source, target, job)
            answer = self._answer(deadline)
            if "error" in answer:
                raise OfficeRefused(answer["error"])
            return _exported(target)
        except OfficeRefused:
            raise
        except OSError as error:
            self.stop()
            raise OfficeLost from error
        except (ValueError, TypeError, KeyError, RecursionError) as error:  # no worker of ours
            self.stop()
            raise OfficeLost from error
        except BaseException:  # an answer left unread would be taken for the next job's
            self.stop()
            raise
        finally:
            source.unlink(missing_ok=True)
            target.unlink(missing_ok=True)

    def _send(self, source: Path, target: Path, job: Job) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise OfficeLost
        request = {
            "id": self.served,
            "source": os.fspath(source),
            "target": os.fspath(target),
            "filter": job.filter,
            "export": job.export,
            "options": dict(job.options),
        }
        process.stdin.write(json.dumps(request).encode() + b"\n")

    def _answer(self, deadline: float) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdout is None:
            raise OfficeLost
        ready = select.poll()
        ready.register(process.stdout, select.POLLIN)
        while b"\n" not in self._rest:
            wait = deadline - time.monotonic()
            if wait <= 0 or not ready.poll(wait * 1000):
                raise OfficeStuck
            chunk = os.read(process.stdout.fileno(), 65536)
            if not chunk:
                raise OfficeLost
            self._rest += chunk
            if len(self._rest) > MAX_ANSWER_BYTES:
                raise OfficeStuck
        line, self._rest = self._rest.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(line)
        if "exceeded" in answer:
            raise OfficeStuck
        return answer

    def stop(self) -> None:
        """End the worker, its soffice and their scratch folder; harmless when nothing runs.

        The worker tidies up by itself at the end of its stdin, even while soffice hangs. What does
        not go within `FAREWELL_S` is killed, the whole group, and tidied up after from here.
        """
        process, scratch = self._process, self._scratch
        self._process = self._scratch = None
        if process is not None:
            _end(process)
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)
        for pipe in self._pipes:
            pipe.unlink(missing_ok=True)
        self._pipes = []


def _not_started(words: str) -> ConversionError:
    return ConversionError(
        f"LibreOffice tidak dapat dijalankan ({words}). Jalankan `kinerja doctor` untuk "
        "memeriksa pemasangannya, lalu ulangi; dokumennya sendiri tidak diubah."
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(FAREWELL_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _exported(target: Path) -> bytes:
    """What was made, where it is a file: soffice might have left a link or a pipe instead.

    Raises:
        OfficeRefused: it is none, or too large.
    """
    with open(os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        info = os.fstat(file.fileno())
        if not stat.S_ISREG(info.st_mode) or info.st_size > MAX_OUTPUT_BYTES:
            raise OfficeRefused("what was made is too large, or no file")
        return file.read(MAX_OUTPUT_BYTES)


def _last_words(scratch: Path) -> str:
    try:
        lines = scratch.joinpath("log").read_text(encoding="utf-8", errors="replace").split("\n")
    except OSError:
        lines = []
    return next((line.strip() for line in reversed(lines) if line.strip()), "tanpa keterangan")
