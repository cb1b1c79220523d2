"""Writes the sample customers of `customers.sample` in bulk."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select, text

from cti_bridge.customers.sample import SCRIPT, SEED, SampleScript, generate, today
from cti_bridge.store.customers import columns_of, identity_row
from cti_bridge.store.tables import customers, identities, notes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from sqlalchemy import Connection, Table

    from cti_bridge.customers.sample import SampleCustomer
    from cti_bridge.store.engine import Database

BATCH: Final = 2_000


async def populate(
    database: Database,
    count: int,
    *,
    seed: int = SEED,
    now: datetime | None = None,
    progress: Callable[[int], None] | None = None,
) -> SampleScript:
    """Makes `count` sample customers; nothing where there are customers already.

    Returns who may ring. `progress` is told how many are in after each batch.
    """
    if await database.reading(lambda c: c.execute(select(customers.c.n).limit(1)).first()):
        return SCRIPT
    made = generate(count, seed=seed, now=now or today())
    done = 0
    while batch := list(islice(made, BATCH)):
        rows = _rows(batch, done + 1)
        await database.writing(lambda c, rows=rows: _insert(c, rows))  # type: ignore[misc]
        done += len(batch)
        if progress is not None:
            progress(done)
    await database.writing(_settle)
    return SCRIPT


def _rows(batch: Iterable[SampleCustomer], first: int) -> dict[Table, list[dict[str, Any]]]:
    rows: dict[Table, list[dict[str, Any]]] = {customers: [], identities: [], notes: []}
    for n, sample in enumerate(batch, start=first):
        customer = sample.customer
        rows[customers].append(
            {
                **columns_of(customer),
                "n": n,
                "id": customer.customer_id,
                "since": customer.since,
                "pinned_note": customer.pinned_note,
                "created_at": customer.updated_at,
            }
        )
        rows[identities].extend(identity_row(n, identity) for identity in customer.identities)
        rows[notes].extend(
            {
                "id": note.note_id,
                "customer_n": n,
                "at": note.at,
                "author": note.author,
                "text": note.text,
                "pinned": note.pinned,
            }
            for note in sample.notes
        )
    return rows


def _insert(connection: Connection, rows: dict[Table, list[dict[str, Any]]]) -> None:
    for table, several in rows.items():
        if several:
            connection.execute(insert(table), several)


def _settle(connection: Connection) -> None:
    """The row numbers were given here: PostgreSQL goes on counting after them, and both learn
    what is in the tables before the first query is planned."""
    if connection.dialect.name == "postgresql":
        last = connection.execute(select(func.max(customers.c.n))).scalar()
        if last is not None:
            connection.execute(
                text("SELECT setval(pg_get_serial_sequence('customers', 'n'), :last)"),
                {"last": last},
            )
    connection.execute(text("ANALYZE"))
