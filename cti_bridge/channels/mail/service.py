"""The e-mail channel: its mailboxes read and sent, and who answers what is asked of it."""

from __future__ import annotations

import asyncio
import io
import logging
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.mail.answering import Answering
from cti_bridge.channels.mail.drafting import Desk
from cti_bridge.channels.mail.imap import ImapSession
from cti_bridge.channels.mail.intake import Intake
from cti_bridge.channels.mail.outbox import Outbox
from cti_bridge.channels.mail.ports import Anybody, RawMail
from cti_bridge.channels.mail.postroom import PostRoom
from cti_bridge.channels.mail.smtp import SmtpSession
from cti_bridge.channels.mail.status import CONNECTING, Standing
from cti_bridge.channels.mail.threads import Tokens
from cti_bridge.channels.mail.watcher import Watcher
from cti_bridge.channels.mail.writing import Writing
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import Channel, RefusalCode
from cti_bridge.tasks import Scope
from cti_bridge.telephony.ports import NumberKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import Clock, Contacts, Publisher
    from cti_bridge.channels.conversation.ports import Blobs, MessageStore
    from cti_bridge.channels.mail.ports import Journal, People, Permit
    from cti_bridge.channels.mail.writing import MailCommand
    from cti_bridge.channels.mailbook import MailBook
    from cti_bridge.config.values import Config, Mailbox
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.vocabulary import QueueId
    from cti_bridge.telephony.ports import LineStatus

logger = logging.getLogger(__name__)
MAX_MAIL: Final = 200 * 1024 * 1024


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
        permit: Permit | None = None,
        sessions: Callable[[Mailbox], ImapSession] = ImapSession,
        senders: Callable[[Mailbox], SmtpSession] = SmtpSession,
    ) -> None:
        self._config, self._journal, self._store, self._blobs = config, journal, store, blobs
        self._book, self._contacts, self._people = book, contacts, customers
        self._clock, self._permit = clock, permit or Anybody()
        self._sessions, self._senders = sessions, senders
        self._room = PostRoom(config, store, book)
        self._standing = Standing(publisher, clock)
        self._scope = Scope("mail")
        self._parsing = ThreadPoolExecutor(1, thread_name_prefix="mail-parse")
        self._watchers: list[Watcher] = []
        self._intake: Intake | None = None
        self._writing: Writing | None = None
        self._answering: Answering | None = None
        self.bridge = ""
        self.figures: Counter[tuple[str, str]] = Counter()
        """By mailbox and what became of a mail (taken, sent, retried, failed), since the start."""

    # -- life ------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Reads and sends from now on; raises StoreError. After the distributor's recovery."""
        self.bridge = await self._secret("mail.bridge")
        tokens = Tokens(await self._secret("mail.secret"))
        desk = Desk(
            journal=self._journal,
            store=self._store,
            blobs=self._blobs,
            tokens=tokens,
            bridge=self.bridge,
            site=self._config.site.name,
        )
        self._answering = Answering(
            config=self._config,
            desk=desk,
            room=self._room,
            store=self._store,
            blobs=self._blobs,
            book=self._book,
            clock=self._clock,
            bridge=self.bridge,
        )
        self._writing = Writing(
            desk=desk,
            room=self._room,
            journal=self._journal,
            store=self._store,
            blobs=self._blobs,
            book=self._book,
            contacts=self._contacts,
            people=self._people,
            permit=self._permit,
            clock=self._clock,
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
            turned_away=self._answering.turned_away,
        )
        await self._room.take_up()
        for box in self._room.boxes.values():
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
                status=partial(self._standing.tell, box, "imap"),
                count=partial(self._count, box),
                session=self._sessions,
            )
            self._standing.tell(box, "imap", False, CONNECTING)
            self._watchers.append(watcher)
            self._scope.spawn(watcher.run(), f"read {box.id}")
        if box.smtp:
            outbox = self._room.outboxes[box.id] = Outbox(
                box,
                journal=self._journal,
                store=self._store,
                blobs=self._blobs,
                book=self._book,
                contacts=self._contacts,
                permit=self._permit,
                clock=self._clock,
                status=partial(self._standing.tell, box, "smtp"),
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

    def _count(self, box: Mailbox, what: str) -> None:
        self.figures[box.id, what] += 1

    # -- status --------------------------------------------------------------------------------

    def lines(self) -> tuple[LineStatus, ...]:
        """Of each mailbox, as lines of the telephone have one: id `mail:<mailbox>`."""
        return self._standing.lines(self._room.boxes.values())

    # -- reading without a server --------------------------------------------------------------

    async def deliver(self, mailbox: str, data: bytes) -> None:
        """Takes a mail as if it had been read from the mailbox. Raises LookupError for an
        unknown one, ValueError for one that is too large."""
        box = self._room.boxes[mailbox]
        if self._intake is None:
            raise ValueError("the mail room is not open")
        if len(data) > MAX_MAIL:
            raise ValueError("too large")
        raw = RawMail(uid=0, file=io.BytesIO(data), size=len(data), received_at=self._clock.now())
        await self._intake.take(box, raw, await self._intake.read(raw), begun=True)

    # -- commands ------------------------------------------------------------------------------

    async def handle(self, actor: Actor, command: MailCommand) -> AnyReply:
        """Raises CommandRefused and StoreError."""
        if self._writing is None:
            raise CommandRefused(RefusalCode.OVERLOADED, "the mail room is not open yet")
        return await self._writing.handle(actor, command)

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
        if self._answering is None:
            return False
        return await self._answering.mail(
            id, to, subject, text, queue, html=html, language=language, automatic=automatic
        )

    def contact_changed(self, before: Interaction | None, after: Interaction) -> None:
        """Nothing of a contact's life concerns its mail."""

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None:
        """The queue's rules ask for an answer by e-mail."""
        who = contact.caller
        is_mail = contact.channel is Channel.EMAIL and who.number.kind is NumberKind.EMAIL
        if reply and is_mail and self._answering is not None:
            work = self._answering.overflow(contact, reply)
            self._scope.spawn(work, f"answer {contact.id}")
