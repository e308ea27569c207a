import errno
import os
import resource
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.archive import generation
from pipeline.archive.bag import hold, read_bag, validate, write_bag, write_held
from pipeline.errors import ArchiveError

from .filing import CONTENTS, INFO, judged_by_library

PRINTOUT = "dokumen/Print Out.pdf"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "2026" / "000.8.6.3" / "0001 Data Kinerja"


def tree(root: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_ino)
        for path in root.rglob("*")
        if path.is_file()
    }


def test_a_bag_is_valid_for_the_library_of_congress(target: Path) -> None:
    filed = write_bag(target, CONTENTS, INFO)
    assert judged_by_library(target)
    assert validate(target) == []
    assert filed.generation == 1
    assert set(filed.payload) == set(CONTENTS)
    assert filed.info["Source-Organization"] == INFO["Source-Organization"]
    size = sum(map(len, CONTENTS.values()))
    assert filed.info["Payload-Oxum"] == f"{size}.{len(CONTENTS)}"
    assert (target / "bagit.txt").read_text().startswith("BagIt-Version: 1.0\n")
    assert {path.stat().st_mode & 0o777 for path in target.rglob("*") if path.is_file()} == {0o444}
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_files_are_copied_and_stay_where_they_were(target: Path, tmp_path: Path) -> None:
    source = tmp_path / "besar.pdf"
    source.write_bytes(os.urandom(3_000_001))
    write_bag(target, {"dokumen/besar.pdf": source}, INFO)
    assert (target / "data/dokumen/besar.pdf").read_bytes() == source.read_bytes()
    assert judged_by_library(target)


def test_filing_the_same_twice_changes_nothing(target: Path) -> None:
    first = write_bag(target, CONTENTS, INFO)
    before = tree(target)
    assert write_bag(target, CONTENTS, INFO | {"Bagging-Date": "2027-01-01"}) == first
    assert write_bag(target, {"dokumen/Print Out.pdf": CONTENTS["dokumen/Print Out.pdf"]}, INFO)
    assert tree(target) == before


def test_a_derived_index_alone_is_no_change(target: Path) -> None:
    first = write_bag(target, CONTENTS, INFO)
    again = CONTENTS | {"BACA SAYA.pdf": b"dicetak lagi"}
    assert write_bag(target, again, INFO, derived={"BACA SAYA.pdf"}) == first
    assert write_bag(target, again, INFO).generation == 2


def test_a_derived_index_that_is_not_there_yet_is_filed(target: Path) -> None:
    write_bag(target, {"dokumen/a.pdf": b"a"}, INFO)
    filed = write_bag(target, {"BACA SAYA.pdf": b"indeks"}, INFO, derived={"BACA SAYA.pdf"})
    assert "BACA SAYA.pdf" in filed.payload


def test_a_next_generation_adds_and_links(target: Path) -> None:
    first = write_bag(target, CONTENTS, INFO)
    before = tree(target)
    more = {"dokumen/Ralat.pdf": b"ralat", "metadata/berkas.json": b'{"baru": 1}'}
    second = write_bag(target, more, INFO)
    after = tree(target)
    assert judged_by_library(target)
    assert second.generation == 2
    assert second.info["Previous-Bag-SHA256"] == first.sha256
    assert after["data/dokumen/Print Out.pdf"] == before["data/dokumen/Print Out.pdf"]
    assert after["data/dokumen/Ralat.pdf"][0] == b"ralat"
    assert after["data/metadata/berkas.json"][0] == b'{"baru": 1}'
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_changed_tags_make_a_next_generation(target: Path) -> None:
    write_bag(target, CONTENTS, INFO)
    filed = write_bag(target, CONTENTS, INFO | {"External-Description": "Uraian\n baru"})
    assert filed.generation == 2
    assert filed.info["External-Description"] == "Uraian baru"


def test_a_filed_document_never_changes(target: Path) -> None:
    write_bag(target, CONTENTS, INFO)
    before = tree(target)
    with pytest.raises(ArchiveError, match="tidak boleh berubah"):
        write_bag(target, {"dokumen/Print Out.pdf": b"lain"}, INFO)
    assert tree(target) == before


@pytest.mark.parametrize("as_file", [False, True])
def test_a_document_may_grow_at_its_end_where_that_is_said(
    target: Path, tmp_path: Path, as_file: bool
) -> None:
    first = write_bag(target, CONTENTS, INFO)
    longer = CONTENTS[PRINTOUT] + b" dan cap waktu"
    source = tmp_path / "panjang.pdf"
    source.write_bytes(longer)
    with hold(target):
        contents = {PRINTOUT: source if as_file else longer}
        filed = write_held(target, contents, INFO, expected={}, grown={PRINTOUT})
    assert (target / "data" / PRINTOUT).read_bytes() == longer
    assert (filed.generation, filed.info["Previous-Bag-SHA256"]) == (2, first.sha256)
    assert judged_by_library(target)
    with hold(target):  # filed so already: nothing more to do
        again = write_held(target, contents, INFO, expected={}, grown={PRINTOUT})
    assert again == filed


@pytest.mark.parametrize("as_file", [False, True])
@pytest.mark.parametrize(
    "data", [b"%PDF-1.7 ceta", b"%PDF-1.7 cetal dan cap waktu", b"", b"dan %PDF-1.7 cetak"]
)
def test_what_grows_begins_with_what_was_filed(
    target: Path, tmp_path: Path, data: bytes, as_file: bool
) -> None:
    write_bag(target, CONTENTS, INFO)
    before = tree(target)
    source = tmp_path / "lain.pdf"
    source.write_bytes(data)
    contents = {PRINTOUT: source if as_file else data}
    with hold(target), pytest.raises(ArchiveError, match="tidak boleh berubah"):
        write_held(target, contents, INFO, expected={}, grown={PRINTOUT})
    assert tree(target) == before


