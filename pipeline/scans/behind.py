"""Becomes another program that reads pixels, behind walls.

Started as ``python -I -S behind.py WALLS PROGRAM ARGUMENT…``; ``WALLS`` is the file
`pipeline/confine/walls.py`, loaded by its path.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from typing import Any

MEMORY = 2 << 30
CPU_S = 110
SYSTEM = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share")
DEVICES = ("/dev/null", "/dev/urandom", "/etc/ld.so.cache")
TESSDATA = "TESSDATA_PREFIX"


def main(walls_file: str, program: str, *arguments: str) -> None:
    """Put the walls up, and become ``program``."""
    walls = _loaded(walls_file)
    own = os.path.dirname(os.path.dirname(os.path.realpath(program)))
    readable = [*SYSTEM, *DEVICES, os.environ.get(TESSDATA, ""), os.path.join(own, "share")]
    loaders = [*SYSTEM[:5], os.path.join(own, "lib"), os.path.realpath(program)]
    walls.leave_network()
    walls.wall_off_files([path for path in readable if path], execute=loaders)
    walls.drop_capabilities()
    walls.limit(memory=MEMORY, cpu_s=CPU_S, file_size=0)
    walls.forbid_calls(program=True)
    os.execv(program, [program, *arguments])  # noqa: S606  (without a shell is meant)


def _loaded(path: str) -> Any:
    """The module in one file of the project."""
    spec = importlib.util.spec_from_file_location("walls", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    main(*sys.argv[1:])
