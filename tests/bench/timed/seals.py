"""One process that seals as fast as it can: for `seal/processes`.

It says that it is warm, waits for a line, seals, and prints its seals a second.
"""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from pipeline.signing.keys import open_key
from pipeline.signing.seal import Sealer
from tests.bench.bench_seal import FACE
from tests.signing.authorities import PIN

COUNT = 300


def main(folder: Path) -> None:
    """Seal the prepared PDF in ``folder`` with the key there."""
    now, prepared = datetime.now(UTC), (folder / "masuk.pdf").read_bytes()
    sealer, key = Sealer(), open_key("pkcs12", str(folder / "signer.p12"), PIN, at=now)
    sealer.sign(prepared, key, FACE, at=now)
    sys.stdout.write("warm\n")
    sys.stdout.flush()
    sys.stdin.readline()
    start = time.perf_counter()
    for _ in range(COUNT):
        sealer.sign(prepared, key, FACE, at=now)
    sys.stdout.write(f"{COUNT / (time.perf_counter() - start)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
