"""Walls around the calling process, by Linux itself: Landlock, seccomp, namespaces, limits.

It stands alone, and is nothing newer than Python 3.8: the worker beside LibreOffice loads this file
by its path, with an interpreter that knows nothing of the project. Every wall says whether it
stands; one that this kernel cannot build is left out. None can be taken down again.

Landlock: https://docs.kernel.org/userspace-api/landlock.html; seccomp: seccomp(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import socket
import struct
from collections.abc import Iterable

TEMPORARY = "/tmp"  # noqa: S108  (the folder itself, which others share)
NONE, LOCAL, ANY = "none", "local", "any"

LIBC = ctypes.CDLL(None, use_errno=True)

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # on every architecture
_ASK_VERSION, _PATH_BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << n for n in range(6))
_MAKE_DIR, _MAKE_REG, _MAKE_SOCK = 1 << 7, 1 << 8, 1 << 9
_TRUNCATE = 1 << 14
_FS_RIGHTS = ((1, (1 << 13) - 1), (2, 1 << 13), (3, _TRUNCATE), (5, 1 << 15))  # by ABI version
_OF_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | 1 << 15
_READ = _READ_FILE | _READ_DIR
_WRITE = _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _TRUNCATE
_SOCKETS = _READ_DIR | _MAKE_SOCK | _REMOVE_FILE
_TCP = 0b11  # bind, connect; since version 4
_SCOPES = 0b11  # abstract sockets, signals; since version 6

_PDEATHSIG, _DUMPABLE, _SECCOMP, _NO_NEW_PRIVS = 1, 4, 22, 38
_NEW_NETWORK, _NEW_USER, _NEW_MOUNTS = 0x40000000, 0x10000000, 0x00020000
_PRIVATE, _BIND, _NO_SUID_DEV_EXEC = 0x44000, 0x1000, 0b1110  # of mount(2), with all below
_DETACH = 2

_FILTER = 2  # SECCOMP_MODE_FILTER
_KILL, _REFUSE, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_EPERM, _ENOSYS = 1, 38
_THREAD = 0x00010000  # CLONE_THREAD
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _MASK, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_SOCKET_KIND = 0xF  # of socket(2): without its flags

_CALLS = (
    *("clone", "clone3", "fork", "vfork", "execve", "execveat", "socket", "connect", "bind"),
    "prlimit64",
)
_OF_SOCKETS = {NONE: (), LOCAL: ("socket", "bind"), ANY: ("socket", "connect", "bind")}
_OTHERS = (
    *("kill", "tkill", "tgkill", "pidfd_send_signal", "ptrace", "process_vm_readv"),
    *("process_vm_writev", "mount", "umount2", "pivot_root", "chroot", "unshare", "setns"),
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "open_by_handle_at"),
    *("add_key", "request_key", "keyctl", "setsid", "setpgid", "pidfd_getfd"),
    *("setpriority", "ioprio_set", "sched_setparam", "sched_setscheduler", "sched_setattr"),
    *("sched_setaffinity", "shmget", "shmat", "semget", "msgget", "mq_open"),
)
_X86_64 = (
    *(56, 435, 57, 58, 59, 322, 41, 42, 49, 302),
    *(62, 200, 234, 424, 101, 310, 311, 165, 166, 155, 161, 272, 308),
    *(321, 298, 323, 425, 304, 248, 249, 250, 112, 109, 438),
    *(141, 251, 142, 144, 314, 203, 29, 30, 64, 68, 240),
)
_ARM_64 = (  # -1: it has no such call
    *(220, 435, -1, -1, 221, 281, 198, 203, 200, 261),
    *(129, 130, 131, 424, 117, 270, 271, 40, 39, 41, 51, 97, 268),
    *(280, 241, 282, 425, 265, 217, 218, 219, 157, 154, 438),
    *(140, 30, 118, 119, 274, 122, 194, 196, 190, 186, 180),
)
_MACHINES = {"x86_64": (0xC000003E, _X86_64), "aarch64": (0xC00000B7, _ARM_64)}


def landlock_version() -> int:
    """The version of Landlock that this kernel offers; 0 where it offers none."""
    if platform.system() != "Linux":
        return 0
    return max(0, _call(_CREATE_RULESET, None, 0, _ASK_VERSION))


def wall_off_files(
    read: Iterable[str] = (),
    *,
    execute: Iterable[str] = (),
    write: Iterable[str] = (),
    sockets: Iterable[str] = (),
    emptied: Iterable[str] = (),
    network: bool = False,
) -> bool:
    """Leave only these files and folders, with all below; whether the wall stands.

    ``execute`` may be read too, and ``write`` read; in ``sockets`` named sockets may be made and
    removed, in ``emptied`` empty folders be removed. Without ``network`` no TCP either; what is
    outside can get no signal. What is open already stays open.
    """
    version = landlock_version()
    if version == 0:
        return False
    handled = 0
    for since, rights in _FS_RIGHTS:
        handled |= rights if version >= since else 0
    tcp = 0 if network or version < 4 else _TCP
    scopes = _SCOPES if version >= 6 else 0
    size = 8 if version < 4 else 16 if version < 6 else 24
    attributes = struct.pack("=QQQ", handled, tcp, scopes)[:size]
    ruleset = _call(_CREATE_RULESET, attributes, size, 0)
    if ruleset < 0:
        return False
    try:
        wanted = (
            *((read, _READ), (execute, _READ | _EXECUTE), (write, _WRITE)),
            *((sockets, _SOCKETS), (emptied, _REMOVE_DIR)),
        )
        for paths, rights in wanted:
            for path in paths:
                _allow(ruleset, path, rights & handled)
        return forbid_privileges() and _call(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    """What is not there needs no rule."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            rights &= -1 if os.path.isdir(path) else _OF_A_FILE
            _call(_ADD_RULE, ruleset, _PATH_BENEATH, struct.pack("=Qi", rights, handle), 0)
        finally:
            os.close(handle)


