"""G.711 in 16 bits: what a line of telephony speaks (ITU-T G.711, RFC 3551 section 4.5.14)."""

from __future__ import annotations

import audioop  # from audioop-lts on Python 3.13
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLE_RATE: Final = 8000
FRAME_MS: Final = 20
FRAME_SAMPLES: Final = SAMPLE_RATE * FRAME_MS // 1000
FRAME_BYTES: Final = FRAME_SAMPLES * 2
SILENCE: Final = bytes(FRAME_BYTES)
"""20 ms of nothing: signed 16 bit little endian, 8 kHz, one channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codec:
    """One sample is one byte on the wire; PCM is signed 16 bit little endian."""

    name: str  # as SDP writes it
    payload_type: int  # static, RFC 3551 table 4
    encode: Callable[[bytes], bytes] = field(repr=False)
    decode: Callable[[bytes], bytes] = field(repr=False)
    silence: bytes = field(repr=False)  # 20 ms, encoded


def _ulaw(pcm: bytes) -> bytes:
    encoded: bytes = audioop.lin2ulaw(pcm, 2)
    return encoded


def _from_ulaw(payload: bytes) -> bytes:
    pcm: bytes = audioop.ulaw2lin(payload, 2)
    return pcm


def _alaw(pcm: bytes) -> bytes:
    encoded: bytes = audioop.lin2alaw(pcm, 2)
    return encoded


def _from_alaw(payload: bytes) -> bytes:
    pcm: bytes = audioop.alaw2lin(payload, 2)
    return pcm


PCMU: Final = Codec(
    name="PCMU", payload_type=0, encode=_ulaw, decode=_from_ulaw, silence=_ulaw(SILENCE)
)
PCMA: Final = Codec(
    name="PCMA", payload_type=8, encode=_alaw, decode=_from_alaw, silence=_alaw(SILENCE)
)
BY_PAYLOAD_TYPE: Final = {codec.payload_type: codec for codec in (PCMU, PCMA)}
BY_NAME: Final = {"pcmu": PCMU, "pcma": PCMA}
"""The names that bridge.toml uses for `codecs`."""


def scaled(pcm: bytes, gain: float) -> bytes:
    """The same sound, `gain` times as loud; samples saturate instead of wrapping."""
    result: bytes = audioop.mul(pcm, 2, gain)
    return result


def mixed(one: bytes, other: bytes) -> bytes:
    """Two frames of the same length heard together; samples saturate instead of wrapping."""
    result: bytes = audioop.add(one, other, 2)
    return result


def loudness(pcm: bytes) -> int:
    """Root mean square of the samples, 0 to 32767."""
    result: int = audioop.rms(pcm, 2)
    return result
