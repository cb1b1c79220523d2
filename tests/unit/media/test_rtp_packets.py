"""RTP read from strangers: every lie has a name, nothing else is raised."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.telephony.media.rtp import (
    HEADER_BYTES,
    MAX_PAYLOAD,
    RtpError,
    pack_header,
    parse,
)
from tests.helpers.voice import rtp

FUZZ = int(os.environ.get("FICHA_FUZZ", "3000"))
REASONS = {"short", "version", "rtcp", "csrc", "extension", "padding", "empty", "huge"}


@given(
    marker=st.booleans(),
    payload_type=st.integers(0, 71),
    sequence=st.integers(0, 65535),
    timestamp=st.integers(0, 2**32 - 1),
    ssrc=st.integers(0, 2**32 - 1),
    payload=st.binary(min_size=1, max_size=MAX_PAYLOAD),
)
def test_what_is_packed_is_read(
    marker: bool, payload_type: int, sequence: int, timestamp: int, ssrc: int, payload: bytes
) -> None:
    data = bytearray(HEADER_BYTES)
    pack_header(
        data,
        marker=marker,
        payload_type=payload_type,
        sequence=sequence,
        timestamp=timestamp,
        ssrc=ssrc,
    )
    assert parse(data + payload) == (marker, payload_type, sequence, timestamp, ssrc, payload)


def changed(first: int, rest: bytes = b"") -> bytes:
    return bytes([first]) + rtp(b"", 1)[1:] + rest


@pytest.mark.parametrize(
    ("reason", "data"),
    [
        ("short", b""),
        ("short", b"\x80"),
        ("short", rtp(b"", 1)[:11]),
        ("version", changed(0x40, b"xx")),
        ("version", changed(0x00, b"xx")),
        ("rtcp", b"\x80\xc8" + bytes(26)),
        ("empty", rtp(b"", 1)),
        ("csrc", changed(0x8F, b"xxxx")),
        ("empty", changed(0x81, b"xxxx")),
        ("extension", changed(0x90, b"xx")),
        ("extension", changed(0x90, b"\0\0\xff\xff" + bytes(40))),
        ("empty", changed(0x90, b"\0\0\0\x01xxxx")),
        ("padding", changed(0xA0, b"xx\xff")),
        ("padding", changed(0xA0, b"xx\x00")),
        ("empty", changed(0xA0, b"xx\x03")),
        ("huge", rtp(bytes(MAX_PAYLOAD + 1), 1)),
    ],
)
def test_a_lie_is_named(reason: str, data: bytes) -> None:
    with pytest.raises(RtpError) as caught:
        parse(data)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    "data",
    [
        changed(0x81, b"CSRC" + b"sound"),
        changed(0x90, b"\xbe\xde\0\x01" + b"head" + b"sound"),
        changed(0xA0, b"sound" + b"\0\0\x03"),
        changed(0xB1, b"CSRC" + b"\xbe\xde\0\0" + b"sound" + b"\x01"),
    ],
    ids=["contributing source", "extension", "padding", "all three"],
)
def test_what_is_rare_but_right_is_read(data: bytes) -> None:
    assert parse(data).payload == b"sound"


def test_mutations_and_noise_raise_nothing_else() -> None:
    dice = random.Random(4733)
    seen: set[str] = set()
    for _ in range(FUZZ):
        data = bytearray(rtp(bytes(160), dice.randrange(65536)))
        for _ in range(dice.randrange(1, 6)):
            data[dice.randrange(min(len(data), 20))] = dice.randrange(256)
        del data[dice.choice([0, 1, 11, 12, 13, 20, len(data)]) :]
        try:
            assert 1 <= len(parse(data).payload) <= MAX_PAYLOAD
        except RtpError as error:
            seen.add(error.reason)
    assert seen <= REASONS
    assert len(seen) >= 5
