from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.archive.bag import validate, write_bag
from pipeline.archive.inspection import FaultKind, inspect
from pipeline.archive.manifest import digest_of, format_manifest, parse_manifest

from .filing import CONTENTS, INFO, judged_by_library

TAG_FILES = [
    "bagit.txt",
    "bag-info.txt",
    "manifest-sha256.txt",
    "manifest-sha512.txt",
    "tagmanifest-sha256.txt",
    "tagmanifest-sha512.txt",
]


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    target = tmp_path / "0001"
    write_bag(target, CONTENTS, INFO)
    return target


def alterations(data: bytes) -> Iterator[bytes]:
    """Every single byte changed, every one taken out, one put in at every place."""
    for n in range(len(data)):
        yield data[:n] + bytes([data[n] ^ 0x20]) + data[n + 1 :]
        yield data[:n] + data[n + 1 :]
    for n in range(len(data) + 1):
        yield data[:n] + b"x" + data[n:]


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


@pytest.mark.parametrize("name", sorted(CONTENTS))
def test_every_altered_byte_of_a_document_is_found(bag: Path, name: str) -> None:
    path = bag / "data" / name
    for data in alterations(path.read_bytes()):
        overwrite(path, data)
        assert [(f.kind, f.path) for f in inspect(bag)] == [(FaultKind.CHANGED, f"data/{name}")]
    assert not judged_by_library(bag)


@pytest.mark.parametrize("name", TAG_FILES)
def test_every_altered_byte_of_a_tag_file_is_found(bag: Path, name: str) -> None:
    path = bag / name
    for data in list(alterations(path.read_bytes()))[::7]:
        overwrite(path, data)
        assert validate(bag), data


@pytest.mark.parametrize("name", [*TAG_FILES, *(f"data/{name}" for name in CONTENTS)])
def test_every_missing_file_is_found_once(bag: Path, name: str) -> None:
    (bag / name).unlink()
    named = [f for f in inspect(bag) if f.kind is FaultKind.MISSING and f.path == name]
    assert len(named) == 1


def make_link(path: Path) -> None:
    path.symlink_to("/dev/null")


@pytest.mark.parametrize(
    "name", ["data/selundup.pdf", "data/dokumen/x/y.pdf", "catatan.txt", "fetch.txt", "data/tautan"]
)
def test_every_added_file_is_found(bag: Path, name: str) -> None:
    (bag / name).parent.mkdir(exist_ok=True)
    make: Callable[[Path], object] = make_link if name.endswith("tautan") else Path.touch
    make(bag / name)
    assert [(f.kind, f.path) for f in inspect(bag)] == [(FaultKind.EXTRA, name)]


def test_the_library_agrees_on_missing_and_added_documents(bag: Path) -> None:
    (bag / "data/selundup.pdf").touch()
    assert not judged_by_library(bag)
    (bag / "data/selundup.pdf").unlink()
    assert judged_by_library(bag)
    (bag / "data/BACA SAYA.pdf").unlink()
    assert not judged_by_library(bag)


def test_all_faults_are_told_at_once(bag: Path) -> None:
    overwrite(bag / "bagit.txt", b"rusak")
    overwrite(bag / "data/dokumen/Print Out.pdf", b"lain")
    (bag / "data/asli/Formulir Kabid.docx").unlink()
    (bag / "data/selundup.pdf").touch()
    found = {(f.kind, f.path) for f in inspect(bag)}
    assert found == {
        (FaultKind.BROKEN, "bagit.txt"),
        (FaultKind.CHANGED, "bagit.txt"),
        (FaultKind.CHANGED, "data/dokumen/Print Out.pdf"),
        (FaultKind.MISSING, "data/asli/Formulir Kabid.docx"),
        (FaultKind.EXTRA, "data/selundup.pdf"),
    }
    assert all(f.message.endswith(".") for f in inspect(bag))


def test_an_altered_list_does_not_accuse_the_document(bag: Path) -> None:
    path = bag / "manifest-sha256.txt"
    lines = path.read_text().splitlines()
    overwrite(path, "\n".join(["0" * 64 + lines[0][64:], *lines[1:], ""]).encode())
    faults = inspect(bag)
    assert {f.path for f in faults} == {"manifest-sha256.txt"}
    assert any("isinya utuh" in f.message for f in faults)


def test_swapped_documents_are_both_found(bag: Path) -> None:
    one, other = bag / "data/dokumen/Print Out.pdf", bag / "data/asli/Formulir Kabid.docx"
    aside = bag.parent / "aside"
    one.rename(aside)
    other.rename(one)
    aside.rename(other)
    assert {f.kind for f in inspect(bag)} == {FaultKind.CHANGED}
    assert len(inspect(bag)) == 2


def test_a_tag_that_lies_about_the_payload_is_left_to_the_library(bag: Path) -> None:
    # Rewritten by someone who mends the tag manifests too: only Payload-Oxum gives it away.
    info = bag / "bag-info.txt"
    overwrite(info, info.read_bytes().replace(b"Payload-Oxum: ", b"Payload-Oxum: 9"))
    for algorithm in ("sha256", "sha512"):
        path = bag / f"tagmanifest-{algorithm}.txt"
        lines = parse_manifest(path.read_bytes())
        lines["bag-info.txt"] = digest_of(info).get(algorithm)
        overwrite(path, format_manifest(lines))
    assert [f.kind for f in inspect(bag)] == [FaultKind.BROKEN]
    assert "Payload-Oxum" in validate(bag)[0]


def test_a_missing_bag_is_one_fault(tmp_path: Path) -> None:
    assert [f.kind for f in inspect(tmp_path / "tidak ada")] == [FaultKind.MISSING]
