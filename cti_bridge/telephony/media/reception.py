"""Which packets belong to the stream, and how it fared (RFC 3550 appendices A.1, A.3, A.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.media.codec import SAMPLE_RATE

if TYPE_CHECKING:
    from cti_bridge.telephony.media.rtp import Packet

MAX_DROPOUT: Final = 3000  # packets: a minute of G.711 at 20 ms
MAX_MISORDER: Final = 100
CYCLE: Final = 1 << 16
DISCONTINUITY: Final = SAMPLE_RATE  # a transit that jumps by a second is a new clock, no jitter


class Reception:
    """One received stream after another: a new SSRC is taken when it sends two packets in a row.

    The figures run through all of them, so that a call has one account.
    """

    def __init__(self) -> None:
        self.received = 0
        self.duplicates = 0
        self.jitter_samples = 0.0
        self.streams = 0
        self.ssrc: int | None = None
        self._expected_before = 0
        self._base = self._highest = 0  # extended sequence numbers
        self._restart_at: int | None = None
        self._candidate: tuple[int, int] | None = None  # SSRC, sequence expected next
        self._transit: float | None = None

    @property
    def highest(self) -> int:
        """Extended highest sequence number received: cycles in the upper 16 bits."""
        return self._highest

    @property
    def expected(self) -> int:
        if self.ssrc is None:
            return self._expected_before
        return self._expected_before + self._highest - self._base + 1

    @property
    def lost(self) -> int:
        """Packets that never came; those that came late did come."""
        return max(0, self.expected - self.received + self.duplicates)

    @property
    def jitter_ms(self) -> float:
        return self.jitter_samples * 1000 / SAMPLE_RATE

    def accept(self, packet: Packet) -> int | None:
        """The packet's extended sequence number, or None when it is not (yet) believed."""
        if packet.ssrc != self.ssrc:
            return self._newcomer(packet)
        self._candidate = None
        ahead = (packet.sequence - self._highest) & 0xFFFF
        if ahead < MAX_DROPOUT:
            self._highest += ahead
            self._restart_at = None
            self.received += 1
            return self._highest
        if ahead > CYCLE - MAX_MISORDER:
            extended = self._highest - (CYCLE - ahead)
            if extended < self._base:
                return None  # from before the first packet: nothing waits for it
            self.received += 1
            return extended
        return self._jump(packet)

    def measure(self, timestamp: int, arrival: float) -> None:
        """Interarrival jitter; `arrival` in seconds of a monotonic clock."""
        transit = (arrival * SAMPLE_RATE - timestamp) % 2**32
        if self._transit is not None:
            change = abs(transit - self._transit)
            change = min(change, 2**32 - change)
            if change < DISCONTINUITY:
                self.jitter_samples += (change - self.jitter_samples) / 16
        self._transit = transit

    def _newcomer(self, packet: Packet) -> int | None:
        if self.ssrc is None or self._candidate == (packet.ssrc, packet.sequence):
            return self._begin(packet)
        self._candidate = (packet.ssrc, (packet.sequence + 1) & 0xFFFF)
        return None

    def _jump(self, packet: Packet) -> int | None:
        # Two packets in a row after a jump: the other side restarted without telling (A.1).
        if packet.sequence == self._restart_at:
            return self._begin(packet)
        self._restart_at = (packet.sequence + 1) & 0xFFFF
        return None

    def _begin(self, packet: Packet) -> int:
        self._expected_before = self.expected
        self.ssrc = packet.ssrc
        self._base = self._highest = packet.sequence
        self._candidate = self._restart_at = self._transit = None
        self.jitter_samples = 0.0
        self.received += 1
        self.streams += 1
        return self._highest
