"""Tables of the search in custom fields: what their values are found by, and what is to be read.

Triggers (migration 0015) put into `field_todo` whose custom fields were written; whoever reads it
makes the rows of `field_values` (`customers.field_search`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, Table, Text

from cti_bridge.store.metadata import key_of, metadata
from cti_bridge.store.tables import customers

_ROW = BigInteger().with_variant(Integer(), "sqlite")

field_values: Final = Table(
    "field_values",
    metadata,
    # folded, letters and digits only: from the first word of the value on, from the second, …
    Column("value", key_of(64), primary_key=True),
    Column("customer_n", _ROW, ForeignKey(customers.c.n), primary_key=True),
    Column("code", key_of(40), primary_key=True),
    # names of the patterns (`privacy.patterns`) that stand in the value: "card iban"
    Column("patterns", key_of(40), nullable=False),
    Index("ix_field_values_customer_n", "customer_n"),
    sqlite_with_rowid=False,
)

field_todo: Final = Table(
    "field_todo",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("customer_n", _ROW, nullable=False),
)

field_index: Final = Table(
    "field_index",
    metadata,
    Column("n", Integer, primary_key=True, autoincrement=False),  # there is one row
    # what is in the index, or getting there: "contract:text:both …"; "": nothing
    Column("fields", Text, nullable=False),
    # the customers up to this one are; null: all
    Column("position", _ROW),
)
