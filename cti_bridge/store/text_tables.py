"""Tables of the search in texts: what was written on contacts and in notes, by its stems.

Triggers (migration 0014) put into `text_todo` what was written or changed; whoever reads it makes
the row of `texts`. The full-text index over `stems` (FTS5 with its triggers, or GIN) stands in
that migration too.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, Table, Text

from cti_bridge.store.metadata import UtcDateTime, key_of, metadata

_ROW = BigInteger().with_variant(Integer(), "sqlite")

texts: Final = Table(
    "texts",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),  # about in the order of time
    Column("kind", key_of(8), nullable=False),  # "note", "contact", "message"
    Column("ref", key_of(64), nullable=False),  # id of the note, the contact, the message
    Column("interaction_id", key_of(36)),
    Column("at", UtcDateTime, nullable=False),
    Column("stems", Text, nullable=False),
    Index("uq_texts_ref", "kind", "ref", unique=True),
)

text_todo: Final = Table(
    "text_todo",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("kind", key_of(8), nullable=False),
    Column("ref", key_of(64), nullable=False),
)
