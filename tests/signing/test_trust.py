import shutil
from pathlib import Path

import pytest

from pipeline.errors import TrustError
from pipeline.signing.practice import PracticePki
from pipeline.signing.trust import Trust


@pytest.fixture
def folder(pki: PracticePki, tmp_path: Path) -> Path:
    copy = tmp_path / "trust"
    shutil.copytree(pki.trust, copy)
    return copy


def test_loads_everything_with_its_provenance(folder: Path) -> None:
    trust = Trust.load(folder)
    (anchor,) = trust.anchors
    assert anchor.practice
    assert not anchor.certified
    assert "latihan" in anchor.source
    assert anchor.name == "LATIHAN CA Akar"
    assert len(trust.intermediates) == 1
    assert len(trust.crls) == 2
    assert trust.checks_revocation


def test_provenance_is_optional_and_der_is_read(folder: Path) -> None:
    (folder / "anchors.toml").unlink()
    pem = folder / "anchors" / "latihan-akar.pem"
    der = Trust.load(folder).anchors[0].certificate.dump()
    pem.unlink()
    (folder / "anchors" / "akar.crt").write_bytes(der)
    anchor = Trust.load(folder).anchors[0]
    assert "LATIHAN kinerja" in anchor.name
    assert not anchor.practice


def test_a_bundle_holds_several(folder: Path) -> None:
    anchors = folder / "anchors" / "latihan-akar.pem"
    bundle = anchors.read_bytes() + (folder / "intermediates/latihan-penerbit.pem").read_bytes()
    (folder / "anchors.toml").unlink()
    anchors.write_bytes(bundle)
    assert len(Trust.load(folder).anchors) == 2


@pytest.mark.parametrize("emptied", [True, False])
def test_no_anchor_at_all(folder: Path, emptied: bool) -> None:
    shutil.rmtree(folder / "anchors")
    if emptied:
        (folder / "anchors").mkdir()
    with pytest.raises(TrustError, match="kosong atau tidak ada"):
        Trust.load(folder)


@pytest.mark.parametrize(
    "name", ["anchors/latihan-akar.pem", "intermediates/latihan-penerbit.pem", "crls/x.crl"]
)
def test_unreadable_files_are_named(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"-----BEGIN CERTIFICATE-----\nrusak\n-----END CERTIFICATE-----\n")
    with pytest.raises(TrustError, match=Path(name).name):
        Trust.load(folder)
    (folder / name).write_bytes(b"\x30\x03\x02\x01")
    with pytest.raises(TrustError, match=Path(name).name):
        Trust.load(folder)


def test_an_anchor_other_than_recorded(folder: Path) -> None:
    note = folder / "anchors.toml"
    lines = note.read_text(encoding="utf-8").splitlines()
    note.write_text(
        "\n".join('sha256 = "00"' if line.startswith("sha256") else line for line in lines)
    )
    with pytest.raises(TrustError, match="bukan yang tercatat"):
        Trust.load(folder)


@pytest.mark.parametrize("text", ["[[anchor", "[[anchor]]\nname = 'tanpa berkas'\n"])
def test_bad_provenance(folder: Path, text: str) -> None:
    (folder / "anchors.toml").write_text(text, encoding="utf-8")
    with pytest.raises(TrustError, match=r"anchors\.toml"):
        Trust.load(folder)


def test_revocation_is_asked_for_only_where_it_can_be_answered(folder: Path) -> None:
    shutil.rmtree(folder / "crls")
    assert not Trust.load(folder).checks_revocation
    assert Trust.load(folder, allow_fetching=True).checks_revocation


def test_what_is_noted_as_of_a_psre_is_bound_to_its_digest(folder: Path) -> None:
    notes = folder / "anchors.toml"
    root = Trust.load(folder).anchors[0]
    note = f'[[anchor]]\nfile = "{root.file}"\ncertified = true\npsre = "BSrE"\n'
    notes.write_text(note, encoding="utf-8")
    with pytest.raises(TrustError, match="SHA-256"):
        Trust.load(folder)
    notes.write_text(f'{note}sha256 = "{root.sha256}"\n', encoding="utf-8")
    assert Trust.load(folder).anchors[0].psre == "BSrE"
