"""Hostile PDFs where a paraf or a signature put on elsewhere is awaited, and given to be verified.

The print-out goes on waiting under each of them, and the honest seal is taken after all.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode
from pipeline.pdf.convert import Converter
from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import INITIAL_FIELD
from pipeline.signing.keys import open_key
from pipeline.signing.seal import Sealer
from tests.cli.calling import call
from tests.sop.under_way import HEAD, KASUBAG, MONDAY, SECRETARY, Copied, UnderWay, at_desk

from .conftest import Desk, Listener
from .corpus import Honest, Hostile
from .corpus_seals import ACTIONS, REVISED, dropped_at
from .dropping import assert_harmless, assert_the_next_one_works, papers
from .spread import spread

FACE = SignerFace(
    jabatan=KASUBAG, nama="Rahmat", nip="198304152008011003", pangkat="Penata", qr_text="KNJ"
)


@pytest.fixture(scope="module")
def initialling(
    resting_at_filling: Copied, converter: Converter, tmp_path_factory: pytest.TempPathFactory
) -> Copied:
    """An office whose print-out waits for its paraf, at rest."""
    root = tmp_path_factory.mktemp("menunggu") / "kantor"
    with at_desk(resting_at_filling, root, converter) as at:
        at.verify(KASUBAG, SECRETARY, HEAD)
        at.to_initial()
        at.desk.clock.at = datetime.now(MONDAY.tzinfo)  # the keys are of today
    return Copied(root, resting_at_filling.pins)


@pytest.fixture(scope="module")
def at_initial(
    initialling: Copied,
    converter: Converter,
    listener: Listener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    """An office whose print-out waits for its paraf."""
    root = tmp_path_factory.mktemp("paraf") / "kantor"
    with at_desk(initialling, root, converter) as at:
        yield Desk(at, waiting(at, Verb.INITIAL, listener.port), listener)


@pytest.fixture(scope="module")
def at_signing(
    initialling: Copied,
    converter: Converter,
    listener: Listener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    """An office whose print-out waits for its signature."""
    root = tmp_path_factory.mktemp("tanda-tangan") / "kantor"
    with at_desk(initialling, root, converter) as at:
        at.seal(Verb.INITIAL)
        at.desk.work()
        yield Desk(at, waiting(at, Verb.SIGN, listener.port), listener)


def waiting(at: UnderWay, stage: Verb, port: int) -> Honest:
    """The print-out that waits, and the Kasubag's hand in another program."""
    folder = {Verb.INITIAL: "7-paraf", Verb.SIGN: "8-tanda-tangan"}[stage]
    printout = at.folders.wait(f"{folder}/Print Out*.pdf").read_bytes()

    def seal(pdf: bytes) -> bytes:
        office = at.office
        signer, sealer = office.signer("kasubag"), Sealer(trust=office.trust)
        key = open_key(
            "pkcs12", str(office.state / signer.key), at.pins["kasubag"], at=office.now()
        )
        if stage is Verb.INITIAL:
            return sealer.initial(pdf, INITIAL_FIELD, key, FACE, at=office.now())
        return sealer.sign(pdf, key, FACE, at=office.now())

    return replace(papers(at, port), printout=printout, sealed=seal(printout), seal=seal)


@pytest.mark.parametrize("hostile", spread(dropped_at("initial")))
def test_a_paraf(at_initial: Desk, hostile: Hostile) -> None:
    assert_harmless(at_initial.at, hostile, at_initial.honest)
    assert at_initial.listener.heard == []
    paper = at_initial.at.folders.wait("7-paraf/Print Out*.pdf")
    assert paper.read_bytes() == at_initial.honest.printout


def test_then_the_honest_paraf_is_taken(at_initial: Desk) -> None:
    assert_the_next_one_works(at_initial.at, "initial", at_initial.honest)
    assert at_initial.at.collection.stage == Verb.SIGN


@pytest.mark.parametrize("hostile", spread(dropped_at("sign")))
def test_a_signature(at_signing: Desk, hostile: Hostile) -> None:
    assert_harmless(at_signing.at, hostile, at_signing.honest)
    assert at_signing.listener.heard == []
    paper = at_signing.at.folders.wait("8-tanda-tangan/Print Out*.pdf")
    assert paper.read_bytes() == at_signing.honest.printout


@pytest.mark.slow
def test_then_the_honest_signature_is_taken_and_its_copies_are_judged(
    at_signing: Desk, tmp_path: Path
) -> None:
    assert_the_next_one_works(at_signing.at, "sign", at_signing.honest)
    root, signed = at_signing.at.office.root, tmp_path / "naskah.pdf"
    for name in ("", *ACTIONS, ""):
        data = at_signing.honest.sealed
        signed.write_bytes(REVISED[name](data) if name else data)
        said = call("verify", str(signed), office=root)
        assert said.code == (ExitCode.AT_FAULT if name else ExitCode.OK), said
        assert ("TIDAK SAH" in said.stdout) == bool(name)
        assert "Print-out" in said.stdout  # it was recognised by its first bytes
