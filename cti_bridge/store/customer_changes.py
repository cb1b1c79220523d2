"""The history of a customer's fields in the database: who wrote what, and in place of what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from cti_bridge.customers.ports import History
from cti_bridge.protocol.customer_values import FieldChangeView
from cti_bridge.store.customer_rows import HOME
from cti_bridge.store.tables import customer_changes, customers

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import Connection

    from cti_bridge.customers.changes import FieldChange
    from cti_bridge.protocol.vocabulary import CustomerId


def change_rows(
    customer_n: int, changes: Iterable[FieldChange], *, at: datetime, by: str, source: str
) -> list[dict[str, Any]]:
    """For `customer_changes`; `source` is "agent", "ring", "import sales" …"""
    return [
        {
            "customer_n": customer_n,
            "at": at,
            "by": by,
            "source": source,
            "field": one.field,
            "old": one.old,
            "new": one.new,
        }
        for one in changes
    ]


def write_changes(
    connection: Connection,
    customer_n: int,
    changes: Iterable[FieldChange],
    *,
    at: datetime,
    by: str,
    source: str,
) -> None:
    """Inside the transaction that changes the customer."""
    rows = change_rows(customer_n, changes, at=at, by=by, source=source)
    if rows:
        connection.execute(insert(customer_changes), rows)


def read_changes(
    connection: Connection, customer: CustomerId, field: str, before: int | None, limit: int
) -> History | None:
    """Implements `customers.ports.CustomerStore.changes`."""
    file = connection.execute(
        select(customers.c.n, customers.c.created_at, customers.c.created_by).where(
            customers.c.n == HOME
        ),
        {"customer_id": customer},
    ).first()
    if file is None:
        return None
    query = select(customer_changes).where(customer_changes.c.customer_n == file.n)
    if field:
        query = query.where(customer_changes.c.field == field)
    if before is not None:
        query = query.where(customer_changes.c.n < before)
    rows = connection.execute(query.order_by(customer_changes.c.n.desc()).limit(limit + 1)).all()
    return History(
        changes=tuple(
            FieldChangeView(
                change_id=row.n,
                field=row.field,
                at=row.at,
                by=row.by,
                source=row.source,
                old=row.old,
                new=row.new,
            )
            for row in rows[:limit]
        ),
        more=len(rows) > limit,
        created_at=file.created_at,
        created_by=file.created_by,
    )
