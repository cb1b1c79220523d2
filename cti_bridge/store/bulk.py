"""Many rows of one table at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
from sqlalchemy.util import await_only

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from sqlalchemy import Connection, Table
    from sqlalchemy.engine import Dialect


def insert_many(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    *,
    as_they_are: Collection[str] = (),
) -> None:
    """All rows name the columns of the first; those of `as_they_are` hold JSON text already.

    Straight to the driver, each value still through its column's type: half the time of the
    general way on SQLite, which makes a dictionary of parameters for each row anew; COPY on
    PostgreSQL.
    """
    if not rows:
        return
    names = list(rows[0])
    columns = [
        _written(
            [row[name] for row in rows],
            None if name in as_they_are else _processor(connection.dialect, table, name),
        )
        for name in names
    ]
    records = list(zip(*columns, strict=True))
    if connection.dialect.name != "sqlite":
        copy(connection, table.name, names, records)
        return
    places = ", ".join("?" * len(names))
    quoted = ", ".join(f'"{name}"' for name in names)
    connection.exec_driver_sql(f"INSERT INTO {table.name} ({quoted}) VALUES ({places})", records)


def copy(
    connection: Connection, table: str, names: Sequence[str], records: Sequence[tuple[Any, ...]]
) -> None:
    """PostgreSQL's COPY, inside the connection's transaction; values as the driver takes them."""
    connection.exec_driver_sql("SELECT 1")  # the adapter begins with its first statement
    driver: Any = connection.connection.driver_connection
    try:
        await_only(driver.copy_records_to_table(table, records=records, columns=list(names)))
    except asyncpg.InterfaceError as error:  # what the adapter would have told as its own
        raise ConnectionError(str(error)) from error


def _written(values: list[Any], process: Callable[[Any], Any] | None) -> list[Any]:
    if process is None:
        return values
    first = values[0]
    if all(value is first for value in values):  # the time of an import, an empty field
        return [process(first)] * len(values)
    return [process(value) for value in values]


def _processor(dialect: Dialect, table: Table, name: str) -> Callable[[Any], Any] | None:
    # the processor that the type's own compiled statements use
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
