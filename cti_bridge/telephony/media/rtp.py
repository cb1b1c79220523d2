"""RTP packets: bytes in, values out (RFC 3550 section 5.1). No I/O, no state."""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

HEADER: Final = struct.Struct("!BBHII")
HEADER_BYTES: Final = HEADER.size
MAX_PAYLOAD: Final = 1600
"""200 ms of G.711: nobody sends more in one packet."""
VERSION_BITS: Final = 0x80
MARKER_BIT: Final = 0x80


class RtpError(Exception):
    """A datagram that is no RTP packet; `reason` is one of a fixed set of words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Packet(NamedTuple):
    marker: bool
    payload_type: int
    sequence: int  # 16 bits
    timestamp: int  # 32 bits, in samples
    ssrc: int
    payload: bytes  # 1 to MAX_PAYLOAD bytes


def parse(data: bytes | bytearray | memoryview) -> Packet:
    """Reads one datagram. Raises RtpError: "short", "version", "rtcp", "csrc", "extension",
    "padding", "empty", "huge". Every length in the packet is checked against its size."""
    size = len(data)
    if size < HEADER_BYTES:
        raise RtpError("short")
    first, second, sequence, timestamp, ssrc = HEADER.unpack_from(data)
    if first & 0xC0 != VERSION_BITS:
        raise RtpError("version")
    if 200 <= second <= 207:  # RTCP sent to the RTP port (RFC 5761 section 4)
        raise RtpError("rtcp")
    start = HEADER_BYTES
    if first & 0x3F:  # rare: padding, an extension or contributing sources
        start, size = _unusual(data, first, size)
    if size <= start:
        raise RtpError("empty")
    if size - start > MAX_PAYLOAD:
        raise RtpError("huge")
    return Packet(
        second >= MARKER_BIT,
        second & 0x7F,
        sequence,
        timestamp,
        ssrc,
        bytes(data[start:size]),
    )


def _unusual(data: bytes | bytearray | memoryview, first: int, size: int) -> tuple[int, int]:
    """Where the payload begins and ends."""
    start = HEADER_BYTES + 4 * (first & 0x0F)
    if start > size:
        raise RtpError("csrc")
    if first & 0x10:
        if start + 4 > size:
            raise RtpError("extension")
        start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
        if start > size:
            raise RtpError("extension")
    if first & 0x20:
        padding = data[size - 1]
        if padding == 0 or padding > size - start:
            raise RtpError("padding")
        size -= padding
    return start, size


def pack_header(
    buffer: bytearray,
    *,
    marker: bool,
    payload_type: int,
    sequence: int,
    timestamp: int,
    ssrc: int,
) -> None:
    """Writes the 12 bytes of a header at the front of `buffer`; numbers wrap as on the wire."""
    second = payload_type | MARKER_BIT if marker else payload_type
    HEADER.pack_into(
        buffer, 0, VERSION_BITS, second, sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc
    )
