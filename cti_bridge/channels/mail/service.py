"""The e-mail channel: what agents ask of it, its mailboxes and outboxes, its automatic answers."""

from __future__ import annotations

import asyncio
import io
import logging
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, assert_never

import msgspec

from cti_bridge.acd.ports import Arrival, Audience
from cti_bridge.channels.mail import threads
from cti_bridge.channels.mail.compose import Letter, compose
from cti_bridge.channels.mail.drafting import Desk, checked, sender_of
from cti_bridge.channels.mail.headers import MAX_SUBJECT, address_of, line
from cti_bridge.channels.mail.imap import ImapSession
from cti_bridge.channels.mail.intake import Intake, caller_of
from cti_bridge.channels.mail.outbox import Outbox
from cti_bridge.channels.mail.ports import RawMail
from cti_bridge.channels.mail.smtp import SmtpSession
from cti_bridge.channels.mail.threads import Tokens
from cti_bridge.channels.mail.watcher import Watcher
from cti_bridge.channels.mailbook import Outgo
from cti_bridge.ids import new_id
from cti_bridge.protocol.commands import ComposeEmail, Done, RetrySend, SendEmail, UndoSend
from cti_bridge.protocol.events import LineChanged
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import Address, Draft, LineView
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
from cti_bridge.tasks import Scope
from cti_bridge.telephony.ports import LineId, LineStatus, NumberKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import Clock, Contacts, Publisher, Taken
    from cti_bridge.channels.conversation.ports import Blobs, Message, MessageStore
    from cti_bridge.channels.mail.ports import Journal, People
    from cti_bridge.channels.mailbook import MailBook
    from cti_bridge.config.values import Config, Mailbox, Queue, Reply
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.vocabulary import MessageId

logger = logging.getLogger(__name__)
MailCommand = SendEmail | UndoSend | RetrySend | ComposeEmail
ANSWERS: Final = 4
ANSWER_SECONDS: Final = 86_400.0
"""Automatic answers to one address: so many in so long, then none. It ends what two robots that
hide what they are would go on with for ever."""
CONNECTING: Final = "connecting"
MAX_MAIL: Final = 200 * 1024 * 1024
IN_HAND: Final = frozenset(
    {InteractionState.CONNECTED, InteractionState.HELD, InteractionState.WRAP_UP}
)


