"""A call comes in: every way it can go, as a ladder."""

import asyncio

import pytest

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.pyvoip.call import Ending
from cti_bridge.telephony.pyvoip.states import TRANSITIONS, LegState, Trigger
from tests.unit.telephony.ladder import OWN, PEER, SDP, Ladder, invite, request

HELD = SDP + "a=sendonly\r\n"


def codes(messages):
    return [one.code or one.method for one in messages]


# The main trip


async def test_it_rings_is_answered_acknowledged_and_hung_up_by_the_caller():
    ladder = Ladder()
    leg = ladder.ring()
    assert await leg.take()
    ok = ladder.messages()[-1]
    assert ok.code == 200
    assert b"m=audio 20000 RTP/AVP 8 101" in ok.content
    assert ok.first("Contact") == f"<sip:1000@{OWN[0]}:{OWN[1]}>"
    assert ladder.heard.names == ["ringing"]
    assert ladder.receive(request("ACK", branch="z9hG4bK2", to_tag=ok.to_tag)) == []
    assert ladder.heard.names == ["ringing", "established"]
    bye = request("BYE", branch="z9hG4bK3", cseq=2, to_tag=ok.to_tag)
    assert codes(ladder.receive(bye)) == [200]
    assert ladder.heard.log[-1] == ("ended", "caller_cleared", 0)
    assert ladder.sessions[0].closed
    assert not ladder.phone.calls


async def test_the_agent_hangs_up_with_a_bye_to_the_contact_of_the_caller():
    ladder = Ladder()
    leg = await ladder.talk(contact="<sip:ana@192.0.2.10:5099;x=1>")
    leg.hang_up(Ending(cause=ClearCause.AGENT_CLEARED))
    bye = ladder.messages()[-1]
    assert (bye.method, bye.uri) == ("BYE", "sip:ana@192.0.2.10:5099;x=1")
    assert ladder.sent[-1][1] == ("192.0.2.10", 5099)
    assert (bye.from_tag, bye.to_tag) == (leg.dialog.local_tag, "caller")
    assert ladder.heard.log[-1] == ("ended", "agent_cleared", 0)


async def test_a_bye_that_nobody_answers_ends_after_32_seconds_and_leaves_nothing():
    ladder = Ladder()
    leg = await ladder.talk()
    leg.hang_up(Ending(cause=ClearCause.AGENT_CLEARED))
    assert codes(ladder.advance(31.9)) == ["BYE"] * 10
    ladder.advance(40)
    assert not ladder.phone.calls
    assert len(ladder.phone.clients) == 0


async def test_a_call_keeps_its_route_and_its_record_route():
    ladder = Ladder()
    routes = ("Record-Route: <sip:192.0.2.77:5062;lr>", "Record-Route: <sip:192.0.2.78;lr>")
    leg = ladder.ring(extra=routes)
    assert ladder.messages()[-1].every("Record-Route") == [r.partition(": ")[2] for r in routes]
    await leg.take()
    ladder.receive(request("ACK", branch="z9hG4bKa", to_tag=leg.dialog.local_tag))
    leg.hang_up(Ending(cause=ClearCause.AGENT_CLEARED))
    bye = ladder.messages()[-1]
    assert bye.every("Route") == ["<sip:192.0.2.77:5062;lr>", "<sip:192.0.2.78;lr>"]
    assert ladder.sent[-1][1] == ("192.0.2.77", 5062)


@pytest.mark.parametrize("contact", ["<sip:x@10.0.0.9:5060>", "<sip:x@victim.example>"])
async def test_a_contact_that_is_no_peer_sends_nothing_to_a_stranger(contact):
    ladder = Ladder()
    leg = await ladder.talk(contact=contact)
    leg.hang_up(Ending(cause=ClearCause.AGENT_CLEARED))
    assert ladder.sent[-1][1] == PEER


# Things that come twice, or not at all


def test_an_invite_that_comes_again_gets_the_same_answer_and_is_one_call():
    ladder = Ladder()
    ladder.ring()
    first = ladder.sent[-1]
    ladder.receive(invite())
    assert ladder.sent[-1] == first
    assert ladder.heard.names == ["ringing"]


def test_the_same_invite_by_another_way_is_a_loop():
    ladder = Ladder()
    ladder.ring()
    assert codes(ladder.receive(invite(branch="z9hG4bKother"))) == [482]
    assert ladder.heard.names == ["ringing"]


async def test_the_200_goes_on_until_the_ack():
    ladder = Ladder()
    leg = ladder.ring()
    await leg.take()
    assert codes(ladder.advance(8)) == [200] * 4  # 0.5, 1.5, 3.5, 7.5 s
    ladder.receive(request("ACK", branch="z9hG4bKa", to_tag=leg.dialog.local_tag))
    assert ladder.advance(60) == []


