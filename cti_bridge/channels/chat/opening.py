"""How a page comes to its chat: a new one, or one that goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.acd.ports import Arrival
from cti_bridge.channels.chat import frames
from cti_bridge.channels.chat.arriving import (
    address_on_file,
    language_skills,
    match,
    refusal,
    subject_of,
    vouched_for,
)
from cti_bridge.channels.chat.form import (
    read_form,
    read_id,
    read_language,
    read_page,
    read_text,
    read_visitor,
)
from cti_bridge.channels.chat.ports import ChatRefused
from cti_bridge.channels.chat.room import MAX_TABS, SHOWN, Room
from cti_bridge.channels.chat.rules import Chat, Phase
from cti_bridge.channels.chat.seal import BadSeal, Expired
from cti_bridge.channels.conversation.ports import ChatFacts, Message, Tally
from cti_bridge.protocol.vocabulary import Author, Channel, MessageKind, QueueId
from cti_bridge.telephony.ports import Caller, Number, NumberKind

if TYPE_CHECKING:
    from cti_bridge.channels.chat.form import Visitor
    from cti_bridge.channels.chat.means import Means
    from cti_bridge.channels.chat.ports import SiteClaims, Tab
    from cti_bridge.channels.chat.room import Seat
    from cti_bridge.config.values import ChatSite
    from cti_bridge.protocol.vocabulary import InteractionId

PAGE: Final = 200  # entries read at once


class Opening:
    """Start and Resume, and chats of an earlier life of the bridge."""

    def __init__(self, means: Means) -> None:
        self._means = means

    async def start(self, site: ChatSite, frame: frames.Start) -> Room:
        """The same `start_id` again is the same chat. Raises ChatRefused or StoreError."""
        means = self._means
        given = read_id(frame.start_id, "start_id")
        chat_id = means.sealer.contact_id("start", site.id, given)
        room = await self.room(chat_id)
        if room is None or room.unborn:
            async with means.turns.of(chat_id):
                room = means.rooms.get(chat_id)
                if room is None or room.unborn:
                    room = await self._new(chat_id, site, frame)
        return room

    async def by_token(self, site: ChatSite, token: str) -> Room:
        """Raises ChatRefused("expired", "invalid") or StoreError."""
        means = self._means
        try:
            chat_id = means.sealer.open_token(token, site.id, means.clock.now())
        except Expired as error:
            raise ChatRefused("expired") from error
        except BadSeal as error:
            raise ChatRefused("invalid", field="token") from error
        room = await self.room(chat_id)
        if room is None:
            raise ChatRefused("expired")  # nothing is on file of it
        return room

    async def room(self, chat_id: InteractionId) -> Room | None:
        """From memory, or as it stands on file; None: there is no such chat."""
        means = self._means
        async with means.turns.of(chat_id):
            if chat_id in means.rooms:
                return means.rooms[chat_id]
            facts = await means.store.chat(chat_id)
            return None if facts is None else await self._read_back(facts)

    async def seat(self, room: Room, tab: Tab, after: int) -> Seat:
        """The page is told how things stand, then all that it has not; raises ChatRefused
        ("too_many") or StoreError."""
        if len(room.seats) >= MAX_TABS:
            raise ChatRefused("too_many")
        means = self._means
        if room.chat.phase is Phase.WAITING:
            room.position = means.contacts.expected_wait(room.chat.id)
        if not room.seats:
            means.talk.here(room.chat.id, True)
        seat = room.sit(tab, min(max(0, after), room.entries.last))
        token = means.sealer.token(room.chat.id, room.site.id, means.clock.now())
        tab.send(frames.encode(room.session(token)))
        try:
            await self._history(room, seat)
        except BaseException:
            self.rise(room, seat)
            raise
        room.settle(seat)
        if not room.open:
            tab.send(frames.encode(room.ended_frame()))
        return seat

    def rise(self, room: Room, seat: Seat) -> None:
        """The page is gone."""
        means = self._means
        if room.leave(seat) and room.open:
            room.chat = room.chat.went(means.clock.now())
            means.talk.here(room.chat.id, False)

    async def _history(self, room: Room, seat: Seat) -> None:
        """Everything after what the page has; what comes meanwhile waits in the seat."""
        store = self._means.store
        while page := await store.after(room.chat.id, seat.seen, PAGE):
            for message in page:
                seat.seen = message.seq
                if message.kind in SHOWN:
                    seat.tab.send(frames.encode(room.entry(message)))
            if len(page) < PAGE:
                break
            await seat.tab.drained()

    # -- a new chat ----------------------------------------------------------------------------

    async def _new(self, chat_id: InteractionId, site: ChatSite, frame: frames.Start) -> Room:
        means = self._means
        text = read_text(frame.text)
        claims = vouched_for(means, site, frame.identity)
        visitor = read_form(
            frame.form,
            required=[one.name for one in site.form if one.required],
            claims=claims,
            region=means.config.site.region,
            text=text,
        )
        facts = ChatFacts(
            interaction=chat_id,
            site=site.id,
            visitor=read_visitor(frame.visitor),
            form=visitor.answers,
            page=read_page(frame.page),
            language=read_language(frame.language),
        )
        await means.store.save_chat(facts)
        room = Room(self._chat(facts), facts, site, means.sealer)
        means.rooms[chat_id] = room
        try:
            await self._arrive(room, visitor, text, claims)
        except BaseException:
            means.rooms.pop(chat_id, None)
            raise
        means.figures["started"] += 1
        return room

    async def _arrive(
        self, room: Room, visitor: Visitor, text: str, claims: SiteClaims | None
    ) -> None:
        means, facts = self._means, room.facts
        if text:
            room.said += 1
            await means.talk.add(
                Message(
                    id=means.sealer.message_id("first", facts.interaction),
                    interaction=facts.interaction,
                    kind=MessageKind.CHAT,
                    author=Author.CUSTOMER,
                    name=visitor.name,
                    at=means.clock.now(),
                    text=text,
                )
            )
        who = await match(means, facts.visitor, visitor, claims)
        number = Number(kind=NumberKind.VISITOR, value=facts.visitor or facts.interaction)
        taken = await means.contacts.arrive(
            Arrival(
                id=facts.interaction,
                channel=Channel.CHAT,
                caller=Caller(number=number, display_name=visitor.name[:80]),
                queue=QueueId(room.site.queue),
                at=means.clock.now(),
                subject=subject_of(visitor, text),
                language=facts.language,
                match=who,
                skills=language_skills(means, facts.language),
                call_to=visitor.phone,
                write_to=visitor.email or address_on_file(who),
            )
        )
        if taken.turned_away:
            room.keep(ended=True)
            await room.save(means.store)
            raise refusal(means, room.site, taken)
        if not self._stand(room):  # it was here before, and has ended
            room.chat = room.chat.over()
            room.keep(ended=True)
            await room.save(means.store)

    # -- one of an earlier life ------------------------------------------------------------------

    async def _read_back(self, facts: ChatFacts) -> Room | None:
        means = self._means
        site = next((one for one in means.config.chats if one.id == facts.site), None)
        if site is None:
            return None
        messages, _more = await means.store.page(facts.interaction, None, PAGE)
        room = Room(self._chat(facts), facts, site, means.sealer)
        room.said = await means.store.count(facts.interaction)
        tallies = await means.store.tallies((facts.interaction,))
        room.restored(messages, tallies.get(facts.interaction, Tally()).read_seq)
        if facts.ended or not self._stand(room):  # no await from here on
            room.chat = room.chat.over()
        means.rooms[facts.interaction] = room
        return room

    def _stand(self, room: Room) -> bool:
        """As the contact stands now; False: it is no more, or no chat any more."""
        means = self._means
        contact = means.contacts.find(room.chat.id)
        if contact is not None and contact.channel is not Channel.CHAT:
            return False
        if contact is not None:
            name = means.agent_name(contact.agent) if contact.agent else ""
            room.chat, _news = room.chat.standing(contact.state, contact.agent, name)
        return contact is not None

    def _chat(self, facts: ChatFacts) -> Chat:
        now = self._means.clock.now()
        return Chat(id=facts.interaction, site=facts.site, spoken_at=now, away_since=now)
