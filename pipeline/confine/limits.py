"""What one job may take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds by the clock and of a processor; bytes of memory, and of the result.

    ``memory`` is on top of what the libraries take. ``output`` holds for the files that are made,
    ``values`` for all other results, in JSON.
    """

    wall_s: float = 60
    cpu_s: int = 30
    memory: int = 1 << 30
    output: int = 256 << 20
    values: int = 16 << 20
