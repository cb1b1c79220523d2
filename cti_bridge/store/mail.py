"""The e-mail channel's own book in the database; implements `channels.mailbook.MailBook`."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from cti_bridge.channels.mailbook import BoxPlace, Outgo, Todo
from cti_bridge.protocol.vocabulary import BlobId, InteractionId, MessageId
from cti_bridge.store.mail_tables import answered, outbox, places, sent, threads, todo
from cti_bridge.store.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, Column, Connection, Table

    from cti_bridge.store.engine import Database

KEEP_SENT: Final = timedelta(days=30)
KEEP_THREADS: Final = timedelta(days=60)


def _given(name: str, column: Column[Any]) -> BindParameter[Any]:
    return bindparam(name, type_=column.type)


_IS: Final = (
    todo.c.mailbox == _given("box", todo.c.mailbox),
    todo.c.uid_validity == _given("validity", todo.c.uid_validity),
    todo.c.uid == _given("number", todo.c.uid),
)
_SAVE_TODO: Final = Prepared(
    update(todo)
    .where(*_IS)
    .values(
        message_id=_given("id", todo.c.message_id),
        arrived=_given("came", todo.c.arrived),
        attempts=_given("tries", todo.c.attempts),
    )
)
_DONE: Final = Prepared(delete(todo).where(*_IS))
_THREAD: Final = {
    "interaction_id": _given("contact", threads.c.interaction_id),
    "at": _given("now", threads.c.at),
}
_OF_THREAD: Final = {
    "address": _given("who", threads.c.address),
    "subject": _given("about", threads.c.subject),
}
_OLD_THREADS: Final = Prepared(
    delete(threads).where(threads.c.at < _given("before", threads.c.at))
)
_RENEW_THREAD: Final = Prepared(
    update(threads).where(*(threads.c[k] == v for k, v in _OF_THREAD.items())).values(_THREAD)
)
_ADD_THREAD: Final = Prepared(insert(threads).values({**_OF_THREAD, **_THREAD}))
"""For each mail that is taken in: compiled once."""


class SqlMail:
    def __init__(self, database: Database) -> None:
        self._database = database

    # -- reading mailboxes -------------------------------------------------------------------

    async def place(self, mailbox: str) -> BoxPlace | None:
        query = select(places).where(places.c.mailbox == mailbox)
        row = await self._database.reading(lambda c: c.execute(query).first())
        return None if row is None else BoxPlace(**row._asdict())

    async def found(self, place: BoxPlace, uids: Sequence[int]) -> None:
        def work(connection: Connection) -> None:
            _put(connection, places, "mailbox", asdict(place))
            _add(connection, place, uids)

        await self._database.writing(work)

    async def moved(self, place: BoxPlace, uids: Sequence[int]) -> None:
        def work(connection: Connection) -> None:
            _put(connection, places, "mailbox", asdict(place))
            connection.execute(delete(todo).where(todo.c.mailbox == place.mailbox))
            _add(connection, place, uids)

        await self._database.writing(work)

    async def todo(self, mailbox: str, limit: int) -> tuple[Todo, ...]:
        query = (
            select(todo)
            .where(todo.c.mailbox == mailbox)
            .order_by(todo.c.attempts, todo.c.uid)
            .limit(limit)
        )
        rows = await self._database.reading(lambda c: c.execute(query).all())
        return tuple(
            Todo(
                mailbox=row.mailbox,
                uid_validity=row.uid_validity,
                uid=row.uid,
                message=MessageId(row.message_id) if row.message_id else None,
                arrived=row.arrived,
                attempts=row.attempts,
            )
            for row in rows
        )

    async def save_todo(self, rows: Sequence[Todo]) -> None:
        given = [{**_key(row), "id": row.message, "came": row.arrived, "tries": row.attempts}
                 for row in rows]  # fmt: skip
        if given:
            await self._database.writing(lambda connection: _SAVE_TODO.run(connection, given))

    async def done(self, rows: Sequence[Todo]) -> None:
        given = [_key(row) for row in rows]
        if given:
            await self._database.writing(lambda connection: _DONE.run(connection, given))

    # -- the outbox ----------------------------------------------------------------------------

    async def put(self, outgo: Outgo) -> bool:
        def work(connection: Connection) -> bool:
            if connection.execute(select(sent.c.id).where(sent.c.id == outgo.id)).first():
                return False
            try:
                with connection.begin_nested():
                    connection.execute(insert(outbox).values(_row(outgo)))
            except IntegrityError:
                return False
            return True

        return await self._database.writing(work)

    async def outgoing(self, mailbox: str, due: datetime, limit: int) -> tuple[Outgo, ...]:
        query = (
            select(outbox)
            .where(*_waiting(mailbox), outbox.c.due_at <= due)
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(limit)
        )
        rows = await self._database.reading(lambda c: c.execute(query).all())
        return tuple(_outgo(row._asdict()) for row in rows)

    async def next_due(self, mailbox: str) -> datetime | None:
        query = (
            select(outbox.c.due_at).where(*_waiting(mailbox)).order_by(outbox.c.due_at).limit(1)
        )
        return await self._database.reading(lambda c: c.execute(query).scalar_one_or_none())

    async def outgo(self, id: str) -> Outgo | None:  # noqa: A002
        query = select(outbox).where(outbox.c.id == id)
        row = await self._database.reading(lambda c: c.execute(query).first())
        return None if row is None else _outgo(row._asdict())

    async def save_outgo(self, outgo: Outgo) -> None:
        await self.begin(outgo)

    async def begin(self, outgo: Outgo) -> bool:
        statement = update(outbox).where(outbox.c.id == outgo.id).values(_row(outgo))
        return await self._database.writing(lambda c: c.execute(statement).rowcount == 1)

    async def sent(self, id: str, at: datetime) -> None:  # noqa: A002
        def work(connection: Connection) -> None:
            connection.execute(delete(outbox).where(outbox.c.id == id))
            connection.execute(delete(sent).where(sent.c.at < at - KEEP_SENT))
            _put(connection, sent, "id", {"id": id, "at": at})

        await self._database.writing(work)

    async def take_back(self, id: str) -> bool:  # noqa: A002
        statement = delete(outbox).where(outbox.c.id == id, outbox.c.attempts == 0)
        return await self._database.writing(lambda c: c.execute(statement).rowcount == 1)

    # -- threads and automatic answers ---------------------------------------------------------

    async def note_thread(
        self, address: str, subject: str, interaction: InteractionId, at: datetime
    ) -> None:
        def work(connection: Connection) -> None:
            _OLD_THREADS.run(connection, [{"before": at - KEEP_THREADS}])
            row = {"who": address, "about": subject, "contact": interaction, "now": at}
            if not _RENEW_THREAD.run(connection, [row]):
                _ADD_THREAD.run(connection, [row])

        await self._database.writing(work)

    async def thread(self, address: str, subject: str, since: datetime) -> InteractionId | None:
        query = select(threads.c.interaction_id).where(
            threads.c.address == address, threads.c.subject == subject, threads.c.at >= since
        )
        found = await self._database.reading(lambda c: c.execute(query).scalar_one_or_none())
        return None if found is None else InteractionId(found)

    async def may_answer(self, address: str, at: datetime, most: int, seconds: float) -> bool:
        def work(connection: Connection) -> bool:
            query = select(answered).where(answered.c.address == address)
            row = connection.execute(query).first()
            fresh = row is None or at - row.since > timedelta(seconds=seconds)
            count = 0 if row is None or fresh else row.answers
            if count >= most:
                return False
            since = at if row is None or fresh else row.since
            values = {"address": address, "since": since, "answers": count + 1}
            _put(connection, answered, "address", values)
            return True

        return await self._database.writing(work)


def _put(connection: Connection, table: Table, key: str, values: dict[str, Any]) -> None:
    """Inserts, or writes over; one process writes (`Database.claim`), so nothing races."""
    where = table.c[key] == values[key]
    if not connection.execute(update(table).where(where).values(values)).rowcount:
        connection.execute(insert(table).values(values))


def _add(connection: Connection, place: BoxPlace, uids: Sequence[int]) -> None:
    rows = [
        {
            "mailbox": place.mailbox,
            "uid_validity": place.uid_validity,
            "uid": uid,
            "arrived": False,
            "attempts": 0,
        }
        for uid in uids
    ]
    if rows:
        connection.execute(insert(todo), rows)


def _waiting(mailbox: str) -> tuple[Any, ...]:
    return outbox.c.mailbox == mailbox, outbox.c.state == "waiting"


def _key(row: Todo) -> dict[str, Any]:
    return {"box": row.mailbox, "validity": row.uid_validity, "number": row.uid}


def _row(outgo: Outgo) -> dict[str, Any]:
    row = asdict(outgo)
    row["message_id"], row["blob_id"] = row.pop("message"), row.pop("blob")
    row["recipients"] = list(outgo.recipients)
    return row


def _outgo(row: dict[str, Any]) -> Outgo:
    message = row.pop("message_id")
    blob = BlobId(row.pop("blob_id"))
    recipients = tuple(row.pop("recipients"))
    made = Outgo(**row, recipients=recipients, blob=blob)
    return replace(made, message=MessageId(message) if message else None)
