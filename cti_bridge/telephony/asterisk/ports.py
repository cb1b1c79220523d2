"""What the switch needs of others of the bridge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cti_bridge.telephony.ports import SwitchError

if TYPE_CHECKING:
    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.protocol.voice import DirectPath, PathTrouble
    from cti_bridge.telephony.asterisk.node import Node
    from cti_bridge.telephony.ports import CallId, MediaFigures


class HeadsetMedia(Protocol):
    """Agents without a telephone: a channel at the node that carries the desktop's headset."""

    async def open(self, node: Node, call: CallId, agent: AgentId) -> str:
        """The id of a channel that is in the application and can be bridged. Its StasisStart is
        none of the switch's. Raises SwitchError."""

    def mute(self, channel: str, *, muted: bool) -> None:
        """The far end hears silence from the agent; nothing where there is no such channel."""

    def figures(self, channel: str) -> MediaFigures | None:
        """Of its voice until now; None where there is no such channel."""

    def adopt(self, node: Node, channel: str, agent: AgentId, *, muted: bool) -> bool:
        """A channel that a bridge before this one left in a call: whether it is carried on."""

    async def close(self, channel: str) -> None:
        """The switch needs it no more, or it is gone: hangs it up; never raises."""


class DeskPaths(Protocol):
    """The desktops, as far as they are told where their voice goes."""

    def route(self, agent: AgentId, paths: tuple[DirectPath, ...], trouble: PathTrouble) -> bool:
        """To this agent's desktop alone, and again whenever it is back; no log, no memory of
        events. Whether a desktop is there."""


class NoHeadsets:
    async def open(self, node: Node, call: CallId, agent: AgentId) -> str:
        raise SwitchError("unsupported", f"agents of {node.id} need a telephone")

    def mute(self, channel: str, *, muted: bool) -> None:
        """There was none."""

    def figures(self, channel: str) -> MediaFigures | None:
        return None

    def adopt(self, node: Node, channel: str, agent: AgentId, *, muted: bool) -> bool:
        return False

    async def close(self, channel: str) -> None:
        """There was none."""
