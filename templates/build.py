"""Build the Word templates of `data-kinerja`: `python templates/build.py [--check]`.

A file is written only where its parts differ, so a second run changes no byte.
"""

import argparse
import sys
from pathlib import Path

from builder import TEMPLATES
from builder.package import build, members

TARGET = Path(__file__).resolve().parent / "data-kinerja"


def stale(target: Path) -> dict[str, bytes]:
    """The templates whose file in `target` is missing or differs from what the builder makes."""
    built = {name: build(sheet()) for name, sheet in TEMPLATES.items()}
    return {name: data for name, data in built.items() if not _same(target / name, data)}


def _same(path: Path, data: bytes) -> bool:
    return path.exists() and members(path.read_bytes()) == members(data)


def main(arguments: list[str] | None = None) -> int:
    """Write what is stale, or with `--check` only name it; 0 when nothing was to be done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="name stale templates, write nothing")
    parser.add_argument("--target", type=Path, default=TARGET, help="folder of the templates")
    options = parser.parse_args(arguments)
    changed = stale(options.target)
    for name, data in changed.items():
        if options.check:
            print(f"{name}: differs from what the builder makes; run templates/build.py")
        else:
            (options.target / name).write_bytes(data)
            print(f"{name}: written, {len(data)} bytes")
    return 1 if changed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
