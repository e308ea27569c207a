import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.archive.bag import read_bag, sweep, validate, write_bag
from pipeline.archive.generation import leftovers

from .kill_driver import FIRST, INFO, NEXT

DRIVER = Path(__file__).with_name("kill_driver.py")
ROOM = Path(__file__).parents[2]


def killed_states(mode: str, scenario: str, root: Path, kills: int) -> tuple[int, list[Path]]:
    command = [sys.executable, str(DRIVER), mode, scenario, str(root), str(kills)]
    env = {"PYTHONPATH": str(ROOM)}
    done = subprocess.run(command, check=True, capture_output=True, timeout=300, env=env)
    return int(done.stdout), [root / str(n) / "0001 Data" for n in range(kills)]


def assert_whole(target: Path, scenario: str) -> None:
    """Absent, the old generation or the new one; never anything between."""
    if not target.exists():
        assert scenario == "first"
        return
    assert validate(target) == []
    held = {name: (target / "data" / name).read_bytes() for name in read_bag(target).payload}
    assert held in ([FIRST] if scenario == "first" else [FIRST, NEXT])


@pytest.mark.parametrize("scenario", ["first", "next"])
@pytest.mark.parametrize(("mode", "kills"), [("lines", 60), ("swap", 12), ("moments", 20)])
def test_a_killed_filing_leaves_a_whole_bag_or_none(
    tmp_path: Path, scenario: str, mode: str, kills: int
) -> None:
    killed, targets = killed_states(mode, scenario, tmp_path, kills)
    assert killed > (0 if mode == "moments" else kills // 4)  # moments fall where they fall
    for target in targets:
        assert_whole(target, scenario)
        contents = FIRST if scenario == "first" else NEXT
        write_bag(target, contents, INFO)  # the repetition completes what was cut short
        assert validate(target) == []
        assert {n: (target / "data" / n).read_bytes() for n in contents} == contents
        assert [path.name for path in target.parent.iterdir()] == [target.name]


def test_without_exchange_a_killed_swap_is_mended_by_sweep(tmp_path: Path) -> None:
    killed, targets = killed_states("swap", "two-step", tmp_path, 12)
    assert killed == len(targets)
    set_aside = [target for target in targets if not target.exists()]
    assert set_aside, "no kill fell between the two renames"
    for target in targets:
        sweep(target.parent)
        assert_whole(target, "next")
        assert leftovers(target.parent) == ()


def test_sweep_clears_the_whole_archive(tmp_path: Path) -> None:
    _, targets = killed_states("moments", "next", tmp_path / "2026", 20)
    before = [path for target in targets for path in leftovers(target.parent)]
    assert before
    assert sorted(sweep(tmp_path)) == sorted(before)
    assert sweep(tmp_path) == ()
    assert not any(path.exists() for path in before)
