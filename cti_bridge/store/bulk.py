"""Many rows of one table at once."""

from __future__ import annotations

from itertools import chain, repeat
from operator import is_, itemgetter
from typing import TYPE_CHECKING, Any, Final

import asyncpg
from sqlalchemy.util import await_only

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    columns = {name: list(map(itemgetter(name), rows)) for name in names}
    same = {}
    if connection.dialect.name == "sqlite" and _fires(connection, table):
        same = {name: values[:1] for name, values in columns.items() if _is_one(values)}
    if len(same) == len(columns):
        same = {}
    written = {
        name: _written(same.get(name, values), processor(connection, table, name))
        for name, values in columns.items()
    }
    records = list(zip(*(written[name] for name in names if name not in same), strict=True))
    if same:
        varying = [name for name in names if name not in same]
        _insert_staged(connection, table, varying, records, {n: written[n][0] for n in same})
    else:
        insert_records(connection, table, names, records)


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
    elif _fires(connection, table):
        _insert_staged(connection, table, names, records, {})
    else:
        _insert(connection, table.name, _quoted(names), records)


def _fires(connection: Connection, table: Table) -> bool:
    """Whether a row of the table fires a trigger on SQLite."""
    return connection.exec_driver_sql(_TRIGGERS, (table.name,)).first() is not None


def _insert_staged(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    records: Sequence[tuple[Any, ...]],
    same: Mapping[str, Any],
) -> None:
    """In one statement. A row that fires a trigger on a full-text index flushes that to the disk,
    each for itself when they come one by one: 31 us in place of 6. `same` are the columns in
    which all rows have one value: said once, and not carried along with each row."""
    quoted = _quoted(names)
    connection.exec_driver_sql(
        f"CREATE TEMP TABLE incoming AS SELECT {quoted} FROM {table.name} LIMIT 0"
    )
    _insert(connection, "temp.incoming", quoted, records)
    connection.exec_driver_sql(
        f"INSERT INTO {table.name} ({_quoted([*names, *same])})"
        f" SELECT {', '.join([quoted, *'?' * len(same)])} FROM temp.incoming ORDER BY rowid",
        tuple(same.values()),
    )
    connection.exec_driver_sql("DROP TABLE temp.incoming")


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


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


def _is_one(values: Sequence[Any]) -> bool:
    """Whether all of them are one object, as constants are and what a cache has given; what is
    only equal may be written in two ways (1, 1.0, True)."""
    return all(map(is_, values, repeat(values[0])))


def _each_once(values: list[Any], process: Callable[[Any], Any]) -> list[Any]:
    """The same object is mostly that of all: no tags, no fields."""
    first = values[0]
    plain = process(first)
    return [plain if value is first else process(value) for value in values]


def processor(connection: Connection, table: Table, name: str) -> Callable[[Any], Any] | None:
    """From a value to what the driver takes: the one that the type's own statements use."""
    dialect = connection.dialect
    return table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
