"""What the signatures of a filed print-out were measured to prove, and a renewal under way."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "proof",
        sa.Column("record_id", sa.String(length=32), nullable=False),
        sa.Column("office_id", sa.String(length=40), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("stamped", sa.Boolean(), nullable=False),
        sa.Column("holds_until", sa.DateTime(), nullable=True),
        sa.Column("renewal", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"]),
        sa.PrimaryKeyConstraint("record_id"),
    )
    op.create_index("ix_proof_office_id", "proof", ["office_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("proof")
