"""Who may do what on the share: the server enforces what the example gives out."""

import subprocess

import pytest

from pipeline.files import make_folder
from tests.intake.samples import PDF, word

from .client import HOST, Login
from .server import set_rights, until
from .sharing import (
    APPROVE,
    KABID,
    KASUBAG,
    OWN,
    PROCEDURE,
    SEKRETARIS,
    SEND,
    STAF,
    STRANGER,
    Shared,
    digest,
)

CORRECTION = f"{PROCEDURE}/2-koreksi"
TITIPAN = f"{PROCEDURE}/4-pengisian/_titipan/kirim"
SWEEP = "tests.samba.sweep_driver"


def writes(shared: Shared, user: str, folder: str) -> bool:
    """Whether a user may put a file there."""
    local = shared.server.private / "lokal"
    local.write_bytes(PDF)
    return _done(shared.server.login(user), f'put "{local}" "{folder}/{user}.pdf"')


def reads(shared: Shared, user: str, folder: str) -> bool:
    """Whether a user may look into a folder."""
    return _done(shared.server.login(user), f'cd "{folder}"', "ls")


def _done(login: Login, *commands: str) -> bool:
    done = login.try_(*commands)
    return done.returncode == 0 and "NT_STATUS" not in done.stdout + done.stderr


def test_only_who_decides_can_move_a_file_into_a_decision(shared: Shared) -> None:
    name, data = "Format.docx", word()
    shared.lies(f"{CORRECTION}/{name}").write_bytes(data)  # as the service lays it out
    for folder in ("setujui", "kembalikan"):
        shared.staff.refused(f'rename "{CORRECTION}/{name}" "{CORRECTION}/{folder}/{name}"')
        assert not writes(shared, STAF, f"{CORRECTION}/{folder}")
    assert not writes(shared, KASUBAG, SEND)
    assert shared.sweep() == 0
    shared.head.move(f"{CORRECTION}/{name}", f"{APPROVE}/{name}")
    shared.settle()
    assert shared.taken() == {name: digest(data)}
    moves = [line for line in shared.server.log.read_text().splitlines() if "|renameat|" in line]
    assert [line.split("|")[0].split()[-1] for line in moves] == [KASUBAG]  # the owner tells not
    assert moves[0].endswith(f"{APPROVE}/{name}")


@pytest.mark.slow
def test_an_officials_folder_is_his_own(shared: Shared) -> None:
    assert [user for user in (STAF, KASUBAG, SEKRETARIS, KABID) if reads(shared, user, OWN)] == [
        STAF,
        KASUBAG,
        SEKRETARIS,
        KABID,
    ]
    for folder, writer in ((f"{OWN}/kirim", KABID), (TITIPAN, STAF), (SEND, STAF)):
        for user in (STAF, KASUBAG, SEKRETARIS, KABID):
            assert writes(shared, user, folder) == (user == writer), (user, folder)
    assert not reads(shared, KABID, f"{PROCEDURE}/4-pengisian/_titipan")
    assert "_titipan" not in shared.server.login(KABID).do(f'cd "{PROCEDURE}/4-pengisian"', "ls")


@pytest.mark.slow
def test_results_are_for_all_to_read_and_for_nobody_to_change(shared: Shared) -> None:
    for folder in (PROCEDURE, f"{PROCEDURE}/hasil", f"{PROCEDURE}/ditolak"):
        for user in (STAF, KASUBAG, SEKRETARIS, KABID):
            assert reads(shared, user, folder)
            assert not writes(shared, user, folder)


@pytest.mark.slow
def test_whom_the_office_does_not_know_cannot_come_in(shared: Shared) -> None:
    shared.server.login(STRANGER).refused("ls")
    guest = ["smbclient", f"//{HOST}/kinerja", f"--port={shared.server.port}", "--no-pass"]
    done = subprocess.run([*guest, "-c", "ls"], capture_output=True, text=True, check=False)
    assert "NT_STATUS_ACCESS_DENIED" in done.stdout + done.stderr
    old = shared.staff.try_("ls", protocol="NT1")
    assert "NT_STATUS" in old.stdout + old.stderr


