"""What desktops ask of conversations, and who may."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final, TypeAlias

from msgspec.structs import replace

from cti_bridge.acd.writes import AddStep
from cti_bridge.channels.conversation.drafts import bounded
from cti_bridge.channels.conversation.heard import Heard
from cti_bridge.channels.conversation.ports import RECORDED
from cti_bridge.channels.conversation.uploads import MAX_PART
from cti_bridge.channels.conversation.views import message_view, page_view, settled
from cti_bridge.errors import StoreError
from cti_bridge.protocol.commands import (
    BlobPart,
    ConversationOpened,
    Done,
    FetchBlob,
    ListMessages,
    LookAt,
    MarkRead,
    MessageOpened,
    MessagesListed,
    OpenConversation,
    OpenMessage,
    SaveDraft,
    UploadPart,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import Conversation
from cti_bridge.protocol.vocabulary import (
    FINAL,
    AccessKind,
    Channel,
    Permission,
    RefusalCode,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.channels.conversation.ports import Message
    from cti_bridge.channels.conversation.service import ConversationService
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.vocabulary import BlobId, InteractionId, MessageId, QueueId

ConversationCommand: TypeAlias = (
    OpenConversation
    | ListMessages
    | OpenMessage
    | MarkRead
    | LookAt
    | SaveDraft
    | UploadPart
    | FetchBlob
)
logger = logging.getLogger(__name__)
OPENED: Final = 200
MAX_LISTED: Final = 200
MAX_ID: Final = 64


class ConversationDesk:
    """Open contacts are for those who have them, and for their queue; what is over, for all who
    may read the history."""

    def __init__(self, service: ConversationService) -> None:
        self._service = service
        self._store, self._blobs = service.store, service.blobs
        self._heard = Heard()

    async def handle(
        self, actor: Actor, queues: frozenset[QueueId], command: ConversationCommand
    ) -> AnyReply:
        """Raises CommandRefused."""
        if not _possible(command):
            raise CommandRefused(RefusalCode.NOT_FOUND, "no such id")
        try:
            return await self._handle(actor, queues, command)
        except StoreError as error:
            logger.error("%s not done: %s", type(command).__name__, error)
            code = RefusalCode.STORE_AWAY if error.transient else RefusalCode.INTERNAL
            raise CommandRefused(code, f"database: {error.kind}", retry_after_s=1.0) from error

    async def _handle(
        self, actor: Actor, queues: frozenset[QueueId], command: ConversationCommand
    ) -> AnyReply:
        match command:
            case OpenConversation() | ListMessages() | OpenMessage():
                return await self._read(actor, await self._seen(actor, queues, command), command)
            case LookAt():
                return await self._look(actor, queues, command)
            case MarkRead():
                return await self._mark_read(self._own(actor, command), command)
            case SaveDraft():
                return await self._save_draft(actor, self._own(actor, command), command)
            case UploadPart():
                blob = await self._service.uploads.part(actor.agent_id, command)
                return Done(request_id=command.request_id, id=blob or "")
            case FetchBlob():
                return await self._fetch(actor, queues, command)

    async def _read(
        self,
        actor: Actor,
        contact: Interaction,
        command: OpenConversation | ListMessages | OpenMessage,
    ) -> AnyReply:
        match command:
            case OpenConversation():
                return await self._open(actor, contact, command)
            case ListMessages():
                return await self._list(contact, command)
            case OpenMessage():
                return await self._open_message(contact, command)

    # -- who may -------------------------------------------------------------------------------

    async def _seen(
        self,
        actor: Actor,
        queues: frozenset[QueueId],
        command: OpenConversation | ListMessages | OpenMessage,
    ) -> Interaction:
        """The contact, where this agent may see it."""
        contact = await self._contact(command.interaction_id)
        if contact is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="interaction_id")
        if not may_see(actor, queues, contact):
            raise CommandRefused(RefusalCode.NOT_ALLOWED, "of another queue")
        return contact

    async def _contact(self, interaction: InteractionId) -> Interaction | None:
        found = self._service.contacts.find(interaction)
        return found or await self._service.records.contact(interaction)

    def _own(self, actor: Actor, command: MarkRead | SaveDraft) -> Interaction:
        """The open contact, which this agent must have."""
        contact = self._service.contacts.find(command.interaction_id)
        if contact is None or contact.state in FINAL:
            raise CommandRefused(RefusalCode.TOO_LATE, "no open contact", field="interaction_id")
        if contact.agent != actor.agent_id:
            raise CommandRefused(RefusalCode.NOT_YOURS, field="interaction_id")
        return contact

    # -- reading -------------------------------------------------------------------------------

    async def _open(
        self, actor: Actor, contact: Interaction, command: OpenConversation
    ) -> ConversationOpened:
        (messages, more), draft, chat = await asyncio.gather(
            self._store.page(contact.id, None, OPENED),
            self._store.draft(contact.id),
            self._store.chat(contact.id),
        )
        running, paper = self._service.board.find(contact.id), self._service.paper
        views, left_out = page_view(await self._settled(contact, messages))
        conversation = Conversation(
            interaction_id=contact.id,
            channel=contact.channel,
            messages=views,
            more=more or left_out,
            draft=draft,
            signature=paper.signature(contact.queue, actor.name),
            mailbox=paper.mailbox(contact.queue),
            read_to=running.read_to if running else None,
        )
        if chat is not None:
            conversation = replace(
                conversation,
                form=dict(chat.form),
                page=chat.page,
                read_to=conversation.read_to or chat.read_to,
                rating=chat.rating,
                rating_comment=chat.rating_comment,
            )
        return ConversationOpened(request_id=command.request_id, conversation=conversation)

    async def _list(self, contact: Interaction, command: ListMessages) -> MessagesListed:
        limit = min(max(command.limit, 1), MAX_LISTED)
        messages, more = await self._store.page(contact.id, command.before, limit)
        if not messages:
            await self._message(contact, command.before)  # or nothing is before it
        views, left_out = page_view(await self._settled(contact, messages))
        return MessagesListed(request_id=command.request_id, messages=views, more=more or left_out)

    async def _settled(
        self, contact: Interaction, messages: Sequence[Message]
    ) -> Sequence[Message]:
        if contact.channel is not Channel.CHAT:
            return messages
        running = self._service.board.find(contact.id)
        read = running.read_seq if running else 0
        if not read:  # since the bridge began
            chat = await self._store.chat(contact.id)
            mark = await self._store.get(chat.read_to) if chat and chat.read_to else None
            read = mark.seq if mark and mark.interaction == contact.id else 0
        return settled(messages, got=running.got_seq if running else 0, read=read)

    async def _open_message(self, contact: Interaction, command: OpenMessage) -> MessageOpened:
        message = await self._message(contact, command.message_id)
        view = message_view(message, whole=True)
        return MessageOpened(request_id=command.request_id, message=view)

    async def _message(self, contact: Interaction, message: MessageId) -> Message:
        found = await self._store.get(message)
        if found is None or found.interaction != contact.id:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="message_id")
        return found

    async def _fetch(
        self, actor: Actor, queues: frozenset[QueueId], command: FetchBlob
    ) -> BlobPart:
        if command.offset < 0 or command.limit < 1:
            raise CommandRefused(RefusalCode.INVALID, "not a part of a file", field="offset")
        info = await self._blobs.info(command.blob_id)
        contact = await self._may_fetch(actor, queues, command) if info else None
        if info is None or contact is None:
            raise CommandRefused(RefusalCode.NOT_FOUND, field="blob_id")
        kind = AccessKind.FILE
        if info.media_type == RECORDED:
            kind = AccessKind.HEAR
            await self._hear(actor, command.blob_id)
        self._service.looks.looked(actor, kind, contact.id, info.name)
        data = await self._blobs.get(command.blob_id, command.offset, min(command.limit, MAX_PART))
        return BlobPart(
            request_id=command.request_id,
            data=data,
            size=info.size,
            last=command.offset + len(data) >= info.size,
        )

    async def _may_fetch(
        self, actor: Actor, queues: frozenset[QueueId], command: FetchBlob
    ) -> Interaction | None:
        """A contact that has the file and that this agent may see."""
        for owner in await self._store.blob_owners(command.blob_id):
            contact = await self._contact(owner)
            if contact is not None and may_see(actor, queues, contact):
                return contact
        return None

    async def _hear(self, actor: Actor, blob: BlobId) -> None:
        """Who may hear a recorded call, and that they did stands in its journey before a byte of
        it goes out."""
        owners = [await self._contact(one) for one in await self._store.blob_owners(blob)]
        contacts = [one for one in owners if one is not None]
        every = Permission.HEAR_RECORDINGS in actor.permissions
        if not every and all(one.agent != actor.agent_id for one in contacts):
            raise CommandRefused(RefusalCode.NOT_ALLOWED, Permission.HEAR_RECORDINGS)
        now = self._service.now()
        if self._heard.again(actor.agent_id, blob, now):
            return
        await self._service.records.commit(
            [AddStep(interaction=contacts[0].id, at=now, what="played", detail=actor.name[:200])]
        )
        self._heard.note(actor.agent_id, blob, now)

    # -- writing -------------------------------------------------------------------------------

    async def _look(self, actor: Actor, queues: frozenset[QueueId], command: LookAt) -> Done:
        contact = self._service.contacts.find(command.interaction_id)
        board, done = self._service.board, Done(request_id=command.request_id)
        if not command.looking:
            board.look_away(command.interaction_id, actor.agent_id)
            return done
        if contact is None or contact.state in FINAL:
            raise CommandRefused(RefusalCode.TOO_LATE, "no open contact", field="interaction_id")
        if not may_see(actor, queues, contact):
            raise CommandRefused(RefusalCode.NOT_ALLOWED, "of another queue")
        if contact.agent != actor.agent_id:  # whoever has it is shown as its agent
            board.look(contact.id, actor.agent_id, actor.name)
        return done

    async def _mark_read(self, contact: Interaction, command: MarkRead) -> Done:
        running = self._service.board.find(contact.id)
        seq = running.seqs.get(command.message_id) if running else None
        if seq is None:
            seq = (await self._message(contact, command.message_id)).seq
        await self._service.agent_read(contact.id, command.message_id, seq)
        return Done(request_id=command.request_id)

    async def _save_draft(self, actor: Actor, contact: Interaction, command: SaveDraft) -> Done:
        draft = command.draft
        if draft is not None:
            draft = bounded(draft)
            known = await self._store.draft(contact.id)
            for blob in set(draft.attachments).difference(known.attachments if known else ()):
                if not await self._service.may_attach(blob, contact.id):
                    raise CommandRefused(RefusalCode.NOT_FOUND, field="draft.attachments")
            draft = replace(draft, saved_at=self._service.now(), by=actor.name)
        await self._store.save_draft(contact.id, draft)
        return Done(request_id=command.request_id)


def may_see(actor: Actor, queues: frozenset[QueueId], contact: Interaction) -> bool:
    """What is over is history, which all may read who may handle contacts."""
    mine = actor.agent_id in (contact.agent, contact.wanted_agent)
    return mine or contact.state in FINAL or contact.queue in queues


def _possible(command: ConversationCommand) -> bool:
    """Whether its ids could be ones of ours; a database may choke on any other text."""
    asked = [
        getattr(command, name, "")
        for name in ("interaction_id", "message_id", "before", "blob_id")
    ]
    if isinstance(command, SaveDraft) and command.draft is not None:
        asked += [*command.draft.attachments, command.draft.in_reply_to or ""]
    return all(len(one) <= MAX_ID and one.isascii() and one.isprintable() for one in asked)
