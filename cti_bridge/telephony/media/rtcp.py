"""Sender and receiver reports (RFC 3550 section 6.4): loss and round trip, each 5 s."""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cti_bridge.telephony.media.reception import Reception

SENDER_REPORT: Final = 200
RECEIVER_REPORT: Final = 201
NTP_EPOCH: Final = 2_208_988_800  # seconds from 1900 to 1970
BLOCK: Final = struct.Struct("!IIIIII")
BLOCK_BYTES: Final = BLOCK.size
CNAME: Final = b"ficha"


class Reporter:
    """Keeps what reports need from one to the next."""

    def __init__(self) -> None:
        self.round_trip_ms: float | None = None
        self.far_lost_fraction: float | None = None  # 0 to 1, as the far end hears us
        self._before = (0, 0)  # expected, lost at the last report
        self._their_stamp = 0  # middle 32 bits of the NTP time in their last report
        self._their_arrival = 0.0

    def report(
        self,
        *,
        ssrc: int,
        timestamp: int,
        sent: int,
        octets: int,
        reception: Reception,
        now: float,
    ) -> bytes:
        """A compound packet: SR (or RR while nothing was sent) and SDES with CNAME."""
        blocks = self._block(reception, now) if reception.ssrc is not None else b""
        if sent:
            wall = time.time() + NTP_EPOCH
            body = struct.pack(
                "!IIIIII",
                ssrc,
                int(wall) & 0xFFFFFFFF,
                int(wall % 1 * 2**32),
                timestamp & 0xFFFFFFFF,
                sent & 0xFFFFFFFF,
                octets & 0xFFFFFFFF,
            )
        else:
            body = struct.pack("!I", ssrc)
        kind = SENDER_REPORT if sent else RECEIVER_REPORT
        return _packet(kind, len(blocks) // BLOCK_BYTES, body + blocks) + _sdes(ssrc)

    def received(self, data: bytes, now: float) -> bool:
        """Reads a compound packet; False when it is malformed. Never raises."""
        at = 0
        while at + 4 <= len(data):
            first, kind, words = struct.unpack_from("!BBH", data, at)
            end = at + 4 + 4 * words
            if first & 0xC0 != 0x80 or end > len(data):
                return False
            if kind in (SENDER_REPORT, RECEIVER_REPORT):
                self._read(kind, first & 0x1F, data[at + 4 : end], now)
            at = end
        return at > 0 and at == len(data)

    def _block(self, reception: Reception, now: float) -> bytes:
        expected, lost = reception.expected, reception.lost
        new = expected - self._before[0]
        gone = max(0, lost - self._before[1])
        self._before = (expected, lost)
        fraction = min(255, gone * 256 // new) if new > 0 else 0
        delay = int((now - self._their_arrival) * 65536) if self._their_stamp else 0
        return BLOCK.pack(
            reception.ssrc or 0,
            fraction << 24 | min(lost, 0x7FFFFF),
            reception.highest & 0xFFFFFFFF,
            int(reception.jitter_samples),
            self._their_stamp,
            delay & 0xFFFFFFFF,
        )

    def _read(self, kind: int, count: int, body: bytes, now: float) -> None:
        start = 4
        if kind == SENDER_REPORT:
            start = 24
            if len(body) >= start:
                self._their_stamp = int.from_bytes(body[6:10])
                self._their_arrival = now
        for at in range(start, min(len(body), start + count * BLOCK_BYTES), BLOCK_BYTES):
            if at + BLOCK_BYTES > len(body):
                return
            _, loss, _, _, stamp, delay = BLOCK.unpack_from(body, at)
            self.far_lost_fraction = (loss >> 24) / 256
            if stamp:
                self._round_trip(stamp, delay)

    def _round_trip(self, stamp: int, delay: int) -> None:
        wall = int((time.time() + NTP_EPOCH) * 65536) & 0xFFFFFFFF
        trip = (wall - stamp - delay) & 0xFFFFFFFF
        if trip < 10 * 65536:  # more than ten seconds is a lie, or a clock that was set
            self.round_trip_ms = trip * 1000 / 65536


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return struct.pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def _sdes(ssrc: int) -> bytes:
    chunk = struct.pack("!IBB", ssrc, 1, len(CNAME)) + CNAME
    chunk += bytes(4 - len(chunk) % 4)  # at least one zero ends the list
    return _packet(202, 1, chunk)