@pytest.mark.slow
def test_a_new_officials_folder_is_closed_until_the_rights_are_set_again(shared: Shared) -> None:
    new = f"{PROCEDURE}/4-pengisian/Kabid Perikanan Budidaya"
    make_folder(shared.lies(f"{new}/kirim"))
    for user in (STAF, KASUBAG, SEKRETARIS, KABID):
        assert not reads(shared, user, new)
    set_rights(shared.machine, shared.office, shared.server.private)
    assert reads(shared, STAF, new)
    assert not reads(shared, KABID, new)


@pytest.mark.slow
def test_rights_are_set_through_no_link(shared: Shared) -> None:
    outside = shared.server.private / "rahasia"
    outside.mkdir(mode=0o700)
    before = outside.stat()
    shared.lies(f"{PROCEDURE}/hasil").rmdir()
    shared.lies(f"{PROCEDURE}/hasil").symlink_to(outside)
    set_rights(shared.machine, shared.office, shared.server.private)
    after = outside.stat()
    assert (after.st_mode, after.st_gid) == (before.st_mode, before.st_gid)
    assert not reads(shared, STAF, f"{PROCEDURE}/hasil")


@pytest.mark.slow
def test_rights_cannot_be_changed_from_windows(shared: Shared) -> None:
    shared.staff.put(PDF, f"{PROCEDURE}/1-draft/Hak.pdf")
    shared.staff.try_(f'chmod 0 "{PROCEDURE}/1-draft/Hak.pdf"')
    path = shared.lies(f"{PROCEDURE}/1-draft/Hak.pdf")
    assert path.stat().st_mode & 0o060 == 0o060


def swept(shared: Shared, *kept: str, until_taken: int) -> None:
    """Sweep as an account that has of root's rights only those ``kept``."""
    shared.machine.python("-m", SWEEP, str(shared.office.root), str(until_taken), kept=kept)


@pytest.mark.slow
def test_a_service_that_may_only_ask_for_leases_takes_users_files(shared: Shared) -> None:
    with shared.staff.at_work() as desk:
        handle = desk.create(f"{SEND}/Buka.pdf")
        handle.write(PDF)
        shared.staff.put(word(), f"{SEND}/Format.docx")
        swept(shared, "lease", until_taken=1)
        assert shared.taken() == {"Format.docx": digest(word())}
        handle.close()
    swept(shared, "lease", until_taken=2)
    assert shared.taken() == {"Format.docx": digest(word()), "Buka.pdf": digest(PDF)}
    assert {a.owner for a in shared.arrivals()} == {STAF}


@pytest.mark.slow
def test_a_service_that_may_not_ask_for_leases_waits_until_a_file_is_still(shared: Shared) -> None:
    shared.staff.put(word(), f"{SEND}/Format.docx")
    swept(shared, until_taken=1)
    assert shared.taken() == {"Format.docx": digest(word())}


@pytest.mark.slow
def test_a_folder_of_a_user_is_taken_by_a_service_without_rights_of_root(shared: Shared) -> None:
    parcel = shared.server.private / "Paket"
    parcel.mkdir()
    (parcel / "Format.docx").write_bytes(word())
    shared.staff.do(f'lcd "{parcel.parent}"', f'cd "{SEND}"', "recurse", "prompt", 'mput "Paket"')
    swept(shared, "lease", until_taken=1)
    assert shared.taken() == {"Format.docx": digest(word())}


@pytest.mark.slow
def test_what_its_owner_has_closed_stays_where_it_lies(shared: Shared) -> None:
    shared.staff.put(PDF, f"{SEND}/Rahasia.pdf")
    path = shared.lies(f"{SEND}/Rahasia.pdf")
    shared.machine.run("setpriv", f"--reuid={STAF}", "--init-groups", "chmod", "600", str(path))
    shared.staff.put(word(), f"{SEND}/Format.docx")
    swept(shared, "lease", until_taken=1)
    assert shared.taken() == {"Format.docx": digest(word())}
    assert path.exists()
    shared.machine.run("setpriv", f"--reuid={STAF}", "--init-groups", "chmod", "660", str(path))
    swept(shared, "lease", until_taken=2)
    assert shared.taken()["Rahasia.pdf"] == digest(PDF)
    until(lambda: not path.exists())
