"""Word to PDF with two offices: our converter against `soffice --convert-to`, and unoserver.

All convert a form of ours, filled in, two pages long. `soffice` starts anew for each file, as a
script does. The two unoservers are warm and export with the options that ours have. Each office is
called by two threads on either side, as a service has more chains under way than offices: what one
thread does before and after need not keep its office waiting. `convert/memory_growth` is what a
thousand documents add to our offices.
"""

import concurrent.futures
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from pipeline.pdf.convert import Converter, find_office
from tests.bench.unoservers import Unoserver
from tests.templates import rendering, samples

ROUNDS = 5
PER_ROUND = 12
WARM_ROUNDS = 15
PER_WARM_ROUND = 24
OFFICES = 2
CALLERS = 2
"""Threads to an office."""
DOCUMENTS, SETTLED = 1000, 100
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
Figures = dict[str, dict[str, Any]]
Convert = Callable[[Path, Path], object]
"""Makes a PDF at the second path of the document at the first."""


def run() -> Figures:
    """Milliseconds of wall time a document, ours and `soffice` in turn."""
    with _forms() as (folder, form), Converter(OFFICES) as converter:
        ours = [converter.to_pdf] * OFFICES
        pairs = [(_each_ms(ours, folder, form), _cold_ms(folder, form)) for _ in range(1 + ROUNDS)]
    return {"convert/soffice": _figures(pairs[1:])}


def run_unoserver() -> Figures:
    """Milliseconds of wall time a document, ours and two unoservers in turn, first one, then other.

    The ratio is the median of the rounds' ratios: what disturbs the machine for a while disturbs
    both halves of a round.
    """
    with ExitStack() as running:
        folder, form = running.enter_context(_forms())
        ours = [running.enter_context(Converter(OFFICES)).to_pdf] * OFFICES * CALLERS
        servers = [Unoserver(folder / f"unoserver-{number}") for number in range(OFFICES)]
        peers = [running.enter_context(server).to_pdf for server in servers] * CALLERS
        pairs = [_warm_pair(ours, peers, folder, form, turn) for turn in range(1 + WARM_ROUNDS)]
    figures = _figures(pairs[1:])
    ratios = sorted(round(peer / ours, 2) for ours, peer in pairs[1:])
    return {"convert/unoserver": {**figures, "ratio": median(ratios), "rounds": ratios}}


def _warm_pair(
    ours: list[Convert], peers: list[Convert], folder: Path, form: Path, turn: int
) -> tuple[float, float]:
    """Ours and the peers' wall time a document; who goes first changes every turn."""
    sides = [(0, ours), (1, peers)]
    taken = [0.0, 0.0]
    for side, converts in sides if turn % 2 else reversed(sides):
        taken[side] = _each_ms(converts, folder, form, PER_WARM_ROUND)
    return taken[0], taken[1]


def run_memory() -> Figures:
    """MB that all processes of the two offices ever hold, after each hundred; peer = the first."""
    held = []
    with _forms() as (folder, form), Converter(OFFICES) as converter:
        for _ in range(DOCUMENTS // SETTLED):
            _each_ms([converter.to_pdf] * OFFICES, folder, form, SETTLED)
            held.append(_offices_mb())
    return {
        "convert/memory_growth": {
            "ratio": max(held) / held[0],
            "ours": max(held),
            "peer": held[0],
            "unit": "MB at most, peer = after 100",
            "held": [round(mb) for mb in held],
        }
    }


@contextmanager
def _forms() -> Iterator[tuple[Path, Path]]:
    """A scratch folder, and the form in it."""
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as name:
        yield Path(name), _form(Path(name) / "formulir.docx")


def _form(path: Path) -> Path:
    path.write_bytes(rendering.render("formulir.docx", samples.context("formulir.docx")))
    return path


def _each_ms(
    converts: list[Convert], folder: Path, form: Path, documents: int = PER_ROUND
) -> float:
    """Wall time a document, so many by each thread as makes them all."""
    started = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(len(converts)) as threads:
        parts = [range(n, documents, len(converts)) for n in range(len(converts))]
        done = [
            threads.submit(_convert_all, convert, folder, form, part)
            for convert, part in zip(converts, parts, strict=True)
        ]
        for one in done:
            one.result()
    return (time.perf_counter() - started) * 1000 / documents


def _convert_all(convert: Convert, folder: Path, form: Path, numbers: range) -> None:
    for number in numbers:
        target = folder / f"{number}.pdf"
        convert(form, target)
        if not target.read_bytes().startswith(b"%PDF-"):
            raise RuntimeError(f"{target} is no PDF")
        target.unlink()


def _cold_ms(folder: Path, form: Path) -> float:
    started = time.perf_counter()
    subprocess.run(
        [
            find_office().soffice,
            f"-env:UserInstallation={(folder / 'profil').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder / "peer",
            form,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    elapsed = (time.perf_counter() - started) * 1000
    (folder / "peer" / form.with_suffix(".pdf").name).unlink()
    return elapsed


def _figures(pairs: list[tuple[float, float]]) -> dict[str, Any]:
    ours, peer = (median(times) for times in zip(*pairs, strict=True))
    return {
        "ratio": round(peer / ours, 2),
        "ours": round(ours, 1),
        "peer": round(peer, 1),
        "unit": "ms wall",
    }


def _offices_mb() -> float:
    """What the processes of all our offices hold in memory: each worker leads a group."""
    fields = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields[int(stat.parent.name)] = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
    workers = {pid for pid, of in fields.items() if int(of[1]) == os.getpid() and _is_worker(pid)}
    pages = sum(int(of[21]) for of in fields.values() if int(of[2]) in workers)
    return pages * PAGE_BYTES / (1 << 20)


def _is_worker(pid: int) -> bool:
    return b"uno_worker.py" in Path(f"/proc/{pid}/cmdline").read_bytes()
