"""The way into the database: one unit of work is one function of a connection."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from cti_bridge.errors import StoreError
from cti_bridge.store.migrate import migrate

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection
    from sqlalchemy.engine import URL

    from cti_bridge.store.claim import Claimed

T = TypeVar("T")
DEFAULT_LOCK_WAIT: Final = 5.0


class Database(ABC):
    """An open database whose tables are those of this build.

    A unit of work is a plain function, run as one transaction: it is committed when the function
    returns and undone when it raises. It runs off the event loop's thread on SQLite, holds no
    foreign await by construction, and may be run again after a serialization failure, so it has
    no effect but on its connection. What it raises passes through; failures of the database
    itself come out as `StoreError`.
    """

    dialect: Literal["sqlite", "postgresql"]
    where: str  # the URL without its password

    @classmethod
    async def open(cls, url: str, *, lock_wait: float = DEFAULT_LOCK_WAIT) -> Database:
        """Opens, and brings the tables up to date; `lock_wait` is seconds.

        `sqlite:///relative`, `sqlite:////absolute` or `postgresql://user:password@host/name`.
        Raises StoreError.
        """
        database = _adapter(_parse(url), lock_wait)
        try:
            await database.writing(migrate)
        except BaseException:
            await database.close()
            raise
        return database

    @abstractmethod
    async def reading(self, work: Callable[[Connection], T], *, urgent: bool = False) -> T:
        """Runs `work`, which writes nothing, on the database as it is at its first statement,
        whatever is written meanwhile; `urgent` keeps clear of slow searches."""

    @abstractmethod
    async def writing(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in a transaction of its own; one at a time on SQLite.

        When the waiting task is cancelled the transaction is either whole or undone.
        """

    @abstractmethod
    async def claim(self, what: Claimed = "bridge") -> None:
        """This process is the one bridge, or the one import, of the database until `release`,
        `close` or its death; commands that read or write it need no claim. Raises StoreError,
        `in_use` where there is another."""

    @abstractmethod
    async def release(self, what: Claimed = "bridge") -> None:
        """Safe without a claim."""

    async def bridge_waits(self) -> bool:
        """Whether another process is the bridge of this database, and its writing waits for
        ours: where there is one writer at a time."""
        return False

    @abstractmethod
    async def close(self) -> None:
        """Lets running work end; safe to call twice."""


def _parse(url: str) -> URL:
    try:
        return make_url(url.strip())
    except (ArgumentError, ValueError) as error:
        # the text may hold a password, so it is not repeated
        raise StoreError(
            "bad_url",
            "store.url cannot be read",
            todo="Write sqlite:///ficha.db or postgresql://user@host/name",
        ) from error


def _adapter(url: URL, lock_wait: float) -> Database:
    """Each brings what its database needs, SQLAlchemy's asyncio with its ORM among it."""
    backend = url.drivername.partition("+")[0]
    if backend == "sqlite":
        from cti_bridge.store.sqlite import SqliteDatabase

        return SqliteDatabase(url, lock_wait)
    if backend in {"postgresql", "postgres"}:
        from cti_bridge.store.postgresql import PostgresqlDatabase

        return PostgresqlDatabase(url)
    raise StoreError(
        "bad_url",
        f"{backend!r} is not a database that Ficha knows",
        todo="Write sqlite:///ficha.db or postgresql://user@host/name",
    )
