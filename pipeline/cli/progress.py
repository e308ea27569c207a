"""A progress bar for commands that take their time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Told = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and of how many (0: not known)."""


@contextmanager
def progress_bar(name: str, *, shown: bool) -> Iterator[Told]:
    """A bar on standard error, gone when all is done; it moves on a terminal only."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    visible = shown and console.is_terminal
    with Progress(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not visible
    ) as bar:
        task = bar.add_task(name, total=None)

        def told(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of or None)

        yield told
