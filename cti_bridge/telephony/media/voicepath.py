"""The patch panel: who hears whom."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.media.frames import FrameQueue
from cti_bridge.telephony.media.mixer import Mixer, crossed
from cti_bridge.telephony.media.pacer import Pacer, pacer_of
from cti_bridge.telephony.media.sounds import Player, Sound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.telephony.media.ports import HeadsetDirectory
    from cti_bridge.telephony.media.session import RtpSession, Sink, Source
    from cti_bridge.telephony.media.sounds import Sounds

logger = logging.getLogger(__name__)

GRACE_SECONDS: Final = 2.0
"""A sound on a leg that does not run (any more) is over this long after its length."""


class Mouth:
    """An agent's microphone as a source: queued, and silent while muted."""

    def __init__(self, headsets: HeadsetDirectory, agent: AgentId, *, muted: bool) -> None:
        self._muted = muted
        self._queue = FrameQueue()
        self._leave = headsets.listen(agent, self._queue.push)

    def mute(self, muted: bool) -> None:
        if self._muted and not muted:
            self._queue.clear()  # what was said just before is not for the far end
        self._muted = muted

    def take(self) -> bytes | None:
        frame = self._queue.take()
        return None if self._muted else frame

    def close(self) -> None:
        self._leave()


@dataclass(slots=True, eq=False)
class _Patch:
    """How one leg is connected, and what to undo when it no longer is."""

    source: Source | None = None
    sink: Sink | None = None
    agent: AgentId | None = None
    mouth: Mouth | None = None
    undo: Callable[[], None] = field(default=lambda: None)


