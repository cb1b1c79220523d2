"""What is older than it may be; implements `privacy.retention.RetentionStore`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert, or_, select

from cti_bridge.protocol.vocabulary import MessageKind
from cti_bridge.store import wiping
from cti_bridge.store.access import SqlAccess
from cti_bridge.store.acd_tables import interactions
from cti_bridge.store.conversation_tables import messages
from cti_bridge.store.privacy_tables import legal_holds, retention_runs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import Connection, Select

    from cti_bridge.store.engine import Database

OF_KIND: Final = {
    "recordings": MessageKind.RECORDING,
    "voicemails": MessageKind.VOICEMAIL,
    "transcripts": MessageKind.CHAT,
    "mails": MessageKind.EMAIL,
}
AT_ONCE: Final = 100
LOG: Final = "access_log"


class SqlRetention:
    def __init__(self, database: Database) -> None:
        self._database, self._log = database, SqlAccess(database)

    async def due(self, kind: str, before: datetime) -> int:
        if kind == LOG:
            return await self._log.count_before(before)
        query = _query(kind, before)
        return await self._database.reading(lambda c: wiping.count(c, query))

    async def let_go(self, kind: str, before: datetime) -> int:
        if kind == LOG:
            return await self._log.cut(before)
        query = _query(kind, before).limit(AT_ONCE)

        def work(connection: Connection) -> int:
            ids = list(connection.execute(query).scalars())
            if not ids:
                return 0
            if kind in OF_KIND:
                wiping.wipe_messages(connection, ids=ids)
            else:
                wiping.wipe_contacts(connection, ids)
            return len(ids)

        return await self._database.writing(work)

    async def ran(
        self, *, by: str, began: datetime, ended: datetime, counts: Mapping[str, int]
    ) -> None:
        row = {"began_at": began, "ended_at": ended, "by": by, "counts": dict(counts)}
        await self._database.writing(lambda c: c.execute(insert(retention_runs), [row]))


def _query(kind: str, before: datetime) -> Select[Any]:
    """Ids of the messages, or of the contacts, that are due; of contacts that are over."""
    free = or_(
        interactions.c.customer_id.is_(None),
        interactions.c.customer_id.not_in(select(legal_holds.c.customer_id)),
    )
    if kind in OF_KIND:
        return wiping.closed(
            select(messages.c.id)
            .join(interactions, interactions.c.id == messages.c.interaction_id)
            .where(messages.c.kind == OF_KIND[kind], messages.c.at < before, free)
        )
    # what was let go before has nobody and no words left; its messages went with it
    left = or_(
        interactions.c.number != "",
        interactions.c.words != "",
        interactions.c.customer_name != "",
        interactions.c.notes != "",
    )
    return wiping.closed(
        select(interactions.c.id)
        .where(interactions.c.started_at < before, left, free)
        .order_by(interactions.c.started_at, interactions.c.id)
    )
