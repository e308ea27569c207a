"""The systemd units of an office, for its administrator to look through and install.

The service runs with as few rights as it can do with: its own account, the office's folder and
nothing else to write to, and one capability, to see who still writes to a file of another account.
"""

import shlex
import sys
from pathlib import Path

from pipeline.office import Office

ACCOUNT = "kinerja-layanan"
"""Not the group of all who use the share: the archive is its alone."""
HOMES = ("/home", "/root", "/run/user")
"""What ``ProtectHome`` closes, whatever else may be written to."""

_SERVICE = """\
# {path}
# Layanan kinerja untuk {name}. Pasang dengan:
#   useradd --system --user-group --no-create-home --shell /usr/sbin/nologin {account}
#   install -m 644 {unit} {path}
#   systemctl daemon-reload && systemctl enable --now {unit}
[Unit]
Description=kinerja, {id}
After=network-online.target remote-fs.target postgresql.service
Wants=network-online.target
RequiresMountsFor={mounts}
# Berapa kali pun gagal (misalnya basis data belum siap), dicoba lagi.
StartLimitIntervalSec=0

[Service]
Type={type}
{before}ExecStart={command}
User={account}
Group={account}
UMask=0007
{life}
"""

_LASTING = """\
# Layanan yang macet (bukan hanya yang mati) dihidupkan kembali.
WatchdogSec=120
Restart=always
RestartSec=2
# Menaikkan versi tabel yang besar boleh lama.
TimeoutStartSec=30min
# Pekerjaan yang sedang berjalan diberi waktu; sisanya dilanjutkan saat hidup kembali.
KillMode=mixed
TimeoutStopSec=60
# Melihat siapa yang masih menulis berkas milik akun lain, sebelum berkas itu diambil.
AmbientCapabilities=CAP_LEASE
CapabilityBoundingSet=CAP_LEASE
{confined}

[Install]
WantedBy=multi-user.target"""

_CONFINED = """\
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={writable}
ProtectHome={home}
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
LockPersonality=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
# LibreOffice dan pembaca berkas mengurung dirinya sendiri dengan ruang nama ini.
RestrictNamespaces=user net mnt
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=~@clock @cpu-emulation @debug @module @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM
LimitCORE=0"""

_MADE_BEFORE = """\
ExecStartPre=+/usr/bin/install -d -m 700 -o {account} -g {account} {folder}
"""

_TIMER = """\
# {path}
# {what}:
#   systemctl enable --now {unit}
[Unit]
Description=kinerja, {id}: {what}

[Timer]
OnCalendar={when}
RandomizedDelaySec=15min
Persistent=yes

[Install]
WantedBy=timers.target
"""


def units(office: Office, backups: Path) -> dict[str, str]:
    """File name → systemd unit: the service, a nightly backup into ``backups``, a weekly renewal.

    A worker's unit is among them where the database is PostgreSQL, the renewal's where the office
    has a time-stamping service.
    """
    name, program = f"kinerja-{office.id}", _program()
    lasting = _LASTING.format(confined=_confined(office))
    made = {
        f"{name}.service": _service(
            office, f"{name}.service", [*program, "run", "--office", str(office.root)], lasting
        )
    }
    if office.ledger.url.startswith("postgresql"):
        unit = f"{name}-worker@.service"
        command = [*program, "worker", "--name", "%i", "--office", str(office.root)]
        made[unit] = _service(office, unit, command, lasting)
    backup = [*program, "backup", str(backups), "--keep", "30", "--office", str(office.root)]
    confined = _confined(office, backups)
    unit = f"{name}-backup.service"
    made[unit] = _service(office, unit, backup, confined, kind="oneshot", made_before=backups)
    made |= _timer(office, f"{name}-backup.timer", "cadangan setiap malam", "*-*-* 01:30")
    if office.settings.signing.tsa_url:
        renew = [*program, "renew", "--office", str(office.root)]
        unit = f"{name}-renew.service"
        made[unit] = _service(office, unit, renew, _confined(office), kind="oneshot")
        what = "pembaruan cap waktu arsip setiap pekan"
        made |= _timer(office, f"{name}-renew.timer", what, "Sun *-*-* 03:30")
    return made


def _timer(office: Office, unit: str, what: str, when: str) -> dict[str, str]:
    text = _TIMER.format(path=_path(unit), unit=unit, id=office.id, what=what, when=when)
    return {unit: text}


def _service(
    office: Office,
    unit: str,
    command: list[str],
    life: str,
    *,
    kind: str = "notify",
    made_before: Path | None = None,
) -> str:
    before = _MADE_BEFORE.format(account=ACCOUNT, folder=_quoted(str(made_before)))
    return _SERVICE.format(
        path=_path(unit),
        unit=unit,
        name=" ".join(office.settings.office.name.split()),
        id=office.id,
        mounts=" ".join(map(_escaped, _writable(office))),
        type=kind,
        before=before if made_before else "",
        command=" ".join(part if part == "%i" else _quoted(part) for part in command),
        account=ACCOUNT,
        life=life,
    )


def _confined(office: Office, *more: Path) -> str:
    writable = [*_writable(office), *more]
    used = [*writable, Path(sys.executable), Path(sys.base_prefix)]
    at_home = any(path.is_relative_to(home) for path in used for home in HOMES)
    paths = [*map(_escaped, writable), *(_escaped(p, may_be_away=True) for p in _copies(office))]
    return _CONFINED.format(writable=" ".join(paths), home="no" if at_home else "yes")


def _writable(office: Office) -> list[Path]:
    """The office's folder, and what its settings put elsewhere."""
    places = (office.root, office.inbox, office.archive, office.state, office.work)
    return [
        place
        for number, place in enumerate(places)
        if not any(place.is_relative_to(other) for other in places[:number])
    ]


def _copies(office: Office) -> list[Path]:
    """Where copies of the seals go: mostly another machine's disk, without which we can do."""
    chosen = office.settings.seals.copy_to
    return [office.root / chosen] if chosen else []


def _program() -> list[str]:
    """How this program is called: by its script where it was installed with one."""
    script = Path(sys.executable).with_name("kinerja")
    return [str(script)] if script.is_file() else [sys.executable, "-m", "pipeline"]


def _path(unit: str) -> str:
    return f"/etc/systemd/system/{unit}"


def _quoted(part: str) -> str:
    """One argument of a command line of systemd, in which ``%`` and ``$`` have a meaning."""
    return shlex.quote(part.replace("%", "%%").replace("$", "$$"))


def _escaped(path: Path, *, may_be_away: bool = False) -> str:
    """A path in a list of paths; the program is started without what ``may_be_away``."""
    text = str(path).replace("\\", "\\\\").replace("%", "%%").replace('"', '\\"')
    text = f"-{text}" if may_be_away else text
    return f'"{text}"' if " " in text else text
