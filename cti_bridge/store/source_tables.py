"""Tables of imports: where customers come from, what each source said last, and every run."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from cti_bridge.customers.sources.runs import RunState
from cti_bridge.store.metadata import UtcDateTime, enum_of, json_of, key_of, metadata
from cti_bridge.store.tables import customers

_ROW = BigInteger().with_variant(Integer(), "sqlite")

sources: Final = Table(
    "sources",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("name", key_of(80), nullable=False),
    Column("place", json_of()),  # where it is, never a password; null: not saved, only imported
    Column("mapping", json_of()),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("uq_sources_name", "name", unique=True),
)

source_records: Final = Table(
    "source_records",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("source_n", _ROW, ForeignKey(sources.c.n), nullable=False),
    Column("key", key_of(80), nullable=False),
    Column("customer_n", _ROW, ForeignKey(customers.c.n)),  # null: erased, never brought back
    Column("digest", LargeBinary(16), nullable=False),
    Column("values", json_of(), nullable=False),  # `customers.sources.said`
    Index("uq_source_records_source_n", "source_n", "key", unique=True),
    Index("ix_source_records_customer_n", "customer_n"),
)

source_links: Final = Table(
    "source_links",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("source_n", _ROW, ForeignKey(sources.c.n), nullable=False),
    Column("key", key_of(80), nullable=False),  # of the row in source_records
    Column("kind", key_of(16), nullable=False),  # "works_at", "household"
    Column("target", key_of(254), nullable=False),  # the organisation's key, the household's; ""
    Column("name", Text, nullable=False),  # of the organisation; ""
    Column("role", Text, nullable=False),
    Column("line", BigInteger, nullable=False),  # of the row when it said so
    Column("pending", Boolean, nullable=False),  # to be made yet, or anew
    # what was made of it: the organisation's row, or the household; and the role
    Column("made_n", _ROW),
    Column("made_target", key_of(254), nullable=False, server_default=""),
    Column("made_role", Text, nullable=False, server_default=""),
    Index("uq_source_links_source_n", "source_n", "key", "kind", unique=True),
    Index("ix_source_links_target", "source_n", "kind", "target"),
    Index("ix_source_links_pending", "source_n", "pending", "n"),
)

import_runs: Final = Table(
    "import_runs",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("source_n", _ROW, ForeignKey(sources.c.n), nullable=False),
    Column("state", enum_of(RunState, 16), nullable=False),
    Column("position", BigInteger, nullable=False),  # number of the last row that is in
    Column("fingerprint", Text, nullable=False),
    Column("counts", json_of(), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("beat_at", UtcDateTime, nullable=False),
    Index("ix_import_runs_source_n", "source_n", "n"),
)
