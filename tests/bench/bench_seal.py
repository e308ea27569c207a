"""Sealing one signature field: our ``Sealer`` against pyHanko as its guide shows it.

Both get the same prepared PDF of 130 KB and the same PKCS#12 key (RSA-2048), and make the same
visible PAdES B-B seals, paraf and signature. The peer opens the key and the typeface for each
document, as a script does that signs one; ours keeps them, as a service does.
"""

import io
import logging
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.font.opentype import GlyphAccumulatorFactory
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.stamp import TextStampStyle

from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import Place, SignaturePlan, prepare
from pipeline.signing.font import typeface_file
from pipeline.signing.keys import open_key
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.signing.seal import Sealer

ROUNDS = 15
POST, PIN = "Kasubag", "839201"
TEXT = "Ditandatangani secara elektronik oleh:\nKasubag Program\n%(signer)s\n%(ts)s"
FACE = SignerFace(
    "Kasubag Program, Kepegawaian dan Pelaporan",
    "Rina Marlina, S.Pi., M.Si.",
    "198609262015052001",
    "Penata Tingkat I, III/d",
    "KNJ-7Q4M2X",
)


def run() -> dict[str, dict[str, float | str]]:
    """CPU milliseconds a signature: median of alternating rounds; ``floor`` is the bare RSA."""
    now = datetime.now(UTC)
    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)  # the peer's, at every document
    with tempfile.TemporaryDirectory() as folder:
        pki = make_practice_pki(Path(folder), [Person(POST, FACE.nama)], {POST: PIN}, now=now)
        key_file = str(pki.keys[POST])
        prepared = _prepared()
        sealer, key = Sealer(), open_key("pkcs12", key_file, PIN, at=now)

        def ours() -> bytes:
            initialled = sealer.initial(prepared, "Paraf", key, FACE, at=now)
            return sealer.sign(initialled, key, FACE, at=now)

        def peer() -> bytes:
            return _naive(_naive(prepared, "Paraf", key_file), "TandaTangan", key_file)

        times = _alternate({"ours": ours, "peer": peer})
        floor = _floor(Path(key_file))
    mine, theirs = (statistics.median(times[name]) / 2 for name in ("ours", "peer"))
    return {
        "seal/pyhanko": {
            "ratio": round(theirs / mine, 1),
            "ours": round(mine, 2),
            "peer": round(theirs, 1),
            "floor": round(floor, 2),
            "unit": "ms CPU",
        }
    }


def _naive(pdf: bytes, field: str, key_file: str) -> bytes:
    signer = SimpleSigner.load_pkcs12(  # type: ignore[no-untyped-call]
        key_file, passphrase=PIN.encode()
    )
    typeface = GlyphAccumulatorFactory(str(typeface_file(bold=False)))
    style = TextStampStyle(
        stamp_text=TEXT, text_box_style=TextBoxStyle(font=typeface, font_size=10)
    )
    last = field == "TandaTangan"
    metadata = PdfSignatureMetadata(
        field_name=field,
        certify=not last,
        docmdp_permissions=MDPPerm.NO_CHANGES if last else MDPPerm.FILL_FORMS,
        subfilter=SigSeedSubFilter.PADES,
    )
    pdf_signer = PdfSigner(metadata, signer, stamp_style=style)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signed: bytes = pdf_signer.sign_pdf(writer, existing_fields_only=True).getvalue()
    return signed


def _alternate(contenders: dict[str, Callable[[], bytes]]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for contender in contenders.values():
        contender()  # warm up: imports, and what ours keeps
    for _ in range(ROUNDS):
        for name, contender in contenders.items():
            start = time.process_time()
            contender()
            times[name].append((time.process_time() - start) * 1000)
    return times


def _floor(key_file: Path) -> float:
    key = pkcs12.load_pkcs12(key_file.read_bytes(), PIN.encode()).key
    rounds = 200
    start = time.process_time()
    for _ in range(rounds):
        key.sign(b"x" * 100, PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr,call-arg,arg-type]
    return (time.process_time() - start) * 1000 / rounds


def _prepared() -> bytes:
    """A page with 90 KB of ballast, and both fields: about 130 KB."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    page.obj.Ballast = document.make_stream(os.urandom(90_000))
    raw = io.BytesIO()
    document.save(raw, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    plan = SignaturePlan(Place(0, (310, 60, 550, 140), POST), (Place(0, (60, 60, 170, 105), POST),))
    return prepare(raw.getvalue(), plan)


if __name__ == "__main__":
    print(run())  # noqa: T201
