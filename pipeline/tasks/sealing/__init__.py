"""The ledger sealed outside the database, daily and after each filing."""
