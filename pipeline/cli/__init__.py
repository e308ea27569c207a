"""The command line: English, ``--json`` where something is reported, one file a command."""
