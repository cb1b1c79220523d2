"""Conversations in the database; implements `channels.conversation.ports.MessageStore`."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from uuid import NAMESPACE_OID, uuid5

from sqlalchemy import Text, bindparam, func, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cti_bridge.channels.conversation.ports import SHOWN
from cti_bridge.protocol.vocabulary import InteractionId
from cti_bridge.store import conversation_tables as t
from cti_bridge.store import message_rows as rows
from cti_bridge.store.prepared import Prepared, PreparedSelect
from cti_bridge.store.tallies import read_tallies

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Select, Table

    from cti_bridge.channels.conversation.ports import ChatFacts, Message, Tally
    from cti_bridge.protocol.values import Draft
    from cti_bridge.protocol.vocabulary import BlobId, Delivery, MessageId
    from cti_bridge.store.engine import Database

    AnySelect = Select[*tuple[Any, ...]]

m: Final = t.messages
_LONG: Final = ("text", "html", "quoted")
_SHOWN: Final[AnySelect] = select(
    *(
        func.substr(column, 1, SHOWN + 1, type_=Text()).label(column.name)
        if column.name in _LONG
        else column
        for column in m.columns
    )
)
_NEXT_SEQ: Final = (
    "INSERT INTO conversations (interaction_id, last_seq, read_seq) VALUES ({}, 1, 0)"
    " ON CONFLICT (interaction_id) DO UPDATE SET last_seq = conversations.last_seq + 1"
    " RETURNING last_seq"
)
_NEXT: Final = {"sqlite": _NEXT_SEQ.format("?"), "postgresql": _NEXT_SEQ.format("$1")}
_READ: Final = (
    update(t.conversations)
    .where(
        t.conversations.c.interaction_id == bindparam("interaction"),
        t.conversations.c.read_seq < bindparam("seq"),
    )
    .values(read_seq=bindparam("seq"))
)
_FINISHED: Final = ("received", "sent", "delivered", "read")
_ROW: Final = {column.name: bindparam(column.name, type_=column.type) for column in m.columns}
_ADD: Final = {
    name: Prepared(dialect.insert(m).values(_ROW).on_conflict_do_nothing(index_elements=["id"]))
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
"""What a chat waits for at each line: compiled once, by dialect."""
_USES: Final = PreparedSelect(
    select(func.coalesce(func.max(t.blob_uses.c.n), 0).label("used")).where(
        t.blob_uses.c.blob_id == bindparam("blob", type_=t.blob_uses.c.blob_id.type)
    )
)
_USE: Final = {
    name: Prepared(
        dialect.insert(t.blob_uses)
        .values({c.name: bindparam(c.name, type_=c.type) for c in t.blob_uses.columns})
        .on_conflict_do_nothing(index_elements=["blob_id", "interaction_id"])
    )
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
COPIED_NAMESPACE: Final = uuid5(NAMESPACE_OID, "ficha: a message that was split off")


class _There(Exception):
    """The message is stored already: undo."""


class SqlMessages:
    def __init__(self, database: Database) -> None:
        self._database = database

    # -- messages ------------------------------------------------------------------------------

    async def add(self, message: Message) -> Message | None:
        def work(connection: Connection) -> int:
            seq = _next_seq(connection, message.interaction)
            row = rows.message_row(message, seq)
            if _ADD[connection.dialect.name].run(connection, [row]) != 1:
                raise _There
            _use(connection, rows.blobs_of(message), message.interaction)
            return seq

        try:
            seq = await self._database.writing(work)
        except _There:
            return None
        return replace(message, seq=seq)

    async def save(self, message: Message) -> None:
        def work(connection: Connection) -> None:
            one = m.c.id == message.id
            row = rows.changing(message)
            if not _at_home(connection, message):
                row["interaction_id"] = message.interaction
                row["seq"] = _next_seq(connection, message.interaction)
                _use(connection, rows.blobs_of(message), message.interaction)
            elif message.email and message.email.original:
                _use(connection, (message.email.original,), message.interaction)
            connection.execute(update(m).where(one).values(row))

        await self._database.writing(work)

    async def get(self, message: MessageId) -> Message | None:
        found = await self._messages(select(m).where(m.c.id == message))
        return found[0] if found else None

    async def page(
        self, interaction: InteractionId, before: MessageId | None, limit: int
    ) -> tuple[tuple[Message, ...], bool]:
        query = _SHOWN.where(m.c.interaction_id == interaction)
        if before is not None:
            mark = select(m.c.seq).where(m.c.id == before, m.c.interaction_id == interaction)
            query = query.where(m.c.seq < mark.scalar_subquery())
        found = await self._messages(query.order_by(m.c.seq.desc()).limit(limit + 1))
        return found[:limit][::-1], len(found) > limit

    async def after(self, interaction: InteractionId, seq: int, limit: int) -> tuple[Message, ...]:
        query = _SHOWN.where(m.c.interaction_id == interaction, m.c.seq > seq)
        return await self._messages(query.order_by(m.c.seq).limit(limit))

    async def count(self, interaction: InteractionId) -> int:
        query = select(func.count()).where(m.c.interaction_id == interaction)
        return await self._database.reading(lambda c: c.execute(query).scalar_one())

    async def copy(
        self, messages: Sequence[MessageId], source: InteractionId, target: InteractionId
    ) -> int:
        def work(connection: Connection) -> int:
            found = connection.execute(
                select(m.c.id)
                .where(
                    m.c.interaction_id == source,
                    m.c.id.in_(messages),
                    m.c.delivery.in_(_FINISHED),
                )
                .order_by(m.c.seq)
            ).scalars()
            done = sum(_copy(connection, one, target) for one in found.all())
            _share(connection, target)
            return done

        return await self._database.writing(work)

    async def by_header(self, header_ids: Sequence[str]) -> tuple[Message, ...]:
        keys = [key for one in header_ids if (key := rows.header_key(one)) is not None]
        if not keys:
            return ()
        query = _SHOWN.where(m.c.header_key.in_(keys), m.c.header_key.is_not(None))
        return await self._messages(query.order_by(m.c.at.desc(), m.c.id.desc()).limit(500))

    async def deliveries(self, states: Sequence[Delivery], limit: int) -> tuple[Message, ...]:
        query = _SHOWN.where(m.c.delivery.in_(states))
        if set(states) <= set(t.OUTBOX_STATES):
            query = query.where(t.IN_OUTBOX)  # word for word, or the index is not used
        return await self._messages(query.order_by(m.c.at, m.c.id).limit(limit))

    async def _messages(self, query: AnySelect) -> tuple[Message, ...]:
        found = await self._database.reading(lambda connection: connection.execute(query).all())
        return tuple(rows.message_of(row) for row in found)

    # -- what they come to ---------------------------------------------------------------------

    async def tallies(
        self, interactions: Sequence[InteractionId]
    ) -> Mapping[InteractionId, Tally]:
        return await self._database.reading(lambda c: read_tallies(c, interactions))

    async def save_reads(self, reads: Mapping[InteractionId, int]) -> None:
        given = [{"interaction": one, "seq": seq} for one, seq in reads.items()]
        if given:
            await self._database.writing(lambda connection: connection.execute(_READ, given))

    # -- drafts --------------------------------------------------------------------------------

    async def draft(self, interaction: InteractionId) -> Draft | None:
        query = select(t.conversations.c.draft).where(
            t.conversations.c.interaction_id == interaction
        )
        return rows.draft_of(await self._database.reading(lambda c: c.execute(query).scalar()))

    async def save_draft(self, interaction: InteractionId, draft: Draft | None) -> None:
        row = {"interaction_id": interaction, "last_seq": 0, "read_seq": 0}

        def work(connection: Connection) -> None:
            packed = rows.packed_draft(draft)
            _save(connection, t.conversations, {**row, "draft": packed}, keep=tuple(row))
            if draft is not None:
                _use(connection, draft.attachments, interaction)

        await self._database.writing(work)

    # -- chats ---------------------------------------------------------------------------------

    async def chat(self, interaction: InteractionId) -> ChatFacts | None:
        query = select(t.chats).where(t.chats.c.interaction_id == interaction)
        found = await self._database.reading(lambda connection: connection.execute(query).first())
        return None if found is None else rows.chat_of(found)

    async def save_chat(self, facts: ChatFacts) -> None:
        row = rows.chat_row(facts)
        await self._database.writing(lambda c: _save(c, t.chats, row, keep=("interaction_id",)))

    async def chats_of(self, visitor: str, limit: int) -> tuple[ChatFacts, ...]:
        query = select(t.chats).where(t.chats.c.visitor == rows.storable(visitor))
        query = query.order_by(t.chats.c.n.desc()).limit(limit)
        found = await self._database.reading(lambda connection: connection.execute(query).all())
        return tuple(map(rows.chat_of, found))

    async def open_chats(self, limit: int) -> tuple[ChatFacts, ...]:
        query = select(t.chats).where(t.OPEN).order_by(t.chats.c.n.desc()).limit(limit)
        found = await self._database.reading(lambda connection: connection.execute(query).all())
        return tuple(map(rows.chat_of, found))

    # -- files and settings --------------------------------------------------------------------

    async def blob_owner(self, blob: BlobId) -> InteractionId | None:
        owners = await self.blob_owners(blob)
        return owners[0] if owners else None

    async def blob_owners(self, blob: BlobId) -> tuple[InteractionId, ...]:
        uses = t.blob_uses.c
        query = select(uses.interaction_id).where(uses.blob_id == blob)
        query = query.order_by(uses.n, uses.interaction_id)
        found = await self._database.reading(lambda c: c.execute(query).scalars().all())
        return tuple(map(InteractionId, found))

    async def setting(self, name: str) -> str:
        query = select(t.channel_settings.c.value).where(t.channel_settings.c.name == name)
        return await self._database.reading(lambda c: c.execute(query).scalar()) or ""

    async def save_setting(self, name: str, value: str) -> None:
        row = {"name": name, "value": rows.storable(value)}
        await self._database.writing(lambda c: _save(c, t.channel_settings, row, keep=("name",)))


# -- parts of transactions -----------------------------------------------------------------------


def _save(
    connection: Connection, table: Table, row: rows.Values, *, keep: tuple[str, ...]
) -> None:
    """Inserts the row, or writes over all but `keep`, whose first is the key."""
    _upsert(connection.dialect.name, table, tuple(row), keep).run(connection, [row])


@cache
def _upsert(dialect: str, table: Table, names: tuple[str, ...], keep: tuple[str, ...]) -> Prepared:
    """Made once for each shape: making it takes longer than running it."""
    insert_into = (postgresql if dialect == "postgresql" else sqlite).insert
    given = {name: bindparam(name, type_=table.c[name].type) for name in names}
    statement = insert_into(table).values(given)
    changed = {name: statement.excluded[name] for name in names if name not in keep}
    return Prepared(statement.on_conflict_do_update(index_elements=keep[:1], set_=changed))


def _next_seq(connection: Connection, interaction: InteractionId) -> int:
    """Whoever adds to a contact holds its row until the end of the transaction."""
    statement = _NEXT[connection.dialect.name]
    return int(connection.exec_driver_sql(statement, (interaction,)).scalar_one())


def _use(connection: Connection, blobs: Iterable[str], interaction: InteractionId) -> None:
    for blob in blobs:
        [found] = _USES.all(connection, {"blob": blob})
        row = {"blob_id": blob, "interaction_id": interaction, "n": found.used + 1}
        _USE[connection.dialect.name].run(connection, [row])


def _at_home(connection: Connection, message: Message) -> bool:
    home = connection.execute(select(m.c.interaction_id).where(m.c.id == message.id)).scalar()
    return home is None or home == message.interaction


def _copy(connection: Connection, message: str, target: InteractionId) -> int:
    """The copy's id follows from both, so that a split that is tried again makes no second."""
    made: dict[str, Any] = {
        "id": literal(str(uuid5(COPIED_NAMESPACE, f"{target} {message}"))),
        "interaction_id": literal(target),
    }
    if connection.execute(select(m.c.id).where(m.c.id == made["id"])).first() is not None:
        return 0
    made["seq"] = literal(_next_seq(connection, target))
    names = [column.name for column in m.columns]
    columns: list[Any] = [made.get(name, m.c[name]) for name in names]
    source = select(*columns).where(m.c.id == message)
    return connection.execute(insert(m).from_select(names, source)).rowcount


def _share(connection: Connection, target: InteractionId) -> None:
    """The files of what was copied belong to both."""
    query = select(m.c.attachments, m.c.email).where(m.c.interaction_id == target)
    for row in connection.execute(query).all():
        original = (row.email or {}).get("original")
        blobs = [one["blob"] for one in row.attachments or ()]
        _use(connection, [*([original] if original else []), *blobs], target)