class MailService:
    """Implements `channels.outgoing.Outgoing` and `acd.ports.ContactObserver`."""

    def __init__(
        self,
        *,
        config: Config,
        journal: Journal,
        store: MessageStore,
        blobs: Blobs,
        book: MailBook,
        contacts: Contacts,
        customers: People,
        publisher: Publisher,
        clock: Clock,
        sessions: Callable[[Mailbox], ImapSession] = ImapSession,
        senders: Callable[[Mailbox], SmtpSession] = SmtpSession,
    ) -> None:
        self._config, self._journal, self._store, self._blobs = config, journal, store, blobs
        self._book, self._contacts, self._people = book, contacts, customers
        self._publisher, self._clock = publisher, clock
        self._sessions, self._senders = sessions, senders
        self._boxes: Mapping[str, Mailbox] = {box.id: box for box in config.mailboxes}
        self._queues: Mapping[str, Queue] = {queue.id: queue for queue in config.queues}
        self._replies: Mapping[str, Reply] = {reply.code: reply for reply in config.replies}
        self._scope = Scope("mail")
        self._parsing = ThreadPoolExecutor(1, thread_name_prefix="mail-parse")
        self._watchers: list[Watcher] = []
        self._outboxes: dict[str, Outbox] = {}
        self._parts: dict[tuple[str, str], tuple[bool, str, datetime]] = {}
        self._told: dict[str, tuple[bool, str]] = {}
        self._desk: Desk | None = None
        self._intake: Intake | None = None
        self.bridge = ""
        self.figures: Counter[tuple[str, str]] = Counter()
        """By mailbox and what became of a mail (taken, sent, retried, failed), since the start."""

    # -- life ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Reads and sends from now on; raises StoreError. After the distributor's recovery."""
        self.bridge = await self._secret("mail.bridge")
        tokens = Tokens(await self._secret("mail.secret"))
        self._desk = Desk(
            journal=self._journal,
            store=self._store,
            blobs=self._blobs,
            tokens=tokens,
            bridge=self.bridge,
            site=self._config.site.name,
        )
        self._intake = Intake(
            journal=self._journal,
            store=self._store,
            blobs=self._blobs,
            book=self._book,
            contacts=self._contacts,
            people=self._people,
            clock=self._clock,
            tokens=tokens,
            bridge=self.bridge,
            threads_of=self._parsing,
            turned_away=self._turned_away,
        )
        await self._take_up()
        for box in self._boxes.values():
            self._open(box)

    async def stop(self) -> None:
        """What was begun is whole, or is taken up at the next start; safe to call twice."""
        await self._scope.close()
        for watcher in self._watchers:
            await watcher.stop()
        self._watchers.clear()
        await asyncio.get_running_loop().run_in_executor(None, self._parsing.shutdown)

    def _open(self, box: Mailbox) -> None:
        if box.imap and self._intake:
            watcher = Watcher(
                box,
                intake=self._intake,
                book=self._book,
                clock=self._clock,
                status=partial(self._status, box, "imap"),
                count=partial(self._count, box),
                session=self._sessions,
            )
            self._status(box, "imap", False, CONNECTING)
            self._watchers.append(watcher)
            self._scope.spawn(watcher.run(), f"read {box.id}")
        if box.smtp:
            outbox = self._outboxes[box.id] = Outbox(
                box,
                journal=self._journal,
                store=self._store,
                blobs=self._blobs,
                book=self._book,
                contacts=self._contacts,
                clock=self._clock,
                status=partial(self._status, box, "smtp"),
                count=partial(self._count, box),
                session=self._senders,
            )
            self._scope.spawn(outbox.run(), f"send {box.id}")

    async def _secret(self, name: str) -> str:
        """Made once, kept in the store: tokens of earlier mails must be read for ever."""
        known = await self._store.setting(name)
        if not known:
            known = secrets.token_hex(16)
            await self._store.save_setting(name, known)
        return known

    async def _take_up(self) -> None:
        """Entries that never came into the outbox: the bridge died between the two."""
        unfinished = (Delivery.UNDOABLE, Delivery.SENDING)
        for message in await self._store.deliveries(unfinished, 1000):
            mail = message.email
            if mail is None or mail.original is None or mail.mailbox not in self._boxes:
                continue
            if await self._book.outgo(message.id) is None:
                await self._post(await self._store.get(message.id) or message)

    def _count(self, box: Mailbox, what: str) -> None:
        self.figures[box.id, what] += 1

    # -- status --------------------------------------------------------------------------------

    def lines(self) -> tuple[LineStatus, ...]:
        """Of each mailbox, as lines of the telephone have one: id `mail:<mailbox>`."""
        return tuple(self._line(box) for box in self._boxes.values())

    def _line(self, box: Mailbox) -> LineStatus:
        parts = [self._parts[key] for key in list(self._parts) if key[0] == box.id]
        down = [part for part in parts if not part[0]]
        shown = down or parts
        return LineStatus(
            line=LineId(f"mail:{box.id}"),
            name=box.name or box.address,
            up=not down,
            since=max((since for _, _, since in shown), default=self._clock.now()),
            detail="; ".join(detail for _, detail, _ in shown) if shown else box.address,
        )

    def _status(self, box: Mailbox, part: str, up: bool, detail: str) -> None:
        before = self._parts.get((box.id, part))
        if before is None or before[:2] != (up, detail):
            since = before[2] if before and before[0] == up else self._clock.now()
            self._parts[box.id, part] = (up, detail, since)
        line_now = self._line(box)
        if self._told.get(box.id) == (line_now.up, line_now.detail):
            return
        self._told[box.id] = (line_now.up, line_now.detail)
        level = logging.INFO if line_now.up or detail == CONNECTING else logging.WARNING
        logger.log(level, "mailbox %s: %s", box.id, line_now.detail)
        view = LineView(
            line_id=line_now.line,
            name=line_now.name,
            up=line_now.up,
            detail=line_now.detail,
            since=line_now.since,
        )
        self._publisher.publish(LineChanged(line=view), Audience())

    # -- reading without a server --------------------------------------------------------------

    async def deliver(self, mailbox: str, data: bytes) -> None:
        """Takes a mail as if it had been read from the mailbox. Raises LookupError for an
        unknown one, ValueError for one that is too large."""
        box = self._boxes[mailbox]
        if self._intake is None:
            raise ValueError("the mail room is not open")
        if len(data) > MAX_MAIL:
            raise ValueError("too large")
        raw = RawMail(uid=0, file=io.BytesIO(data), size=len(data), received_at=self._clock.now())
        await self._intake.take(box, raw, await self._intake.read(raw), begun=True)

    # -- commands ------------------------------------------------------------------------------

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
        now = self._clock.now()
        undo = now + timedelta(seconds=box.undo_seconds) if box.undo_seconds else None
        written = await self._opened().write(
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
        await self._post(stored, command.draft)
        await self._store.save_draft(contact.id, None)
        await self._note(stored)
        return Done(request_id=command.request_id, id=stored.id)

    async def _post(self, message: Message, draft: Draft | None = None) -> None:
        """Into the outbox; due when it cannot be taken back any more."""
        mail = message.email
        assert mail is not None
        assert mail.original is not None
        people = (*mail.to, *mail.cc, *mail.bcc)
        await self._book.put(
            Outgo(
                id=message.id,
                mailbox=mail.mailbox,
                message=message.id,
                sender=self._boxes[mail.mailbox].address,
                recipients=tuple(dict.fromkeys(one.address for one in people)),
                blob=mail.original,
                draft=msgspec.json.encode(draft).decode() if draft else "",
                due_at=message.undo_until or message.at,
                made_at=message.at,
            )
        )
        self._wake(mail.mailbox)

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
        self._wake(row.mailbox)
        return Done(request_id=command.request_id, id=message.id)

    async def _compose(self, actor: Actor, command: ComposeEmail) -> AnyReply:
        queue, box = self._from(command.queue_id)
        now = self._clock.now()
        people = (*command.draft.to, *command.draft.cc, *command.draft.bcc)
        first = next((one for one in people if address_of(one.address)), None)
        who = Address(address=address_of(first.address), name=first.name) if first else None
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

    # -- automatic answers and the other channels' mail ------------------------------------------

    async def send_plain(
        self,
        *,
        id: str,  # noqa: A002 - as everywhere on the values
        to: str,
        subject: str,
        text: str,
        queue: QueueId,
        html: str = "",
        language: str = "",
        automatic: bool = True,
    ) -> bool:
        """As `channels.outgoing.Outgoing`."""
        return await self._mail(
            id, to, subject, text, queue, html=html, language=language, automatic=automatic
        )

    async def _mail(
        self,
        unique: str,
        to: str,
        subject: str,
        text: str,
        queue: QueueId,
        *,
        html: str = "",
        language: str = "",
        automatic: bool = True,
        contact: InteractionId | None = None,
        answers: Message | None = None,
    ) -> bool:
        address, box = address_of(to), self._sending(queue)
        if not address or box is None:
            return False
        if await self._book.outgo(unique) is not None:
            return True
        now, of = self._clock.now(), self._queues.get(queue)
        mail = answers.email if answers else None
        desk = self._opened()
        letter = Letter(
            sender=sender_of(box, of or self._config.queues[0], self._config.site.name),
            to=(Address(address=address),),
            subject=subject,
            text=text,
            html=html,
            signature=of.signed() if of else "",
            header_id=desk.header_id(box, contact),
            in_reply_to=mail.header_id if mail else "",
            references=mail.references if mail else (),
            at=now,
            language=language or (of.language if of else "") or "es",
            automatic=automatic,
            bridge=self.bridge,
        )
        blob = await self._blobs.put(compose(letter), name="", media_type="message/rfc822")
        await self._book.put(
            Outgo(
                id=unique,
                mailbox=box.id,
                sender=box.address,
                recipients=(address,),
                blob=blob,
                due_at=now,
                made_at=now,
            )
        )
        self._wake(box.id)
        return True

    async def _turned_away(
        self, message: Message, taken: Taken, queue: QueueId, language: str
    ) -> None:
        mail = message.email
        if mail is not None and mail.sender is not None:
            await self._answer(
                message.interaction, taken.reply, queue, mail.sender, language, message
            )

    async def _answer(
        self,
        contact: InteractionId,
        code: str,
        queue: QueueId,
        who: Address,
        language: str,
        message: Message | None,
    ) -> None:
        """A configured text, once for each contact and text, and seldom for one address."""
        reply = self._replies.get(code)
        unique = f"auto-{contact}-{code}"[:64]
        if reply is None or await self._book.outgo(unique) is not None:
            return
        now = self._clock.now()
        if not await self._book.may_answer(who.address, now, ANSWERS, ANSWER_SECONDS):
            logger.warning("no more automatic answers for one address today: contact %s", contact)
            return
        said = message.email.subject if message and message.email else ""
        await self._mail(
            unique,
            who.address,
            reply.subject or f"Re: {threads.bare_subject(said)}",
            self._filled(reply.text, queue, who),
            queue,
            language=reply.language or language,
            contact=contact,
            answers=message,
        )

    def _filled(self, text: str, queue: QueueId, who: Address) -> str:
        of = self._queues.get(queue)
        values = {
            "customer": who.name or who.address,
            "first_name": who.name.partition(" ")[0],
            "queue": of.name if of else "",
            "site": self._config.site.name,
            "agent": "",
            "greeting": "",
            "date": self._clock.now().strftime("%d/%m/%Y"),
        }
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def contact_changed(self, before: Interaction | None, after: Interaction) -> None:
        """Nothing of a contact's life concerns its mail."""

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None:
        """The queue's rules ask for an answer by e-mail."""
        who = contact.caller
        is_mail = contact.channel is Channel.EMAIL and who.number.kind is NumberKind.EMAIL
        if reply and is_mail and contact.queue is not None:
            self._scope.spawn(self._overflow(contact, reply), f"answer {contact.id}")

    async def _overflow(self, contact: Interaction, reply: str) -> None:
        messages, _ = await self._store.page(contact.id, None, 20)
        first = next((one for one in messages if one.author is Author.CUSTOMER), None)
        if first is None or first.email is None or first.email.automatic or contact.queue is None:
            return
        number = contact.caller.number
        who = Address(address=number.value, name=contact.caller.display_name)
        await self._answer(contact.id, reply, contact.queue, who, contact.language, first)

    # -- whose it is, and where it goes out ------------------------------------------------------

    def _opened(self) -> Desk:
        if self._desk is None:
            raise CommandRefused(RefusalCode.OVERLOADED, "the mail room is not open yet")
        return self._desk

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
            if mail and (box := self._boxes.get(mail.mailbox)) and box.smtp:
                return box
        if box := self._sending(contact.queue):
            return box
        raise CommandRefused(RefusalCode.NOT_SUPPORTED, "no mailbox can send: set its smtp")

    def _sending(self, queue: QueueId | None) -> Mailbox | None:
        able = [box for box in self._boxes.values() if box.smtp]
        return next((box for box in able if box.queue == queue), able[0] if able else None)

    def _from(self, queue: QueueId | None) -> tuple[Queue, Mailbox]:
        if queue is not None and queue not in self._queues:
            raise CommandRefused(RefusalCode.INVALID, "no such queue", field="queue_id")
        box = self._sending(queue)
        if box is None:
            raise CommandRefused(RefusalCode.NOT_SUPPORTED, "no mailbox can send: set its smtp")
        return self._queues[queue or box.queue], box

    def _queue_of(self, contact: Interaction, box: Mailbox) -> Queue:
        return self._queues.get(contact.queue or "") or self._queues[box.queue]

    def _wake(self, mailbox: str) -> None:
        if outbox := self._outboxes.get(mailbox):
            outbox.wake()


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
