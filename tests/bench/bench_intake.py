"""The intake of the real service: a heap of files at once, an idle office, one file's slip.

Each starts the service in a process of its own on an office of its own, and does with the folders
what people do. Memory and CPU time are those of our own process; LibreOffice's are told beside.
"""

import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from pipeline.forms.contexts.notices import Slip, slip_context
from pipeline.forms.render import render
from pipeline.ledger.tables import Arrival, Publication
from pipeline.office import Office, open_office
from pipeline.pdf.convert import Converter
from pipeline.tasks.init import init_office
from tests.intake.samples import word
from tests.journeys.office import Service

HEAP = 10_000
LYING, FOLDERS = 10_000, 100
IDLE_S = 30.0
SAMPLES = 20
PATIENCE_S = 900.0
DRAFT = "data-kinerja/1-draft"
TICKS = os.sysconf("SC_CLK_TCK")


def run_burst() -> dict[str, dict[str, Any]]:
    """Seconds until the first answer to 10 000 files; the ratio is taking them all over the floor.

    The floor copies the same files on the same disk, with an fsync each.
    """
    with _served() as (office, service):
        heap = office.root / "tumpukan"
        _make_heap(heap)
        floor = _copied(heap, office.root / "salinan")
        send, stage = office.inbox / DRAFT / "kirim", office.inbox / DRAFT
        before = _count(office)
        start = time.perf_counter()
        for path in sorted(heap.iterdir()):
            path.rename(send / path.name)
        dropped = time.perf_counter() - start
        _until(lambda: any(stage.glob("SLIP*.pdf")), service)
        first = time.perf_counter() - start
        _until(lambda: _count(office) - before >= HEAP, service)
        taken = time.perf_counter() - start
        _require_each_once(office, send)
        memory = _memory_mb(service)
    return {
        "burst/10000": {
            "ratio": taken / floor,
            "ours": first,
            "peer": floor,
            "unit": "s until the first answer; ratio = all taken / floor",
            "dropped_s": dropped,
            "taken_s": taken,
            "files_per_s": HEAP / taken,
            "rss_mb": memory,
        }
    }


def run_idle() -> dict[str, dict[str, Any]]:
    """CPU percent of one core while nothing happens; the floor walks the same folders as often."""
    with _served(lying=LYING) as (office, service):
        pid = _pid(service)
        cpu, start = _cpu_s(pid), time.perf_counter()
        time.sleep(IDLE_S)
        ours = 100 * (_cpu_s(pid) - cpu) / (time.perf_counter() - start)
        rescan_s = office.settings.watch.rescan_s
        cpu = time.process_time()
        found = sum(len(files) for _, _, files in os.walk(office.inbox))
        floor = 100 * (time.process_time() - cpu) / rescan_s
        memory = _memory_mb(service)
    figures = {"ratio": ours / floor, "ours": ours, "peer": floor, "unit": "% of a core"}
    return {"idle/cpu_percent": {**figures, "files": found, "rss_mb": memory}}


def run_latency() -> dict[str, dict[str, Any]]:
    """Seconds from the move into ``kirim`` until the slip lies there, 95th percentile.

    The floor is LibreOffice converting the same slip, in an office that is warm.
    """
    with _served() as (office, service):
        stage = office.inbox / DRAFT
        took = []
        for number in range(SAMPLES + 2):
            path = stage / f"Catatan {number}.docx"
            path.write_bytes(word(str(number)))
            time.sleep(0.1 + number % 7 / 7)  # wherever the service's own rhythm stands
            start = time.perf_counter()
            path.rename(stage / "kirim" / path.name)
            _until(lambda: any(stage.glob(f"SLIP - Catatan {number}.pdf")), service)  # noqa: B023
            took.append(time.perf_counter() - start)
        took = took[2:]
        floor = _slip_floor(office)
    ours = statistics.quantiles(took, n=20)[-1]
    return {
        "slip/latency_p95_s": {
            "ratio": ours / floor,
            "ours": ours,
            "peer": floor,
            "unit": "s, peer = LibreOffice alone",
            "median_s": statistics.median(took),
            "samples": len(took),
        }
    }


