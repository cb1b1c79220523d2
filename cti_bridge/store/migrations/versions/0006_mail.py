"""The e-mail channel's place in each mailbox, its outbox, threads and automatic answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import UtcDateTime, json_of, key_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_places",
        sa.Column("mailbox", key_of(40), primary_key=True),
        sa.Column("uid_validity", sa.BigInteger, nullable=False),
        sa.Column("next_uid", sa.BigInteger, nullable=False),
        sa.Column("synced_at", UtcDateTime, nullable=False),
    )
    op.create_table(
        "mail_todo",
        sa.Column("mailbox", key_of(40), primary_key=True),
        sa.Column("uid_validity", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("uid", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("message_id", key_of(36)),
        sa.Column("arrived", sa.Boolean, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
    )
    op.create_table(
        "mail_outbox",
        sa.Column("id", key_of(64), primary_key=True),
        sa.Column("mailbox", key_of(40), nullable=False),
        sa.Column("message_id", key_of(36)),
        sa.Column("sender", sa.Text, nullable=False),
        sa.Column("recipients", json_of(), nullable=False),
        sa.Column("blob_id", key_of(36), nullable=False),
        sa.Column("draft", sa.Text, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("made_at", UtcDateTime, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("state", key_of(10), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_mail_outbox_due", "mail_outbox", ["mailbox", "state", "due_at"])
    op.create_table(
        "mail_sent",
        sa.Column("id", key_of(64), primary_key=True),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_mail_sent_at", "mail_sent", ["at"])
    op.create_table(
        "mail_threads",
        sa.Column("address", key_of(254), primary_key=True),
        sa.Column("subject", key_of(64), primary_key=True),
        sa.Column("interaction_id", key_of(36), nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.create_index("ix_mail_threads_at", "mail_threads", ["at"])
    op.create_table(
        "mail_answered",
        sa.Column("address", key_of(254), primary_key=True),
        sa.Column("since", UtcDateTime, nullable=False),
        sa.Column("answers", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    for table in ("answered", "threads", "sent", "outbox", "todo", "places"):
        op.drop_table(f"mail_{table}")
