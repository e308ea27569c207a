"""The parts of an examination that are about folders and disks."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from pipeline.intake.claim import left_claims
from pipeline.intake.places import command_places
from pipeline.office import Office
from pipeline.tasks.doctor_report import Outcome, gathered

GIB = 1 << 30


def check_folders(office: Office) -> Outcome:
    """State, inbox and archive are there, and this account may write to them."""
    return gathered(
        f"state, inbox and archive in {office.root} can be written", _folder_faults(office)
    )


def check_file_system(office: Office) -> Outcome:
    """Files are taken by rename, which needs inbox and ``work`` on one file system."""
    work = office.work if office.work.exists() else office.state
    if work.stat().st_dev == office.inbox.stat().st_dev:
        return Outcome(True, "inbox and work folder share a file system")
    return Outcome(
        False,
        f"{office.inbox} and {work} lie on different file systems, so no file can be taken whole",
        "Set [folders] state in kinerja.toml to a folder on the file system of the inbox.",
    )


def check_command_folders(office: Office) -> Outcome:
    """Who may write to a command folder may decide: so not everybody should."""
    folders = [
        office.inbox_of(procedure) / place.path
        for procedure in office.procedures.values()
        for place in command_places(office.inbox_of(procedure), procedure)
    ]
    missing = [folder for folder in folders if not folder.is_dir()]
    if missing:
        names = ", ".join(_shown(office, missing))
        mend = "Start the service, which makes them; then set who may write to them."
        return Outcome(False, f"command folders are missing: {names}", mend)
    open_to_all = [f for f in folders if f.stat().st_mode & stat.S_IWOTH]
    if open_to_all:
        names = ", ".join(_shown(office, open_to_all))
        mend = "Give each to a group of its deciders, and take the others' right (chmod o-w)."
        return Outcome(True, f"everybody may decide by moving files into {names}", mend)
    return Outcome(True, f"none of {len(folders)} command folders is writable for everybody")


def check_claims(office: Office) -> Outcome:
    """Nothing that was taken from a command folder lies in ``work`` for longer than is usual."""
    patience_s = office.settings.watch.quiet_s
    return gathered(
        "everything that was taken from command folders has been entered",
        (
            Outcome(
                False,
                f"{claim.name}, taken from {claim.folder}, is not entered after {patience_s:g} s"
                f" ({content})",
                "Start the service if it stands still; close the file where it is still open; give"
                " the service's account read access to it. Then it is entered by itself.",
            )
            for claim, content in left_claims(office.work, patience_s)
        ),
    )


def check_disk(office: Office) -> Outcome:
    """At least 1 GiB is free wherever the office writes."""
    free = {
        label: shutil.disk_usage(_standing(folder)).free
        for label, folder in _folders(office).items()
    }
    told = ", ".join(f"{label} {amount / GIB:.1f} GiB" for label, amount in free.items())
    if min(free.values()) >= GIB:
        return Outcome(True, f"free: {told}")
    return Outcome(False, f"less than 1 GiB is free: {told}", "Make room, or enlarge the disk.")


def _folders(office: Office) -> dict[str, Path]:
    return {"state": office.state, "inbox": office.inbox, "archive": office.archive}


def _folder_faults(office: Office) -> Iterator[Outcome]:
    for label, folder in _folders(office).items():
        if not folder.is_dir():
            mend = f"Mount its storage if it has its own; else run `kinerja init {office.root}`."
            yield Outcome(False, f"the {label} folder {folder} is missing", mend)
        elif not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            mend = "Give the service's account read and write access."
            yield Outcome(False, f"the {label} folder {folder} cannot be written", mend)


def _shown(office: Office, folders: list[Path], limit: int = 5) -> list[str]:
    names = [folder.relative_to(office.inbox).as_posix() for folder in folders[:limit]]
    rest = len(folders) - limit
    return [*names, f"{rest} more"] if rest > 0 else names


def _standing(folder: Path) -> Path:
    """The folder, or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())
