"""The demo's script: the eight steps in order, with a return on the way, timed one by one."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pipeline.domain.document import Kind
from pipeline.domain.naming import post_folder
from pipeline.domain.period import Period
from pipeline.errors import ConflictError, NotFoundError
from pipeline.ledger.tables import Document, Record
from pipeline.office import Office, open_office
from pipeline.tasks.demo.data import sample_roster, sample_statements
from pipeline.tasks.demo.players import Folders, Reporter, SectionHead, Staff
from pipeline.tasks.init import init_office, make_practice_keys

PROCEDURE = "data-kinerja"
STEPS = {
    "1": "Staf mengirim draf format dan Daftar Pernyataan",
    "2": "Kasubag mengembalikan draf, lalu menyetujui perbaikannya",
    "3": "Staf mengirim Daftar Pejabat; setiap pejabat menerima formulir",
    "4": "Pejabat mengisi; satu formulir kurang isian dan dipantulkan",
    "5": "Kasubag memverifikasi; satu formulir dikembalikan",
    "6": "Staf meng-entry; print out dibuat",
    "7": "Kasubag memvalidasi dan memaraf",
    "8": "Kasubag menandatangani; berkas diarsipkan",
}
Tell = Callable[[str, str], None]
Runs = Callable[[], bool]


@dataclass
class Stopwatch:
    """Seconds of each step, and who is told about it."""

    tell: Tell
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, key: str) -> Iterator[None]:
        """Time one step of the SOP."""
        self.tell(key, "started")
        start = time.monotonic()
        yield
        self.seconds[key] = round(time.monotonic() - start, 2)
        self.tell(key, "done")


def play(directory: Path, officials: int, tell: Tell) -> dict[str, Any]:
    """Run the whole procedure in a new office in ``directory``; what came of it.

    Raises:
        ConflictError: there is an office in ``directory`` already.
        DemoError: the service did not do its part in time.
    """
    if (directory / "kinerja.toml").exists():
        raise ConflictError(f"{directory}: an office is there already. Name an empty folder.")
    root = init_office(directory)
    pins = make_practice_keys(root)
    watch = Stopwatch(tell)
    with _service(root) as runs:
        _play_steps(root, officials, pins["kasubag"], watch, runs)
    with open_office(root) as office:
        return _report(office, watch.seconds)


def _play_steps(root: Path, officials: int, pin: str, watch: Stopwatch, runs: Runs) -> None:
    with open_office(root) as office:
        period = Period.ended_before(office.now().date())
        folders = Folders(office.inbox / PROCEDURE, service_runs=runs)
        name = office.settings.office.name
    statements = sample_statements(period, officials)
    roster = sample_roster(period, statements, officials)
    staff = Staff(folders, period, name)
    head = SectionHead(folders, root, "kasubag", pin)
    people = [
        Reporter(folders, o, roster.indicators_of(o.post, statements), period.quarter)
        for o in roster.officials
    ]
    with watch.step("1"):
        staff.send_draft(statements)
        draft = folders.wait("2-koreksi/Format*.docx")
    with watch.step("2"):
        head.return_with_note(draft, "Tambahkan nama unit pada kop, lalu ajukan kembali.")
        staff.send_corrected_draft()
        head.approve("2-koreksi/Format*.docx")
        folders.wait("3-penggandaan/Daftar Pejabat*.xlsx")
    with watch.step("3"):
        staff.send_roster(roster, statements)
        for person in people:
            folders.wait(f"{person.folder}/Format*.docx")
    with watch.step("4"):
        _fill(people)
    with watch.step("5"):
        _verify(folders, head, people)
    with watch.step("6"):
        correction = people[0].indicators[0]
        staff.send_entry((correction.code, 17400, "Salah ketik pada formulir, sesuai data dukung"))
        folders.wait("7-paraf/Print Out*.pdf")
    with watch.step("7"):
        head.seal("initial")
        folders.wait("8-tanda-tangan/Print Out*.pdf")
    with watch.step("8"):
        head.seal("sign")
        folders.wait(f"hasil/{period}/Data Kinerja*.pdf")
        folders.wait(f"1-draft/Format Data Kinerja {period.next.short}.docx")


def _fill(people: list[Reporter]) -> None:
    """All send their form; the first leaves a figure out, and sends it again when it bounces."""
    forgetful = people[0]
    for person in people:
        codes = " ".join(indicator.code for indicator in person.indicators)
        person.send_evidence(f"Rekapitulasi {codes}.csv", b"wilayah;jumlah\nA;120\nB;98\n")
        person.fill_and_send(leave_out=person is forgetful)
    forgetful.fill_and_send(pattern="PERBAIKI 1 - *.docx")
    for person in people:
        person.folders.wait(f"{person.folder}/DITERIMA*.pdf")


def _verify(folders: Folders, head: SectionHead, people: list[Reporter]) -> None:
    """All are approved; the second form is returned first, and comes again."""
    returned = people[1]
    form = folders.wait(f"5-verifikasi/{post_folder(returned.official.post)} - *.docx")
    head.return_with_note(form, "Jelaskan faktor penghambat lebih rinci.")
    returned.fill_and_send(pattern="PERBAIKI 1 - *.docx")
    for person in people:
        short = post_folder(person.official.post)
        if person is not returned:
            head.approve(f"5-verifikasi/{short} - *.docx")
    head.approve(f"5-verifikasi/{post_folder(returned.official.post)} - *.docx")
    folders.wait("6-entri/Entri*.xlsx")


@contextmanager
def _service(root: Path) -> Iterator[Runs]:
    """The real service in a process of its own; its log lies in the office's state folder.

    What is handed out tells whether it still runs.
    """
    log = root / ".kinerja" / "layanan.log"
    call = [sys.executable, "-m", "pipeline", "run", "--no-web", "--office", str(root)]
    with log.open("ab") as out:
        process = subprocess.Popen(call, stdout=out, stderr=out)
        try:
            yield lambda: process.poll() is None
        finally:
            process.terminate()
            process.wait(timeout=30)


def _report(office: Office, seconds: dict[str, float]) -> dict[str, Any]:
    with office.ledger.read() as session:
        record = session.scalar(select(Record).where(Record.filed_at.is_not(None)))
        if record is None:
            raise NotFoundError("The demo ended without a filed record.")
        documents = session.scalars(
            select(Document).where(Document.collection_id == record.collection_id)
        ).all()
    bag = office.archive / record.path
    period = next(iter((office.inbox / PROCEDURE / "hasil").iterdir()))
    forms = [d for d in documents if d.kind == Kind.FORM]
    return {
        "office": str(office.root),
        "officials": len(forms),
        "forms": [
            {
                "official": form.post,
                "status": form.state,
                "pdf": str(period / "formulir" / f"{post_folder(form.post)} - {form.code}.pdf"),
            }
            for form in sorted(forms, key=lambda f: f.post)
        ],
        "printout": str(next(period.glob("Data Kinerja*.pdf"))),
        "record_id": record.id,
        "archive": str(bag),
        "returned": [{"document": d.name, "times": d.returns} for d in documents if d.returns],
        "seconds": seconds,
    }
