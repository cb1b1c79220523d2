"""Contacts of every channel: their subject, their wishes, what is parked, why they were chosen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import UtcDateTime, json_of, key_of

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_BEFORE = "state IN ('new', 'queued', 'offered', 'connected', 'held', 'wrap_up')"
_NOW = "state IN ('new', 'queued', 'offered', 'connected', 'held', 'parked', 'wrap_up')"


def upgrade() -> None:
    for column in (
        sa.Column("subject", sa.Text(), nullable=False, server_default=""),
        sa.Column("language", key_of(12), nullable=False, server_default=""),
        sa.Column("handover", sa.Text(), nullable=False, server_default=""),
        sa.Column("wake_at", UtcDateTime()),
        sa.Column("parent_id", key_of(36)),
        sa.Column("routing", json_of()),
    ):
        op.add_column("interactions", column)
    op.add_column("journey", sa.Column("decision", json_of()))
    _open_index(_NOW)
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no lengths
        op.alter_column("interactions", "channel", type_=sa.String(12))
        op.alter_column("interactions", "number", type_=sa.String(255, collation="C"))


def downgrade() -> None:
    _open_index(_BEFORE)
    op.drop_column("journey", "decision")
    for name in ("routing", "parent_id", "wake_at", "handover", "language", "subject"):
        op.drop_column("interactions", name)


def _open_index(where: str) -> None:
    """What is open now, among all that ever was."""
    op.drop_index("ix_interactions_open", "interactions")
    op.create_index(
        "ix_interactions_open",
        "interactions",
        ["state"],
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )
