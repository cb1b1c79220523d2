"""The desktop's state: each frame's effect, and what comes late, twice or for others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from agent_desktop.link import LinkState
from agent_desktop.state import ENDED_KEPT, State, on_link, reduce
from cti_bridge.protocol.events import (
    AgentChanged,
    AgentsChanged,
    CustomerChanged,
    InteractionChanged,
    LineChanged,
    MatchFound,
    MissedChanged,
    MissedClosed,
    OfferEnded,
    OfferMade,
    QueueChanged,
    SessionEnded,
)
from cti_bridge.protocol.values import LineView, MatchResult, OfferView, QueueView
from cti_bridge.protocol.vocabulary import (
    AgentId,
    CustomerId,
    InteractionId,
    InteractionState,
    MatchKind,
    OfferId,
    OfferState,
    QueueId,
)
from tests.helpers import page_values as made

I1 = InteractionId("i1")
O1 = OfferId("o1")


def view(**changes: Any) -> Any:
    values = {"interaction_id": I1, "version": 1, "state": InteractionState.QUEUED}
    return made.interaction(**values | changes)


def offer(**changes: Any) -> OfferView:
    values: dict[str, Any] = {
        "offer_id": O1,
        "interaction": view(state=InteractionState.OFFERED, version=2),
        "made_at": made.NOW,
        "expires_at": made.NOW + timedelta(seconds=20),
        "expires_in_ms": 20_000,
    }
    return OfferView(**values | changes)


@pytest.fixture
def signed_in() -> State:
    return reduce(State(link=LinkState.ONLINE), made.signed_in(now=made.NOW), now=50.0)


def after(state: State, *frames: Any, now: float = 60.0) -> State:
    for frame in frames:
        state = reduce(state, frame, now=now)
    return state


def test_a_snapshot_replaces_everything_and_a_resume_keeps_it(signed_in: State) -> None:
    busy = after(signed_in, OfferMade(offer=offer()), InteractionChanged(interaction=view()))
    resumed = msgspec.structs.replace(made.signed_in(now=made.NOW), snapshot=None)
    assert after(busy, resumed).offers == busy.offers
    fresh = after(busy, made.signed_in(now=made.NOW))
    assert not fresh.offers
    assert not fresh.interactions


def test_an_offer_rings_with_its_deadline_on_this_machines_clock(signed_in: State) -> None:
    state = after(signed_in, OfferMade(offer=offer(expires_in_ms=7_500)), now=100.0)
    assert state.offers[O1].expires_at == 107.5
    assert state.interactions[I1].state is InteractionState.OFFERED


@pytest.mark.parametrize("end", [s for s in OfferState if s is not OfferState.PENDING])
def test_an_ended_offer_is_gone(signed_in: State, end: OfferState) -> None:
    state = after(
        signed_in,
        OfferMade(offer=offer()),
        OfferEnded(offer_id=O1, interaction_id=I1, state=end),
    )
    assert not state.offers
    # a caller that gave up leaves the list at once; the others are told by their own event
    assert (I1 in state.interactions) is (end is not OfferState.RESCINDED)


def test_the_end_of_an_offer_that_never_rang_here_changes_nothing(signed_in: State) -> None:
    ended = OfferEnded(offer_id=O1, interaction_id=I1, state=OfferState.RESCINDED)
    assert after(signed_in, ended) == signed_in


def test_a_late_version_never_overwrites_a_newer_one(signed_in: State) -> None:
    state = after(signed_in, InteractionChanged(interaction=view(version=5, notes="new")))
    state = after(state, InteractionChanged(interaction=view(version=4, notes="old")))
    assert state.interactions[I1].notes == "new"


def test_a_finished_contact_does_not_come_back(signed_in: State) -> None:
    done = view(version=5, state=InteractionState.CLOSED)
    state = after(
        signed_in, InteractionChanged(interaction=view()), InteractionChanged(interaction=done)
    )
    assert I1 not in state.interactions
    late = after(state, InteractionChanged(interaction=view(version=5)))
    assert late.interactions == state.interactions
    again = after(state, InteractionChanged(interaction=view(version=6)))
    assert I1 in again.interactions


def test_finished_contacts_are_forgotten_after_a_while(signed_in: State) -> None:
    state = signed_in
    for number in range(ENDED_KEPT + 10):
        over = view(interaction_id=InteractionId(f"x{number}"), state=InteractionState.ABANDONED)
        state = after(state, InteractionChanged(interaction=over))
    assert len(state.ended) == ENDED_KEPT


def test_a_contact_answered_by_another_leaves_the_list(signed_in: State) -> None:
    state = after(signed_in, InteractionChanged(interaction=view()))
    taken = view(version=2, state=InteractionState.CONNECTED, agent_id=AgentId("a9"))
    assert I1 not in after(state, InteractionChanged(interaction=taken)).interactions


def test_own_and_waiting_are_told_apart_and_sorted(signed_in: State) -> None:
    def at(name: str, seconds: int, **changes: Any) -> InteractionChanged:
        moment = made.NOW + timedelta(seconds=seconds)
        times = {"queued_at": moment, "started_at": moment, "established_at": moment}
        return InteractionChanged(
            interaction=view(interaction_id=InteractionId(name), **times | changes)
        )

    held = {"state": InteractionState.HELD}
    state = after(signed_in, at("w2", 2), at("w1", 1), at("o2", 9, **held), at("o1", 3, **held))
    assert [i.interaction_id for i in state.waiting()] == ["w1", "w2"]
    assert [i.interaction_id for i in state.own()] == ["o1", "o2"]


def test_a_late_match_reaches_contact_and_offer(signed_in: State) -> None:
    match = MatchResult(kind=MatchKind.NONE)
    state = after(
        signed_in,
        OfferMade(offer=offer()),
        MatchFound(interaction_id=I1, match=match),
    )
    assert state.interactions[I1].match == match
    assert state.offers[O1].view.interaction.match == match
    stray = MatchFound(interaction_id=InteractionId("nobody"), match=match)
    assert after(state, stray) == state


def test_own_and_other_agents(signed_in: State) -> None:
    assert signed_in.agent is not None
    newer = msgspec.structs.replace(signed_in.agent, version=3, reason="break")
    other = msgspec.structs.replace(newer, agent_id=AgentId("a7"))
    state = after(signed_in, AgentChanged(agent=newer), AgentChanged(agent=other))
    assert state.agent == newer
    assert state.agents[AgentId("a7")] == other
    stale = msgspec.structs.replace(newer, version=1, reason="old")
    assert after(state, AgentChanged(agent=stale)).agent == newer


def test_what_all_are_told_of_agents_is_folded(signed_in: State) -> None:
    assert signed_in.agent is not None
    mine = msgspec.structs.replace(signed_in.agent, version=3, reason="break")
    others = [msgspec.structs.replace(mine, agent_id=AgentId(f"a{n}")) for n in (7, 8)]
    state = after(signed_in, AgentsChanged(agents=(*others, mine)))
    assert state.agent == mine
    assert {key: state.agents[AgentId(key)] for key in ("a7", "a8")} == {
        "a7": others[0],
        "a8": others[1],
    }
    stale = msgspec.structs.replace(mine, version=2, reason="old")
    after_stale = after(state, AgentsChanged(agents=(stale,)))
    assert after_stale.agent == mine
    assert after_stale.agents is state.agents


def test_queues_missed_calls_and_lines(signed_in: State) -> None:
    queue = QueueView(queue_id=QueueId("q0"), name="Soporte", waiting=4)
    missed = made.missed(1)
    line = LineView(line_id="l1", name="Central", up=False, since=made.NOW)
    state = after(
        signed_in,
        QueueChanged(queue=queue),
        MissedChanged(missed=missed),
        LineChanged(line=line),
    )
    assert state.queues[QueueId("q0")].waiting == 4
    assert state.missed[missed.interaction_id] == missed
    assert not state.lines["l1"].up
    closed = after(state, MissedClosed(interaction_id=missed.interaction_id))
    assert missed.interaction_id not in closed.missed


@pytest.mark.parametrize(
    "frame",
    [
        SessionEnded(reason="taken_over"),
        CustomerChanged(customer_id=CustomerId("c"), version=1, by="Ana"),
    ],
)
def test_what_others_listen_for_leaves_the_state_alone(signed_in: State, frame: Any) -> None:
    assert after(signed_in, frame) is signed_in


def test_a_wrong_clock_on_the_desk_does_no_harm(signed_in: State) -> None:
    assert signed_in.clock == made.NOW.timestamp() - 50.0
    made_later = offer(
        expires_at=made.NOW + timedelta(seconds=110), expires_in_ms=10_000
    )  # so the bridge wrote it 100 s after NOW
    state = after(signed_in, OfferMade(offer=made_later), now=150.0)
    assert state.clock == pytest.approx(made.NOW.timestamp() - 50.0)


def test_an_event_from_the_future_puts_a_slow_clock_forward(signed_in: State) -> None:
    ahead = view(changed_at=made.NOW + timedelta(seconds=30))
    state = after(signed_in, InteractionChanged(interaction=ahead), now=51.0)
    assert state.clock == pytest.approx(made.NOW.timestamp() + 30 - 51.0)
    behind = view(version=2, changed_at=made.NOW)
    assert after(state, InteractionChanged(interaction=behind), now=52.0).clock == state.clock


def test_a_cut_keeps_the_state_and_signing_out_forgets_it(signed_in: State) -> None:
    busy = after(signed_in, OfferMade(offer=offer()))
    assert on_link(busy, LinkState.OFFLINE).offers == busy.offers
    assert on_link(busy, LinkState.SIGNED_OUT) == State(link=LinkState.SIGNED_OUT)


def test_no_reduction_changes_the_state_it_was_given(signed_in: State) -> None:
    before = dict(signed_in.interactions)
    after(signed_in, OfferMade(offer=offer()), InteractionChanged(interaction=view()))
    assert dict(signed_in.interactions) == before
