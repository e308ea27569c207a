"""A returned form read back: who it says it is, what was written, and what was altered."""

from pipeline.forms.readback.comments import read_comments
from pipeline.forms.readback.controls import is_empty, is_tagged, read_fields
from pipeline.forms.readback.identity import Identity, read_identity

__all__ = [
    "Identity",
    "is_empty",
    "is_tagged",
    "read_comments",
    "read_fields",
    "read_identity",
]
