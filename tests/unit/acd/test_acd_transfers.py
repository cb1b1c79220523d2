"""Transfers and consultations as ladders."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import InteractionChanged
from cti_bridge.protocol.vocabulary import (
    ClearCause,
    InteractionState,
    RefusalCode,
    Verb,
)
from cti_bridge.telephony.ports import SwitchError
from tests.helpers.floor import World
from tests.unit.acd.test_acd_ladders import about, accept, of, refused, talk

if TYPE_CHECKING:
    from cti_bridge.telephony.ports import CallId

S = InteractionState


@pytest.fixture
def world() -> World:
    return World()


def second_call(world: World, call: CallId) -> CallId:
    consult = of(world, call).consult
    assert consult is not None
    return consult.call


def test_blind_transfer_is_told_truly(world: World) -> None:
    agent, call = talk(world)
    world.clock.advance(10)
    world.ask(agent, about(c.BlindTransfer, world, call, to="612 345 678"))
    assert world.switch.commands[-1][:3] == ("blind_transfer", call, "+34612345678")
    assert world.view().verbs == (Verb.CLEAR,)
    other = second_call(world, call)
    world.clock.advance(3)
    world.switch.far_end_answers(other)
    world.settle()
    contact = of(world, call)
    assert (contact.state, contact.transfers) == (S.WRAP_UP, 1)
    agents, outside = world.store.segments.values()
    assert agents.cause is ClearCause.TRANSFERRED
    assert (outside.party, outside.ended_at) == ("+34612345678", None)

    world.ask(agent, about(c.CompleteWrapUp, world, call, disposition="resolved"))
    assert world.floor.agents[agent].free
    world.clock.advance(60)  # they still talk
    world.switch.far_end_clears(call)
    world.settle()
    outside = world.store.segments[outside.id]
    assert outside.cause is ClearCause.CALLER_CLEARED
    assert outside.talk_seconds == pytest.approx(60)
    assert not world.floor.interactions
    assert not world.floor.segments
    assert not world.floor.calls


def test_a_telephone_that_sends_its_caller_on_has_left(world: World) -> None:
    agent, call = talk(world)
    world.switch.telephone_sends_on(call, "1006")
    world.settle()
    contact = of(world, call)
    assert (contact.state, contact.transfers) == (S.WRAP_UP, 1)
    world.ask(agent, about(c.CompleteWrapUp, world, call, disposition="resolved"))
    assert world.floor.agents[agent].free
    world.switch.far_end_clears(call)
    world.settle()
    assert not world.floor.interactions
    assert not world.floor.calls


@pytest.mark.parametrize("to", ["queue:sales", "agent:bea"])
def test_who_gives_a_call_to_a_colleague_sees_it_go(world: World, to: str) -> None:
    """The contact is offered in the very step in which it is given away."""
    agent, call = talk(world)
    bea = world.come("bea")
    world.clock.advance(5)  # so bea is idle longer
    world.told.clear()
    world.ask(agent, about(c.BlindTransfer, world, call, to=to))
    assert of(world, call).state is S.OFFERED
    seen = [
        event.interaction
        for event, audience in world.told
        if isinstance(event, InteractionChanged) and agent in audience.agents
    ]
    assert [(view.state, view.agent_id) for view in seen] == [(S.OFFERED, bea)]


def test_blind_transfer_not_answered_comes_back_held(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, about(c.BlindTransfer, world, call, to="612345678"))
    world.switch.far_end_refuses(second_call(world, call), ClearCause.BUSY)
    world.settle()
    contact = of(world, call)
    assert (contact.state, contact.failure, contact.consult) == (S.HELD, ClearCause.BUSY, None)
    assert Verb.RETRIEVE in world.view().verbs
    world.ask(agent, about(c.RetrieveCall, world, call))
    assert of(world, call).state is S.CONNECTED


def test_the_caller_leaves_during_a_blind_transfer(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, about(c.BlindTransfer, world, call, to="612345678"))
    other = second_call(world, call)
    world.switch.far_end_clears(call)
    world.settle()
    assert of(world, call).state is S.WRAP_UP
    assert ("clear", other) in world.switch.commands
    assert not world.switch.calls


def test_a_transfer_that_the_switch_refuses_changes_nothing(world: World) -> None:
    agent, call = talk(world)
    world.switch.failures["blind_transfer"] = SwitchError("line_down", "no line")
    with refused(RefusalCode.LINE_DOWN):
        world.ask(agent, about(c.BlindTransfer, world, call, to="612345678"))
    assert of(world, call).consult is None
    assert of(world, call).state is S.CONNECTED
    assert Verb.HOLD in world.view().verbs
    assert [part.cause for part in world.store.segments.values()] == [None, ClearCause.FAILED]


def test_attended_transfer(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, about(c.Consult, world, call, to="612345678"))
    other = second_call(world, call)
    assert of(world, call).state is S.HELD
    assert world.view().consult == "dialling"
    with refused(RefusalCode.WRONG_STATE):
        world.ask(agent, about(c.CompleteTransfer, world, call))
    world.switch.far_end_answers(other)
    world.settle()
    assert world.view().consult == "talking"
    world.ask(agent, about(c.SendDigits, world, call, digits="1"))
    assert world.switch.commands[-1] == ("send_digits", other, "1")
    world.ask(agent, about(c.SwapCalls, world, call))
    assert of(world, call).state is S.CONNECTED
    world.ask(agent, about(c.SendDigits, world, call, digits="2"))
    assert world.switch.commands[-1] == ("send_digits", call, "2")
    world.ask(agent, about(c.CompleteTransfer, world, call))
    assert of(world, call).state is S.WRAP_UP
    assert of(world, call).transfers == 1
    world.switch.far_end_clears(other)
    world.settle()
    assert all(part.ended_at for part in world.store.segments.values())


def test_consultation_cancelled_and_consultation_refused(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, about(c.Consult, world, call, to="612345678"))
    world.switch.far_end_answers(second_call(world, call))
    world.settle()
    world.ask(agent, about(c.CancelTransfer, world, call))
    contact = of(world, call)
    assert (contact.state, contact.consult, contact.failure) == (S.CONNECTED, None, None)
    world.ask(agent, about(c.Consult, world, call, to="612345678"))
    world.switch.far_end_refuses(second_call(world, call), ClearCause.NOT_ANSWERED)
    world.settle()
    contact = of(world, call)
    assert (contact.state, contact.failure) == (S.HELD, ClearCause.NOT_ANSWERED)


def test_conference_and_its_end(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, about(c.Consult, world, call, to="612345678"))
    other = second_call(world, call)
    world.switch.far_end_answers(other)
    world.settle()
    world.ask(agent, about(c.Conference, world, call))
    contact = of(world, call)
    assert contact.state is S.CONNECTED
    assert world.view().consult == "conference"
    world.ask(agent, about(c.ClearCall, world, call))
    assert of(world, call).state is S.WRAP_UP
    assert not world.switch.calls  # the third was not left alone
    assert other not in world.floor.calls


def test_transfer_to_a_queue_plays_music_until_the_next_answers(world: World) -> None:
    ana, call = talk(world)
    bea = world.come("bea", "sales")
    world.clock.advance(10)
    world.ask(ana, about(c.BlindTransfer, world, call, to="queue:sales"))
    assert ("hold", call) in world.switch.commands
    assert world.floor.agents[ana].work == ()
    [offer] = world.offers_to(bea)
    assert offer.interaction == of(world, call).id
    world.clock.advance(4)
    accept(world, bea)
    assert world.switch.commands[-1] == ("connect", call, "headset:bea")
    contact = of(world, call)
    assert (contact.state, contact.agent, contact.transfers) == (S.CONNECTED, "bea", 1)
    world.clock.advance(6)
    world.switch.far_end_clears(call)
    world.settle()
    first, second = world.store.segments.values()
    assert first.cause is ClearCause.TRANSFERRED
    assert second.cause is ClearCause.CALLER_CLEARED
    assert of(world, call).talk_seconds == pytest.approx(16)


def test_transfer_to_an_agent_reaches_that_one_only(world: World) -> None:
    ana, call = talk(world)
    bea = world.come("bea")
    world.clock.advance(1)
    zoe = world.come("zoe", "sales")
    world.ask(ana, about(c.HoldCall, world, call))
    world.ask(ana, about(c.BlindTransfer, world, call, to="agent:zoe"))
    assert world.offers_to(zoe)
    assert not world.offers_to(bea)
    world.advance(21)  # zoe does not answer: the queue's turn, before all others
    assert not world.offers_to(zoe)
    assert world.floor.interactions[of(world, call).id].wanted_agent is None


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("agent:nobody", RefusalCode.INVALID),
        ("agent:ana", RefusalCode.INVALID),
        ("agent:bea", RefusalCode.BUSY),
        ("queue:none", RefusalCode.INVALID),
        ("agent:", RefusalCode.INVALID),
        ("", RefusalCode.INVALID),
        ("x" * 5000, RefusalCode.INVALID),
        ("sip:a@b", RefusalCode.INVALID),
    ],
)
def test_transfer_targets_are_checked(world: World, to: str, code: RefusalCode) -> None:
    agent, call = talk(world)
    world.come("bea", ready=False)
    with refused(code):
        world.ask(agent, about(c.BlindTransfer, world, call, to=to))
    assert of(world, call).state is S.CONNECTED
    assert world.switch.commands[-1][0] == "answer"


def test_consulting_inside_is_refused_plainly(world: World) -> None:
    agent, call = talk(world)
    with refused(RefusalCode.NOT_SUPPORTED):
        world.ask(agent, about(c.Consult, world, call, to="agent:bea"))


def test_a_switch_that_cannot_is_not_asked() -> None:
    world = World()
    world.rules.verbs = frozenset({Verb.ANSWER, Verb.CLEAR})
    agent, call = talk(world)
    assert world.view().verbs == (Verb.CLEAR,)
    for kind, fields in (
        (c.HoldCall, {}),
        (c.BlindTransfer, {"to": "1"}),
        (c.MuteCall, {"muted": True}),
    ):
        with refused(RefusalCode.NOT_SUPPORTED):
            world.ask(agent, about(kind, world, call, **fields))
