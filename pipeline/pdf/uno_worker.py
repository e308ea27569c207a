"""One LibreOffice behind JSON lines; run by the interpreter that LibreOffice's bridge belongs to.

Called as `python uno_worker.py SOFFICE SCRATCH`. It stands alone: no import of the project, no
library but `uno`, nothing newer than Python 3.8. Its life:

1. lead a process group of its own and leave the network;
2. start one soffice on the throw-away profile `SCRATCH/profile` that the parent has written;
3. connect over a pipe and answer `{"ready", "version", "isolated", "pipes"}`, or `{"error"}` and
   go;
4. answer each request line `{"id", "source", "target", "filter", "options"}` with
   `{"id", "ok": true}` or `{"id", "error"}`;
5. at the end of stdin, or when the parent or soffice is gone: kill soffice, remove the pipes that
   it left in the system's temporary folder, remove SCRATCH, and go.
"""

import contextlib
import ctypes
import json
import os
import queue
import resource
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import DisposedException
from com.sun.star.uno import Exception as UnoException

START_TIMEOUT_S = 60
RESTART_CODE = 81  # soffice asks to be started again after it has laid out a fresh profile
RESTARTS = 3
PARENT_POLL_S = 1.0
MEMORY_BYTES = 4 << 30  # address space; a two-page form takes 1 GB of it
OUTPUT_BYTES = 1 << 30

PR_SET_PDEATHSIG = 1
CLONE_NEWNET = 0x40000000
CLONE_NEWUSER = 0x10000000

MACROS_NEVER = 0  # com.sun.star.document.MacroExecMode.NEVER_EXECUTE
UPDATE_NONE = 0  # com.sun.star.document.UpdateDocMode.NO_UPDATE

LIBC = ctypes.CDLL(None, use_errno=True)


def leave_network() -> bool:
    """Move into an empty network namespace where the system lets us; True if it did."""
    if not hasattr(os, "geteuid") or not hasattr(LIBC, "unshare"):
        return False
    user, group = os.geteuid(), os.getegid()
    if LIBC.unshare(CLONE_NEWNET) == 0:
        return True
    if LIBC.unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0:
        return False
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        # where this is refused, files stay accessible all the same: the kernel keeps its own ids
        with contextlib.suppress(OSError):
            Path("/proc/self", name).write_text(text, encoding="ascii")
    return True


def bind_child() -> None:
    """In the child, before it becomes soffice: die with the worker, stay within bounds."""
    if hasattr(LIBC, "prctl"):
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT_BYTES, OUTPUT_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def property_values(**values: object) -> tuple:
    """UNO named values."""
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