def forbid_calls(*, sockets: str = NONE, program: bool = False) -> bool:
    """No new process or program, no signal, no mount, no tracing; whether the wall stands.

    Nor may others be held down by limits or priorities, or memory be made that outlives this
    process. ``sockets`` says which may be opened besides pairs: ``NONE``; ``LOCAL`` ones, to be
    called on but to call nobody; or ``ANY``. Where this process is still to become another
    ``program``, that stays allowed. Threads may be started.
    """
    machine = _MACHINES.get(platform.machine())
    if platform.system() != "Linux" or machine is None or struct.calcsize("P") != 8:
        return False
    architecture, numbers = machine
    calls = dict(zip((*_CALLS, *_OTHERS), numbers))  # noqa: B905  (strict is newer)
    steps = _filter(architecture, calls, sockets, program)
    code = ctypes.create_string_buffer(b"".join(steps))
    frame = struct.pack("HL", len(steps), ctypes.addressof(code))
    return forbid_privileges() and _control(_SECCOMP, _FILTER, frame) == 0


def _filter(architecture: int, calls: dict[str, int], sockets: str, program: bool) -> list[bytes]:
    """The filter: it returns for each call whether it is allowed (see seccomp(2))."""
    kept = {"clone", "clone3", "prlimit64", *_OF_SOCKETS[sockets]}
    kept.update(("execve", "execveat") if program else ())
    refused = [number for name, number in calls.items() if number >= 0 and name not in kept]
    steps: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, 4),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        (_AT_LEAST, 0, 1, 0x40000000),  # the numbers of x32
        (_RETURN, 0, 0, _REFUSE | _EPERM),
        (_EQUAL, 0, 1, calls["clone3"]),  # the library then takes clone, whose flags can be seen
        (_RETURN, 0, 0, _REFUSE | _ENOSYS),
        (_EQUAL, 0, 4, calls["clone"]),
        (_LOAD, 0, 0, 16),
        (_ANY_BIT, 1, 0, _THREAD),
        (_RETURN, 0, 0, _REFUSE | _EPERM),
        (_RETURN, 0, 0, _ALLOW),
        (_EQUAL, 0, 4, calls["prlimit64"]),  # 0: one's own limits
        (_LOAD, 0, 0, 16),
        (_EQUAL, 1, 0, 0),
        (_RETURN, 0, 0, _REFUSE | _EPERM),
        (_RETURN, 0, 0, _ALLOW),
    ]
    if sockets == LOCAL:
        steps += [
            (_EQUAL, 0, 7, calls["socket"]),
            (_LOAD, 0, 0, 16),
            (_EQUAL, 0, 3, socket.AF_UNIX),
            (_LOAD, 0, 0, 24),
            (_MASK, 0, 0, _SOCKET_KIND),
            (_EQUAL, 1, 0, socket.SOCK_STREAM),  # a datagram needs no connection
            (_RETURN, 0, 0, _REFUSE | _EPERM),
            (_RETURN, 0, 0, _ALLOW),
        ]
    for number in refused:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE | _EPERM)]
    steps.append((_RETURN, 0, 0, _ALLOW))
    return [struct.pack("=HBBI", *step) for step in steps]


