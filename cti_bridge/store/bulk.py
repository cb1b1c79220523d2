"""Many rows of one table at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Table
    from sqlalchemy.engine import Dialect


def insert_many(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """All rows name the columns of the first.

    On SQLite straight to the driver, each value still through its column's type: half the time
    of the general way, which makes a dictionary of parameters for each row anew.
    """
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        connection.execute(insert(table), rows)
        return
    names = list(rows[0])
    statement = (
        f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
    )
    columns = [
        _written([row[name] for row in rows], _processor(connection.dialect, table, name))
        for name in names
    ]
    connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))


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
