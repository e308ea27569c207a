"""Hostile PDFs given to ``kinerja verify``: a verdict or one sentence why not, and exit code 1."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ExitCode
from tests.cli.calling import call
from tests.sop.under_way import Copied

from .conftest import Listener
from .corpus_evidence import PDFS
from .corpus_seals import ACTING_NAME, SIGNED
from .cost import measured

CPU_S, MEGABYTES = 45.0, 1_500  # a job may take 30 s and 1 GiB beside the libraries
FAST = {
    *("JavaScript", "a password", "references in a circle", "cut off"),
    *("signature: a range of words", "signature: a field called by escapes"),
    *("signature: no contents", "streams in streams"),
}
WORDS = (
    *("TIDAK SAH", "BELUM DITANDATANGANI", "TIDAK DAPAT DIPASTIKAN"),
    *("terlalu besar, terlalu rumit, atau rusak", "tidak wajar dan tidak dapat dibaca"),
)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(make, id=name, marks=() if name in FAST else pytest.mark.slow)
        for name, make in {**PDFS, **SIGNED}.items()
    ],
)
def test_a_pdf_is_judged_within_bounds(
    make: Callable[[], bytes], resting: Copied, listener: Listener, tmp_path: Path
) -> None:
    path, data = tmp_path / "jahat.pdf", make()
    path.write_bytes(data)
    with measured() as cost:
        said = call("verify", str(path), office=resting.root)
    assert said.code == ExitCode.AT_FAULT, said
    words = " ".join(said.stdout.split())
    assert [word for word in WORDS if word in words], said
    assert not [c for c in said.stdout if not c.isprintable() and c != "\n"], ascii(said.stdout)
    assert "Traceback" not in said.stdout + said.stderr
    assert path.read_bytes() == data
    assert listener.heard == []
    assert cost.cpu_s <= CPU_S, cost
    assert cost.megabytes <= MEGABYTES, cost


def test_whoever_signed_cannot_write_a_line_of_the_verdict(resting: Copied, tmp_path: Path) -> None:
    path = tmp_path / "\x1b[31mjahat.pdf"
    path.write_bytes(SIGNED["signature: a field called by escapes"]())
    said = call("verify", str(path), office=resting.root)
    assert not [line for line in said.stdout.splitlines() if line.startswith("- SAH")]
    assert said.stdout.splitlines().count("TIDAK SAH: dokumen ini tidak boleh diterima.") == 1
    [told] = json.loads(written := call("verify", "--json", str(path), office=resting.root).stdout)
    assert told["signatures"][0]["field"] == ACTING_NAME
    assert not [c for c in written if not c.isprintable() and c != "\n"]


def test_what_is_not_there_is_said_otherwise(resting: Copied, tmp_path: Path) -> None:
    said = call("verify", str(tmp_path / "tidak-ada.pdf"), office=resting.root)
    assert said.code == ExitCode.NOT_FOUND
    assert "tidak-ada.pdf" in said.stdout
