"""Questions to the bridge of which only the newest answer counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent_desktop.link import LinkState

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent_desktop.link import LinkPort
    from agent_desktop.state import State
    from cti_bridge.protocol.commands import AnyCommand, AnyReply


class Asker:
    """Sends commands by topic; an answer overtaken by a newer question of its topic is dropped."""

    def __init__(self, link: LinkPort) -> None:
        self._link = link
        self._newest: dict[str, int] = {}
        self._count = 0

    def ask(self, topic: str, command: AnyCommand, on_reply: Callable[[AnyReply], None]) -> None:
        self._count += 1
        ticket = self._newest[topic] = self._count

        def answered(reply: AnyReply) -> None:
            if self._newest.get(topic) == ticket:
                del self._newest[topic]
                on_reply(reply)

        self._link.request(command, answered)

    def forget(self, topic: str) -> None:
        """The answer on its way, if any, no longer matters."""
        self._newest.pop(topic, None)

    def waiting(self, topic: str) -> bool:
        return topic in self._newest


def is_back(old: State, new: State) -> bool:
    """Whether the bridge can be asked again after a cut."""
    return old.link is not LinkState.ONLINE and new.link is LinkState.ONLINE
