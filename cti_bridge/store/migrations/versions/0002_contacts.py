"""Contacts with their segments, offers and journey; agents; missed calls; the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import UtcDateTime, json_of, key_of

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_OPEN = sa.text("state IN ('new', 'queued', 'offered', 'connected', 'held', 'wrap_up')")
_RUNNING = sa.text("ended_at IS NULL")
_LISTED = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "agent_modes",
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("agent_id", key_of(36), nullable=False),
        sa.Column("mode", sa.String(12), nullable=False),
        sa.Column("reason", key_of(40), nullable=False),
        sa.Column("began_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_agent_modes"),
    )
    op.create_index("ix_agent_modes_agent", "agent_modes", ["agent_id", "began_at"])
    op.create_table(
        "agents",
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mode", sa.String(12), nullable=False),
        sa.Column("reason", key_of(40), nullable=False),
        sa.Column("mode_since", UtcDateTime(), nullable=False),
        sa.Column("idle_since", UtcDateTime(), nullable=False),
        sa.Column("next_mode", sa.String(12)),
        sa.Column("next_reason", key_of(40), nullable=False),
        sa.Column("work", json_of(), nullable=False),
        sa.Column("mode_row", key_of(36), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_agents"),
    )
    op.create_table(
        "bridge_life",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("alive_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_bridge_life"),
    )
    op.create_table(
        "interactions",
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("direction", sa.String(8), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("queue_id", key_of(40)),
        sa.Column("queue_name", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("wanted_agent", key_of(36)),
        sa.Column("agent_id", key_of(36)),
        sa.Column("agent_name", sa.Text(), nullable=False),
        sa.Column("offer_id", key_of(36)),
        sa.Column("segment_id", key_of(36)),
        sa.Column("call_id", sa.Text()),
        sa.Column("consult", json_of()),
        sa.Column("outside_call_id", sa.Text()),
        sa.Column("outside_segment_id", key_of(36)),
        sa.Column("number_kind", sa.String(10), nullable=False),
        sa.Column("number", key_of(64), nullable=False),
        sa.Column("number_extension", key_of(16), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("asserted", sa.Boolean(), nullable=False),
        sa.Column("identity_source", sa.Text(), nullable=False),
        sa.Column("dnis", sa.Text(), nullable=False),
        sa.Column("first_dialled", sa.Text(), nullable=False),
        sa.Column("line_id", key_of(40)),
        sa.Column("customer_id", key_of(36)),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("queued_at", UtcDateTime()),
        sa.Column("established_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.Column("wrap_up_until", UtcDateTime()),
        sa.Column("wrap_up_extensions_left", sa.Integer(), nullable=False),
        sa.Column("disposition", key_of(40), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("failure", sa.String(20)),
        sa.Column("missed_id", key_of(36)),
        sa.Column("pop_ms", sa.Float()),
        sa.Column("transfers", sa.Integer(), nullable=False),
        sa.Column("talk_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_interactions"),
    )
    op.create_index("ix_interactions_agent", "interactions", ["agent_id", "started_at", "id"])
    op.create_index(
        "ix_interactions_customer", "interactions", ["customer_id", "started_at", "id"]
    )
    op.create_index("ix_interactions_number", "interactions", ["number", "started_at"])
    op.create_index(
        "ix_interactions_open",
        "interactions",
        ["state"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index("ix_interactions_queue", "interactions", ["queue_id", "started_at", "id"])
    op.create_index("ix_interactions_started_at", "interactions", ["started_at", "id"])
    op.create_table(
        "journey",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("interaction_id", key_of(36), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("what", key_of(32), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_journey"),
    )
    op.create_index("ix_journey_interaction", "journey", ["interaction_id", "n"])
    op.create_table(
        "missed_calls",
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("number_kind", sa.String(10), nullable=False),
        sa.Column("number", key_of(64), nullable=False),
        sa.Column("number_extension", key_of(16), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("customer_id", key_of(36)),
        sa.Column("customer_name", sa.Text(), nullable=False),
        sa.Column("queue_id", key_of(40)),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("waited_seconds", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("taken_by", key_of(36)),
        sa.Column("closed_at", UtcDateTime()),
        sa.Column("closed_by", key_of(36)),
        sa.Column("closed_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_missed_calls"),
    )
    op.create_index(
        "ix_missed_calls_listed",
        "missed_calls",
        ["id"],
        sqlite_where=_LISTED,
        postgresql_where=_LISTED,
    )
    op.create_table(
        "offers",
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("interaction_id", key_of(36), nullable=False),
        sa.Column("agent_id", key_of(36), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("shown_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
    )
    op.create_index("ix_offers_interaction", "offers", ["interaction_id"])
    op.create_index(
        "ix_offers_running", "offers", ["id"], sqlite_where=_RUNNING, postgresql_where=_RUNNING
    )
    op.create_table(
        "outbox",
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("frames", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    )
    op.create_table(
        "segments",
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("interaction_id", key_of(36), nullable=False),
        sa.Column("agent_id", key_of(36)),
        sa.Column("party", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("answered_at", UtcDateTime()),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("held_since", UtcDateTime()),
        sa.Column("hold_seconds", sa.Float(), nullable=False),
        sa.Column("wrap_up_seconds", sa.Float(), nullable=False),
        sa.Column("cause", sa.String(20)),
        sa.Column("packets_received", sa.Integer()),
        sa.Column("packets_lost", sa.Integer()),
        sa.Column("packets_late", sa.Integer()),
        sa.Column("packets_sent", sa.Integer()),
        sa.Column("jitter_ms", sa.Float()),
        sa.PrimaryKeyConstraint("id", name="pk_segments"),
    )
    op.create_index("ix_segments_interaction", "segments", ["interaction_id"])
    op.create_index(
        "ix_segments_running", "segments", ["id"], sqlite_where=_RUNNING, postgresql_where=_RUNNING
    )


def downgrade() -> None:
    for table in (
        "agent_modes",
        "agents",
        "bridge_life",
        "interactions",
        "journey",
        "missed_calls",
        "offers",
        "outbox",
        "segments",
    ):
        op.drop_table(table)
