"""One LibreOffice behind JSON lines; run by the interpreter that LibreOffice's bridge belongs to.

Called as `python uno_worker.py SOFFICE SCRATCH WALLS BEHIND`. It stands alone: of the project it
loads the two files WALLS and BEHIND, of libraries `uno`, and it is nothing newer than Python 3.8.
Its life:

1. lead a process group of its own and go behind the walls: no network, no file but the system's
   libraries, fonts and SCRATCH, no power over anything else;
2. start one soffice on the throw-away profile `SCRATCH/profile` that the parent has written;
3. connect over a pipe and answer `{"ready", "version", "pipes"}` and which walls stand, or
   `{"error"}` and go;
4. answer each request line `{"id", "source", "target", "filter", "export", "options"}`, of which
   `filter` and `export` are the names of LibreOffice's filters, with `{"id", "ok": true}` or
   `{"id", "error"}`;
5. meanwhile look after soffice: when it takes more memory or disk than any document may, answer
   `{"exceeded"}` and go;
6. at the end of stdin, or when the parent or soffice is gone: kill soffice, remove the pipes that
   it left in the system's temporary folder, remove SCRATCH, and go.
"""

import contextlib
import importlib.util
import json
import os
import queue
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
import types
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
WATCH_S = 0.5
MEMORY_BYTES = 4 << 30  # address space; a two-page form takes 1 GB of it
RESIDENT_BYTES = 1536 << 20  # it runs on 270 MB, and a print-out of a thousand rows takes 500
SCRATCH_BYTES = 512 << 20
OUTPUT_BYTES = 256 << 20
LOG_BYTES = 1 << 20
OPEN_FILES = 1024

MACROS_NEVER = 0  # com.sun.star.document.MacroExecMode.NEVER_EXECUTE
UPDATE_NONE = 0  # com.sun.star.document.UpdateDocMode.NO_UPDATE


KEPT = ("FONTCONFIG_FILE", "FONTCONFIG_PATH", "LD_LIBRARY_PATH", "TZ")


def loaded(path: str) -> types.ModuleType:
    """The module in one file of the project."""
    spec = importlib.util.spec_from_file_location("walls", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def property_values(**values: object) -> tuple:
    """UNO named values."""
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())


class Soffice:
    """The soffice process and the connection to it."""

    def __init__(self, binary: str, scratch: Path, walls: types.ModuleType) -> None:
        self._binary = binary
        self._walls = walls
        self._scratch = scratch
        self._pid = os.getpid()
        self._pipe = f"kinerja-{self._pid}-{os.urandom(8).hex()}"
        self._process = None
        self._ending = threading.Lock()
        self._desktop = None
        self.pipes = []
        self.around = os.open(str(scratch.parent), os.O_RDONLY | os.O_DIRECTORY)

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
        for name in KEPT:
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
                preexec_fn=self._bind,  # noqa: PLW1509  (it only makes system calls)
            )

    def _bind(self) -> None:
        """In the child, before it becomes soffice: die with the worker, stay within bounds."""
        self._walls.die_with_parent(self._pid)
        memory = MEMORY_BYTES if sys.platform == "linux" else None
        self._walls.limit(memory=memory, file_size=OUTPUT_BYTES, files=OPEN_FILES)
        self._walls.forbid_calls(sockets=self._walls.LOCAL, program=True)

    def filtered(self) -> bool:
        """Whether the kernel refuses soffice the calls that it has no need of."""
        with contextlib.suppress(OSError):
            status = Path("/proc", str(self._process.pid), "status").read_text(encoding="ascii")
            return "Seccomp:\t2" in status
        return False

    def exceeds(self) -> str:
        """What soffice takes more of than any document may; its log is kept short."""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            pages = Path("/proc", str(self._process.pid), "statm").read_text(encoding="ascii")
            if int(pages.split()[1]) * os.sysconf("SC_PAGE_SIZE") > RESIDENT_BYTES:
                return "memory"
        with contextlib.suppress(OSError):
            if (self._scratch / "log").stat().st_size > LOG_BYTES:
                os.truncate(str(self._scratch / "log"), 0)
        taken = 0
        for folder, _, names in os.walk(str(self._scratch)):
            for name in names:
                with contextlib.suppress(OSError):
                    taken += os.lstat(os.path.join(folder, name)).st_blocks * 512
        return "disk" if taken > SCRATCH_BYTES else ""

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

    def convert(
        self, source: str, target: str, filter_name: str, export: str, options: dict
    ) -> None:
        """Load one file by the named filter, and only that one, and save it by another."""
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
                property_values(FilterName=export, FilterData=data),
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
            shutil.rmtree(str(self._scratch), ignore_errors=True)
            with contextlib.suppress(OSError):
                os.rmdir(self._scratch.name, dir_fd=self.around)
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


def look_after(office: Soffice) -> None:
    """End everything when soffice takes too much."""
    while True:
        time.sleep(WATCH_S)
        what = office.exceeds()
        if what:
            with contextlib.suppress(OSError):
                answer(exceeded=what)
            office.end()


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
                request["source"],
                request["target"],
                request["filter"],
                request["export"],
                request["options"],
            )
        except DisposedException:
            return
        except (UnoException, RuntimeError) as error:
            answer(id=request["id"], error=f"{type(error).__name__}: {error}".strip())
        else:
            answer(id=request["id"], ok=True)


def main() -> None:
    """The numbered steps of the module's docstring."""
    binary, scratch, walls = sys.argv[1], Path(sys.argv[2]), loaded(sys.argv[3])
    behind = loaded(sys.argv[4])
    # (1) a group of its own, behind the walls
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    office = Soffice(binary, scratch, walls)
    stand = behind.go_behind(walls, binary, scratch, office.around, KEPT)
    requests = queue.Queue()
    threading.Thread(target=read_requests, args=(requests, office), daemon=True).start()
    threading.Thread(target=look_after, args=(office,), daemon=True).start()  # (5)
    try:
        # (2), (3) soffice and the connection to it
        version = office.start()
        stand["seccomp"] = office.filtered()
        answer(ready=True, version=version, pipes=office.pipes, **stand)
        # (4) requests
        serve(requests, office)
    except (OSError, RuntimeError, UnoException) as error:
        answer(error=f"{error} {last_words(scratch)}".strip())
    finally:
        # (6) nothing stays behind
        office.end()


if __name__ == "__main__":
    main()