async def test_a_200_that_is_never_acknowledged_ends_with_a_bye():
    ladder = Ladder()
    leg = ladder.ring()
    await leg.take()
    sent = ladder.advance(32.1)
    assert sent[-1].method == "BYE"
    assert ladder.heard.log[-1] == ("ended", "media_lost", 408)


async def test_a_bye_that_comes_twice_is_answered_twice_and_told_once():
    ladder = Ladder()
    leg = await ladder.talk()
    bye = request("BYE", branch="z9hG4bK3", cseq=2, to_tag=leg.dialog.local_tag)
    assert codes(ladder.receive(bye) + ladder.receive(bye)) == [200, 200]
    assert ladder.heard.names.count("ended") == 1


def test_a_caller_whose_cancel_never_came_does_not_ring_for_ever():
    ladder = Ladder()
    ladder.ring()
    sent = ladder.advance(601)
    assert codes(sent).count(180) == 9  # a sign of life each minute
    assert 480 in codes(sent)
    assert ladder.heard.log[-1] == ("ended", "not_answered", 480)


# CANCEL


def test_a_cancel_gets_200_and_the_invite_487_until_its_ack():
    ladder = Ladder()
    leg = ladder.ring()
    sent = ladder.receive(request("CANCEL"))
    assert [(one.code, one.cseq_method) for one in sent] == [(200, "CANCEL"), (487, "INVITE")]
    assert {one.to_tag for one in sent} == {leg.dialog.local_tag}
    assert ladder.heard.log[-1] == ("ended", "caller_gave_up", 487)
    assert codes(ladder.advance(0.6)) == [487]
    assert ladder.receive(request("ACK", to_tag=leg.dialog.local_tag)) == []
    assert ladder.advance(60) == []
    assert not ladder.phone.calls


async def test_a_cancel_while_the_port_is_opened_wins_over_the_answer():
    ladder = Ladder()
    leg = ladder.ring()
    ladder.media_opens.clear()
    answer = asyncio.ensure_future(leg.take())
    await asyncio.sleep(0)
    ladder.receive(request("CANCEL"))
    ladder.media_opens.set()
    assert await answer is False
    assert ladder.sessions[0].closed
    assert 200 not in [one.code for one in ladder.messages() if one.cseq_method == "INVITE"]


async def test_a_cancel_that_crosses_the_answer_ends_the_call_with_a_bye_after_the_ack():
    ladder = Ladder()
    leg = ladder.ring()
    await leg.take()
    assert [(one.code, one.cseq_method) for one in ladder.receive(request("CANCEL"))] == [
        (200, "CANCEL")
    ]
    assert ladder.heard.log[-1] == ("ended", "caller_gave_up", 487)
    assert ladder.sessions[0].closed
    sent = ladder.receive(request("ACK", branch="z9hG4bKa", to_tag=leg.dialog.local_tag))
    assert codes(sent) == ["BYE"]
    assert "established" not in ladder.heard.names


async def test_crossing_where_the_caller_sends_the_bye_itself():
    ladder = Ladder()
    leg = ladder.ring()
    await leg.take()
    ladder.receive(request("CANCEL"))
    bye = request("BYE", branch="z9hG4bKb", cseq=2, to_tag=leg.dialog.local_tag)
    assert codes(ladder.receive(bye)) == [200]
    assert not ladder.phone.calls
    assert ladder.heard.names.count("ended") == 1
    assert ladder.advance(60) == []


def test_a_cancel_of_nothing_is_481():
    assert codes(Ladder().receive(request("CANCEL"))) == [481]


def test_a_bye_while_it_rings_ends_the_invite_too():
    ladder = Ladder()
    leg = ladder.ring()
    sent = ladder.receive(request("BYE", branch="z9hG4bKb", cseq=2, to_tag=leg.dialog.local_tag))
    assert sorted((one.code, one.cseq_method) for one in sent) == [(200, "BYE"), (487, "INVITE")]
    assert ladder.heard.log[-1][:2] == ("ended", "caller_gave_up")


# Inside the call


async def test_a_hold_by_the_far_end_is_answered_recvonly_and_starts_nothing_twice():
    ladder = Ladder()
    leg = await ladder.talk()
    tag = leg.dialog.local_tag
    (ok,) = ladder.receive(invite(branch="z9hG4bKh", cseq=2, to_tag=tag, body=HELD))
    assert ok.code == 200
    assert b"a=recvonly" in ok.content
    ladder.receive(request("ACK", branch="z9hG4bKha", cseq=2, to_tag=tag))
    (ok,) = ladder.receive(invite(branch="z9hG4bKr", cseq=3, to_tag=tag))
    assert b"a=sendrecv" in ok.content
    assert ladder.heard.log[-2:] == [("far_hold", True), ("far_hold", False)]
    assert len(ladder.sessions) == 1
    assert ladder.sessions[0].started == 1


