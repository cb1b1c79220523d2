"""What SQLite, asyncpg and the system say, told as a `StoreError` with what to do."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Final

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from cti_bridge.errors import StoreError

if TYPE_CHECKING:
    from cti_bridge.errors import StoreFailure

_Answer = tuple["StoreFailure", str, str]  # kind, what, what to do

_LOCKED: Final[_Answer] = (
    "locked",
    "the database is locked by another program",
    "Close what writes to it (a backup, an import, another bridge) and try again",
)
_FULL: Final[_Answer] = (
    "full",
    "the disk is full, so nothing was written",
    "Free some space; the bridge goes on by itself",
)
_CORRUPT: Final[_Answer] = (
    "corrupt",
    "the database file is damaged",
    "Stop the bridge, keep the file, and restore the last backup",
)
_UNREACHABLE: Final[_Answer] = (
    "unreachable",
    "the database server does not answer",
    "Check that it runs, its host and port in store.url, and the firewall",
)
SQLITE: Final[dict[str, _Answer]] = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_FULL": _FULL,
    "SQLITE_CORRUPT": _CORRUPT,
    "SQLITE_NOTADB": (
        "not_a_database",
        "the file is not an SQLite database",
        "Check the path in store.url; nothing was written to it",
    ),
    "SQLITE_CANTOPEN": (
        "unreadable",
        "the database file cannot be opened",
        "Check the path in store.url, that its directory exists, and who may read and write it",
    ),
    "SQLITE_PERM": (
        "unreadable",
        "the database file may not be opened",
        "Give the bridge's user the right to read and write it",
    ),
    "SQLITE_READONLY": (
        "read_only",
        "the database file may not be written",
        "Give the bridge's user the right to write the file and its directory",
    ),
    "SQLITE_IOERR": (
        "io",
        "the disk could not be read or written",
        "Look for disk errors in the system log, for a quota, and for a limit on file sizes",
    ),
}
"""By primary result code (sqlite.org/rescode.html)."""

POSTGRESQL: Final[dict[str, _Answer]] = {
    "28P01": (
        "wrong_credentials",
        "the database server refused the user or its password",
        "Check the user in store.url and the password in store.url_file",
    ),
    "28000": (
        "wrong_credentials",
        "the database server does not let this user in",
        "Check the user in store.url and the server's pg_hba.conf",
    ),
    "3D000": (
        "no_database",
        "the database does not exist on the server",
        "Create it with createdb, or correct its name in store.url",
    ),
    "42501": (
        "wrong_credentials",
        "the database user lacks a right that the bridge needs",
        "Make it the owner of the database",
    ),
    "25006": ("read_only", "the server is a read-only replica", "Point store.url at the primary"),
    "53100": _FULL,
    "53300": (
        "overloaded",
        "the database server has no free connection",
        "Raise max_connections, or end idle clients",
    ),
    "55P03": _LOCKED,
    "57P01": _UNREACHABLE,  # admin_shutdown
    "57P02": _UNREACHABLE,  # crash_shutdown
    "57P03": _UNREACHABLE,  # cannot_connect_now
    "57014": ("overloaded", "the database took too long and was told to stop", ""),
    "XX001": _CORRUPT,
    "XX002": _CORRUPT,
}
"""By SQLSTATE (PostgreSQL manual, appendix A)."""

RETRY_SQLSTATES: Final = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: the transaction was undone and may be run again."""


def sqlstate(error: BaseException) -> str:
    """The SQLSTATE that the server gave, or ""."""
    found = getattr(getattr(error, "orig", error), "sqlstate", None)
    return found if isinstance(found, str) else ""


def is_ours(error: BaseException) -> bool:
    """Whether the database, and not the work done with it, failed."""
    return bool(sqlstate(error)) or isinstance(
        error, DBAPIError | sqlite3.Error | OSError | PoolTimeout
    )


def explain(error: BaseException, where: str) -> StoreError:
    """The failure in words; a kind that is not known keeps the database's own sentence."""
    kind, what, todo = _answer(error)
    return StoreError(kind, what, where=where, todo=todo)


def _answer(error: BaseException) -> _Answer:
    cause = getattr(error, "orig", None) or error
    name = getattr(cause, "sqlite_errorname", None)
    if isinstance(name, str):  # extended codes begin with the primary one's name
        for primary, answer in SQLITE.items():
            if name == primary or name.startswith(f"{primary}_"):
                return answer
    state = sqlstate(error)
    if state in POSTGRESQL:
        return POSTGRESQL[state]
    if state.startswith("08") or _cut(error, cause):
        return _UNREACHABLE
    if isinstance(error, PoolTimeout):
        return "overloaded", "every database connection is in use", "Look for slow queries"
    return "failed", " ".join(f"{type(cause).__name__}: {cause}".split())[:300], ""


def _cut(error: BaseException, cause: BaseException) -> bool:
    invalidated = isinstance(error, DBAPIError) and error.connection_invalidated
    return invalidated or isinstance(cause, OSError)  # a TimeoutError is an OSError