class VoicePath:
    """Connects legs with headsets, music, announcements and each other.

    Every method takes effect at the next 20 ms and replaces what the leg was connected to
    before. A mute belongs to the leg: it outlives hold and retrieve, and ends with `release`.
    An agent talks on one leg, or in one conference, at a time: the leg talked on before falls
    silent. Must be used in the thread of the event loop.
    """

    def __init__(self, headsets: HeadsetDirectory, sounds: Sounds) -> None:
        self._headsets, self._sounds = headsets, sounds
        self._patches: dict[RtpSession, _Patch] = {}
        self._muted: set[RtpSession] = set()
        self._playing: dict[RtpSession, asyncio.Future[None]] = {}

    def __len__(self) -> int:
        """Legs that are connected to anything."""
        return len(self._patches)

    def talk(self, leg: RtpSession, agent: AgentId) -> None:
        """The far end and the agent hear each other."""
        self._free(agent, {leg})
        mouth = self._mouth(agent, muted=leg in self._muted)
        self._patch(
            leg,
            _Patch(
                source=mouth.take,
                sink=partial(self._headsets.send, agent),
                agent=agent,
                mouth=mouth,
                undo=mouth.close,
            ),
        )

    def hold(self, leg: RtpSession, music: str) -> None:
        """The far end hears a sound over and over, and nobody hears it. Raises SoundError, and
        then leaves the leg as it was."""
        player = Player(self._sounds.get(music), loop=True)
        self._patch(leg, _Patch(source=player.take))

    def relay(self, leg_a: RtpSession, leg_b: RtpSession) -> None:
        """The two far ends hear each other, and no agent does."""
        one, other = crossed()
        self._patch(leg_a, _Patch(source=one[0], sink=one[1]))
        self._patch(leg_b, _Patch(source=other[0], sink=other[1]))

    def conference(self, legs: Sequence[RtpSession], agent: AgentId | None) -> None:
        """All far ends and the agent hear each other; muted when any of the legs was. None: an
        agent who left them to each other."""
        if agent is not None:
            self._free(agent, set(legs))
        for leg in legs:
            self._unpatch(leg)
        mixer, pacer = Mixer(), pacer_of(asyncio.get_running_loop())
        mouth = None
        if agent is not None:
            muted = not self._muted.isdisjoint(legs)
            self._muted.update(legs if muted else ())
            mouth = self._mouth(agent, muted=muted)
            mixer.sit(mouth.take, partial(self._headsets.send, agent))
        table = _Table(mixer, mouth, pacer, set(legs))
        for leg in legs:
            seat = mixer.sit()
            self._patch(
                leg,
                _Patch(
                    source=seat.heard,
                    sink=seat.say,
                    agent=agent,
                    mouth=mouth,
                    undo=partial(table.leave, leg, partial(mixer.leave, seat)),
                ),
            )
        pacer.join_mixer(mixer)

    def mute(self, leg: RtpSession, muted: bool) -> None:
        """The agent is not heard, here and by all who are in conference with this leg: also when
        it is the one that leaves."""
        patch = self._patches.get(leg)
        mouth = patch.mouth if patch is not None else None
        sharing = {leg}
        if mouth is not None:
            sharing |= {other for other, its in self._patches.items() if its.mouth is mouth}
            mouth.mute(muted)
        if muted:
            self._muted |= sharing
        else:
            self._muted -= sharing

    def known(self, *sounds: str) -> None:
        """Raises SoundError for the first that cannot be played."""
        self._sounds.preload(*sounds)

    def listen(self, leg: RtpSession, sink: Sink) -> None:
        """What the far end says goes to `sink`; the far end hears silence."""
        self._patch(leg, _Patch(sink=sink))

    async def play(self, leg: RtpSession, *sounds: str) -> None:
        """The far end hears sounds once, one after the other, instead of what it is connected
        to; returns when they are over, or were cut off by others or by `release`. Raises
        SoundError."""
        parts = [self._sounds.get(sound) for sound in sounds]
        known = Sound(name=sounds[0], pcm=b"".join(part.pcm for part in parts))
        self._cut(leg)
        over = self._playing[leg] = asyncio.get_running_loop().create_future()
        leg.connect(partial(_played, Player(known, loop=False), over), leg.connected[1])
        try:
            await asyncio.wait((over,), timeout=known.seconds + GRACE_SECONDS)
        finally:
            if self._playing.get(leg) is over:
                del self._playing[leg]
                self._apply(leg)

    def cut(self, leg: RtpSession) -> None:
        """What `play` says is over, and the leg hears what it is connected to."""
        self._cut(leg)
        self._apply(leg)

    def release(self, leg: RtpSession) -> None:
        """Disconnects the leg and forgets it; safe to call twice. Call it before closing one."""
        self._cut(leg)
        self._unpatch(leg)
        self._muted.discard(leg)

    def _cut(self, leg: RtpSession) -> None:
        over = self._playing.pop(leg, None)
        if over is not None and not over.done():
            over.set_result(None)

    def _mouth(self, agent: AgentId, *, muted: bool) -> Mouth:
        return Mouth(self._headsets, agent, muted=muted)

    def _free(self, agent: AgentId, but: set[RtpSession]) -> None:
        for leg, patch in tuple(self._patches.items()):
            if patch.agent == agent and leg not in but:
                logger.warning("RTP port %d falls silent: its agent talks elsewhere", leg.port)
                self._patch(leg, _Patch())

    def _patch(self, leg: RtpSession, patch: _Patch) -> None:
        self._unpatch(leg)
        self._patches[leg] = patch
        self._apply(leg)

    def _unpatch(self, leg: RtpSession) -> None:
        patch = self._patches.pop(leg, None)
        if patch is not None:
            patch.undo()
        self._apply(leg)

    def _apply(self, leg: RtpSession) -> None:
        patch = self._patches.get(leg) or _Patch()
        source = leg.connected[0] if leg in self._playing else patch.source
        leg.connect(source, patch.sink)


def _played(player: Player, over: asyncio.Future[None]) -> bytes | None:
    frame = player.take()
    if frame is None and not over.done():
        over.set_result(None)
    return frame


class _Table:
    """A conference: it ends when the last leg leaves."""

    def __init__(
        self, mixer: Mixer, mouth: Mouth | None, pacer: Pacer, legs: set[RtpSession]
    ) -> None:
        self._mixer, self._mouth, self._pacer, self._legs = mixer, mouth, pacer, legs

    def leave(self, leg: RtpSession, stand_up: Callable[[], None]) -> None:
        stand_up()
        self._legs.discard(leg)
        if not self._legs:
            self._pacer.leave_mixer(self._mixer)
            if self._mouth is not None:
                self._mouth.close()
