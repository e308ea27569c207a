"""The people of the demo: each knows only folders, files and, for the PIN, the command line."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.form import Field
from pipeline.domain.indicator import Indicator
from pipeline.domain.naming import post_folder
from pipeline.domain.numbers import format_number
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder
from pipeline.domain.roster import Roster, Statements
from pipeline.errors import KinerjaError
from pipeline.forms.workbooks.roster import write_roster
from pipeline.forms.workbooks.statements import write_statements
from pipeline.tasks.demo.data import sample_actual
from pipeline.tasks.demo.hand import change_cell, fill_controls

PATIENCE_S = 120.0
LOOK_S = 0.05


class DemoError(KinerjaError):
    """Somebody waited for a file that never came."""


@dataclass(frozen=True)
class Folders:
    """One procedure's inbox, seen by its people."""

    inbox: Path
    patience_s: float = PATIENCE_S
    service_runs: Callable[[], bool] = lambda: True

    def wait(self, pattern: str) -> Path:
        """The file that matches ``pattern``, once it is there.

        Raises:
            DemoError: it did not come in time.
        """
        deadline = time.monotonic() + self.patience_s
        while time.monotonic() < deadline and self.service_runs():
            found = [p for p in sorted(self.inbox.glob(pattern)) if p.is_file()]
            if found:
                return found[-1]
            time.sleep(LOOK_S)
        if not self.service_runs():
            raise DemoError("The service ended by itself; its log lies in the state folder.")
        raise DemoError(f"“{pattern}” did not appear in {self.inbox} in {self.patience_s:g} s.")

    def move(self, file: Path, command: CommandFolder) -> Path:
        """Move a file into a command folder beside it."""
        target = file.parent / command.value / file.name
        os.rename(file, target)
        return target

    def put(self, folder: str, name: str, data: bytes) -> Path:
        """Save a file the way programs do: under another name first."""
        target = self.inbox / folder / name
        half = target.with_name(f"~${name}.tmp")
        half.write_bytes(data)
        os.rename(half, target)
        return target


@dataclass(frozen=True)
class Staff:
    """Staf: drafts, sends the roster, enters."""

    folders: Folders
    period: Period
    office_name: str

    def send_draft(self, statements: Statements) -> None:
        """Send the starter draft with the statements filled in (SOP 1)."""
        draft = self.folders.wait(f"1-draft/Format Data Kinerja {self.period.short}.docx")
        self.folders.wait(f"1-draft/Daftar Pernyataan {self.period.short}.xlsx").unlink()
        data = write_statements(statements, office_name=self.office_name)
        self.folders.put("1-draft/kirim", f"Daftar Pernyataan {self.period.short}.xlsx", data)
        self.folders.move(draft, CommandFolder.SEND)

    def send_corrected_draft(self) -> None:
        """Send the returned draft again (SOP 1)."""
        draft = self.folders.wait("1-draft/PERBAIKI 1 - Format*.docx")
        self.folders.move(draft, CommandFolder.SEND)

    def send_roster(self, roster: Roster, statements: Statements) -> None:
        """Fill in the roster that lies ready, and send it (SOP 3)."""
        ready = self.folders.wait("3-penggandaan/Daftar Pejabat*.xlsx")
        data = write_roster(roster, statements, office_name=self.office_name)
        ready.unlink()
        self.folders.put("3-penggandaan/kirim", ready.name, data)

    def send_entry(self, correction: tuple[str, float, str] | None = None) -> None:
        """Send the entry workbook, with one figure corrected and why (SOP 6)."""
        ready = self.folders.wait("6-entri/Entri Data Kinerja*.xlsx")
        data = ready.read_bytes()
        if correction is not None:
            code, value, reason = correction
            data = change_cell(data, code, "Realisasi TW", value)
            data = change_cell(data, code, "Alasan Perubahan", reason)
        ready.unlink()
        self.folders.put("6-entri/kirim", ready.name, data)


@dataclass(frozen=True)
class SectionHead:
    """The Kasubag: corrects, verifies, and seals with a PIN."""

    folders: Folders
    office: Path
    alias: str
    pin: str

    def return_with_note(self, file: Path, note: str) -> None:
        """Move a file to kembalikan, the reason in a text file beside it."""
        folder = file.parent.relative_to(self.folders.inbox) / CommandFolder.RETURN.value
        self.folders.put(str(folder), f"{file.stem}.txt", note.encode())
        self.folders.move(file, CommandFolder.RETURN)

    def approve(self, pattern: str) -> None:
        """Approve the file that matches ``pattern``."""
        self.folders.move(self.folders.wait(pattern), CommandFolder.APPROVE)

    def seal(self, command: str) -> None:
        """``kinerja initial`` or ``sign`` for all that waits, the PIN through a pipe.

        Raises:
            DemoError: the command failed.
        """
        reading, writing = os.pipe()
        os.write(writing, self.pin.encode())
        os.close(writing)
        call = [sys.executable, "-m", "pipeline", command, "--all", "--as", self.alias]
        call += ["--accept-changes", "all"] if command == "initial" else []
        call += ["--office", str(self.office), "--pin-fd", str(reading)]
        done = subprocess.run(call, pass_fds=[reading], capture_output=True, text=True, check=False)
        os.close(reading)
        if done.returncode:
            raise DemoError(f"`kinerja {command}` failed: {done.stdout}{done.stderr}")


@dataclass(frozen=True)
class Reporter:
    """An official who fills in a form."""

    folders: Folders
    official: Official
    indicators: list[Indicator]
    quarter: int

    @property
    def folder(self) -> str:
        """The official's own folder."""
        return f"4-pengisian/{post_folder(self.official.post)}"

    def fill_and_send(self, *, leave_out: bool = False, pattern: str = "Format*.docx") -> None:
        """Fill in the form that lies in the folder, and send it (SOP 4)."""
        form = self.folders.wait(f"{self.folder}/{pattern}")
        data = fill_controls(form.read_bytes(), self._answers(leave_out=leave_out))
        form.unlink()
        self.folders.put(f"{self.folder}/kirim", form.name, data)

    def send_evidence(self, name: str, data: bytes) -> None:
        """Put evidence beside the form."""
        self.folders.put(f"{self.folder}/kirim", name, data)

    def _answers(self, *, leave_out: bool) -> dict[tuple[str, Field], str]:
        answers = {}
        for number, indicator in enumerate(self.indicators):
            actual = sample_actual(indicator, self.quarter)
            code = indicator.code
            if not (leave_out and number == 0):
                answers[code, Field.ACTUAL] = format_number(actual)
            answers[code, Field.REMARK] = "Data sementara hasil pendataan triwulanan"
            answers[code, Field.SUPPORTING_FACTOR] = "Dukungan sarana dan pendampingan kelompok"
            answers[code, Field.INHIBITING_FACTOR] = "Cuaca dan gelombang tinggi pada akhir masa"
            answers[code, Field.FOLLOW_UP] = "Penjadwalan ulang kegiatan pada triwulan berikut"
        return answers
