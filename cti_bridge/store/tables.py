"""Tables of customers and users.

`customers.n` is the row's own number: short keys for the joins of the screen pop and for the
full-text index. `id` is what the rest of the world knows. What metadata cannot say stands in the
migrations only: the full-text index over `words` (FTS5 with its triggers, or GIN) in 0001; the
triggers that keep `customer_vocabulary`, and the index of the last digits of numbers, in 0014.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from cti_bridge.protocol.vocabulary import (
    ConsentChannel,
    CustomerKind,
    CustomerStatus,
    IdentityKind,
    RelationKind,
    Role,
)
from cti_bridge.store.metadata import UtcDateTime, enum_of, json_of, key_of, metadata

_ROW = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts only an INTEGER by itself
_CONTACTED: Final = text("last_contact_at IS NOT NULL")
_ORGANISATION: Final = text("kind = 'organisation'")

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
    Column("kind", enum_of(CustomerKind, 16), nullable=False, server_default="person"),
    Column("status", enum_of(CustomerStatus, 16), nullable=False, server_default="active"),
    Column("given_name", Text, nullable=False, server_default=""),
    Column("family_name", Text, nullable=False, server_default=""),
    Column("born", Date),
    Column("custom", json_of(), nullable=False, server_default="{}"),
    Column("alerts", json_of(), nullable=False, server_default="[]"),
    Column("time_zone", key_of(64), nullable=False, server_default=""),
    # the survivor's n; a merged row is never found by search, match or list
    Column("merged_into", _ROW),
    Column("created_by", Text, nullable=False, server_default=""),
    Index("uq_customers_id", "id", unique=True),
    # a search walks the customers contacted last by this index alone
    Index(
        "ix_customers_recent",
        "last_contact_at",
        "n",
        "words",
        "merged_into",
        sqlite_where=_CONTACTED,
        postgresql_where=_CONTACTED,
    ),
    # an import finds by it where somebody works
    Index(
        "ix_customers_organisations",
        "words",
        sqlite_where=_ORGANISATION,
        postgresql_where=_ORGANISATION,
    ),
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
    Column("version", Integer, nullable=False, server_default="1"),
    Column("edited_at", UtcDateTime),
    Column("edited_by", Text, nullable=False, server_default=""),
    Index("ix_customer_notes_customer_n_at", "customer_n", "at"),
)

vocabulary: Final = Table(
    "customer_vocabulary",
    metadata,
    Column("word", key_of(40), primary_key=True),
    # about so many customers have it; to plan a search by, and to guess what was meant
    Column("holders", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

saved_searches: Final = Table(
    "saved_searches",
    metadata,
    Column("id", key_of(36), primary_key=True),
    Column("agent_id", key_of(36), nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_saved_searches_agent_id", "agent_id", "at"),
)

addresses: Final = Table(
    "addresses",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("customer_n", _ROW, ForeignKey(customers.c.n), nullable=False),
    Column("label", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("country", key_of(2), nullable=False),
    Index("ix_addresses_customer_n", "customer_n"),
)

relations: Final = Table(
    "relations",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    # of a mutual kind the smaller one, so that the same is not there from both sides
    Column("customer_n", _ROW, ForeignKey(customers.c.n), nullable=False),
    Column("other_n", _ROW, ForeignKey(customers.c.n), nullable=False),
    Column("kind", enum_of(RelationKind, 16), nullable=False),
    Column("role", Text, nullable=False),
    Index("uq_relations_customer_n", "customer_n", "other_n", "kind", unique=True),
    Index("ix_relations_other_n", "other_n"),
)

consents: Final = Table(
    "consents",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("customer_n", _ROW, ForeignKey(customers.c.n), nullable=False),
    Column("channel", enum_of(ConsentChannel, 8), nullable=False),
    Column("purpose", key_of(32), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("ix_consents_customer_n_at", "customer_n", "at"),
)

suppressions: Final = Table(
    "suppressions",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("kind", enum_of(IdentityKind, 8), nullable=False),
    Column("value", key_of(254), nullable=False),  # as in identities, without an extension
    Column("reason", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index("uq_suppressions_value", "value", "kind", unique=True),
)

customer_changes: Final = Table(
    "customer_changes",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("customer_n", _ROW, ForeignKey(customers.c.n), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("field", key_of(80), nullable=False),
    Column("old", json_of()),
    Column("new", json_of()),
    Index("ix_customer_changes_customer_n_n", "customer_n", "n"),
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