def leave_network(*, alone: bool = False) -> bool:
    """Move into an empty network namespace where the system lets us; whether it did.

    ``alone`` asks for a user namespace first, in which not even root has power over anything else.
    """
    if not hasattr(LIBC, "unshare"):
        return False
    user, group = os.geteuid(), os.getegid()
    if not alone and LIBC.unshare(_NEW_NETWORK) == 0:
        return True
    if LIBC.unshare(_NEW_USER | _NEW_NETWORK) != 0:
        return bool(alone and LIBC.unshare(_NEW_NETWORK) == 0)
    for name, words in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        # where this is refused, files stay accessible all the same: the kernel keeps its own ids
        with contextlib.suppress(OSError), open("/proc/self/" + name, "w") as file:
            file.write(words)
    return True


def own_temporary_folder(kept: str, size: int) -> bool:
    """Put an empty folder of ``size`` bytes where ``TEMPORARY`` was; whether it stands.

    Of what lay there only the folder ``kept`` is seen, under its name. Both are gone with the last
    process that sees them. To be called after `leave_network`, while there is power to mount.
    """
    if not hasattr(LIBC, "unshare") or LIBC.unshare(_NEW_MOUNTS) != 0:
        return False
    handle = os.open(kept, os.O_PATH | os.O_CLOEXEC)
    try:
        options = f"size={size},nr_inodes=1000,mode=700"
        if not _mount("none", "/", "", _PRIVATE):
            return False
        if not _mount("tmpfs", TEMPORARY, "tmpfs", _NO_SUID_DEV_EXEC, options):
            return False
        if os.path.isdir(kept):  # it lies elsewhere
            return True
        with contextlib.suppress(OSError):  # nobody may make anything where no user id is mapped
            os.mkdir(kept, 0o700)
            if _mount(f"/proc/self/fd/{handle}", kept, "", _BIND):
                return True
        LIBC.umount2(os.fsencode(TEMPORARY), _DETACH)
        return False
    finally:
        os.close(handle)


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> bool:
    words = (os.fsencode(word) for word in (source, target, kind))
    return bool(LIBC.mount(*words, ctypes.c_ulong(flags), os.fsencode(options)) == 0)


def forbid_privileges() -> bool:
    """No program that is started may gain more rights; whether it holds."""
    return _control(_NO_NEW_PRIVS, 1) == 0


def drop_capabilities() -> bool:
    """Give up what root may do beyond others; whether it holds."""
    if not hasattr(LIBC, "capset"):
        return False
    return bool(LIBC.capset(struct.pack("=Ii", 0x20080522, 0), bytes(24)) == 0)


def hide() -> bool:
    """Leave no image of the memory, to a core dump or to another process; whether it holds."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return _control(_DUMPABLE, 0) == 0


def die_with_parent(parent: int) -> bool:
    """Be killed when the thread that started this process ends; whether it holds.

    ``parent`` is that thread's process: where it ended before this call, all ends here.
    """
    holds = _control(_PDEATHSIG, signal.SIGKILL) == 0
    if os.getppid() != parent:
        os._exit(0)
    return holds


def limit(
    *,
    memory: int | None = None,
    cpu_s: int | None = None,
    file_size: int | None = None,
    files: int | None = None,
) -> None:
    """Bounds in bytes of address space, seconds of processor time, bytes of a file, open files."""
    bounds = (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, bound in bounds:
        if bound is not None:
            hard = resource.getrlimit(kind)[1]
            least = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
            resource.setrlimit(kind, (least, least))


def _control(*arguments: object) -> int:
    if not hasattr(LIBC, "prctl"):
        return -1
    option, *rest = arguments
    padded = [*rest, 0, 0, 0, 0][:4]
    return int(LIBC.prctl(option, *map(_word, padded)))


def _call(number: int, *arguments: object) -> int:
    LIBC.syscall.restype = ctypes.c_long
    return int(LIBC.syscall(ctypes.c_long(number), *map(_word, arguments)))


def _word(value: object) -> object:
    if isinstance(value, int):
        return ctypes.c_long(value)
    return ctypes.c_char_p(value) if isinstance(value, bytes) else value
