"""Alembic runs migrations on the connection that the ledger hands it."""

from alembic import context

from pipeline.ledger.tables import Base

with_connection = context.config.attributes["connection"]
context.configure(connection=with_connection, target_metadata=Base.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
