from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.intake.places import (
    COMMAND_NAMES,
    CommandPlace,
    command_places,
    fixed_folders,
    place_at,
)

from .samples import PROCEDURE

# The tree of the contract with people
TREE = {
    *("1-draft/kirim", "2-koreksi/setujui", "2-koreksi/kembalikan", "3-penggandaan/kirim"),
    *("4-pengisian/_titipan/kirim", "5-verifikasi/setujui", "5-verifikasi/kembalikan"),
    *("6-entri/kirim", "7-paraf/kembalikan", "7-paraf/diparaf", "8-tanda-tangan/kembalikan"),
    *("8-tanda-tangan/ditandatangani", "hasil", "ditolak"),
}


def test_the_tree_is_as_promised() -> None:
    assert set(fixed_folders(PROCEDURE)) == TREE


def test_command_folders_are_those_of_the_tree_and_the_officials(tmp_path: Path) -> None:
    for folder in fixed_folders(PROCEDURE):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "4-pengisian" / "Kepala UPTD" / "kirim").mkdir(parents=True)
    (tmp_path / "4-pengisian" / "catatan.txt").touch()
    (tmp_path / "1-draft" / "arsip pribadi").mkdir()
    found = {place.path for place in command_places(tmp_path, PROCEDURE)}
    assert found == (TREE - {"hasil", "ditolak"}) | {"4-pengisian/Kepala UPTD/kirim"}


def test_every_command_place_is_found_again_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "4-pengisian" / "Kepala UPTD").mkdir(parents=True)
    for place in command_places(tmp_path, PROCEDURE):
        assert place_at(PROCEDURE, place.path) == place


@pytest.mark.parametrize(
    "path",
    [
        *("1-draft", "1-draft/setujui", "1-draft/x/kirim", "4-pengisian/kirim", "9-x/kirim"),
        *("4-pengisian/a/b/kirim", "hasil/kirim", "kirim", "", "5-verifikasi/kirim"),
    ],
)
def test_what_is_no_command_place(path: str) -> None:
    assert place_at(PROCEDURE, path) is None


@given(st.text(max_size=60))
def test_any_path_is_judged(path: str) -> None:
    place = place_at(PROCEDURE, path)
    assert place is None or place.path == path


@given(st.text(max_size=150))
def test_an_officials_folder_is_short_and_no_command(post: str) -> None:
    folder = post_folder(post)
    assert 0 < len(folder) <= 48
    assert "/" not in folder
    place = CommandPlace(PROCEDURE.step(Verb.FILL), CommandFolder.SEND, folder)
    assert place_at(PROCEDURE, place.path) == place
    assert {c.value for c in CommandFolder} == COMMAND_NAMES
