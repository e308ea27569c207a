"""What is done with PDFs and Word files in which people had a part, apart from all else.

See `pipeline.confine.reader`: arguments and results travel between processes.
"""

from typing import Any

from pipeline.errors import ConversionError, KinerjaError, ReadError
from pipeline.pdf.finish import finished
from pipeline.pdf.formats import safe_document
from pipeline.pdf.package import safe_package
from pipeline.pdf.stamp import stamped
from pipeline.pdf.text import text_of

APART: dict[Any, type[KinerjaError]] = {
    safe_package: ConversionError,
    safe_document: ReadError,
    finished: ConversionError,
    stamped: ConversionError,
    text_of: ReadError,
}
"""What may be called, and which error says that a file took too much."""
