"""One headset's voice at Asterisk that the bridge carries, without a socket.

A desktop that is away is silence to the caller, and that is sent: see `protocol.mediasocket`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.mediasocket import Arrivals, Flow, MediaTalk
from cti_bridge.telephony.media.codec import SILENCE
from cti_bridge.telephony.media.frames import FrameQueue
from cti_bridge.telephony.media.voicepath import Mouth
from cti_bridge.telephony.ports import MediaFigures

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.protocol.mediasocket import MediaSocket
    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.telephony.media.ports import HeadsetDirectory
    from cti_bridge.telephony.media.session import Sink

ASK_TURNS: Final = 50  # how much waits at Asterisk is asked each second


class MediaLeg:
    """An agent's mouth and ear at one channel of Asterisk; a member of the pacer.

    `on_flow` is told once, when Asterisk has begun. `hears` is given what the call says, 320 bytes
    each 20 ms. A desktop that is away is silence to the caller; what the caller says meanwhile is
    lost. The channel lives on.
    """

    def __init__(
        self,
        socket: MediaSocket,
        headsets: HeadsetDirectory,
        agent: AgentId,
        hears: Sink,
        clock: Callable[[], float],
    ) -> None:
        self.talk = MediaTalk(socket)
        self._hears = hears
        self._mouth = Mouth(headsets, agent, muted=False)
        self._ear = FrameQueue()
        self._arrivals = Arrivals(clock)
        self._turns = self._received = 0

    def mute(self, muted: bool) -> None:
        """Silence in place of the agent; what was said meanwhile is not sent later."""
        self._mouth.mute(muted)

    def figures(self) -> MediaFigures:
        """Frames of 20 ms. Nothing is lost on the way, for it is TCP; late is what came so late
        that it was left out, here or at Asterisk."""
        return MediaFigures(
            packets_received=self._received,
            packets_late=self._ear.dropped + self.talk.spilt,
            packets_sent=self.talk.sent,
            jitter_ms=round(self._arrivals.jitter_ms, 3),
        )

    def close(self) -> None:
        """Safe to call twice."""
        if self.talk.close():
            self._mouth.close()

    # From Asterisk

    def sound(self, data: bytes) -> None:
        self._arrivals.note(len(data))
        for frame in self.talk.frames(data):
            self._received += 1
            self._ear.push(frame)

    def control(self, text: str) -> None:
        self.talk.control(text)

    # The turn: what the pacer calls

    def hear(self) -> None:
        frame = self._ear.take()
        if frame is not None:
            self._hears(frame)

    def speak(self, skipped: int) -> None:
        frame = self._mouth.take()
        if self.talk.flow is not Flow.FLOWING:
            return
        self._turns += 1
        if self._turns % ASK_TURNS == 0:
            self.talk.ask()
        self.talk.speak(frame or SILENCE)
