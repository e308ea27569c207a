"""The state of an office: SQLAlchemy tables, transactions, hash-chained events, migrations."""
