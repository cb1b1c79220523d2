"""Keys of sealed files; who looked at what; exports, holds, erasures and runs of retention."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import UtcDateTime, json_of, key_of

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("blobs", sa.Column("key_id", key_of(16)))
    op.add_column("blobs", sa.Column("wrapped", sa.LargeBinary))
    op.add_column(
        "blobs", sa.Column("sealed_parts", sa.Integer, nullable=False, server_default="0")
    )
    op.create_index("ix_blobs_key_id", "blobs", ["key_id", "id"])
    _access_log()
    op.create_table(
        "exports",
        sa.Column("id", key_of(36), primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("agent_id", key_of(36), nullable=False),
        sa.Column("agent_name", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_exports_at", "exports", ["at"])
    op.create_table(
        "legal_holds",
        sa.Column("customer_id", key_of(36), primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "erasures",
        sa.Column("id", key_of(36), primary_key=True),
        sa.Column("customer_id", key_of(36), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("counts", json_of(), nullable=False),
    )
    op.create_table(
        "retention_runs",
        sa.Column("n", _ROW, primary_key=True, autoincrement=True),
        sa.Column("began_at", UtcDateTime, nullable=False),
        sa.Column("ended_at", UtcDateTime),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("counts", json_of(), nullable=False),
    )


def _access_log() -> None:
    op.create_table(
        "access_log",
        sa.Column("n", _ROW, primary_key=True, autoincrement=False),
        sa.Column("at", UtcDateTime, nullable=False),
        sa.Column("agent_id", key_of(36), nullable=False),
        sa.Column("agent_name", sa.Text, nullable=False),
        sa.Column("what", key_of(12), nullable=False),
        sa.Column("customer_id", key_of(36)),
        sa.Column("interaction_id", key_of(36)),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary),
        sa.Column("detail_digest", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_access_log_customer", "access_log", ["customer_id", "n"])
    op.create_index("ix_access_log_agent", "access_log", ["agent_id", "n"])
    op.create_index("ix_access_log_at", "access_log", ["at"])
    head = op.create_table(
        "access_head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("n", _ROW, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("gone", _ROW, nullable=False),
        sa.Column("gone_digest", sa.LargeBinary, nullable=False),
    )
    nothing = bytes(32)
    op.bulk_insert(head, [{"id": 1, "n": 0, "digest": nothing, "gone": 0, "gone_digest": nothing}])


def downgrade() -> None:
    """Files that are sealed stay so, and nothing before this revision can open them."""
    for table in (
        "retention_runs",
        "erasures",
        "legal_holds",
        "exports",
        "access_head",
        "access_log",
    ):
        op.drop_table(table)
    op.drop_index("ix_blobs_key_id", "blobs")
    for column in ("sealed_parts", "wrapped", "key_id"):
        op.drop_column("blobs", column)
