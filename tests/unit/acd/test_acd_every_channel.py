"""Calls, chats, e-mails, call-backs and voicemails at once, in whatever order, with kills between:
each contact is in one legal state, none is forgotten, nobody is offered more than fits."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule
from msgspec import structs

from cti_bridge.acd import assigning
from cti_bridge.acd.inputs import CustomerGone, Rests
from cti_bridge.config.values import Config, Overflow, Queue, Treatment
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    FINAL,
    AgentId,
    AgentMode,
    Channel,
    ClearCause,
    InteractionId,
    InteractionState,
    OfferState,
    QueueId,
)
from cti_bridge.telephony.ports import Number, NumberKind
from tests.helpers.examples import examples
from tests.helpers.floor import World
from tests.helpers.routing import naive_choice, naive_room
from tests.unit.acd.test_acd_invariants import AGENTS, PHONES, QUEUES, Floor, Telephones

if TYPE_CHECKING:
    from cti_bridge.acd.choose import Choice
    from cti_bridge.acd.offer import Offer
    from cti_bridge.acd.step import Step

S = InteractionState
CONFIG = Config(
    queues=(
        Queue(
            id="support",
            name="Support",
            dnis=("+34944210000",),
            max_waiting=4,
            prefer=("last_agent",),
            waiting=Treatment(kind="music", callback_key="1", voicemail_key="2", every=10),
            overflow=(
                Overflow(when="waited", over=25, do="announce", sound="busy", channels=("voice",)),
                Overflow(when="waited", over=60, do="queue", queue="sales"),
                Overflow(when="nobody", do="callback", channels=("voice",)),
            ),
        ),
        Queue(
            id="sales",
            name="Sales",
            dnis=("+34944210001",),
            wrap_up="none",
            overflow=(
                Overflow(when="waited", over=100, do="voicemail"),
                Overflow(when="waited", over=200, do="hang_up"),
                Overflow(when="nobody", do="queue", queue="support"),
            ),
        ),
    )
)
WRITTEN = st.sampled_from([Channel.CHAT, Channel.EMAIL, Channel.CALLBACK, Channel.VOICEMAIL])
NUMBER = Number(kind=NumberKind.E164, value="+34600000009")
reserve = assigning.reserve


def checked(step: Step, choice: Choice) -> Offer:
    """Never over capacity at an offer."""
    agent = step.agents[choice.agent.id]
    assert naive_room(agent, choice.contact.channel)
    return reserve(step, choice)


class Centre(Floor):
    config = CONFIG

    def __init__(self) -> None:
        super().__init__()
        assigning.reserve = checked
        self.world = self._life(World(config=self.config))
        self.brought = 0
        for agent in ("ana", "bea"):  # mostly somebody is there
            self.world.come(AgentId(agent), *QUEUES[agent])

    def _life(self, world: World) -> World:
        world.rules.spool = Path("spool")
        return world

    def _any(self, n: int, channel: Channel | None = None) -> InteractionId | None:
        names = [
            one.id
            for one in self.world.store.interactions.values()
            if channel is None or one.channel is channel
        ]
        return names[n % len(names)] if names else None

    # -- channels

    @rule(channel=WRITTEN, queue=st.sampled_from(["support", "sales"]), later=st.booleans())
    def arrives(self, channel: Channel, queue: str, later: bool) -> None:
        self.brought += 1
        fields: dict[str, Any] = {"queue": QueueId(queue)}
        if channel is not Channel.EMAIL:
            fields["call_to"] = NUMBER
        if later and channel is Channel.CALLBACK:
            fields["wake_at"] = self.world.clock.at + timedelta(seconds=30)
        self.world.arrive(f"a-{self.brought}", channel, **fields)

    @rule(n=st.integers(0, 30))
    def arrives_again(self, n: int) -> None:
        name = self._any(n)
        if name is not None and name in self.world.floor.interactions:
            before = self.world.floor.interactions[name]
            self.world.arrive(name)
            assert self.world.store.interactions[name].caller == before.caller

    @rule(agent=AGENTS)
    def composes(self, agent: AgentId) -> None:
        self.brought += 1
        with contextlib.suppress(CommandRefused):
            self.world.arrive(f"a-{self.brought}", Channel.EMAIL, agent=agent)

    @rule(n=st.integers(0, 30))
    def customer_writes(self, n: int) -> None:
        name = self._any(n)
        if name is None or self.world.store.interactions[name].channel is Channel.VOICE:
            return
        lives = self.world.wrote(name)
        after = self.world.store.interactions[name]
        assert lives is (after.state not in FINAL and after.state is not S.WRAP_UP)
        self.places.pop(name, None)  # a new wait, where it was over or put aside

    @rule(n=st.integers(0, 30))
    def customer_leaves(self, n: int) -> None:
        name = self._any(n, Channel.CHAT)
        if name is not None:
            gone = CustomerGone(interaction=name, cause=ClearCause.CUSTOMER_IDLE)
            self.world.give(gone)

    @rule(n=st.integers(0, 30))
    def chat_rests(self, n: int) -> None:
        name = self._any(n, Channel.CHAT)
        if name is not None:
            self.world.give(Rests(interaction=name))

    @rule(agent=AGENTS, n=st.integers(0, 30))
    def takes(self, agent: AgentId, n: int) -> None:
        name = self._any(n)
        if name is not None:
            parked = self.world.store.interactions[name].state is S.PARKED
            self._ask(agent, c.TakeContact(request_id=1, interaction_id=name))
            if parked and self.world.store.interactions[name].state is not S.PARKED:
                self.places.pop(name, None)

    @rule(
        agent=AGENTS,
        kind=st.sampled_from(["park", "split", "split_away", "dial"]),
        seconds=st.sampled_from([1, 40, 500]),
    )
    def works(self, agent: AgentId, kind: str, seconds: int) -> None:
        known = self.world.floor.agents.get(agent)
        for name in known.work if known else ():
            until = self.world.clock.at + timedelta(seconds=seconds)
            self.brought += 1
            made = InteractionId(f"a-{self.brought}")
            about: dict[str, Any] = {"request_id": 1, "interaction_id": name}
            if kind == "park":
                self._ask(agent, c.ParkContact(**about, until=until, note="n"))
            elif kind == "dial":
                self._ask(agent, c.DialContact(**about, to="612345678"))
            else:
                queue = QueueId("sales") if kind == "split_away" else None
                command = c.SplitContact(**about, message_ids=(), queue_id=queue)
                with contextlib.suppress(CommandRefused):
                    self.world.ask(agent, command, made=made)

    @rule(agent=AGENTS)
    def accepts(self, agent: AgentId) -> None:
        for offer in self.world.offers_to(agent):
            self._ask(agent, c.AcceptOffer(request_id=1, offer_id=offer.id))

    @rule(agent=AGENTS)
    def is_ready(self, agent: AgentId) -> None:
        self._ask(agent, c.SetMode(request_id=1, mode=AgentMode.READY))

    @rule(n=st.integers(0, 20), keys=st.sampled_from(["1", "2", "612345678#", "9"]))
    def caller_presses(self, n: int, keys: str) -> None:
        call = self._pick(list(self.world.switch.calls), n)
        if call is not None:
            self.world.switch.far_end_presses(call, keys)
            self.world.settle()

    @rule(n=st.integers(0, 20), seconds=st.sampled_from([0.5, 9.0]))
    def words_end(self, n: int, seconds: float) -> None:
        call = self._pick(list(self.world.switch.calls), n)
        if call is None:
            return
        if self.world.switch.calls[call].recording:
            self.world.switch.recording_ends(call, seconds)
        else:
            self.world.switch.announcement_ends(call)
        self.world.settle()

    @rule()
    def killed(self) -> None:
        self.world = self._life(self.world.restart())

    # -- what must always hold

    @invariant()
    def one_offer_and_one_contact_for_each_agent(self) -> None:
        """Of calls; of the others as many as fit, which each offer checks."""
        for agent in self.world.floor.agents.values():
            calls = [n for n in agent.work if self.world.floor.interactions[n].call is not None]
            assert len(calls) <= 1
            for name in agent.work:
                assert self.world.floor.interactions[name].agent == agent.id

    @invariant()
    def each_contact_in_hand_is_in_one_pair_of_hands(self) -> None:
        for contact in self._alive():
            holders = [a.id for a in self.world.floor.agents.values() if contact.id in a.work]
            if contact.state in FINAL or contact.state in (S.QUEUED, S.PARKED):
                assert not holders
            else:
                assert holders == [contact.agent]

    @invariant()
    def a_requeued_contact_keeps_its_place(self) -> None:
        for contact in self.world.store.interactions.values():
            if contact.state is S.PARKED:
                self.places.pop(contact.id, None)  # put aside is no waiting
            elif contact.queued_at is not None:
                assert self.places.setdefault(contact.id, contact.queued_at) == contact.queued_at

    @invariant()
    def a_capacity_is_what_the_contacts_say(self) -> None:
        for agent in self.world.floor.agents.values():
            for hand in agent.hands:
                contact = self.world.floor.interactions[hand.interaction]
                assert hand.channel is (Channel.VOICE if contact.call else contact.channel)
                assert hand.counts is not contact.resting

    @invariant()
    def each_state_is_whole(self) -> None:
        timers = self.world.timers
        for contact in self._alive():
            match contact.state:
                case S.QUEUED:
                    assert contact.agent is None
                    assert contact.queue is not None
                    assert contact.queued_at is not None
                case S.PARKED:
                    assert ("wake", contact.id) in timers
                    assert contact.call is None
                case S.WRAP_UP:
                    assert ("wrap-up", contact.id) in timers
                case S.OFFERED:
                    offer = self.world.floor.offers[contact.offer]  # type: ignore[index]
                    assert offer.state in (OfferState.PENDING, OfferState.ACCEPTED)
                case _:
                    pass
            if contact.channel is Channel.VOICE and contact.state not in (S.WRAP_UP, *FINAL):
                assert contact.call is not None

    @invariant()
    def the_store_is_what_memory_is(self) -> None:
        """Less the files that a look-up found: they are not stored."""
        for contact in self._alive():
            stored = self.world.store.interactions[contact.id]
            never = {"match": None, "treatment": None}
            assert replace(stored, **never) == replace(contact, **never)

    @invariant()
    def none_is_forgotten(self) -> None:
        for contact in self.world.store.interactions.values():
            if contact.state not in FINAL:
                assert contact.id in self.world.floor.interactions

    @invariant()
    def the_pool_is_the_floor(self) -> None:
        floor = self.world.floor
        waiting = {one.id for one in self._alive() if one.state is S.QUEUED}
        assert set(floor.pool.standing) == waiting
        for name, agent in floor.agents.items():
            assert floor.pool.roster.agents[name] is agent

    @invariant()
    def no_free_agent_leaves_a_caller_waiting(self) -> None:
        agents = list(self.world.floor.agents.values())
        queues = self.world.rules.config.queues
        assert naive_choice(queues, self._alive(), agents, self.world.clock.now()) is None

    def teardown(self) -> None:
        """One agent is left, with time: everything that waits or was put aside is served."""
        world = self.world
        try:
            self._serve_all(world)
        finally:
            assigning.reserve = reserve
        for contact in world.store.interactions.values():
            assert contact.state in FINAL, contact
        for segment in world.store.segments.values():
            assert segment.ended_at is not None
        assert not world.floor.pool.standing
        assert not [key for key in world.timers if key[0] not in ("grace", "treat")]
        assert all(agent.work == () for agent in world.floor.agents.values())

    def _serve_all(self, world: World) -> None:
        world.switch.failures.clear()
        for agent in list(world.floor.agents):
            world.leave(agent)
        last = world.come("ana", "support", "sales")
        for _ in range(300):
            for call in list(world.switch.calls):
                world.switch.far_end_clears(call)
            world.settle()
            world.advance(7)
            self._serve(world, last)
            if not world.floor.interactions:
                return

    def _serve(self, world: World, agent: AgentId) -> None:
        for offer in world.offers_to(agent):
            self._ask(agent, c.AcceptOffer(request_id=1, offer_id=offer.id))
        for name in world.floor.agents[agent].work:
            self._ask(agent, c.ClearCall(request_id=1, interaction_id=name))
            done = c.CompleteWrapUp(request_id=1, interaction_id=name, disposition="resolved")
            self._ask(agent, done)
        self._ask(agent, c.SetMode(request_id=1, mode=AgentMode.READY))


TestCentre = Centre.TestCase
TestCentre.settings = settings(
    max_examples=examples(60),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


class CentreWithTelephones(Telephones, Centre):
    config = structs.replace(CONFIG, agents=PHONES)
    _life = Centre._life


TestCentreWithTelephones = CentreWithTelephones.TestCase
TestCentreWithTelephones.settings = settings(
    max_examples=30,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
