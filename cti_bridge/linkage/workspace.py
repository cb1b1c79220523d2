"""A DuckDB of one search: in a folder of its own, with bounded memory, gone when it is over."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import duckdb
import pyarrow as pa
from splink.internals.exceptions import SplinkException

from cti_bridge.customers.duplicates.preparing import COLUMNS, Prepared
from cti_bridge.customers.duplicates.values import Cancelled, EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cti_bridge.customers.duplicates.values import Limits

T = TypeVar("T")
_LISTS: Final = frozenset({"phones", "emails", "domains", "keys"})
_FLAGS: Final = frozenset({"changed", "organisation"})


def _type(column: str) -> pa.DataType:
    if column == "n":
        return pa.int64()
    if column in _FLAGS:
        return pa.bool_()
    return pa.list_(pa.string()) if column in _LISTS else pa.string()


SCHEMA: Final = pa.schema([(column, _type(column)) for column in COLUMNS])


class Workspace:
    """The folder is the user's alone: it holds what the customers' file holds, for a while."""

    def __init__(self, limits: Limits, within: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="ficha-duplicates-", dir=within))
        self.cancelled = False
        try:
            self.connection = duckdb.connect(str(self.folder / "search.duckdb"))
            self._bound(limits)
        except duckdb.Error as error:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise EngineError(f"The search cannot start: {_first_line(error)}.") from error

    def _bound(self, limits: Limits) -> None:
        spill = self.folder / "spill"
        spill.mkdir()
        for setting, value in (
            ("memory_limit", f"'{limits.memory_mb}MB'"),
            ("threads", str(limits.threads)),
            ("temp_directory", f"'{_quoted(spill)}'"),
            ("max_temp_directory_size", f"'{limits.disk_mb}MB'"),
            ("preserve_insertion_order", "false"),
            ("enable_progress_bar", "false"),
            ("autoinstall_known_extensions", "false"),  # nothing is fetched from anywhere
            ("autoload_known_extensions", "false"),
        ):
            self.connection.execute(f"SET {setting} = {value}")

    def append(self, rows: Sequence[Prepared]) -> None:
        columns = [
            pa.array([getattr(row, field.name) for row in rows], type=field.type)
            for field in SCHEMA
        ]
        batch = pa.Table.from_arrays(columns, schema=SCHEMA)
        self.connection.register("arriving", batch)
        into = "INSERT INTO records" if self.has("records") else "CREATE TABLE records AS"
        self.execute(f"{into} SELECT * FROM arriving")
        self.connection.unregister("arriving")

    def execute(self, sql: str) -> duckdb.DuckDBPyConnection:
        """Raises Cancelled and EngineError."""
        return self.guarded(lambda: self.connection.execute(sql))

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.guarded(lambda: self.connection.execute(sql).fetchall())

    def scalar(self, sql: str) -> Any:
        return self.rows(sql)[0][0]

    def has(self, table: str) -> bool:
        found = self.scalar(f"SELECT count(*) FROM duckdb_tables() WHERE table_name = '{table}'")
        return bool(found)

    def drop(self, *tables: str) -> None:
        for table in tables:
            self.execute(f"DROP TABLE IF EXISTS {table}")

    def pages(self, sql: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """On a cursor of its own, so that the search may go on between two pages."""
        cursor = self.guarded(self.connection.cursor)
        try:
            self.guarded(lambda: cursor.execute(sql))
            while rows := self.guarded(lambda: cursor.fetchmany(size)):
                yield rows
        finally:
            cursor.close()

    def guarded(self, work: Callable[[], T]) -> T:
        """What DuckDB raises, in the words of the search."""
        if self.cancelled:
            raise Cancelled
        try:
            return work()
        except duckdb.Error as error:
            raise self._told(error) from error
        except SplinkException as error:  # its text is the whole SQL
            if isinstance(error.__cause__, duckdb.Error):
                raise self._told(error.__cause__) from error
            raise

    def _told(self, error: duckdb.Error) -> Exception:
        if self.cancelled or isinstance(error, duckdb.InterruptException):
            return Cancelled()
        if isinstance(error, duckdb.OutOfMemoryException):
            return EngineError(
                f"The search needs more memory or disk than it may take: {_first_line(error)}. "
                "Allow more with --memory, or free space where temporary files are"
            )
        return EngineError(f"The search broke off: {_first_line(error)}")

    def cancel(self) -> None:
        self.cancelled = True
        self.connection.interrupt()

    def close(self) -> None:
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0][:200].rstrip(".!")
