"""RFC 4475 torture, in our own words for its categories, and a fuzz of it all.

Each message has its one right fate. The fuzz asks only that nothing escapes, nothing loops and
nothing stays; FICHA_FUZZ=100000 makes it as long as that.
"""

from __future__ import annotations

import os
import random

import pytest

from tests.helpers.hostile import mutated
from tests.unit.telephony.ladder import PEER, SDP, Ladder, invite, request

FUZZ = int(os.environ.get("FICHA_FUZZ", "2000"))


def statuses(messages):
    return [one.code for one in messages]


# 3.1.1 Valid, and hard to read

TORTUOUS = (
    "INVITE sip:vivekg@chair-dnrc.example.com;unknownparam SIP/2.0\r\n"
    "TO :\r\n sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n\r\n"
    'from   : "J Rosenberg \\\\\\""       <sip:jdrosen@example.com>\r\n  ;\r\n  tag = 98asjd8\r\n'
    "MaX-fOrWaRdS: 0068\r\n"
    "Call-ID: wsinv.ndaksdj@192.0.2.1\r\n"
    f"Content-Length   : {len(SDP)}\r\n"
    "cseq: 0009\r\n  INVITE\r\n"
    "Via  : SIP  /   2.0\r\n /UDP\r\n    192.0.2.2;branch=390skdjuw\r\n"
    "s :\r\n"
    "NewFangledHeader:   newfangled value\r\n continued newfangled value\r\n"
    "UnknownHeaderWithUnusualValue: ;;,,;;,;\r\n"
    "Content-Type: application/sdp\r\n"
    "Route:\r\n <sip:services.example.com;lr;unknownwith=value;unknown-no-value>\r\n"
    "v:  SIP  / 2.0  / TCP     spindle.example.com   ;\r\n"
    "  branch  =   z9hG4bK9ikj8  ,\r\n"
    " SIP  /    2.0   / UDP  192.168.255.111   ; branch=\r\n z9hG4bK30239\r\n"
    'm:"Quoted string \\"\\"" <sip:jdrosen@example.com> ; newparam =\r\n      newvalue ;\r\n'
    "  secondparam ; q = 0.33\r\n\r\n"
).replace("TO :", "TO :")


def test_the_short_tortuous_invite_is_read():
    ladder = Ladder()
    # It has a To tag, as the RFC prints it: a dialog that is not ours.
    assert statuses(ladder.receive(TORTUOUS + SDP)) == [481]
    fresh = TORTUOUS.replace(" ;   tag    = 1918181833n", "") + SDP
    ladder = Ladder()
    assert statuses(ladder.receive(fresh)) == [100, 180]
    leg = ladder.heard.legs[0]
    assert leg.dialog.remote_tag == "98asjd8"
    assert leg.invite.headers["From"]["caller"] == "J Rosenberg \\"
    assert leg.invite.cseq == 9
    assert [via.host for via in leg.invite.vias] == [
        "192.0.2.2",
        "spindle.example.com",
        "192.168.255.111",
    ]


def test_the_widest_range_of_characters_is_a_method_of_its_own():
    method = "!interesting-Method0123456789_*+`.%indeed'~"
    answer = Ladder().receive(request(method[:40]))
    assert statuses(answer) == [501]


@pytest.mark.parametrize(
    "changes",
    [
        {"uri": "sip:sips%3Auser%40example.com@example.net"},  # escapes that look like an address
        {"uri": "sip:null-%00-null@example.com"},
        {"uri": "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it@example.com"},
        {"from_": '"\u30ab\u30eb\u30ed\u30b9 \u2603" <sip:1003@pbx>'},
        {"extra": ("X-Long: " + "a" * 8_000,)},
        {"extra": tuple(f"X-{each}: y" for each in range(100))},
        {"extra": ("Content-Disposition: session;handling=optional",)},
        {"via": "SIP/2.0/UDP [2001:db8::9:1]:5060"},
        {"extra": ("Max-Forwards-Like: 0",)},
        {"contact": "<sip:x@192.0.2.10;p=1>;q=0.5;expires=30"},
    ],
)
def test_what_is_valid_rings(changes):
    ladder = Ladder()
    assert statuses(ladder.receive(invite(**changes))) == [100, 180]


def test_bytes_that_are_no_text_ring_all_the_same():
    ladder = Ladder()
    raw = invite(from_='"N" <sip:1003@pbx>').encode().replace(b'"N"', b'"\xff\xfe\xe9 \x01"')
    assert statuses(ladder.receive(raw)) == [100, 180]


def test_more_bytes_than_the_content_length_are_left():
    ladder = Ladder()
    raw = invite() + "INVITE sip:another@x SIP/2.0\r\n\r\n"
    assert statuses(ladder.receive(raw)) == [100, 180]
    assert ladder.heard.legs[0].invite.content.decode() == SDP


def test_an_invite_of_rfc_2543_rings():
    ladder = Ladder()
    text = invite(branch="1").replace(";tag=caller", "")
    assert statuses(ladder.receive(text)) == [100, 180]


