"""Consent and bounces of readers; locked bytes, schedules, leases and alerts of a send."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT = ("consent_at", "consent_how", "consent_ip", "consent_words", "tags", "bounced_at")
NUMBERS = ("early", "soft")
DELIVERY = ("print", "worker", "lease", "not_before")


def upgrade() -> None:
    """Widen readers and deliveries; add what a send that waits for its hour has to remember."""
    for name in TEXT:
        op.add_column("subscribers", sa.Column(name, sa.Text, nullable=False, server_default=""))
    for name in NUMBERS:
        op.add_column(
            "subscribers", sa.Column(name, sa.Integer, nullable=False, server_default="0")
        )
    for name in DELIVERY:
        op.add_column("deliveries", sa.Column(name, sa.Text, nullable=False, server_default=""))
    op.add_column("deliveries", sa.Column("tries", sa.Integer, nullable=False, server_default="0"))
    op.create_index("deliveries_by_state", "deliveries", ["issue", "state", "id"])
    op.create_index("deliveries_by_reader", "deliveries", ["subscriber_id"])
    op.create_index("readers_by_state", "subscribers", ["state", "edition", "id"])
    op.create_table(
        "suppressed",
        sa.Column("hash", sa.Text, primary_key=True),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
    )
    op.create_table(
        "bounces",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("mail", sa.Text, nullable=False, unique=True),
        sa.Column("subscriber_id", sa.Integer, nullable=False),
        sa.Column("issue", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
    )
    op.create_table(
        "prints",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("issue", sa.Text, nullable=False),
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("mail", sa.Text, nullable=False),
        sa.Column("html", sa.LargeBinary, nullable=False),
        sa.Column("text", sa.LargeBinary, nullable=False),
        sa.Column("manuscript", sa.Text, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
    )
    op.create_table(
        "sends",
        sa.Column("issue", sa.Text, primary_key=True),
        sa.Column("edition", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("print", sa.Text, nullable=False),
        sa.Column("expected", sa.Integer, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("updated", sa.Text, nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("issue", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("to_whom", sa.Text, nullable=False),
        sa.Column("time", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop what was added."""
    for table in ("alerts", "sends", "prints", "bounces", "suppressed"):
        op.drop_table(table)
    for index, table in (
        ("deliveries_by_state", "deliveries"),
        ("deliveries_by_reader", "deliveries"),
        ("readers_by_state", "subscribers"),
    ):
        op.drop_index(index, table)
    for name in (*DELIVERY, "tries"):
        op.drop_column("deliveries", name)
    for name in (*TEXT, *NUMBERS):
        op.drop_column("subscribers", name)
