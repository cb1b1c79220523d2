"""What the parts of the chat room share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cti_bridge.channels.chat.ports import ChatRefused
from cti_bridge.channels.turns import Turns

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Mapping

    from cti_bridge.acd.ports import Clock, Contacts
    from cti_bridge.channels.chat.ports import Talk, Visitors
    from cti_bridge.channels.chat.room import Room
    from cti_bridge.channels.chat.seal import Sealer
    from cti_bridge.channels.conversation.ports import Blobs, MessageStore
    from cti_bridge.channels.outgoing import Outgoing
    from cti_bridge.config.values import ChatSite, Config
    from cti_bridge.protocol.vocabulary import AgentId, InteractionId


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The ports, the configuration, and the chats that are open."""

    config: Config
    contacts: Contacts
    talk: Talk
    store: MessageStore
    blobs: Blobs
    visitors: Visitors
    outgoing: Outgoing
    clock: Clock
    sealer: Sealer
    agent_name: Callable[[AgentId], str]
    figures: Counter[str]
    rooms: dict[InteractionId, Room] = field(default_factory=dict)
    turns: Turns = field(default_factory=Turns)

    def site(self, code: str) -> ChatSite:
        """Raises ChatRefused("invalid")."""
        for site in self.config.chats:
            if site.id == code:
                return site
        raise ChatRefused("invalid", field="site")

    def seconds(self) -> float:
        return self.clock.monotonic_ns() / 1e9


def words(texts: Mapping[str, str], language: str, otherwise: str = "") -> str:
    """The text in this language, else in English, else the first one."""
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), otherwise)
