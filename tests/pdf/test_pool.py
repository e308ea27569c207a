"""Offices that die, hang, or lose their parent: nothing stays behind, and the next job works."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline.errors import ConversionError
from pipeline.pdf.convert import Converter
from pipeline.pdf.office import Office
from pipeline.pdf.program import find_office

from .documents import write_form


def group(leader: int) -> dict[int, str]:
    """Living processes of one process group: id and program name."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = stat.read_text()
        except OSError:
            continue
        name, rest = text[text.index("(") + 1 : text.rindex(")")], text[text.rindex(")") + 2 :]
        state, _, pgrp, *_ = rest.split()
        if int(pgrp) == leader and state != "Z":
            found[int(stat.parent.name)] = name
    return found


def offices(converter: Converter) -> list[Office]:
    return [office for office in converter._pool._idle if office.started]


def leaders(converter: Converter) -> list[int]:
    return [office.worker_pid for office in offices(converter) if office.worker_pid]


def soffice_of(leader: int) -> int:
    return next(pid for pid, name in group(leader).items() if name.startswith("soffice"))


def gone(leader: int, within_s: float = 8) -> bool:
    deadline = time.monotonic() + within_s
    while group(leader) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not group(leader)


def traces(converter: Converter) -> set[Path]:
    """What the running offices have put into the temporary folders."""
    found = set()
    for office in offices(converter):
        assert office._scratch is not None
        found |= {office._scratch, *office._pipes}
    assert all(trace.exists() for trace in found)
    return found


def left(found: set[Path]) -> set[Path]:
    return {trace for trace in found if trace.exists()}


def test_nothing_is_started_before_it_is_needed() -> None:
    with Converter() as converter:
        assert offices(converter) == []


def test_one_thread_needs_one_office_and_close_leaves_nothing(form: Path, tmp_path: Path) -> None:
    with Converter() as converter:
        for turn in range(2):
            converter.to_pdf(form, tmp_path / f"{turn}.pdf")
        found = traces(converter)
        assert found  # the scratch folder; sockets too, where it has no /tmp of its own
        running = leaders(converter)
        assert len(running) == 1
        assert soffice_of(running[0])
        handles = len(list(Path("/proc/self/fd").iterdir()))
    assert group(running[0]) == {}
    assert not left(found)
    assert len(list(Path("/proc/self/fd").iterdir())) < handles


def test_warm_starts_all_offices() -> None:
    with Converter(offices=2) as converter:
        converter.warm()
        deadline = time.monotonic() + 30
        while len(offices(converter)) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert len(offices(converter)) == 2


def test_close_waits_for_a_running_job(form: Path, tmp_path: Path) -> None:
    converter = Converter(offices=1)
    job = threading.Thread(target=converter.to_pdf, args=(form, tmp_path / "a.pdf"))
    job.start()
    deadline = time.monotonic() + 10
    while not converter._pool._busy and time.monotonic() < deadline:
        time.sleep(0.01)
    converter.close()
    job.join(5)
    assert (tmp_path / "a.pdf").exists()


def test_recycled_office_is_another_process(form: Path, tmp_path: Path) -> None:
    with Converter(offices=1, recycle_after=2) as converter:
        converter.to_pdf(form, tmp_path / "1.pdf")
        first = leaders(converter)[0]
        converter.to_pdf(form, tmp_path / "2.pdf")
        assert group(first) == {}
        converter.to_pdf(form, tmp_path / "3.pdf")
        assert leaders(converter) != [first]


@pytest.mark.parametrize("victim", ["soffice", "worker"])
def test_killed_while_idle(victim: str, form: Path, tmp_path: Path) -> None:
    with Converter(offices=1) as converter:
        converter.to_pdf(form, tmp_path / "1.pdf")
        leader, found = leaders(converter)[0], traces(converter)
        os.kill(soffice_of(leader) if victim == "soffice" else leader, signal.SIGKILL)
        if victim == "worker":  # soffice goes with it, before anybody needs an office
            assert gone(leader)
        converter.to_pdf(form, tmp_path / "2.pdf")
        assert (tmp_path / "2.pdf").exists()
        assert gone(leader)
        found |= traces(converter)
    assert not left(found)


def test_killed_in_the_middle_of_a_document_is_tried_again(form: Path, tmp_path: Path) -> None:
    long = write_form(tmp_path / "panjang.docx", rows=600)
    with Converter(offices=1) as converter:
        converter.to_pdf(form, tmp_path / "1.pdf")
        leader = leaders(converter)[0]
        victim = soffice_of(leader)
        job = threading.Thread(target=converter.to_pdf, args=(long, tmp_path / "2.pdf"))
        job.start()
        deadline = time.monotonic() + 10
        while not converter._pool._busy and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(0.3)
        os.kill(victim, signal.SIGKILL)
        job.join(60)
        assert (tmp_path / "2.pdf").exists()
        assert leaders(converter) != [leader]
        converter.to_pdf(form, tmp_path / "3.pdf")


@pytest.mark.parametrize(
    "whole_group", [pytest.param(False, marks=pytest.mark.slow), True], ids=["soffice", "group"]
)
def test_hung_office_is_killed_and_the_next_file_works(
    *, whole_group: bool, form: Path, tmp_path: Path
) -> None:
    with Converter(offices=1, timeout_s=3) as converter:
        converter.to_pdf(form, tmp_path / "1.pdf")
        leader, found = leaders(converter)[0], traces(converter)
        for pid in group(leader) if whole_group else [soffice_of(leader)]:
            os.kill(pid, signal.SIGSTOP)
        started = time.monotonic()
        with pytest.raises(ConversionError, match=r"Formulir Kabid\.docx tidak selesai .* 3 detik"):
            converter.to_pdf(form, tmp_path / "2.pdf")
        assert time.monotonic() - started < 3 + 5
        assert group(leader) == {}
        assert not (tmp_path / "2.pdf").exists()
        assert not left(found)
        converter.to_pdf(form, tmp_path / "3.pdf")


PARENT = """
import sys, time
from pathlib import Path
from pipeline.pdf.convert import Converter
converter = Converter(offices=1)
converter.to_pdf(Path(sys.argv[1]), Path(sys.argv[2]))
office = converter._pool._idle[0]
print(office.worker_pid, office._scratch, *office._pipes, flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize(
    "hung", [pytest.param(False, marks=pytest.mark.slow), True], ids=["well", "hung"]
)
def test_no_process_outlives_a_killed_parent(*, hung: bool, form: Path, tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, form, tmp_path / "a.pdf"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    ) as parent:
        assert parent.stdout is not None
        first, *paths = parent.stdout.readline().split()
        leader, found = int(first), {Path(path) for path in paths}
        assert left(found) == found
        if hung:
            os.kill(soffice_of(leader), signal.SIGSTOP)
        parent.kill()
    assert gone(leader)
    assert not left(found)


def test_soffice_has_no_network_where_the_system_allows(
    converter: Converter, form_pdf: Path
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root is sure to be allowed to leave the network")
    running = leaders(converter)
    assert running
    for leader in running:
        devices = Path("/proc", str(soffice_of(leader)), "net/dev").read_text()
        assert [line.split(":")[0].strip() for line in devices.splitlines()[2:]] == ["lo"]


def test_program_is_known() -> None:
    program = find_office()
    assert program.binary.name == "soffice.bin"
    assert program.version[0].isdigit()
