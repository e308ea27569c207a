"""Judging a signed PDF: one page with three signatures, as `kinerja verify` and the filing do.

``floor`` is what pyHanko's own validation of the same three signatures takes, without asking who
signed, what was laid down to be signed, or what the container holds besides.
"""

import asyncio
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature

from pipeline.signing.fields import Place, SignaturePlan, prepare
from pipeline.signing.keys import open_key
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.signing.seal import Sealer
from pipeline.signing.trust import Trust
from pipeline.signing.verify import Expectation, verify
from tests.bench.bench_seal import FACE, PIN, bare_page
from tests.bench.memory import growth_over

ROUNDS = 15
POST = FACE.jabatan
PLAN = SignaturePlan(
    Place(0, (310, 60, 550, 140), POST),
    (Place(0, (60, 60, 170, 105), POST), Place(0, (180, 60, 290, 105), POST)),
)


def run() -> dict[str, dict[str, float | str]]:
    """CPU milliseconds a file: median of alternating rounds."""
    pdf, trust, expectation = _signed()

    def ours() -> None:
        assert verify(pdf, trust, expectation=expectation).accepted

    def peer() -> None:
        for embedded in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures:
            status = asyncio.run(async_validate_pdf_signature(embedded, trust.context()))
            assert status.bottom_line

    times: dict[Callable[[], None], list[float]] = {ours: [], peer: []}
    for contender in times:
        contender()
    for _ in range(ROUNDS):
        for contender, taken in times.items():
            start = time.process_time()
            contender()
            taken.append((time.process_time() - start) * 1000)
    mine, theirs = (statistics.median(taken) for taken in times.values())
    return {
        "verify/ms": {
            "ratio": round(mine, 1),
            "ours": round(mine, 1),
            "peer": round(theirs, 1),
            "unit": "ms CPU, budget 110",
        }
    }


def run_memory() -> dict[str, dict[str, float | str]]:
    """Resident memory over 1 000 files."""
    pdf, trust, expectation = _signed()
    return {
        "verify/memory_growth": growth_over(lambda: verify(pdf, trust, expectation=expectation))
    }


def _signed() -> tuple[bytes, Trust, Expectation]:
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        pki = make_practice_pki(Path(folder), [Person(POST, FACE.nama)], {POST: PIN}, now=now)
        trust, key = Trust.load(pki.trust), open_key("pkcs12", str(pki.keys[POST]), PIN, at=now)
    sealer, pdf = Sealer(trust), prepare(bare_page(), PLAN)
    for number in (1, 2):
        pdf = sealer.initial(pdf, f"Paraf{number}", key, FACE, at=now)
    known = frozenset({key.certificate_sha256})
    signed = sealer.sign(pdf, key, FACE, at=now)
    return signed, trust, Expectation({field.name: known for field in PLAN.fields})
