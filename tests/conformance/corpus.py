"""Makes what the outside judges judge, and writes down what they should say.

Run by ``make conformance`` under pytest, for the real parts of its fixtures; ``make test`` does not
collect it. The files lie in ``target/corpus`` beside the judges' own build.
"""

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.office import open_office
from pipeline.signing.verify import verify
from tests.signing.conftest import Office
from tests.signing.honest import Bench, bench, honest
from tests.signing.tampering import TAMPERED, Victim
from tests.templates.rendering import render
from tests.templates.samples import CONTEXTS, context

FOLDER = Path(__file__).parent / "target" / "corpus"
PDF = b"%PDF-"


class Corpus:
    """The files so far, with what is expected of each."""

    def __init__(self) -> None:
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        self.files: list[dict[str, Any]] = []

    def add(
        self,
        kind: str,
        name: str,
        pdf: bytes,
        *,
        levels: dict[str, str] | None = None,
        accepted: bool = True,
        archival: bool = True,
    ) -> None:
        """One PDF; ``levels`` by field where its signatures are judged."""
        path = FOLDER / kind / f"{name}.pdf"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pdf)
        signatures = levels and [
            {"field": field, "level": f"PAdES-BASELINE-{level.removeprefix('B-')}"}
            for field, level in levels.items()
        ]
        self.files.append(
            {
                "file": f"{kind}/{path.name}",
                "signatures": signatures,
                "accepted": accepted,
                "archival": archival,
            }
        )

    def write(self, trust: Path) -> None:
        """The expectations, and whom the judges are to trust."""
        shutil.copytree(trust, FOLDER / "trust")
        found = {
            name: sorted(f"trust/{name}/{path.name}" for path in (trust / name).iterdir())
            for name in ("anchors", "intermediates", "crls")
        }
        told = {
            "at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "anchors": found["anchors"],
            "helpers": found["intermediates"],
            "lists": found["crls"],
            "files": self.files,
        }
        (FOLDER / "expectations.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


@pytest.fixture(scope="module")
def at(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return bench(office, tmp_path_factory.mktemp("meja"))


def test_corpus(base_pdf: bytes, at: Bench, tmp_path: Path) -> None:
    corpus = Corpus()
    for name, paper in honest(base_pdf, at).items():
        report = verify(paper.pdf, at.trust, expectation=paper.expectation)
        assert report.accepted, (name, report.verdict_text())
        corpus.add("honest", name, paper.pdf, levels=dict(paper.levels))
    levels = {"Paraf": "B-B", "TandaTangan": "B-B"}
    victim = Victim.of(base_pdf, at)
    for name, case in TAMPERED.items():
        if case.by_dss:
            tampered = case.tamper(victim)
            corpus.add("tampered", name, tampered, levels=levels, accepted=False, archival=False)
    for pdf in papers_of_an_office(tmp_path / "kantor"):
        corpus.add("office", f"{len(corpus.files):03}", pdf)
    for name, pdf in full_templates(tmp_path / "kantor").items():
        corpus.add("templates", name, pdf)
    corpus.write(at.folder)


def full_templates(folder: Path) -> dict[str, bytes]:
    """What each template becomes when it has everything to say."""
    with open_office(folder) as office:
        return {Path(name).stem: office.convert(render(name, context(name))) for name in CONTEXTS}


def papers_of_an_office(folder: Path) -> list[bytes]:
    """Every PDF that an office makes in one quarter, at each of its stages: its store keeps all."""
    kinerja = Path(sys.executable).parent / "kinerja"
    command = [kinerja, "demo", "--dir", folder, "--officials", "3"]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    found = {
        data: None
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (data := path.read_bytes()).startswith(PDF)
    }
    assert len(found) > 20
    return list(found)
