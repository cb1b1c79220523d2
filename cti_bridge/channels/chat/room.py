"""One chat in memory: the rules' value, the pages that look at it, and what they are told."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.chat import frames
from cti_bridge.channels.chat.entries import Entries
from cti_bridge.channels.chat.rules import News, Phase
from cti_bridge.protocol.vocabulary import MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cti_bridge.channels.chat.ports import Tab
    from cti_bridge.channels.chat.rules import Chat
    from cti_bridge.channels.chat.seal import Sealer
    from cti_bridge.channels.conversation.ports import ChatFacts, Message, MessageStore
    from cti_bridge.config.values import ChatSite
    from cti_bridge.protocol.vocabulary import MessageId

SHOWN: Final = frozenset({MessageKind.CHAT, MessageKind.EVENT})
MAX_TABS: Final = 10  # pages of one visitor at once
TRANSCRIPT: Final = "transcript"  # code of the entry that says one was sent


class Seat:
    """A page at its chat. While its history is read, what is new waits in `held`."""

    def __init__(self, tab: Tab, *, after: int) -> None:
        self.tab, self.seen = tab, after
        self.held: list[Message] | None = []

    def show(self, message: Message, frame: bytes) -> None:
        if self.held is not None:
            self.held.append(message)
        elif message.seq > self.seen:
            self.seen = message.seq
            self.tab.send(frame)


class Room:
    """Who is in it, and what everybody there is told."""

    def __init__(self, chat: Chat, facts: ChatFacts, site: ChatSite, sealer: Sealer) -> None:
        self.chat, self.facts, self.site, self._sealer = chat, facts, site, sealer
        self.entries = Entries()
        self.seats: list[Seat] = []
        self.saying: dict[MessageId, Seat] = {}  # whose page gets a receipt instead of the entry
        self.said = 0  # by the visitor, in all
        self.uploads = 0
        self.transcripts = 0
        self.got = self.read = self.agent_read = 0  # highest `seq`
        self.position: tuple[int, int | None] = (0, None)
        self.typing_until = 0.0  # monotonic seconds; 0: does not type
        self.stuck_since = 0.0  # monotonic seconds; since when a message is missing
        self.unsaved_since = 0.0  # monotonic seconds; of the marks
        self._saving = asyncio.Lock()
        self.ending: str = ""  # why the visitor's side ends it, from then on

    # -- who is there --------------------------------------------------------------------------

    def sit(self, tab: Tab, after: int) -> Seat:
        seat = Seat(tab, after=after)
        self.seats.append(seat)
        self.chat = self.chat.came()
        return seat

    def leave(self, seat: Seat) -> bool:
        """Whether that was the last page."""
        with suppress(ValueError):
            self.seats.remove(seat)
        self.saying = {one: whose for one, whose in self.saying.items() if whose is not seat}
        return not self.seats

    # -- what they are told --------------------------------------------------------------------

    def tell(self, frame: frames.ToBrowser) -> None:
        """Encoded once, whatever the number of pages."""
        if self.seats:
            data = frames.encode(frame)
            for seat in self.seats:
                seat.tab.send(data)

    def show(self, messages: Iterable[Message]) -> None:
        """Messages in the order of `seq`."""
        for message in messages:
            self._heard(message)
            sayer = self.saying.pop(message.id, None)
            if message.kind not in SHOWN or not self.seats:
                continue
            data = frames.encode(self.entry(message))
            for seat in self.seats:
                if seat is sayer and seat.held is None:
                    seat.seen = max(seat.seen, message.seq)
                    seat.tab.send(frames.encode(self.receipt(message)))
                else:
                    seat.show(message, data)

    def settle(self, seat: Seat) -> None:
        """The history has been sent: what came meanwhile follows."""
        held, seat.held = seat.held or [], None
        for message in held:
            seat.show(message, frames.encode(self.entry(message)))

    def entry(self, message: Message) -> frames.Entry:
        return frames.Entry(
            seq=message.seq,
            id=message.id,
            author=message.author.value,
            name=message.name,
            at=message.at,
            text="" if message.kind is MessageKind.EVENT else message.text,  # detail for agents
            code=message.code,
            files=tuple(
                frames.FileFrame(
                    file=self._sealer.file(self.chat.id, one),
                    name=one.name,
                    media_type=one.media_type,
                    size=one.size,
                )
                for one in message.attachments
            ),
        )

    def receipt(self, message: Message) -> frames.Receipt:
        if message.seq <= self.agent_read:
            return frames.Receipt(id=message.id, seq=message.seq, delivery="read")
        reached = self.chat.phase in (Phase.TALKING, Phase.RESTING)
        return frames.Receipt(
            id=message.id, seq=message.seq, delivery="delivered" if reached else "sent"
        )

    def session(self, token: str) -> frames.Session:
        position, expected = self.position if self.chat.phase is Phase.WAITING else (0, None)
        return frames.Session(
            token=token,
            chat=self.chat.id,
            state=self.chat.state,
            agent=self.chat.agent_name,
            position=position,
            expected_seconds=expected,
            sneak_peek=self.site.sneak_peek,
            read_to=self.agent_read,
            rated=self.facts.rating is not None,
        )

    def announce(self, news: News) -> None:
        """What became of the contact."""
        match news:
            case News.JOINED:
                self.tell(frames.Joined(agent=self.chat.agent_name))
            case News.WAITING:
                position, expected = self.position
                self.tell(frames.Waiting(position=position, expected_seconds=expected))
            case News.ENDED:
                self.tell(self.ended_frame())
            case News.NOTHING:
                pass

    def ended_frame(self) -> frames.Ended:
        """Rated and sent home is only what somebody has answered: a transcript of words that
        nobody else said would be mail in our name to whomever the visitor names."""
        return frames.Ended(
            by=self.chat.ended_by or "closed",
            rating=self.site.rating and self.chat.answered and self.facts.rating is None,
            transcript=self.site.transcript and self.chat.answered,
        )

    # -- what is remembered ---------------------------------------------------------------------

    def restored(self, messages: tuple[Message, ...], agent_read: int) -> None:
        """What was said before this life of the bridge, oldest first."""
        self.agent_read = agent_read
        for message in self.entries.catch_up(messages):
            self._heard(message)
            if message.id == self.facts.read_to:
                self.read = self.got = message.seq

    def _heard(self, message: Message) -> None:
        self.chat = self.chat.said(message.author, message.at)
        self.transcripts += message.code == TRANSCRIPT

    def marked(self, seconds: float, **changes: object) -> None:
        """A mark moved; marks are saved together, some time later."""
        self.keep(**changes)
        self.unsaved_since = self.unsaved_since or seconds

    def keep(self, **changes: object) -> ChatFacts:
        self.facts = replace(self.facts, **changes)  # type: ignore[arg-type]
        return self.facts

    async def save(self, store: MessageStore) -> None:
        """What is kept of it as it is now; one at a time, so that the newest is what stays.
        Raises StoreError."""
        async with self._saving:
            await store.save_chat(self.facts)

    @property
    def unborn(self) -> bool:
        """No contact is open for it, and no end is on file: the bridge died while it began, or
        just as it ended. Who begins it again finds out."""
        return not self.open and not self.facts.ended

    @property
    def open(self) -> bool:
        return self.chat.phase is not Phase.ENDED
