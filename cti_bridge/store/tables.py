"""Tables of customers and users.

`customers.n` is the row's own number: short keys for the joins of the screen pop and for the
full-text index. `id` is what the rest of the world knows. The full-text index over `words`
(FTS5 with its triggers, or GIN) stands in migration 0001 only: metadata cannot say it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)

from cti_bridge.protocol.vocabulary import IdentityKind, Role
from cti_bridge.store.metadata import UtcDateTime, enum_of, json_of, key_of, metadata

_ROW = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts only an INTEGER by itself

customers: Final = Table(
    "customers",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("id", key_of(36), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("organisation", Text, nullable=False),
    Column("language", key_of(16), nullable=False),
    Column("tags", json_of(), nullable=False),
    Column("since", UtcDateTime),
    Column("pinned_note", Text, nullable=False),
    Column("words", Text, nullable=False),  # folded, of name and organisation, spaces between
    Column("last_contact_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("updated_by", Text, nullable=False),
    Column("owner", key_of(80), nullable=False, server_default=""),  # a login, as in users
    Index("uq_customers_id", "id", unique=True),
    Index("ix_customers_last_contact_at", "last_contact_at"),
)

identities: Final = Table(
    "identities",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("customer_n", _ROW, ForeignKey(customers.c.n), nullable=False),
    Column("kind", enum_of(IdentityKind, 8), nullable=False),
    Column("value", key_of(254), nullable=False),  # normalised; an extension stands apart
    Column("extension", key_of(16), nullable=False),
    Column("label", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("confirmed_at", UtcDateTime),
    # the pop finds its customers from this index alone
    Index("ix_identities_value", "value", "kind", "extension", "customer_n"),
    Index("uq_identities_customer_n", "customer_n", "kind", "value", "extension", unique=True),
)

notes: Final = Table(
    "customer_notes",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("customer_n", _ROW, ForeignKey(customers.c.n), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("author", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Index("ix_customer_notes_customer_n_at", "customer_n", "at"),
)

users: Final = Table(
    "users",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("login", key_of(80), nullable=False),  # folded, so that Ana and ana are one
    Column("name", Text, nullable=False),
    Column("role", enum_of(Role, 16), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index("uq_users_login", "login", unique=True),
)
