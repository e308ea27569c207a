import json
import os
import shutil
import socket
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from pipeline.cli.app import run
from pipeline.confine.protection import Protection
from pipeline.errors import ExitCode
from pipeline.intake.claim import TAKE
from pipeline.intake.home import make_home
from pipeline.office import Office, open_office
from pipeline.pdf.convert import Converter
from pipeline.settings import Enrolment, Signer, load_settings
from pipeline.tasks import room
from pipeline.tasks.doctor import sharing
from pipeline.tasks.doctor.examine import MACHINE_CHECKS, OFFICE_CHECKS, examine
from pipeline.tasks.doctor.mounts import network_mount
from pipeline.tasks.doctor.report import Check
from pipeline.tasks.doctor.signing import check_signers, enrolled_until
from pipeline.tasks.doctor.trust import check_trust
from pipeline.tasks.init import init_office
from pipeline.tasks.running import only_one
from tests.keys_of_all_kinds import KeyRing
from tests.softhsm import MODULE
from tests.sop.masters import master_of, put_on_file, tenure

from .left_lying import leave_links
from .small_office import POST, SmallOffice, build, copied, rewrite, with_key_of

TODAY = date(2026, 10, 5)
OF_THE_ACCOUNT = {"protection", "leases"} if os.geteuid() else set[str]()
"""What an account that is not root may lack, and is warned of."""
OF_DATABASE = {"database", "failed work", "clock", "untaken", "seals", "proofs"}


STANDING = Protection(landlock=True, seccomp=True, network=True)


@pytest.fixture(autouse=True)
def libreoffice_stands(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its walls are asked for in the tests marked so; else each would wait for its start."""
    if "real_walls" not in request.fixturenames:
        monkeypatch.setattr(Converter, "protection", lambda _self: STANDING)


@pytest.fixture
def real_walls() -> None:
    """Ask LibreOffice itself."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallOffice:
    return build(tmp_path_factory.mktemp("doctor") / "kantor")


@pytest.fixture
def small(made: SmallOffice, tmp_path: Path) -> SmallOffice:
    return copied(made, tmp_path / "kantor")


def examined(root: Path) -> dict[str, Check]:
    return {check.name: check for check in examine(root)}


def faults(root: Path) -> set[str]:
    return {name for name, check in examined(root).items() if not check.ok}


def test_a_sound_office_is_able_to_work(made: SmallOffice) -> None:
    checks = examined(made.root)
    assert not faults(made.root)
    assert set(checks) == {*MACHINE_CHECKS, *OFFICE_CHECKS, "settings"}
    warned = {name for name, check in checks.items() if check.status != "ok"}
    assert warned <= OF_THE_ACCOUNT


def test_the_service_is_for_information(made: SmallOffice) -> None:
    with open_office(made.root) as office, only_one(office):
        assert examined(made.root)["service"].message == "sedang berjalan"
    stopped = examined(made.root)["service"]
    assert stopped.ok
    assert "kinerja run" in stopped.message


def drop_template(root: Path) -> None:
    (root / "templates/data-kinerja/cetak.docx").unlink()


def spoil_template(root: Path) -> None:
    (root / "templates/data-kinerja/slip.docx").write_bytes(b"")


def open_key(root: Path) -> None:
    (root / ".kinerja/keys/sekretaris.p12").chmod(0o640)


def drop_key(root: Path) -> None:
    (root / ".kinerja/keys/sekretaris.p12").unlink()


def drop_archive(root: Path) -> None:
    shutil.rmtree(root / "archive")


def drop_anchors(root: Path) -> None:
    shutil.rmtree(root / ".kinerja/trust/anchors")


def drop_command_folder(root: Path) -> None:
    shutil.rmtree(root / "inbox/data-kinerja/2-koreksi/setujui")


def drop_database(root: Path) -> None:
    (root / ".kinerja/kinerja.db").unlink()


def spoil_database(root: Path) -> None:
    (root / ".kinerja/kinerja.db").write_bytes(b"bukan basis data" * 100)


def age_database(root: Path) -> None:
    with open_office(root) as office, office.ledger.write() as tx:
        tx.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))


