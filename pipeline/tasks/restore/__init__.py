"""An office brought back from its backup: `kinerja restore`."""
