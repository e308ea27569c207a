"""Which LibreOffice stands on this machine, and whether the fonts of Word documents have a twin."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.errors import ConversionError

PROBE_TIMEOUT_S = 30

# Families with the same widths as Arial, Times New Roman, Courier New, Calibri and Cambria: with
# any other font the page breaks of a Word document move.
FONT_FAMILIES = ("Liberation Sans", "Liberation Serif", "Liberation Mono", "Carlito", "Caladea")

_PROGRAM_FOLDERS = (
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice*/program",
    "/Applications/LibreOffice.app/Contents/MacOS",
)

_INSTALL = (
    "Debian/Ubuntu: apt install libreoffice-writer-nogui python3-uno; "
    "Fedora: dnf install libreoffice-writer libreoffice-pyuno"
)


@dataclass(frozen=True)
class OfficeProgram:
    """A LibreOffice that can be driven: its program and the Python that its bridge belongs to."""

    soffice: Path
    """The executable, links resolved; `soffice.bin` beside it is what is started."""
    python: Path
    """An interpreter that can `import uno`."""
    version: str
    """As the program reports it, such as `7.4.7.2`."""

    @property
    def binary(self) -> Path:
        """What to start: the binary itself, so that no wrapper stands between it and a kill."""
        binary = self.soffice.with_name("soffice.bin")
        return binary if binary.exists() else self.soffice


@cache
def find_office() -> OfficeProgram:
    """The first LibreOffice found on the search path or in its usual folders.

    Raises:
        ConversionError: LibreOffice, its Writer or its Python bridge is missing; the message
            says what to install.
    """
    soffice = next(_soffices(), None)
    if soffice is None:
        raise ConversionError(f"LibreOffice tidak ditemukan di komputer ini. Pasang: {_INSTALL}.")
    if sys.platform == "linux" and not soffice.with_name("libswlo.so").exists():
        raise ConversionError(
            f"LibreOffice di {soffice.parent} terpasang tanpa Writer. Pasang: {_INSTALL}."
        )
    python = next((path for path in _pythons(soffice.parent) if _has_bridge(path)), None)
    if python is None:
        raise ConversionError(
            f"LibreOffice di {soffice.parent} terpasang tanpa jembatan Python (modul uno). "
            f"Pasang: {_INSTALL}."
        )
    return OfficeProgram(soffice=soffice, python=python, version=_version(soffice))


def missing_fonts() -> list[str]:
    """The metric-compatible families that fontconfig cannot serve, in the order of `FONT_FAMILIES`.

    Raises:
        ConversionError: `fc-match` is not installed or fails.
    """
    return [family for family in FONT_FAMILIES if family not in _matched(family)]


def _matched(family: str) -> list[str]:
    try:
        answer = subprocess.run(
            ["fc-match", "--format=%{family}", family],
            capture_output=True,
            text=True,
            timeout=PROBE_TIMEOUT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ConversionError(
            "Huruf tidak dapat diperiksa karena fc-match tidak dapat dijalankan. "
            "Pasang paket fontconfig, lalu ulangi."
        ) from error
    return answer.stdout.split(",")


def _soffices() -> Iterator[Path]:
    for name in ("soffice", "libreoffice"):
        if found := shutil.which(name):
            resolved = Path(found).resolve()
            if resolved.parent.joinpath("soffice.bin").exists():
                yield resolved.with_name("soffice")
    for pattern in _PROGRAM_FOLDERS:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if folder.joinpath("soffice").exists():
                yield folder / "soffice"


def _pythons(program: Path) -> Iterator[Path]:
    """Interpreters worth a try: LibreOffice's own first, then the system's, then the path's."""
    named = [
        program / "python",
        program.parent / "Resources" / "python",
        Path("/usr/bin/python3"),
        Path("/usr/local/bin/python3"),
    ]
    folders = os.environ.get("PATH", os.defpath).split(os.pathsep)
    named.extend(Path(folder) / "python3" for folder in folders if folder)
    yield from (path for path in dict.fromkeys(named) if os.access(path, os.X_OK))


def _has_bridge(python: Path) -> bool:
    try:
        probe = subprocess.run(
            [python, "-c", "import uno"],
            capture_output=True,
            timeout=PROBE_TIMEOUT_S,
            check=False,
            env=bridge_environment(),
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return probe.returncode == 0


def bridge_environment() -> dict[str, str]:
    """The environment without this process's Python settings, which would mislead another's."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    kept.pop("VIRTUAL_ENV", None)
    return kept


def worker_environment() -> dict[str, str]:
    """What the worker needs to know, and nothing else: a document may find a way to read it."""
    names = {"PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "URE_BOOTSTRAP"}
    names |= {"UNO_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH"}
    return {key: value for key, value in os.environ.items() if key in names}


def _version(soffice: Path) -> str:
    with tempfile.TemporaryDirectory(prefix="kinerja-versi-") as profile:
        try:
            answer = subprocess.run(
                [soffice, f"-env:UserInstallation={Path(profile).as_uri()}", "--version"],
                capture_output=True,
                text=True,
                timeout=PROBE_TIMEOUT_S,
                check=True,
            )
            return answer.stdout.split()[1]
        except (OSError, subprocess.SubprocessError, IndexError) as error:
            raise ConversionError(
                f"LibreOffice di {soffice.parent} tidak dapat dijalankan. Pasang ulang: {_INSTALL}."
            ) from error
