"""The whole office, copied while it works: `kinerja backup`."""
