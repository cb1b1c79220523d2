"""Every pair of the transition tables, the choice, the figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product

import pytest

from cti_bridge.acd.agent import activity_of
from cti_bridge.acd.interaction import TRANSITIONS, Interaction, Trigger
from cti_bridge.acd.machine import InvalidTransition
from cti_bridge.acd.offer import TRANSITIONS as OFFER_TRANSITIONS
from cti_bridge.acd.offer import Offer
from cti_bridge.acd.offer import Trigger as OfferTrigger
from cti_bridge.acd.queue import QueueFigures
from cti_bridge.acd.segment import Segment
from cti_bridge.acd.verbs import OF_CHANNEL, VERBS, require, verbs_of
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    FINAL,
    AgentActivity,
    AgentId,
    AgentMode,
    Channel,
    ClearCause,
    InteractionId,
    InteractionState,
    OfferId,
    OfferState,
    QueueId,
    SegmentId,
    Verb,
)
from cti_bridge.telephony.ports import CallId
from tests.helpers.floor import START, caller

S, T = InteractionState, Trigger
LATER = START + timedelta(seconds=1)
WALK = {
    T.ENQUEUE: {S.NEW: S.QUEUED},
    T.OFFER: {S.QUEUED: S.OFFERED},
    T.ESTABLISH: {S.NEW: S.CONNECTED, S.OFFERED: S.CONNECTED},
    T.RETURN: {S.OFFERED: S.QUEUED, S.CONNECTED: S.QUEUED, S.HELD: S.QUEUED},
    T.HOLD: {S.CONNECTED: S.HELD},
    T.RETRIEVE: {S.HELD: S.CONNECTED},
    T.CLEAR: {S.NEW: S.WRAP_UP, S.CONNECTED: S.WRAP_UP, S.HELD: S.WRAP_UP},
    T.CUSTOMER_LEFT: {S.NEW: S.ABANDONED, S.QUEUED: S.ABANDONED, S.OFFERED: S.ABANDONED},
    T.PARK: {S.NEW: S.PARKED, S.CONNECTED: S.PARKED},
    T.WAKE: {S.PARKED: S.QUEUED},
    T.REOPEN: {S.WRAP_UP: S.CONNECTED, S.CLOSED: S.QUEUED},
    T.CLOSE: {S.NEW: S.CLOSED, S.WRAP_UP: S.CLOSED},
}
"""The design's picture, told by trigger; the table tells it by state."""


def contact(state: S = S.QUEUED, **fields: object) -> Interaction:
    fresh = Interaction(
        id=InteractionId("i-1"),
        state=state,
        caller=caller(),
        queue=QueueId("support"),
        started_at=START,
        queued_at=START,
        changed_at=START,
    )
    return replace(fresh, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "trigger"), list(product(S, T)))
def test_interaction_every_pair(state: S, trigger: T) -> None:
    before, expected = contact(state), WALK[trigger].get(state)
    if expected is None:
        with pytest.raises(InvalidTransition):
            before.apply(trigger, at=LATER)
    else:
        after = before.apply(trigger, at=LATER)
        assert (after.state, after.changed_at) == (expected, LATER)


def test_interaction_only_the_customer_reopens_what_is_over() -> None:
    left = {(state, trigger) for state, trigger in TRANSITIONS if state in FINAL}
    assert left == {(S.CLOSED, T.REOPEN)}  # the customer wrote again
    assert set(S) - {S.ABANDONED} == {state for state, _ in TRANSITIONS}


@pytest.mark.parametrize(("state", "trigger"), list(product(OfferState, OfferTrigger)))
def test_offer_every_pair(state: OfferState, trigger: OfferTrigger) -> None:
    offer = Offer(
        id=OfferId("o-1"),
        interaction=InteractionId("i-1"),
        agent=AgentId("ana"),
        state=state,
        made_at=START,
        expires_at=LATER,
    )
    if state is OfferState.PENDING:
        after = offer.apply(trigger, at=LATER)
        assert (after.state, after.ended_at) == (OFFER_TRANSITIONS[state, trigger], LATER)
        assert after.state is not OfferState.PENDING
    else:
        with pytest.raises(InvalidTransition):
            offer.apply(trigger, at=LATER)


