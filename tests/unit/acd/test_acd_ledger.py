"""The capacity ledger: three thirds are one."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti_bridge.acd.agent import fits
from cti_bridge.acd.ledger import (
    USUAL,
    USUAL_INTERRUPTIONS,
    Hand,
    capacity_of,
    interruptions_of,
    load,
    room,
    shares,
)
from cti_bridge.config.values import Capacity
from cti_bridge.protocol.vocabulary import AgentMode, Channel, InteractionId
from tests.helpers.routing import naive_load, naive_room, ready

VOICE, CHAT, EMAIL = Channel.VOICE, Channel.CHAT, Channel.EMAIL
VOICEMAIL, CALLBACK = Channel.VOICEMAIL, Channel.CALLBACK


def hands(*channels: Channel) -> tuple[Hand, ...]:
    return tuple(
        Hand(interaction=InteractionId(f"i{n}"), channel=one) for n, one in enumerate(channels)
    )


def test_the_usual_is_what_the_configuration_says_without_a_word() -> None:
    assert capacity_of(Capacity()) == dict(USUAL)
    assert interruptions_of(Capacity()) == dict(USUAL_INTERRUPTIONS)


@pytest.mark.parametrize(
    ("in_hand", "fit"),
    [
        ((), set(Channel)),
        ((VOICE,), set()),
        ((CHAT,), {CHAT}),
        ((CHAT, CHAT), {CHAT}),
        ((CHAT, CHAT, CHAT), set()),
        ((EMAIL,), {VOICE, CHAT}),
        ((EMAIL, CHAT), {CHAT}),
        ((EMAIL, VOICE), set()),
        ((VOICEMAIL,), {VOICE}),
        ((VOICEMAIL, EMAIL), {VOICE}),
        ((CALLBACK,), set()),
    ],
)
def test_one_call_or_three_chats_or_an_email_that_both_may_interrupt(in_hand, fit) -> None:
    agent = ready("ana", hands=hands(*in_hand))
    assert {channel for channel in Channel if fits(agent, channel)} == fit
    assert agent.free is bool(fit)


def test_what_rests_takes_nothing_until_it_goes_on() -> None:
    agent = ready("ana").with_work(InteractionId("chat"), CHAT)
    assert not agent.free_for(VOICE)
    rests = agent.with_hand(InteractionId("chat"), counts=False)
    assert rests.free_for(VOICE)
    assert rests.work == (InteractionId("chat"),)
    called = rests.with_work(InteractionId("call"), VOICE)
    again = called.with_hand(InteractionId("chat"), counts=True)
    assert again.hands == hands_named(("chat", CHAT), ("call", VOICE))
    assert load(again.hands, again.capacity) == 133  # the customer wrote: it cannot be refused
    assert not again.free
    assert again.without_work(InteractionId("call")).hands == hands_named(("chat", CHAT))


def hands_named(*pairs: tuple[str, Channel]) -> tuple[Hand, ...]:
    return tuple(Hand(interaction=InteractionId(name), channel=one) for name, one in pairs)


def test_a_hand_that_does_not_change_is_the_same_agent() -> None:
    agent = ready("ana").with_work(InteractionId("a"), CHAT)
    assert agent.with_work(InteractionId("a"), CHAT) is agent
    assert agent.with_hand(InteractionId("b"), counts=False) is agent
    assert agent.with_work(InteractionId("a"), VOICE).hands == hands_named(("a", VOICE))


def test_a_channel_that_fills_nobody_is_not_given_and_counts_whole_where_it_is_there() -> None:
    capacity = {VOICE: 0, CHAT: 2}
    assert not room((), capacity, {}, VOICE)
    assert not room((), capacity, {}, EMAIL)
    assert not room(hands(VOICE), capacity, {}, CHAT)
    assert load(hands(VOICE), capacity) == 100
    assert not room((), {}, {}, VOICE)


def test_an_agents_own_capacity_stands_before_the_others() -> None:
    assert capacity_of(Capacity(chat=3), {"chat": 5})[CHAT] == 5
    assert capacity_of(Capacity(voice=0))[VOICE] == 0


def test_shares_are_told_by_channel() -> None:
    in_hand = (
        *hands(CHAT, CHAT, EMAIL),
        Hand(interaction=InteractionId("r"), channel=CHAT, counts=False),
    )
    told = shares(in_hand, {CHAT: 3, VOICE: 1, EMAIL: 0})
    assert [(one.channel, one.using, one.most) for one in told] == [
        (VOICE, 0, 1),
        (CHAT, 2, 3),
        (EMAIL, 1, 0),
    ]


@pytest.mark.parametrize(
    ("mode", "wish", "online", "willing"),
    [
        (AgentMode.READY, None, True, True),
        (AgentMode.READY, AgentMode.READY, True, True),
        (AgentMode.READY, AgentMode.NOT_READY, True, False),
        (AgentMode.READY, AgentMode.LOGGED_OUT, True, False),
        (AgentMode.READY, None, False, False),
        (AgentMode.NOT_READY, AgentMode.READY, True, False),
        (AgentMode.LOGGED_OUT, None, True, False),
    ],
)
def test_who_asked_for_a_pause_gets_no_more(mode, wish, online, willing) -> None:
    agent = ready("ana", mode=mode, next_mode=wish, online=online)
    assert agent.willing is willing
    assert agent.free is willing


CHANNELS = st.sampled_from(Channel)
CAPACITIES = st.dictionaries(CHANNELS, st.integers(0, 50), min_size=1)


@given(
    capacity=CAPACITIES,
    in_hand=st.lists(st.tuples(CHANNELS, st.booleans()), max_size=6),
    interrupted=st.dictionaries(CHANNELS, st.frozensets(CHANNELS, max_size=3)),
    channel=CHANNELS,
)
def test_the_ledger_sums_exactly(capacity, in_hand, interrupted, channel) -> None:
    kept = tuple(
        Hand(interaction=InteractionId(f"i{n}"), channel=one, counts=counts)
        for n, (one, counts) in enumerate(in_hand)
    )
    agent = ready("ana", hands=kept, capacity=capacity, interrupted_by=interrupted)
    assert fits(agent, channel) is naive_room(agent, channel)
    assert load(kept, capacity) == naive_load(agent)


@given(CAPACITIES, st.data())
def test_filled_to_the_brim_is_never_more_than_one(capacity, data) -> None:
    """Whatever is offered in whatever order, with nothing that interrupts."""
    agent = ready("ana", capacity=capacity, interrupted_by={})
    for n in range(60):
        open_ = [one for one in Channel if fits(agent, one)]
        if not open_:
            break
        agent = agent.with_work(InteractionId(f"i{n}"), data.draw(st.sampled_from(open_)))
    parts = (Fraction(1, capacity[one.channel]) for one in agent.hands)
    assert sum(parts, Fraction(0)) <= 1
    for channel, most in capacity.items():
        assert sum(one.channel is channel for one in agent.hands) <= most
