"""Session descriptions: RFC 3264 in answer to what the world sends."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.telephony.media.codec import PCMA, PCMU
from cti_bridge.telephony.media.sdp import (
    MAX_BYTES,
    Direction,
    SdpError,
    agree,
    build_answer,
    build_offer,
    parse_answer,
    parse_offer,
)

ASTERISK = b"""v=0\r
o=- 1284703042 1284703042 IN IP4 192.0.2.10\r
s=Asterisk\r
c=IN IP4 192.0.2.10\r
t=0 0\r
m=audio 17332 RTP/AVP 9 0 8 101\r
a=rtpmap:9 G722/8000\r
a=rtpmap:0 PCMU/8000\r
a=rtpmap:8 PCMA/8000\r
a=rtpmap:101 telephone-event/8000\r
a=fmtp:101 0-16\r
a=ptime:20\r
a=maxptime:150\r
a=sendrecv\r
"""
VIDEO_PHONE = b"""v=0
o=alice 2890844526 2890844526 IN IP4 host.example
s=-
t=0 0
m=video 51372 RTP/AVP 99
c=IN IP4 198.51.100.7
a=rtpmap:99 h264/90000
m=audio 49170/2 RTP/AVP 18 8
c=IN IP4 198.51.100.8/127
a=ptime:30
a=recvonly
m=image 5000 udptl t38
m=audio 49180 RTP/AVP 0
"""


def sdp(
    *lines: str, head: str = "v=0|o=- 1 1 IN IP4 192.0.2.1|s=-|c=IN IP4 192.0.2.1|t=0 0"
) -> str:
    return "\r\n".join([*head.split("|"), *lines, ""])


def test_what_asterisk_offers() -> None:
    offer = parse_offer(ASTERISK)
    assert offer.remote == ("192.0.2.10", 17332)
    assert offer.codecs == (PCMU, PCMA)
    assert (offer.dtmf_payload, offer.ptime) == (101, 20)
    assert offer.direction is Direction.SENDRECV
    assert not offer.on_hold


def test_other_media_are_refused_in_their_places() -> None:
    offer = parse_offer(VIDEO_PHONE)
    assert offer.remote == ("198.51.100.8", 49170)
    assert (offer.codecs, offer.dtmf_payload, offer.ptime) == ((PCMA,), None, 30)
    answer = build_answer(offer, "203.0.113.5", 4000, [PCMU, PCMA])
    assert [line for line in answer.text.split("\r\n") if line.startswith("m=")] == [
        "m=video 0 RTP/AVP 99",
        "m=audio 4000 RTP/AVP 8",
        "m=image 0 UDPTL t38",
        "m=audio 0 RTP/AVP 0",
    ]
    assert "a=sendonly" in answer.text
    assert answer.agreed.direction is Direction.SENDONLY


def test_our_preference_decides_the_codec() -> None:
    offer = parse_offer(ASTERISK)
    for ours in ([PCMA, PCMU], [PCMU, PCMA], [PCMU]):
        answer = build_answer(offer, "127.0.0.1", 4000, ours)
        assert answer.agreed.codec is ours[0]
        assert parse_answer(answer.text).codecs == (ours[0],)


@pytest.mark.parametrize(
    ("theirs", "wish", "expected"),
    [
        ("sendrecv", "sendrecv", "sendrecv"),
        ("sendonly", "sendrecv", "recvonly"),
        ("recvonly", "sendrecv", "sendonly"),
        ("inactive", "sendrecv", "inactive"),
        ("sendonly", "sendonly", "inactive"),
        ("sendrecv", "sendonly", "sendonly"),
        ("recvonly", "recvonly", "inactive"),
        ("sendrecv", "inactive", "inactive"),
    ],
)
def test_directions_meet(theirs: str, wish: str, expected: str) -> None:
    offer = parse_offer(sdp("m=audio 4000 RTP/AVP 8", f"a={theirs}"))
    answer = build_answer(offer, "127.0.0.1", 4000, [PCMA], direction=Direction(wish))
    assert answer.agreed.direction == expected
    assert parse_answer(answer.text).direction == expected


@pytest.mark.parametrize("direction", ["sendrecv", "sendonly"])
def test_the_old_hold_is_a_hold(direction: str) -> None:
    offer = parse_offer(sdp("m=audio 4000 RTP/AVP 8", "c=IN IP4 0.0.0.0", f"a={direction}"))
    assert offer.on_hold
    answer = build_answer(offer, "127.0.0.1", 4000, [PCMA])
    assert answer.agreed.direction is Direction.RECVONLY


def test_direction_of_the_session_is_that_of_its_media() -> None:
    head = "v=0|o=- 1 1 IN IP4 192.0.2.1|s=-|c=IN IP4 192.0.2.1|t=0 0|a=sendonly|a=ptime:40"
    offer = parse_offer(sdp("m=audio 4000 RTP/AVP 8", head=head))
    assert (offer.direction, offer.ptime) == (Direction.SENDONLY, 40)


def test_ipv6() -> None:
    offer = parse_offer(sdp("m=audio 4000 RTP/AVP 8", "c=IN IP6 2001:DB8::1"))
    assert offer.remote == ("2001:db8::1", 4000)
    assert "c=IN IP6 2001:db8::2" in build_answer(offer, "2001:db8::2", 4000, [PCMA]).text


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (400, b""),
        (400, b"INVITE sip:x SIP/2.0\r\n\r\n"),
        (400, b"\xff\xfe\0\0" * 100),
        (400, b"v=0\r\n" + b"a=x\r\n" * 400),
        (400, b"v=0\r\n" + b"a" * MAX_BYTES),
        (400, sdp(*["m=audio 4000 RTP/AVP 8"] * 17)),
        (400, sdp("m=audio")),
        (400, sdp("m=audio x RTP/AVP 8")),
        (400, sdp("m=audio 99999 RTP/AVP 8")),
        (400, sdp("m=audio -1 RTP/AVP 8")),
        (400, sdp("m=audio ٤٠٠٠ RTP/AVP 8")),
        (488, sdp()),
        (488, sdp("m=video 4000 RTP/AVP 99")),
        (488, sdp("m=audio 0 RTP/AVP 8")),
        (488, sdp("m=audio 4000 RTP/AVP 18 9")),
        (488, sdp("m=audio 4000 RTP/SAVP 8")),
        (488, sdp("m=audio 4000 RTP/AVP 8", "a=rtpmap:8 G729/8000")),
        (
            488,
            sdp("m=audio 4000 RTP/AVP 8", "c=IN IP4 pbx.example")[:-2].replace("192.0.2.1", "h"),
        ),
        (488, sdp("m=audio 4000 RTP/AVP 8", "c=IN IP4 224.2.1.1/127")),
    ],
)
def test_what_cannot_be_used_has_a_code(code: int, body: bytes | str) -> None:
    with pytest.raises(SdpError) as caught:
        parse_offer(body)
    assert caught.value.code == code


def test_no_codec_in_common() -> None:
    offer = parse_offer(sdp("m=audio 4000 RTP/AVP 0"))
    with pytest.raises(SdpError) as caught:
        agree(offer, [PCMA], Direction.SENDRECV)
    assert caught.value.code == 488


def test_real_world_untidiness_is_read_over() -> None:
    body = sdp(
        "m=audio 4000  RTP/AVP  8 96 ",
        "a=RTPMAP:8 pcma/8000/1",
        "a=rtpmap:96 telephone-event/8000",
        "a=ptime:20.0",
        "a=ptime:junk",
        "a=rtpmap:junk",
        "nonsense",
        "=",
        "x-long=1",
    ).replace("\r\n", "\n")
    offer = parse_offer("\n" + body)
    assert (offer.codecs, offer.dtmf_payload, offer.ptime) == ((PCMA,), 96, 20)


@given(
    st.sampled_from(list(Direction)),
    st.permutations([PCMA, PCMU]),
    st.one_of(st.none(), st.integers(96, 127)),
    st.integers(1, 65535),
    st.ip_addresses().filter(lambda address: not address.is_multicast and int(address) != 0),
)
def test_our_own_offers_are_read_back(
    direction: Direction, codecs: list[object], dtmf: int | None, port: int, address: object
) -> None:
    ours = [codec for codec in (PCMA, PCMU) if codec in codecs]
    text = build_offer(str(address), port, ours, direction=direction, dtmf_payload=dtmf)
    offer = parse_offer(text)
    assert offer.remote == (str(address), port)
    assert (offer.codecs, offer.dtmf_payload) == (tuple(ours), dtmf)
    assert offer.direction is direction


@given(st.binary(max_size=600))
def test_noise_is_refused_by_name(body: bytes) -> None:
    with pytest.raises(SdpError):
        parse_offer(body)


@given(st.data())
def test_mutations_are_read_or_refused_by_name(data: st.DataObject) -> None:
    body = bytearray(ASTERISK)
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(SdpError):
        offer = parse_offer(bytes(body))
        text = build_answer(offer, "127.0.0.1", 4000, [PCMA, PCMU]).text
        assert text.count("\r\nm=") == len(offer.media)
        assert all(line[1:2] == "=" for line in text.splitlines())
