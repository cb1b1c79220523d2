"""Reports: what we write is read, what strangers write breaks nothing."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.telephony.media.reception import Reception
from cti_bridge.telephony.media.rtcp import Reporter
from tests.helpers.voice import packet


def reception(*numbers: int) -> Reception:
    stream = Reception()
    for number in numbers:
        stream.accept(packet(number))
    return stream


def report(reporter: Reporter, stream: Reception, *, sent: int = 100, now: float = 10.0) -> bytes:
    return reporter.report(
        ssrc=1, timestamp=2**33, sent=sent, octets=sent * 160, reception=stream, now=now
    )


def test_loss_is_reported_as_rfc_3550_counts_it() -> None:
    data = report(Reporter(), reception(1, 2, 3, 6))
    first, kind, words = struct.unpack_from("!BBH", data)
    assert (first, kind, words) == (0x81, 200, 12)
    fraction, lost, highest = data[32], int.from_bytes(data[33:36]), data[36:40]
    assert (fraction, lost, int.from_bytes(highest)) == (2 * 256 // 6, 2, 6)
    assert len(data) % 4 == 0
    assert b"ficha" in data


def test_who_sent_nothing_reports_as_a_receiver() -> None:
    assert report(Reporter(), reception(1, 2), sent=0)[1] == 201
    assert report(Reporter(), Reception(), sent=0)[0] == 0x80


def test_a_round_trip_is_measured() -> None:
    ours, theirs = Reporter(), Reporter()
    assert theirs.received(report(ours, reception(1)), now=50.0)
    assert ours.received(report(theirs, reception(1, 3), now=50.25), now=10.3)
    assert ours.far_lost_fraction == pytest.approx(1 / 3, abs=0.01)
    # The quarter of a second that the report was held back is no part of the way; here all of it
    # is, so that the difference is out of range and nothing is claimed.
    assert ours.round_trip_ms is None


def test_a_round_trip_without_delay_is_short() -> None:
    ours, theirs = Reporter(), Reporter()
    theirs.received(report(ours, reception(1)), now=50.0)
    ours.received(report(theirs, reception(1), now=50.0), now=10.3)
    assert ours.round_trip_ms is not None
    assert 0 <= ours.round_trip_ms < 5000


@given(st.binary(max_size=200))
def test_noise_is_refused_or_read(data: bytes) -> None:
    assert Reporter().received(data, 1.0) in (True, False)


@given(st.data())
def test_every_length_is_checked(data: st.DataObject) -> None:
    body = bytearray(report(Reporter(), reception(1, 2)))
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    del body[data.draw(st.integers(0, len(body))) :]
    Reporter().received(bytes(body), 1.0)


@pytest.mark.parametrize("data", [b"", b"\x80", b"\x80\xc8\xff\xff", b"\x00\xc8\x00\x00"])
def test_what_is_cut_short_is_refused(data: bytes) -> None:
    assert Reporter().received(data, 1.0) is False
