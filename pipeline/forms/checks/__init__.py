"""A returned form judged: `form.py` first, then `registry.py`, and a check a file."""
