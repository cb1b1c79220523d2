"""Coming, going, being cut off; and the bridge killed and started again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cti_bridge.acd.inputs import Arrived, MatchedLate
from cti_bridge.acd.outbox import believable, pack, unpack
from cti_bridge.acd.writes import CloseMode, OpenMode
from cti_bridge.config.values import Config, Reason
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import (
    AgentChanged,
    MatchFound,
    MissedChanged,
    OfferEnded,
    OfferMade,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import MatchResult
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentMode,
    Channel,
    ClearCause,
    InteractionId,
    InteractionState,
    MatchKind,
    OfferState,
    RefusalCode,
)
from cti_bridge.telephony.ports import CallDelivered, CallId, LineId
from tests.helpers.floor import CONFIG, START, World, caller, one_match
from tests.unit.acd.test_acd_ladders import about, accept, of, refused, talk

S = InteractionState


@pytest.fixture
def world() -> World:
    return World()


def test_signing_in_is_not_ready_until_said(world: World) -> None:
    agent = world.come("ana", ready=False)
    assert world.floor.agents[agent].mode is AgentMode.NOT_READY
    world.ask(agent, c.SetMode(request_id=1, mode=AgentMode.NOT_READY, reason="lunch"))
    assert world.events(AgentChanged)[-1].agent.reason == "lunch"


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        (AgentMode.NOT_READY, "rona"),  # the bridge's own
        (AgentMode.NOT_READY, "no such"),
        (AgentMode.READY, "lunch"),
    ],
)
def test_reasons_are_checked(world: World, mode: AgentMode, reason: str) -> None:
    agent = world.come("ana", ready=False)
    with refused(RefusalCode.INVALID):
        world.ask(agent, c.SetMode(request_id=1, mode=mode, reason=reason))


def test_modes_leave_a_history_without_gaps(world: World) -> None:
    agent = world.come("ana")
    world.clock.advance(60)
    world.ask(agent, c.SetMode(request_id=1, mode=AgentMode.NOT_READY, reason="lunch"))
    world.clock.advance(60)
    world.leave(agent)
    opened = [w for w in world.store.log if isinstance(w, OpenMode)]
    closed = {w.id: w.at for w in world.store.log if isinstance(w, CloseMode)}
    assert [(w.mode, w.reason) for w in opened] == [
        (AgentMode.NOT_READY, ""),
        (AgentMode.READY, ""),
        (AgentMode.NOT_READY, "lunch"),
        (AgentMode.LOGGED_OUT, ""),
    ]
    assert [closed.get(w.id) for w in opened] == [*(w.at for w in opened[1:]), None]


def test_a_mode_asked_for_in_a_call_waits_for_its_end(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, c.SetMode(request_id=1, mode=AgentMode.NOT_READY, reason="break"))
    shown = world.events(AgentChanged)[-1].agent
    assert (shown.mode, shown.next_mode, shown.next_reason) == (
        AgentMode.READY,
        AgentMode.NOT_READY,
        "break",
    )
    world.switch.far_end_clears(call)
    world.settle()
    world.ask(agent, about(c.CompleteWrapUp, world, call, disposition="resolved"))
    shown = world.events(AgentChanged)[-1].agent
    assert (shown.mode, shown.reason, shown.next_mode) == (AgentMode.NOT_READY, "break", None)


def test_who_takes_work_in_a_pause_and_then_is_ready_is_offered_more_at_once(
    world: World,
) -> None:
    """Capacity counts what is in hand; nothing waits while there is room."""
    ana = world.come("ana", ready=False)
    world.arrive("c1", Channel.CHAT)
    world.ask(ana, c.TakeContact(request_id=1, interaction_id=InteractionId("c1")))
    call = world.ring()
    assert world.floor.agents[ana].mode is AgentMode.NOT_READY
    world.ask(ana, c.SetMode(request_id=1, mode=AgentMode.READY))
    agent = world.floor.agents[ana]
    assert (agent.mode, agent.next_mode) == (AgentMode.READY, None)
    world.ask(ana, c.SetMode(request_id=1, mode=AgentMode.NOT_READY, reason="break"))
    assert world.floor.agents[ana].next_mode is AgentMode.NOT_READY
    assert of(world, call).state in (S.OFFERED, S.QUEUED)


def test_the_wish_for_later_can_be_taken_back(world: World) -> None:
    agent, _ = talk(world)
    world.ask(agent, c.SetMode(request_id=1, mode=AgentMode.NOT_READY, reason="break"))
    world.ask(agent, c.SetMode(request_id=1, mode=AgentMode.READY))
    assert world.floor.agents[agent].next_mode is None


def test_a_desktop_back_within_the_grace_time_has_lost_nothing(world: World) -> None:
    agent, call = talk(world)
    world.lose(agent)
    world.advance(15)
    world.come("ana", ready=False)
    world.advance(60)
    assert of(world, call).state is S.CONNECTED
    assert world.floor.agents[agent].mode is AgentMode.READY


def test_no_contact_is_offered_to_one_who_is_cut_off(world: World) -> None:
    agent = world.come("ana")
    world.lose(agent)
    call = world.ring()
    assert of(world, call).state is S.QUEUED


def test_after_the_grace_time_the_caller_is_first_in_the_queue_with_music(world: World) -> None:
    ana, call = talk(world)
    waiting = world.ring("+34600000002")
    world.lose(ana)
    world.advance(21)
    contact = of(world, call)
    assert (contact.state, contact.priority) == (S.QUEUED, 2)
    assert world.switch.commands[-1] == ("hold", call)
    [segment] = world.store.segments.values()
    assert segment.cause is ClearCause.AGENT_LOST
    assert world.floor.agents[ana].activity is AgentActivity.LOGGED_OUT
    assert world.floor.agents[ana].work == ()
    bea = world.come("bea")
    [offer] = world.offers_to(bea)
    assert offer.interaction == contact.id
    assert of(world, waiting).state is S.QUEUED
    accept(world, bea)
    assert of(world, call).state is S.CONNECTED


def test_an_offer_to_one_who_stays_away_goes_back(world: World) -> None:
    ana = world.come("ana")
    call = world.ring()
    world.lose(ana)
    world.advance(25)
    contact = of(world, call)
    assert (contact.state, contact.queued_at) == (S.QUEUED, START)
    assert world.floor.agents[ana].mode is AgentMode.LOGGED_OUT
    assert not world.timers


def test_signing_out_while_it_rings_gives_the_caller_to_the_next(world: World) -> None:
    ana = world.come("ana")
    world.clock.advance(1)
    bea = world.come("bea")
    world.ring()
    world.leave(ana)
    assert world.events(OfferEnded)[-1].state is OfferState.RESCINDED
    assert world.offers_to(bea)


def test_signing_out_in_wrap_up_closes_with_the_notes(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, about(c.SaveNotes, world, call, notes="typed", disposition="case"))
    world.switch.far_end_clears(call)
    world.settle()
    world.leave(agent)
    closed = of(world, call)
    assert (closed.state, closed.notes, closed.disposition) == (S.CLOSED, "typed", "case")


def test_an_outgoing_call_of_a_lost_agent_is_cleared(world: World) -> None:
    ana = world.come("ana", ready=False)
    done = world.ask(ana, c.Originate(request_id=1, to="612345678"))
    call = world.floor.interactions[done.id].call
    assert call is not None
    world.switch.far_end_answers(call)
    world.settle()
    world.lose(ana)
    world.advance(21)
    assert not world.switch.calls
    [contact] = world.store.interactions.values()
    assert contact.state is S.CLOSED
    assert [part.cause for part in world.store.segments.values()] == [ClearCause.AGENT_LOST]


# -- who is calling, late


def arrival(world: World, call: str, match: MatchResult) -> Arrived:
    event = CallDelivered(
        call=CallId(call), at=world.clock.at, line=LineId("l"), caller=caller(), dnis=""
    )
    return Arrived(event=event, match=match)


def test_a_match_that_is_late_follows(world: World) -> None:
    agent = world.come("ana")
    world.give(arrival(world, "late", MatchResult(kind=MatchKind.PENDING)))
    offer = world.offer().offer
    assert offer.interaction.match is not None
    assert offer.interaction.match.kind is MatchKind.PENDING
    world.give(MatchedLate(call=CallId("late"), match=one_match("Ana Peña")))
    assert world.events(MatchFound)[-1].match.kind is MatchKind.ONE
    assert world.view().customer_name == "Ana Peña"
    assert world.floor.agents[agent].work


def test_a_match_after_the_caller_gave_up_names_the_missed_call(world: World) -> None:
    world.give(arrival(world, "late", MatchResult(kind=MatchKind.PENDING)))
    world.switch.calls.clear()
    world.give_cleared("late")
    world.give(MatchedLate(call=CallId("late"), match=one_match("Ana Peña")))
    assert world.events(MissedChanged)[-1].missed.customer_name == "Ana Peña"
    assert not world.floor.interactions


def test_a_call_delivered_twice_is_one_contact(world: World) -> None:
    world.give(arrival(world, "twice", MatchResult(kind=MatchKind.NONE)))
    world.give(arrival(world, "twice", MatchResult(kind=MatchKind.NONE)))
    assert len(world.store.interactions) == 1


# -- the bridge killed


def test_killed_in_a_call(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, about(c.SaveNotes, world, call, notes="typed"))
    world.clock.advance(30)
    after = world.restart()
    closed = after.contact(call)
    assert (closed.state, closed.failure, closed.notes) == (
        S.CLOSED,
        ClearCause.BRIDGE_RESTARTED,
        "typed",
    )
    [segment] = after.store.segments.values()
    assert segment.cause is ClearCause.BRIDGE_RESTARTED
    assert segment.talk_seconds == pytest.approx(30)
    row = after.store.agents[agent]
    assert (row.mode, row.work) == (AgentMode.LOGGED_OUT, ())
    after.come("ana")
    assert after.floor.agents[agent].free


def test_killed_while_it_rang(world: World) -> None:
    world.come("ana")
    call = world.ring()
    after = world.restart()
    assert after.contact(call).state is S.ABANDONED
    [row] = after.floor.missed.values()
    assert row.caller.number.value == "+34612345099"
    assert [offer.state for offer in after.store.offers.values()] == [OfferState.RESCINDED]


def test_killed_in_wrap_up_keeps_what_was_typed(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, about(c.SaveNotes, world, call, notes="typed", disposition="case"))
    world.switch.far_end_clears(call)
    world.settle()
    after = world.restart()
    closed = after.contact(call)
    assert (closed.state, closed.notes, closed.disposition) == (S.CLOSED, "typed", "case")


def test_killed_while_outsiders_talk_ends_their_segment(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, about(c.BlindTransfer, world, call, to="612345678"))
    consult = of(world, call).consult
    assert consult is not None
    world.switch.far_end_answers(consult.call)
    world.settle()
    world.ask(agent, about(c.CompleteWrapUp, world, call, disposition="resolved"))
    after = world.restart()
    assert after.store.segments[consult.segment].cause is ClearCause.BRIDGE_RESTARTED


def test_killed_during_a_call_back_leaves_the_missed_call_free(world: World) -> None:
    ana = world.come("ana", ready=False)
    world.switch.far_end_clears(world.ring())
    world.settle()
    [row] = world.floor.missed
    world.ask(ana, c.Originate(request_id=1, to="+34612345099", missed_id=row))
    after = world.restart()
    assert after.floor.missed[row].taken_by is None
    assert len(after.floor.missed) == 1  # an outgoing call is no missed call


def test_the_outbox_holds_what_was_owed(world: World) -> None:
    world.come("ana")
    world.ring()
    frames = pack(world.told)
    events = [event for event, _ in unpack(frames)]
    assert [type(event) for event in events] == [OfferMade]
    ended = believable(events[0])
    assert isinstance(ended, OfferEnded)
    assert ended.state is OfferState.RESCINDED
    assert pack([]) == b""
    with pytest.raises(ValueError, match="future"):
        unpack(b'[{"event": {"type": "from the future"}}]')


def test_a_call_of_one_who_is_cut_off_says_that_nobody_is_heard(world: World) -> None:
    agent, call = talk(world)
    world.lose(agent)
    assert world.view().muted_by_link
    world.come("ana", ready=False)
    assert not world.view().muted_by_link
    assert of(world, call).state is S.CONNECTED


def test_the_days_time_for_a_reason_is_used_up() -> None:
    lunch = Reason(code="lunch", es="Comida", en="Lunch", limit_seconds=600, daily_seconds=900)
    world = World(config=Config(queues=CONFIG.queues, reasons=(lunch,)))
    ana = world.come("ana")
    pause = c.SetMode(request_id=1, mode=AgentMode.NOT_READY, reason="lunch")
    ready = c.SetMode(request_id=1, mode=AgentMode.READY)
    world.ask(ana, pause)
    shown = world.events(AgentChanged)[-1].agent
    assert shown.reason_until == world.clock.at + timedelta(seconds=600)
    world.advance(500)
    world.ask(ana, ready)
    assert world.events(AgentChanged)[-1].agent.reason_until is None
    world.ask(ana, pause)
    world.advance(400)
    world.ask(ana, pause)  # it is so already
    world.ask(ana, ready)
    with pytest.raises(CommandRefused) as error:
        world.ask(ana, pause)
    assert (error.value.code, error.value.field) == (RefusalCode.USED_UP, "reason")
    world.advance(24 * 3600)
    world.ask(ana, pause)