async def test_a_hold_of_rfc_2543_is_a_hold():
    ladder = Ladder()
    leg = await ladder.talk()
    body = SDP.replace("c=IN IP4 192.0.2.10", "c=IN IP4 0.0.0.0")
    ladder.receive(invite(branch="z9hG4bKh", cseq=2, to_tag=leg.dialog.local_tag, body=body))
    assert ladder.heard.log[-1] == ("far_hold", True)


async def test_a_reinvite_that_cannot_be_met_leaves_the_call_as_it_was():
    ladder = Ladder()
    leg = await ladder.talk()
    video = SDP.replace("m=audio", "m=video")
    sent = ladder.receive(
        invite(branch="z9hG4bKv", cseq=2, to_tag=leg.dialog.local_tag, body=video)
    )
    assert codes(sent) == [488]
    assert leg.state is LegState.TALKING


async def test_an_update_needs_no_ack():
    ladder = Ladder()
    leg = await ladder.talk()
    update = request("UPDATE", branch="z9hG4bKu", cseq=2, to_tag=leg.dialog.local_tag, body=HELD)
    assert codes(ladder.receive(update)) == [200]
    assert ladder.heard.log[-1] == ("far_hold", True)
    assert ladder.advance(60) == []


async def test_a_reinvite_before_the_ack_is_asked_to_wait():
    ladder = Ladder()
    leg = ladder.ring()
    await leg.take()
    again = invite(branch="z9hG4bKh", cseq=2, to_tag=leg.dialog.local_tag)
    assert codes(ladder.receive(again)) == [491]


@pytest.mark.parametrize(
    ("kind", "body", "code", "digits"),
    [
        ("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", 200, "5"),
        ("application/dtmf-relay", "Signal= *\r\nDuration= 100\r\n", 200, "*"),
        ("application/dtmf", "#", 200, "#"),
        ("application/dtmf-relay", "Signal=nonsense\r\n", 400, None),
        ("application/x-other", "5", 415, None),
    ],
)
async def test_digits_by_info(kind, body, code, digits):
    ladder = Ladder()
    leg = await ladder.talk()
    info = request(
        "INFO",
        branch="z9hG4bKi",
        cseq=2,
        to_tag=leg.dialog.local_tag,
        body=body,
        content_type=kind,
    )
    assert codes(ladder.receive(info)) == [code]
    assert ladder.heard.log[-1] == (("digits", digits) if digits else ("established",))


async def test_a_request_out_of_order_is_refused():
    ladder = Ladder()
    leg = await ladder.talk(cseq=10)
    late = request("INFO", branch="z9hG4bKi", cseq=9, to_tag=leg.dialog.local_tag)
    assert codes(ladder.receive(late)) == [500]


async def test_an_invite_without_sdp_gets_our_offer_and_its_ack_brings_the_answer():
    ladder = Ladder()
    leg = ladder.ring(body="")
    await leg.take()
    offer = ladder.messages()[-1]
    assert b"RTP/AVP 8 0 101" in offer.content
    ladder.receive(request("ACK", branch="z9hG4bKa", to_tag=leg.dialog.local_tag, body=SDP))
    assert ladder.heard.names[-1] == "established"
    assert ladder.sessions[0].agreed[0][0] == ("192.0.2.10", 40000)


async def test_an_ack_that_owes_the_answer_and_brings_none_ends_the_call():
    ladder = Ladder()
    leg = ladder.ring(body="")
    await leg.take()
    sent = ladder.receive(request("ACK", branch="z9hG4bKa", to_tag=leg.dialog.local_tag))
    assert codes(sent) == ["BYE"]
    assert ladder.heard.log[-1][:2] == ("ended", "failed")


# Refusals


@pytest.mark.parametrize("cause", [ClearCause.BUSY, ClearCause.REJECTED])
def test_a_refused_call_ends_with_the_status_given(cause):
    ladder = Ladder()
    leg = ladder.ring()
    assert leg.refuse(486, Ending(cause=cause, code=486))
    assert ladder.messages()[-1].code == 486
    assert ladder.heard.log[-1] == ("ended", cause.value, 486)
    assert not leg.refuse(486, Ending(cause=cause))


