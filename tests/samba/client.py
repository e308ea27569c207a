"""Somebody at a PC: ``smbclient`` for what Explorer does, real SMB handles for what programs do."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from smbprotocol.connection import Connection
from smbprotocol.create_contexts import (
    CreateContextName,
    LeaseState,
    SMB2CreateContextRequest,
    SMB2CreateRequestLease,
)
from smbprotocol.exceptions import SMBException
from smbprotocol.file_info import (
    FileAttributes,
    FileBasicInformation,
    FileEndOfFileInformation,
    FileRenameInformation,
)
from smbprotocol.header import Commands
from smbprotocol.open import (
    CreateDisposition,
    CreateOptions,
    FilePipePrinterAccessMask,
    ImpersonationLevel,
    Open,
    RequestedOplockLevel,
    ShareAccess,
    SMB2SetInfoRequest,
    SMB2SetInfoResponse,
)
from smbprotocol.session import Session
from smbprotocol.structure import Structure
from smbprotocol.tree import TreeConnect

from pipeline.tasks.share import SHARE

HOST = "127.0.0.1"
EPOCH_S, TICKS = 11_644_473_600, 10_000_000
"""Windows counts ticks of 100 ns from 1601."""


@dataclass(frozen=True)
class Login:
    """A user of the share."""

    user: str
    password: str
    port: int
    scratch: Path

    def try_(self, *commands: str, protocol: str = "SMB3") -> subprocess.CompletedProcess[str]:
        """Give ``smbclient`` commands, in one session of at most this protocol; what came of it."""
        secret = self.scratch / f"{self.user}.login"
        secret.write_text(f"username={self.user}\npassword={self.password}\n")
        call = ["smbclient", f"//{HOST}/{SHARE}", f"--port={self.port}"]
        call += [f"--authentication-file={secret}", "--configfile=/dev/null"]
        call += [f"--max-protocol={protocol}", "--option=client min protocol=CORE"]
        return subprocess.run(
            [*call, "--command", "; ".join(commands)], capture_output=True, text=True, check=False
        )

    def do(self, *commands: str) -> str:
        """Give ``smbclient`` commands that must succeed; what it printed."""
        done = self.try_(*commands)
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        assert "NT_STATUS" not in said, said
        return done.stdout

    def refused(self, *commands: str) -> str:
        """Give ``smbclient`` commands that must fail; what it said."""
        done = self.try_(*commands)
        said = done.stdout + done.stderr
        assert "NT_STATUS" in said, said
        return said

    def put(self, data: bytes, path: str) -> None:
        """Copy a file to the share."""
        local = self.scratch / uuid4().hex
        local.write_bytes(data)
        self.do(f'put "{local}" "{path}"')
        local.unlink()

    def move(self, path: str, target: str) -> None:
        """Rename a file on the share: what dragging it into a command folder does."""
        self.do(f'rename "{path}" "{target}"')

    @contextmanager
    def at_work(self) -> Iterator["Desk"]:
        """A connection on which programs have files open."""
        desk = Desk(self)
        try:
            yield desk
        finally:
            desk.leave()


class Desk:
    """A PC's connection to the share."""

    def __init__(self, login: Login) -> None:
        self._connection = Connection(uuid4(), HOST, login.port)
        self._connection.connect()
        self._session = Session(
            self._connection, login.user, login.password, require_encryption=False
        )
        self._session.connect()
        self.tree = TreeConnect(self._session, rf"\\{HOST}\{SHARE}")
        self.tree.connect()

    def create(self, path: str, *, lease: bool = False) -> "Handle":
        """A new file, or an old one emptied, open for writing."""
        access = FilePipePrinterAccessMask
        return Handle(
            self.tree,
            path,
            access.GENERIC_READ | access.GENERIC_WRITE | access.DELETE,
            CreateDisposition.FILE_OVERWRITE_IF,
            lease=lease,
        )

    def open(self, path: str, *, write: bool = True, lease: bool = False) -> "Handle":
        """A file that is there, open for reading and, where so, for writing."""
        access = FilePipePrinterAccessMask.GENERIC_READ
        if write:
            access |= FilePipePrinterAccessMask.GENERIC_WRITE | FilePipePrinterAccessMask.DELETE
        return Handle(self.tree, path, access, CreateDisposition.FILE_OPEN, lease=lease)

    def cut(self) -> None:
        """The cable is pulled: nothing is closed, nothing said."""
        self._connection.transport.close()

    def leave(self) -> None:
        """Log off, if the connection is still there."""
        try:
            self._connection.disconnect()
        except SMBException:  # the server ended it before we could
            self._connection.disconnect(close=False)


