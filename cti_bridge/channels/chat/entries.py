"""What was said in one chat, handed on in the order of its numbers, each once."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import Author

if TYPE_CHECKING:
    from cti_bridge.channels.conversation.ports import Message
    from cti_bridge.protocol.vocabulary import MessageId

REMEMBERED: Final = 200
MAX_HELD: Final = 500


class Entries:
    """Messages are stored by several hands, and may come here out of order."""

    def __init__(self, last: int = 0) -> None:
        self.last = last  # all up to this one have been handed on
        self._held: dict[int, Message] = {}
        self._agents: deque[tuple[int, MessageId]] = deque(maxlen=REMEMBERED)

    def take(self, message: Message) -> list[Message]:
        """Those whose turn it is now."""
        if message.seq <= self.last:
            return []
        if len(self._held) < MAX_HELD:  # the others are read again by `catch_up`
            self._held[message.seq] = message
        ready = []
        while (following := self._held.pop(self.last + 1, None)) is not None:
            ready.append(self._passed(following))
        return ready

    def catch_up(self, stored: tuple[Message, ...]) -> list[Message]:
        """What the store has after `last`, where something that is missing does not come."""
        ready = [self._passed(message) for message in stored if message.seq > self.last]
        self._held = {seq: one for seq, one in self._held.items() if seq > self.last}
        return ready

    @property
    def waiting(self) -> bool:
        """Whether something came whose predecessor did not."""
        return bool(self._held)

    def of_agent(self, seq: int) -> tuple[int, MessageId] | None:
        """An agent's newest entry of those up to `seq`, as far as it is remembered."""
        for one in reversed(self._agents):
            if one[0] <= seq:
                return one
        return None

    def _passed(self, message: Message) -> Message:
        self.last = message.seq
        if message.author is Author.AGENT:
            self._agents.append((message.seq, message.id))
        return message
