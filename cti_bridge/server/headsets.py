"""The voice of each desktop, over the socket that it is signed in with."""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from cti_bridge.protocol.codec import AUDIO_SAMPLES, AudioFrame, encode, encode_audio
from cti_bridge.protocol.voice import PathTrouble, VoicePathsChanged

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.protocol.voice import DirectPath

logger = logging.getLogger(__name__)
WAITING: Final = 5  # frames of 20 ms that a slow socket may be behind; then the oldest goes
UNSENT_BYTES: Final = 4096  # more than this unsent: the socket is slow


class AudioSocket(Protocol):
    def unsent(self) -> int:
        """Bytes that wait in the socket."""

    def send_audio(self, data: bytes) -> None: ...

    def send(self, text: bytes) -> None:
        """A text frame."""


@dataclass(slots=True)
class _Ear:
    socket: AudioSocket
    waiting: deque[bytes] = field(default_factory=deque)
    frames: int = 0  # made since the desktop attached, sent or not
    dropped: int = 0


class Headsets:
    """Implements `telephony.media.ports.HeadsetDirectory`, and says where else a voice goes
    (`telephony.asterisk.ports.DeskPaths`): on the socket itself, for what the hub tells is seen
    by those who watch, and is remembered."""

    def __init__(self) -> None:
        self._ears: dict[AgentId, _Ear] = {}
        self._listeners: dict[AgentId, list[Callable[[bytes], None]]] = {}
        self._routes: dict[AgentId, tuple[tuple[DirectPath, ...], PathTrouble]] = {}
        self.dropped = 0  # frames that a slow or an absent desktop did not get, for the metrics

    def attach(self, agent: AgentId, socket: AudioSocket) -> None:
        """This socket is now the agent's headset, whichever was before."""
        self._ears[agent] = _Ear(socket)
        if agent in self._routes:
            self._tell(agent)

    def detach(self, agent: AgentId, socket: AudioSocket) -> None:
        """Only where it is still this socket: a take-over may have come first."""
        if (ear := self._ears.get(agent)) and ear.socket is socket:
            del self._ears[agent]

    def send(self, agent: AgentId, pcm: bytes) -> None:
        ear = self._ears.get(agent)
        if ear is None:
            self.dropped += 1
            return
        ear.waiting.append(
            encode_audio(
                AudioFrame(sequence=ear.frames, timestamp=ear.frames * AUDIO_SAMPLES, pcm=pcm)
            )
        )
        ear.frames += 1  # a dropped frame keeps its number, so the desktop hears that it is gone
        while len(ear.waiting) > WAITING:
            ear.waiting.popleft()
            self.dropped += 1
        while ear.waiting and ear.socket.unsent() <= UNSENT_BYTES:
            ear.socket.send_audio(ear.waiting.popleft())

    def listen(self, agent: AgentId, listener: Callable[[bytes], None]) -> Callable[[], None]:
        listeners = self._listeners.setdefault(agent, [])
        listeners.append(listener)
        if len(listeners) == 1:
            self._tell_relayed(agent)

        def end() -> None:
            if listener in listeners:
                listeners.remove(listener)
            if not listeners and self._listeners.get(agent) is listeners:
                del self._listeners[agent]
                self._tell_relayed(agent)

        return end

    def route(self, agent: AgentId, paths: tuple[DirectPath, ...], trouble: PathTrouble) -> bool:
        """Tells the agent's desktop, now and whenever it is back; whether it is there."""
        before = self._routes.pop(agent, ((), PathTrouble.NONE))
        if paths or trouble:
            self._routes[agent] = paths, trouble
        if before != (paths, trouble):
            self._tell(agent)
        return agent in self._ears

    def _tell_relayed(self, agent: AgentId) -> None:
        paths, _ = self._routes.get(agent, ((), None))
        if paths:  # else the bridge is sent the voice in any case
            self._tell(agent)

    def _tell(self, agent: AgentId) -> None:
        ear = self._ears.get(agent)
        if ear is None:
            return
        paths, trouble = self._routes.get(agent, ((), PathTrouble.NONE))
        relayed = not paths or agent in self._listeners
        told = VoicePathsChanged(direct=paths, relayed=relayed, trouble=trouble)
        ear.socket.send(encode(told).encode())

    def heard(self, agent: AgentId, frame: AudioFrame) -> None:
        """A frame came from the agent's mouth; what a listener does wrong ends nothing."""
        for listener in tuple(self._listeners.get(agent, ())):
            try:
                listener(frame.pcm)
            except Exception:
                logger.exception("a listener of %s's headset failed", agent)
