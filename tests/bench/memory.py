"""Whether memory stays flat over a thousand repetitions."""

import gc
from collections.abc import Callable
from pathlib import Path

TIMES, FIRST, STEP = 1_000, 100, 100


def growth_over(act: Callable[[], object]) -> dict[str, float | str]:
    """The most that is resident after each hundred, against what was after the first hundred."""
    held = []
    for number in range(1, TIMES + 1):
        act()
        if number >= FIRST and number % STEP == 0:
            held.append(resident_mb())
    return {
        "ratio": round(max(held) / held[0], 3),
        "ours": round(max(held), 1),
        "peer": round(held[0], 1),
        "unit": "MB at most, peer = after 100",
    }


def resident_mb() -> float:
    """This process's resident memory now, after collecting what nobody holds."""
    gc.collect()
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
