import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.confine.limits import Limits
from pipeline.confine.reader import Reader
from pipeline.errors import ConfigurationError, ReadError

from . import misdeeds
from .conftest import APART, LIMITS

ROOT = Path(__file__).resolve().parents[2]
TOO_MUCH = "terlalu besar, terlalu rumit, atau rusak.*simpan ulang"


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def children_of(pid: int) -> list[int]:
    return [int(c) for c in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_call_gives_what_the_function_gives_from_another_process(reader: Reader) -> None:
    assert reader.run(misdeeds.echo, b"\0\xff", 3) == b"\0\xff" * 3
    one, other = reader.run(misdeeds.who), reader.run(misdeeds.who)
    assert len({os.getpid(), reader.zygote_pid, one, other}) == 4


def test_the_same_bytes_are_read_once(reader: Reader) -> None:
    assert reader.read(misdeeds.who) == reader.read(misdeeds.who)


def test_a_function_that_is_not_listed_is_not_called(reader: Reader) -> None:
    with pytest.raises(ValueError, match="not on the list"):
        reader.run(os.getpid)


def test_an_error_comes_back_as_itself(reader: Reader) -> None:
    with pytest.raises(ReadError, match=r"^simpan ulang$"):
        reader.run(misdeeds.refuse, "simpan ulang")


def test_a_fault_of_a_parser_is_told_without_what_it_says(reader: Reader) -> None:
    with pytest.raises(ReadError, match="tidak wajar") as told:
        reader.run(misdeeds.break_down, "1980-rahasia")
    assert "rahasia" not in str(told.value)


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        (misdeeds.take_memory, (LIMITS.memory * 2,)),
        (misdeeds.recurse, (0,)),
        (misdeeds.say, (LIMITS.values + 1,)),
        (misdeeds.echo, (b"x" * 1024, LIMITS.output // 1024 + 1)),
        (misdeeds.read_null, ()),
        (misdeeds.crash, ()),
    ],
)
def test_what_takes_too_much_or_breaks_is_told_to_its_sender(
    reader: Reader, function: Callable[..., object], arguments: tuple[object, ...]
) -> None:
    with pytest.raises(ReadError, match=TOO_MUCH):
        reader.run(function, *arguments)
    assert reader.run(misdeeds.echo, b"next", 1) == b"next"


@pytest.mark.parametrize(
    ("function", "limits"),
    [
        (misdeeds.compute_for_ever, Limits(wall_s=60, cpu_s=1)),
        (misdeeds.compute_for_ever, Limits(wall_s=0.5, cpu_s=60)),
        (misdeeds.wait_for_ever, Limits(wall_s=0.5)),
    ],
)
def test_what_never_ends_is_ended(function: Callable[[], int], limits: Limits) -> None:
    reader = Reader(APART, limits=limits)
    try:
        with pytest.raises(ReadError, match=TOO_MUCH):
            reader.run(function)
        zygote = reader.zygote_pid
        assert zygote is not None
        until(lambda: not children_of(zygote))
    finally:
        reader.close()


def test_a_result_of_another_type_is_refused(reader: Reader) -> None:
    with pytest.raises(ReadError, match="tidak wajar"):
        reader.run(misdeeds.lie)


@pytest.mark.parametrize(
    "answer",
    [
        b'{"sizes": [], "error": "LedgerError", "words": "gone"}',
        b'{"sizes": [], "error": "Interrupted"}',
        b'{"sizes": [], "fault": "' + b"x" * 100_000 + b'"}',
        b"[" * 200_000,
        b'{"sizes": [' + b"9" * 5000 + b"]}",
        b'{"sizes": [true]}',
    ],
)
def test_a_process_that_was_taken_over_can_only_fail(reader: Reader, answer: bytes) -> None:
    with pytest.raises(ReadError):
        reader.run(misdeeds.forge, answer)


def test_what_it_says_went_wrong_is_cut(reader: Reader) -> None:
    answer = b'{"sizes": [], "error": "ReadError", "words": "' + b"x" * 100_000 + b'"}'
    with pytest.raises(ReadError) as told:
        reader.run(misdeeds.forge, answer)
    assert len(str(told.value)) < 5000


def test_eight_threads_at_once(reader: Reader) -> None:
    with ThreadPoolExecutor(8) as threads:
        jobs = [threads.submit(reader.run, misdeeds.echo, bytes([n]), 9999) for n in range(64)]
        assert [job.result() for job in jobs] == [bytes([n]) * 9999 for n in range(64)]


def test_no_more_jobs_than_allowed_run_at_once() -> None:
    reader = Reader(APART, limits=Limits(wall_s=60), at_once=2)
    try:
        zygote = reader.protection() and reader.zygote_pid
        assert zygote is not None
        with ThreadPoolExecutor(4) as threads:
            jobs = [threads.submit(reader.run, misdeeds.wait_for_ever) for _ in range(4)]
            until(lambda: len(children_of(zygote)) == 2)
            seen = {len(children_of(zygote)) for _ in range(50)}
            assert seen == {2}
            os.kill(zygote, signal.SIGSTOP)
            reader.close()
            until(lambda: is_gone(zygote))
            while not all(job.done() for job in jobs):
                reader.close()
                time.sleep(0.02)
        for job in jobs:
            assert isinstance(job.exception(), ConfigurationError)
    finally:
        reader.close()


def test_a_zygote_that_was_killed_is_replaced() -> None:
    reader = Reader(APART, limits=LIMITS)
    try:
        assert reader.run(misdeeds.echo, b"x", 1) == b"x"
        first = reader.zygote_pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert reader.run(misdeeds.echo, b"y", 1) == b"y"
        assert reader.zygote_pid != first
    finally:
        reader.close()


def test_a_job_whose_zygote_was_killed_is_done_by_the_next_one() -> None:
    reader = Reader(APART, limits=Limits(wall_s=3))
    try:
        first = reader.protection() and reader.zygote_pid
        assert first is not None
        with ThreadPoolExecutor(1) as threads:
            job = threads.submit(reader.run, misdeeds.wait_for_ever)
            until(lambda: bool(children_of(first)))
            children = children_of(first)
            os.kill(first, signal.SIGKILL)
            until(lambda: all(map(is_gone, children)))
            until(lambda: reader.zygote_pid not in {None, first})
            assert isinstance(job.exception(), ReadError)  # waited for ever once more
    finally:
        reader.close()


def test_what_cannot_be_started_says_so() -> None:
    def inner() -> int:
        return 1

    reader = Reader({inner: ReadError})
    with pytest.raises(ConfigurationError, match=r"tidak dapat dijalankan.*kinerja doctor"):
        reader.run(inner)
    assert reader.zygote_pid is None


SERVICE = """
import sys, threading
sys.path.insert(0, sys.argv[1])
from tests.confine import misdeeds
from tests.confine.conftest import APART
from pipeline.confine.reader import Reader
reader = Reader(APART)
reader.protection()
for _ in range(2):
    threading.Thread(target=reader.run, args=(misdeeds.wait_for_ever,), daemon=True).start()
print(reader.zygote_pid, flush=True)
threading.Event().wait()
"""


def test_a_service_that_is_killed_leaves_nothing_behind() -> None:
    service = subprocess.Popen([sys.executable, "-c", SERVICE, str(ROOT)], stdout=subprocess.PIPE)
    with service:
        assert service.stdout is not None
        zygote = int(service.stdout.readline())
        until(lambda: len(children_of(zygote)) == 2)
        family = [zygote, *children_of(zygote)]
        service.kill()
        until(lambda: all(map(is_gone, family)))