def give_up(root: Path) -> None:
    with open_office(root) as office, office.ledger.write() as tx:
        tx.enqueue(TAKE, "9" * 32, once="9")
        tx.session.execute(text("UPDATE workflow_status SET status = 'ERROR'"))


def rename_post(root: Path) -> None:
    rewrite(root / "kinerja.toml", 'post = "Kasubag Program', 'post = "Kasubbag Program')


def leave_claim(root: Path) -> None:
    work = root / ".kinerja/work"
    claim = make_home(work, "data-kinerja/1-draft/kirim", "", "Draf.docx")
    claim.place.write_bytes(b"isi")
    os.utime(work / claim.id, (time.time() - 601,) * 2)


def open_state(root: Path) -> None:
    (root / ".kinerja").chmod(0o755)


def open_settings(root: Path) -> None:
    (root / "kinerja.toml").chmod(0o666)


def share_archive(root: Path) -> None:
    folders = '[folders]\narchive = "inbox/arsip"'
    rewrite(root / "kinerja.toml", "[folders]", folders)
    (root / "archive").rename(root / "inbox/arsip")


def hang_other_disk(root: Path) -> None:
    (root / ".kinerja/inbox-id").write_text("0" * 32)


def put_clock_back(root: Path) -> None:
    with open_office(root) as office:
        ahead = office.now() + timedelta(hours=1)
    with open_office(root, lambda: ahead) as office, office.ledger.write() as tx:
        tx.record("tested", chain=None, actor="x", via="x")


def drop_module(root: Path) -> None:
    settings = root / "kinerja.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(f"module-path={MODULE}", "module-path=/tiada.so"))


def test_a_key_on_a_token_is_looked_at_without_its_pin(
    small: SmallOffice, key_ring: KeyRing
) -> None:
    with_key_of(small.root, key_ring, "pkcs11")
    found = examined(small.root)["signers"]
    assert found.status == "ok", found.message
    rewrite(small.root / "kinerja.toml", "token=Kunci%20Kasubag", "token=Di%20rumah")
    found = examined(small.root)["signers"]
    assert found.status == "warning"
    assert "kasubag: Token Di rumah tidak terpasang" in found.message
    assert "harus terpasang sebelum memaraf" in found.mend
    drop_module(small.root)
    found = examined(small.root)["signers"]
    assert found.status == "fault"
    assert "kasubag: modul token /tiada.so tidak ada" in found.message


@pytest.mark.parametrize(
    ("break_it", "broken"),
    [
        (drop_template, {"procedures"}),
        (spoil_template, {"procedures"}),
        (open_key, {"signers"}),
        (drop_key, {"signers"}),
        (rename_post, {"posts"}),
        (drop_anchors, {"trust"}),
        (drop_archive, {"folders"}),
        (drop_command_folder, {"command folders"}),
        (drop_database, OF_DATABASE),
        (spoil_database, OF_DATABASE),
        (age_database, {"database"}),
        (give_up, {"failed work"}),
        (leave_claim, {"claims"}),
        (open_state, {"secrets"}),
        (open_settings, {"secrets"}),
        (share_archive, {"secrets"}),
        (hang_other_disk, {"inbox"}),
        (put_clock_back, {"clock"}),
    ],
)
def test_one_fault_is_found_where_it_is(
    small: SmallOffice, break_it: Callable[[Path], None], broken: set[str]
) -> None:
    break_it(small.root)
    checks = examined(small.root)
    assert {name for name, check in checks.items() if not check.ok} == broken
    for name in broken:
        assert checks[name].message
        assert checks[name].mend


