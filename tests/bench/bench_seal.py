"""Sealing one signature field: our ``Sealer`` against pyHanko as its guide shows it.

Both get the same prepared PDF of 130 KB and the same PKCS#12 key (RSA-2048), and make the same
visible PAdES seal; for B-LTA with the same time-stamping service and revocation lists, in a process
whose time is not counted. The peer opens the key, the typeface and the validation context for each
document, as a script does that signs one; ours keeps them, as a batch does. pyHanko's command is
started for each document, as a script of the shell does.
"""

import io
import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import yaml
from asn1crypto import crl, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.font.opentype import GlyphAccumulatorFactory
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator import ValidationContext

from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import SIGNATURE_FIELD, Place, SignaturePlan, prepare
from pipeline.signing.font import typeface_file
from pipeline.signing.keys import SigningKey, open_key
from pipeline.signing.seal import Sealer
from pipeline.signing.trust import Trust
from tests.bench.memory import growth_over
from tests.signing.authorities import PIN, Authorities, authorities

ROUNDS, COMMAND_ROUNDS, PROCESS_ROUNDS = 15, 5, 5
TEXT = "Ditandatangani secara elektronik oleh:\nKasubag Program\n%(signer)s\n%(ts)s"
FACE = SignerFace(
    "Kasubag Program, Kepegawaian dan Pelaporan",
    "Rina Marlina, S.Pi., M.Si.",
    "198609262015052001",
    "Penata Tingkat I, III/d",
    "KNJ-7Q4M2X",
)
BOX = (310, 60, 550, 140)


def run() -> dict[str, dict[str, float | str]]:
    """CPU milliseconds a B-B signature: median of alternating rounds; ``floor`` the bare RSA."""
    with tempfile.TemporaryDirectory() as folder, authorities(Path(folder)) as services:
        key, prepared = _opened(services), prepared_pdf()
        sealer = Sealer()
        contenders = {
            "ours": lambda: sealer.sign(prepared, key, FACE, at=datetime.now(UTC)),
            "peer": lambda: _guide(prepared, services.key),
        }
        result = _result(_alternate(contenders, ROUNDS, time.process_time))
        result["floor"] = round(_floor(services.key), 2)
    return {"seal_b/pyhanko": result}


def run_lta() -> dict[str, dict[str, float | str]]:
    """CPU milliseconds a B-LTA signature, the two timestamps from one local service."""
    with tempfile.TemporaryDirectory() as folder, authorities(Path(folder)) as services:
        key, prepared, lists = _opened(services), prepared_pdf(), _lists(services)
        with _archival(services) as sealer:
            contenders = {
                "ours": lambda: sealer.sign(prepared, key, FACE, at=datetime.now(UTC)),
                "peer": lambda: _guide(prepared, services.key, _validated(services, lists)),
            }
            times = _alternate(contenders, ROUNDS, time.process_time)
    return {"seal_lta/pyhanko": _result(times)}


def run_command() -> dict[str, dict[str, float | str]]:
    """CPU milliseconds a B-LTA signature, those of child processes with them: pyHanko's command."""
    with tempfile.TemporaryDirectory() as folder, authorities(Path(folder)) as services:
        key, prepared = _opened(services), prepared_pdf()
        command = _command(services, prepared)
        with _archival(services) as sealer:
            contenders: dict[str, Callable[[], object]] = {
                "ours": lambda: sealer.sign(prepared, key, FACE, at=datetime.now(UTC)),
                "peer": lambda: subprocess.run(command, check=True, capture_output=True),
            }
            times = _alternate(contenders, COMMAND_ROUNDS, _with_children)
    return {"seal_lta/pyhanko_cli": _result(times)}


def run_processes() -> dict[str, dict[str, float | str]]:
    """Seals a second by two processes at once, against one; no timestamps. Needs idle cores."""
    with tempfile.TemporaryDirectory() as name, authorities(Path(name)) as services:
        folder = services.folder
        (folder / "masuk.pdf").write_bytes(prepared_pdf())
        rates: dict[int, list[float]] = {1: [], 2: []}
        for _ in range(PROCESS_ROUNDS):
            for count, found in rates.items():
                found.append(sum(_rates(folder, count)))
    two, one = (statistics.median(rates[count]) for count in (2, 1))
    return {
        "seal/processes": {
            "ratio": round(two / one, 2),
            "ours": round(two, 1),
            "peer": round(one, 1),
            "unit": "seals a second",
        }
    }


def run_memory() -> dict[str, dict[str, float | str]]:
    """Resident memory over 1 000 documents, each with its two timestamps."""
    with tempfile.TemporaryDirectory() as folder, authorities(Path(folder)) as services:
        key, prepared = _opened(services), prepared_pdf()
        with _archival(services) as sealer:
            found = growth_over(lambda: sealer.sign(prepared, key, FACE, at=datetime.now(UTC)))
    return {"seal/memory_growth": found}


def prepared_pdf() -> bytes:
    """The page with the field for a signature."""
    return prepare(bare_page(), SignaturePlan(Place(0, BOX, FACE.jabatan)))


