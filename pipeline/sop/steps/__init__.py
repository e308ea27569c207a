"""The verbs of a procedure: one file each, and the registry."""
