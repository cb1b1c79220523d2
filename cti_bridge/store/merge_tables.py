"""Tables of merging: what became one, what moved for it, and which pairs may be one.

A merge keeps what both files said before (`survivor_was`, `absorbed_was`: flat fields, as in
`customers.merging.fields`) and what it wrote (`written`). These and `merge_moves.row` hold
personal data: `store.holdings` says what an erasure does with them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Float, ForeignKey, Index, Integer, Table, Text
from sqlalchemy import text as sql

from cti_bridge.customers.merging.ports import PairState
from cti_bridge.store.metadata import UtcDateTime, enum_of, json_of, key_of, metadata
from cti_bridge.store.tables import customers

_ROW = BigInteger().with_variant(Integer(), "sqlite")
STANDS: Final = sql("undone_at IS NULL")

merges: Final = Table(
    "merges",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("id", key_of(36), nullable=False),
    Column("survivor_n", _ROW, ForeignKey(customers.c.n), nullable=False),
    Column("absorbed_n", _ROW, ForeignKey(customers.c.n), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", Text, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("probability", Float),  # None: nobody computed one
    Column("reasons", json_of(), nullable=False),  # as of `duplicate_pairs`
    Column("survivor_was", json_of(), nullable=False),
    Column("absorbed_was", json_of(), nullable=False),
    Column("written", json_of(), nullable=False),
    Column("known_by", json_of(), nullable=False),  # identities of both sides before
    Column("undone_at", UtcDateTime),
    Column("undone_by", Text, nullable=False),
    Index("uq_merges_id", "id", unique=True),
    Index("ix_merges_survivor_n", "survivor_n", "n"),
    Index(
        "uq_merges_absorbed_n",  # a customer is in one other at most
        "absorbed_n",
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    ),
)

merge_moves: Final = Table(
    "merge_moves",
    metadata,
    Column("n", _ROW, primary_key=True, autoincrement=True),
    Column("merge_n", _ROW, ForeignKey(merges.c.n), nullable=False),
    Column("kind", key_of(16), nullable=False),
    Column("ref", key_of(700), nullable=False),  # the row's key, or what it says
    Column("shared", Boolean, nullable=False),  # the survivor had the same: the row went
    Column("row", json_of()),  # what it said, where it is known by that
    Index("ix_merge_moves_merge_n", "merge_n", "kind", "ref"),
)

duplicate_pairs: Final = Table(
    "duplicate_pairs",
    metadata,
    Column("a_n", _ROW, ForeignKey(customers.c.n), primary_key=True, autoincrement=False),
    Column("b_n", _ROW, ForeignKey(customers.c.n), primary_key=True, autoincrement=False),
    Column("probability", Float, nullable=False),
    Column("reasons", json_of(), nullable=False),
    Column("state", enum_of(PairState, 10), nullable=False),
    Column("by", Text, nullable=False),  # who judged; "": nobody yet
    Column("at", UtcDateTime, nullable=False),  # of the judgement, or when it was found
    Index("ix_duplicate_pairs_state", "state", "probability", "a_n", "b_n"),
    Index("ix_duplicate_pairs_b_n", "b_n"),
)
