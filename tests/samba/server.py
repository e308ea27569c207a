"""A real smbd on loopback that shares an office's inbox as our own example says."""

import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.office import Office
from pipeline.sop.authority import holders_on_file
from pipeline.tasks.share import rights_script, smb_conf

from .client import Login
from .machine import Machine, program

PATIENCE_S = 60.0
LOOK_S = 0.02
_HERE = """
# Where this test keeps what the machine's own Samba keeps in /var.
[global]
   smb ports = {port}
   interfaces = lo
   bind interfaces only = yes
   private dir = {private}
   state directory = {private}
   cache directory = {private}
   lock directory = {private}
   pid directory = {private}
   ncalrpc dir = {private}/ncalrpc
   usershare path =
   log file = {private}/log
   log level = 1
"""


@dataclass
class Server:
    """smbd for one share, and the logins of its users."""

    machine: Machine
    private: Path
    port: int
    uids: dict[str, int]
    logins: dict[str, Login] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def conf(self) -> Path:
        """The configuration: the example, and where this test keeps things."""
        return self.private / "smb.conf"

    @property
    def log(self) -> Path:
        """What smbd said."""
        return self.private / "log"

    def login(self, user: str) -> Login:
        """A user's way in."""
        return self.logins[user]

    def configure(self, office: Office) -> None:
        """Share this office's inbox."""
        here = _HERE.format(port=self.port, private=self.private)
        self.conf.write_text(smb_conf(office) + here)

    def enter(self) -> None:
        """Give each user a password."""
        for user in self.uids:
            password = secrets.token_hex(8)
            self.machine.run(
                "smbpasswd", "-c", str(self.conf), "-s", "-a", user, given=f"{password}\n" * 2
            )
            self.logins[user] = Login(user, password, self.port, self.private)

    def start(self) -> None:
        """Start smbd, until it listens."""
        smbd = program("smbd")
        assert smbd is not None
        call = [smbd, "--foreground", "--no-process-group", f"--configfile={self.conf}"]
        with (self.private / "out").open("ab") as out:
            self.process = subprocess.Popen(
                self.machine.inside(*call), stdout=out, stderr=out, start_new_session=True
            )
        until(self._listens, f"smbd, which said {self.log}")

    def kill(self) -> None:
        """``kill -9`` of smbd and of the processes that serve its clients."""
        if self.process is None:
            return
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=PATIENCE_S)
        self.process = None

    def kill_sessions(self) -> None:
        """``kill -9`` of the processes that serve the clients there are; smbd goes on."""
        assert self.process is not None
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        for pid in children.read_text().split():
            if _serves(int(pid), self.port):
                os.kill(int(pid), signal.SIGKILL)

    def _listens(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-2000:]
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


@contextmanager
def sharing(
    machine: Machine, private: Path, office: Office, uids: dict[str, int]
) -> Iterator[Server]:
    """A server that shares an office's inbox, its rights set, until the end."""
    private.mkdir()
    server = Server(machine, private, _free_port(), uids)
    server.configure(office)
    server.enter()
    set_rights(machine, office, private)
    server.start()
    try:
        yield server
    finally:
        server.kill()


def set_rights(machine: Machine, office: Office, scratch: Path) -> str:
    """Run the script of rights as the administrator does; what it printed."""
    with office.ledger.read() as session:
        holders = holders_on_file(session, office)
    script = scratch / "hak.sh"
    script.write_text(rights_script(office, holders))
    return machine.run("sh", str(script))


def until(condition: Callable[[], object], what: str = "") -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"{what or condition} did not come about"
        time.sleep(LOOK_S)


def _serves(pid: int, port: int) -> bool:
    """Whether a process has a client's connection."""
    wanted = f":{port:04X}"
    inodes = set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, here, _, state, *rest = line.split()
        if here.endswith(wanted) and state == "01":
            inodes.add(f"socket:[{rest[5]}]")
    links = [os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()]
    return bool(inodes & set(links))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
