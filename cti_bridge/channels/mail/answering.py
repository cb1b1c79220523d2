"""Mail that nobody types: answers by the queue's rules, and what other channels send."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.mail import threads
from cti_bridge.channels.mail.compose import Letter, compose
from cti_bridge.channels.mail.drafting import sender_of
from cti_bridge.channels.mail.headers import address_of
from cti_bridge.channels.mailbook import Outgo
from cti_bridge.protocol.values import Address
from cti_bridge.protocol.vocabulary import Author

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.acd.ports import Clock, Taken
    from cti_bridge.channels.conversation.ports import Blobs, Message, MessageStore
    from cti_bridge.channels.mail.drafting import Desk
    from cti_bridge.channels.mail.postroom import PostRoom
    from cti_bridge.channels.mailbook import MailBook
    from cti_bridge.config.values import Config, Reply
    from cti_bridge.protocol.vocabulary import InteractionId, QueueId

logger = logging.getLogger(__name__)
ANSWERS: Final = 4
ANSWER_SECONDS: Final = 86_400.0
"""Automatic answers to one address: so many in so long, then none. It ends what two robots that
hide what they are would go on with for ever."""


class Answering:
    def __init__(
        self,
        *,
        config: Config,
        desk: Desk,
        room: PostRoom,
        store: MessageStore,
        blobs: Blobs,
        book: MailBook,
        clock: Clock,
        bridge: str,
    ) -> None:
        self._config, self._desk, self._room = config, desk, room
        self._store, self._blobs, self._book = store, blobs, book
        self._clock, self._bridge = clock, bridge
        self._replies: Mapping[str, Reply] = {reply.code: reply for reply in config.replies}

    async def mail(
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
        """As `channels.outgoing.Outgoing.send_plain`; `unique` goes out once."""
        address, box = address_of(to), self._room.sending(queue)
        if not address or box is None:
            return False
        if await self._book.outgo(unique) is not None:
            return True
        now, of = self._clock.now(), self._room.queues.get(queue)
        mail = answers.email if answers else None
        desk = self._desk
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
            bridge=self._bridge,
        )
        blob = await self._blobs.put(compose(letter), name="", media_type="message/rfc822")
        await self._room.put(
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
        return True

    async def turned_away(
        self, message: Message, taken: Taken, queue: QueueId, language: str
    ) -> None:
        """What the queue's rules say to one whose mail comes to a closed or full queue."""
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
        await self.mail(
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
        of = self._room.queues.get(queue)
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

    async def overflow(self, contact: Interaction, reply: str) -> None:
        """What the queue's rules say to one whose mail has waited long."""
        messages, _ = await self._store.page(contact.id, None, 20)
        first = next((one for one in messages if one.author is Author.CUSTOMER), None)
        if first is None or first.email is None or first.email.automatic or contact.queue is None:
            return
        number = contact.caller.number
        who = Address(address=number.value, name=contact.caller.display_name)
        await self._answer(contact.id, reply, contact.queue, who, contact.language, first)
