"""``kinerja`` on the command line, and ``python -m pipeline``."""

import sys

from pipeline.cli.app import run


def main() -> None:
    """Run the command line; the process ends with its exit code."""
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
