"""Kept searches in the database; implements `customers.searches.SearchStore`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from cti_bridge.protocol.values import SavedSearch
from cti_bridge.store.tables import saved_searches as t

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from cti_bridge.customers.ports import Clock
    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.store.engine import Database


class SqlSearches:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def searches(self, agent: AgentId) -> tuple[SavedSearch, ...]:
        query = select(t.c.id, t.c.name, t.c.text).where(t.c.agent_id == agent)
        rows = await self._database.reading(lambda c: c.execute(query.order_by(t.c.at)).all())
        return tuple(SavedSearch(search_id=r.id, name=r.name, text=r.text) for r in rows)

    async def keep_search(self, agent: AgentId, search: SavedSearch, clock: Clock) -> None:
        row = {"name": search.name, "text": search.text, "at": clock()}
        mine = (t.c.id == search.search_id, t.c.agent_id == agent)

        def work(connection: Connection) -> None:
            if connection.execute(update(t).where(*mine).values(row)).rowcount == 0:
                key = {"id": search.search_id, "agent_id": agent}
                connection.execute(insert(t).values({**key, **row}))

        await self._database.writing(work)

    async def drop_search(self, agent: AgentId, search: str) -> bool:
        one = delete(t).where(t.c.id == search, t.c.agent_id == agent)
        done = await self._database.writing(lambda c: c.execute(one).rowcount)
        return done == 1
