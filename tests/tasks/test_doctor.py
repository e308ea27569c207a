import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from pipeline.cli.app import run
from pipeline.errors import ExitCode
from pipeline.intake.claim import CONTENT, NOTE, TAKE, Claim
from pipeline.office import Office, open_office
from pipeline.settings import Enrolment, Signer, load_settings
from pipeline.tasks import doctor_places
from pipeline.tasks.doctor import MACHINE_CHECKS, OFFICE_CHECKS, examine
from pipeline.tasks.doctor_report import Check
from pipeline.tasks.doctor_signing import check_signers, check_trust, enrolled_until
from pipeline.tasks.init import init_office
from tests.sop.masters import master_of, put_on_file, tenure

from .small_office import POST, SmallOffice, build, copied, rewrite

TODAY = date(2026, 10, 5)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallOffice:
    return build(tmp_path_factory.mktemp("doctor") / "kantor")


@pytest.fixture
def small(made: SmallOffice, tmp_path: Path) -> SmallOffice:
    return copied(made, tmp_path / "kantor")


def examined(root: Path, *, running: bool = False) -> dict[str, Check]:
    return {check.name: check for check in examine(root, lambda _office: running)}


def faults(root: Path) -> set[str]:
    return {name for name, check in examined(root).items() if not check.ok}


def test_a_sound_office_is_able_to_work(made: SmallOffice) -> None:
    checks = examined(made.root)
    assert not faults(made.root)
    assert set(checks) == {*MACHINE_CHECKS, *OFFICE_CHECKS, "settings", "service"}
    assert {check.status for check in checks.values()} == {"ok"}


def test_the_service_is_for_information(made: SmallOffice) -> None:
    assert examined(made.root, running=True)["service"].message == "running"
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
    home = root / ".kinerja/work" / ("0" * 32)
    home.mkdir(parents=True)
    (home / CONTENT).write_bytes(b"isi")
    taken = Claim(home.name, "data-kinerja/1-draft/kirim", "Draf.docx", "", time.time() - 601)
    (home / NOTE).write_text(json.dumps(asdict(taken)))


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
        (drop_database, {"database", "failed work"}),
        (spoil_database, {"database", "failed work"}),
        (age_database, {"database"}),
        (give_up, {"failed work"}),
        (leave_claim, {"claims"}),
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
    assert "Draf.docx, taken from data-kinerja/1-draft/kirim" in check.message
    assert str(small.root / ".kinerja/work") in check.message
    assert "read access" in check.mend


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
    assert all("not examined" in checks[name].message for name in OFFICE_CHECKS)


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
    assert "account pc-kosong has neither nip nor roles" in check.message
    for number in (2, 5):
        assert f"step {number}: no account belongs to {POST}" in check.message


def test_who_holds_the_posts_is_asked_of_the_master_data(small: SmallOffice) -> None:
    with open_office(small.root) as office:
        kasubag, deputy = (office.signer(alias).nip for alias in ("kasubag", "sekretaris"))
        put_on_file(office, master_of(tenure(POST, deputy), tenure("Sekretaris", deputy)))
    checks = examined(small.root)
    assert checks["posts"].status == "warning"
    assert "signer kasubag holds no post today" in checks["posts"].message
    with open_office(small.root) as office:
        put_on_file(office, master_of(tenure(POST, kasubag, last=TODAY - timedelta(days=999))))
    checks = examined(small.root)
    assert checks["posts"].status == "fault"
    assert f"{POST} is to seal, but no signer holds that post today" in checks["posts"].message


def test_folders_that_everybody_may_write_are_a_warning(small: SmallOffice) -> None:
    (small.root / "inbox/data-kinerja/5-verifikasi/setujui").chmod(0o777)
    check = examined(small.root)["command folders"]
    assert (check.ok, check.status) == (True, "warning")
    assert "5-verifikasi/setujui" in check.message


def test_a_zone_outside_indonesia_is_a_warning(small: SmallOffice) -> None:
    rewrite(small.root / "kinerja.toml", "Asia/Jakarta", "Europe/Berlin")
    assert examined(small.root)["time zone"].status == "warning"


def test_little_room_is_a_fault(made: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    full = SimpleNamespace(free=(1 << 30) - 1)
    monkeypatch.setattr(doctor_places.shutil, "disk_usage", lambda _path: full)
    assert faults(made.root) == {"disk"}


def clock(made: SmallOffice, **ahead: float) -> Office:
    settings = load_settings(made.root)
    real = Office(made.root, settings)
    return Office(made.root, settings, lambda: real.now() + timedelta(**ahead))


def test_enrolments_that_end(made: SmallOffice) -> None:
    assert not check_signers(clock(made)).mend
    soon = check_signers(clock(made, days=310))
    assert soon.ok
    assert "the enrolment ends on" in soon.message
    over = check_signers(clock(made, days=400))
    assert not over.ok
    assert "no certificate is enrolled today" in over.message


def test_revocation_lists_that_are_out_of_date(made: SmallOffice) -> None:
    assert not check_trust(clock(made)).mend
    stale = check_trust(clock(made, days=3700))
    assert not stale.ok
    assert "2 of 2" in stale.message


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
    assert "Able to work" in capsys.readouterr().out
    open_key(small.root)
    assert run(command) == ExitCode.AT_FAULT
    assert "chmod 600" in " ".join(capsys.readouterr().out.split())
    assert run([*command, "--json"]) == ExitCode.AT_FAULT
    told = json.loads(capsys.readouterr().out)
    statuses = {check["name"]: check["status"] for check in told["checks"]}
    assert statuses["signers"] == "fault"
