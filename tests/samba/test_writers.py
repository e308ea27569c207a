"""Programs that have a file of the share open while the intake looks: nothing is taken half."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.intake.claim import REPLACED
from pipeline.intake.settle import reading
from tests.intake.samples import PDF, House, word

from .client import Handle
from .server import until
from .sharing import APPROVE, KASUBAG, SEKRETARIS, SEND, STAF, Shared, digest

OLD = datetime(2019, 3, 1, tzinfo=UTC).timestamp()
CHUNK = 64 * 1024
BIG = b"%PDF-1.7\n" + bytes(range(256)) * 2048 + b"\n%%EOF\n"


def nothing_came(shared: Shared, sweeps: int = 3) -> None:
    """Look a few times, as the service would; nothing may be taken for whole."""
    for _ in range(sweeps):
        assert shared.sweep() == 1
        assert shared.arrivals() == []


def copy_begins(handle: Handle, data: bytes) -> None:
    """What Explorer does first: the size, then a time long ago."""
    handle.set_size(len(data))
    handle.set_written(OLD)


def test_a_copy_that_sets_size_and_time_first_is_taken_when_it_is_done(shared: Shared) -> None:
    with shared.staff.at_work() as desk:
        handle = desk.create(f"{SEND}/Besar.pdf")
        copy_begins(handle, BIG)
        for start in range(0, len(BIG), CHUNK):
            nothing_came(shared, sweeps=2)  # each pause is longer than a look
            handle.write(BIG[start : start + CHUNK], start)
        handle.set_written(OLD)  # it is long in our hands, and the client sees no error
        nothing_came(shared)
        handle.close()
        shared.settle()
    assert shared.taken() == {"Besar.pdf": digest(BIG)}


def test_a_write_after_another_person_moved_the_file_is_not_lost(shared: Shared) -> None:
    draft = "data-kinerja/2-koreksi/Naskah.pdf"
    shared.head.put(BIG, draft)
    with shared.head.at_work() as desk:
        handle = desk.open(draft)
        shared.secretary.move(draft, f"{APPROVE}/Naskah.pdf")
        nothing_came(shared)
        handle.write(b"%PDF-1.4", 0)
        nothing_came(shared)
        handle.close()
        shared.settle()
    assert shared.taken() == {"Naskah.pdf": digest(b"%PDF-1.4" + BIG[8:])}
    (arrival,) = shared.arrivals()
    assert shared.owner_of(arrival) == KASUBAG  # who made it, not who moved it: no more than a hint


@pytest.mark.slow
def test_what_a_client_keeps_to_itself_under_a_lease_counts_as_open(shared: Shared) -> None:
    with shared.staff.at_work() as desk:
        handle = desk.create(f"{SEND}/Cache.pdf", lease=True)
        assert handle.holds_lease
        copy_begins(handle, PDF)
        nothing_came(shared)
        handle.write(PDF)
        nothing_came(shared)
        handle.close()
        shared.settle()
    assert shared.taken() == {"Cache.pdf": digest(PDF)}


def test_a_cut_connection_leaves_what_is_set_aside(shared: Shared) -> None:
    with shared.staff.at_work() as desk:
        handle = desk.create(f"{SEND}/Putus.pdf")
        copy_begins(handle, BIG)
        handle.write(BIG[:CHUNK])
        desk.cut()
    until(lambda: shared.sweep() == 1)
    nothing_came(shared)  # closed like a finished one, but it has a hole
    shared.staff.put(BIG, f"{SEND}/Utuh.pdf")
    until(lambda: shared.sweep() == 1 and shared.taken())
    assert shared.taken() == {"Utuh.pdf": digest(BIG)}  # kept waiting by nobody
    shared.settle(patience_s=0)  # after ten quiet minutes it is let through, for its slip
    assert set(shared.taken()) == {"Putus.pdf", "Utuh.pdf"}
    kept = shared.office.store.read(shared.taken()["Putus.pdf"])
    assert kept == BIG[:CHUNK] + bytes(len(BIG) - CHUNK)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Putus.docx", "Putus.xlsx"])
def test_a_cut_package_without_its_directory_is_set_aside(shared: Shared, name: str) -> None:
    data = word("isi yang agak panjang")
    with shared.staff.at_work() as desk:
        handle = desk.create(f"{SEND}/{name}")
        handle.write(data[:-30])
        desk.cut()
    until(lambda: shared.sweep() == 1)
    nothing_came(shared)
    assert not shared.lies(f"{SEND}/{name}").exists()


@pytest.mark.slow
def test_a_session_that_is_killed_leaves_what_is_set_aside(shared: Shared) -> None:
    with shared.staff.at_work() as desk:
        handle = desk.create(f"{SEND}/Putus.pdf")
        copy_begins(handle, BIG)
        handle.write(BIG[:CHUNK])
        shared.server.kill_sessions()
    until(lambda: shared.sweep() == 1)
    nothing_came(shared)
    shared.staff.put(PDF, f"{SEND}/Utuh.pdf")  # smbd itself goes on
    until(lambda: shared.sweep() == 1 and shared.taken())
    assert shared.taken() == {"Utuh.pdf": digest(PDF)}


@pytest.mark.slow
def test_a_server_that_dies_and_returns_loses_nothing(shared: Shared) -> None:
    shared.staff.put(PDF, f"{SEND}/Sebelum.pdf")
    with shared.staff.at_work() as desk:
        handle = desk.create(f"{SEND}/Putus.pdf")
        copy_begins(handle, BIG)
        handle.write(BIG[:CHUNK])
        shared.server.kill()
    until(lambda: shared.sweep() == 1 and shared.taken())
    assert shared.taken() == {"Sebelum.pdf": digest(PDF)}
    shared.server.start()
    shared.staff.put(BIG, f"{SEND}/Putus.pdf")  # the person tries again, under the same name
    shared.settle()
    came = {(a.sha256, a.outcome) for a in shared.arrivals()}
    cut = BIG[:CHUNK] + bytes(len(BIG) - CHUNK)
    assert came == {(digest(PDF), None), (digest(BIG), None), (digest(cut), REPLACED)}


@pytest.mark.slow
def test_two_people_put_one_name_at_once(shared: Shared) -> None:
    one, two = BIG, PDF
    path = f"{APPROVE}/Sama.pdf"
    with shared.head.at_work() as first, shared.secretary.at_work() as second:
        held = first.create(path)
        held.write(one)
        nothing_came(shared)  # but no more in the folder: the second makes a file of its own
        other = second.create(path)
        other.write(two)
        assert shared.sweep() == 2
        assert shared.arrivals() == []
        other.close()
        held.close()
        shared.settle()
    arrivals = shared.arrivals()
    assert {a.sha256 for a in arrivals} == {digest(one), digest(two)}
    assert {shared.owner_of(a) for a in arrivals} == {KASUBAG, SEKRETARIS}


@pytest.mark.slow
def test_who_overwrites_a_file_does_not_own_it(shared: Shared) -> None:
    path = f"{APPROVE}/Milik.pdf"
    shared.head.put(BIG, path)
    shared.secretary.put(PDF, path)
    shared.settle()
    (arrival,) = shared.arrivals()
    assert arrival.sha256 == digest(PDF)
    assert shared.owner_of(arrival) == KASUBAG


@pytest.mark.slow
def test_word_saves_on_the_share(shared: Shared) -> None:
    old, new = word("lama"), word("baru")
    folder, name = SEND, "Format Data Kinerja.docx"
    with shared.staff.at_work() as desk:
        lock = desk.create(f"{folder}/~${name[2:]}")
        lock.write(b"\x04Staf")
        saving = desk.create(f"{folder}/~WRD0001.tmp")
        saving.write(old)
        assert shared.sweep() == 0
        saving.rename(f"{folder}/{name}")
        saving.close()
        lock.close()
        assert shared.lies(f"{folder}/~${name[2:]}").exists()
    shared.staff.do(f'del "{folder}/~${name[2:]}"')
    shared.settle()
    assert shared.taken() == {name: digest(old)}

    # Saved once more, before it was sent: the old one steps aside and is removed.
    stage = "data-kinerja/1-draft"
    shared.staff.put(old, f"{stage}/{name}")
    with shared.staff.at_work() as desk:
        saving = desk.create(f"{stage}/~WRD0002.tmp")
        saving.write(new)
        kept = desk.open(f"{stage}/{name}")
        kept.rename(f"{stage}/~WRL0003.tmp")
        saving.rename(f"{stage}/{name}")
        saving.close()
        kept.close()
    shared.staff.do(f'del "{stage}/~WRL0003.tmp"')
    shared.staff.move(f"{stage}/{name}", f"{folder}/{name}")
    shared.settle()
    assert {a.sha256 for a in shared.arrivals()} == {digest(old), digest(new)}


def published(shared: Shared, data: bytes) -> tuple[House, int, Path]:
    """A file that the service has laid out, and wants back."""
    office = shared.office
    home = House(office.root, office.store, office.ledger, office.outbox)
    row = home.want("data-kinerja/1-draft/Terbit.docx", data)
    office.outbox.lay_out()
    home.set_state(row, "unwanted")
    return home, row, shared.lies("data-kinerja/1-draft/Terbit.docx")


@pytest.mark.slow
@pytest.mark.parametrize("lease", [False, True], ids=["plain", "lease"])
def test_a_published_file_that_is_open_is_not_pulled_away(shared: Shared, lease: bool) -> None:
    data = word()
    with shared.staff.at_work() as desk:
        home, row, path = published(shared, data)
        handle = desk.open("data-kinerja/1-draft/Terbit.docx", lease=lease)
        assert handle.read(2) == b"PK"
        for _ in range(3):
            assert shared.office.outbox.lay_out() == 1
        assert path.read_bytes() == data
        handle.close()
        until(lambda: shared.office.outbox.lay_out() == 0)
    assert not path.exists()
    assert home.publication(row).state == "gone"


@pytest.mark.slow
def test_what_is_saved_late_into_a_published_file_stays(shared: Shared) -> None:
    data, mine = word("terbit"), word("diisi orang")
    with shared.staff.at_work() as desk:
        _, _, path = published(shared, data)
        handle = desk.open("data-kinerja/1-draft/Terbit.docx")
        assert shared.office.outbox.lay_out() == 1
        handle.set_size(len(mine))
        handle.write(mine)
        handle.close()
    for _ in range(3):
        shared.office.outbox.lay_out()
    assert path.read_bytes() == mine
    shared.staff.move("data-kinerja/1-draft/Terbit.docx", f"{SEND}/Terbit.docx")
    shared.settle()
    assert shared.taken() == {"Terbit.docx": digest(mine)}


@pytest.mark.slow
def test_who_opens_a_file_while_it_is_hashed_waits_and_is_not_refused(shared: Shared) -> None:
    path = "data-kinerja/1-draft/Sibuk.docx"
    shared.staff.put(word(), path)
    with shared.staff.at_work() as desk, ThreadPoolExecutor(1) as pc:
        with reading(shared.lies(path)) as file:
            assert file.leased
            opening = pc.submit(desk.open, path)
            until(file.is_awaited, "a writer at the door")
        opening.result().write(b"PK")


def test_a_file_with_an_old_time_that_is_moved_in_is_taken(shared: Shared) -> None:
    data = word()
    with shared.staff.at_work() as desk:
        handle = desk.create("data-kinerja/1-draft/Lama.docx")
        handle.write(data)
        handle.set_written(OLD)
        handle.close()
    assert shared.lies("data-kinerja/1-draft/Lama.docx").stat().st_mtime == OLD
    shared.staff.move("data-kinerja/1-draft/Lama.docx", f"{SEND}/Lama.docx")
    shared.settle()
    (arrival,) = shared.arrivals()
    assert (arrival.name, arrival.sha256) == ("Lama.docx", digest(data))
    assert shared.owner_of(arrival) == STAF
