"""A claim's place tells by its names where the file lay, whatever the names are."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.home import claims_in, drop_claim, left_claims, make_home, shown

NAMES = st.binary(min_size=1, max_size=255).filter(
    lambda raw: b"/" not in raw and b"\0" not in raw and raw not in (b".", b"..")
)


@given(NAMES, NAMES, NAMES | st.just(b""))
def test_any_name_comes_back(
    tmp_path_factory: pytest.TempPathFactory, name: bytes, post: bytes, bundle: bytes
) -> None:
    work = tmp_path_factory.getbasetemp() / "claims"
    folder = f"data-kinerja/4-pengisian/{os.fsdecode(post)}/kirim"
    made = make_home(work, folder, os.fsdecode(bundle), os.fsdecode(name))
    made.place.write_bytes(b"isi")
    try:
        (found,) = claims_in(work)
        assert found == made
        assert found.key == (folder, os.fsdecode(bundle), os.fsdecode(name))
        shown(found.name).encode()
    finally:
        drop_claim(work, made)
    assert list(work.iterdir()) == []


def test_what_a_crash_left_empty_is_removed(tmp_path: Path) -> None:
    make_home(tmp_path, "data-kinerja/1-draft/kirim", "x" * 255, "a.docx")
    (tmp_path / ("0" * 32)).mkdir()
    assert left_claims(tmp_path, -1) == []
    assert list(claims_in(tmp_path)) == []
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_claim_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / "berkas").write_bytes(b"x")
    (tmp_path / "catatan").mkdir()
    (tmp_path / "catatan" / "penting.txt").write_bytes(b"x")
    assert list(claims_in(tmp_path)) == []
    assert (tmp_path / "catatan" / "penting.txt").exists()


def test_a_name_of_no_utf8_is_shown_with_signs_for_what_cannot_be_read() -> None:
    assert shown(os.fsdecode(b"caf\xe9.docx")) == "caf\ufffd.docx"


def test_no_work_folder_holds_nothing(tmp_path: Path) -> None:
    assert left_claims(tmp_path / "tidak-ada", 0) == []
