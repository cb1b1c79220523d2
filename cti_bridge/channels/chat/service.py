"""Chats with visitors of web sites: the one door for the web listener, the desktops' commands,
the distributor's news and the conversations'."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.chat import files, frames
from cti_bridge.channels.chat.answering import Answering
from cti_bridge.channels.chat.form import read_language
from cti_bridge.channels.chat.keeping import Keeping
from cti_bridge.channels.chat.leaving import leave
from cti_bridge.channels.chat.means import Means, words
from cti_bridge.channels.chat.opening import Opening
from cti_bridge.channels.chat.ports import ChatRefused
from cti_bridge.channels.chat.seal import Sealer
from cti_bridge.channels.chat.visiting import Visiting
from cti_bridge.protocol.commands import SendMessage, SetTyping
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import QueueId, RefusalCode
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import Clock, Contacts
    from cti_bridge.channels.chat.ports import Tab, Talk, Visitors
    from cti_bridge.channels.chat.room import Room, Seat
    from cti_bridge.channels.conversation.ports import Attachment, Blobs, Message, MessageStore
    from cti_bridge.channels.outgoing import Outgoing
    from cti_bridge.config.values import ChatSite, Config
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.commands import AnyCommand, AnyReply
    from cti_bridge.protocol.vocabulary import AgentId, InteractionId, MessageId

logger = logging.getLogger(__name__)
SECRET: Final = "web.secret"
TICK_SECONDS: Final = 1.0
LABELS: Final = {
    "es": {
        "name": "Nombre",
        "email": "Correo electrónico",
        "phone": "Teléfono",
        "subject": "Asunto",
        "text": "¿En qué podemos ayudarle?",
    },
    "en": {
        "name": "Name",
        "email": "E-mail",
        "phone": "Telephone",
        "subject": "Subject",
        "text": "How can we help?",
    },
}


class ChatService:
    """`start`, then everything else, then `stop`."""

    def __init__(
        self,
        *,
        config: Config,
        contacts: Contacts,
        talk: Talk,
        store: MessageStore,
        blobs: Blobs,
        visitors: Visitors,
        outgoing: Outgoing,
        clock: Clock,
        agent_name: Callable[[AgentId], str],
    ) -> None:
        self.figures: Counter[str] = Counter()
        """What happened, by name, since the start."""
        self._means = Means(
            config=config,
            contacts=contacts,
            talk=talk,
            store=store,
            blobs=blobs,
            visitors=visitors,
            outgoing=outgoing,
            clock=clock,
            sealer=Sealer(config.web.secret.encode()),
            agent_name=agent_name,
            figures=self.figures,
        )
        self._scope = Scope("chat")
        self._opening = Opening(self._means)
        self._visiting = Visiting(self._means)
        self._answering = Answering(self._means)
        self._keeping = Keeping(self._means, self._opening, self._scope)

    async def start(self) -> None:
        """After the distributor; raises StoreError."""
        await self._keep_secret()
        await self._keeping.find_open()
        self._scope.spawn(self._tick(), "tick")

    async def stop(self) -> None:
        """What was not stored yet is stored."""
        await self._scope.close()
        await self._keeping.save_marks()

    @property
    def open_chats(self) -> int:
        return sum(room.open for room in self._means.rooms.values())

    # -- for the web listener ------------------------------------------------------------------

    def site(self, code: str) -> ChatSite:
        """Raises ChatRefused("invalid")."""
        return self._means.site(code)

    def site_config(self, site: ChatSite, language: str) -> frames.SiteConfig:
        """What a widget shows before anything is said."""
        language = read_language(language)
        language = language if language in LABELS else "en"
        is_open, opens_at = self._means.contacts.service(QueueId(site.queue))
        return frames.SiteConfig(
            site=site.id,
            language=language,
            title=words(site.title, language, self._means.config.site.name),
            greeting=words(site.greeting, language),
            accent=site.accent,
            open=is_open,
            opens_at=opens_at,
            waiting=self._keeping.waiting(site.id),
            form=tuple(
                frames.FormField(
                    name=one.name,
                    label=(one.es if language == "es" else one.en) or LABELS[language][one.name],
                    required=one.required,
                )
                for one in site.form
            ),
            attachments=site.attachments if site.max_attachment_mb else (),
            max_attachment_bytes=files.most_bytes(site),
            rating=site.rating,
            transcript=site.transcript,
            sneak_peek=site.sneak_peek,
            offline=site.offline,
        )

    async def begin(self, site: ChatSite, frame: frames.Start, tab: Tab) -> tuple[Room, Seat]:
        """A new chat; raises ChatRefused or StoreError."""
        room = await self._opening.start(site, frame)
        return room, await self._opening.seat(room, tab, 0)

    async def resume(self, site: ChatSite, frame: frames.Resume, tab: Tab) -> tuple[Room, Seat]:
        """Raises ChatRefused or StoreError."""
        room = await self._opening.by_token(site, frame.token)
        self.figures["resumed"] += 1
        return room, await self._opening.seat(room, tab, frame.after)

    async def leave(self, site: ChatSite, frame: frames.Leave) -> None:
        """Raises ChatRefused or StoreError."""
        await leave(self._means, site, frame)

    async def received(self, room: Room, seat: Seat, frame: frames.FromBrowser) -> None:
        """Raises ChatRefused or StoreError; then nothing was done."""
        await self._visiting.received(room, seat, frame)

    def gone(self, room: Room, seat: Seat) -> None:
        """The page is no longer connected."""
        self._opening.rise(room, seat)

    async def upload(
        self, site: ChatSite, token: str, name: str, parts: AsyncIterator[bytes]
    ) -> frames.Uploaded:
        """Raises ChatRefused or StoreError, and what `parts` raises."""
        room = await self._opening.by_token(site, token)
        return await files.take(self._means, room, name, parts)

    async def file(
        self, site: ChatSite, token: str, name: str
    ) -> tuple[Attachment, AsyncIterator[bytes]]:
        """Raises ChatRefused or StoreError."""
        room = await self._opening.by_token(site, token)
        return files.opened(self._means, room, name)

    # -- for desktops --------------------------------------------------------------------------

    async def handle(self, actor: Actor, command: AnyCommand) -> AnyReply:
        """`SendMessage` and `SetTyping`; raises CommandRefused or StoreError."""
        match command:
            case SendMessage():
                return await self._answering.send(actor, command)
            case SetTyping():
                return self._answering.typing(actor, command)
            case _:
                raise CommandRefused(RefusalCode.NOT_SUPPORTED, type(command).__name__)

    # -- what others tell ----------------------------------------------------------------------

    def contact_changed(self, before: Interaction | None, after: Interaction) -> None:
        """Of the distributor, after it was stored."""
        self._keeping.contact_changed(after)

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None:
        """Of the distributor: the queue's rules gave up on a chat that waits."""
        self._keeping.overflowed(contact, reply)

    def message_added(self, message: Message) -> None:
        """Of the conversations, whoever wrote it."""
        room = self._means.rooms.get(message.interaction)
        if room is not None:
            room.show(room.entries.take(message))

    def message_changed(self, message: Message) -> None:
        """What is said in a chat stays as it was said."""

    def agent_read(self, interaction: InteractionId, message: MessageId, seq: int) -> None:
        room = self._means.rooms.get(interaction)
        if room is not None and seq > room.agent_read:
            room.agent_read = seq
            room.tell(frames.ReadTo(seq=seq))

    # -- within --------------------------------------------------------------------------------

    async def _keep_secret(self) -> None:
        """A token must open its chat after a restart, so the secret outlives the bridge."""
        if self._means.config.web.secret:
            return
        secret = await self._means.store.setting(SECRET)
        if not secret:
            secret = secrets.token_hex(32)
            await self._means.store.save_setting(SECRET, secret)
        self._means.sealer.rekey(secret.encode())

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                await self._keeping.tick()
            except Exception:
                logger.exception("chats were not looked after")


__all__ = ["ChatRefused", "ChatService"]