def test_a_claim_that_was_left_is_named(small: SmallOffice) -> None:
    leave_claim(small.root)
    check = examined(small.root)["claims"]
    assert "Draf.docx, diambil dari data-kinerja/1-draft/kirim" in check.message
    assert str(small.root / ".kinerja/work") in check.message
    assert "hak membacanya" in check.mend


def test_looking_makes_no_empty_database(small: SmallOffice) -> None:
    drop_database(small.root)
    examined(small.root)
    assert not (small.root / ".kinerja/kinerja.db").exists()


def test_a_broken_sop_leaves_the_rest_examined(small: SmallOffice) -> None:
    (small.root / "templates/data-kinerja/sop.toml").write_text("key = ")
    assert faults(small.root) == {"procedures", "command folders", "posts", "accounts"}


@pytest.mark.parametrize("settings", ["[office", '[office]\nid = "x"\n', None])
def test_without_settings_the_machine_is_still_examined(
    small: SmallOffice, settings: str | None
) -> None:
    path = small.root / "kinerja.toml"
    path.write_text(settings) if settings else path.unlink()
    checks = examined(small.root)
    assert not checks["settings"].ok
    assert "kinerja.toml" in checks["settings"].message
    assert checks["libreoffice"].ok
    assert all("tidak diperiksa" in checks[name].message for name in OFFICE_CHECKS)


def test_an_office_that_is_gone_but_for_its_settings(small: SmallOffice) -> None:
    for name in ("inbox", "archive", ".kinerja", "templates"):
        shutil.rmtree(small.root / name)
    found = faults(small.root)
    assert found >= {"procedures", "folders", "file system", "database", "signers", "trust"}
    assert {"libreoffice", "disk", "time zone", "service", "settings"}.isdisjoint(found)
    assert not (small.root / ".kinerja").exists()


def test_an_office_without_signers(tmp_path: Path) -> None:
    root = init_office(tmp_path / "baru")
    checks = examined(root)
    assert {n for n, c in checks.items() if not c.ok} == {"signers", "posts", "trust"}
    assert "--practice" in checks["signers"].mend


def test_an_office_without_accounts_is_a_warning(tmp_path: Path) -> None:
    check = examined(init_office(tmp_path / "baru"))["accounts"]
    assert (check.ok, check.status) == (True, "warning")
    assert "[[accounts]]" in check.mend


def test_accounts_that_may_do_nothing_are_named(small: SmallOffice) -> None:
    assert examined(small.root)["accounts"].status == "ok"
    settings = small.root / "kinerja.toml"
    entries = settings.read_text().split("\n[[accounts]]\n")
    settings.write_text(entries[0] + '\n[[accounts]]\nname = "pc-kosong"\n')
    check = examined(small.root)["accounts"]
    assert check.status == "warning"
    assert "akun pc-kosong tidak punya nip maupun roles" in check.message
    for number in (2, 5):
        assert f"langkah {number}: tidak ada akun milik {POST}" in check.message


def test_who_holds_the_posts_is_asked_of_the_master_data(small: SmallOffice) -> None:
    with open_office(small.root) as office:
        kasubag, deputy = (office.signer(alias).nip for alias in ("kasubag", "sekretaris"))
        put_on_file(office, master_of(tenure(POST, deputy), tenure("Sekretaris", deputy)))
    checks = examined(small.root)
    assert checks["posts"].status == "warning"
    assert "penanda tangan kasubag hari ini tidak menjabat apa pun" in checks["posts"].message
    with open_office(small.root) as office:
        put_on_file(office, master_of(tenure(POST, kasubag, last=TODAY - timedelta(days=999))))
    checks = examined(small.root)
    assert checks["posts"].status == "fault"
    assert (
        f"{POST} harus memaraf atau menandatangani, tetapi hari ini tidak ada"
        in checks["posts"].message
    )


def test_folders_that_everybody_may_write_are_a_warning(small: SmallOffice) -> None:
    (small.root / "inbox/data-kinerja/5-verifikasi/setujui").chmod(0o777)
    check = examined(small.root)["command folders"]
    assert (check.ok, check.status) == (True, "warning")
    assert "5-verifikasi/setujui" in check.message