class Handle:
    """A file that a program has open on the share."""

    def __init__(
        self, tree: TreeConnect, path: str, access: int, disposition: int, *, lease: bool
    ) -> None:
        self._open = Open(tree, path.replace("/", "\\"))
        share = ShareAccess
        self._open.create(
            ImpersonationLevel.Impersonation,
            access,
            FileAttributes.FILE_ATTRIBUTE_NORMAL,
            share.FILE_SHARE_READ | share.FILE_SHARE_WRITE | share.FILE_SHARE_DELETE,
            disposition,
            CreateOptions.FILE_NON_DIRECTORY_FILE,
            [_lease()] if lease else None,
            RequestedOplockLevel.SMB2_OPLOCK_LEVEL_LEASE
            if lease
            else RequestedOplockLevel.SMB2_OPLOCK_LEVEL_NONE,
        )

    @property
    def holds_lease(self) -> bool:
        """Whether the server let this client keep what it writes to itself for a while."""
        return self._open.oplock_level == RequestedOplockLevel.SMB2_OPLOCK_LEVEL_LEASE

    def write(self, data: bytes, offset: int = 0) -> None:
        """Write at a place."""
        self._open.write(data, offset)

    def read(self, length: int) -> bytes:
        """The first bytes."""
        return bytes(self._open.read(0, length))

    def set_size(self, size: int) -> None:
        """Set the end of the file, as Explorer does before it copies."""
        info = FileEndOfFileInformation()
        info["end_of_file"] = size
        self._set(info)

    def set_written(self, timestamp: float) -> None:
        """Set when it was last written, as Explorer does for a copy."""
        info = FileBasicInformation()
        info["last_write_time"] = int((timestamp + EPOCH_S) * TICKS)
        self._set(info)

    def set_read_only(self) -> None:
        """Set Windows' attribute."""
        info = FileBasicInformation()
        info["file_attributes"] = FileAttributes.FILE_ATTRIBUTE_READONLY
        self._set(info)

    def rename(self, target: str, *, over: bool = False) -> None:
        """Give it another name, while it is open."""
        info = FileRenameInformation()
        info["replace_if_exists"] = over
        info["file_name"] = target.replace("/", "\\")
        self._set(info)

    def close(self) -> None:
        """Close it."""
        self._open.close()

    def _set(self, info: Structure) -> None:
        request = SMB2SetInfoRequest()
        request["info_type"] = info.INFO_TYPE
        request["file_info_class"] = info.INFO_CLASS
        request["file_id"] = self._open.file_id
        request["buffer"] = info
        tree, connection = self._open.tree_connect, self._open.connection
        sent = connection.send(request, tree.session.session_id, tree.tree_connect_id)
        answer = connection.receive(sent)
        assert answer["command"].get_value() == Commands.SMB2_SET_INFO
        SMB2SetInfoResponse().unpack(answer["data"].get_value())


def _lease() -> SMB2CreateContextRequest:
    """A program that reads, writes and closes in its own memory first, as Windows does."""
    wanted = SMB2CreateRequestLease()
    wanted["lease_key"] = uuid4().bytes
    state = LeaseState
    wanted["lease_state"] = (
        state.SMB2_LEASE_READ_CACHING
        | state.SMB2_LEASE_HANDLE_CACHING
        | state.SMB2_LEASE_WRITE_CACHING
    )
    context = SMB2CreateContextRequest()
    context["buffer_name"] = CreateContextName.SMB2_CREATE_REQUEST_LEASE
    context["buffer_data"] = wanted
    return context
