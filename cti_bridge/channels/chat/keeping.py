"""What happens to chats while nobody says anything: places, patience, marks, ends."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.chat import transcript
from cti_bridge.channels.chat.means import words
from cti_bridge.channels.chat.rules import Due, News, Pace, Phase
from cti_bridge.channels.chat.visiting import note
from cti_bridge.channels.conversation.ports import Email, Message
from cti_bridge.errors import StoreError
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import Address
from cti_bridge.protocol.vocabulary import Author, Channel, ClearCause, MessageKind

if TYPE_CHECKING:
    from datetime import datetime

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.channels.chat.means import Means
    from cti_bridge.channels.chat.opening import Opening
    from cti_bridge.channels.chat.room import Room
    from cti_bridge.config.values import ChatSite
    from cti_bridge.tasks import Scope

logger = logging.getLogger(__name__)
FOUND: Final = 5000  # chats that an earlier life of the bridge has left open
MARKS_SECONDS: Final = 30.0  # after which what was read is stored
STUCK_SECONDS: Final = 2.0  # for which a missing entry is waited for
AGAIN_SECONDS: Final = 5.0  # before what the store refused is tried again
SAVES: Final = 20  # marks stored in one tick
PAGE: Final = 200
TRIES: Final = (0.0, 5.0, 30.0, 120.0)  # seconds before each; then the next start does it


class Keeping:
    """Looks after all rooms once a second, and hears of their contacts."""

    def __init__(self, means: Means, opening: Opening, scope: Scope) -> None:
        self._means, self._opening, self._scope = means, opening, scope
        self._not_before: dict[str, float] = {}

    async def find_open(self) -> None:
        """Chats of an earlier life: their browsers have `gone_seconds` to come back."""
        for facts in await self._means.store.open_chats(FOUND):
            room = await self._opening.room(facts.interaction)
            contact = self._means.contacts.find(facts.interaction)
            if room is not None and contact is not None and contact.channel is not Channel.CHAT:
                self._goes_on(room, contact)  # the bridge died as it became something else

    def waiting(self, site: str) -> int:
        return sum(
            room.chat.phase is Phase.WAITING and room.site.id == site
            for room in self._means.rooms.values()
        )

    # -- once a second -------------------------------------------------------------------------

    async def tick(self) -> None:
        now, seconds = self._means.clock.now(), self._means.seconds()
        for room in tuple(self._means.rooms.values()):
            try:
                await self._look(room, now, seconds)
            except (StoreError, CommandRefused) as error:
                self._not_before[room.chat.id] = seconds + AGAIN_SECONDS
                logger.warning("chat %s was not looked after: %s", room.chat.id, error)
        await self.save_marks(SAVES, older_than=seconds - MARKS_SECONDS)
        for chat in tuple(self._not_before):
            if chat not in self._means.rooms:
                del self._not_before[chat]

    async def _look(self, room: Room, now: datetime, seconds: float) -> None:
        self._quiet(room, seconds)
        self._place(room)
        if seconds < self._not_before.get(room.chat.id, 0.0):
            return
        await self._catch_up(room, seconds)
        due = room.chat.due(self._pace(room.site))
        if due is not None and due[0] <= now:
            await self._do(room, due[1])
        if not room.open and not room.seats and not room.unsaved_since:
            self._means.rooms.pop(room.chat.id, None)

    def _pace(self, site: ChatSite) -> Pace:
        return Pace(
            rest=self._means.config.capacity.idle_chat_seconds,
            idle=site.idle_seconds,
            gone=site.gone_seconds,
        )

    async def _do(self, room: Room, due: Due) -> None:
        contacts, chat = self._means.contacts, room.chat
        match due:
            case Due.REST:
                await contacts.rest(chat.id)
            case Due.IDLE:
                room.chat = chat.ending("idle")
                await contacts.customer_left(chat.id, ClearCause.CUSTOMER_IDLE)
            case Due.GONE:
                room.chat = chat.ending("customer")
                waiting = chat.phase is Phase.WAITING
                cause = ClearCause.CALLER_GAVE_UP if waiting else ClearCause.CALLER_CLEARED
                await contacts.customer_left(chat.id, cause)

    def _quiet(self, room: Room, seconds: float) -> None:
        """A page that went while somebody typed does not type for ever."""
        if room.typing_until and seconds >= room.typing_until:
            room.typing_until = 0.0
            self._means.talk.typing(room.chat.id, False)

    def _place(self, room: Room) -> None:
        """Position and expected wait, where they have changed."""
        if room.chat.phase is not Phase.WAITING or not room.seats:
            return
        position = self._means.contacts.expected_wait(room.chat.id)
        if position != room.position:
            room.position = position
            room.announce(News.WAITING)

    async def _catch_up(self, room: Room, seconds: float) -> None:
        if not room.entries.waiting:
            room.stuck_since = 0.0
            return
        room.stuck_since = room.stuck_since or seconds
        if seconds - room.stuck_since >= STUCK_SECONDS:
            logger.warning("chat %s: an entry was missing, read again", room.chat.id)
            stored = await self._means.store.after(room.chat.id, room.entries.last, PAGE)
            room.show(room.entries.catch_up(stored))

    async def save_marks(self, most: int = FOUND, *, older_than: float | None = None) -> None:
        """Marks that have waited long enough; None: all."""
        for room in tuple(self._means.rooms.values()):
            since = room.unsaved_since
            if not since or not most or (older_than is not None and since > older_than):
                continue
            most -= 1
            room.unsaved_since = 0.0
            try:
                await room.save(self._means.store)
            except StoreError as error:
                room.unsaved_since = since
                logger.warning("chat %s: marks not stored: %s", room.chat.id, error)

    # -- what the distributor tells ------------------------------------------------------------

    def contact_changed(self, after: Interaction) -> None:
        room = self._means.rooms.get(after.id)
        if room is None:
            return
        if after.channel is not Channel.CHAT:
            if room.open:
                self._turned(room, after)
            return
        name = self._means.agent_name(after.agent) if after.agent else ""
        room.chat, news = room.chat.standing(after.state, after.agent, name)
        match news:
            case News.ENDED:
                self._over(room, after)
            case News.WAITING:
                room.position = self._means.contacts.expected_wait(room.chat.id)
            case News.JOINED | News.NOTHING:
                pass
        room.announce(news)

    def _over(self, room: Room, contact: Interaction) -> None:
        """Who did not leave and was not sent away was bidden farewell by the agent."""
        room.chat = room.chat.ending("agent" if contact.served else "closed")
        room.keep(ended=True)
        self._scope.spawn(self._ended(room), f"ended {room.chat.id}")

    def _turned(self, room: Room, contact: Interaction) -> None:
        """The contact goes on as a call-back or an e-mail: for the visitor the chat is over, and
        a page that goes takes nothing with it."""
        room.chat = room.chat.over("closed")
        room.announce(News.ENDED)
        self._means.talk.here(room.chat.id, True)  # nobody waits for a page any more
        self._goes_on(room, contact)

    def _goes_on(self, room: Room, contact: Interaction) -> None:
        self._scope.spawn(self._handed_on(room, contact), f"turned {room.chat.id}")

    async def _handed_on(self, room: Room, contact: Interaction) -> None:
        """What was said, as the mail that is to be answered; then the end is on file, so that a
        bridge that dies in between does it again."""
        for seconds in TRIES:
            await asyncio.sleep(seconds)
            try:
                if contact.channel is Channel.EMAIL:
                    await self._as_email(room, contact)
                room.keep(ended=True)
                await room.save(self._means.store)
            except StoreError as error:
                logger.warning("chat %s: not handed on yet: %s", room.chat.id, error)
            else:
                return

    async def _as_email(self, room: Room, contact: Interaction) -> None:
        means, caller = self._means, contact.caller
        messages, _more = await means.store.page(contact.id, None, PAGE)
        files = tuple(file for one in messages for file in one.attachments)
        await means.talk.add(
            Message(
                id=means.sealer.message_id("as e-mail", contact.id),
                interaction=contact.id,
                kind=MessageKind.EMAIL,
                author=Author.CUSTOMER,
                name=caller.display_name,
                at=means.clock.now(),
                text=transcript.told(messages),
                attachments=files,
                email=Email(
                    subject=contact.subject,
                    sender=Address(address=caller.number.value, name=caller.display_name),
                ),
            )
        )

    async def _ended(self, room: Room) -> None:
        try:
            await room.save(self._means.store)
            await note(self._means, room, "ended", room.chat.ended_by or "")
        except StoreError as error:  # found as ended at the next start: its contact is no more
            logger.warning("chat %s: its end was not stored: %s", room.chat.id, error)

    def overflowed(self, contact: Interaction, reply: str) -> None:
        room = self._means.rooms.get(contact.id)
        text = self._reply(reply, room.facts.language) if room is not None else ""
        if room is not None and text:
            self._scope.spawn(self._say(room, text, reply), f"reply {room.chat.id}")

    async def _say(self, room: Room, text: str, code: str) -> None:
        try:
            await self._means.talk.add(
                Message(
                    id=self._means.sealer.message_id(f"reply {code}", room.chat.id),
                    interaction=room.chat.id,
                    kind=MessageKind.CHAT,
                    author=Author.SYSTEM,
                    at=self._means.clock.now(),
                    code="reply",
                    text=text,
                )
            )
        except StoreError as error:
            logger.warning("chat %s: %r was not said: %s", room.chat.id, code, error)

    def _reply(self, code: str, language: str) -> str:
        """A canned reply, in the visitor's language where it is there in it."""
        texts = {one.language: one.text for one in self._means.config.replies if one.code == code}
        return words(texts, language)
