"""Whether ledger, files, records and seals are what they were: `kinerja audit`."""
