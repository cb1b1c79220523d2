"""Tables of what is written on contacts: messages, drafts, chats, and the bytes of files.

A message keeps its long texts in columns of their own, so that a page of a conversation reads
only their beginnings. Bytes lie in pieces: one of 60 MB is never held as one.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from cti_bridge.protocol.vocabulary import Author, Delivery, MessageKind
from cti_bridge.store.metadata import UtcDateTime, enum_of, json_of, key_of, metadata

_ROW = BigInteger().with_variant(Integer(), "sqlite")
OUTBOX_STATES: Final = (Delivery.UNDOABLE, Delivery.SENDING, Delivery.FAILED)
IN_OUTBOX: Final = text("delivery IN ('undoable', 'sending', 'failed')")
OPEN: Final = text("ended = false")
_HAS_HEADER = text("header_key IS NOT NULL")

conversations: Final = Table(
    "conversations",
    metadata,
    Column("interaction_id", key_of(36), primary_key=True),
    Column(
        "last_seq", Integer, nullable=False
    ),  # of its messages: whoever adds one takes the next
    Column("read_seq", Integer, nullable=False),  # what its agents have seen
    Column("draft", json_of()),
)

messages: Final = Table(
    "messages",
    metadata,
    Column("id", key_of(64), primary_key=True),
    Column("interaction_id", key_of(36), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("kind", enum_of(MessageKind, 10), nullable=False),
    Column("author", enum_of(Author, 10), nullable=False),
    Column("agent_id", key_of(36)),
    Column("name", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("text", Text, nullable=False),
    Column("code", key_of(40), nullable=False),
    Column("delivery", enum_of(Delivery, 10), nullable=False),
    Column("delivery_detail", Text, nullable=False),
    Column("changed_at", UtcDateTime),
    Column("undo_until", UtcDateTime),
    Column("attachments", json_of()),
    Column("seconds", Float, nullable=False),
    Column("email", json_of()),  # all of an e-mail but its long texts; NULL: it is none
    Column("html", Text, nullable=False),
    Column("quoted", Text, nullable=False),
    Column("header_key", key_of(255)),  # of its Message-ID
    Index("uq_messages_interaction_id", "interaction_id", "seq", unique=True),
    Index(
        "ix_messages_header_key",
        "header_key",
        sqlite_where=_HAS_HEADER,
        postgresql_where=_HAS_HEADER,
    ),
    Index("ix_messages_outbox", "at", sqlite_where=IN_OUTBOX, postgresql_where=IN_OUTBOX),
)

chats: Final = Table(
    "chats",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),  # the newest has the highest
    Column("interaction_id", key_of(36), nullable=False),
    Column("site", key_of(40), nullable=False),
    Column("visitor", key_of(128), nullable=False),
    Column("form", json_of(), nullable=False),
    Column("page", Text, nullable=False),
    Column("language", key_of(16), nullable=False),
    Column("read_to", key_of(64)),
    Column("agent_read_to", key_of(64)),
    Column("rating", Integer),
    Column("rating_comment", Text, nullable=False),
    Column("ended", Boolean, nullable=False),
    Index("uq_chats_interaction_id", "interaction_id", unique=True),
    Index("ix_chats_visitor", "visitor", "n"),
    Index("ix_chats_open", "n", sqlite_where=OPEN, postgresql_where=OPEN),
)

blobs: Final = Table(
    "blobs",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("sha256", key_of(64), nullable=False),  # "" of a sealed one: it tells of its content
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("key_id", key_of(16)),  # of the master key; NULL: the pieces are as they came
    Column("wrapped", LargeBinary),  # the file's own key under it
    Column("sealed_parts", Integer, nullable=False, server_default="0"),  # of the first pieces
    Index("ix_blobs_made_at", "made_at"),
    Index("ix_blobs_key_id", "key_id", "id"),
)

blob_parts: Final = Table(
    "blob_parts",
    metadata,
    Column("blob_id", key_of(36), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

blob_uses: Final = Table(
    "blob_uses",
    metadata,
    Column("blob_id", key_of(36), primary_key=True),
    Column("interaction_id", key_of(36), primary_key=True),
    Column("n", Integer, nullable=False),  # the first contact that had it has the lowest
)

channel_settings: Final = Table(
    "channel_settings",
    metadata,
    Column("name", key_of(120), primary_key=True),
    Column("value", Text, nullable=False),
)
