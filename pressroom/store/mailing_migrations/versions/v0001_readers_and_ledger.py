"""Readers, the ledger of deliveries, and what was test-mailed."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the three tables."""
    op.create_table(
        "subscribers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, nullable=False, unique=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("token", sa.Text, nullable=False, unique=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("added", sa.Text, nullable=False),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("issue", sa.Text, nullable=False),
        sa.Column("subscriber_id", sa.Integer, sa.ForeignKey("subscribers.id"), nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reply", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("leaves", sa.Integer, nullable=False),
        sa.Column("updated", sa.Text, nullable=False),
        sa.UniqueConstraint("issue", "subscriber_id"),
    )
    op.create_index("deliveries_in_order", "deliveries", ["issue", "id"])
    op.create_table(
        "tests",
        sa.Column("issue", sa.Text, primary_key=True),
        sa.Column("edition", sa.Text, primary_key=True),
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("leaves", sa.Integer, primary_key=True),
        sa.Column("time", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("tests", "deliveries", "subscribers"):
        op.drop_table(table)
