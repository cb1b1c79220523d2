"""Agents who have a telephone of the switch, as ladders: what rings, what picking it up does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from cti_bridge.acd.agent import Agent, reaches
from cti_bridge.acd.rules import Rules
from cti_bridge.config.values import Agent as Section
from cti_bridge.config.values import Asterisk, Config, Queue, Server
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import AgentChanged, InteractionChanged, OfferEnded
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    Channel,
    ClearCause,
    InteractionState,
    OfferState,
)
from cti_bridge.telephony.ports import (
    CallId,
    Device,
    DeviceAnswered,
    DeviceFailed,
    LineId,
    Number,
    NumberKind,
    SwitchError,
)
from tests.helpers.floor import START, World, record

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction

S = InteractionState
PHONE = Device("phone:1003")
CONFIG = Config(
    queues=(
        Queue(
            id="support",
            name="Support",
            dnis=("+34944210000",),
            offer_seconds=20,
            caller_id="+34944210000",
        ),
    ),
    agents=(Section(login="ana", phone="1003"), Section(login="bea", phone="1004")),
)


@pytest.fixture
def world() -> World:
    return World(config=CONFIG)


def commands(world: World, call: CallId) -> list[str]:
    return [name for name, whose, *_ in world.switch.commands if whose == call]


def mode(world: World, agent: AgentId) -> tuple[AgentMode, str]:
    known = world.floor.agents[agent]
    return known.mode, known.reason


def accept(world: World, agent: AgentId) -> None:
    world.ask(agent, c.AcceptOffer(request_id=1, offer_id=world.offer().offer.offer_id))


def talking(world: World, agent: str = "ana") -> Interaction:
    world.come(agent)
    call = world.ring()
    world.switch.telephone_answers(call)
    world.settle()
    assert world.contact(call).state is S.CONNECTED
    return world.contact(call)


# -- devices -------------------------------------------------------------------------------------


def one_agent(*nodes: str, **fields: str) -> Agent:
    config = Config(
        asterisk=tuple(Asterisk(id=node) for node in nodes),
        agents=(Section(login="Ana", **fields),),
    )
    able = Rules(config, frozenset()).able(record("ana"))
    known = Agent(id=AgentId("ana"), mode_since=START, since=START, idle_since=START)
    return Agent(
        id=known.id,
        mode_since=START,
        since=START,
        idle_since=START,
        phone=able.phone,
        node=able.node,
    )


@pytest.mark.parametrize(
    ("nodes", "fields", "device", "near", "far"),
    [
        ((), {}, "headset:ana", True, True),
        ((), {"phone": "1003"}, "phone:1003", True, True),
        (("a",), {"phone": "1003"}, "phone:1003", True, False),
        (("a", "b"), {"phone": "1003", "node": "a"}, "phone:a/1003", True, False),
        (("a", "b"), {"node": "a"}, "headset:ana", True, True),
    ],
)
def test_an_agent_is_heard_at_the_telephone_or_the_headset(nodes, fields, device, near, far):
    agent = one_agent(*nodes, **fields)
    assert agent.device == device
    assert reaches(agent, LineId("a")) is near
    assert reaches(agent, LineId("b")) is far
    assert reaches(agent, None)


def test_the_desktop_knows_the_telephone(world):
    world.come("ana")
    world.come("zoe")
    phones = {one.agent.login: one.agent.phone for one in world.events(AgentChanged)}
    assert phones == {"ana": "1003", "zoe": ""}


# -- ringing -------------------------------------------------------------------------------------


def test_the_telephone_rings_with_the_offer_and_picking_it_up_accepts(world):
    ana = world.come("ana")
    call = world.ring()
    assert world.switch.commands == [("alert", call, PHONE)]
    world.switch.telephone_answers(call)
    world.settle()
    assert world.switch.commands[1:] == [("answer", call, PHONE)]
    contact = world.contact(call)
    assert (contact.state, contact.agent) == (S.CONNECTED, ana)
    assert "phone_answered" in world.journey(contact)
    assert world.events(OfferEnded)[-1].state is OfferState.ACCEPTED


def test_accepted_at_the_desktop_takes_the_ringing_telephone_over(world):
    ana = world.come("ana")
    call = world.ring()
    accept(world, ana)
    world.give(DeviceAnswered(call=call, at=world.clock.at, device=PHONE))
    assert commands(world, call) == ["alert", "answer"]
    assert world.contact(call).state is S.CONNECTED


def test_a_headset_is_not_alerted(world):
    world.come("zoe")
    call = world.ring()
    world.switch.far_end_clears(call)
    world.settle()
    assert world.switch.commands == []


def test_what_is_no_call_rings_at_no_telephone(world):
    world.come("ana")
    world.arrive(channel=Channel.EMAIL)
    assert world.offers_to(AgentId("ana"))
    assert world.switch.commands == []


def test_the_offer_over_the_telephone_stops(world):
    ana = world.come("ana")
    call = world.ring()
    world.advance(21)
    assert commands(world, call) == ["alert", "stop_alert"]
    assert mode(world, ana) == (AgentMode.NOT_READY, "rona")
    world.ask(ana, c.SetMode(request_id=1, mode=AgentMode.READY))
    offer = world.offer().offer.offer_id
    world.ask(ana, c.DeclineOffer(request_id=2, offer_id=offer))
    assert commands(world, call) == ["alert", "stop_alert"] * 2


def test_a_caller_who_gives_up_needs_no_word_to_the_switch(world):
    world.come("ana")
    call = world.ring()
    world.switch.far_end_clears(call)
    world.settle()
    assert commands(world, call) == ["alert"]


@pytest.mark.parametrize(
    ("cause", "what", "reason", "state"),
    [
        (ClearCause.BUSY, "phone_busy", "phone-busy", OfferState.DECLINED),
        (ClearCause.REJECTED, "phone_refused", "phone-refused", OfferState.DECLINED),
        (ClearCause.UNREACHABLE, "phone_unreachable", "phone-unreachable", OfferState.DECLINED),
        (ClearCause.FAILED, "phone_unreachable", "phone-unreachable", OfferState.DECLINED),
        (ClearCause.NOT_ANSWERED, "rona", "rona", OfferState.TIMED_OUT),
    ],
)
def test_a_telephone_that_fails_gives_the_call_to_the_next(world, cause, what, reason, state):
    ana = world.come("ana")
    call = world.ring()
    bea = world.come("bea")
    world.switch.telephone_fails(call, cause, "486")
    world.settle()
    assert mode(world, ana) == (AgentMode.NOT_READY, reason)
    assert what in world.journey(world.contact(call))
    assert world.events(OfferEnded)[0].state is state
    assert world.contact(call).agent == bea
    assert world.switch.commands[-1] == ("alert", call, "phone:1004")


def test_accepted_and_the_telephone_fails_gives_the_call_back(world):
    ana = world.come("ana")
    call = world.ring()
    world.switch.answer = _taken  # type: ignore[method-assign]
    accept(world, ana)
    assert world.contact(call).state is S.OFFERED
    world.give(DeviceFailed(call=call, at=world.clock.at, device=PHONE, cause=ClearCause.BUSY))
    contact = world.contact(call)
    assert (contact.state, contact.agent) == (S.QUEUED, None)
    assert mode(world, ana) == (AgentMode.NOT_READY, "phone-busy")
    assert world.journey(contact)[-2:] == ["phone_busy", "answer_failed"]


async def _taken(*_: object) -> None:
    """Nothing comes of it yet."""


def test_a_telephone_that_cannot_be_rung_is_one_that_fails(world):
    ana = world.come("ana", ready=False)
    world.switch.failures["alert"] = SwitchError("failed", "500")
    call = world.ring()
    world.ask(ana, c.SetMode(request_id=1, mode=AgentMode.READY))
    assert mode(world, ana) == (AgentMode.NOT_READY, "phone-unreachable")
    assert world.contact(call).state is S.QUEUED


def test_picked_up_too_late_is_hung_up(world):
    world.come("ana")
    call = world.ring()
    world.advance(21)
    world.give(DeviceAnswered(call=call, at=world.clock.at, device=PHONE))
    assert commands(world, call) == ["alert", "stop_alert", "stop_alert"]
    assert world.contact(call).state is S.QUEUED


def test_a_foreign_telephone_accepts_nothing(world):
    world.come("ana")
    call = world.ring()
    other = Device("phone:1004")
    world.give(DeviceAnswered(call=call, at=world.clock.at, device=other))
    world.give(DeviceFailed(call=call, at=world.clock.at, device=other, cause=ClearCause.BUSY))
    world.give(DeviceAnswered(call=CallId("nobody"), at=world.clock.at, device=PHONE))
    assert commands(world, call) == ["alert"]
    assert world.offers_to(AgentId("ana"))


# -- the desktop away ----------------------------------------------------------------------------


def test_a_lost_desktop_mutes_nobody_who_talks_by_telephone(world):
    contact = talking(world)
    world.told.clear()
    world.lose(AgentId("ana"))
    assert not world.events(InteractionChanged)
    assert not world.floor.interactions[contact.id].muted_by_link


def test_a_call_by_telephone_outlives_the_grace_time_and_no_longer(world):
    ana, contact = AgentId("ana"), talking(world)
    world.lose(ana)
    world.advance(600)
    assert world.floor.interactions[contact.id].state is S.CONNECTED
    assert world.floor.agents[ana].mode is AgentMode.READY
    assert world.floor.agents[ana].activity == "busy"
    assert contact.call is not None
    world.switch.far_end_clears(contact.call)
    world.settle()
    world.advance(41)
    assert world.floor.agents[ana].mode is AgentMode.LOGGED_OUT
    assert not world.floor.interactions


def test_without_any_grace_time_the_call_is_still_not_looked_at_all_the_time():
    world = World(config=structs.replace(CONFIG, server=Server(session_grace=0)))
    contact = talking(world)
    world.lose(AgentId("ana"))
    world.advance(60)
    assert world.contact(contact.call).state is S.CONNECTED
    world.ask(AgentId("ana"), c.ClearCall(request_id=1, interaction_id=contact.id))
    world.advance(6)
    assert world.floor.agents[AgentId("ana")].mode is AgentMode.LOGGED_OUT


def test_who_signs_out_on_the_telephone_talks_on_and_leaves_the_rest(world):
    world.arrive(channel=Channel.EMAIL)
    ana = world.come("ana")
    accept(world, ana)
    call = world.ring()  # may interrupt an e-mail
    world.switch.telephone_answers(call)
    world.settle()
    world.leave(ana)
    assert world.contact(call).state is S.CONNECTED
    assert world.store.interactions["m-1"].state is S.QUEUED
    assert world.floor.agents[ana].work == (world.contact(call).id,)
    assert not world.floor.agents[ana].online
    world.come("ana", ready=False)
    assert world.floor.agents[ana].online
    assert world.contact(call).agent == ana


# -- calling out ---------------------------------------------------------------------------------


def test_an_outgoing_call_rings_the_telephone_and_shows_the_queue_s_number(world):
    ana = world.come("ana")
    world.ask(ana, c.Originate(request_id=1, to="612345678", queue_id="support"))
    name, _, to, *more = world.switch.commands[-1]
    assert (name, to, more) == ("originate", "+34612345678", [PHONE, "+34944210000"])
    assert world.floor.agents[ana].work
    world.leave(ana)  # the telephone rings: it goes on
    assert world.floor.agents[ana].work


def test_a_call_back_is_dialled_from_the_telephone(world):
    ana = world.come("ana")
    number = Number(kind=NumberKind.E164, value="+34612345099")
    world.arrive(channel=Channel.CALLBACK, call_to=number)
    accept(world, ana)
    assert world.switch.commands[-1][3:] == (PHONE, "+34944210000")


def test_nobody_else_may_pick_up(world):
    ana, bea = world.come("ana"), world.come("bea", ready=False)
    world.ring()
    with pytest.raises(CommandRefused):
        accept(world, bea)
    accept(world, ana)


# -- several nodes -------------------------------------------------------------------------------

NODES = Config(
    queues=CONFIG.queues,
    asterisk=(Asterisk(id="north"), Asterisk(id="south")),
    agents=(
        Section(login="ana", phone="1003", node="north"),
        Section(login="bea", phone="1003", node="south"),
    ),
)


def test_a_call_goes_to_a_telephone_of_its_own_node():
    world = World(config=NODES)
    ana, bea = world.come("ana"), world.come("bea")
    world.advance(1)
    call = world.ring(line=LineId("south"))
    assert world.contact(call).agent == bea
    assert world.switch.commands == [("alert", call, "phone:south/1003")]
    steps = [w for w in world.store.log if getattr(w, "decision", None)]
    bars = {one.agent_id: one.bar for one in steps[-1].decision.candidates}
    assert bars == {bea: "", ana: "other_node"}
    second = world.ring(line=LineId("south"))
    assert world.contact(second).state is S.QUEUED
    with pytest.raises(CommandRefused, match="another switch"):
        world.ask(ana, c.TakeContact(request_id=1, interaction_id=world.contact(second).id))
    world.come("zoe")  # a headset hears every node
    assert world.contact(second).agent == "zoe"


def test_no_call_is_handed_to_a_telephone_of_another_node():
    world = World(config=NODES)
    world.come("bea")
    call = world.ring(line=LineId("south"))
    world.switch.telephone_answers(call)
    world.settle()
    world.come("ana")
    command = c.BlindTransfer(request_id=1, interaction_id=world.contact(call).id, to="agent:ana")
    with pytest.raises(CommandRefused, match="another switch"):
        world.ask(AgentId("bea"), command)


def test_an_outgoing_call_leaves_by_the_telephone_s_node(monkeypatch):
    world = World(config=NODES)
    bea, lines = world.come("bea"), []

    async def originate(call, line, to, device, caller_id=""):
        lines.append((line, device))

    monkeypatch.setattr(world.switch, "originate", originate)
    world.ask(bea, c.Originate(request_id=1, to="612345678"))
    assert lines == [("south", "phone:south/1003")]
