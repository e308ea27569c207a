"""The units are as systemd wants them: judged by systemd itself."""

import shutil
import socket
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

from pipeline.office import open_office
from pipeline.service.notify import ADDRESS, ALIVE, READY, tell_systemd
from pipeline.settings import FILE_NAME
from pipeline.tasks import unit
from pipeline.tasks.init import init_office
from pipeline.tasks.unit import ACCOUNT, units

JUDGE = shutil.which("systemd-analyze")


def made(root: Path, backups: Path) -> dict[str, str]:
    with open_office(root) as office:
        return units(office, backups)


def verified(folder: Path, texts: dict[str, str]) -> str:
    for name, text in texts.items():
        (folder / name).write_text(text)
    files = [str(folder / name.replace("@.", "@satu.")) for name in texts]
    for name in texts:
        if "@." in name:
            (folder / name.replace("@.", "@satu.")).symlink_to(folder / name)
    call = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=one", *files]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode or done.stderr else ""


def of(office_units: dict[str, str], ending: str) -> RawConfigParser:
    (text,) = (text for name, text in office_units.items() if name.endswith(ending))
    parser = RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


@pytest.mark.skipif(JUDGE is None, reason="no systemd-analyze on this machine")
@pytest.mark.parametrize("name", ["kantor", "kantor kelautan 100% $HOME"])
@pytest.mark.parametrize("url", ["", "postgresql+psycopg://kinerja@127.0.0.1/kinerja"])
def test_systemd_takes_them_without_a_word(tmp_path: Path, name: str, url: str) -> None:
    root = init_office(tmp_path / name)
    settings = root / FILE_NAME
    settings.write_text(settings.read_text().replace('url = ""', f'url = "{url}"'))
    texts = made(root, tmp_path / "cadangan")
    assert len(texts) == (6 if url else 3)  # a worker, and with tsa_url set too a renewal
    folder = tmp_path / "unit"
    folder.mkdir()
    assert verified(folder, texts) == ""


@pytest.mark.skipif(JUDGE is None, reason="no systemd-analyze on this machine")
def test_the_service_is_called_well_confined(tmp_path: Path) -> None:
    texts = made(init_office(tmp_path / "kantor"), tmp_path / "cadangan")
    (name,) = (n for n in texts if n.endswith(".service") and "backup" not in n)
    (tmp_path / name).write_text(texts[name])
    call = ["systemd-analyze", "security", "--offline=true", "--threshold=35", tmp_path / name]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]


def test_only_the_office_can_be_written(tmp_path: Path) -> None:
    root = init_office(tmp_path / "kantor")
    settings = root / FILE_NAME
    settings.write_text(
        settings.read_text().replace('copy_to = ""', f'copy_to = "{tmp_path}/segel"')
    )
    service = of(made(root, tmp_path / "cadangan"), f"{office_id(root)}.service")["Service"]
    assert service["ReadWritePaths"].split() == [str(root), f"-{tmp_path}/segel"]
    assert service["AmbientCapabilities"] == service["CapabilityBoundingSet"] == "CAP_LEASE"


def test_the_disk_of_the_copies_may_be_away_and_the_backup_folder_not_made_yet(
    tmp_path: Path,
) -> None:
    root = init_office(tmp_path / "kantor")
    settings = root / FILE_NAME
    settings.write_text(settings.read_text().replace('copy_to = ""', 'copy_to = "/mnt/segel"'))
    texts = made(root, tmp_path / "cadangan")
    service = of(texts, f"{office_id(root)}.service")
    assert service["Unit"]["RequiresMountsFor"] == str(root)
    backup = of(texts, "-backup.service")["Service"]
    owned = f"-o {ACCOUNT} -g {ACCOUNT}"
    assert backup["ExecStartPre"].startswith(f"+/usr/bin/install -d -m 700 {owned} ")
    assert backup["ExecStartPre"].endswith(f" {tmp_path}/cadangan")


@pytest.mark.parametrize(("under", "protected"), [("", "no"), ("lain", "yes")])
def test_homes_are_closed_unless_the_office_is_in_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, under: str, protected: str
) -> None:
    monkeypatch.setattr(unit, "HOMES", (str(tmp_path / under),))
    service = of(made(init_office(tmp_path / "k"), tmp_path / "c"), "backup.service")["Service"]
    assert service["ProtectHome"] == protected


def office_id(root: Path) -> str:
    with open_office(root) as office:
        return office.id


def test_the_service_manager_hears_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = str(tmp_path / "n")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(address)
        ear.settimeout(10)
        monkeypatch.setenv(ADDRESS, address)
        tell_systemd(READY)
        tell_systemd(ALIVE)
        assert [ear.recv(100), ear.recv(100)] == [READY, ALIVE]
    tell_systemd(READY)  # nobody listens any more: no matter
    monkeypatch.delenv(ADDRESS)
    tell_systemd(READY)


def test_an_office_of_another_kind_has_no_worker(tmp_path: Path) -> None:
    assert not any("worker" in name for name in made(init_office(tmp_path / "k"), tmp_path / "c"))
