"""The channels beside the telephone, put together: what is written, chat, e-mail, voicemail."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from cti_bridge.channels.chat.service import ChatService
from cti_bridge.channels.conversation.service import ConversationService
from cti_bridge.channels.mail.absent import NoMail
from cti_bridge.channels.recordings import RecordingBox
from cti_bridge.channels.voicemail import VoicemailBox
from cti_bridge.config.errors import ConfigError, Mistake
from cti_bridge.protocol import commands as c
from cti_bridge.store.blobs import SqlBlobs
from cti_bridge.store.messages import SqlMessages

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.acd.distributor import Distributor
    from cti_bridge.acd.ports import Clock
    from cti_bridge.channels.conversation.ports import Looks
    from cti_bridge.channels.mail.service import MailService
    from cti_bridge.channels.web.listener import WebListener
    from cti_bridge.config.values import Config
    from cti_bridge.customers.permits import Permits
    from cti_bridge.customers.ports import Actor
    from cti_bridge.customers.service import CustomerService
    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.vocabulary import AgentId, QueueId
    from cti_bridge.server.hub import Hub
    from cti_bridge.store.acd import SqlAcdStore
    from cti_bridge.store.blobs import Keys
    from cti_bridge.store.engine import Database
    from cti_bridge.telephony.ports import LineStatus

logger = logging.getLogger(__name__)
Conversing: TypeAlias = (
    c.OpenConversation
    | c.ListMessages
    | c.OpenMessage
    | c.MarkRead
    | c.LookAt
    | c.SaveDraft
    | c.UploadPart
    | c.FetchBlob
)
Chatting: TypeAlias = c.SendMessage | c.SetTyping
Mailing: TypeAlias = c.SendEmail | c.UndoSend | c.RetrySend | c.ComposeEmail
CONVERSING: Final = Conversing.__args__
CHATTING: Final = Chatting.__args__
MAILING: Final = Mailing.__args__


class Doors:
    """`bind` and `start` in the order of the composition root; `stop` is safe at any time."""

    def __init__(
        self,
        config: Config,
        database: Database,
        *,
        distributor: Distributor,
        records: SqlAcdStore,
        customers: CustomerService,
        permits: Permits,
        hub: Hub,
        clock: Clock,
        keys: Keys | None = None,
        looks: Looks | None = None,
        agent_name: Callable[[AgentId | None], str],
    ) -> None:
        self._config = config
        messages = SqlMessages(database)
        blobs = SqlBlobs(database, clock=clock.now, keys=keys)
        self.conversations = ConversationService(
            config=config,
            store=messages,
            blobs=blobs,
            contacts=distributor,
            records=records,
            publisher=hub,
            clock=clock.now,
            agent_name=agent_name,
            looks=looks,
        )
        self.mail = self._mail(
            database, messages, blobs, distributor, customers, permits, hub, clock
        )
        self.chats = ChatService(
            config=config,
            contacts=distributor,
            talk=self.conversations,
            store=messages,
            blobs=blobs,
            visitors=customers,
            outgoing=self.mail,
            clock=clock,
            agent_name=agent_name,
        )
        self.voicemail = VoicemailBox(
            spool=Path(config.site.spool), blobs=blobs, journal=self.conversations
        )
        self.recordings = RecordingBox(
            spool=Path(config.site.spool), blobs=blobs, journal=self.conversations
        )
        self.web = self._web(self.chats)
        self.conversations.listen(self.chats)
        distributor.attach(
            conversations=self.conversations,
            observers=[
                self.conversations,
                self.chats,
                self.mail,
                self.voicemail,
                self.recordings,
            ],
        )

    def _mail(
        self,
        database: Database,
        messages: SqlMessages,
        blobs: SqlBlobs,
        distributor: Distributor,
        customers: CustomerService,
        permits: Permits,
        hub: Hub,
        clock: Clock,
    ) -> MailService | NoMail:
        if not self._config.mailboxes:
            return NoMail()
        from cti_bridge.channels.mail.service import MailService
        from cti_bridge.store.mail import SqlMail

        return MailService(
            config=self._config,
            journal=self.conversations,
            store=messages,
            blobs=blobs,
            book=SqlMail(database),
            contacts=distributor,
            customers=customers,
            publisher=hub,
            permit=permits,
            clock=clock,
        )

    def _web(self, chats: ChatService) -> WebListener | None:
        if not self._config.web.enabled:
            return None
        from cti_bridge.channels.web.listener import WebListener

        return WebListener(self._config.web, self._config.chats, chats)

    async def bind(self) -> None:
        """Takes the public port; raises ConfigError."""
        if self.web is not None:
            await self.web.bind()

    async def start(self) -> None:
        """After the distributor's recovery. Raises StoreError or ConfigError."""
        await self.conversations.start()
        await self._open_spool()
        await self.mail.start()
        await self.chats.start()

    async def open(self) -> None:
        """Lets customers in."""
        if self.web is not None:
            await self.web.start()

    async def stop(self) -> None:
        """Before the distributor stops; `end` comes after it."""
        if self.web is not None:
            await self.web.stop()
        await self.chats.stop()
        await self.mail.stop()
        await self.voicemail.stop()
        await self.recordings.stop()

    async def end(self) -> None:
        await self.conversations.stop()

    async def _open_spool(self) -> None:
        try:
            await self.voicemail.start()
            await self.recordings.start()
        except OSError as error:
            raise ConfigError(
                "site",
                Mistake(
                    what=f"the folder {self.voicemail.spool} for recordings cannot be used "
                    f"({error.strerror}).",
                    fix="Set site.spool to a folder that the bridge may write to.",
                ),
            ) from error

    # -- what desktops ask

    def answers(self, command: AnyCommand) -> bool:
        return isinstance(command, (*CONVERSING, *CHATTING, *MAILING))

    async def handle(
        self, actor: Actor, queues: frozenset[QueueId], command: AnyCommand
    ) -> AnyReply:
        """One command of these rooms; raises CommandRefused or StoreError."""
        if isinstance(command, CHATTING):
            return await self.chats.handle(actor, command)
        if isinstance(command, MAILING):
            return await self.mail.handle(actor, command)
        return await self.conversations.handle(actor, queues, command)  # type: ignore[arg-type]

    def lines(self) -> tuple[LineStatus, ...]:
        """Mailboxes, as lines."""
        return self.mail.lines()
