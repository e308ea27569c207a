"""Whether the inbox is there: a mount may be gone, or another disk hang in its place.

A hidden file in the inbox carries an id that the state folder knows too. Where it is missing,
nothing may be taken, laid out, made, or taken for moved by people: the folders are not theirs.
"""

import os
from pathlib import Path
from uuid import uuid4

import structlog

from pipeline.errors import KinerjaError
from pipeline.files import make_folder, write_whole

IN_INBOX, IN_STATE = ".kinerja-inbox", "inbox-id"
LONGEST = 64
log = structlog.get_logger()


class InboxAwayError(KinerjaError):
    """The inbox is not there; work that needs to look into it is done when it is back."""


class InboxMark:
    """The mark of one office's inbox."""

    def __init__(self, inbox: Path, state: Path) -> None:
        self._inbox = inbox
        self._state = state
        self._away = False

    def make(self) -> None:
        """Make the inbox with its mark, the first time; an inbox that has a mark keeps it."""
        known, found = self._known(), self._found()
        if known:
            return
        if not found:
            found = uuid4().hex
            make_folder(self._inbox)
            write_whole(self._inbox / IN_INBOX, f"{found}\n".encode())
        make_folder(self._state)
        write_whole(self._state / IN_STATE, f"{found}\n".encode())

    def is_there(self) -> bool:
        """Whether it is our inbox that lies there; that it went or came back is logged once.

        An inbox without any mark (of an office that has not been served yet) is there if its folder
        is.
        """
        known = self._known()
        there = self._found() == known if known else self._inbox.is_dir()
        if there == self._away:
            self._away = not there
            if there:
                log.info("the inbox is back", inbox=str(self._inbox))
            else:
                log.error(
                    "the inbox is not there: nothing is taken or laid out until it is back",
                    inbox=str(self._inbox),
                    mend=self.mend,
                )
        return there

    def require(self) -> None:
        """Look before something is concluded from a file's absence.

        Raises:
            InboxAwayError: the inbox is not there.
        """
        if not self.is_there():
            raise InboxAwayError(f"{self._inbox}: the inbox is not there. {self.mend}")

    @property
    def mend(self) -> str:
        """What an administrator does about it."""
        return (
            f"Mount its storage again: it holds {IN_INBOX} with the id that stands in"
            f" {self._state / IN_STATE}. Where it was moved on purpose, remove {IN_STATE} and start"
            " the service again."
        )

    def _known(self) -> str:
        return _line(self._state / IN_STATE)

    def _found(self) -> str:
        return _line(self._inbox / IN_INBOX)


def _line(path: Path) -> str:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # in the inbox anything may lie
    except OSError:
        return ""
    try:
        return os.read(handle, LONGEST).decode("ascii", errors="replace").strip()
    except OSError:
        return ""
    finally:
        os.close(handle)
