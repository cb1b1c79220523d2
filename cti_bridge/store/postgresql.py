"""PostgreSQL through asyncpg."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from cti_bridge.errors import StoreError
from cti_bridge.store.claim import PostgresqlClaim
from cti_bridge.store.engine import Database
from cti_bridge.store.failures import RETRY_SQLSTATES, explain, is_ours, sqlstate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection
    from sqlalchemy.engine import URL
    from sqlalchemy.ext.asyncio import AsyncEngine

    from cti_bridge.store.claim import Claimed

T = TypeVar("T")
logger = logging.getLogger(__name__)

CONNECTIONS: Final = 10
CONNECT_SECONDS: Final = 5.0
STATEMENT_SECONDS: Final = 30.0
ATTEMPTS: Final = 3
KEEPALIVE: Final = {
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
}
"""So that a bridge whose machine lost its power holds its claim for half a minute, not hours."""


class PostgresqlDatabase(Database):
    def __init__(self, url: URL) -> None:
        self.dialect = "postgresql"
        self.where = url.set(drivername="postgresql").render_as_string(hide_password=True)
        self._engine = _engine(url, CONNECTIONS)
        # One pool for both. Every statement of a reading sees the same moment, which READ
        # COMMITTED does not promise; a view that writes nothing is never run again for it.
        self._viewing = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._claims: dict[Claimed, PostgresqlClaim] = {
            "bridge": PostgresqlClaim(_engine(url, 1, KEEPALIVE), self.where),
            "import": PostgresqlClaim(_engine(url, 1, KEEPALIVE), self.where, "import"),
        }
        self._closed = False

    async def reading(self, work: Callable[[Connection], T], *, urgent: bool = False) -> T:
        del urgent  # the pool is wide enough for both
        return await self._run(self._viewing, work)

    async def writing(self, work: Callable[[Connection], T]) -> T:
        return await self._run(self._engine, work)

    async def claim(self, what: Claimed = "bridge") -> None:
        await self._claims[what].take()

    async def release(self, what: Claimed = "bridge") -> None:
        await self._claims[what].release()

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            for claim in self._claims.values():
                await claim.release()
            await self._engine.dispose()

    async def _run(self, engine: AsyncEngine, work: Callable[[Connection], T]) -> T:
        """Runs again what was undone for a reason that passes: a deadlock, or a connection of
        the pool that a restarted server had dropped. A cut while committing is not retried: the
        server may have done it."""
        if self._closed:
            raise StoreError("closed", "the database is closed", where=self.where)
        for attempt in range(1, ATTEMPTS + 1):
            committing = False
            try:
                async with engine.connect() as connection:
                    result = await connection.run_sync(work)
                    committing = True
                    await connection.commit()
                    return result
            except Exception as error:
                if not is_ours(error):
                    raise
                if attempt == ATTEMPTS or not _passes(error, committing):
                    raise explain(error, self.where) from error
                logger.info("transaction run again: %s", type(error).__name__)
        raise AssertionError("unreachable")


def _passes(error: Exception, committing: bool) -> bool:
    if sqlstate(error) in RETRY_SQLSTATES:
        return True
    cut = isinstance(error, DBAPIError) and error.connection_invalidated
    return cut and not committing


def _engine(url: URL, size: int, settings: Mapping[str, str] | None = None) -> AsyncEngine:
    query = dict(url.query)
    sslmode = query.pop("sslmode", None)  # libpq's word; asyncpg's is ssl
    if sslmode is not None:
        query["ssl"] = sslmode
    return create_async_engine(
        url.set(drivername="postgresql+asyncpg", query=query),
        pool_size=size,
        max_overflow=0,
        pool_timeout=CONNECT_SECONDS,
        connect_args={
            "timeout": CONNECT_SECONDS,
            "command_timeout": STATEMENT_SECONDS,
            "server_settings": {"application_name": "ficha", "jit": "off", **(settings or {})},
        },
    )
