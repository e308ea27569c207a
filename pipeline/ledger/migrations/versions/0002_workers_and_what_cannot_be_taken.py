"""Workers, what cannot be taken from a command folder; quicker looks, files over 2 GiB."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "untaken",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.String(length=40), nullable=False),
        sa.Column("folder", sa.String(length=400), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("mark", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=20), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("gone_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_untaken_office_id", "untaken", ["office_id"])
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=120), nullable=False),
        sa.Column("office_id", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_worker_office_id", "worker", ["office_id"])
    op.create_index("ix_arrival_outcome", "arrival", ["office_id", "outcome"])
    op.create_index("ix_document_state", "document", ["office_id", "state"])
    if op.get_bind().dialect.name == "postgresql":  # SQLite's integers are long enough
        op.alter_column("arrival", "size", type_=sa.BigInteger())


def downgrade() -> None:
    """Take back; PostgreSQL refuses while a file over 2 GiB is written down."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("arrival", "size", type_=sa.Integer())
    op.drop_index("ix_document_state", "document")
    op.drop_index("ix_arrival_outcome", "arrival")
    op.drop_table("worker")
    op.drop_table("untaken")
