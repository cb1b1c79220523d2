"""Tables of privacy: who looked, what was exported, what is held back from erasure, what was done.

No row here holds a name, a number or a text of a customer but `access_log.detail` (what was
searched for, why something was revealed), which can be erased without breaking the chain.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from cti_bridge.store.metadata import UtcDateTime, json_of, key_of, metadata

_ROW = BigInteger().with_variant(Integer(), "sqlite")

access_log: Final = Table(
    "access_log",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=False),  # without gaps, ascending
    Column("at", UtcDateTime, nullable=False),
    Column("agent_id", key_of(36), nullable=False),
    Column("agent_name", Text, nullable=False),  # as it was then
    Column("what", key_of(12), nullable=False),
    Column("customer_id", key_of(36)),
    Column("interaction_id", key_of(36)),  # the contact that was the reason; NULL: none
    Column("detail", Text, nullable=False),
    Column("salt", LargeBinary),  # NULL: the detail was erased
    Column("detail_digest", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),  # of this row and the digest before it
    Index("ix_access_log_customer", "customer_id", "n"),
    Index("ix_access_log_agent", "agent_id", "n"),
    Index("ix_access_log_at", "at"),
)

access_head: Final = Table(
    "access_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),  # 1
    Column("n", _ROW, nullable=False),  # the newest row
    Column("digest", LargeBinary, nullable=False),
    Column("gone", _ROW, nullable=False),  # the newest row that retention took away
    Column("gone_digest", LargeBinary, nullable=False),
)

exports: Final = Table(
    "exports",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("agent_id", key_of(36), nullable=False),
    Column("agent_name", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("secret", LargeBinary, nullable=False),  # orders the rows of this export
    Index("ix_exports_at", "at"),
)

legal_holds: Final = Table(
    "legal_holds",
    metadata,
    Column("customer_id", key_of(36), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

erasures: Final = Table(
    "erasures",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("customer_id", key_of(36), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("counts", json_of(), nullable=False),  # rows touched, by table
)

retention_runs: Final = Table(
    "retention_runs",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("by", Text, nullable=False),
    Column("counts", json_of(), nullable=False),  # what went, by kind
)
