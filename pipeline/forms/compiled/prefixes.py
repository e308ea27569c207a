"""python-docx's own prefixes, kept: importing docxcompose gives “cp” another meaning for all.

docxtpl loads docxcompose for sub-documents; from then on python-docx would write the core
properties of any document into the namespace of the custom ones.
"""

import docxcompose.utils  # noqa: F401  (loaded first, so that what it changes can be put back)
from docx.oxml.ns import nsmap

CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"


def keep_prefixes() -> None:
    """Have “cp” mean the core properties again (ECMA-376 part 2, §11)."""
    nsmap["cp"] = CORE
