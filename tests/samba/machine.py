"""A file server's accounts in a mount namespace of their own: this machine's stay as they are.

Inside, ``/etc`` is a copy, so that users and groups are made by the real programs and are gone with
the namespace, whatever happens to the test.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

SBIN = "/usr/sbin:/sbin"
NEEDED = ("smbd", "smbpasswd", "testparm", "smbclient", "setfacl", "unshare", "nsenter", "setpriv")
FIRST_UID = 61_000
_HOLD = """
set -e
cp -a /etc "$1"
mount --bind "$1" /etc
echo ready
exec cat
"""


def missing() -> str | None:
    """Why no server can be had here, if so."""
    if os.geteuid() != 0:
        return "a Samba server that acts as its users needs root"
    lacking = [name for name in NEEDED if program(name) is None]
    if lacking:
        return f"not installed: {', '.join(lacking)} (.ci/system-packages test)"
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    return None if tried.returncode == 0 else "mount namespaces are not allowed here"


def program(name: str) -> str | None:
    """Where a program lies; those of the system's administrator are not in everybody's path."""
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SBIN}")


@dataclass(frozen=True)
class Machine:
    """A namespace, held by a process."""

    holder: int

    def inside(self, *call: str) -> list[str]:
        """A call as it is made inside."""
        return ["nsenter", f"--mount=/proc/{self.holder}/ns/mnt", f"--wd={Path.cwd()}", "--", *call]

    def run(self, *call: str, given: str = "") -> str:
        """Run a program inside; what it printed."""
        environment = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:{SBIN}"}
        done = subprocess.run(
            self.inside(*call),
            input=given,
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
        assert done.returncode == 0, f"{call}: {done.stdout}{done.stderr}"
        return done.stdout

    def add_users(self, names: Sequence[str]) -> dict[str, int]:
        """Accounts without a home or a login; their user ids."""
        uids = {name: FIRST_UID + place for place, name in enumerate(names)}
        for name, uid in uids.items():
            self.run(
                "useradd", "--no-create-home", "--shell=/usr/sbin/nologin", f"--uid={uid}", name
            )
        return uids

    def without_rights(self, *kept: str) -> list[str]:
        """What starts a program inside that may, as any account, do no more than its files say.

        Of root's capabilities it has those that are ``kept`` (``lease``) and no others.
        """
        bounds = ",".join(["-all", *(f"+{name}" for name in kept)])
        return self.inside("setpriv", f"--bounding-set={bounds}", "--inh-caps=-all")

    def python(self, *arguments: str, kept: Sequence[str] | None = None) -> str:
        """Run Python inside, with all rights or with those ``kept`` only; what it printed."""
        call = [sys.executable, *arguments]
        call = self.inside(*call) if kept is None else [*self.without_rights(*kept), *call]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{call}: {done.stdout}{done.stderr}"
        return done.stdout


@contextmanager
def own_machine(scratch: Path) -> Iterator[Machine]:
    """A machine whose accounts nobody else sees; skips the test where none can be had."""
    if (reason := missing()) is not None:
        pytest.skip(reason)
    holder = subprocess.Popen(
        ["unshare", "--mount", "--propagation=private", "sh", "-c", _HOLD, "sh", scratch / "etc"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"ready\n"
        yield Machine(holder.pid)
    finally:
        holder.kill()
        holder.communicate()
