"""The access log in the database; implements `privacy.ports.AccessStore`.

`access_head` is locked by whoever appends: numbers have no gaps and the chain has one end,
whichever process writes. It remembers also where retention cut the beginning off.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, and_, cast, delete, distinct, func, insert, select, update

from cti_bridge.errors import StoreError
from cti_bridge.privacy.chain import SALT, detail_digest, entry_digest
from cti_bridge.privacy.ports import Verdict
from cti_bridge.privacy.volume import COUNTED
from cti_bridge.protocol.privacy import AccessView
from cti_bridge.protocol.vocabulary import AccessKind, AgentId, CustomerId, InteractionId
from cti_bridge.store.acd_tables import interactions
from cti_bridge.store.message_rows import storable
from cti_bridge.store.privacy_tables import access_head, access_log
from cti_bridge.store.tables import customers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from cti_bridge.privacy.ports import Access, AccessQuery
    from cti_bridge.store.engine import Database

MAX_PAGE: Final = 500
MAX_DETAIL: Final = 300
CHECKED_AT_ONCE: Final = 2000
CUT_AT_ONCE: Final = 1000
HOURS_KNOWN: Final = 5
"""Hours with looks in them before there is a usual."""


class SqlAccess:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, entries: Sequence[Access]) -> None:
        await self._database.writing(lambda connection: append(connection, entries))

    async def page(self, query: AccessQuery) -> tuple[tuple[AccessView, ...], bool]:
        limit = max(1, min(query.limit, MAX_PAGE))
        wanted = (
            select(access_log, customers.c.name.label("customer_name"))
            .outerjoin(customers, customers.c.id == access_log.c.customer_id)
            .where(*_conditions(query))
            .order_by(access_log.c.n.desc())
            .limit(limit + 1)
        )
        rows = await self._database.reading(lambda c: c.execute(wanted).all())
        return tuple(map(_view, rows[:limit])), len(rows) > limit

    async def knows(self, customer: CustomerId) -> bool:
        """Whether there is such a customer, or was one while it was logged."""
        there = select(customers.c.n).where(customers.c.id == customer).limit(1)
        was = select(access_log.c.n).where(access_log.c.customer_id == customer).limit(1)
        return await self._database.reading(
            lambda c: any(c.execute(one).first() for one in (there, was))
        )

    async def usual(self, since: datetime) -> Mapping[AgentId, float]:
        hour = func.substr(cast(access_log.c.at, Text), 1, 13)
        hours = func.count(distinct(hour))
        query = (
            select(access_log.c.agent_id, func.count() * 1.0 / hours)
            .where(
                access_log.c.at >= since,
                access_log.c.interaction_id.is_(None),
                access_log.c.what.in_([str(kind) for kind in COUNTED]),
            )
            .group_by(access_log.c.agent_id)
            .having(hours >= HOURS_KNOWN)
        )
        rows = await self._database.reading(lambda c: c.execute(query).all())
        return {AgentId(agent): float(mean) for agent, mean in rows}

    async def verify(self) -> Verdict:
        head = await self._database.reading(_head)
        checked, before, n = 0, head.gone_digest, head.gone
        while True:
            query = (
                select(access_log)
                .where(access_log.c.n > n, access_log.c.n <= head.n)
                .order_by(access_log.c.n)
                .limit(CHECKED_AT_ONCE)
            )
            rows = await self._database.reading(lambda c, q=query: c.execute(q).all())  # type: ignore[misc]
            for row in rows:
                if fault := _fault(row, n + 1, before):
                    return _verdict(head, checked, fault)
                n, before, checked = row.n, row.digest, checked + 1
            if not rows:
                break
        fault = "" if n == head.n and before == head.digest else f"entry {n + 1} is not there"
        return _verdict(head, checked, fault)

    async def cut(self, before: datetime) -> int:
        """Takes the entries from before that time away, from the oldest on; how many of a
        batch. 0: there is none left."""
        return await self._database.writing(lambda connection: _cut(connection, before))

    async def count_before(self, before: datetime) -> int:
        query = select(func.count()).where(access_log.c.at < before)
        return await self._database.reading(lambda c: c.execute(query).scalar_one())


def append(connection: Connection, entries: Sequence[Access]) -> None:
    """For the transaction of what is logged."""
    head = connection.execute(
        select(access_head).where(access_head.c.id == 1).with_for_update()
    ).first()
    if head is None:
        raise StoreError("corrupt", "access_head has no row: the access log was tampered with")
    whose = _customers_of(connection, entries)
    rows: list[dict[str, Any]] = []
    n, digest = head.n, head.digest
    for entry in entries:
        n += 1
        row = _row(n, entry, whose)
        digest = row["digest"] = _digest_of(row, digest)
        rows.append(row)
    if rows:
        connection.execute(insert(access_log), rows)
        end = update(access_head).where(access_head.c.id == 1)
        connection.execute(end.values(n=n, digest=digest))


def erase_details(connection: Connection, rows: Sequence[int]) -> int:
    """The details of these entries; the chain holds."""
    if not rows:
        return 0
    gone = update(access_log).where(access_log.c.n.in_(rows)).values(detail="", salt=None)
    return connection.execute(gone).rowcount


def _row(n: int, entry: Access, whose: Mapping[str, str]) -> dict[str, Any]:
    salt, detail = secrets.token_bytes(SALT), storable(entry.detail)[:MAX_DETAIL]
    customer = entry.customer or (whose.get(entry.contact) if entry.contact else None)
    return {
        "n": n,
        "at": entry.at,
        "agent_id": entry.agent,
        "agent_name": storable(entry.name)[:MAX_DETAIL],
        "what": str(entry.kind),
        "customer_id": customer,
        "interaction_id": entry.contact,
        "detail": detail,
        "salt": salt,
        "detail_digest": detail_digest(salt, detail),
    }


def _digest_of(row: Mapping[str, Any], before: bytes) -> bytes:
    return entry_digest(
        before,
        n=row["n"],
        at=row["at"],
        agent=row["agent_id"],
        name=row["agent_name"],
        kind=row["what"],
        customer=row["customer_id"],
        contact=row["interaction_id"],
        detail=row["detail_digest"],
    )


def _customers_of(connection: Connection, entries: Sequence[Access]) -> dict[str, str]:
    asked = {entry.contact for entry in entries if entry.contact and not entry.customer}
    if not asked:
        return {}
    query = select(interactions.c.id, interactions.c.customer_id).where(
        interactions.c.id.in_(asked), interactions.c.customer_id.is_not(None)
    )
    return dict(map(tuple, connection.execute(query).all()))


def _conditions(query: AccessQuery) -> list[Any]:
    columns = access_log.c
    asked = [
        (query.customer, columns.customer_id == query.customer),
        (query.agent, columns.agent_id == query.agent),
        (query.kinds, columns.what.in_([str(kind) for kind in query.kinds])),
        (query.before, columns.n < query.before),
    ]
    conditions: list[Any] = [condition for given, condition in asked if given]
    if query.since is not None:
        conditions.append(columns.at >= query.since)
    if query.until is not None:
        conditions.append(columns.at < query.until)
    return conditions


def _view(row: Any) -> AccessView:
    return AccessView(
        n=row.n,
        at=row.at,
        agent_id=AgentId(row.agent_id),
        agent_name=row.agent_name,
        kind=AccessKind(row.what),
        customer_id=CustomerId(row.customer_id) if row.customer_id else None,
        customer_name=row.customer_name or "",
        interaction_id=InteractionId(row.interaction_id) if row.interaction_id else None,
        detail=row.detail,
        erased=row.salt is None,
    )


def _head(connection: Connection) -> Any:
    return connection.execute(select(access_head).where(access_head.c.id == 1)).one()


def _fault(row: Any, expected: int, before: bytes) -> str:
    """What is wrong with one entry; "": nothing."""
    if row.n != expected:
        return f"entry {expected} is not there"
    if _digest_of(row._mapping, before) != row.digest:
        return f"entry {row.n} is not as it was written, or one before it is gone"
    if row.salt is not None and detail_digest(row.salt, row.detail) != row.detail_digest:
        return f"the detail of entry {row.n} was changed"
    return ""


def _verdict(head: Any, entries: int, fault: str) -> Verdict:
    return Verdict(
        entries=entries,
        first=head.gone + 1 if head.n > head.gone else 0,
        last=head.n,
        digest=head.digest.hex(),
        fault=fault,
    )


def _cut(connection: Connection, before: datetime) -> int:
    head = connection.execute(
        select(access_head).where(access_head.c.id == 1).with_for_update()
    ).one()
    query = (
        select(access_log.c.n, access_log.c.at, access_log.c.digest)
        .where(access_log.c.n > head.gone)
        .order_by(access_log.c.n)
        .limit(CUT_AT_ONCE)
    )
    last = None
    for row in connection.execute(query):
        if row.at >= before:
            break
        last = row
    if last is None:
        return 0
    gone = connection.execute(
        delete(access_log).where(and_(access_log.c.n > head.gone, access_log.c.n <= last.n))
    ).rowcount
    end = update(access_head).where(access_head.c.id == 1)
    connection.execute(end.values(gone=last.n, gone_digest=last.digest))
    return gone
