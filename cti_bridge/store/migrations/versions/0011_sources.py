"""Named sources of customers, what each said last, and the runs of imports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import UtcDateTime, json_of, key_of

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "sources",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("name", key_of(80), nullable=False),
        sa.Column("place", json_of()),
        sa.Column("mapping", json_of()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_sources"),
    )
    op.create_index("uq_sources_name", "sources", ["name"], unique=True)
    op.create_table(
        "source_records",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("source_n", _ROW, nullable=False),
        sa.Column("key", key_of(80), nullable=False),
        sa.Column("customer_n", _ROW),
        sa.Column("digest", sa.LargeBinary(16), nullable=False),
        sa.Column("values", json_of(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_source_records"),
        sa.ForeignKeyConstraint(
            ["source_n"], ["sources.n"], name="fk_source_records_source_n_sources"
        ),
        sa.ForeignKeyConstraint(
            ["customer_n"], ["customers.n"], name="fk_source_records_customer_n_customers"
        ),
    )
    op.create_index(
        "uq_source_records_source_n", "source_records", ["source_n", "key"], unique=True
    )
    op.create_index("ix_source_records_customer_n", "source_records", ["customer_n"])
    op.create_table(
        "import_runs",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("source_n", _ROW, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("counts", json_of(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("beat_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_import_runs"),
        sa.ForeignKeyConstraint(
            ["source_n"], ["sources.n"], name="fk_import_runs_source_n_sources"
        ),
    )
    op.create_index("ix_import_runs_source_n", "import_runs", ["source_n", "n"])


def downgrade() -> None:
    for table in ("import_runs", "source_records", "sources"):
        op.drop_table(table)
