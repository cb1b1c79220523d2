"""Statements of the hot path, compiled once and given to the driver as they are.

SQLAlchemy's own execution costs 0.2 to 0.6 ms for a wide row; the offer of a ringing call
waits for it. The compiled text and the types' own processors make the same statement in a
fifth of that. On SQLite the driver itself is asked, and what it raises is its own error.
"""

from __future__ import annotations

from collections import namedtuple as make_row
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Connection, Delete, Insert, Select, Update
    from sqlalchemy.engine import Dialect

    Processor = Callable[[Any], Any]


class Prepared:
    """Takes a value for every parameter of the statement, by name."""

    def __init__(self, statement: Insert | Update | Delete) -> None:
        self._statement = statement
        self._ready: dict[str, tuple[str, list[tuple[str, Processor | None]]]] = {}

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> int:
        """How many rows it touched (of many: not known on every database)."""
        sql, fields = self._compiled(connection.dialect)
        values = [
            tuple(make(row[name]) if make else row[name] for name, make in fields) for row in rows
        ]
        if (raw := _sqlite(connection)) is not None:
            done = (
                raw.execute(sql, values[0]) if len(values) == 1 else raw.executemany(sql, values)
            )
            return done.rowcount
        given = values[0] if len(values) == 1 else values
        return connection.exec_driver_sql(sql, given).rowcount

    def _compiled(self, dialect: Dialect) -> tuple[str, list[tuple[str, Processor | None]]]:
        found = self._ready.get(dialect.name)
        if found is None:
            compiled: Any = self._statement.compile(dialect=dialect)
            fields = [
                (name, _processor(compiled.binds[name].type, dialect))
                for name in compiled.positiontup
            ]
            found = self._ready[dialect.name] = (compiled.string, fields)
        return found


class PreparedSelect:
    """A query whose parameters are given by name; rows have their columns as attributes.

    The statement's text must not depend on its parameters (no IN of a list).
    SQLite's answer is read without SQLAlchemy's result machinery; PostgreSQL's with it.
    """

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._ready: _Query | None = None

    def all(self, connection: Connection, given: Mapping[str, Any]) -> Sequence[Any]:
        raw = _sqlite(connection)
        if raw is None:
            return connection.execute(self.statement, given).all()
        if self._ready is None:
            self._ready = _query(self.statement, connection.dialect)
        return self._ready.rows(raw, given)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Query:
    sql: str
    fields: tuple[tuple[str, Any, Processor | None], ...]  # name, default, processor
    row: Callable[..., Any]
    readers: tuple[tuple[int, Processor], ...]  # columns that need more than the driver gives

    def rows(self, raw: sqlite3.Connection, given: Mapping[str, Any]) -> list[Any]:
        values = []
        for name, default, make in self.fields:
            value = given.get(name, default)
            values.append(make(value) if make else value)
        found = []
        for line in raw.execute(self.sql, values):
            cells = list(line)
            for place, read in self.readers:
                cells[place] = read(cells[place])
            found.append(self.row(*cells))
        return found


def _query(statement: Select[Any], dialect: Dialect) -> _Query:
    compiled: Any = statement.compile(dialect=dialect)
    columns = list(compiled.statement.selected_columns)
    readers = []
    for place, column in enumerate(columns):
        kind = column.type
        read = kind.dialect_impl(dialect).result_processor(dialect, None)
        if read is not None:
            readers.append((place, read))
    return _Query(
        sql=compiled.string,
        fields=tuple(
            (name, (bind := compiled.binds[name]).value, _processor(bind.type, dialect))
            for name in compiled.positiontup
        ),
        row=_row_of([column.key for column in columns]),
        readers=tuple(readers),
    )


def _row_of(names: Sequence[str]) -> Callable[..., Any]:
    made: Callable[..., Any] = make_row("PreparedRow", list(names))  # type: ignore[misc]
    return made


def _sqlite(connection: Connection) -> sqlite3.Connection | None:
    if connection.dialect.name != "sqlite":
        return None
    raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return raw


def _processor(kind: Any, dialect: Dialect) -> Processor | None:
    made: Processor | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return made
