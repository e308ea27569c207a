"""On what kind of file system a path lies, by the kernel's own list of mounts."""

from pathlib import Path

NETWORK = frozenset({"cifs", "smb3", "nfs", "nfs4", "9p", "afs", "ceph", "fuse.sshfs", "davfs"})
MOUNTS = Path("/proc/self/mounts")


def network_mount(path: Path) -> str | None:
    """The kind of network file system that ``path`` lies on; None on a local one."""
    kind = _kind_at(path.absolute())
    return kind if kind in NETWORK else None


def _kind_at(path: Path) -> str:
    """The kind of the innermost mount above ``path``; the last one listed hides earlier ones."""
    best, found = -1, ""
    for line in MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines():
        _, mounted, kind, *_ = line.split(" ")
        place = Path(mounted.encode().decode("unicode_escape"))
        if path.is_relative_to(place) and len(place.parts) >= best:
            best, found = len(place.parts), kind
    return found
