"""Frames to JSON text and back, and the binary frames of a headset."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

import msgspec

from cti_bridge.protocol.commands import AnyCommand, AnyReply
from cti_bridge.protocol.events import AnyEvent

if TYPE_CHECKING:
    from cti_bridge.protocol.frames import Frame

MAX_COMMAND_BYTES: Final = 512 * 1024
"""A larger frame from a desktop closes its connection (RFC 6455 code 1009)."""
MAX_EVENT_BYTES: Final = 4 * 1024 * 1024

AUDIO_RATE: Final = 8000  # samples per second
AUDIO_SAMPLES: Final = 160  # in a frame of 20 ms
AUDIO_BYTES: Final = AUDIO_SAMPLES * 2
_AUDIO_HEAD: Final = struct.Struct("!BBHI")
_AUDIO_KIND: Final = 1

FrameError = msgspec.DecodeError
"""What decoding raises (`msgspec.ValidationError` is one): not JSON, unknown tag, wrong shape."""

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[AnyCommand] = msgspec.json.Decoder(AnyCommand)
_answers: msgspec.json.Decoder[AnyEvent | AnyReply] = msgspec.json.Decoder(AnyEvent | AnyReply)


def encode(frame: Frame) -> str:
    return _encoder.encode(frame).decode()


def decode_command(text: str | bytes) -> AnyCommand:
    """What a desktop sent; raises `FrameError`."""
    return _commands.decode(text)


def decode_answer(text: str | bytes) -> AnyEvent | AnyReply:
    """What a bridge sent; raises `FrameError`."""
    return _answers.decode(text)


class AudioFrame(msgspec.Struct, frozen=True, kw_only=True):
    """20 ms of a headset: 160 samples, signed 16 bit little endian, 8 kHz, one channel."""

    sequence: int  # 0..65535, wraps
    timestamp: int  # samples since the stream began, wraps at 2**32
    pcm: bytes  # 320 bytes


def encode_audio(frame: AudioFrame) -> bytes:
    head = _AUDIO_HEAD.pack(_AUDIO_KIND, 0, frame.sequence & 0xFFFF, frame.timestamp & 0xFFFFFFFF)
    return head + frame.pcm


def decode_audio(data: bytes) -> AudioFrame:
    """Raises ValueError where it is no audio frame."""
    if len(data) != _AUDIO_HEAD.size + AUDIO_BYTES:
        raise ValueError(
            f"an audio frame has {_AUDIO_HEAD.size + AUDIO_BYTES} bytes, not {len(data)}"
        )
    kind, _flags, sequence, timestamp = _AUDIO_HEAD.unpack_from(data)
    if kind != _AUDIO_KIND:
        raise ValueError(f"unknown binary frame kind {kind}")
    return AudioFrame(sequence=sequence, timestamp=timestamp, pcm=data[_AUDIO_HEAD.size :])
