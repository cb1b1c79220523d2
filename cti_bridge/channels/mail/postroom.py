"""Where mail leaves the house: the mailboxes that send, and their outboxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from cti_bridge.channels.mailbook import Outgo
from cti_bridge.protocol.vocabulary import Delivery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.channels.conversation.ports import Message, MessageStore
    from cti_bridge.channels.mail.outbox import Outbox
    from cti_bridge.channels.mailbook import MailBook
    from cti_bridge.config.values import Config, Mailbox, Queue
    from cti_bridge.protocol.values import Draft
    from cti_bridge.protocol.vocabulary import QueueId

UNFINISHED = (Delivery.UNDOABLE, Delivery.SENDING)


class PostRoom:
    def __init__(self, config: Config, store: MessageStore, book: MailBook) -> None:
        self.boxes: Mapping[str, Mailbox] = {box.id: box for box in config.mailboxes}
        self.queues: Mapping[str, Queue] = {queue.id: queue for queue in config.queues}
        self.outboxes: dict[str, Outbox] = {}
        self._store, self._book = store, book

    def sending(self, queue: QueueId | None) -> Mailbox | None:
        """The queue's mailbox, else any that sends."""
        able = [box for box in self.boxes.values() if box.smtp]
        return next((box for box in able if box.queue == queue), able[0] if able else None)

    async def put(self, row: Outgo) -> None:
        """Into the outbox of its mailbox, once; raises StoreError."""
        await self._book.put(row)
        self.wake(row.mailbox)

    def wake(self, mailbox: str) -> None:
        if outbox := self.outboxes.get(mailbox):
            outbox.wake()

    async def post(self, message: Message, draft: Draft | None = None) -> None:
        """An agent's mail; due when it cannot be taken back any more."""
        mail = message.email
        assert mail is not None
        assert mail.original is not None
        people = (*mail.to, *mail.cc, *mail.bcc)
        await self.put(
            Outgo(
                id=message.id,
                mailbox=mail.mailbox,
                message=message.id,
                sender=self.boxes[mail.mailbox].address,
                recipients=tuple(dict.fromkeys(one.address for one in people)),
                blob=mail.original,
                draft=msgspec.json.encode(draft).decode() if draft else "",
                due_at=message.undo_until or message.at,
                made_at=message.at,
            )
        )

    async def take_up(self) -> None:
        """Entries that never came into the outbox: the bridge died between the two."""
        for message in await self._store.deliveries(UNFINISHED, 1000):
            mail = message.email
            if mail is None or mail.original is None or mail.mailbox not in self.boxes:
                continue
            if await self._book.outgo(message.id) is None:
                await self.post(await self._store.get(message.id) or message)