def test_a_zone_outside_indonesia_is_a_warning(small: SmallOffice) -> None:
    rewrite(small.root / "kinerja.toml", "Asia/Jakarta", "Europe/Berlin")
    assert examined(small.root)["time zone"].status == "warning"


@pytest.mark.parametrize(
    ("free", "told"), [((1 << 30) - 1, "kurang dari 1 GiB"), (1000, "tidak ada berkas yang")]
)
def test_little_room_is_a_fault(
    made: SmallOffice, monkeypatch: pytest.MonkeyPatch, free: int, told: str
) -> None:
    full = SimpleNamespace(f_flag=0, f_bavail=free, f_frsize=1)
    monkeypatch.setattr(room.os, "statvfs", lambda _path: full)
    assert faults(made.root) == {"disk"}
    assert told in examined(made.root)["disk"].message


def clock(made: SmallOffice, **ahead: float) -> Office:
    settings = load_settings(made.root)
    real = Office(made.root, settings)
    return Office(made.root, settings, lambda: real.now() + timedelta(**ahead))


def test_enrolments_that_end(made: SmallOffice) -> None:
    assert not check_signers(clock(made)).mend
    soon = check_signers(clock(made, days=310))
    assert soon.ok
    assert "pendaftaran sertifikatnya berakhir" in soon.message
    over = check_signers(clock(made, days=400))
    assert not over.ok
    assert "hari ini tidak ada sertifikat yang terdaftar" in over.message


def test_revocation_lists_that_are_out_of_date(made: SmallOffice) -> None:
    assert not check_trust(clock(made)).mend
    stale = check_trust(clock(made, days=3700))
    assert not stale.ok
    assert "2 dari 2" in stale.message


def test_no_revocation_lists_at_all_are_a_warning(small: SmallOffice) -> None:
    shutil.rmtree(small.root / ".kinerja/trust/crls")
    assert examined(small.root)["trust"].status == "warning"


@pytest.mark.parametrize(
    ("spans", "until"),
    [
        ([], None),
        ([(-9, -1)], None),
        ([(1, 9)], None),
        ([(-9, 5)], 5),
        ([(-9, 5), (6, 20)], 20),
        ([(6, 20), (-9, 5)], 20),
        ([(-9, 5), (7, 20)], 5),
        ([(-9, 30), (0, 5)], 30),
        ([(0, 0)], 0),
    ],
)
def test_enrolments_join_without_a_gap(spans: list[tuple[int, int]], until: int | None) -> None:
    def day(offset: int) -> date:
        return TODAY + timedelta(days=offset)

    signer = Signer(
        alias="x",
        post="X",
        name="X",
        nip="1" * 18,
        grade="III/d",
        key="k",
        certificates=tuple(
            Enrolment(sha256="0" * 64, valid_from=day(a), valid_to=day(b)) for a, b in spans
        ),
    )
    assert enrolled_until(signer, TODAY) == (None if until is None else day(until))