def test_more_calls_than_the_line_has_are_busy():
    ladder = Ladder(max_calls=1)
    ladder.ring()
    assert codes(ladder.receive(invite(branch="z9hG4bK2", call_id="call-2"))) == [486]
    ladder.receive(request("CANCEL"))
    assert codes(ladder.receive(invite(branch="z9hG4bK3", call_id="call-3"))) == [100, 180]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"body": SDP.replace("RTP/AVP 8 0 101", "RTP/AVP 3")}, 488),
        ({"body": SDP.replace("RTP/AVP", "RTP/SAVP")}, 488),
        ({"body": "no sdp at all"}, 400),
        ({"content_type": "application/x-unknown"}, 415),
        ({"extra": ("Require: 100rel, timer",)}, 420),
        ({"extra": ("Content-Encoding: gzip",)}, 415),
        ({"uri": "unknown:thing@host"}, 416),
    ],
)
def test_an_invite_that_cannot_be_used_is_refused_by_name(changes, code):
    ladder = Ladder()
    answers = ladder.receive(invite(**changes))
    assert codes(answers) == [code]
    assert ladder.heard.names == []
    assert not ladder.phone.calls


@pytest.mark.parametrize(
    ("method", "code"),
    [
        ("OPTIONS", 200),
        ("NOTIFY", 200),
        ("REFER", 405),
        ("SUBSCRIBE", 405),
        ("MESSAGE", 405),
        ("NEWMETHOD", 501),
        ("BYE", 481),
        ("INFO", 481),
        ("UPDATE", 481),
    ],
)
def test_every_method_has_an_answer(method, code):
    (answer,) = Ladder().receive(request(method))
    assert answer.code == code
    if code in (200, 405, 501):
        assert method == "NOTIFY" or "INVITE" in answer.first("Allow")


def test_an_ack_of_nothing_is_left_alone():
    assert Ladder().receive(request("ACK", to_tag="nothing")) == []


def test_a_request_of_a_dialog_that_is_not_ours_is_481():
    ladder = Ladder()
    leg = ladder.ring()
    for wrong in (
        {"to_tag": "other"},
        {"to_tag": leg.dialog.local_tag, "call_id": "other"},
        {"to_tag": leg.dialog.local_tag, "from_tag": "other"},
    ):
        bye = request("BYE", branch=f"z9hG4bK{len(wrong)}{wrong['to_tag']}", cseq=2, **wrong)
        assert codes(ladder.receive(bye))[0] == 481


# Where answers go


def test_with_rport_the_answer_goes_back_through_the_nat():
    ladder = Ladder()
    via = "SIP/2.0/UDP 10.1.1.1:5060;rport"
    (_, ringing) = ladder.receive(invite(via=via), ("192.0.2.50", 33333))
    assert ladder.sent[-1][1] == ("192.0.2.50", 33333)
    assert "received=192.0.2.50" in ringing.vias[0].raw
    assert "rport=33333" in ringing.vias[0].raw


def test_without_rport_the_answer_goes_to_the_port_of_the_via():
    ladder = Ladder()
    ladder.receive(invite(via="SIP/2.0/UDP 10.1.1.1:5099"), ("192.0.2.50", 33333))
    assert ladder.sent[-1][1] == ("192.0.2.50", 5099)


def test_every_via_comes_back_in_order():
    ladder = Ladder()
    extra = ("Via: SIP/2.0/UDP a.example;branch=z9hG4bKx, SIP/2.0/TCP b.example;branch=z9hG4bKy",)
    (_, ringing) = ladder.receive(invite(extra=extra))
    assert [via.host for via in ringing.vias] == ["192.0.2.10", "a.example", "b.example"]


# Strangers, and the table


def test_a_stranger_hears_nothing_and_rings_nobody():
    ladder = Ladder()
    assert ladder.receive(invite(), ("203.0.113.5", 5060)) == []
    assert ladder.heard.names == []
    assert ladder.gate.refused == 1


async def test_a_far_end_that_lost_the_call_is_cleared_when_asked():
    ladder = Ladder()
    leg = await ladder.talk()
    leg.probe(lambda: None)
    options = ladder.messages()[-1]
    assert options.method == "OPTIONS"
    assert options.to_tag == "caller"
    ladder.advance(33)
    assert ladder.heard.log[-1] == ("ended", "media_lost", 408)
    assert "BYE" in codes(ladder.messages())


@pytest.mark.parametrize("state", LegState)
@pytest.mark.parametrize("trigger", Trigger)
def test_every_pair_of_the_table_moves_or_is_refused(state, trigger):
    ladder = Ladder()
    leg = ladder.ring()
    leg.state = state
    expected = TRANSITIONS.get((state, trigger))
    assert leg.fire(trigger) is (expected is not None)
    assert leg.state is (expected or state)


def test_every_leg_can_end_and_nothing_leaves_the_end():
    ways = {
        state: {after for (before, _), after in TRANSITIONS.items() if before is state}
        for state in LegState
    }
    assert ways[LegState.ENDED] == set()
    for state in set(LegState) - {LegState.ENDED}:
        reached, todo = set(), {state}
        while todo:
            here = todo.pop()
            reached.add(here)
            todo |= ways[here] - reached
        assert LegState.ENDED in reached
