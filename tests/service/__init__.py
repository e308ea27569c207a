"""The running programs of an office."""