@pytest.mark.parametrize(
    ("mode", "work", "shown"),
    [
        (AgentMode.LOGGED_OUT, [], AgentActivity.LOGGED_OUT),
        (AgentMode.READY, [], AgentActivity.READY),
        (AgentMode.NOT_READY, [], AgentActivity.NOT_READY),
        (AgentMode.READY, [S.OFFERED], AgentActivity.RESERVED),
        (AgentMode.READY, [S.CONNECTED], AgentActivity.BUSY),
        (AgentMode.NOT_READY, [S.HELD], AgentActivity.BUSY),
        (AgentMode.NOT_READY, [S.NEW], AgentActivity.BUSY),
        (AgentMode.READY, [S.WRAP_UP], AgentActivity.WRAP_UP),
        (AgentMode.READY, [S.WRAP_UP, S.CONNECTED], AgentActivity.BUSY),
        (AgentMode.READY, [S.CLOSED], AgentActivity.READY),
    ],
)
def test_activity_is_derived(mode: AgentMode, work: list[S], shown: AgentActivity) -> None:
    assert activity_of(mode, work) is shown


@pytest.mark.parametrize("state", S)
def test_verbs_of_a_call_need_the_call_an_owner_and_the_switch(state: S) -> None:
    owner = None if state is S.QUEUED else AgentId("ana")
    mine = contact(state, agent=owner, call=CallId("c"))
    assert verbs_of(mine, OfferState.PENDING, frozenset(Verb)) == VERBS.get((state, ""), ())
    assert verbs_of(mine, OfferState.PENDING, frozenset()) == ()
    assert verbs_of(replace(mine, call=None), OfferState.PENDING, frozenset(Verb)) == ()
    other = AgentId("ana") if owner is None else None
    assert verbs_of(replace(mine, agent=other), OfferState.PENDING, frozenset(Verb)) == ()


@pytest.mark.parametrize(
    ("channel", "state"), [(c, s) for c, s in product(Channel, S) if c is not Channel.VOICE]
)
def test_verbs_of_work_need_no_switch(channel: Channel, state: S) -> None:
    owner = None if state is S.QUEUED else AgentId("ana")
    mine = contact(state, channel=channel, agent=owner)
    shown = verbs_of(mine, OfferState.PENDING, frozenset(Verb))
    assert shown == OF_CHANNEL[channel].get((state, ""), ())
    without = verbs_of(mine, OfferState.PENDING, frozenset())
    assert without == tuple(verb for verb in shown if verb is not Verb.DIAL)
    for verb in set(Verb) - set(shown):
        with pytest.raises(CommandRefused):
            require(mine, verb, frozenset(Verb))


def test_service_level_formula() -> None:
    figures = QueueFigures(day=date(2026, 3, 2))
    assert figures.service_level is None
    for waited in (5, 20, 21):
        figures = figures.with_answered(waited, 20)
    figures = figures.with_abandoned(4, 5).with_abandoned(9, 5)
    assert figures.service_level == pytest.approx(2 / 4)  # the short abandon does not count
    assert figures.on(date(2026, 3, 3)).answered == 0


def test_segment_times() -> None:
    at = [START + timedelta(seconds=n) for n in range(100)]
    part = Segment(id=SegmentId("s"), interaction=InteractionId("i"), started_at=at[0])
    part = part.answered(at[5]).answered(at[9]).held(at[10]).held(at[11]).retrieved(at[15])
    part = part.held(at[20]).ended(ClearCause.CALLER_CLEARED, at[30])
    assert part.hold_seconds == pytest.approx(15)
    assert part.talk_seconds == pytest.approx(10)
    again = part.ended(ClearCause.FAILED, at[50])
    assert (again.cause, again.ended_at) == (ClearCause.CALLER_CLEARED, at[30])
    assert part.wrapped_up(at[42]).wrap_up_seconds == pytest.approx(12)
