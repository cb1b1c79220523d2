"""What is written on contacts: stored first, then told to whom it concerns."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.channels.conversation.board import Board
from cti_bridge.channels.conversation.canned import Paper
from cti_bridge.channels.conversation.desk import ConversationDesk
from cti_bridge.channels.conversation.entries import entries
from cti_bridge.channels.conversation.names import HEAD, inspect
from cti_bridge.channels.conversation.ports import RECORDED, Attachment, Tally, Unseen
from cti_bridge.channels.conversation.reads import Reads
from cti_bridge.channels.conversation.tallies import SAID, UNANSWERED
from cti_bridge.channels.conversation.texts import bounded
from cti_bridge.channels.conversation.uploads import Uploads
from cti_bridge.channels.conversation.views import message_view
from cti_bridge.channels.turns import Turns
from cti_bridge.errors import StoreError
from cti_bridge.protocol.events import MessageAdded, MessageChanged
from cti_bridge.protocol.vocabulary import FINAL, Channel
from cti_bridge.tasks import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import Contacts, Glance, Publisher
    from cti_bridge.acd.writes import Write
    from cti_bridge.channels.conversation.board import Running
    from cti_bridge.channels.conversation.desk import ConversationCommand
    from cti_bridge.channels.conversation.ports import (
        Blobs,
        ConversationListener,
        Looks,
        Message,
        MessageStore,
    )
    from cti_bridge.config.values import Config
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.vocabulary import AgentId, BlobId, InteractionId, MessageId, QueueId

logger = logging.getLogger(__name__)
STOP_SECONDS: Final = 5.0


class Records(Protocol):
    """Contacts on record, over or not. Raises `cti_bridge.errors.StoreError`."""

    async def contact(self, interaction: InteractionId) -> Interaction | None: ...

    async def commit(self, writes: Sequence[Write]) -> None:
        """Lines of a contact's journey."""


