"""Contacts that are no calls: they come, are taken, rest, are put aside, come back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cti_bridge.acd.inputs import CustomerGone, Rests
from cti_bridge.acd.ports import Taken
from cti_bridge.config.values import Capacity, Config, Hours, Overflow, Queue
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import (
    AgentChanged,
    InteractionChanged,
    OfferEnded,
    OfferMade,
    WaitingChanged,
)
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.values import ContactSummary
from cti_bridge.protocol.vocabulary import (
    AgentActivity,
    AgentId,
    AgentMode,
    Channel,
    ClearCause,
    Direction,
    InteractionId,
    InteractionState,
    QueueId,
    RefusalCode,
    Verb,
)
from cti_bridge.telephony.ports import Number, NumberKind, SwitchError
from tests.helpers.floor import START, World, one_match

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction

S = InteractionState
CUSTOMER = Number(kind=NumberKind.E164, value="+34612345099")


@pytest.fixture
def world() -> World:
    return World()


def of(world: World, name: str = "m-1") -> Interaction:
    return world.store.interactions[name]


def accept(world: World, agent: AgentId) -> None:
    (offer,) = world.offers_to(agent)
    world.ask(agent, c.AcceptOffer(request_id=1, offer_id=offer.id))


def about(kind: Any, name: str = "m-1", **fields: Any) -> Any:
    return kind(request_id=1, interaction_id=InteractionId(name), **fields)


def refused(world: World, agent: AgentId, command: Any) -> RefusalCode:
    with pytest.raises(CommandRefused) as error:
        world.ask(agent, command)
    return error.value.code


# -- an e-mail from end to end -------------------------------------------------------------------


def test_an_email_waits_is_offered_is_in_hand_at_once_and_finished_in_one_go(
    world: World,
) -> None:
    assert world.arrive(subject="Factura") == Taken(id=InteractionId("m-1"))
    ana = world.come("ana")
    offer = world.offer().offer.interaction
    assert (offer.channel, offer.subject, offer.ani) == (
        Channel.EMAIL,
        "Factura",
        "ana@example.com",
    )
    accept(world, ana)
    assert (of(world).state, of(world).agent) == (S.CONNECTED, ana)
    assert Verb.REPLY in world.view().verbs
    assert Verb.PARK in world.view().verbs
    world.ask(ana, about(c.CompleteWrapUp, disposition="resolved", notes="done"))
    closed = of(world)
    assert (closed.state, closed.disposition, closed.notes) == (S.CLOSED, "resolved", "done")
    assert world.floor.agents[ana].work == ()
    assert world.journey(closed) == [
        "arrived",
        "queued",
        "offered",
        "accepted",
        "cleared",
        "closed",
    ]
    assert not [key for key in world.timers if key[0] != "grace"]


def test_the_same_arrival_again_is_the_same_contact(world: World) -> None:
    world.arrive()
    before = of(world)
    world.arrive(subject="another")
    assert of(world) is before


def test_what_a_channel_cannot_bring_is_refused(world: World) -> None:
    for wrong in ({"channel": Channel.VOICE}, {"queue": QueueId("nowhere")}):
        with pytest.raises(CommandRefused) as error:
            world.arrive("bad", **wrong)
        assert error.value.code is RefusalCode.INVALID
    assert "bad" not in world.store.interactions


def test_what_an_agent_writes_is_in_hand_at_once(world: World) -> None:
    ana = world.come("ana", ready=False)
    world.arrive(agent=ana, direction=Direction.OUTBOUND)
    assert (of(world).state, of(world).agent) == (S.CONNECTED, ana)
    assert world.floor.agents[ana].activity is AgentActivity.BUSY
    with pytest.raises(CommandRefused):
        world.arrive("m-2", agent=AgentId("nobody"))


def test_a_long_subject_is_cut(world: World) -> None:
    world.arrive(subject="x" * 5000, language="y" * 99)
    assert (len(of(world).subject), len(of(world).language)) == (200, 12)


# -- capacity ------------------------------------------------------------------------------------


def test_three_chats_fill_an_agent_and_one_that_rests_makes_room(world: World) -> None:
    ana = world.come("ana")
    for n in range(5):
        world.arrive(f"c-{n}", Channel.CHAT)
        for offer in world.offers_to(ana):
            world.ask(ana, c.AcceptOffer(request_id=1, offer_id=offer.id))
    held = world.floor.agents[ana]
    assert len(held.work) == 3
    assert [(s.channel, s.using, s.most) for s in _shares(world) if s.using] == [
        (Channel.CHAT, 3, 3)
    ]
    world.give(Rests(interaction=InteractionId("c-0")))
    assert of(world, "c-0").state is S.HELD
    accept(world, ana)
    assert len(world.floor.agents[ana].work) == 4
    assert world.wrote("c-0")  # back at once, though it is one more than usual
    assert of(world, "c-0").state is S.CONNECTED
    assert not world.offers_to(ana)


def _shares(world: World) -> Any:
    return world.events(AgentChanged)[-1].agent.shares


def test_a_call_interrupts_an_email_and_a_chat_does_not_interrupt_a_call(world: World) -> None:
    ana = world.come("ana")
    world.arrive()
    accept(world, ana)
    call = world.ring()
    accept(world, ana)
    assert world.contact(call).state is S.CONNECTED
    world.arrive("c-1", Channel.CHAT)
    assert of(world, "c-1").state is S.QUEUED
    assert len(world.floor.agents[ana].work) == 2


def test_a_mode_asked_for_during_work_waits_for_all_of_it_but_not_for_what_rests(
    world: World,
) -> None:
    ana = world.come("ana")
    for name in ("c-1", "c-2"):
        world.arrive(name, Channel.CHAT)
        accept(world, ana)
    world.ask(ana, c.SetMode(request_id=1, mode=AgentMode.NOT_READY, reason="lunch"))
    assert world.floor.agents[ana].next_mode is AgentMode.NOT_READY
    world.ask(ana, about(c.ClearCall, "c-1"))
    world.ask(ana, about(c.CompleteWrapUp, "c-1", disposition="resolved"))
    assert world.floor.agents[ana].mode is AgentMode.READY
    world.arrive("c-3", Channel.CHAT)
    assert not world.offers_to(ana)  # a pause was asked for: nothing more comes
    world.ask(ana, about(c.ClearCall, "c-2"))
    world.ask(ana, about(c.CompleteWrapUp, "c-2", disposition="resolved"))
    assert (world.floor.agents[ana].mode, world.floor.agents[ana].reason) == (
        AgentMode.NOT_READY,
        "lunch",
    )


def test_a_chat_that_rings_out_beside_another_does_not_ring_for_ever(world: World) -> None:
    ana = world.come("ana")
    world.arrive("c-1", Channel.CHAT)
    accept(world, ana)
    world.arrive("c-2", Channel.CHAT)
    world.advance(21)
    assert of(world, "c-2").state is S.QUEUED
    agent = world.floor.agents[ana]
    assert (agent.mode, agent.next_mode, agent.next_reason) == (
        AgentMode.READY,
        AgentMode.NOT_READY,
        "rona",
    )
    world.advance(100)
    assert not world.offers_to(ana)


# -- chats ---------------------------------------------------------------------------------------


def test_a_visitor_who_leaves_before_an_answer_is_abandoned_and_no_missed_call(
    world: World,
) -> None:
    ana = world.come("ana")
    world.arrive("c-1", Channel.CHAT)
    world.give(CustomerGone(interaction=InteractionId("c-1"), cause=ClearCause.CALLER_GAVE_UP))
    assert of(world, "c-1").state is S.ABANDONED
    assert not world.floor.missed
    assert world.floor.agents[ana].work == ()
    assert world.floor.figures[QueueId("support")].abandoned == 1


def test_a_visitor_who_leaves_a_chat_leaves_its_wrap_up(world: World) -> None:
    ana = world.come("ana")
    world.arrive("c-1", Channel.CHAT)
    accept(world, ana)
    world.give(CustomerGone(interaction=InteractionId("c-1"), cause=ClearCause.CUSTOMER_IDLE))
    assert of(world, "c-1").state is S.WRAP_UP
    assert not world.wrote("c-1")  # a chat that is over does not go on
    world.advance(121)
    assert of(world, "c-1").state is S.CLOSED
    assert not world.wrote("c-1")


def test_an_agent_puts_a_chat_aside_and_goes_on(world: World) -> None:
    ana = world.come("ana")
    world.arrive("c-1", Channel.CHAT)
    accept(world, ana)
    world.ask(ana, about(c.HoldCall, "c-1"))
    assert of(world, "c-1").state is S.HELD
    assert world.floor.agents[ana].activity is AgentActivity.READY
    assert refused(world, ana, about(c.HoldCall, "c-1")) is RefusalCode.WRONG_STATE
    world.ask(ana, about(c.RetrieveCall, "c-1"))
    assert of(world, "c-1").state is S.CONNECTED
    assert not world.switch.commands
    assert refused(world, ana, about(c.CompleteWrapUp, "c-1", disposition="resolved")) is (
        RefusalCode.WRONG_STATE
    )


def test_chats_count_against_their_own_service_level(world: World) -> None:
    world.arrive("c-1", Channel.CHAT)
    world.arrive("m-1", Channel.EMAIL)
    world.advance(50)
    ana = world.come("ana")
    accept(world, ana)
    figures = world.floor.figures[QueueId("support")]
    assert (figures.answered, figures.answered_within) == (1, 1)  # 60 s for a chat, 20 for a call
    assert of(world, "m-1").state is S.QUEUED


# -- taking --------------------------------------------------------------------------------------


def test_only_the_first_who_takes_gets_it(world: World) -> None:
    ana, bea = world.come("ana", ready=False), world.come("bea", ready=False)
    world.arrive()
    world.ask(ana, about(c.TakeContact))
    assert of(world).agent == ana
    assert refused(world, bea, about(c.TakeContact)) is RefusalCode.TOO_LATE
    assert refused(world, bea, about(c.TakeContact, "none")) is RefusalCode.TOO_LATE
    assert not world.events(OfferMade)
    assert not world.events(OfferEnded)  # nobody was offered anything
    step = next(w for w in world.store.log if getattr(w, "what", "") == "taken")
    assert step.decision is not None
    assert (step.decision.why, step.decision.candidates[0].agent_id) == ("taken", ana)


def test_who_rings_elsewhere_or_belongs_to_others_cannot_be_taken(world: World) -> None:
    world.come("ana")
    zoe = world.come("zoe", "sales")
    world.arrive()
    world.arrive("m-2")
    assert refused(world, zoe, about(c.TakeContact)) is RefusalCode.TOO_LATE  # rings at ana
    assert refused(world, zoe, about(c.TakeContact, "m-2")) is RefusalCode.NOT_YOURS


def test_a_call_that_is_taken_is_answered(world: World) -> None:
    ana = world.come("ana", ready=False)
    call = world.ring()
    name = world.contact(call).id
    world.ask(ana, about(c.TakeContact, name))
    assert world.contact(call).state is S.CONNECTED
    assert world.switch.commands[0][0] == "answer"
    second = world.contact(world.ring("+34600000002"))
    assert refused(world, ana, about(c.TakeContact, second.id)) is RefusalCode.BUSY


# -- put aside -----------------------------------------------------------------------------------


def test_what_is_put_aside_wakes_for_the_same_agent_first(world: World) -> None:
    ana, bea = world.come("ana"), world.come("bea", ready=False)
    world.arrive()
    accept(world, ana)
    until = world.clock.at + timedelta(hours=2)
    world.ask(ana, about(c.ParkContact, until=until, note="waits for the bank"))
    parked = of(world)
    assert (parked.state, parked.agent, parked.handover) == (S.PARKED, ana, "waits for the bank")
    assert world.floor.agents[ana].work == ()
    assert world.view().wake_at == until
    world.ask(bea, c.SetMode(request_id=1, mode=AgentMode.READY))
    world.advance(7199)
    assert of(world).state is S.PARKED
    world.advance(1)
    assert world.offers_to(ana)  # though bea was idle for longer... or not: it was ana's
    assert of(world).queued_at == until


def test_what_nobody_took_back_in_time_is_anybodys(world: World) -> None:
    ana = world.come("ana")
    world.arrive()
    accept(world, ana)
    world.ask(ana, about(c.ParkContact, until=world.clock.at + timedelta(seconds=60)))
    call = world.ring()
    accept(world, ana)  # on the telephone when it wakes
    bea = world.come("bea")
    world.advance(61)
    assert not world.offers_to(bea)
    world.advance(30)
    assert world.offers_to(bea)
    assert world.contact(call).agent == ana


@pytest.mark.parametrize(
    ("until", "note"),
    [(timedelta(0), ""), (timedelta(days=181), ""), (timedelta(hours=1), "x" * 1001)],
)
def test_a_wrong_time_or_note_parks_nothing(world: World, until: timedelta, note: str) -> None:
    ana = world.come("ana")
    world.arrive()
    accept(world, ana)
    command = about(c.ParkContact, until=world.clock.at + until, note=note)
    assert refused(world, ana, command) is RefusalCode.INVALID
    naive = about(c.ParkContact, until=START.replace(tzinfo=None))
    assert refused(world, ana, naive) is RefusalCode.INVALID
    assert of(world).state is S.CONNECTED


def test_a_call_or_a_chat_is_not_parked(world: World) -> None:
    ana = world.come("ana")
    world.arrive("c-1", Channel.CHAT)
    accept(world, ana)
    later = world.clock.at + timedelta(hours=1)
    assert refused(world, ana, about(c.ParkContact, "c-1", until=later)) in (
        RefusalCode.WRONG_STATE,
        RefusalCode.NOT_SUPPORTED,
    )


def test_an_agent_takes_back_what_they_put_aside_and_others_do_not(world: World) -> None:
    ana, bea = world.come("ana"), world.come("bea")
    world.arrive()
    for offer in [*world.offers_to(ana), *world.offers_to(bea)]:
        world.ask(offer.agent, c.AcceptOffer(request_id=1, offer_id=offer.id))
    owner = of(world).agent
    assert owner is not None
    other = bea if owner == ana else ana
    world.ask(owner, about(c.ParkContact, until=world.clock.at + timedelta(hours=1)))
    assert refused(world, other, about(c.TakeContact)) is RefusalCode.TOO_LATE
    world.ask(owner, about(c.TakeContact))
    assert (of(world).state, of(world).wake_at) == (S.CONNECTED, None)
    assert not [key for key in world.timers if key[0] == "wake"]


# -- the customer writes -------------------------------------------------------------------------


def test_a_reply_wakes_what_is_parked_and_reopens_what_is_closed(world: World) -> None:
    ana = world.come("ana")
    world.arrive()
    accept(world, ana)
    world.ask(ana, about(c.ParkContact, until=world.clock.at + timedelta(hours=1)))
    assert world.wrote("m-1")
    accept(world, ana)
    world.ask(ana, about(c.CompleteWrapUp, disposition="resolved"))
    assert "m-1" not in world.floor.interactions
    world.come("bea")
    world.advance(3600)
    assert world.wrote("m-1")  # the last agent first, though bea is idle for longer
    again = of(world)
    assert (again.state, again.agent, again.queued_at) == (S.OFFERED, ana, world.clock.at)
    assert again.ended_at is None
    accept(world, ana)
    world.ask(ana, about(c.ClearCall))
    assert of(world).state is S.WRAP_UP
    assert world.wrote("m-1")  # during its wrap-up its agent has it still
    assert (of(world).state, of(world).agent) == (S.CONNECTED, ana)
    assert not [key for key in world.timers if key[0] == "wrap-up"]


# -- transfer and split --------------------------------------------------------------------------


def test_an_email_is_handed_to_an_agent_with_a_note_and_to_anybody_after(world: World) -> None:
    ana, bea = world.come("ana"), world.come("bea", ready=False)
    world.arrive()
    accept(world, ana)
    world.ask(ana, about(c.BlindTransfer, to="agent:bea", note="knows her"))
    moved = of(world)
    assert (moved.state, moved.wanted_agent, moved.handover) == (S.QUEUED, bea, "knows her")
    assert not world.offers_to(ana)
    world.advance(14_401)  # the service level of an e-mail is over
    assert world.offers_to(ana)
    assert refused(world, bea, about(c.BlindTransfer, to="612345678")) is RefusalCode.NOT_YOURS


def test_work_goes_to_agents_and_queues_only(world: World) -> None:
    ana = world.come("ana")
    world.arrive()
    accept(world, ana)
    for to in ("612345678", "agent:zoe", "queue:none", "agent:ana"):
        with pytest.raises(CommandRefused):
            world.ask(ana, about(c.BlindTransfer, to=to))
    assert (of(world).state, of(world).handover) == (S.CONNECTED, "")
    world.ask(ana, about(c.BlindTransfer, to="queue:sales"))
    assert (of(world).queue, of(world).queued_at) == ("sales", START)  # its place is kept


def test_a_split_makes_a_contact_of_its_own(world: World) -> None:
    ana = world.come("ana")
    world.arrive(subject="two things")
    accept(world, ana)
    split = about(c.SplitContact, message_ids=(), subject="the second")
    world.ask(ana, split, made=InteractionId("m-2"))
    made = of(world, "m-2")
    assert (made.parent, made.subject, made.agent, made.state) == (
        "m-1",
        "the second",
        ana,
        S.CONNECTED,
    )
    elsewhere = about(c.SplitContact, message_ids=(), queue_id=QueueId("sales"))
    world.ask(ana, elsewhere, made=InteractionId("m-3"))
    assert (of(world, "m-3").queue, of(world, "m-3").state) == ("sales", S.QUEUED)
    wrong = about(c.SplitContact, message_ids=(), queue_id=QueueId("none"))
    with pytest.raises(CommandRefused):
        world.ask(ana, wrong, made=InteractionId("m-4"))
    assert "m-4" not in world.store.interactions


# -- calls from inside work ----------------------------------------------------------------------


def called_back(world: World) -> AgentId:
    ana = world.come("ana")
    world.arrive("k-1", Channel.CALLBACK, call_to=CUSTOMER)
    accept(world, ana)
    return ana


def test_a_call_back_dials_by_itself_and_ends_in_wrap_up(world: World) -> None:
    ana = called_back(world)
    contact = of(world, "k-1")
    assert (contact.state, contact.call_state) == (S.CONNECTED, "dialling")
    assert world.switch.commands[-1][:1] == ("originate",)
    assert world.view().verbs == (Verb.CLEAR,)
    assert contact.call is not None
    world.switch.far_end_answers(contact.call)
    world.settle()
    assert world.view().call == "talking"
    assert Verb.HOLD in world.view().verbs
    assert Verb.CONSULT in world.view().verbs  # like any call
    world.arrive("c-1", Channel.CHAT)
    assert not world.offers_to(ana)  # on the telephone
    world.switch.far_end_clears(contact.call)
    world.settle()
    assert of(world, "k-1").state is S.WRAP_UP
    world.ask(ana, about(c.CompleteWrapUp, "k-1", disposition="resolved"))
    parts = [s for s in world.store.segments.values() if s.interaction == "k-1"]
    assert all(part.ended_at for part in parts)
    assert {part.party for part in parts} == {"Ana", "+34612345099"}


def test_a_call_back_that_nobody_answers_stays_in_hand_with_its_reason(world: World) -> None:
    ana = called_back(world)
    call = of(world, "k-1").call
    assert call is not None
    world.switch.far_end_refuses(call, ClearCause.BUSY)
    world.settle()
    contact = of(world, "k-1")
    assert (contact.state, contact.call, contact.failure) == (S.CONNECTED, None, ClearCause.BUSY)
    assert Verb.DIAL in world.view().verbs
    world.ask(ana, about(c.DialContact, "k-1"))
    assert of(world, "k-1").call_state == "dialling"
    assert refused(world, ana, about(c.DialContact, "k-1")) is RefusalCode.WRONG_STATE


def test_a_switch_that_cannot_dial_leaves_the_call_back_in_hand(world: World) -> None:
    world.switch.failures["originate"] = SwitchError("line_down", "no line")
    ana = called_back(world)
    contact = of(world, "k-1")
    assert (contact.state, contact.call, contact.failure) == (
        S.CONNECTED,
        None,
        ClearCause.FAILED,
    )
    world.ask(ana, about(c.ParkContact, "k-1", until=world.clock.at + timedelta(hours=1)))


def test_a_call_from_inside_an_email_leaves_the_email_in_hand(world: World) -> None:
    ana = world.come("ana")
    world.arrive()
    accept(world, ana)
    assert refused(world, ana, about(c.DialContact)) is RefusalCode.INVALID  # whom?
    world.ask(ana, about(c.DialContact, to="612345678"))
    call = of(world).call
    assert call is not None
    world.switch.far_end_answers(call)
    world.settle()
    assert refused(world, ana, about(c.CompleteWrapUp, disposition="resolved")) is (
        RefusalCode.WRONG_STATE
    )
    later = world.clock.at + timedelta(hours=1)
    assert refused(world, ana, about(c.ParkContact, until=later)) is RefusalCode.WRONG_STATE
    world.ask(ana, about(c.HoldCall))
    assert of(world).state is S.HELD
    world.switch.far_end_clears(call)
    world.settle()
    assert (of(world).state, of(world).call) == (S.CONNECTED, None)


def test_an_agent_who_is_lost_on_a_call_inside_an_email_leaves_both_in_order(
    world: World,
) -> None:
    ana = world.come("ana")
    world.arrive()
    accept(world, ana)
    world.ask(ana, about(c.DialContact, to="612345678"))
    world.leave(ana)
    assert (of(world).state, of(world).call, of(world).prefer) == (S.QUEUED, None, ana)
    assert not world.switch.calls


def test_a_call_back_asked_at_a_time_waits_for_it(world: World) -> None:
    ana = world.come("ana")
    at = world.clock.at + timedelta(hours=3)
    world.arrive("k-1", Channel.CALLBACK, call_to=CUSTOMER, wake_at=at)
    assert of(world, "k-1").state is S.PARKED
    world.advance(3 * 3600)
    assert world.offers_to(ana)
    assert of(world, "k-1").queued_at == at


# -- whose turn it is first ----------------------------------------------------------------------


def test_the_last_agent_of_the_customer_is_asked_first() -> None:
    queue = Queue(id="support", name="Support", prefer=("last_agent",), prefer_seconds=30)
    world = World(config=Config(queues=(queue,)))
    ana, bea = world.come("ana", "support"), world.come("bea", "support", ready=False)
    earlier = ContactSummary(
        interaction_id=InteractionId("old"),
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        started_at=START,
        state=S.CLOSED,
        agent_id=bea,
    )
    known = one_match()
    card = known.matches[0].card.__class__(
        **{
            field: getattr(known.matches[0].card, field)
            for field in known.matches[0].card.__struct_fields__
            if field != "last_contacts"
        },
        last_contacts=(earlier,),
    )
    match = known.__class__(
        kind=known.kind,
        total=1,
        matches=(
            known.matches[0].__class__(
                card=card, reason=known.matches[0].reason, matched_value=""
            ),
        ),
    )
    world.arrive(match=match)
    assert of(world).prefer == bea
    assert world.offers_to(ana)  # bea is not ready: nobody waits for her
    world.ask(bea, c.SetMode(request_id=1, mode=AgentMode.READY))
    world.arrive("m-2", match=match)
    assert world.offers_to(bea)


# -- the queue's rules ---------------------------------------------------------------------------


def closed_at_night(**fields: Any) -> Config:
    hours = Hours(id="day", zone="UTC", monday=("10:00-18:00",))  # START is a Monday, 09:00
    queue = Queue(id="support", name="Support", hours="day", **fields)
    return Config(queues=(queue, Queue(id="sales", name="Sales")), hours=(hours,))


def test_a_chat_that_finds_the_queue_closed_is_turned_away_with_what_the_rules_say() -> None:
    rule = Overflow(when="closed", do="email", reply="closed-now")
    world = World(config=closed_at_night(overflow=(rule,)))
    taken = world.arrive("c-1", Channel.CHAT)
    assert taken == Taken(
        id=InteractionId("c-1"), turned_away="closed", outcome="email", reply="closed-now"
    )
    gone = of(world, "c-1")
    assert (gone.state, gone.failure) == (S.ABANDONED, ClearCause.TURNED_AWAY)
    assert world.floor.figures[QueueId("support")].abandoned == 0
    assert world.journey(gone) == ["arrived", "queued", "overflow_email", "abandoned"]


def test_work_is_never_turned_away() -> None:
    world = World(config=closed_at_night(max_waiting=1))
    for n in range(3):
        assert not world.arrive(f"m-{n}").turned_away
        assert not world.arrive(f"k-{n}", Channel.CALLBACK, call_to=CUSTOMER).turned_away
    assert world.arrive("c-1", Channel.CHAT).turned_away == "closed"


def test_an_email_that_finds_the_queue_closed_waits_and_is_answered_once() -> None:
    rule = Overflow(when="closed", do="email", reply="closed-now")
    world = World(config=closed_at_night(overflow=(rule,)))
    world.arrive()
    assert of(world).state is S.QUEUED
    assert [(c.id, do, reply) for c, do, reply in world.overflowed] == [
        ("m-1", "email", "closed-now")
    ]


def test_who_waits_too_long_goes_to_another_queue_and_keeps_the_place() -> None:
    rule = Overflow(when="waited", over=60, do="queue", queue="sales")
    queue = Queue(id="support", name="Support", overflow=(rule,))
    world = World(config=Config(queues=(queue, Queue(id="sales", name="Sales"))))
    zoe = world.come("zoe", "sales")
    call = world.ring(dnis="")
    world.arrive()
    world.advance(59)
    assert not world.offers_to(zoe)
    world.advance(1)
    moved = world.contact(call)
    assert (moved.queue, moved.queued_at, moved.came_to) == ("sales", START, ("support",))
    assert world.offers_to(zoe)
    assert of(world).queue == "sales"
    assert "overflow_queue" in world.journey(moved)


def test_a_rule_that_came_due_while_it_rang_is_not_forgotten() -> None:
    rule = Overflow(when="waited", over=60, do="queue", queue="sales")
    queue = Queue(id="support", name="Support", overflow=(rule,), offer_seconds=20)
    world = World(config=Config(queues=(queue, Queue(id="sales", name="Sales"))))
    world.arrive()
    world.advance(50)
    world.come("ana", "support")
    world.advance(21)  # rings out at 70 s
    world.advance(0.01)
    assert of(world).queue == "sales"


def test_who_waits_when_the_last_agent_goes_goes_on() -> None:
    rule = Overflow(when="nobody", do="queue", queue="sales")
    queue = Queue(id="support", name="Support", overflow=(rule,))
    config = Config(
        queues=(queue, Queue(id="sales", name="Sales")), capacity=Capacity(email=1, chat=1)
    )
    world = World(config=config)
    ana = world.come("ana", "support")
    for name in ("c-1", "c-2"):
        world.arrive(name, Channel.CHAT)
    assert of(world, "c-2").queue == "support"
    world.leave(ana)
    assert {of(world, name).queue for name in ("c-1", "c-2")} == {"sales"}


def test_a_full_queue_turns_a_chat_away_but_not_one_that_is_served_at_once() -> None:
    world = World(config=Config(queues=(Queue(id="support", name="Support", max_waiting=1),)))
    assert not world.arrive("c-1", Channel.CHAT).turned_away
    assert world.arrive("c-2", Channel.CHAT).turned_away == "full"
    world.come("ana", "support")
    assert not world.arrive("c-3", Channel.CHAT).turned_away


def test_a_visitor_whose_number_is_known_is_called_back_at_the_same_place() -> None:
    rule = Overflow(when="waited", over=30, do="callback")
    world = World(config=Config(queues=(Queue(id="support", name="Support", overflow=(rule,)),)))
    world.arrive("c-1", Channel.CHAT, call_to=CUSTOMER)
    world.arrive("c-2", Channel.CHAT)
    world.advance(30)
    assert (of(world, "c-1").channel, of(world, "c-1").state) == (Channel.CALLBACK, S.QUEUED)
    assert of(world, "c-1").queued_at == START
    assert of(world, "c-2").state is S.ABANDONED
    assert [(x.id, do) for x, do, _ in world.overflowed] == [
        ("c-1", "callback"),
        ("c-2", "callback"),
    ]


def test_a_visitor_whose_address_is_known_is_answered_by_email_at_the_same_place() -> None:
    rule = Overflow(when="waited", over=30, do="email", reply="sorry")
    world = World(config=Config(queues=(Queue(id="support", name="Support", overflow=(rule,)),)))
    world.arrive("c-1", Channel.CHAT, write_to="ana@example.com")
    world.advance(10)
    world = world.restart()
    world.advance(30)
    turned = of(world, "c-1")
    assert (turned.channel, turned.state, turned.queued_at) == (Channel.EMAIL, S.QUEUED, START)
    assert turned.caller.number.value == "ana@example.com"
    assert world.journey(turned)[-2:] == ["overflow_email", "by_email"]
    told = [(one.channel, do, reply) for one, do, reply in world.overflowed]
    assert told == [(Channel.CHAT, "email", "sorry")]  # the mailbox answers no chat by itself
    assert world.offers_to(world.come("ana", "support"))


# -- restart -------------------------------------------------------------------------------------


def test_after_a_kill_written_contacts_go_on_and_calls_are_over(world: World) -> None:
    ana = world.come("ana")
    later = world.clock.at + timedelta(hours=1)
    world.arrive("m-parked")
    accept(world, ana)
    world.ask(ana, about(c.ParkContact, "m-parked", until=later))
    world.arrive("m-done")
    accept(world, ana)
    world.ask(ana, about(c.ClearCall, "m-done"))
    world.arrive("c-1", Channel.CHAT)
    world.advance(1)
    world.ask(ana, about(c.CompleteWrapUp, "m-done", disposition="resolved"))
    accept(world, ana)
    world.arrive("c-2", Channel.CHAT)
    world.arrive("m-waits")
    place = of(world, "m-waits").queued_at
    after = world.restart()
    assert of(after, "m-parked").state is S.PARKED
    assert after.timers["wake", "m-parked"] == later
    assert (of(after, "c-1").state, of(after, "c-1").prefer) == (S.QUEUED, ana)
    assert of(after, "c-2").state is S.QUEUED
    assert (of(after, "m-waits").state, of(after, "m-waits").queued_at) == (S.QUEUED, place)
    assert all(part.ended_at for part in after.store.segments.values())
    ana = after.come("ana")
    assert len(after.offers_to(ana)) >= 1
    after.advance(3601)
    assert of(after, "m-parked").state is not S.PARKED


def test_a_call_back_killed_while_it_dialled_waits_again(world: World) -> None:
    called_back(world)
    after = world.restart()
    assert (of(after, "k-1").state, of(after, "k-1").call) == (S.QUEUED, None)
    after.come("ana")
    assert of(after, "k-1").state is S.OFFERED


# -- what is told --------------------------------------------------------------------------------


def test_who_waits_is_told_together_and_who_goes_goes_first(world: World) -> None:
    for n in range(10):
        world.arrive(f"m-{n}")
    world.tick()
    (told,) = world.events(WaitingChanged)
    assert len(told.changed) == 10
    assert told.changed[3].due_at == START + timedelta(seconds=14_400)
    world.told.clear()
    ana = world.come("ana")
    world.tick()
    (told,) = world.events(WaitingChanged)
    assert told.gone == (("m-0", of(world, "m-0").version),)
    accept(world, ana)
    world.ask(ana, about(c.BlindTransfer, "m-0", to="queue:sales"))
    world.told.clear()
    world.tick()
    assert not [e for e in world.events(WaitingChanged) if "m-0" in dict(e.gone)]
    assert not world.events(InteractionChanged)


def test_a_wait_is_told_once_enough_were_served(world: World) -> None:
    ana = world.come("ana")
    for n in range(5):
        call = world.ring(f"+3460000010{n}")
        accept(world, ana)
        world.advance(30)
        world.switch.far_end_clears(call)
        world.settle()
        assert world.floor.seconds_to(QueueId("support"), Channel.VOICE, 1) is None
        world.ask(ana, about(c.CompleteWrapUp, world.contact(call).id, disposition="resolved"))
    world.ring()
    accept(world, ana)
    second = world.contact(world.ring("+34600000200"))
    third = world.contact(world.ring("+34600000201"))
    assert world.floor.expected_wait(second.id) == (1, 30)
    assert world.floor.expected_wait(third.id) == (2, 60)
    assert world.floor.expected_wait(InteractionId("none")) == (0, None)