# 3.1.2 and 3.3: answered with what is wrong


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("SIP/2.0\r\nVia", "SIP/7.0\r\nVia", 505),
        ("CSeq: 1 INVITE", "CSeq: 36893488147419103232 INVITE", 400),
        ("CSeq: 1 INVITE", "CSeq: 1 OPTIONS", 400),
        (f"Content-Length: {len(SDP)}", "Content-Length: -999", 400),
        (f"Content-Length: {len(SDP)}", "Content-Length: 9999", 400),
        (f"Content-Length: {len(SDP)}", "Content-Length: ten", 400),
        ("sip:+34944210017@192.0.2.1:5070 SIP", "<sip:+34944210017@192.0.2.1> SIP", 400),
        ("sip:+34944210017@192.0.2.1:5070 SIP", "sip:a b@192.0.2.1 SIP", 400),
        ("From: ", "From: <sip:twice@x>;tag=1\r\nFrom: ", 400),
        ("Call-ID: ", "Call-ID: twice\r\nCall-ID: ", 400),
        ("<sip:+34612345099@pbx.example>", "<unterminated", 400),
        ("<sip:+34612345099@pbx.example>", "<mailto:a@b>", 400),
        ("Max-Forwards: 70", "no colon here", 400),
        (";tag=caller", "", 400),
        ("sip:+34944210017@192.0.2.1:5070 SIP", "nobodyKnowsThisScheme:x SIP", 416),
        ("Max-Forwards: 70", "Require: nothingSupportsThis", 420),
        ("application/sdp", "multipart/mixed;boundary=x", 415),
    ],
)
def test_what_is_wrong_is_answered_by_name(old, new, code):
    ladder = Ladder()
    text = invite()
    assert old in text
    assert statuses(ladder.receive(text.replace(old, new, 1))) == [code]
    assert ladder.heard.names == []


# Not enough to answer: dropped, counted, and the phone goes on


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\r\n\r\n",
        b"\0\0\0\0",
        b"\xff" * 100,
        b"INVITE",
        b"INVITE sip:x SIP/2.0",
        b"INVITE sip:x SIP/2.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"SIP/2.0 99 x\r\n\r\n",
        b"SIP/2.0 200000 x\r\nVia: SIP/2.0/UDP x\r\n\r\n",
        b"INVITE sip:x SIP/2.0\r\n" + b"a: b\r\n" * 500 + b"\r\n",
        b"INVITE sip:x SIP/2.0\r\nX: " + b"y" * 13_000 + b"\r\n\r\n",
        b"A" * 65_000,
        invite().replace("Via", "Vya").encode(),
        invite().replace("CSeq: 1 INVITE", "CSeq: one INVITE").encode(),
        invite().replace("Via: SIP/2.0/UDP", "Via: SIP/2.0").encode(),
        invite().replace("192.0.2.10:5060;", "192.0.2.10:99999;").encode(),
        *(invite().encode()[:size] for size in range(10, 300, 37)),
    ],
)
def test_what_cannot_be_answered_is_dropped_and_the_next_call_rings(data):
    ladder = Ladder()
    assert ladder.receive(data) == []
    assert statuses(ladder.receive(invite())) == [100, 180]


def test_a_response_that_is_wrong_is_dropped():
    ladder = Ladder()
    text = invite().replace("INVITE sip:+34944210017@192.0.2.1:5070 SIP/2.0", "SIP/2.0 200 OK")
    assert ladder.receive(text) == []
    assert ladder.receive(text.replace("Content-Length: ", "Content-Length: x")) == []
    assert ladder.phone.dropped["bad response"] == 1


# The fuzz


async def test_a_fuzz_lets_nothing_escape_and_nothing_stay(caplog):
    draw = random.Random(4475)
    ladder = Ladder(max_calls=20)
    leg = await ladder.talk(call_id="live", branch="z9hG4bKlive")
    tag = leg.dialog.local_tag
    live = {"to_tag": tag, "call_id": "live"}
    _out, sent = await ladder.dial()
    answer = sent.content.decode()
    seeds = [
        TORTUOUS.encode() + SDP.encode(),
        *(invite(branch=f"z9hG4bKf{each}", call_id=f"f{each}").encode() for each in range(8)),
        request("CANCEL", branch="z9hG4bKf1", call_id="f1").encode(),
        request("OPTIONS").encode(),
        request("BYE", branch="z9hG4bKx", cseq=2, to_tag="wrong").encode(),
        invite(branch="z9hG4bKre", cseq=3, **live).encode(),
        request("INFO", branch="z9hG4bKin", cseq=4, body="Signal=1", **live).encode(),
        request("ACK", branch="z9hG4bKac", **live).encode(),
        *(
            b"SIP/2.0 %d X\r\n" % code
            + b"\r\n".join(sent.raw.split(b"\r\n")[1:])[: -len(answer)]
            + SDP.encode()
            for code in (100, 183, 200, 401, 302, 503)
        ),
    ]
    for each in range(FUZZ):
        before = len(ladder.sent)
        ladder.phone.datagram(mutated(draw, seeds), PEER, 1)
        assert len(ladder.sent) - before <= 4
        if each % 50 == 0:
            ladder.timers.advance(5.0)
        if len(ladder.sent) > 20_000:
            ladder.sent.clear()
    assert ladder.phone.dropped["error"] == 0, caplog.text
    # What rang is ended by its limit, and then nothing stays.
    ladder.timers.advance(700)
    ladder.timers.advance(100)
    assert all(not one.over for one in ladder.phone.calls.values())
    assert len(ladder.phone.calls) <= 2
    assert len(ladder.phone._invites) <= 1
    ladder.receive(request("OPTIONS", branch="z9hG4bKend"))
    assert ladder.messages(len(ladder.sent) - 1)[0].code == 200
    assert len(ladder.phone.servers) <= 2
