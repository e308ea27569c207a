"""What a crash leaves half-written is cleared away, and nothing that is being written."""

import os
import time
from pathlib import Path

from pipeline.files import drop_halves

HALF = ".0123456789abcdef0123456789abcdef.tmp"
HOUR_S = 3600


def written(path: Path, *, age_s: float = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def test_halves_go_and_what_people_call_tmp_stays(tmp_path: Path) -> None:
    half, named = written(tmp_path / "a" / HALF), written(tmp_path / "a" / ".catatan.tmp")
    drop_halves(tmp_path)
    assert not half.exists()
    assert named.exists()


def test_what_may_be_in_the_writing_stays(tmp_path: Path) -> None:
    old = written(tmp_path / "ab" / HALF, age_s=2 * HOUR_S)
    young = written(tmp_path / HALF, age_s=HOUR_S / 2)
    drop_halves(tmp_path, older_than_s=HOUR_S)
    assert not old.exists()
    assert young.exists()
