"""Nouns and rules of the procedure. No input or output, no clock."""
