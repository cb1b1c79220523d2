"""People and organisations: status, addresses, relations, consents, changes, suppressions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import UtcDateTime, json_of, key_of

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _new() -> list[sa.Column[Any]]:
    """Of customers."""
    return [
        sa.Column("kind", sa.String(16), nullable=False, server_default="person"),
        sa.Column("status", sa.String(16), nullable=False, server_default="active"),
        sa.Column("given_name", sa.Text(), nullable=False, server_default=""),
        sa.Column("family_name", sa.Text(), nullable=False, server_default=""),
        sa.Column("born", sa.Date()),
        sa.Column("custom", json_of(), nullable=False, server_default="{}"),
        sa.Column("alerts", json_of(), nullable=False, server_default="[]"),
        sa.Column("time_zone", key_of(64), nullable=False, server_default=""),
        sa.Column("merged_into", _ROW),
        sa.Column("created_by", sa.Text(), nullable=False, server_default=""),
    ]


def upgrade() -> None:
    for column in _new():
        op.add_column("customers", column)
    _of_customer(
        "addresses",
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("label", "street", "postcode", "city", "region")
        ),
        sa.Column("country", key_of(2), nullable=False),
    )
    op.create_index("ix_addresses_customer_n", "addresses", ["customer_n"])
    _of_customer(
        "relations",
        sa.Column("other_n", _ROW, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["other_n"], ["customers.n"], name="fk_relations_other_n_customers"
        ),
    )
    op.create_index(
        "uq_relations_customer_n", "relations", ["customer_n", "other_n", "kind"], unique=True
    )
    op.create_index("ix_relations_other_n", "relations", ["other_n"])
    _of_customer(
        "consents",
        sa.Column("channel", sa.String(8), nullable=False),
        sa.Column("purpose", key_of(32), nullable=False),
        sa.Column("given", sa.Boolean(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    op.create_index("ix_consents_customer_n_at", "consents", ["customer_n", "at"])
    op.create_table(
        "suppressions",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("value", key_of(254), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_suppressions"),
    )
    op.create_index("uq_suppressions_value", "suppressions", ["value", "kind"], unique=True)
    _of_customer(
        "customer_changes",
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("field", key_of(80), nullable=False),
        sa.Column("old", json_of()),
        sa.Column("new", json_of()),
    )
    op.create_index("ix_customer_changes_customer_n_n", "customer_changes", ["customer_n", "n"])


def _of_customer(table: str, *parts: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("customer_n", _ROW, nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("n", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["customer_n"], ["customers.n"], name=f"fk_{table}_customer_n_customers"
        ),
    )


def downgrade() -> None:
    for table in ("customer_changes", "suppressions", "consents", "relations", "addresses"):
        op.drop_table(table)
    for column in _new():
        op.drop_column("customers", column.name)
