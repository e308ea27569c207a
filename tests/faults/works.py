"""The pieces of work that are disturbed, each on an office that rests just before it.

Each may be done again after any end it came to, and then goes on where it stood, as the service and
people do: files are taken, chains run, what waits for a seal is sealed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.files import place_new, sha256_of, write_whole
from pipeline.sop.publish import RESULT, publish, withdraw
from pipeline.store import Store
from tests.sop.desk import PROCEDURE
from tests.sop.under_way import HEAD, SECRETARY, UnderWay
from tests.stores import keep

NEW = 5
"""How many files are published anew by `layings`."""


@dataclass(frozen=True)
class Work:
    """Something that is done in an office which rests at ``stage``."""

    stage: str
    go: Callable[[UnderWay], None]
    prepare: Callable[[UnderWay], None] = lambda at: None


def work(at: UnderWay) -> None:
    at.desk.work()


def seal(stage: Verb) -> Callable[[UnderWay], None]:
    def go(at: UnderWay) -> None:
        printout = at.document(Kind.PRINTOUT)
        if at.collection.stage == stage and printout.state == State.WAITING:
            at.seal(stage)

    return go


def layings(at: UnderWay) -> None:
    """Some files are to be laid out, and some to be taken away."""
    office = at.office
    digests = [office.store.put(f"Hasil {n}".encode() * 1000) for n in range(NEW)]
    with office.ledger.write() as tx:
        for n, digest in enumerate(digests):
            publish(tx, f"{PROCEDURE}/hasil/baru {n % 2}", f"Hasil {n}.pdf", digest, role=RESULT)
        withdraw(tx.session, [at.form(post) for post in (SECRETARY, HEAD)])


def lay_out(at: UnderWay) -> None:
    at.office.outbox.lay_out()


def whole_files(at: UnderWay) -> None:
    """The three ways in which a file gets its name, in a folder beside the office."""
    folder = beside(at)
    source, store = folder / "sumber", Store(folder / "simpanan")
    if not source.exists():
        write_whole(source, b"s" * 3_000_000)
    write_whole(folder / "diganti", b"baru" * 500)
    place_new(folder / "ditaruh", source)
    store.put(b"isi" * 700)
    keep(store, source)


def old_file(at: UnderWay) -> None:
    folder = beside(at)
    folder.mkdir()
    (folder / "diganti").write_bytes(b"lama" * 900)


def beside(at: UnderWay) -> Path:
    """A folder of the test's own in the office."""
    return at.office.root / "lain"


def whole_files_found(folder: Path) -> list[str]:
    """What is wrong with the files that bear a final name."""
    wrong = []
    wanted = {"diganti": (b"lama" * 900, b"baru" * 500), "ditaruh": (b"s" * 3_000_000,)}
    for name, contents in {**wanted, "sumber": (b"s" * 3_000_000,)}.items():
        path = folder / name
        if path.exists() and path.read_bytes() not in contents:
            wrong.append(f"{name} is half written")
    return wrong + [
        f"{path.name} is half stored"
        for path in (folder / "simpanan").glob("??/*")
        if not path.name.startswith(".") and sha256_of(path) != path.name
    ]


WORKS: dict[str, Work] = {
    "files": Work("filling", whole_files, old_file),
    "outbox": Work("filling", lay_out, layings),
    "take": Work("sent", work),
    "refuse": Work("foreign", work),
    "decide": Work("decided", work),
    "enter": Work("entered", work),
    "initial": Work("print-out", seal(Verb.INITIAL)),
    "sign": Work("initialled", seal(Verb.SIGN)),
    "file": Work("signed", work),
    "file again": Work("amended", work),
}
