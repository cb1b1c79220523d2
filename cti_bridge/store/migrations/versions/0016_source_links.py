"""Imports say who works where and who lives together; organisations are found by their name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import key_of

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_ORGANISATION = sa.text("kind = 'organisation'")


def upgrade() -> None:
    op.create_table(
        "source_links",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("source_n", _ROW, nullable=False),
        sa.Column("key", key_of(80), nullable=False),
        sa.Column("kind", key_of(16), nullable=False),
        sa.Column("target", key_of(254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("pending", sa.Boolean(), nullable=False),
        sa.Column("made_n", _ROW),
        sa.Column("made_target", key_of(254), nullable=False, server_default=""),
        sa.Column("made_role", sa.Text(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("n", name="pk_source_links"),
        sa.ForeignKeyConstraint(
            ["source_n"], ["sources.n"], name="fk_source_links_source_n_sources"
        ),
    )
    op.create_index(
        "uq_source_links_source_n", "source_links", ["source_n", "key", "kind"], unique=True
    )
    op.create_index("ix_source_links_target", "source_links", ["source_n", "kind", "target"])
    op.create_index("ix_source_links_pending", "source_links", ["source_n", "pending", "n"])
    op.create_index(
        "ix_customers_organisations",
        "customers",
        ["words"],
        sqlite_where=_ORGANISATION,
        postgresql_where=_ORGANISATION,
    )


def downgrade() -> None:
    op.drop_index("ix_customers_organisations", "customers")
    op.drop_table("source_links")
