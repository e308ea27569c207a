"""What is done with the bytes of scans and photographs, each in a process of its own.

See `pipeline.confine.reader`: arguments and results travel between processes.
"""

from typing import Any

from pipeline.errors import KinerjaError, ReadError
from pipeline.scans.binding import bound
from pipeline.scans.marks import look_at
from pipeline.scans.page_marks import ink_in_field, look_for_marks
from pipeline.scans.reading import read_pages

APART: dict[Any, type[KinerjaError]] = {
    look_at: ReadError,
    read_pages: ReadError,
    bound: ReadError,
    look_for_marks: ReadError,
    ink_in_field: ReadError,
}
"""What may be called, and which error says that a file took too much."""
