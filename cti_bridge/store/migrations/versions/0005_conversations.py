"""What is written on contacts: messages, drafts, chats, files, and small facts of the channels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import UtcDateTime, json_of, key_of

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_IN_OUTBOX = sa.text("delivery IN ('undoable', 'sending', 'failed')")
_OPEN = sa.text("ended = false")
_HAS_HEADER = sa.text("header_key IS NOT NULL")
TABLES = (
    "channel_settings",
    "blob_uses",
    "blob_parts",
    "blobs",
    "chats",
    "messages",
    "conversations",
)


def upgrade() -> None:
    _conversations()
    _chats()
    _blobs()
    op.create_table(
        "channel_settings",
        sa.Column("name", key_of(120), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_channel_settings"),
    )


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("interaction_id", key_of(36), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("read_seq", sa.Integer(), nullable=False),
        sa.Column("draft", json_of()),
        sa.PrimaryKeyConstraint("interaction_id", name="pk_conversations"),
    )
    op.create_table(
        "messages",
        sa.Column("id", key_of(64), nullable=False),
        sa.Column("interaction_id", key_of(36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("author", sa.String(10), nullable=False),
        sa.Column("agent_id", key_of(36)),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("code", key_of(40), nullable=False),
        sa.Column("delivery", sa.String(10), nullable=False),
        sa.Column("delivery_detail", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime()),
        sa.Column("undo_until", UtcDateTime()),
        sa.Column("attachments", json_of()),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("email", json_of()),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("quoted", sa.Text(), nullable=False),
        sa.Column("header_key", key_of(255)),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
    )
    op.create_index(
        "uq_messages_interaction_id", "messages", ["interaction_id", "seq"], unique=True
    )
    op.create_index(
        "ix_messages_header_key",
        "messages",
        ["header_key"],
        sqlite_where=_HAS_HEADER,
        postgresql_where=_HAS_HEADER,
    )
    op.create_index(
        "ix_messages_outbox",
        "messages",
        ["at"],
        sqlite_where=_IN_OUTBOX,
        postgresql_where=_IN_OUTBOX,
    )


def _chats() -> None:
    op.create_table(
        "chats",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("interaction_id", key_of(36), nullable=False),
        sa.Column("site", key_of(40), nullable=False),
        sa.Column("visitor", key_of(128), nullable=False),
        sa.Column("form", json_of(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("language", key_of(16), nullable=False),
        sa.Column("read_to", key_of(64)),
        sa.Column("agent_read_to", key_of(64)),
        sa.Column("rating", sa.Integer()),
        sa.Column("rating_comment", sa.Text(), nullable=False),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_chats"),
    )
    op.create_index("uq_chats_interaction_id", "chats", ["interaction_id"], unique=True)
    op.create_index("ix_chats_visitor", "chats", ["visitor", "n"])
    op.create_index("ix_chats_open", "chats", ["n"], sqlite_where=_OPEN, postgresql_where=_OPEN)


def _blobs() -> None:
    op.create_table(
        "blobs",
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", key_of(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_blobs"),
    )
    op.create_index("ix_blobs_made_at", "blobs", ["made_at"])
    op.create_table(
        "blob_parts",
        sa.Column("blob_id", key_of(36), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", "part", name="pk_blob_parts"),
    )
    op.create_table(
        "blob_uses",
        sa.Column("blob_id", key_of(36), nullable=False),
        sa.Column("interaction_id", key_of(36), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", "interaction_id", name="pk_blob_uses"),
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
