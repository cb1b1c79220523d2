"""The main trip, and what goes wrong on it, as ladders: what comes in, what must go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import (
    AgentChanged,
    InteractionChanged,
    MissedChanged,
    MissedClosed,
    OfferEnded,
    OfferMade,
    WaitingChanged,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentMode,
    ClearCause,
    InteractionState,
    OfferState,
    RefusalCode,
    Verb,
)
from cti_bridge.telephony.ports import MediaFigures, SwitchError
from tests.helpers.floor import START, World, one_match

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.protocol.vocabulary import AgentId
    from cti_bridge.telephony.ports import CallId

S = InteractionState


@pytest.fixture
def world() -> World:
    return World()


def accept(world: World, agent: AgentId) -> None:
    world.ask(agent, c.AcceptOffer(request_id=1, offer_id=world.offer().offer.offer_id))


def talk(world: World, agent: str = "ana") -> tuple[AgentId, CallId]:
    """An agent in conversation."""
    name = world.come(agent)
    call = world.ring()
    accept(world, name)
    return name, call


def of(world: World, call: CallId) -> Interaction:
    return world.contact(call)


def about(kind: type, world: World, call: CallId, **fields: object) -> object:
    return kind(request_id=2, interaction_id=of(world, call).id, **fields)


def refused(code: RefusalCode) -> object:
    class Expect:
        def __enter__(self) -> None:
            self.raises = pytest.raises(CommandRefused)
            self.info = self.raises.__enter__()

        def __exit__(self, *error: object) -> bool:
            swallowed = self.raises.__exit__(*error)  # type: ignore[arg-type]
            assert self.info.value.code is code, self.info.value
            return bool(swallowed)

    return Expect()


def test_the_main_trip(world: World) -> None:
    world.match = one_match("Ana Peña")
    agent = world.come("ana")
    before = world.store.commits

    call = world.ring()
    assert world.store.commits == before + 1  # contact, journey, offer and reservation in one
    offer = world.offer().offer
    assert offer.interaction.customer_name == "Ana Peña"
    assert offer.interaction.match is not None  # the card is inside
    assert offer.interaction.state is S.OFFERED
    assert offer.interaction.verbs == (Verb.ANSWER,)
    assert offer.expires_in_ms == 20_000

    world.clock.advance(0.015)
    world.ask(
        agent,
        c.OfferShown(request_id=1, offer_id=offer.offer_id, painted_at=START, paint_ms=4.0),
    )
    accept(world, agent)
    assert world.switch.commands == [("answer", call, "headset:ana")]
    assert of(world, call).state is S.CONNECTED

    world.clock.advance(30)
    figures = MediaFigures(packets_received=1500, packets_lost=3, jitter_ms=2.5)
    world.switch.far_end_clears(call, media=figures)
    world.settle()
    assert of(world, call).state is S.WRAP_UP
    assert world.events(AgentChanged)[-1].agent.activity is AgentActivity.WRAP_UP

    world.clock.advance(12)
    world.ask(agent, about(c.CompleteWrapUp, world, call, disposition="resolved", notes="ok"))
    closed = of(world, call)
    assert (closed.state, closed.disposition, closed.notes) == (S.CLOSED, "resolved", "ok")
    assert closed.talk_seconds == pytest.approx(30)
    assert closed.pop_ms == pytest.approx(4.0)
    [segment] = world.store.segments.values()
    assert segment.cause is ClearCause.CALLER_CLEARED
    assert segment.wrap_up_seconds == pytest.approx(12)
    assert segment.media == figures
    assert world.journey(closed) == [
        "delivered", "match_one", "queued", "offered", "shown", "accepted", "established",
        "cleared", "closed",
    ]  # fmt: skip
    assert world.floor.agents[agent].free
    assert not world.floor.interactions
    assert not world.floor.segments
    assert not world.floor.offers
    assert not world.timers


def test_two_agents_and_the_longest_idle_is_chosen(world: World) -> None:
    world.come("ana")
    world.clock.advance(5)
    world.come("bea")
    world.ring()
    assert world.floor.agents["ana"].work
    assert not world.floor.agents["bea"].work


def test_nobody_ready_and_then_somebody_is(world: World) -> None:
    agent = world.come("ana", ready=False)
    call = world.ring()
    assert of(world, call).state is S.QUEUED
    assert not world.events(OfferMade)
    world.clock.advance(8)
    world.ask(agent, c.SetMode(request_id=0, mode=AgentMode.READY))
    assert world.offer().offer.interaction.interaction_id == of(world, call).id
    assert of(world, call).queued_at == START


def test_the_caller_gives_up_while_it_rings(world: World) -> None:
    agent = world.come("ana")
    call = world.ring()
    world.clock.advance(7)
    world.switch.far_end_clears(call)
    world.settle()
    assert world.events(OfferEnded)[-1].state is OfferState.RESCINDED
    gone = of(world, call)
    assert (gone.state, gone.failure) == (S.ABANDONED, ClearCause.CALLER_GAVE_UP)
    [row] = world.events(MissedChanged)
    assert (row.missed.number, row.missed.waited_seconds) == ("+34612345099", 7)
    assert world.floor.agents[agent].free
    with refused(RefusalCode.TOO_LATE):
        accept(world, agent)


def test_ring_on_no_answer(world: World) -> None:
    ana = world.come("ana")
    call = world.ring()
    world.advance(19.9)
    assert world.offers_to(ana)
    world.advance(0.2)
    assert world.events(OfferEnded)[-1].state is OfferState.TIMED_OUT
    agent = world.floor.agents[ana]
    assert (agent.mode, agent.reason, agent.work) == (AgentMode.NOT_READY, "rona", ())
    back = of(world, call)
    assert (back.state, back.queued_at, back.agent) == (S.QUEUED, START, None)


def test_after_rona_the_contact_is_before_those_who_came_later(world: World) -> None:
    world.come("ana")
    first = world.ring("+34600000001")
    world.clock.advance(1)
    second = world.ring("+34600000002")
    world.advance(20)
    bea = world.come("bea")
    [offer] = world.offers_to(bea)
    assert offer.interaction == of(world, first).id
    assert of(world, second).state is S.QUEUED


def test_declined_goes_to_the_other_and_not_back(world: World) -> None:
    ana = world.come("ana")
    call = world.ring()
    world.clock.advance(3)
    bea = world.come("bea")
    world.ask(ana, c.DeclineOffer(request_id=1, offer_id=world.offer().offer.offer_id))
    assert world.floor.agents[ana].reason == "declined"
    [offer] = world.offers_to(bea)
    assert offer.interaction == of(world, call).id
    assert not world.offers_to(ana)


def test_the_wish_for_later_wins_over_rona(world: World) -> None:
    ana = world.come("ana")
    world.ring()
    world.ask(ana, c.SetMode(request_id=1, mode=AgentMode.NOT_READY, reason="lunch"))
    assert world.floor.agents[ana].mode is AgentMode.READY
    world.advance(21)
    assert world.floor.agents[ana].reason == "lunch"


def test_cancel_and_answer_cross(world: World) -> None:
    """Accepted here; at the switch the call is gone already."""
    agent = world.come("ana")
    call = world.ring()
    world.switch.calls.pop(call)  # gone, its event still on the way
    with refused(RefusalCode.TOO_LATE):
        accept(world, agent)
    assert of(world, call).state is S.ABANDONED
    [segment] = world.store.segments.values()
    assert (segment.cause, segment.answered_at) == (ClearCause.CALLER_GAVE_UP, None)
    assert world.floor.agents[agent].free
    assert world.events(MissedChanged)


def test_the_switch_cannot_answer(world: World) -> None:
    agent = world.come("ana")
    call = world.ring()
    world.switch.failures["answer"] = SwitchError("failed", "no port is free")
    with refused(RefusalCode.SWITCH_FAILED):
        accept(world, agent)
    back = of(world, call)
    assert (back.state, back.queued_at) == (S.QUEUED, START)
    assert world.floor.agents[agent].reason == "answer-failed"


def test_accepting_twice_answers_once(world: World) -> None:
    agent, _call = talk(world)
    with refused(RefusalCode.TOO_LATE):
        accept(world, agent)
    assert [one[0] for one in world.switch.commands] == ["answer"]


def test_another_agents_offer_is_not_mine(world: World) -> None:
    world.come("ana")
    bea = world.come("bea", ready=False)
    world.ring()
    with refused(RefusalCode.NOT_YOURS):
        accept(world, bea)


def test_hold_retrieve_and_their_times(world: World) -> None:
    agent, call = talk(world)
    world.clock.advance(10)
    world.ask(agent, about(c.HoldCall, world, call))
    assert of(world, call).state is S.HELD
    assert Verb.RETRIEVE in world.view().verbs
    assert Verb.HOLD not in world.view().verbs
    with refused(RefusalCode.WRONG_STATE):
        world.ask(agent, about(c.HoldCall, world, call))
    world.clock.advance(5)
    world.ask(agent, about(c.RetrieveCall, world, call))
    world.clock.advance(10)
    world.ask(agent, about(c.ClearCall, world, call))
    [segment] = world.store.segments.values()
    assert segment.hold_seconds == pytest.approx(5)
    assert segment.cause is ClearCause.AGENT_CLEARED
    assert of(world, call).talk_seconds == pytest.approx(20)


def test_mute_is_shown_and_digits_are_checked(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, about(c.MuteCall, world, call, muted=True))
    assert world.view().muted
    world.ask(agent, about(c.SendDigits, world, call, digits="12#a"))
    assert world.switch.commands[-1] == ("send_digits", call, "12#A")
    for wrong in ("", "12x", "1" * 65):
        with refused(RefusalCode.INVALID):
            world.ask(agent, about(c.SendDigits, world, call, digits=wrong))
    world.switch.far_end_presses(call, "1234567890" * 4)
    world.settle()
    assert len(world.view().last_digits) == 32


def test_a_command_about_a_call_that_is_gone_frees_the_agent(world: World) -> None:
    """The switch lost the call without a word: the contact does not stay for ever."""
    agent, call = talk(world)
    del world.switch.calls[call]
    with refused(RefusalCode.TOO_LATE):
        world.ask(agent, about(c.HoldCall, world, call))
    assert of(world, call).state is S.WRAP_UP


def test_to_hang_up_what_is_gone_is_to_have_hung_up(world: World) -> None:
    agent, call = talk(world)
    del world.switch.calls[call]
    world.ask(agent, about(c.ClearCall, world, call))
    assert of(world, call).state is S.WRAP_UP


def test_wrap_up_ends_by_itself_and_keeps_what_was_typed(world: World) -> None:
    agent, call = talk(world)
    world.ask(agent, about(c.SaveNotes, world, call, notes="half a sen"))
    world.switch.far_end_clears(call)
    world.settle()
    world.advance(119)
    world.ask(agent, about(c.ExtendWrapUp, world, call))
    world.advance(59)
    assert of(world, call).state is S.WRAP_UP
    world.ask(agent, about(c.ExtendWrapUp, world, call))
    with refused(RefusalCode.TOO_LATE):
        world.ask(agent, about(c.ExtendWrapUp, world, call))
    world.advance(63)
    closed = of(world, call)
    assert (closed.state, closed.notes, closed.disposition) == (S.CLOSED, "half a sen", "")
    assert world.floor.agents[agent].free


def test_wrap_up_refuses_what_is_wrong(world: World) -> None:
    agent, call = talk(world)
    done = about(c.CompleteWrapUp, world, call, disposition="resolved")
    with refused(RefusalCode.WRONG_STATE):
        world.ask(agent, done)
    world.switch.far_end_clears(call)
    world.settle()
    for fields in (
        {"disposition": "nonsense"},
        {"disposition": ""},
        {"disposition": "resolved", "notes": "x" * 10_001},
        {"disposition": "resolved", "notes": "\x00"},
    ):
        with refused(RefusalCode.INVALID):
            world.ask(agent, about(c.CompleteWrapUp, world, call, **fields))
    world.ask(agent, done)
    with refused(RefusalCode.TOO_LATE):
        world.ask(agent, done)


def test_the_same_number_is_one_missed_row(world: World) -> None:
    for _ in range(3):
        world.switch.far_end_clears(world.ring())
        world.settle()
    for _ in range(2):
        world.switch.far_end_clears(world.ring(""))
        world.settle()
    rows = list(world.floor.missed.values())
    assert [row.attempts for row in rows] == [3, 1, 1]  # withheld numbers are not one caller


def test_calling_back_closes_the_missed_call_when_it_is_answered(world: World) -> None:
    ana = world.come("ana", ready=False)
    bea = world.come("bea", ready=False)
    world.switch.far_end_clears(world.ring())
    world.settle()
    [row] = world.floor.missed.values()
    back = c.Originate(request_id=1, to="+34612345099", missed_id=row.id)

    done = world.ask(ana, back)
    assert world.events(MissedChanged)[-1].missed.taken_by == "Ana"
    with refused(RefusalCode.BUSY):
        world.ask(bea, back)
    call = world.floor.interactions[done.id].call
    assert call is not None
    world.switch.far_end_refuses(call, ClearCause.BUSY)
    world.settle()
    contact = world.floor.interactions[done.id]
    assert (contact.state, contact.failure) == (S.WRAP_UP, ClearCause.BUSY)
    world.ask(
        ana, c.CompleteWrapUp(request_id=1, interaction_id=contact.id, disposition="call-back")
    )
    assert world.events(MissedChanged)[-1].missed.taken_by == ""

    done = world.ask(ana, back)
    call = world.floor.interactions[done.id].call
    assert call is not None
    world.switch.far_end_answers(call)
    world.settle()
    assert world.events(MissedClosed)[-1].interaction_id == row.id
    assert not world.floor.missed


def test_an_outgoing_call_that_the_switch_refuses_is_closed(world: World) -> None:
    ana = world.come("ana", ready=False)
    world.switch.line_goes(up=False)
    world.inbox.clear()
    with refused(RefusalCode.LINE_DOWN):
        world.ask(ana, c.Originate(request_id=1, to="612345678"))
    assert not world.floor.interactions
    assert world.floor.agents[ana].work == ()
    assert world.floor.agents[ana].activity is AgentActivity.NOT_READY
    [contact] = world.store.interactions.values()
    assert (contact.state, contact.failure) == (S.CLOSED, ClearCause.FAILED)


@pytest.mark.parametrize("to", ["", "hello", "\x00", "1" * 200, "sip:evil@example.com"])
def test_what_is_no_number_is_not_dialled(world: World, to: str) -> None:
    ana = world.come("ana", ready=False)
    with refused(RefusalCode.INVALID):
        world.ask(ana, c.Originate(request_id=1, to=to))
    assert not world.switch.commands


def test_closing_a_missed_call(world: World) -> None:
    ana = world.come("ana", "sales", ready=False)
    world.switch.far_end_clears(world.ring())
    world.settle()
    [row] = world.floor.missed
    with refused(RefusalCode.NOT_YOURS):
        world.ask(ana, c.CloseMissed(request_id=1, interaction_id=row))
    bea = world.come("bea", ready=False)
    world.ask(bea, c.CloseMissed(request_id=1, interaction_id=row, reason="wrong number"))
    assert not world.floor.missed
    assert world.store.missed[row].closed_by == "bea"
    with refused(RefusalCode.TOO_LATE):
        world.ask(bea, c.CloseMissed(request_id=1, interaction_id=row))


def test_waiting_contacts_are_shown_to_their_queue_without_the_file(world: World) -> None:
    world.match = one_match()
    world.ring()
    assert not world.events(InteractionChanged)  # nobody has it
    world.tick()
    event, to = next((e, to) for e, to in world.told if isinstance(e, WaitingChanged))
    assert to.queues == {"support"}
    (shown,) = event.changed
    assert shown.match is None
    assert (shown.customer_name, shown.position, shown.verbs) == ("Ana Peña", 1, (Verb.TAKE,))
