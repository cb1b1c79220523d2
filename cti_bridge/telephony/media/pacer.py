"""The 20 ms clock of all legs of one event loop: one timer, absolute deadlines, no drift."""

from __future__ import annotations

import asyncio
import logging
from typing import Final, Protocol
from weakref import WeakKeyDictionary

from cti_bridge.telephony.media.codec import FRAME_MS

logger = logging.getLogger(__name__)

PERIOD: Final = FRAME_MS / 1000
MAX_CATCH_UP: Final = 5
"""Frames sent in a burst after the loop stalled; what is older than 100 ms is skipped."""


class Paced(Protocol):
    """A leg, a mixer: something that has to do at each 20 ms."""

    def hear(self) -> None:
        """First in every turn: what came from the network goes to the sinks."""

    def speak(self, skipped: int) -> None:
        """Then: what the sources have goes to the network. `skipped` frames were missed."""


class Pacer:
    """Every turn all members hear, then the mixers mix, then all members speak: so sound that
    goes from one leg to another passes in one turn, in whatever order they joined.

    Turn n is due at `start + n · 20 ms` of the loop's clock: a late turn does not delay those
    that follow. The timer runs only while there are members.
    """

    def __init__(self) -> None:
        self._members: dict[Paced, None] = {}
        self._mixers: dict[Paced, None] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0

    def __len__(self) -> int:
        return len(self._members)

    def join(self, member: Paced) -> None:
        self._members[member] = None
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._due = loop.time() + PERIOD
            self._timer = loop.call_at(self._due, self._turn)

    def leave(self, member: Paced) -> None:
        """Safe to call twice, and from within a turn."""
        self._members.pop(member, None)
        if not self._members and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def join_mixer(self, mixer: Paced) -> None:
        self._mixers[mixer] = None

    def leave_mixer(self, mixer: Paced) -> None:
        self._mixers.pop(mixer, None)

    def _turn(self) -> None:
        loop, timer = asyncio.get_running_loop(), self._timer
        behind = int((loop.time() - self._due) / PERIOD)
        skipped = behind if behind > MAX_CATCH_UP else 0
        members, mixers = tuple(self._members), tuple(self._mixers)
        for member in members:
            self._hear(member)
        for mixer in mixers:
            self._hear(mixer)
        for member in members:
            self._speak(member, skipped)
        if self._timer is timer:  # unless all left during this turn
            self._due += PERIOD * (1 + skipped)
            self._timer = loop.call_at(self._due, self._turn)

    def _hear(self, member: Paced) -> None:
        try:
            member.hear()
        except Exception:
            logger.exception("%s failed and is out of the voice path", type(member).__name__)
            self._expel(member)

    def _speak(self, member: Paced, skipped: int) -> None:
        if member not in self._members:
            return  # left during this turn
        try:
            member.speak(skipped)
        except Exception:
            logger.exception("%s failed and is out of the voice path", type(member).__name__)
            self._expel(member)

    def _expel(self, member: Paced) -> None:
        # One leg with a bug must not silence the others, nor log 50 times a second.
        self.leave(member)
        self.leave_mixer(member)


# A pacer does not hold its loop, or neither would ever be freed.
_pacers: WeakKeyDictionary[asyncio.AbstractEventLoop, Pacer] = WeakKeyDictionary()


def pacer_of(loop: asyncio.AbstractEventLoop) -> Pacer:
    """The one pacer of this event loop."""
    pacer = _pacers.get(loop)
    if pacer is None:
        pacer = _pacers[loop] = Pacer()
    return pacer