def test_the_command(small: SmallOffice, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["doctor", "--office", str(small.root)]
    assert run(command) == ExitCode.OK
    assert "Kantor siap bekerja" in capsys.readouterr().out
    open_key(small.root)
    assert run(command) == ExitCode.AT_FAULT
    assert "chmod 600" in " ".join(capsys.readouterr().out.split())
    assert run([*command, "--json"]) == ExitCode.AT_FAULT
    told = json.loads(capsys.readouterr().out)
    statuses = {check["name"]: check["status"] for check in told["checks"]}
    assert statuses["signers"] == "fault"


# --- walls ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("real_walls")
def test_the_walls_that_stand_here(made: SmallOffice) -> None:
    with open_office(made.root) as office:
        stand = office.reader.protection().complete and office.converter.protection().complete
    assert examined(made.root)["protection"].status == ("ok" if stand else "warning")


def test_a_wall_that_is_missing_is_a_warning(
    made: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = Protection(landlock=False, seccomp=True, network=True)
    monkeypatch.setattr(Converter, "protection", lambda _self: without)
    check = examined(made.root)["protection"]
    assert check.status == "warning"
    assert "LibreOffice dibatasi" in check.message
    assert "Landlock" in check.message


# --- what is a warning ---------------------------------------------------------------------------


def test_a_port_that_another_program_has(small: SmallOffice) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        rewrite(small.root / "kinerja.toml", "port = 8750", f"port = {port}")
        check = examined(small.root)["web"]
    assert (check.ok, "tidak dapat dipakai" in check.message) == (False, True)


def test_pages_on_the_network_in_the_clear(small: SmallOffice) -> None:
    rewrite(small.root / "kinerja.toml", 'host = "127.0.0.1"', 'host = "0.0.0.0"')
    assert examined(small.root)["web"].status == "warning"


def test_without_leases_files_of_others_are_watched(
    small: SmallOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    status = tmp_path / "status"
    monkeypatch.setattr(sharing, "STATUS", status)
    monkeypatch.setattr(sharing.os, "geteuid", lambda: 1000)
    status.write_text("Name:\tkinerja\nCapEff:\t0000000000000000\n")
    assert examined(small.root)["leases"].status == "warning"
    status.write_text(f"Name:\tkinerja\nCapEff:\t{1 << 28:016x}\n")
    assert examined(small.root)["leases"].status == "ok"


def test_what_cannot_be_taken_is_named(small: SmallOffice) -> None:
    with open_office(small.root) as office:
        leave_links(office, 1)
    check = examined(small.root)["untaken"]
    assert check.status == "warning"
    assert "pintasan 00 di data-kinerja/1-draft/kirim tidak dapat diambil: tautan" in check.message
    assert "lagi" not in check.message


def test_a_heap_that_cannot_be_taken_is_told_in_one_line(small: SmallOffice) -> None:
    with open_office(small.root) as office:
        leave_links(office, 40)
    check = examined(small.root)["untaken"]
    assert check.status == "warning"
    assert check.message.count("tidak dapat diambil") == 5
    assert check.message.endswith(
        "pintasan 04 di data-kinerja/1-draft/kirim tidak dapat diambil: tautan; dan 35 lagi"
    )


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/data", None), ("/data/kantor/x", "cifs"), ("/data/kantor lain", "nfs4"), ("/", None)],
)
def test_a_path_on_another_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: str, kind: str | None
) -> None:
    mounts = tmp_path / "mounts"
    monkeypatch.setattr("pipeline.tasks.doctor.mounts.MOUNTS", mounts)
    mounts.write_text(
        "/dev/sda / ext4 rw 0 0\n//server/data /data/kantor cifs rw 0 0\n"
        "server:/x /data/kantor\\040lain nfs4 rw 0 0\n"
    )
    assert network_mount(Path(path)) == kind


# --- examples ------------------------------------------------------------------------------------


def test_the_examples_are_written(
    small: SmallOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "contoh"
    command = ["doctor", "--office", str(small.root), "--write", str(folder)]
    assert run(command) == ExitCode.OK
    told = capsys.readouterr().out
    names = {path.name for path in folder.iterdir()}
    assert {"smb.conf", "hak-folder.sh"} < names
    assert len([name for name in names if name.endswith((".service", ".timer"))]) == 3
    assert all(str(folder / name) in told for name in names)
    assert os.access(folder / "hak-folder.sh", os.X_OK)


def test_examples_that_cannot_be_written(
    small: SmallOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "berkas").write_text("")
    command = ["doctor", "--office", str(small.root), "--write", str(tmp_path / "berkas/x")]
    assert run(command) == ExitCode.USAGE
    assert "cannot be written" in capsys.readouterr().err
