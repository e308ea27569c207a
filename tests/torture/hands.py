"""The people of a tortured office: they note down every file that they drop, and never give up.

Each acts on what lies in the folders. Between two looks the service, a worker or the database may
have been killed: then they look again.
"""

import hashlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.tasks.demo.players import Folders, Reporter
from tests.journeys.office import LOOK_S, Journey

PATIENCE_S = 900.0
COMMANDS = frozenset(c.value for c in CommandFolder)


@dataclass(frozen=True)
class Drop:
    """A file that somebody put into a command folder: where, as what, its SHA-256."""

    folder: str
    name: str
    sha256: str


@dataclass(frozen=True)
class NotedFolders(Folders):
    """The folders, with a note of every drop."""

    drops: list[Drop] = field(default_factory=list)

    def move(self, file: Path, command: CommandFolder) -> Path:
        """Move a file into a command folder; once in it, somebody may take it any moment."""
        target = file.parent / command.value / file.name
        self._note(target, file.read_bytes())
        return super().move(file, command)

    def put(self, folder: str, name: str, data: bytes) -> Path:
        """Save a file as programs do."""
        target = self.inbox / folder / name
        if target.parent.name in COMMANDS:
            self._note(target, data)
        return super().put(folder, name, data)

    def _note(self, target: Path, data: bytes) -> None:
        assert not target.exists(), f"a hand would overwrite {target}"
        folder = target.parent.relative_to(self.inbox.parent).as_posix()
        self.drops.append(Drop(folder, target.name, hashlib.sha256(data).hexdigest()))


@dataclass
class Ordeal(Journey):
    """A journey whose programs die: looking into the ledger is tried until it answers."""

    sealed: list[str] = field(default_factory=list)
    drops: list[Drop] = field(default_factory=list)

    def until(self, condition: Callable[[], object], what: str = "") -> None:
        """Wait until a condition holds, through outages."""
        deadline = time.monotonic() + PATIENCE_S
        while not self._holds(condition):
            if time.monotonic() > deadline:
                tail = self.service.log.read_text(errors="replace")[-6000:]
                raise AssertionError(f"{what or condition} did not come about\n{tail}")
            time.sleep(LOOK_S * 4)

    def _holds(self, condition: Callable[[], object]) -> bool:
        try:
            return bool(condition())
        except SQLAlchemyError:  # the database was killed under our eyes
            return False

    # --- what people do, whatever happens -------------------------------------------------------

    def begin(self) -> None:
        """SOP 1 and 2: a draft with rubbish beside it, returned once, then approved."""
        folders = self.folders
        folders.wait(f"1-draft/Daftar Pernyataan {self.period.short}.xlsx")
        folders.put("1-draft/kirim", "catatan rapat.xyz", b"Bukan draf.")
        self.staff.send_draft(self.statements)
        self.head.return_with_note(folders.wait("2-koreksi/Format*.docx"), "Satuan belum lengkap.")
        self.staff.send_corrected_draft()
        self.head.approve("2-koreksi/Format*.docx")

    def distribute(self) -> None:
        """SOP 3."""
        self.staff.send_roster(self.roster, self.statements)

    def fill(self, person: Reporter, evidence: int, *, badly: bool) -> None:
        """SOP 4: evidence, a form that bounces where it is filled in ``badly``, and a good one."""
        self.folders.wait(f"{person.folder}/Format*.docx")
        for number in range(evidence):
            data = f"Bukti {number} dari {person.official.post}".encode() * 50
            person.send_evidence(f"bukti {number}.csv", data)
        if badly:
            person.fill_and_send(leave_out=True)
            person.fill_and_send(pattern="PERBAIKI 1 - *.docx")
        else:
            person.fill_and_send()

    def verify(self, person: Reporter, *, strictly: bool) -> None:
        """SOP 5: approved, where ``strictly`` only the second time."""
        waiting = self.folders.wait(self.at_verification(person))
        if strictly:
            self.head.return_with_note(waiting, "Angka belum sesuai rekap.")
            person.fill_and_send(pattern="PERBAIKI *.docx")
            waiting = self.folders.wait(self.at_verification(person))
        self.folders.move(waiting, CommandFolder.APPROVE)

    def enter(self) -> None:
        """SOP 6."""
        self.staff.send_entry()
        self.folders.wait("7-paraf/Print Out*.pdf")

    def return_printout(self, stage: str) -> None:
        """SOP 7 and 8: the print-out goes back to entry."""
        waiting = self.folders.wait(f"{stage}/Print Out*.pdf")
        self.head.return_with_note(waiting, "Satu angka perlu dilihat lagi.")
        self.folders.wait("6-entri/Entri Data Kinerja*.xlsx")

    def seal(self, command: str, chance: random.Random) -> None:
        """SOP 7 and 8: ``kinerja initial`` or ``sign``, killed at first, until it has been done."""
        stage = {"initial": Verb.INITIAL, "sign": Verb.SIGN}[command]
        self.await_stage(stage)
        self._seal_once(command, kill_after=chance.uniform(0.3, 4.0))
        while self._waits(stage):
            self._seal_once(command)

    def _waits(self, stage: Verb) -> bool:
        while True:
            try:
                return self.stage == stage and (self.document(Kind.PRINTOUT).state == State.WAITING)
            except SQLAlchemyError:
                time.sleep(LOOK_S)

    def _seal_once(self, command: str, kill_after: float = 120.0) -> None:
        reading, writing = os.pipe()
        os.write(writing, self.pins["kasubag"].encode())
        os.close(writing)
        call = [sys.executable, "-m", "pipeline", command, "--all", "--as", "kasubag"]
        call += ["--office", str(self.root), "--pin-fd", str(reading)]
        done = subprocess.Popen(
            call, pass_fds=[reading], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        os.close(reading)
        try:
            self.sealed.append(done.communicate(timeout=kill_after)[0])
        except subprocess.TimeoutExpired:
            done.kill()
            self.sealed.append(done.communicate()[0])
