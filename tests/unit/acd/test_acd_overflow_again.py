"""The queue's rules are looked at again while a contact waits: at closing time, when agents go,
when somebody comes in before it. Nothing is asked in between."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cti_bridge.acd import overflowing
from cti_bridge.config.values import Config, Hours, Overflow, Queue
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    FINAL,
    AgentId,
    Channel,
    InteractionId,
    InteractionState,
    QueueId,
)
from tests.helpers.examples import examples
from tests.helpers.floor import START, World

if TYPE_CHECKING:
    import pytest

    from cti_bridge.acd.interaction import Interaction

S = InteractionState
TO_NIGHT = Overflow(when="closed", do="queue", queue="night")
NIGHT = Queue(id="night", name="Night", dnis=("+34944210009",))


def world(*overflow: Overflow, hours: str = "day", **fields: Any) -> World:
    """START is a Monday, 09:00; the queue closes at 10:00 and opens the next day."""
    day = Hours(id="day", zone="UTC", monday=("08:00-10:00",), tuesday=("08:00-10:00",))
    queue = Queue(
        id="support",
        name="Support",
        dnis=("+34944210000",),
        hours=hours,
        overflow=overflow,
        **fields,
    )
    return World(config=Config(queues=(queue, NIGHT), hours=(day,)))


def of(floor: World, name: str) -> Interaction:
    return floor.store.interactions[name]


def queues(floor: World, *names: str) -> list[QueueId | None]:
    return [of(floor, name).queue for name in names]


def take(floor: World, agent: AgentId) -> InteractionId:
    (offer,) = floor.offers_to(agent)
    floor.ask(agent, c.AcceptOffer(request_id=1, offer_id=offer.id))
    return offer.interaction


# -- closing time --------------------------------------------------------------------------------


def test_ten_callers_who_wait_at_closing_time_go_where_the_rules_say_in_their_order() -> None:
    floor = world(TO_NIGHT)
    calls = []
    for n in range(10):
        calls.append(floor.ring(f"+3460000000{n}"))
        floor.advance(60)
    floor.advance(3600 - 600 - 1)
    assert {floor.contact(call).queue for call in calls} == {"support"}
    floor.advance(1.1)
    waiting = [one.id for one in floor.floor.pool.waiting(QueueId("night"))]
    assert waiting == [floor.contact(call).id for call in calls]
    assert [floor.contact(call).queued_at for call in calls] == [
        START + timedelta(minutes=n) for n in range(10)
    ]
    journey = floor.journey(floor.contact(calls[0]))
    assert journey.count("overflow_queue") == 1


def test_more_than_a_turn_may_do_are_done_in_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overflowing, "MOST_AT_ONCE", 3)
    floor = world(TO_NIGHT)
    names = [f"m-{n}" for n in range(10)]
    for name in names:
        floor.arrive(name)
    floor.advance(3600)
    assert queues(floor, *names) == ["night"] * 10
    assert not [key for key in floor.timers if key[0] == overflowing.AGAIN]


def test_without_a_step_for_it_who_came_in_time_is_served() -> None:
    floor = world(Overflow(when="waited", over=9000, do="hang_up"))
    floor.arrive("c-1", Channel.CHAT)
    floor.advance(3700)
    assert of(floor, "c-1").state is S.QUEUED
    assert floor.arrive("c-2", Channel.CHAT).turned_away == "closed"


def test_who_is_being_served_or_was_stays_at_closing_time() -> None:
    floor = world(TO_NIGHT, Overflow(when="closed", do="hang_up"))
    ana, bea = floor.come("ana", "support"), floor.come("bea", "support")
    for name in ("c-1", "c-2"):
        floor.arrive(name, Channel.CHAT)
    had = [take(floor, agent) for agent in (ana, bea)]
    floor.leave(bea)  # lost: the customer waits for another, and was served
    floor.advance(3700)
    assert queues(floor, *had) == ["support", "support"]
    assert of(floor, had[0]).state is S.CONNECTED


def test_who_rings_at_an_agent_at_closing_time_goes_when_nobody_answers() -> None:
    floor = world(TO_NIGHT)
    floor.advance(3590)
    ana = floor.come("ana", "support")
    floor.arrive()
    assert floor.offers_to(ana)
    floor.advance(11)
    assert queues(floor, "m-1") == ["support"]
    floor.advance(10)  # rings out
    assert queues(floor, "m-1") == ["night"]


def test_work_waits_through_the_night_and_a_call_back_at_a_time_finds_it_closed() -> None:
    floor = world(TO_NIGHT)
    floor.arrive("k-1", Channel.CALLBACK, call_to=None, wake_at=START + timedelta(hours=2))
    floor.advance(3700)
    assert of(floor, "k-1").state is S.PARKED  # not looked at: it does not wait
    assert queues(floor, "k-1") == ["support"]
    floor.advance(3600)
    assert (of(floor, "k-1").state, of(floor, "k-1").queue) == (S.QUEUED, "night")
    hanging_up = world(Overflow(when="closed", do="hang_up"))
    hanging_up.arrive()
    hanging_up.advance(3700)
    assert of(hanging_up, "m-1").state is S.QUEUED


def test_each_step_is_done_once_however_often_the_queue_closes() -> None:
    floor = world(Overflow(when="closed", do="email", reply="closed-now"))
    floor.arrive()
    floor.advance(3 * 86_400)
    assert [(one.id, do) for one, do, _ in floor.overflowed] == [("m-1", "email")]


def test_a_chat_is_told_what_the_rules_say_at_closing_time() -> None:
    floor = world(Overflow(when="closed", do="email", reply="closed-now"))
    floor.arrive("c-1", Channel.CHAT)
    floor.advance(3700)
    assert of(floor, "c-1").state is S.ABANDONED
    assert [(one.id, do, reply) for one, do, reply in floor.overflowed] == [
        ("c-1", "email", "closed-now")
    ]


def test_after_a_restart_the_queue_still_closes() -> None:
    floor = world(TO_NIGHT)
    floor.arrive()
    floor = floor.restart()
    floor.advance(3700)
    assert queues(floor, "m-1") == ["night"]


def test_one_timer_a_queue_and_none_where_no_step_asks_for_it() -> None:
    floor = world(TO_NIGHT)
    for n in range(5):
        floor.arrive(f"m-{n}")
    assert [key for key in floor.timers if key[0] == "closing"] == [("closing", "support")]
    assert not any(key[0] == "look" for key in floor.timers)
    other = world(Overflow(when="nobody", do="queue", queue="night"))
    other.come("ana", "support", ready=True)
    other.arrive()
    assert not any(key[0] == "closing" for key in other.timers)


# -- who is there, and who comes before ----------------------------------------------------------


def test_when_an_agent_goes_those_whom_the_others_cannot_bear_go_on() -> None:
    floor = world(Overflow(when="ratio", over=1, do="queue", queue="night"), hours="")
    agents = [floor.come(name, "support") for name in ("ana", "bea", "eva")]
    for n in range(3):
        floor.arrive(f"busy-{n}")
    for agent in agents:
        take(floor, agent)
    names = [f"m-{n}" for n in range(3)]
    for name in names:
        floor.arrive(name)
    assert queues(floor, *names) == ["support"] * 3
    floor.leave(agents[0])  # hers comes back, and stands before the others: two for two
    assert queues(floor, *names) == ["support", "night", "night"]
    floor.leave(agents[1])
    assert queues(floor, *names) == ["night"] * 3
    assert queues(floor, "busy-0", "busy-1", "busy-2") == ["support"] * 3


def test_who_is_overtaken_goes_on_and_who_overtook_stays() -> None:
    floor = world(Overflow(when="position", over=2, do="queue", queue="night"), hours="")
    for name in ("m-1", "m-2"):
        floor.arrive(name)
        floor.advance(1)
    assert queues(floor, "m-1", "m-2") == ["support", "support"]
    floor.arrive("m-3", priority=50)
    assert queues(floor, "m-3", "m-1", "m-2") == ["support", "support", "night"]


def test_a_full_queue_asks_at_its_door_only() -> None:
    floor = world(Overflow(when="full", do="queue", queue="night"), max_waiting=2, hours="")
    for name in ("m-1", "m-2"):
        floor.arrive(name)
        floor.advance(1)
    floor.arrive("m-3", priority=50)
    assert queues(floor, "m-1", "m-2", "m-3") == ["support", "support", "night"]


# -- whatever happens in whatever order ----------------------------------------------------------

AGENTS = st.sampled_from([AgentId("ana"), AgentId("bea")])
CHAIN = (
    Overflow(when="ratio", over=2, do="email", reply="busy"),
    Overflow(when="position", over=4, do="queue", queue="late"),
    Overflow(when="nobody", do="queue", queue="late"),
    Overflow(when="closed", do="queue", queue="night"),
)
LATE = (
    Overflow(when="closed", do="queue", queue="night"),
    Overflow(when="nobody", do="hang_up"),
    Overflow(when="closed", do="queue", queue="support"),
)


class Again(RuleBasedStateMachine):
    """What holds now has been done: no contact waits in a queue whose rules would send it away."""

    def __init__(self) -> None:
        super().__init__()
        days = ("08:00-10:00", "10:30-11:00", "12:00-18:00")
        hours = Hours(id="day", zone="UTC", monday=days, tuesday=days)
        self.world = World(
            config=Config(
                queues=(
                    Queue(id="support", name="Support", hours="day", overflow=CHAIN),
                    Queue(id="late", name="Late", hours="day", overflow=LATE, max_waiting=3),
                    NIGHT,
                ),
                hours=(hours,),
            )
        )
        self.places: dict[str, object] = {}
        self.came = 0

    @rule(agent=AGENTS, both=st.booleans())
    def come(self, agent: AgentId, both: bool) -> None:
        self.world.come(agent, *(("support", "late") if both else ("support",)))

    @rule(agent=AGENTS)
    def leave(self, agent: AgentId) -> None:
        self.world.leave(agent)

    @rule(agent=AGENTS, accept=st.booleans())
    def decide(self, agent: AgentId, accept: bool) -> None:
        for offer in self.world.offers_to(agent):
            kind = c.AcceptOffer if accept else c.DeclineOffer
            with contextlib.suppress(CommandRefused):
                self.world.ask(agent, kind(request_id=1, offer_id=offer.id))

    @rule(
        channel=st.sampled_from([Channel.EMAIL, Channel.CHAT]),
        priority=st.sampled_from([0, 0, 40]),
        queue=st.sampled_from(["support", "late"]),
    )
    def arrive(self, channel: Channel, priority: int, queue: str) -> None:
        self.came += 1
        self.world.arrive(f"m-{self.came}", channel, priority=priority, queue=QueueId(queue))

    @rule(seconds=st.sampled_from([1, 21, 600, 3600, 40_000]))
    def time_passes(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule(really=st.integers(0, 4))
    def killed(self, really: int) -> None:
        if not really:
            self.world = self.world.restart()
            self.world.advance(0.01)

    @invariant()
    def what_is_due_is_done(self) -> None:
        self.world.advance(0.001)  # what is to be looked at "at present"
        step = self.world._step()
        for contact in self.world.floor.interactions.values():
            assert not overflowing._is_due(step, contact), contact

    @invariant()
    def each_step_once_each_queue_once_and_the_place_is_kept(self) -> None:
        for contact in self.world.floor.interactions.values():
            assert len(set(contact.overflowed)) == len(contact.overflowed)
            assert len({*contact.came_to, contact.queue}) == len(contact.came_to) + 1
            if contact.state not in FINAL:
                place = self.places.setdefault(contact.id, contact.queued_at)
                assert place == contact.queued_at

    @invariant()
    def nobody_who_was_served_is_sent_away(self) -> None:
        steps = Counter[str]()
        served: set[str] = set()
        for write in self.world.store.log:
            what = getattr(write, "what", "")
            if what in ("established", "accepted"):
                served.add(write.interaction)  # type: ignore[union-attr]
            elif what.startswith("overflow_"):
                steps[write.interaction] += write.interaction in served  # type: ignore[union-attr]
        assert not +steps


TestAgain = Again.TestCase
TestAgain.settings = settings(
    max_examples=examples(40),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
