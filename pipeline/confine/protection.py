"""Which walls stand on this machine, for the doctor to say and for a caller to know."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Protection:
    """What keeps a process that reads foreign bytes from everything else.

    Limits of memory, processor time and files always hold.
    """

    landlock: bool
    """It can open no file but the program's own libraries."""
    seccomp: bool
    """It can start no program or process, open no connection, and signal nobody."""
    network: bool
    """It lives in a network of its own, where nothing is."""

    @property
    def complete(self) -> bool:
        """Whether every wall stands."""
        return self.landlock and self.seccomp and self.network

    def missing(self) -> tuple[str, ...]:
        """What does not stand, in Indonesian."""
        walls = {
            "Landlock (Linux 5.13 atau lebih baru, aktif dalam kernel)": self.landlock,
            "seccomp (Linux pada x86-64 atau ARM64)": self.seccomp,
            "ruang jaringan tersendiri (user namespaces diizinkan)": self.network,
        }
        return tuple(name for name, stands in walls.items() if not stands)
