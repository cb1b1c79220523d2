"""The bridge calls: every way it can go, as a ladder."""

import re

import pytest

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.pyvoip.call import Ending
from cti_bridge.telephony.pyvoip.outgoing import cause_of
from cti_bridge.telephony.pyvoip.states import LegState
from tests.unit.telephony.ladder import PEER, SDP, Ladder, request, response

GIVE_UP = Ending(cause=ClearCause.AGENT_CLEARED)
CHALLENGE = 'Digest realm="pbx", nonce="n1", qop="auth,auth-int", algorithm=MD5'


def codes(messages):
    return [one.code or one.method for one in messages]


async def test_it_rings_is_answered_and_hung_up():
    ladder = Ladder()
    leg, invite = await ladder.dial()
    assert (invite.method, invite.uri) == ("INVITE", "sip:+34612345099@pbx.example")
    assert b"m=audio 20000 RTP/AVP 8 0 101" in invite.content
    assert ladder.receive(response(invite, 180)) == []
    assert leg.state is LegState.EARLY
    (ack,) = ladder.receive(response(invite, 200, body=SDP))
    assert (ack.method, ack.uri, ack.to_tag) == ("ACK", "sip:far@192.0.2.10:5060", "far")
    assert ack.cseq == invite.cseq
    assert ack.vias[0].branch != invite.vias[0].branch
    assert ladder.heard.names == ["established"]
    leg.hang_up(GIVE_UP)
    bye = ladder.messages()[-1]
    assert (bye.method, bye.cseq, bye.to_tag) == ("BYE", invite.cseq + 1, "far")
    ladder.receive(response(bye, 200))
    assert not ladder.phone.calls
    assert ladder.sessions[0].closed


async def test_it_lives_longer_than_32_seconds():
    ladder = Ladder()
    leg, invite = await ladder.dial()
    ladder.receive(response(invite, 200, body=SDP))
    ladder.advance(120)
    assert leg.state is LegState.TALKING
    assert ladder.heard.names == ["established"]


async def test_the_invite_goes_on_until_something_is_heard():
    ladder = Ladder()
    _leg, invite = await ladder.dial()
    assert codes(ladder.advance(8)) == ["INVITE"] * 4
    ladder.receive(response(invite, 100))
    assert ladder.advance(20) == []


async def test_a_far_end_that_never_answers_is_unreachable_after_32_seconds():
    ladder = Ladder()
    await ladder.dial()
    ladder.advance(33)
    assert ladder.heard.log == [("ended", "unreachable", 408)]
    assert not ladder.phone.calls


async def test_an_answer_that_comes_again_is_acknowledged_again_and_told_once():
    ladder = Ladder()
    _leg, invite = await ladder.dial()
    ok = response(invite, 200, body=SDP)
    assert codes(ladder.receive(ok) + ladder.receive(ok)) == ["ACK", "ACK"]
    assert ladder.heard.names == ["established"]


async def test_a_second_phone_that_answers_a_fork_is_sent_away():
    ladder = Ladder()
    _leg, invite = await ladder.dial()
    ladder.receive(response(invite, 200, body=SDP))
    sent = ladder.receive(response(invite, 200, body=SDP, to_tag="second"))
    assert codes(sent) == ["ACK", "BYE"]
    assert {one.to_tag for one in sent} == {"second"}
    assert ladder.heard.names == ["established"]


async def test_early_media_is_heard_before_the_answer():
    ladder = Ladder()
    _leg, invite = await ladder.dial()
    ladder.receive(response(invite, 183, body=SDP))
    ladder.receive(response(invite, 183, body=SDP))
    ladder.receive(response(invite, 200, body=SDP))
    assert ladder.heard.names == ["early_media", "established"]
    assert ladder.sessions[0].started == 1


async def test_early_media_that_cannot_be_read_does_not_end_the_call():
    ladder = Ladder()
    _leg, invite = await ladder.dial()
    ladder.receive(response(invite, 183, body="nonsense"))
    ladder.receive(response(invite, 200, body=SDP))
    assert ladder.heard.names == ["established"]


async def test_an_answer_without_a_codec_of_ours_is_acknowledged_and_ended():
    ladder = Ladder()
    _leg, invite = await ladder.dial()
    body = SDP.replace("RTP/AVP 8 0 101", "RTP/AVP 3")
    assert codes(ladder.receive(response(invite, 200, body=body))) == ["ACK", "BYE"]
    assert ladder.heard.log == [("ended", "failed", 488)]


# Challenges


@pytest.mark.parametrize(
    ("code", "ask", "answer"),
    [
        (401, "WWW-Authenticate", "Authorization"),
        (407, "Proxy-Authenticate", "Proxy-Authorization"),
    ],
)
async def test_a_challenge_is_answered_once(code, ask, answer):
    ladder = Ladder()
    _leg, first = await ladder.dial()
    ack, second = ladder.receive(response(first, code, extra=(f"{ask}: {CHALLENGE}",)))
    assert (ack.method, ack.uri, ack.vias[0].branch) == ("ACK", first.uri, first.vias[0].branch)
    assert (second.method, second.cseq, second.call_id) == (
        "INVITE",
        first.cseq + 1,
        first.call_id,
    )
    assert second.to_tag == ""
    assert 'username="1000"' in second.first(answer)
    assert re.search("qop=auth, nc=00000001", second.first(answer))
    assert codes(ladder.receive(response(second, code, extra=(f"{ask}: {CHALLENGE}",)))) == ["ACK"]
    assert ladder.heard.log == [("ended", "failed", code)]


