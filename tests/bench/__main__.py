"""Run the benchmarks: ours and the peer in turn, same inputs, same run; ratios are the figures.

``python -m tests.bench [PREFIX…]`` runs those whose key begins with a prefix.
"""

import json
import os
import platform
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench import (
    bench_convert,
    bench_demo,
    bench_durability,
    bench_intake,
    bench_issue,
    bench_readback,
    bench_recovery,
    bench_render,
    bench_scan,
    bench_seal,
    bench_verify,
)

RESULTS = Path(".bench") / "latest.json"
BENCHMARKS: dict[str, Callable[[], dict[str, dict[str, Any]]]] = {
    "render/docxtpl": bench_render.run,
    "render/floor": bench_render.run_floor,
    "readback/ms": bench_readback.run,
    "convert/soffice": bench_convert.run,
    "convert/unoserver": bench_convert.run_unoserver,
    "convert/memory_growth": bench_convert.run_memory,
    "seal_b/pyhanko": bench_seal.run,
    "seal_lta/pyhanko": bench_seal.run_lta,
    "seal_lta/pyhanko_cli": bench_seal.run_command,
    "seal/processes": bench_seal.run_processes,
    "seal/memory_growth": bench_seal.run_memory,
    "verify/ms": bench_verify.run,
    "verify/memory_growth": bench_verify.run_memory,
    "issue/1000_forms": bench_issue.run,
    "issue/memory_growth": bench_issue.run_memory,
    "demo/seconds_per_form": bench_demo.run,
    "durability/overhead": bench_durability.run,
    "burst/10000": bench_intake.run_burst,
    "idle/cpu_percent": bench_intake.run_idle,
    "slip/latency_p95_s": bench_intake.run_latency,
    "recovery/seconds": bench_recovery.run,
    "scan/": bench_scan.run,
}


def main(prefixes: list[str]) -> None:
    """Run what is asked for, keep the results, and show them."""
    console = Console(highlight=False)
    kept = json.loads(RESULTS.read_text())["results"] if RESULTS.exists() else {}
    for key, run in BENCHMARKS.items():
        if not prefixes or key.startswith(tuple(prefixes)):
            with console.status(key):
                kept.update(run())
    machine = {
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps({"machine": machine, "results": kept}, indent=2) + "\n")
    table = Table("Key", "Ratio", "Ours", "Peer", "Unit", box=None, header_style="bold")
    for key, result in kept.items():
        figures = (f"{result[name]:.2f}" for name in ("ratio", "ours", "peer"))
        table.add_row(key, *figures, str(result["unit"]))
    console.print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
