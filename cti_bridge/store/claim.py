"""One bridge at a time: a second one on the same database would end the first one's calls. And
one import at a time: two would each make the customers that the other is making.

A claim is released when the process ends, however it ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from cti_bridge.errors import StoreError
from cti_bridge.store.failures import explain
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

logger = logging.getLogger(__name__)
WAIT_SECONDS: Final = 3.0
"""How long the one that is being stopped is waited for."""
KEEP_SECONDS: Final = 5.0
_TRY: Final = text("SELECT pg_try_advisory_lock(hashtext(:what), hashtext(current_schema()))")
Claimed: TypeAlias = Literal["bridge", "import"]
_LOCKS: Final[dict[Claimed, str]] = {"bridge": "ficha", "import": "ficha import"}


def in_use(where: str, what: Claimed = "bridge") -> StoreError:
    if what == "import":
        return StoreError(
            "in_use",
            "another import is running",
            where=where,
            todo="Try again when it has ended, or say --wait",
        )
    return StoreError(
        "in_use",
        "another bridge serves this database",
        where=where,
        todo="Stop that one first, or give this one a database of its own in store.url",
    )


class SqliteClaim:
    """A lock on an empty database beside the real one, which everybody else goes on using."""

    def __init__(self, path: Path, what: Claimed = "bridge") -> None:
        self._path, self._what, self._held = path, what, contextlib.ExitStack()
        self._taken = False

    def take(self) -> None:
        """Blocks for at most WAIT_SECONDS; raises StoreError."""
        if self._taken:
            raise in_use(str(self._path), self._what)
        trying = contextlib.ExitStack()
        try:
            connection = sqlite3.connect(
                f"{self._path}-{self._what}",
                timeout=WAIT_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            trying.callback(connection.close)
            connection.execute("BEGIN EXCLUSIVE")
            self._held, self._taken = trying, True
        except sqlite3.Error as error:
            trying.close()
            failure = explain(error, str(self._path))
            locked = failure.kind == "locked"
            raise in_use(str(self._path), self._what) if locked else failure from error

    def taken_by_another(self) -> bool:
        """At once, and without taking it."""
        path = Path(f"{self._path}-{self._what}")
        if self._taken or not path.exists():
            return False
        try:
            with contextlib.closing(
                sqlite3.connect(f"{path.as_uri()}?mode=ro", timeout=0, uri=True)
            ) as asking:
                asking.execute("SELECT 1 FROM sqlite_master").fetchall()
        except sqlite3.OperationalError:  # locked
            return True
        return False

    def release(self) -> None:
        self._taken = False
        self._held.close()


class PostgresqlClaim:
    """An advisory lock on a connection of its own, taken again after the server was away."""

    def __init__(self, engine: AsyncEngine, where: str, what: Claimed = "bridge") -> None:
        self._engine, self._where, self._what = engine, where, what
        self._connection: AsyncConnection | None = None
        self._taken = False
        self._scope = Scope("store-claim")

    async def take(self) -> None:
        """Waits at most WAIT_SECONDS for another bridge to end; raises StoreError."""
        if self._taken:
            raise in_use(self._where, self._what)
        self._taken = True
        try:
            end = time.monotonic() + WAIT_SECONDS
            while not await self._try():
                if time.monotonic() > end:
                    raise in_use(self._where, self._what)
                await asyncio.sleep(0.2)
        except BaseException:
            self._taken = False
            raise
        self._scope.spawn(self._keep(), "keep")

    async def release(self) -> None:
        self._taken = False
        await self._scope.close()
        await self._drop()
        await self._engine.dispose()

    async def _try(self) -> bool:
        try:
            self._connection = await self._engine.connect()
            await self._connection.execution_options(isolation_level="AUTOCOMMIT")
            if (await self._connection.execute(_TRY, {"what": _LOCKS[self._what]})).scalar_one():
                return True
        except (SQLAlchemyError, OSError) as error:
            await self._drop()
            raise explain(error, self._where) from error
        await self._drop()
        return False

    async def _keep(self) -> None:
        """The lock goes with its connection, so that is asked whether it lives."""
        while True:
            await asyncio.sleep(KEEP_SECONDS)
            try:
                if self._connection is not None:
                    await self._connection.execute(text("SELECT 1"))
                elif not await self._try():
                    logger.error("%s", in_use(self._where, self._what))
            except (SQLAlchemyError, OSError, StoreError) as error:
                failure = error if isinstance(error, StoreError) else explain(error, self._where)
                logger.info("the claim on the database is lost and taken again: %s", failure)
                await self._drop()

    async def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(SQLAlchemyError, OSError):
                await connection.invalidate()  # ends the session, and the lock with it
                await connection.close()
