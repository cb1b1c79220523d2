"""What agents ask: sent, taken back, tried again, begun."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final, assert_never

import msgspec

from cti_bridge.acd.ports import Arrival
from cti_bridge.channels.mail import threads
from cti_bridge.channels.mail.drafting import checked
from cti_bridge.channels.mail.headers import MAX_SUBJECT, address_of, line
from cti_bridge.channels.mail.intake import caller_of
from cti_bridge.ids import new_id
from cti_bridge.protocol.commands import ComposeEmail, Done, RetrySend, SendEmail, UndoSend
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import Address, Draft
from cti_bridge.protocol.vocabulary import (
    Author,
    Channel,
    Delivery,
    Direction,
    InteractionId,
    InteractionState,
    QueueId,
    RefusalCode,
)

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import Clock, Contacts
    from cti_bridge.channels.conversation.ports import Blobs, Message, MessageStore
    from cti_bridge.channels.mail.drafting import Desk
    from cti_bridge.channels.mail.ports import Journal, People, Permit
    from cti_bridge.channels.mail.postroom import PostRoom
    from cti_bridge.channels.mailbook import MailBook
    from cti_bridge.config.values import Mailbox, Queue
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.vocabulary import CustomerId, MessageId

logger = logging.getLogger(__name__)
MailCommand = SendEmail | UndoSend | RetrySend | ComposeEmail
IN_HAND: Final = frozenset(
    {InteractionState.CONNECTED, InteractionState.HELD, InteractionState.WRAP_UP}
)


class Writing:
    def __init__(
        self,
        *,
        desk: Desk,
        room: PostRoom,
        journal: Journal,
        store: MessageStore,
        blobs: Blobs,
        book: MailBook,
        contacts: Contacts,
        people: People,
        permit: Permit,
        clock: Clock,
    ) -> None:
        self._desk, self._room = desk, room
        self._journal, self._store, self._blobs, self._book = journal, store, blobs, book
        self._contacts, self._people, self._clock = contacts, people, clock
        self._permit = permit

    async def handle(self, actor: Actor, command: MailCommand) -> AnyReply:
        """Raises CommandRefused and StoreError."""
        match command:
            case SendEmail():
                return await self._send(actor, command)
            case UndoSend():
                return await self._undo(actor, command)
            case RetrySend():
                return await self._retry(actor, command)
            case ComposeEmail():
                return await self._compose(actor, command)
            case _:
                assert_never(command)

    async def _send(self, actor: Actor, command: SendEmail) -> AnyReply:
        known = await self._store.get(command.message_id)
        if known is not None:
            if known.agent != actor.agent_id or known.interaction != command.interaction_id:
                raise CommandRefused(RefusalCode.INVALID, "an id of another message")
            return Done(request_id=command.request_id, id=known.id)  # sent again: said again
        contact = self._own(actor, command.interaction_id)
        box = await self._box_of(contact, command.draft)
        await self._may(contact, command.draft)
        now = self._clock.now()
        undo = now + timedelta(seconds=box.undo_seconds) if box.undo_seconds else None
        written = await self._desk.write(
            actor=actor,
            interaction=contact.id,
            message_id=command.message_id,
            draft=command.draft,
            box=box,
            queue=self._queue_of(contact, box),
            at=now,
            undo_until=undo,
        )
        original = await self._blobs.put(
            written.data, name=f"{command.message_id}.eml", media_type="message/rfc822"
        )
        mail = written.message.email
        assert mail is not None
        message = replace(written.message, email=replace(mail, original=original))
        stored = await self._journal.add(message) or message
        await self._room.post(stored, command.draft)
        await self._store.save_draft(contact.id, None)
        await self._note(stored)
        return Done(request_id=command.request_id, id=stored.id)

    async def _note(self, message: Message) -> None:
        """Answers by subject and sender will find this contact."""
        mail = message.email
        key = threads.subject_key(mail.subject) if mail else ""
        for one in mail.to[:5] if mail and key else ():
            await self._book.note_thread(one.address, key, message.interaction, message.at)

    async def _undo(self, actor: Actor, command: UndoSend) -> AnyReply:
        message = await self._sent_by(actor, command.message_id, command.interaction_id)
        row = await self._book.outgo(message.id)
        if row is None or not await self._book.take_back(message.id):
            raise CommandRefused(RefusalCode.TOO_LATE, "it is on its way")
        draft = msgspec.json.decode(row.draft, type=Draft) if row.draft else _redraft(message)
        await self._store.save_draft(message.interaction, draft)
        await self._journal.changed(
            replace(
                message,
                delivery=Delivery.TAKEN_BACK,
                changed_at=self._clock.now(),
                undo_until=None,
            )
        )
        contact = self._contacts.find(message.interaction)
        if contact is None or contact.agent != actor.agent_id:  # finished with the sending
            await self._contacts.customer_wrote(message.interaction, self._clock.now())
        return Done(request_id=command.request_id, id=message.id)

    async def _retry(self, actor: Actor, command: RetrySend) -> AnyReply:
        self._own(actor, command.interaction_id)
        message = await self._store.get(command.message_id)
        if message is None or message.interaction != command.interaction_id:
            raise CommandRefused(RefusalCode.NOT_FOUND)
        row = await self._book.outgo(message.id)
        if message.delivery is not Delivery.FAILED or row is None or row.state != "failed":
            raise CommandRefused(RefusalCode.WRONG_STATE, "it has not failed at our server")
        now = self._clock.now()
        await self._book.save_outgo(replace(row, state="waiting", due_at=now, made_at=now))
        await self._journal.changed(
            replace(message, delivery=Delivery.SENDING, delivery_detail="", changed_at=now)
        )
        self._room.wake(row.mailbox)
        return Done(request_id=command.request_id, id=message.id)

    async def _may(self, contact: Interaction, draft: Draft) -> None:
        """Raises CommandRefused, with the recipient's place, where one must not be written to.

        Whoever wrote is answered: the sender of the mail in reply, and whom an incoming contact
        is about. Who is the contact's customer is asked about by name: an address of the
        household may be of several.
        """
        wrote = await self._wrote(contact, draft)
        lists = (("to", draft.to), ("cc", draft.cc), ("bcc", draft.bcc))
        people = [(f"draft.{name}[{at}]", one) for name, of in lists for at, one in enumerate(of)]
        for field, one in people:
            address = address_of(one.address)
            barred = await self._permit.may_write(
                address, _customer_of(contact, address), answering=address in wrote
            )
            if barred is not None:
                raise CommandRefused(barred, "this recipient must not be written to", field=field)

    async def _wrote(self, contact: Interaction, draft: Draft) -> frozenset[str]:
        wrote = {contact.caller.number.value} if contact.direction is Direction.INBOUND else set()
        answered = await self._store.get(draft.in_reply_to) if draft.in_reply_to else None
        mine = answered is not None and answered.interaction == contact.id
        if mine and answered and answered.email and answered.author is Author.CUSTOMER:
            sender = answered.email.sender
            wrote |= {address_of(sender.address)} if sender else set()
        return frozenset(wrote)

    async def _compose(self, actor: Actor, command: ComposeEmail) -> AnyReply:
        queue, box = self._from(command.queue_id)
        now = self._clock.now()
        people = (*command.draft.to, *command.draft.cc, *command.draft.bcc)
        first = next((one for one in people if address_of(one.address)), None)
        who = Address(address=address_of(first.address), name=first.name) if first else None
        if who is not None:
            barred = await self._permit.may_write(
                who.address, command.customer_id, answering=False
            )
            if barred is not None:
                raise CommandRefused(barred, "must not be written to", field="draft.to[0]")
        contact = InteractionId(new_id())
        draft = checked(command.draft) if people else command.draft
        await self._contacts.arrive(
            Arrival(
                id=contact,
                channel=Channel.EMAIL,
                direction=Direction.OUTBOUND,
                caller=caller_of(who),
                queue=QueueId(queue.id),
                at=now,
                subject=line(draft.subject, MAX_SUBJECT),
                language=queue.language,
                match=await self._people.match_email(who.address, who.name) if who else None,
                customer=command.customer_id,
                agent=actor.agent_id,
            )
        )
        saved = msgspec.structs.replace(draft, mode="new", saved_at=now, by=actor.name)
        await self._store.save_draft(contact, saved)
        logger.info("%s composes a mail from %s", actor.name, box.id)
        return Done(request_id=command.request_id, id=contact)

    # -- whose it is, and where it goes out ------------------------------------------------------

    def _own(self, actor: Actor, interaction: InteractionId) -> Interaction:
        contact = self._contacts.find(interaction)
        if contact is None:
            raise CommandRefused(RefusalCode.TOO_LATE, "the contact is over")
        if contact.agent != actor.agent_id:
            raise CommandRefused(RefusalCode.NOT_YOURS)
        if contact.state not in IN_HAND:
            raise CommandRefused(RefusalCode.WRONG_STATE, "the contact is not in hand")
        return contact

    async def _sent_by(
        self, actor: Actor, message_id: MessageId, interaction: InteractionId
    ) -> Message:
        message = await self._store.get(message_id)
        if message is None or message.interaction != interaction or message.email is None:
            raise CommandRefused(RefusalCode.NOT_FOUND)
        if message.agent != actor.agent_id:
            raise CommandRefused(RefusalCode.NOT_YOURS)
        return message

    async def _box_of(self, contact: Interaction, draft: Draft) -> Mailbox:
        """The mailbox that the answered mail came to; else the queue's; else any that sends."""
        if draft.in_reply_to is not None:
            answered = await self._store.get(draft.in_reply_to)
            mail = answered.email if answered else None
            if mail and (box := self._room.boxes.get(mail.mailbox)) and box.smtp:
                return box
        if box := self._room.sending(contact.queue):
            return box
        raise CommandRefused(RefusalCode.NOT_SUPPORTED, "no mailbox can send: set its smtp")

    def _from(self, queue: QueueId | None) -> tuple[Queue, Mailbox]:
        if queue is not None and queue not in self._room.queues:
            raise CommandRefused(RefusalCode.INVALID, "no such queue", field="queue_id")
        box = self._room.sending(queue)
        if box is None:
            raise CommandRefused(RefusalCode.NOT_SUPPORTED, "no mailbox can send: set its smtp")
        return self._room.queues[queue or box.queue], box

    def _queue_of(self, contact: Interaction, box: Mailbox) -> Queue:
        return self._room.queues.get(contact.queue or "") or self._room.queues[box.queue]


def _customer_of(contact: Interaction, address: str) -> CustomerId | None:
    return contact.customer if address == contact.caller.number.value else None


def _redraft(message: Message) -> Draft:
    """What can be told from the entry, where the draft itself is not kept."""
    mail = message.email
    assert mail is not None
    return Draft(
        to=mail.to,
        cc=mail.cc,
        bcc=mail.bcc,
        subject=mail.subject,
        text=message.text,
        attachments=tuple(file.blob for file in message.attachments),
        mode="new",
        quote=False,
    )