class Soffice:
    """The soffice process and the connection to it."""

    def __init__(self, binary: str, scratch: Path) -> None:
        self._binary = binary
        self._scratch = scratch
        self._pipe = f"kinerja-{os.getpid()}-{os.urandom(8).hex()}"
        self._process = None
        self._ending = threading.Lock()
        self._desktop = None
        self.pipes = []

    def start(self) -> str:
        """Start, connect and return the version; restarts that soffice asks for are granted."""
        self._scratch.joinpath("tmp").mkdir()
        self._launch()
        context = self._connect()
        self.pipes = self._sockets()
        services = context.ServiceManager
        self._desktop = services.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        provider = services.createInstanceWithContext(
            "com.sun.star.configuration.ConfigurationProvider", context
        )
        setup = provider.createInstanceWithArguments(
            "com.sun.star.configuration.ConfigurationAccess",
            property_values(nodepath="/org.openoffice.Setup/Product"),
        )
        return str(setup.getByName("ooSetupVersionAboutBox"))

    def _launch(self) -> None:
        profile = (self._scratch / "profile").as_uri()
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._scratch),
            "TMPDIR": str(self._scratch / "tmp"),
            "LANG": "C.UTF-8",
            "SAL_USE_VCLPLUGIN": "svp",
        }
        for name in ("FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH", "TZ"):
            if name in os.environ:
                environment[name] = os.environ[name]
        with self._ending:
            self._process = subprocess.Popen(
                [
                    self._binary,
                    "--headless",
                    "--invisible",
                    "--nocrashreport",
                    "--nodefault",
                    "--nofirststartwizard",
                    "--nologo",
                    "--norestore",
                    f"-env:UserInstallation={profile}",
                    f"--accept=pipe,name={self._pipe};urp;",
                ],
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr,  # the log that the parent opened; stdout is for answers
                env=environment,
                preexec_fn=bind_child,  # noqa: PLW1509  (it only makes system calls)
            )

    def _connect(self) -> object:
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext(
            "com.sun.star.bridge.UnoUrlResolver", local
        )
        address = f"uno:pipe,name={self._pipe};urp;StarOffice.ComponentContext"
        deadline = time.monotonic() + START_TIMEOUT_S
        restarts = 0
        while time.monotonic() < deadline:
            try:
                return resolver.resolve(address)
            except NoConnectException:
                code = self._process.poll()
            if code is not None:
                restarts += 1
                if code != RESTART_CODE or restarts > RESTARTS:
                    raise RuntimeError(f"soffice ended with code {code} while starting")
                self._launch()
            time.sleep(0.02)
        raise RuntimeError(f"soffice took no connection within {START_TIMEOUT_S} s")

    def convert(self, source: str, target: str, filter_name: str, options: dict) -> None:
        """Load one file by the named filter, and only that one, and export it as PDF."""
        document = self._desktop.loadComponentFromURL(
            uno.systemPathToFileUrl(source),
            "_blank",
            0,
            property_values(
                FilterName=filter_name,
                Hidden=True,
                ReadOnly=True,
                MacroExecutionMode=MACROS_NEVER,
                UpdateDocMode=UPDATE_NONE,
            ),
        )
        if document is None:
            raise RuntimeError("the filter did not take the file")
        try:
            if not document.supportsService("com.sun.star.text.TextDocument"):
                raise RuntimeError("not a text document")
            data = uno.Any("[]com.sun.star.beans.PropertyValue", property_values(**options))
            document.storeToURL(
                uno.systemPathToFileUrl(target),
                property_values(FilterName="writer_pdf_Export", FilterData=data),
            )
        finally:
            document.close(True)

    def end(self) -> None:
        """Kill soffice, tidy up, and end this process with its whole group.

        Called by whichever thread notices first that it is time.
        """
        with self._ending:  # never released: the process ends here
            pipes = {*self.pipes, *self._sockets()}
            if self._process is not None:
                self._process.kill()
                self._process.wait()
            for path in pipes:
                with contextlib.suppress(OSError):
                    os.unlink(path)
            shutil.rmtree(self._scratch, ignore_errors=True)
            os.killpg(0, signal.SIGKILL)

    def _sockets(self) -> list:
        """The named sockets that soffice listens on; a kill leaves them in the temporary folder."""
        if self._process is None:
            return []
        folder = Path("/proc", str(self._process.pid), "fd")
        try:
            held = {os.readlink(entry) for entry in folder.iterdir()}
            lines = Path("/proc/net/unix").read_text(encoding="utf-8").splitlines()[1:]
        except OSError:
            return []
        rows = (line.split(None, 7) for line in lines)
        named = (row for row in rows if len(row) == 8 and row[7].startswith("/"))
        return sorted({row[7] for row in named if f"socket:[{row[6]}]" in held})


def read_requests(requests: queue.Queue, office: Soffice) -> None:
    """Hand request lines over; at the end of stdin, or without the parent, end everything.

    The parent is looked at besides stdin, since another child of the parent may have inherited
    the other end of the pipe and hold it open.
    """
    parent = os.getppid()
    rest = b""
    while True:
        ready, _, _ = select.select([0], [], [], PARENT_POLL_S)
        if os.getppid() != parent:
            office.end()
        if not ready:
            continue
        chunk = os.read(0, 65536)
        if not chunk:
            office.end()
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            requests.put(json.loads(line))


def answer(**message: object) -> None:
    """One JSON line to the parent; a pipe without a reader means that the parent is gone."""
    os.write(1, json.dumps(message).encode() + b"\n")


def last_words(scratch: Path) -> str:
    """The last line that soffice wrote to its log."""
    with contextlib.suppress(OSError):
        lines = (scratch / "log").read_text(encoding="utf-8", errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")
    return ""


def serve(requests: queue.Queue, office: Soffice) -> None:
    """Answer requests one after another, until soffice is lost."""
    while True:
        request = requests.get()
        try:
            office.convert(
                request["source"], request["target"], request["filter"], request["options"]
            )
        except DisposedException:
            return
        except (UnoException, RuntimeError) as error:
            answer(id=request["id"], error=f"{type(error).__name__}: {error}".strip())
        else:
            answer(id=request["id"], ok=True)


def main() -> None:
    """The numbered steps of the module's docstring."""
    binary, scratch = sys.argv[1], Path(sys.argv[2])
    # (1) a group of its own, and no network
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    isolated = leave_network()
    office = Soffice(binary, scratch)
    requests = queue.Queue()
    threading.Thread(target=read_requests, args=(requests, office), daemon=True).start()
    try:
        # (2), (3) soffice and the connection to it
        version = office.start()
        answer(ready=True, version=version, isolated=isolated, pipes=office.pipes)
        # (4) requests
        serve(requests, office)
    except (OSError, RuntimeError, UnoException) as error:
        answer(error=f"{error} {last_words(scratch)}".strip())
    finally:
        # (5) nothing stays behind
        office.end()


if __name__ == "__main__":
    main()
