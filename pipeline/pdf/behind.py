"""Where LibreOffice stands: what is left to it and its worker of the machine.

Loaded by its path, like `uno_worker.py`, and nothing newer than Python 3.8.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TEMPORARY_BYTES = 16 << 20  # of /tmp, where nothing but sockets belongs

READABLE = (
    *(
        "/usr/share",
        "/usr/local/share/fonts",
        "/var/cache/fontconfig",
        "/var/lib/libreoffice",
        "/var/spool/libreoffice",
    ),
    *("/etc/fonts", "/etc/libreoffice", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d"),
    *("/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/localtime", "/etc/timezone"),
    *("/etc/papersize", "/etc/paperspecs", "/etc/mime.types", "/proc", "/sys/devices/system/cpu"),
    *("/dev/random", "/dev/urandom", "/dev/zero"),
)
"""What LibreOffice and its Python look at; none of it is the office's."""
LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")


def go_behind(
    walls: Any, binary: str, scratch: Path, around: int, kept: Iterable[str]
) -> dict[str, bool]:
    """Leave all that neither LibreOffice nor this worker needs; which walls stand.

    `around` is the open folder in which SCRATCH lies; out of it nothing but empty folders can be
    removed. What the variables of the environment in `kept` name may be read too.
    """
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    isolated = walls.leave_network()
    private = walls.own_temporary_folder(str(scratch), TEMPORARY_BYTES)
    home = Path(binary).resolve().parent.parent
    links = [str(p) for p in (*home.glob("*"), *home.glob("share/*")) if p.is_symlink()]
    named = [os.environ[name] for name in kept if name in os.environ]
    landlock = walls.wall_off_files(
        (*READABLE, *links, *(folder for value in named for folder in value.split(os.pathsep))),
        execute=(*LIBRARIES, str(home), sys.prefix + "/lib"),
        write=(str(scratch), "/dev/null"),
        sockets=(walls.TEMPORARY,),
        emptied=(f"/proc/self/fd/{around}",),
    )
    walls.drop_capabilities()
    walls.hide()
    return {"isolated": isolated, "landlock": landlock, "private": private}