class ConversationService:
    """Implements `acd.ports.Conversations` and `acd.ports.ContactObserver`.

    Nothing is told before it is stored, and what is told of one contact is in the order of its
    `seq`.
    """

    def __init__(
        self,
        *,
        config: Config,
        store: MessageStore,
        blobs: Blobs,
        contacts: Contacts,
        records: Records,
        publisher: Publisher,
        clock: Callable[[], datetime],
        agent_name: Callable[[AgentId | None], str],
        looks: Looks | None = None,
    ) -> None:
        self.looks: Looks = looks or Unseen()
        self.store, self.blobs, self.contacts, self.records = store, blobs, contacts, records
        self.now, self._agent_name = clock, agent_name
        self.paper = Paper(config)
        self.board = Board(contacts, publisher)
        self.uploads = Uploads(blobs, clock)
        self._desk = ConversationDesk(self)
        self._listeners: list[ConversationListener] = []
        self._turns = Turns()
        self._scope = Scope("conversations")
        self._reads = Reads(store, self._scope)
        self._wanted: set[InteractionId] = set()  # whose tallies are being looked up
        self._loading: asyncio.Task[None] | None = None
        self._writing: set[asyncio.Task[None]] = set()
        self._started = False

    # -- for the composition root ----------------------------------------------------------------

    async def start(self) -> None:
        """What the contacts that live on come to; after the distributor's recovery told of them
        (`contact_changed`), before the first desktop. Raises StoreError."""
        await self._load()
        self._started = True
        self._scope.spawn(self._sweep(), "sweep")

    async def stop(self) -> None:
        """After the channels and the distributor, before the database."""
        await self.uploads.close()
        if self._writing:
            await asyncio.wait(self._writing, timeout=STOP_SECONDS)
        await self._scope.close()
        await self._reads.end()

    def listen(self, listener: ConversationListener) -> None:
        self._listeners.append(listener)

    async def session_gone(self, agent: AgentId) -> None:
        """The agent's desktop is away: it reads nothing, and its half uploads are of no use."""
        self.board.agent_gone(agent)
        await self.uploads.agent_gone(agent)

    async def handle(
        self, actor: Actor, queues: frozenset[QueueId], command: ConversationCommand
    ) -> AnyReply:
        """Raises CommandRefused."""
        return await self._desk.handle(actor, queues, command)

    # -- for the channels ------------------------------------------------------------------------

    async def add(self, message: Message) -> Message | None:
        """Stored, with its `seq`, and told; None: there is one with this id already. Raises
        StoreError."""
        message = bounded(message)
        async with self._turns.of(message.interaction):
            added = await self.store.add(message)
            if added is None:
                return None
            await self._count(added)
            self.board.publish(added.interaction, MessageAdded(message=message_view(added)))
            self.board.tell(added.interaction, waiting=True)
            self._hear(lambda listener: listener.message_added(added))
            return added

    async def changed(self, message: Message) -> None:
        """What became of it, stored and told; raises StoreError."""
        async with self._turns.of(message.interaction):
            await self.store.save(message)
            if message.delivery in UNANSWERED and message.interaction in self.board:
                await self._recount(message.interaction)
            view = message_view(message)
            self.board.publish(message.interaction, MessageChanged(message=view))
            self._hear(lambda listener: listener.message_changed(message))

    def typing(self, interaction: InteractionId, on: bool, preview: str = "") -> None:
        """The customer is; `preview`: what, where the site lets agents see it."""
        self.board.typing(interaction, on=on, preview=preview)

    def here(self, interaction: InteractionId, here: bool) -> None:
        """Whether the visitor's browser is connected."""
        self.board.here(interaction, here=here)

    def customer_got(self, interaction: InteractionId, seq: int) -> None:
        """All up to this entry has arrived at the customer; told, not stored."""
        for message in self.board.got(interaction, seq):
            self.board.publish(interaction, MessageChanged(message=message_view(message)))

    def customer_read(self, interaction: InteractionId, message: MessageId, seq: int) -> None:
        """As `customer_got`; it was on the screen."""
        self.board.read(interaction, message, seq)

    async def agent_read(self, interaction: InteractionId, message: MessageId, seq: int) -> None:
        """Its agent has seen everything up to this message: told at once, stored within the next
        second with what else was read. Raises StoreError."""
        async with self._turns.of(interaction):
            running = self.board.open(interaction)
            if running.loaded and seq <= running.tally.read_seq:
                return
            self._reads.put(interaction, seq)
            if not running.seen(seq):
                await self._recount(interaction)
            self.board.tell(interaction)
            self._hear(lambda listener: listener.agent_read(interaction, message, seq))

    async def attachment(self, blob: BlobId, interaction: InteractionId) -> Attachment | None:
        """An agent's fresh upload, or a file of this very contact; None: no such file. Raises
        StoreError."""
        info = await self.blobs.info(blob)
        if info is None or not await self.may_attach(blob, interaction):
            return None
        kind = inspect(info.name, await self.blobs.get(blob, 0, HEAD), declared=info.media_type)
        return Attachment(
            blob=blob,
            name=kind.name,
            media_type=kind.media_type,
            size=info.size,
            suspicious=kind.suspicious,
        )

    async def may_attach(self, blob: BlobId, interaction: InteractionId) -> bool:
        """Whoever names a file of another contact does not get it this way."""
        info = await self.blobs.info(blob)
        if info is None or info.media_type == RECORDED:
            return False
        owners = await self.store.blob_owners(blob)
        return interaction in owners or not owners

    # -- for the distributor ---------------------------------------------------------------------

    def glance(self, interaction: InteractionId) -> Glance:
        return self.board.glance(interaction)

    async def split(
        self, source: InteractionId, messages: Sequence[MessageId], target: InteractionId
    ) -> bool:
        if not await self.store.copy(messages, source, target):
            return False
        async with self._turns.of(target):
            await self._recount(target)
        return True

    def contact_changed(self, before: Interaction | None, after: Interaction) -> None:
        self._write(
            entries(
                before,
                after,
                agent_name=self._agent_name,
                queue_name=self.paper.queue_name,
            )
        )
        if after.state in FINAL:
            self._end(after)
            return
        if after.channel is not Channel.VOICE and after.id not in self.board:
            self._want(after)
        if after.agent is not None:
            self.board.look_away(after.id, after.agent)

    def overflowed(self, contact: Interaction, do: str, reply: str) -> None:
        """The channel answers it; nothing is written here."""

    def _end(self, contact: Interaction) -> None:
        running = self.board.find(contact.id)
        if running is not None and (running.typing or running.readers):
            running.typing, running.preview = False, ""
            self.board.tell(contact.id)
        self.board.forget(contact.id)

    def _write(self, written: Iterable[Message]) -> None:
        messages = tuple(written)
        if messages:
            task = self._scope.spawn(self._write_all(messages), "entries")
            self._writing.add(task)
            task.add_done_callback(self._writing.discard)

    async def _write_all(self, messages: Sequence[Message]) -> None:
        for message in messages:
            try:
                await self.add(message)
            except StoreError as error:
                logger.error("a conversation goes without %r: %s", message.code, error)

    def _hear(self, tell: Callable[[ConversationListener], None]) -> None:
        """What a channel does with it must not undo what was stored and told."""
        for listener in self._listeners:
            try:
                tell(listener)
            except Exception:
                logger.exception("%s did not take what was written", type(listener).__name__)

    # -- what they come to -----------------------------------------------------------------------

    async def _count(self, added: Message) -> None:
        """Of a contact that is not known yet, the store counts what there is. What is noted of
        one that is over begins nothing."""
        if added.interaction not in self.board and added.kind not in SAID:
            return
        running = self.board.open(added.interaction)
        running.note(added)
        if not running.loaded:
            await self._recount(added.interaction)

    async def _recount(self, interaction: InteractionId) -> Running:
        """Within the contact's turn."""
        await self._reads.flush(interaction)
        found = await self.store.tallies([interaction])
        return self.board.load(interaction, found.get(interaction, Tally()))

    def _want(self, contact: Interaction) -> None:
        """Looked up behind the distributor's back, many in one query."""
        running = self.board.open(contact.id)
        running.here = self._started or contact.channel is not Channel.CHAT
        self._wanted.add(contact.id)
        if self._started and (self._loading is None or self._loading.done()):
            self._loading = self._scope.spawn(self._load(), "tallies")

    async def _load(self) -> None:
        while self._wanted:
            ids, self._wanted = tuple(self._wanted), set()
            for interaction in ids:
                await self._reads.flush(interaction)
            found = await self.store.tallies(ids)
            for interaction in ids:
                running = self.board.find(interaction)
                if running is not None and not running.loaded:  # or a message came first
                    self.board.load(interaction, found.get(interaction, Tally()))
                    self.board.tell(interaction, waiting=True)

    async def _sweep(self) -> None:
        if gone := await self.blobs.sweep():
            logger.info("%d files that nobody used were forgotten", gone)
