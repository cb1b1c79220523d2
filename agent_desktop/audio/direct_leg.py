"""One call that is heard directly: its jitter buffer and what is said into it; no socket."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent_desktop.audio.playout import SILENCE, Playout
from cti_bridge.protocol.mediasocket import Arrivals, Flow, MediaTalk

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.protocol.mediasocket import MediaSocket


@dataclass(frozen=True, slots=True, kw_only=True)
class LegFigures:
    """Frames of 20 ms."""

    received: int
    late: int  # left out, for they came too late: here, or at Asterisk
    sent: int
    jitter_ms: float


class DirectLeg:
    """Implements `headset.Voice`: `take` is asked for 20 ms by the loudspeaker, `speak` is given
    20 ms by the microphone. Before `attach` it is silent."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.muted = False
        self._playout = Playout()
        self._arrivals = Arrivals(clock)
        self._talk: MediaTalk | None = None
        self._received = 0

    @property
    def flow(self) -> Flow:
        return self._talk.flow if self._talk is not None else Flow.OPENING

    def attach(self, socket: MediaSocket) -> None:
        self._talk = MediaTalk(socket)

    def sound(self, data: bytes) -> None:
        if self._talk is None:
            return
        self._arrivals.note(len(data))
        for frame in self._talk.frames(data):
            self._playout.put(self._received & 0xFFFF, frame)
            self._received += 1

    def control(self, text: str) -> None:
        if self._talk is not None:
            self._talk.control(text)

    def ask(self) -> None:
        if self._talk is not None:
            self._talk.ask()

    def close(self) -> None:
        if self._talk is not None:
            self._talk.close()

    # -- the headset's side

    def take(self) -> bytes:
        return self._playout.take()

    def speak(self, pcm: bytes) -> None:
        """Silence while muted: a far end that is sent nothing may be cut."""
        if self._talk is not None:
            self._talk.speak(SILENCE if self.muted else pcm)

    def reset(self) -> None:
        self._playout.reset()

    def figures(self) -> LegFigures:
        talk, heard = self._talk, self._playout.figures()
        return LegFigures(
            received=self._received,
            late=heard.dropped + heard.late + (talk.spilt if talk is not None else 0),
            sent=talk.sent if talk is not None else 0,
            jitter_ms=round(self._arrivals.jitter_ms, 3),
        )