@pytest.mark.parametrize("filed_before", [False, True])
def test_a_content_must_be_the_expected_one(target: Path, filed_before: bool) -> None:
    if filed_before:
        write_bag(target, CONTENTS, INFO)
    expected = {"dokumen/Print Out.pdf": "0" * 64}
    with pytest.raises(ArchiveError, match="tidak lagi sama"):
        write_bag(target, CONTENTS, INFO, expected=expected)
    assert target.exists() == filed_before
    assert [path.name for path in target.parent.iterdir()] == [target.name] * filed_before


@pytest.mark.parametrize(
    "names",
    [
        ["../x"],
        ["/x"],
        ["a//b"],
        [""],
        ["a\\b"],
        ["80%.pdf"],
        ["NUL.pdf"],
        ["e\u0301.pdf"],
        ["A.pdf", "a.pdf"],
        ["a", "a/b"],
        ["a\nb"],
    ],
)
def test_names_that_some_reader_cannot_take_are_refused(target: Path, names: list[str]) -> None:
    with pytest.raises(ArchiveError, match="nama"):
        write_bag(target, dict.fromkeys(names, b"x"), INFO)
    assert not target.exists()


def test_nothing_is_built_upon_damage(target: Path) -> None:
    write_bag(target, CONTENTS, INFO)
    (target / "data/asli/Formulir Kabid.docx").unlink()
    before = tree(target)
    with pytest.raises(ArchiveError, match=r"rusak.*Formulir Kabid"):
        write_bag(target, CONTENTS | {"dokumen/Baru.pdf": b"baru"}, INFO)
    assert tree(target) == before


def test_a_folder_made_by_hand_is_not_overwritten(target: Path) -> None:
    target.mkdir(parents=True)
    (target / "catatan.txt").write_text("penting")
    with pytest.raises(ArchiveError, match="rusak"):
        write_bag(target, CONTENTS, INFO)
    assert (target / "catatan.txt").read_text() == "penting"


def test_a_missing_source_is_named(target: Path, tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match=r"hilang\.pdf") as caught:
        write_bag(target, {"dokumen/a.pdf": tmp_path / "hilang.pdf"}, INFO)
    assert isinstance(caught.value.__cause__, FileNotFoundError)
    assert list(target.parent.iterdir()) == []


def test_what_is_no_bag_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="kinerja audit"):
        read_bag(tmp_path)


def test_two_that_file_at_once_both_get_in(target: Path) -> None:
    write_bag(target, CONTENTS, INFO)
    failures: list[BaseException] = []

    def add(number: int) -> None:
        try:
            write_bag(target, {f"dokumen/{number}.pdf": b"%d" % number}, INFO)
        except ArchiveError as error:
            failures.append(error)

    threads = [threading.Thread(target=add, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    filed = read_bag(target)
    assert filed.generation == 9
    assert {f"dokumen/{n}.pdf" for n in range(8)} <= set(filed.payload)
    assert validate(target) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_nothing_half_done(small_disk: Path) -> None:
    target = small_disk / "2026" / "000" / "0001"
    write_bag(target, CONTENTS, INFO)
    before = tree(target)
    with pytest.raises(ArchiveError, match="penuh") as caught:
        write_bag(target, {"dokumen/besar.pdf": os.urandom(1_000_000)}, INFO)
    assert isinstance(caught.value.__cause__, OSError)
    assert tree(target) == before
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    other = target.with_name("0002")
    with pytest.raises(ArchiveError, match="penuh"):
        write_bag(other, {"dokumen/besar.pdf": os.urandom(1_000_000)}, INFO)
    assert not other.exists()
    assert write_bag(target, {"dokumen/kecil.pdf": b"kecil"}, INFO).generation == 2
    assert judged_by_library(target)


def test_an_archive_that_is_read_only_stays_as_it_is(small_disk: Path) -> None:
    target = small_disk / "2026" / "000" / "0001"
    write_bag(target, CONTENTS, INFO)
    before = tree(target)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(ArchiveError, match="hak akses"):
        write_bag(target, {"dokumen/Baru.pdf": b"baru"}, INFO)
    assert write_bag(target, CONTENTS, INFO).generation == 1  # nothing new, nothing to write
    assert tree(target) == before


def test_a_file_too_large_leaves_nothing_half_done(target: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(ArchiveError, match="penuh"):
            write_bag(target, CONTENTS | {"dokumen/besar.pdf": bytes(200_000)}, INFO)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(target.parent.iterdir()) == []


@pytest.mark.parametrize("step", ["fsync", "link", "fchmod"])
def test_a_disk_that_refuses_changes_nothing(
    target: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    write_bag(target, CONTENTS, INFO)
    before = tree(target)

    def refuse(*args: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(ArchiveError, match="penyimpanan menolak"):
        write_bag(target, {"dokumen/Baru.pdf": b"baru"}, INFO)
    monkeypatch.undo()
    assert tree(target) == before
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_where_the_disk_has_no_links_files_are_copied(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*args: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    write_bag(target, CONTENTS, INFO)
    write_bag(target, {"dokumen/Baru.pdf": b"baru"}, INFO)
    assert judged_by_library(target)


def test_where_the_kernel_cannot_exchange_two_renames_do(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(generation, "_exchange_at_once", lambda one, other: False)
    write_bag(target, CONTENTS, INFO)
    assert write_bag(target, {"dokumen/Baru.pdf": b"baru"}, INFO).generation == 2
    assert judged_by_library(target)
    assert [path.name for path in target.parent.iterdir()] == [target.name]