async def test_a_stale_nonce_gets_one_more_try():
    ladder = Ladder()
    _leg, first = await ladder.dial()
    second = ladder.receive(response(first, 407, extra=(f"Proxy-Authenticate: {CHALLENGE}",)))[-1]
    stale = CHALLENGE.replace("n1", "n2") + ", stale=true"
    third = ladder.receive(response(second, 407, extra=(f"Proxy-Authenticate: {stale}",)))[-1]
    assert 'nonce="n2"' in third.first("Proxy-Authorization")
    ladder.receive(response(third, 200, body=SDP))
    assert ladder.heard.names == ["established"]


async def test_a_challenge_without_a_password_is_a_failure():
    ladder = Ladder(password="")
    _leg, first = await ladder.dial()
    ladder.receive(response(first, 401, extra=(f"WWW-Authenticate: {CHALLENGE}",)))
    assert ladder.heard.log == [("ended", "failed", 401)]


# Refusals


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (302, "unreachable"),
        (403, "rejected"),
        (404, "unreachable"),
        (408, "not_answered"),
        (480, "not_answered"),
        (484, "unreachable"),
        (486, "busy"),
        (488, "failed"),
        (499, "failed"),
        (500, "failed"),
        (503, "failed"),
        (600, "busy"),
        (603, "rejected"),
        (699, "failed"),
    ],
)
async def test_a_refusal_is_acknowledged_and_told_with_its_cause(code, cause):
    ladder = Ladder()
    _leg, invite = await ladder.dial()
    ladder.receive(response(invite, 180))
    refusal = response(invite, code)
    (ack,) = ladder.receive(refusal)
    assert (ack.method, ack.vias[0].branch, ack.to_tag) == ("ACK", invite.vias[0].branch, "far")
    assert codes(ladder.receive(refusal)) == ["ACK"]
    assert ladder.heard.log == [("ended", cause, code)]
    assert cause_of(code).value == cause
    assert ladder.sessions[0].closed


# Giving up


async def test_given_up_while_it_rings_is_a_cancel_and_the_487_is_acknowledged():
    ladder = Ladder()
    leg, invite = await ladder.dial()
    ladder.receive(response(invite, 180))
    leg.hang_up(GIVE_UP)
    cancel = ladder.messages()[-1]
    assert (cancel.method, cancel.uri, cancel.cseq) == ("CANCEL", invite.uri, invite.cseq)
    assert cancel.vias[0].branch == invite.vias[0].branch
    assert cancel.to_tag == ""
    assert ladder.heard.log == [("ended", "agent_cleared", 0)]
    ladder.receive(response(cancel, 200))
    assert codes(ladder.receive(response(invite, 487))) == ["ACK"]
    assert not ladder.phone.calls
    assert ladder.advance(60) == []


async def test_given_up_before_anything_is_heard_waits_with_its_cancel():
    ladder = Ladder()
    leg, invite = await ladder.dial()
    leg.hang_up(GIVE_UP)
    assert ladder.messages()[-1].method == "INVITE"
    assert codes(ladder.receive(response(invite, 180))) == ["CANCEL"]


async def test_an_answer_that_crosses_our_cancel_is_acknowledged_and_hung_up():
    ladder = Ladder()
    leg, invite = await ladder.dial()
    ladder.receive(response(invite, 180))
    leg.hang_up(GIVE_UP)
    assert codes(ladder.receive(response(invite, 200, body=SDP))) == ["ACK", "BYE"]
    assert ladder.heard.names == ["ended"]


async def test_a_far_end_that_ignores_the_cancel_is_forgotten():
    ladder = Ladder()
    leg, invite = await ladder.dial()
    ladder.receive(response(invite, 180))
    leg.hang_up(GIVE_UP)
    ladder.advance(70)
    assert not ladder.phone.calls
    assert len(ladder.phone.clients) == 0


async def test_it_does_not_ring_for_ever():
    ladder = Ladder()
    _leg, invite = await ladder.dial()
    ladder.receive(response(invite, 180))
    assert "CANCEL" in codes(ladder.advance(181))
    assert ladder.heard.log == [("ended", "not_answered", 408)]


# What is none of ours


@pytest.mark.parametrize("code", [180, 200, 486])
async def test_a_response_to_nothing_is_dropped(code):
    ladder = Ladder()
    _leg, invite = await ladder.dial()
    stray = response(invite, code, body=SDP if code == 200 else "").replace("branch=", "branch=x")
    assert ladder.receive(stray) == []
    assert ladder.heard.names == []


async def test_the_far_end_hangs_up():
    ladder = Ladder()
    leg, invite = await ladder.dial()
    ladder.receive(response(invite, 200, body=SDP))
    bye = request(
        "BYE",
        branch="z9hG4bKfb",
        call_id=invite.call_id,
        from_tag="far",
        to_tag=leg.dialog.local_tag,
    )
    assert codes(ladder.receive(bye)) == [200]
    assert ladder.heard.log[-1] == ("ended", "caller_cleared", 0)


async def test_the_route_of_the_answer_is_followed_backwards():
    ladder = Ladder()
    _leg, invite = await ladder.dial()
    routes = ("Record-Route: <sip:192.0.2.70;lr>, <sip:192.0.2.71:5071;lr>",)
    (ack,) = ladder.receive(response(invite, 200, body=SDP, extra=routes))
    assert ack.every("Route") == ["<sip:192.0.2.71:5071;lr>", "<sip:192.0.2.70;lr>"]
    assert ladder.sent[-1][1] == ("192.0.2.71", 5071)


async def test_the_invite_goes_to_the_server():
    ladder = Ladder()
    await ladder.dial()
    assert ladder.sent[-1][1] == PEER
