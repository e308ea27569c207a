"""Content, name, folder, commit, and only then removal: read from the kernel's own record."""

from pathlib import Path

import pytest

from tests.faults.injection import Crew
from tests.faults.order import Order, steps

QUICK = ("files", "outbox", "take")
THOROUGH = ("refuse", "decide", "enter", "initial", "sign", "file", "file again")
NAMES = {"files": 4, "outbox": 5, "take": 8, "refuse": 8, "file": 8, "file again": 8}
"""So many final names at least are given by a work: else nothing was looked at."""
TAKES = {"take": 1, "refuse": 2, "decide": 1, "enter": 1}


def order_in(root: Path, trace: str) -> Order:
    state = root / ".kinerja"
    return Order(root, state / "work", state / "store").follow(trace)


def look(crew: Crew, work: str) -> None:
    order = order_in(*crew.traced(work))
    assert order.breaches == []
    assert order.named >= NAMES.get(work, 1)
    assert order.commits >= (0 if work == "files" else 2)
    assert order.dropped == TAKES.get(work, 0)


@pytest.mark.parametrize("work", QUICK)
def test_what_is_relied_on_is_durable(crew: Crew, work: str) -> None:
    look(crew, work)


@pytest.mark.slow
@pytest.mark.parametrize("work", THOROUGH)
def test_what_is_relied_on_is_durable_all_through(crew: Crew, work: str) -> None:
    look(crew, work)


# --- that a breach would be found ----------------------------------------------------------------

ROOT = Path("/k")
CLAIM = ROOT / ".kinerja" / "work" / "1"
WRITTEN = """\
openat(AT_FDCWD</>, "/k/inbox/.x.tmp", O_WRONLY|O_CREAT|O_EXCL|O_CLOEXEC, 0666) = 3</k/inbox/.x.tmp>
write(3</k/inbox/.x.tmp>, "a", 1) = 1
"""
SYNCED = "fsync(3</k/inbox/.x.tmp>) = 0\n"
NAMED = 'link("/k/inbox/.x.tmp", "/k/inbox/Kop\\303\\255.pdf") = 0\n'
UNNAMED = 'unlink("/k/inbox/.x.tmp") = 0\n'
FOLDER = "fsync(4</k/inbox>) = 0\n"
COMMIT = "fdatasync(5</k/.kinerja/kinerja.db-wal>) = 0\n"
TAKEN = f'renameat(6</k/inbox/kirim>, "a", AT_FDCWD</>, "{CLAIM}/a") = 0\n'
KEPT = "fsync(7</k/.kinerja/store/ab>) = 0\n"
DROPPED = f'unlinkat(8<{CLAIM}>, "a", 0) = 0\n'
BUILT = """\
mkdir("/k/archive/.b.tmp-00000000", 0777) = 0
openat(AT_FDCWD</>, "/k/archive/.b.tmp-00000000/f", O_WRONLY|O_CREAT|O_EXCL, 0666) = 3<x>
"""
BAG = "fsync(3</k/archive/.b.tmp-00000000>) = 0\n"
SWAP = 'renameat2(AT_FDCWD</>, "/k/archive/.b.tmp-00000000", AT_FDCWD</>, "/k/archive/b", \
RENAME_EXCHANGE) = 0\n'
BAGS = "fsync(3</k/archive>) = 0\n"
OLD = 'unlinkat(3</k/archive/.b.tmp-00000000>, "f", 0) = 0\n'


@pytest.mark.parametrize(
    ("trace", "told"),
    [
        (WRITTEN + SYNCED + NAMED + UNNAMED + FOLDER + COMMIT, ""),
        (WRITTEN + NAMED + UNNAMED + FOLDER + COMMIT, "before its content was durable: /inbox/.x"),
        (WRITTEN + SYNCED + NAMED + COMMIT, "that this was named: /inbox/Kopí.pdf"),
        ('unlink("/k/inbox/a.pdf") = 0\n' + COMMIT, "that this was removed: /inbox/a.pdf"),
        ('unlink("/k/inbox/a.pdf") = -1 ENOENT (No such file)\n' + COMMIT, ""),
        ('write(3</k/inbox/a.pdf>, "a", 1) = 1\n', "written under its final name: /inbox/a.pdf"),
        (TAKEN + KEPT + COMMIT + DROPPED, ""),
        (TAKEN + KEPT + DROPPED + COMMIT, "before the ledger had it"),
        (TAKEN + COMMIT + KEPT + DROPPED, "before the ledger had it"),
        (BUILT + BAG + SWAP + BAGS + OLD, ""),
        (BUILT + SWAP + BAGS + OLD, "before the names in it were durable"),
        (BUILT + BAG + SWAP + OLD + BAGS, "before the new generation was durable"),
    ],
)
def test_a_breach_of_the_order_is_found(trace: str, told: str) -> None:
    breaches = order_in(ROOT, trace).breaches
    assert [told in breach for breach in breaches] == ([True] if told else [])


def test_calls_that_others_interrupted_are_read_whole() -> None:
    trace = """\
11 fsync(3</k/a> <unfinished ...>
12 write(4</k/b>, "x", 1) = 1
11 <... fsync resumed>) = 0
"""
    assert [(s.name, s.paths) for s in steps(trace)] == [("write", ("/k/b",)), ("fsync", ("/k/a",))]
