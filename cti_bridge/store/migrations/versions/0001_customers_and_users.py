"""Customers with their identities and notes, and users."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import UtcDateTime, json_of, key_of

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SEARCH = (
    # external content: the words stay in customers; whole words are known by their space, so
    # neither positions nor sizes are kept
    """CREATE VIRTUAL TABLE customer_search USING fts5(
        words, content='customers', content_rowid='n',
        tokenize='ascii', detail=none, columnsize=0, prefix='2 3'
    )""",
    """CREATE TRIGGER customers_search_insert AFTER INSERT ON customers BEGIN
        INSERT INTO customer_search(rowid, words) VALUES (new.n, new.words);
    END""",
    """CREATE TRIGGER customers_search_delete AFTER DELETE ON customers BEGIN
        INSERT INTO customer_search(customer_search, rowid, words)
        VALUES ('delete', old.n, old.words);
    END""",
    """CREATE TRIGGER customers_search_update AFTER UPDATE OF words ON customers
    WHEN old.words <> new.words BEGIN
        INSERT INTO customer_search(customer_search, rowid, words)
        VALUES ('delete', old.n, old.words);
        INSERT INTO customer_search(rowid, words) VALUES (new.n, new.words);
    END""",
)


def upgrade() -> None:
    op.create_table(
        "customers",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("language", key_of(16), nullable=False),
        sa.Column("tags", json_of(), nullable=False),
        sa.Column("since", UtcDateTime()),
        sa.Column("pinned_note", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("last_contact_at", UtcDateTime()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_customers"),
    )
    op.create_index("uq_customers_id", "customers", ["id"], unique=True)
    op.create_index("ix_customers_last_contact_at", "customers", ["last_contact_at"])
    op.create_table(
        "identities",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("customer_n", _ROW, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("value", key_of(254), nullable=False),
        sa.Column("extension", key_of(16), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime()),
        sa.PrimaryKeyConstraint("n", name="pk_identities"),
        sa.ForeignKeyConstraint(
            ["customer_n"], ["customers.n"], name="fk_identities_customer_n_customers"
        ),
    )
    op.create_index(
        "ix_identities_value", "identities", ["value", "kind", "extension", "customer_n"]
    )
    op.create_index(
        "uq_identities_customer_n",
        "identities",
        ["customer_n", "kind", "value", "extension"],
        unique=True,
    )
    op.create_table(
        "customer_notes",
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("customer_n", _ROW, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer_notes"),
        sa.ForeignKeyConstraint(
            ["customer_n"], ["customers.n"], name="fk_customer_notes_customer_n_customers"
        ),
    )
    op.create_index("ix_customer_notes_customer_n_at", "customer_notes", ["customer_n", "at"])
    op.create_table(
        "users",
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("login", key_of(80), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )
    op.create_index("uq_users_login", "users", ["login"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE INDEX ix_customers_words ON customers"
            " USING gin (array_to_tsvector(string_to_array(words, ' ')))"
        )
    else:
        for statement in SEARCH:
            op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE customer_search")
    for table in ("users", "customer_notes", "identities", "customers"):
        op.drop_table(table)
