"""Tables of contacts: interactions with their segments, offers and journey; agents; outbox.

Names of queues, agents and customers stand in the interaction as they were at the time: history
must read the same after a queue is renamed or a user is gone. `agents` is where an agent stands
now; its `version` is what a reservation checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator

from cti_bridge.protocol.vocabulary import (
    AgentMode,
    Channel,
    ClearCause,
    Direction,
    InteractionState,
    OfferState,
)
from cti_bridge.store.metadata import UtcDateTime, enum_of, json_of, key_of, metadata
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect
    from sqlalchemy.types import TypeEngine

_ROW = BigInteger().with_variant(Integer(), "sqlite")


class _Channel(TypeDecorator[Channel]):
    """As `enum_of`; on SQLite, which keeps no lengths, as it was declared at first: a column's
    declaration cannot be changed there without writing the table anew."""

    impl = String(12)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(8 if dialect.name == "sqlite" else 12))

    def process_bind_param(self, value: Channel | None, dialect: Dialect) -> str | None:
        return None if value is None else Channel(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Channel | None:
        return None if value is None else Channel(value)


_NUMBER = String(255).with_variant(String(64), "sqlite")
_NUMBER = _NUMBER.with_variant(String(255, collation="C"), "postgresql")
OPEN_STATES: Final = ("new", "queued", "offered", "connected", "held", "parked", "wrap_up")
OPEN: Final = text(f"state IN ({', '.join(repr(state) for state in OPEN_STATES)})")
_RUNNING = text("ended_at IS NULL")
_LISTED = text("closed_at IS NULL")

interactions: Final = Table(
    "interactions",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("channel", _Channel, nullable=False),
    Column("direction", enum_of(Direction, 8), nullable=False),
    Column("state", enum_of(InteractionState, 10), nullable=False),
    Column("queue_id", key_of(40)),
    Column("queue_name", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("wanted_agent", key_of(36)),
    Column("agent_id", key_of(36)),
    Column("agent_name", Text, nullable=False),
    Column("offer_id", key_of(36)),
    Column("segment_id", key_of(36)),
    Column("call_id", Text),
    Column("consult", json_of()),  # who is consulted; with a conference, all who are in it
    Column("outside_call_id", Text),
    Column("outside_segment_id", key_of(36)),
    Column("number_kind", enum_of(NumberKind, 10), nullable=False),
    Column("number", _NUMBER, nullable=False),  # or the e-mail address, or the visitor
    Column("number_extension", key_of(16), nullable=False),
    Column("display_name", Text, nullable=False),
    Column("asserted", Boolean, nullable=False),
    Column("identity_source", Text, nullable=False),
    Column("dnis", Text, nullable=False),
    Column("first_dialled", Text, nullable=False),
    Column("line_id", key_of(40)),
    Column("customer_id", key_of(36)),
    Column("customer_name", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("queued_at", UtcDateTime),
    Column("established_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("wrap_up_until", UtcDateTime),
    Column("wrap_up_extensions_left", Integer, nullable=False),
    Column("disposition", key_of(40), nullable=False),
    Column("notes", Text, nullable=False),
    # folded: customer, display name, number, notes, subject
    Column("words", Text, nullable=False),
    Column("failure", enum_of(ClearCause, 20)),
    Column("missed_id", key_of(36)),
    Column("pop_ms", Float),
    Column("transfers", Integer, nullable=False),
    Column("talk_seconds", Float, nullable=False),
    Column("subject", Text, nullable=False, server_default=""),
    Column("language", key_of(12), nullable=False, server_default=""),
    Column("handover", Text, nullable=False, server_default=""),
    Column("wake_at", UtcDateTime),
    Column("parent_id", key_of(36)),
    Column("routing", json_of()),  # whom and what it waits for; None: nothing out of the usual
    Column("variables", json_of()),  # what the PBX's dial plan said; None: nothing
    Column("recording", json_of()),  # acd.recording.Recording; None: nothing was ever recorded
    Index("ix_interactions_started_at", "started_at", "id"),
    Index("ix_interactions_customer", "customer_id", "started_at", "id"),
    Index("ix_interactions_agent", "agent_id", "started_at", "id"),
    Index("ix_interactions_queue", "queue_id", "started_at", "id"),
    Index("ix_interactions_number", "number", "started_at"),
    Index("ix_interactions_open", "state", sqlite_where=OPEN, postgresql_where=OPEN),
    Index(
        "ix_interactions_open_customer", "customer_id", sqlite_where=OPEN, postgresql_where=OPEN
    ),
)

segments: Final = Table(
    "segments",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("interaction_id", key_of(36), nullable=False),
    Column("agent_id", key_of(36)),
    Column("party", Text, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("answered_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    Column("held_since", UtcDateTime),
    Column("hold_seconds", Float, nullable=False),
    Column("wrap_up_seconds", Float, nullable=False),
    Column("cause", enum_of(ClearCause, 20)),
    Column("packets_received", Integer),  # None: no voice was measured
    Column("packets_lost", Integer),
    Column("packets_late", Integer),
    Column("packets_sent", Integer),
    Column("jitter_ms", Float),
    Index("ix_segments_interaction", "interaction_id"),
    Index("ix_segments_running", "id", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
)

offers: Final = Table(
    "offers",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("interaction_id", key_of(36), nullable=False),
    Column("agent_id", key_of(36), nullable=False),
    Column("state", enum_of(OfferState, 10), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("shown_at", UtcDateTime),
    Index("ix_offers_interaction", "interaction_id"),
    Index("ix_offers_running", "id", sqlite_where=_RUNNING, postgresql_where=_RUNNING),
)

journey: Final = Table(
    "journey",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("interaction_id", key_of(36), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("what", key_of(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("code", key_of(40), nullable=False, server_default=""),
    Column("figures", json_of()),
    Column("decision", json_of()),  # protocol.values.RoutingDecision
    Index("ix_journey_interaction", "interaction_id", "n"),
)

agents: Final = Table(
    "agents",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("login", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("mode", enum_of(AgentMode, 12), nullable=False),
    Column("reason", key_of(40), nullable=False),
    Column("mode_since", UtcDateTime, nullable=False),
    Column("idle_since", UtcDateTime, nullable=False),
    Column("next_mode", enum_of(AgentMode, 12)),
    Column("next_reason", key_of(40), nullable=False),
    Column("work", json_of(), nullable=False),  # ids of the contacts in hand
    Column("mode_row", key_of(36), nullable=False),  # the open row of agent_modes, or ""
)

agent_modes: Final = Table(
    "agent_modes",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("agent_id", key_of(36), nullable=False),
    Column("mode", enum_of(AgentMode, 12), nullable=False),
    Column("reason", key_of(40), nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index("ix_agent_modes_agent", "agent_id", "began_at"),
)

missed_calls: Final = Table(
    "missed_calls",
    metadata,
    Column("id", key_of(36), primary_key=True),  # the first interaction of the row
    Column("number_kind", enum_of(NumberKind, 10), nullable=False),
    Column("number", key_of(64), nullable=False),
    Column("number_extension", key_of(16), nullable=False),
    Column("display_name", Text, nullable=False),
    Column("customer_id", key_of(36)),
    Column("customer_name", Text, nullable=False),
    Column("queue_id", key_of(40)),
    Column("at", UtcDateTime, nullable=False),
    Column("waited_seconds", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("taken_by", key_of(36)),
    Column("closed_at", UtcDateTime),
    Column("closed_by", key_of(36)),
    Column("closed_reason", Text, nullable=False),
    Index("ix_missed_calls_listed", "id", sqlite_where=_LISTED, postgresql_where=_LISTED),
)

outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("frames", LargeBinary, nullable=False),
)

bridge_life: Final = Table(
    "bridge_life",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1: one bridge so far
    Column("alive_at", UtcDateTime, nullable=False),
)
