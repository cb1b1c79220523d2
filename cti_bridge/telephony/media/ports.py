"""What the voice path needs of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.protocol.vocabulary import AgentId


class HeadsetDirectory(Protocol):
    """Where the voice path finds the headsets of the agents that are signed in.

    PCM is signed 16 bit little endian, 8 kHz, one channel, 320 bytes (20 ms) a frame. The
    session of an agent may come and go during a call; frames for an absent headset are
    dropped, and an absent headset is heard as silence.
    """

    def send(self, agent: AgentId, pcm: bytes) -> None:
        """To the agent's ear; never blocks, drops when the agent's socket is slow."""

    def listen(self, agent: AgentId, listener: Callable[[bytes], None]) -> Callable[[], None]:
        """From the agent's mouth, in order; returns what ends the listening."""
