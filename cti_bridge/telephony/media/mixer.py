"""A conference: everyone hears the sum of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.telephony.media.codec import mixed
from cti_bridge.telephony.media.frames import FrameQueue

if TYPE_CHECKING:
    from cti_bridge.telephony.media.session import Sink, Source


class Seat:
    """One party at the table. A leg pushes with `say` and takes with `heard`; a party that has
    no clock of its own gives its `source` and `sink` instead."""

    def __init__(self, source: Source | None, sink: Sink | None) -> None:
        self._queue = FrameQueue(prime=1)
        self.source: Source = source or self._queue.take
        self.sink = sink
        self._mix: bytes | None = None

    def say(self, pcm: bytes) -> None:
        self._queue.push(pcm)

    def heard(self) -> bytes | None:
        """What the others said in this turn."""
        mix, self._mix = self._mix, None
        return mix

    def give(self, mix: bytes | None) -> None:
        self._mix = mix
        if self.sink is not None and mix is not None:
            self.sink(mix)


class Mixer:
    """Sums once a turn, between what the legs hear and what they speak (`pacer.Pacer`).

    Each sum is of the others' frames alone (not a total with one's own taken off again), so that
    saturation stays where it is loud.
    """

    def __init__(self) -> None:
        self._seats: list[Seat] = []

    def __len__(self) -> int:
        return len(self._seats)

    def sit(self, source: Source | None = None, sink: Sink | None = None) -> Seat:
        seat = Seat(source, sink)
        self._seats.append(seat)
        return seat

    def leave(self, seat: Seat) -> None:
        """Safe to call twice."""
        if seat in self._seats:
            self._seats.remove(seat)

    def hear(self) -> None:
        said = [(seat, seat.source()) for seat in self._seats]
        for seat, _ in said:
            mix: bytes | None = None
            for other, frame in said:
                if other is not seat and frame is not None:
                    mix = frame if mix is None else mixed(mix, frame)
            seat.give(mix)

    def speak(self, skipped: int) -> None:
        """The legs do that."""


def crossed() -> tuple[tuple[Source, Sink], tuple[Source, Sink]]:
    """Source and sink for each of two legs that hear each other."""
    to_one, to_other = FrameQueue(prime=1), FrameQueue(prime=1)
    one: tuple[Source, Sink] = to_one.take, to_other.push
    other: tuple[Source, Sink] = to_other.take, to_one.push
    return one, other
