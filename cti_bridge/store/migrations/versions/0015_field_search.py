"""Customers are found by the values of custom fields that the configuration marks searchable.

Triggers keep the list of whose fields are to be read, so that whoever writes a customer (an
import, a merge, its undo) need not think of it; where no field is searched it stays empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from cti_bridge.store.metadata import key_of

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WANTED = "EXISTS (SELECT 1 FROM field_index WHERE fields <> '')"

SQLITE = (
    f"""CREATE TRIGGER customers_fields_insert AFTER INSERT ON customers
    WHEN new.custom <> '{{}}' AND {_WANTED} BEGIN
        INSERT INTO field_todo (customer_n) VALUES (new.n);
    END""",
    f"""CREATE TRIGGER customers_fields_update AFTER UPDATE OF custom, kind ON customers
    WHEN (old.custom <> new.custom OR old.kind <> new.kind) AND {_WANTED} BEGIN
        INSERT INTO field_todo (customer_n) VALUES (new.n);
    END""",
)
POSTGRESQL = (
    f"""CREATE FUNCTION ficha_fields_made() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {_WANTED} THEN
            INSERT INTO field_todo (customer_n) SELECT n FROM made WHERE custom <> '{{}}'::jsonb;
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER customers_fields_insert AFTER INSERT ON customers
    REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION ficha_fields_made()""",
    f"""CREATE FUNCTION ficha_fields_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {_WANTED} THEN
            INSERT INTO field_todo (customer_n) VALUES (NEW.n);
        END IF;
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER customers_fields_update AFTER UPDATE OF custom, kind ON customers
    FOR EACH ROW WHEN (OLD.custom <> NEW.custom OR OLD.kind <> NEW.kind)
    EXECUTE FUNCTION ficha_fields_changed()""",
)


def upgrade() -> None:
    op.create_table(
        "field_values",
        sa.Column("value", key_of(64), nullable=False),
        sa.Column("customer_n", _ROW, nullable=False),
        sa.Column("code", key_of(40), nullable=False),
        sa.Column("patterns", key_of(40), nullable=False),
        sa.PrimaryKeyConstraint("value", "customer_n", "code", name="pk_field_values"),
        sa.ForeignKeyConstraint(
            ["customer_n"], ["customers.n"], name="fk_field_values_customer_n_customers"
        ),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_field_values_customer_n", "field_values", ["customer_n"])
    op.create_table(
        "field_todo",
        sa.Column("n", _ROW, autoincrement=True, nullable=False),
        sa.Column("customer_n", _ROW, nullable=False),
        sa.PrimaryKeyConstraint("n", name="pk_field_todo"),
    )
    op.create_table(
        "field_index",
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("position", _ROW),
        sa.PrimaryKeyConstraint("n", name="pk_field_index"),
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in POSTGRESQL if postgresql else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ficha_fields_made CASCADE")
        op.execute("DROP FUNCTION ficha_fields_changed CASCADE")
    else:
        op.execute("DROP TRIGGER customers_fields_insert")
        op.execute("DROP TRIGGER customers_fields_update")
    for table in ("field_index", "field_todo", "field_values"):
        op.drop_table(table)
