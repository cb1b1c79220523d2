"""Many rows of one table at once."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import asyncpg
from sqlalchemy.util import await_only

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, Table

_PARAMETERS: Final = 1_600  # of a statement: SQLite opens its table and indexes once for each
_TRIGGERS: Final = "SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ? LIMIT 1"


def insert_many(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    *,
    names: Sequence[str] = (),
) -> None:
    """All rows name the columns of the first, or those of `names`.

    Straight to the driver, each value still through its column's type: half the time of the
    general way on SQLite, which makes a dictionary of parameters for each row anew; COPY on
    PostgreSQL.
    """
    if not rows:
        return
    names = names or list(rows[0])
    columns = [
        _written([row[name] for row in rows], processor(connection, table, name)) for name in names
    ]
    insert_records(connection, table, names, list(zip(*columns, strict=True)))


def insert_records(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    records: Sequence[tuple[Any, ...]],
) -> None:
    """Values as the driver takes them (`processor`)."""
    if not records:
        return
    if connection.dialect.name != "sqlite":
        copy(connection, table.name, names, records)
        return
    quoted = ", ".join(f'"{name}"' for name in names)
    if not connection.exec_driver_sql(_TRIGGERS, (table.name,)).first():
        _insert(connection, table.name, quoted, records)
        return
    # A row that fires a trigger on a full-text index flushes that to the disk, each for itself
    # when they come one by one: 31 us in place of 6.
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE incoming AS SELECT {quoted} FROM {table.name} LIMIT 0"
    )
    _insert(connection, "temp.incoming", quoted, records)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({quoted}) SELECT {quoted} FROM temp.incoming ORDER BY rowid"
    )
    connection.exec_driver_sql("DROP TABLE temp.incoming")


def _insert(
    connection: Connection, table: str, quoted: str, records: Sequence[tuple[Any, ...]]
) -> None:
    """As many rows in a statement as there is room for, and the rest one by one."""
    into = f"INSERT INTO {table} ({quoted}) VALUES "
    place = f"({', '.join('?' * len(records[0]))})"
    count = max(1, _PARAMETERS // len(records[0]))
    whole = len(records) - len(records) % count
    several = into + ", ".join([place] * count)
    for at in range(0, whole, count):
        given = tuple(chain.from_iterable(records[at : at + count]))
        connection.exec_driver_sql(several, given)
    if whole < len(records):
        connection.exec_driver_sql(into + place, list(records[whole:]))


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
    try:
        # the time of an import, an empty field, the day since when: few of them are different
        known = {value: process(value) for value in set(values)}
    except TypeError:  # a list, a dictionary
        return _each_once(values, process)
    return [known[value] for value in values]


def _each_once(values: list[Any], process: Callable[[Any], Any]) -> list[Any]:
    """The same object is mostly that of all: no tags, no fields."""
    first = values[0]
    plain = process(first)
    return [plain if value is first else process(value) for value in values]


def processor(connection: Connection, table: Table, name: str) -> Callable[[Any], Any] | None:
    """From a value to what the driver takes: the one that the type's own statements use."""
    dialect = connection.dialect
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