def bare_page() -> bytes:
    """A page with 90 KB of ballast: with the typefaces of the fields about 130 KB."""
    document = pikepdf.new()
    page = document.add_blank_page(page_size=(595, 842))
    page.obj.Ballast = document.make_stream(os.urandom(90_000))
    raw = io.BytesIO()
    document.save(raw, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return raw.getvalue()


def _opened(services: Authorities) -> SigningKey:
    return open_key("pkcs12", str(services.key), PIN, at=datetime.now(UTC))


def _archival(services: Authorities) -> Sealer:
    return Sealer(Trust.load(services.trust, allow_fetching=True), services.tsa)


def _lists(services: Authorities) -> list[crl.CertificateList]:
    found = []
    for name in ("root", "issuer"):
        with urllib.request.urlopen(services.list_of(name)) as answer:
            found.append(crl.CertificateList.load(answer.read()))
    return found


def _validated(services: Authorities, lists: list[crl.CertificateList]) -> dict[str, Any]:
    """What pyHanko's guide adds for B-LTA: validation data, and the time-stamping service."""
    root, issuer = (
        x509.Certificate.load(path.read_bytes()) for path in sorted(services.trust.glob("*/*.cer"))
    )
    return {
        "timestamper": HTTPTimeStamper(services.tsa),
        "embed_validation_info": True,
        "use_pades_lta": True,
        "validation_context": ValidationContext(
            trust_roots=[root], other_certs=[issuer], crls=lists, revocation_mode="hard-fail"
        ),
    }


def _guide(pdf: bytes, key_file: Path, more: dict[str, Any] | None = None) -> bytes:
    signer = SimpleSigner.load_pkcs12(  # type: ignore[no-untyped-call]
        str(key_file), passphrase=PIN.encode()
    )
    logging.getLogger("fontTools.subset").setLevel(logging.ERROR)  # at every document
    typeface = GlyphAccumulatorFactory(str(typeface_file(bold=False)))
    style = TextStampStyle(
        stamp_text=TEXT, text_box_style=TextBoxStyle(font=typeface, font_size=10)
    )
    settings = more or {}
    metadata = PdfSignatureMetadata(
        field_name=SIGNATURE_FIELD,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        subfilter=SigSeedSubFilter.PADES,
        **{name: value for name, value in settings.items() if name != "timestamper"},
    )
    pdf_signer = PdfSigner(
        metadata, signer, stamp_style=style, timestamper=settings.get("timestamper")
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signed: bytes = pdf_signer.sign_pdf(writer, existing_fields_only=True).getvalue()
    return signed


def _command(services: Authorities, prepared: bytes) -> list[str]:
    """pyHanko's own command line, which has to fetch the revocation lists."""
    folder = services.folder
    root, issuer = (str(path) for path in sorted(services.trust.glob("*/*.cer")))
    (folder / "masuk.pdf").write_bytes(prepared)
    (folder / "pin").write_text(PIN)
    settings = {
        "validation-contexts": {"latihan": {"trust": root, "other-certs": issuer}},
        "stamp-styles": {"tte": {"type": "text", "stamp-text": TEXT, "background": "__stamp__"}},
    }
    (folder / "pyhanko.yml").write_text(yaml.safe_dump(settings))
    return [
        *(str(Path(sys.executable).with_name("pyhanko")), "--config", str(folder / "pyhanko.yml")),
        *("sign", "addsig", "--field", SIGNATURE_FIELD, "--style-name", "tte"),
        *("--use-pades-lta", "--with-validation-info", "--validation-context", "latihan"),
        *("--timestamp-url", services.tsa, "pkcs12", "--passfile", str(folder / "pin")),
        *(str(folder / "masuk.pdf"), str(folder / "keluar.pdf"), str(services.key)),
    ]


def _rates(folder: Path, count: int) -> list[float]:
    """Seals a second of ``count`` processes that begin together once all are warm."""
    command = [sys.executable, "-m", "tests.bench.timed.seals", str(folder)]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    for process in started:
        assert process.stdout
        process.stdout.readline()  # warm
    for process in started:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    return [float(process.communicate()[0]) for process in started]


def _with_children() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _alternate(
    contenders: dict[str, Callable[[], object]], rounds: int, clock: Callable[[], float]
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for contender in contenders.values():
        contender()  # warm up: imports, and what ours keeps
    for _ in range(rounds):
        for name, contender in contenders.items():
            start = clock()
            contender()
            times[name].append((clock() - start) * 1000)
    return times


def _result(times: dict[str, list[float]]) -> dict[str, float | str]:
    mine, theirs = (statistics.median(times[name]) for name in ("ours", "peer"))
    return {
        "ratio": round(theirs / mine, 1),
        "ours": round(mine, 2),
        "peer": round(theirs, 1),
        "unit": "ms CPU",
    }


def _floor(key_file: Path) -> float:
    key = pkcs12.load_pkcs12(key_file.read_bytes(), PIN.encode()).key
    rounds = 200
    start = time.process_time()
    for _ in range(rounds):
        key.sign(b"x" * 100, PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr,call-arg,arg-type]
    return (time.process_time() - start) * 1000 / rounds
