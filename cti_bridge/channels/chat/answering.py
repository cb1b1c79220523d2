"""What an agent says in a chat."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.chat import frames
from cti_bridge.channels.chat.form import read_text
from cti_bridge.channels.chat.ports import ChatRefused
from cti_bridge.channels.conversation.ports import Message
from cti_bridge.protocol.commands import Done, SendMessage, SetTyping
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    Author,
    Channel,
    Delivery,
    InteractionState,
    MessageKind,
    RefusalCode,
)

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.channels.chat.means import Means
    from cti_bridge.channels.conversation.ports import Attachment
    from cti_bridge.customers.ports import Actor
    from cti_bridge.protocol.commands import AnyReply
    from cti_bridge.protocol.vocabulary import InteractionId

MAX_FILES: Final = 10
IN_HAND: Final = frozenset({InteractionState.CONNECTED, InteractionState.HELD})
_ID: Final = re.compile(r"[0-9A-Za-z_-]{8,64}")


class Answering:
    """Commands of desktops; raises CommandRefused or StoreError."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def send(self, actor: Actor, command: SendMessage) -> AnyReply:
        """Stored when it returns; the same `message_id` again is said once."""
        contact = self._in_hand(actor, command.interaction_id)
        message = await self._message(actor, contact, command)
        if await self._means.talk.add(message) is None:
            there = await self._means.store.get(message.id)
            if there is None or there.interaction != contact.id or there.agent != actor.agent_id:
                raise CommandRefused(RefusalCode.INVALID, "the id is taken", field="message_id")
        else:
            self._means.figures["said_by_agents"] += 1
        return Done(request_id=command.request_id, id=message.id)

    def typing(self, actor: Actor, command: SetTyping) -> AnyReply:
        contact = self._in_hand(actor, command.interaction_id)
        room = self._means.rooms.get(contact.id)
        if room is not None:
            room.tell(frames.AgentTyping(on=command.typing))
        return Done(request_id=command.request_id)

    def _in_hand(self, actor: Actor, interaction: InteractionId) -> Interaction:
        contact = self._means.contacts.find(interaction)
        if contact is None or contact.channel is not Channel.CHAT:
            raise CommandRefused(RefusalCode.NOT_FOUND, "no chat of this id is open")
        if contact.agent != actor.agent_id:
            raise CommandRefused(RefusalCode.NOT_YOURS)
        if contact.state not in IN_HAND:
            raise CommandRefused(RefusalCode.WRONG_STATE, f"the chat is {contact.state}")
        return contact

    async def _message(self, actor: Actor, contact: Interaction, command: SendMessage) -> Message:
        if not _ID.fullmatch(command.message_id):
            raise CommandRefused(RefusalCode.INVALID, field="message_id")
        try:
            text = read_text(command.text)
        except ChatRefused as error:
            raise CommandRefused(RefusalCode.TOO_LARGE, field=error.field) from error
        if not text and not command.attachments:
            raise CommandRefused(RefusalCode.INVALID, "nothing is said", field="text")
        return Message(
            id=command.message_id,
            interaction=contact.id,
            kind=MessageKind.CHAT,
            author=Author.AGENT,
            agent=actor.agent_id,
            name=actor.name,
            at=self._means.clock.now(),
            text=text,
            delivery=Delivery.SENT,
            attachments=tuple(await self._attachments(contact, command)),
        )

    async def _attachments(self, contact: Interaction, command: SendMessage) -> list[Attachment]:
        if len(command.attachments) > MAX_FILES:
            raise CommandRefused(RefusalCode.TOO_LARGE, field="attachments")
        found = []
        for blob in command.attachments:
            attachment = await self._means.talk.attachment(blob, contact.id)
            if attachment is None:
                raise CommandRefused(RefusalCode.NOT_FOUND, "no such file", field="attachments")
            found.append(attachment)
        return found
