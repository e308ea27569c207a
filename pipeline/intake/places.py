"""Where people put files, and what putting them there means."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.procedure import CommandFolder, Procedure, Step, Verb

ON_BEHALF = "_titipan"
RESULTS = "hasil"
REFUSED = "ditolak"
COMMAND_NAMES = frozenset(command.value for command in CommandFolder)


@dataclass(frozen=True)
class CommandPlace:
    """A command folder: of which step, which command, and whose (at the filling step)."""

    step: Step
    command: CommandFolder
    post_folder: str = ""

    @property
    def stage(self) -> str:
        """The folder around it, relative to the procedure's inbox: where its people look."""
        return f"{self.step.folder}/{self.post_folder}" if self.post_folder else self.step.folder

    @property
    def path(self) -> str:
        """The command folder, relative to the procedure's inbox."""
        return f"{self.stage}/{self.command.value}"


def fixed_folders(procedure: Procedure) -> list[str]:
    """The folders that a procedure's inbox always has, relative to it."""
    folders = [RESULTS, REFUSED]
    for step in procedure.steps:
        posts = [ON_BEHALF] if step.verb is Verb.FILL else [""]
        folders += [CommandPlace(step, c, p).path for p in posts for c in step.commands]
    return folders


def command_places(inbox: Path, procedure: Procedure) -> Iterator[CommandPlace]:
    """The command folders of a procedure's inbox, those of the officials as they stand now."""
    for step in procedure.steps:
        posts = [""]
        if step.verb is Verb.FILL:
            posts = _folders_in(inbox / step.folder)
        for command in step.commands:
            for post in posts:
                yield CommandPlace(step, command, post)


def _folders_in(folder: Path) -> list[str]:
    """The folders in a folder, by name; a link to one is none of ours."""
    try:
        with os.scandir(folder) as entries:
            return sorted(e.name for e in entries if e.is_dir(follow_symlinks=False))
    except OSError:  # not there, or closed to us
        return []


def place_at(procedure: Procedure, path: str) -> CommandPlace | None:
    """The command place that ``path`` (relative to the procedure's inbox) names."""
    parts = path.split("/")
    step = procedure.step_in(parts[0])
    if step is None or parts[-1] not in COMMAND_NAMES:
        return None
    command = CommandFolder(parts[-1])
    posts = 1 if step.verb is Verb.FILL else 0
    if command not in step.commands or len(parts) != 2 + posts:
        return None
    return CommandPlace(step, command, parts[1] if posts else "")
