"""A table, view or query of another database: read only, in pieces, and left as it was."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from sqlalchemy import create_engine, table, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from cti_bridge.customers.sources.records import MAX_CELL, MAX_COLUMNS, About, SourceError
from cti_bridge.readers.values import as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import CursorResult

    from cti_bridge.customers.sources.records import Raw

PIECE: Final = 1_000  # rows that are fetched at once
CONNECT_SECONDS: Final = 10
_DRIVERS: Final = {
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
_SECRETS: Final = frozenset({"password", "passwd", "pwd", "sslpassword"})
_READS: Final = re.compile(r"^\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(SELECT|WITH|VALUES|TABLE)\b",
                           re.IGNORECASE | re.DOTALL)  # fmt: skip


def is_url(text: str) -> bool:
    return re.match(r"^[A-Za-z][\w+]*://", text) is not None


def without_password(location: str) -> str:
    """As it may be stored and shown. Raises SourceError."""
    return _bare(_url(location))


class DatabaseSource:
    """`what` is the name of a table or view ("name", "schema.name"), or a query that reads.

    Raises SourceError, which never tells the password.
    """

    def __init__(
        self, location: str, *, table: str = "", query: str = "", password: str = ""
    ) -> None:
        url = _url(location)
        if password:
            url = url.set(password=password)
        self._secret = url.password or ""
        self._where = _bare(url)
        if bool(table) == bool(query):
            raise SourceError(f"{self._where}: say --table NAME, or --query and a SELECT")
        if query and not _READS.match(query):
            raise SourceError(f"{self._where}: a query here begins with SELECT or WITH: it reads")
        self._table, self._query = table, query.strip().rstrip(";")
        self._engine = _engine(url, self._where)
        self.about = About(kind="database", name=self._where, detail=table or "query")
        self.headings = self._columns()

    @property
    def done(self) -> None:
        return None

    def rows(self) -> Iterator[Raw]:
        number = 0
        try:
            with self._reading() as result:
                for row in result:
                    number += 1
                    cells = [_written(value) for value in row]
                    if any(cells):
                        yield number, cells
        except (SQLAlchemyError, OSError) as error:
            raise self._broke(error, after=number) from error

    def _columns(self) -> tuple[str, ...]:
        try:
            with self._reading() as result:
                names = tuple(result.keys())
        except (SQLAlchemyError, OSError) as error:
            raise self._broke(error, after=None) from error
        if len(names) > MAX_COLUMNS:
            raise SourceError(f"{self._where}: {len(names)} columns; at most {MAX_COLUMNS}")
        return names

    @contextlib.contextmanager
    def _reading(self) -> Iterator[CursorResult[Any]]:
        with self._engine.connect() as connection:
            _read_only(connection)
            streaming = connection.execution_options(
                stream_results=True, yield_per=PIECE, no_parameters=True
            )
            driver = connection.connection.driver_connection
            result = streaming.exec_driver_sql(self._statement())
            try:
                yield result
            finally:
                with contextlib.suppress(SQLAlchemyError, OSError):
                    if _abandoned(driver):
                        connection.invalidate()
                    result.close()
                    connection.rollback()

    def _statement(self) -> str:
        if self._query:
            return self._query
        schema, _, name = self._table.rpartition(".")
        preparer = self._engine.dialect.identifier_preparer
        return f"SELECT * FROM {preparer.format_table(table(name, schema=schema or None))}"

    def _broke(self, error: Exception, *, after: int | None) -> SourceError:
        """`after` is the last row that was read; None: it did not come to rows."""
        cause = getattr(error, "orig", None) or error
        why = " ".join(str(cause).split())[:300] or type(cause).__name__
        if self._secret:
            why = why.replace(self._secret, "***")
        if after is None:
            return SourceError(
                f"{self._where}: the source broke before the first row: {why}. Nothing of it is in"
            )
        return SourceError(
            f"{self._where}: the source broke after row {after}: {why}. What came before is in; "
            "run the same import again"
        )


def _bare(url: URL) -> str:
    kept = {name: text for name, text in url.query.items() if name.lower() not in _SECRETS}
    return URL.create(
        url.drivername, url.username, None, url.host, url.port, url.database, kept
    ).render_as_string()


def _url(location: str) -> URL:
    try:
        return make_url(location.strip())
    except (ArgumentError, ValueError) as error:
        # the text may hold a password, so it is not repeated
        raise SourceError(
            "the address of the database cannot be read: write dialect://user@host/name"
        ) from error


def _engine(url: URL, where: str) -> Engine:
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    backend = url.get_backend_name()
    connect: dict[str, Any] = {}
    if backend == "sqlite":
        url = _read_only_file(url, where)
        connect = {"check_same_thread": False}
    elif backend in ("mysql", "mariadb"):
        connect = {"connect_timeout": CONNECT_SECONDS, "charset": "utf8mb4"}
    elif backend == "postgresql":
        connect = {"connect_timeout": CONNECT_SECONDS}
    try:
        return create_engine(url, poolclass=NullPool, connect_args=connect)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise SourceError(
            f"{where}: no driver for {url.drivername!r} is installed. PostgreSQL, MariaDB, MySQL "
            "and SQLite are there; install SQLAlchemy's driver for others"
        ) from error
    except (SQLAlchemyError, TypeError, ValueError) as error:
        raise SourceError(f"{where}: the address of the database cannot be used") from error


def _read_only_file(url: URL, where: str) -> URL:
    path = Path(url.database or "")
    if not url.database or not path.is_file():
        raise SourceError(f"{where}: there is no such file")
    return URL.create(
        url.drivername,
        database=f"file:{quote(str(path.absolute()))}",
        query={"mode": "ro", "uri": "true"},
    )


def _read_only(connection: Connection) -> None:
    """Whatever a query calls, nothing is written."""
    statement = {
        "postgresql": "SET TRANSACTION READ ONLY",
        "mysql": "SET SESSION TRANSACTION READ ONLY",
        "mariadb": "SET SESSION TRANSACTION READ ONLY",
        "sqlite": "PRAGMA query_only = ON",
    }.get(connection.dialect.name)
    if statement is not None:
        connection.execute(text(statement))
    if connection.dialect.name in ("mysql", "mariadb"):
        connection.rollback()  # it holds from the next transaction on


def _abandoned(driver: Any) -> bool:
    """Whether rows were left unread. PyMySQL would read them all before it lets go of a result,
    after the first thousand of a large table too, and complain of a server that is gone."""
    left = getattr(driver, "_result", None)
    if left is None or not getattr(left, "unbuffered_active", False):
        return False
    left.unbuffered_active = False
    return True


def _written(value: object) -> str:
    """As `readers.values` writes it; bytes are text that a driver did not decode."""
    if isinstance(value, bytes | bytearray | memoryview):
        return _decoded(bytes(value))
    return as_text(value)


def _decoded(value: bytes) -> str:
    """Text that a driver gives as bytes; what is no text says nothing."""
    try:
        return value[:MAX_CELL].decode()
    except UnicodeDecodeError:
        return ""