@contextmanager
def _served(lying: int = 0) -> Iterator[tuple[Office, Service]]:
    """A new office with its service running, and at rest; ``lying`` files lie in its folders."""
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as folder:
        root = init_office(Path(folder) / "kantor")
        service = Service(root)
        with open_office(root) as office:
            for number in range(lying):
                place = office.inbox / "data-kinerja/4-pengisian" / f"Kepala {number % FOLDERS:03}"
                (place / "kirim").mkdir(parents=True, exist_ok=True)
                (place / f"Bukti {number}.pdf").write_bytes(b"%PDF-1.7 x %%EOF")
            service.start()
            try:
                _until(lambda: service.ready, service)
                _until(lambda: any((office.inbox / DRAFT).glob("*.xlsx")), service)
                _until(lambda: not _moving(office), service)
                time.sleep(2)
                yield office, service
            finally:
                service.kill()


def _make_heap(heap: Path) -> None:
    heap.mkdir()
    for number in range(HEAP):
        (heap / f"Catatan {number:05}.docx").write_bytes(word(str(number)))


def _copied(heap: Path, target: Path) -> float:
    """Seconds to copy every file with an fsync, as a careful program must at least."""
    target.mkdir()
    start = time.perf_counter()
    for path in sorted(heap.iterdir()):
        with (target / path.name).open("xb") as out:
            out.write(path.read_bytes())
            out.flush()
            os.fsync(out.fileno())
    return time.perf_counter() - start


def _slip_floor(office: Office) -> float:
    procedure = office.procedures["data-kinerja"]
    slip = Slip(
        title="TIDAK DAPAT DIPAKAI",
        summary="Catatan 1.docx tidak dapat dipakai.",
        document="Catatan 1.docx",
        recipient="Staf Program",
        sender="kinerja",
        steps=["Betulkan berkasnya menurut alasan di atas, lalu kirim lagi."],
    )
    context = slip_context(office.settings.office, None, slip, office.now())
    source, target = office.root / "slip.docx", office.root / "slip.pdf"
    source.write_bytes(render(office.template(procedure, "slip"), context))
    with Converter(offices=1) as converter:
        converter.to_pdf(source, target)
        times = []
        for _ in range(SAMPLES):
            start = time.perf_counter()
            converter.to_pdf(source, target)
            times.append(time.perf_counter() - start)
    return statistics.quantiles(times, n=20)[-1]


def _require_each_once(office: Office, send: Path) -> None:
    with office.ledger.read() as session:
        names = Counter(session.scalars(select(Arrival.name)))
    wrong = [name for name, times in names.items() if times != 1]
    if len(names) != HEAP or wrong or any(send.iterdir()):
        raise RuntimeError(f"not each taken exactly once: {len(names)} names, {wrong[:5]}")


def _count(office: Office) -> int:
    with office.ledger.read() as session:
        return session.scalar(select(func.count()).select_from(Arrival)) or 0


def _moving(office: Office) -> int:
    moving = Publication.state.in_(("wanted", "unwanted"))
    with office.ledger.read() as session:
        query = select(func.count()).select_from(Publication).where(moving)
        return session.scalar(query) or 0


def _until(condition: Any, service: Service) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline or not service.runs:
            raise RuntimeError(f"it did not come about\n{service.log.read_text()[-3000:]}")
        time.sleep(0.02)


def _pid(service: Service) -> int:
    if service.process is None:
        raise RuntimeError("the service does not run")
    return service.process.pid


def _cpu_s(pid: int) -> float:
    """CPU seconds of the process itself, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory_mb(service: Service) -> float:
    """The most memory that the process itself has held, in MB."""
    for line in Path(f"/proc/{_pid(service)}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the process has no memory to speak of")
