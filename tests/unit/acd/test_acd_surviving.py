"""A bridge that was killed while the switch went on: what is taken up, as ladders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cti_bridge.acd.floor import calls_of
from cti_bridge.acd.inputs import Found
from cti_bridge.config.values import Agent as Section
from cti_bridge.config.values import Config, Queue, Treatment
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentId,
    AgentMode,
    Channel,
    ClearCause,
    InteractionState,
)
from cti_bridge.telephony.ports import CallId, Number, NumberKind
from tests.helpers.floor import World, result_now

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction

S = InteractionState
ANA, ZOE = AgentId("ana"), AgentId("zoe")
CONFIG = Config(
    queues=(
        Queue(
            id="support",
            name="Support",
            dnis=("+34944210000",),
            waiting=Treatment(kind="music", answer_after=2, every=30),
        ),
    ),
    agents=(Section(login="ana", phone="1003"),),
)


@pytest.fixture
def world() -> World:
    return World(config=CONFIG)


def on_the_telephone(world: World) -> Interaction:
    world.come("ana")
    call = world.ring()
    world.switch.telephone_answers(call)
    world.settle()
    return world.contact(call)


def on_the_headset(world: World) -> Interaction:
    world.come("zoe")
    call = world.ring()
    world.ask(ZOE, c.AcceptOffer(request_id=1, offer_id=world.offer().offer.offer_id))
    return world.contact(call)


def now(world: World, contact: Interaction) -> Interaction:
    return world.store.interactions[contact.id]


def names(world: World) -> list[str]:
    return [name for name, *_ in world.switch.commands]


# -- conversations -------------------------------------------------------------------------------


def test_a_conversation_by_telephone_goes_on_untouched(world):
    before = on_the_telephone(world)
    after = world.restart(kept=True)
    contact = now(after, before)
    assert (contact.state, contact.agent, contact.segment) == (S.CONNECTED, ANA, before.segment)
    assert after.switch.commands == []
    assert after.store.segments[before.segment].ended_at is None
    agent = after.floor.agents[ANA]
    assert (agent.mode, agent.activity) == (AgentMode.READY, AgentActivity.BUSY)
    assert not agent.online
    assert after.journey(contact)[-1] == "went_on"


def test_its_desktop_comes_back_and_carries_on(world):
    before = on_the_telephone(world)
    after = world.restart(kept=True)
    after.advance(300)  # longer than the grace time: the telephone call lives
    after.come("ana", ready=False)
    after.ask(ANA, c.HoldCall(request_id=1, interaction_id=before.id))
    assert now(after, before).state is S.HELD
    after.ask(ANA, c.ClearCall(request_id=2, interaction_id=before.id))
    assert now(after, before).state is S.WRAP_UP
    assert after.store.segments[before.segment].cause is ClearCause.AGENT_CLEARED


def test_its_end_frees_an_agent_whose_desktop_never_came_back(world):
    before = on_the_telephone(world)
    after = world.restart(kept=True)
    after.advance(5)
    after.switch.far_end_clears(before.call)
    after.settle()
    after.advance(60)
    assert now(after, before).state is S.CLOSED
    assert after.floor.agents[ANA].mode is AgentMode.LOGGED_OUT


@pytest.mark.parametrize("held", [True, False])
def test_what_happened_meanwhile_is_done_again(world, held):
    before = on_the_telephone(world)
    if not held:
        world.ask(ANA, c.HoldCall(request_id=1, interaction_id=before.id))
    world.switch.calls[before.call] = replace(world.switch.calls[before.call], held=held)
    after = world.restart(kept=True)
    assert now(after, before).state is (S.HELD if held else S.CONNECTED)
    segment = after.store.segments[before.segment]
    assert (segment.held_since is not None) is held


def test_a_call_that_was_cleared_meanwhile_is_over(world):
    before = on_the_telephone(world)
    world.switch.calls.clear()
    after = world.restart(kept=True)
    contact = now(after, before)
    assert (contact.state, contact.failure) == (S.CLOSED, ClearCause.BRIDGE_RESTARTED)
    assert after.floor.agents[ANA].mode is AgentMode.LOGGED_OUT


def test_a_telephone_that_was_being_connected_is_connected(world):
    world.come("ana")
    call = world.ring()
    world.switch.telephone_answers(call)
    world.give(world.inbox.popleft())  # accepted; that it is established was never read
    world.inbox.clear()
    stored = world.contact(call)
    world.store.interactions[stored.id] = replace(stored, state=S.OFFERED, established_at=None)
    after = world.restart(kept=True)
    contact = after.contact(call)
    assert (contact.state, contact.agent) == (S.CONNECTED, ANA)
    assert contact.established_at is not None


def test_a_headset_s_caller_waits_with_music_before_the_others(world):
    before = on_the_headset(world)
    after = world.restart(kept=True)
    contact = now(after, before)
    assert (contact.state, contact.agent, contact.priority) == (S.QUEUED, None, 2)
    assert names(after) == ["hold", "park"]
    assert after.store.segments[before.segment].cause is ClearCause.BRIDGE_RESTARTED
    after.come("ana")
    assert names(after)[-1] == "alert"
    after.switch.telephone_answers(before.call)
    after.settle()
    assert now(after, before).state is S.CONNECTED
    assert names(after)[-1] == "connect"


# -- second calls --------------------------------------------------------------------------------


def consulting(world: World, *, answered: bool) -> tuple[Interaction, CallId]:
    first = on_the_telephone(world)
    world.ask(ANA, c.Consult(request_id=1, interaction_id=first.id, to="612345678"))
    contact = now(world, first)
    assert contact.consult is not None
    if answered:
        world.switch.far_end_answers(contact.consult.call)
        world.settle()
    return now(world, first), contact.consult.call


def test_a_consultation_goes_on(world):
    first, second = consulting(world, answered=True)
    after = world.restart(kept=True)
    contact = now(after, first)
    assert contact.state is S.HELD
    assert contact.consult == first.consult
    after.come("ana", ready=False)
    after.ask(ANA, c.CompleteTransfer(request_id=1, interaction_id=first.id))
    assert now(after, first).outside == second


def test_a_consultation_that_was_answered_meanwhile_talks(world):
    first, second = consulting(world, answered=False)
    world.switch.calls[second] = replace(world.switch.calls[second], established=True)
    after = world.restart(kept=True)
    consult = now(after, first).consult
    assert consult is not None
    assert consult.state == "talking"
    assert after.store.segments[consult.segment].answered_at is not None


def test_a_consultation_that_ended_meanwhile_is_over(world):
    first, second = consulting(world, answered=True)
    del world.switch.calls[second]
    after = world.restart(kept=True)
    contact = now(after, first)
    assert (contact.state, contact.consult) == (S.HELD, None)
    assert after.store.segments[first.consult.segment].cause is ClearCause.BRIDGE_RESTARTED


def test_a_transfer_that_was_completed_meanwhile_is_told(world):
    first, second = consulting(world, answered=True)
    calls = world.switch.calls
    calls[first.call] = replace(calls[first.call], device=None, held=False, other=second)
    calls[second] = replace(calls[second], device=None, other=first.call)
    after = world.restart(kept=True)
    contact = now(after, first)
    assert (contact.state, contact.outside, contact.transfers) == (S.CLOSED, second, 1)
    assert after.switch.commands == []
    after.switch.far_end_clears(first.call)
    after.settle()
    assert not after.floor.interactions


@pytest.mark.parametrize("answers", [True, False])
def test_a_blind_transfer_under_way_goes_on(world, answers):
    first = on_the_telephone(world)
    world.ask(ANA, c.BlindTransfer(request_id=1, interaction_id=first.id, to="612345678"))
    second = now(world, first).consult.call
    calls = world.switch.calls
    calls[first.call] = replace(calls[first.call], device=None, held=True)
    after = world.restart(kept=True)
    assert now(after, first).consult.call == second
    assert (now(after, first).state, now(after, first).agent) == (S.CONNECTED, ANA)
    if answers:
        after.switch.far_end_answers(second)
    else:
        after.switch.far_end_refuses(second)
    after.settle()
    assert now(after, first).state is (S.WRAP_UP if answers else S.HELD)


def test_an_outgoing_call_by_telephone_goes_on(world):
    world.come("ana")
    done = world.ask(ANA, c.Originate(request_id=1, to="612345678"))
    after = world.restart(kept=True)
    contact = after.store.interactions[done.id]
    assert (contact.state, contact.agent) == (S.NEW, ANA)
    after.switch.far_end_answers(contact.call)
    after.settle()
    assert now(after, contact).state is S.CONNECTED


def test_an_outgoing_call_of_a_headset_is_ended(world):
    world.come("zoe")
    done = world.ask(ZOE, c.Originate(request_id=1, to="612345678"))
    after = world.restart(kept=True)
    assert after.store.interactions[done.id].state is S.CLOSED
    assert names(after) == ["clear"]


def test_a_call_back_by_telephone_goes_on(world):
    ana = world.come("ana")
    number = Number(kind=NumberKind.E164, value="+34612345099")
    world.arrive(channel=Channel.CALLBACK, call_to=number)
    world.ask(ana, c.AcceptOffer(request_id=1, offer_id=world.offer().offer.offer_id))
    before = world.store.interactions["m-1"]
    world.switch.calls[before.call] = replace(world.switch.calls[before.call], established=True)
    after = world.restart(kept=True)
    contact = now(after, before)
    assert (contact.state, contact.call_state) == (S.CONNECTED, "talking")
    assert after.floor.agents[ana].work == (contact.id,)


# -- who waits -----------------------------------------------------------------------------------


def test_who_waits_parked_keeps_place_and_music(world):
    first = world.ring("+34600000001")
    world.advance(3)
    second = world.ring("+34600000002")
    world.advance(3)
    assert world.switch.calls[first].parked
    after = world.restart(kept=True)
    contact = after.contact(first)
    assert contact.queued_at == world.contact(first).queued_at
    assert contact.treatment is not None
    assert contact.treatment.parked
    assert after.switch.commands == []
    after.advance(31)
    assert {call for name, call, *_ in after.switch.commands if name == "announce"} == {
        first,
        second,
    }
    after.come("ana")
    after.switch.telephone_answers(first)
    after.settle()
    assert ("connect", first, "phone:1003") in after.switch.commands


def test_who_rings_still_is_answered_after_a_while(world):
    call = world.ring()
    after = world.restart(kept=True)
    after.advance(3)
    assert names(after)[:1] == ["park"]
    assert after.contact(call).state is S.QUEUED


def test_an_offer_that_rang_is_withdrawn_and_its_telephone_stops(world):
    world.come("ana")
    call = world.ring()
    after = world.restart(kept=True)
    assert after.contact(call).state is S.QUEUED
    assert names(after) == ["stop_alert"]
    assert after.floor.agents[ANA].mode is AgentMode.LOGGED_OUT


def test_calls_of_no_contact_are_cleared_and_those_that_ring_are_left(world):
    strange, rings = world.switch.ring(world_caller()), world.switch.ring(world_caller())
    result_now(world.switch.park(strange, "hold"))
    world.inbox.clear()  # neither was stored
    after = world.restart(kept=True)
    assert list(after.switch.calls) == [rings]


def world_caller():
    from tests.helpers.floor import caller

    return caller()


# -- a node that is out of reach -----------------------------------------------------------------


def test_nothing_follows_from_a_node_that_cannot_be_asked(world):
    talks = on_the_telephone(world)
    waits = world.contact(world.ring("+34600000002"))
    after = world.restart(kept=True, unsure=True)
    assert now(after, talks).state is S.CONNECTED
    assert after.floor.agents[ANA].activity is AgentActivity.BUSY
    assert now(after, waits).state is S.QUEUED
    after.come("zoe")
    after.nothing()
    assert not after.offers_to(ZOE)  # nobody is offered a caller who may not be there
    assert after.switch.commands == []
    live = {one.call: one for one in result_now(after.switch.live_calls())}
    after.give(Found(live=live[waits.call]))
    assert [one.interaction for one in after.offers_to(ZOE)] == [waits.id]


def test_who_is_not_there_after_all_is_missed(world):
    waits = world.contact(world.ring("+34600000002"))
    after = world.restart(unsure=True)
    after.give_cleared(waits.call)
    assert now(after, waits).state is S.ABANDONED
    assert waits.id in after.floor.missed


def test_every_live_call_is_somebody_s_after_each_restart(world):
    on_the_telephone(world)
    world.ring("+34600000002")
    world.advance(5)
    after = world.restart(kept=True).restart(kept=True)
    known = {call for one in after.floor.interactions.values() for call in calls_of(one)}
    assert set(after.switch.calls) == known
