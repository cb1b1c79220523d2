"""Merges of customers with what moved, and pairs that may be one customer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import UtcDateTime, json_of, key_of

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_STANDS = sa.text("undone_at IS NULL")


def upgrade() -> None:
    _merges()
    op.create_table(
        "merge_moves",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("merge_n", _ROW, nullable=False),
        sa.Column("kind", key_of(16), nullable=False),
        sa.Column("ref", key_of(700), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("row", json_of()),
        sa.PrimaryKeyConstraint("n", name="pk_merge_moves"),
        sa.ForeignKeyConstraint(["merge_n"], ["merges.n"], name="fk_merge_moves_merge_n_merges"),
    )
    op.create_index("ix_merge_moves_merge_n", "merge_moves", ["merge_n", "kind", "ref"])
    op.create_table(
        "duplicate_pairs",
        sa.Column("a_n", _ROW, nullable=False),
        sa.Column("b_n", _ROW, nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("reasons", json_of(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("a_n", "b_n", name="pk_duplicate_pairs"),
        *_customer("duplicate_pairs", "a_n", "b_n"),
    )
    op.create_index(
        "ix_duplicate_pairs_state", "duplicate_pairs", ["state", "probability", "a_n", "b_n"]
    )
    op.create_index("ix_duplicate_pairs_b_n", "duplicate_pairs", ["b_n"])


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("id", key_of(36), nullable=False),
        sa.Column("survivor_n", _ROW, nullable=False),
        sa.Column("absorbed_n", _ROW, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("automatic", sa.Boolean(), nullable=False),
        sa.Column("probability", sa.Float()),
        *(
            sa.Column(name, json_of(), nullable=False)
            for name in ("reasons", "survivor_was", "absorbed_was", "written", "known_by")
        ),
        sa.Column("undone_at", UtcDateTime()),
        sa.Column("undone_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_merges"),
        *_customer("merges", "survivor_n", "absorbed_n"),
    )
    op.create_index("uq_merges_id", "merges", ["id"], unique=True)
    op.create_index("ix_merges_survivor_n", "merges", ["survivor_n", "n"])
    op.create_index(
        "uq_merges_absorbed_n",
        "merges",
        ["absorbed_n"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )


def _customer(table: str, *columns: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return tuple(
        sa.ForeignKeyConstraint([one], ["customers.n"], name=f"fk_{table}_{one}_customers")
        for one in columns
    )


def downgrade() -> None:
    for table in ("duplicate_pairs", "merge_moves", "merges"):
        op.drop_table(table)
