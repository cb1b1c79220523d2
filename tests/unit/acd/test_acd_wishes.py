"""Whose turn it is first: who looks after the customer, who had them last."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from cti_bridge.acd.inputs import MatchedLate
from cti_bridge.config.values import Config, Queue
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.values import ContactSummary, MatchResult
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    Channel,
    Direction,
    InteractionId,
    InteractionState,
    MatchKind,
)
from tests.helpers.floor import START, World, one_match

if TYPE_CHECKING:
    from cti_bridge.acd.interaction import Interaction

BOTH = ("owner", "last_agent")
PENDING = MatchResult(kind=MatchKind.PENDING)


def world(*prefer: str, seconds: float = 30) -> World:
    queue = Queue(
        id="support",
        name="Support",
        dnis=("+34944210000",),
        prefer=prefer,  # type: ignore[arg-type]
        prefer_seconds=seconds,
    )
    return World(config=Config(queues=(queue, Queue(id="sales", name="Sales"))))


def customer(owner: str = "", last: str = "") -> MatchResult:
    """Who calls is on file, with this owner, and was last served by this agent."""
    earlier = ContactSummary(
        interaction_id=InteractionId("old"),
        channel=Channel.VOICE,
        direction=Direction.INBOUND,
        started_at=START,
        state=InteractionState.CLOSED,
        agent_id=AgentId(last),
    )
    found = one_match()
    card = msgspec.structs.replace(
        found.matches[0].card, owner=owner, last_contacts=(earlier,) if last else ()
    )
    match = msgspec.structs.replace(found.matches[0], card=card)
    return msgspec.structs.replace(found, matches=(match,))


def of(floor: World, name: str = "m-1") -> Interaction:
    return floor.store.interactions[name]


def pauses(floor: World, agent: AgentId) -> None:
    floor.ask(agent, c.SetMode(request_id=1, mode=AgentMode.NOT_READY))


def test_the_owner_is_asked_first_for_as_long_as_the_queue_says() -> None:
    floor = world("owner")
    ana, bea = floor.come("ana", "support"), floor.come("bea", "support")
    floor.arrive("m-0", match=customer("bea"))
    assert floor.offers_to(bea)
    floor.arrive(match=customer("bea"))  # she is at the first; ana waits in vain for 30 s
    assert (of(floor).prefer, of(floor).prefer_why) == (bea, "owner")
    assert not floor.offers_to(ana)
    floor.ask(bea, c.AcceptOffer(request_id=1, offer_id=floor.offers_to(bea)[0].id))
    floor.advance(29.9)
    assert not floor.offers_to(ana)
    floor.advance(0.2)
    assert floor.offers_to(ana)


def test_the_journey_and_the_decision_say_that_it_was_the_owner() -> None:
    floor = world("owner")
    floor.come("ana", "support")
    floor.come("bea", "support")
    floor.arrive(match=customer("bea"))
    offered = [w for w in floor.store.log if getattr(w, "what", "") == "offered"]
    assert [(step.detail, step.code) for step in offered] == [("Bea", "owner")]  # type: ignore[union-attr]
    assert offered[0].decision.why == "owner"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("prefer", "first"),
    [(("owner", "last_agent"), "bea"), (("last_agent", "owner"), "ana"), (("last_agent",), "ana")],
)
def test_they_are_asked_in_the_order_written(prefer: tuple[str, ...], first: str) -> None:
    floor = world(*prefer)
    for name in ("zoe", "ana", "bea"):
        floor.come(name, "support")
    floor.arrive(match=customer("bea", last="ana"))
    assert floor.offers_to(AgentId(first))


def test_the_next_one_is_asked_where_the_first_could_not_be() -> None:
    floor = world(*BOTH)
    ana, bea = floor.come("ana", "support"), floor.come("bea", "support")
    floor.come("zoe", "support")
    pauses(floor, bea)
    floor.arrive(match=customer("bea", last="ana"))
    assert (of(floor).prefer, of(floor).prefer_why) == (ana, "last_agent")
    assert floor.offers_to(ana)
    pauses(floor, ana)
    floor.arrive("m-2", match=customer("bea", last="ana"))
    assert of(floor, "m-2").prefer == bea  # who may be ready in time


@pytest.mark.parametrize("owner", ["nobody-here", "zoe", "lea", ""])
def test_an_owner_who_is_unknown_or_gone_or_not_of_the_queue_is_no_wish(owner: str) -> None:
    floor = world("owner")
    ana = floor.come("ana", "support")
    floor.come("zoe", "sales")
    floor.leave(floor.come("lea", "support"))
    floor.arrive(match=customer(owner))
    assert (of(floor).prefer, of(floor).prefer_why) == (None, "")
    assert floor.offers_to(ana)


def test_nobody_is_the_owner_of_several_who_may_be_calling() -> None:
    floor = world("owner")
    floor.come("bea", "support", ready=False)
    several = msgspec.structs.replace(customer("bea"), kind=MatchKind.SEVERAL, total=2)
    floor.arrive(match=several)
    assert of(floor).prefer is None


def test_without_time_for_it_nobody_is_waited_for() -> None:
    floor = world("owner", seconds=0)
    floor.come("bea", "support", ready=False)
    floor.arrive(match=customer("bea"))
    assert of(floor).prefer is None


def test_a_match_that_comes_late_brings_its_wish_to_who_still_waits() -> None:
    floor = world("owner")
    floor.match = PENDING
    bea = floor.come("bea", "support", ready=False)
    call = floor.ring()
    floor.give(MatchedLate(call=call, match=customer("bea")))
    assert (floor.contact(call).prefer, floor.contact(call).prefer_why) == (bea, "owner")
