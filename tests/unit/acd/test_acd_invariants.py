"""Whatever happens in whatever order: nothing is lost, doubled or left behind."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from msgspec import structs

from cti_bridge.acd.inputs import Found
from cti_bridge.acd.ledger import load
from cti_bridge.config.values import Agent as Section
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import (
    FINAL,
    AgentId,
    AgentMode,
    ClearCause,
    InteractionState,
    OfferState,
)
from cti_bridge.telephony.ports import SwitchError
from tests.helpers.examples import examples
from tests.helpers.floor import CONFIG, World, result_now, run_now
from tests.helpers.routing import naive_choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.acd.interaction import Interaction
    from cti_bridge.telephony.ports import CallId

S = InteractionState
AGENTS = st.sampled_from([AgentId("ana"), AgentId("bea"), AgentId("zoe")])
NUMBERS = st.sampled_from(["+34600000001", "+34600000002", ""])
QUEUES = {"ana": ("support", "sales"), "bea": ("support",), "zoe": ("sales",)}
ABOUT_A_CALL = st.sampled_from(
    [
        (c.HoldCall, {}),
        (c.RetrieveCall, {}),
        (c.ClearCall, {}),
        (c.MuteCall, {"muted": True}),
        (c.BlindTransfer, {"to": "612345678"}),
        (c.BlindTransfer, {"to": "queue:sales"}),
        (c.BlindTransfer, {"to": "agent:bea"}),
        (c.Consult, {"to": "612345678"}),
        (c.CompleteTransfer, {}),
        (c.CancelTransfer, {}),
        (c.SwapCalls, {}),
        (c.Conference, {}),
        (c.DropParty, {"party": "caller"}),
        (c.CompleteWrapUp, {"disposition": "resolved"}),
        (c.ExtendWrapUp, {}),
        (c.SaveNotes, {"notes": "n"}),
    ]
)


class Floor(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.places: dict[str, object] = {}

    def _ask(self, agent: AgentId, command: Any) -> None:
        with contextlib.suppress(CommandRefused):  # most are refused: they come at random
            self.world.ask(agent, command)

    def _pick(self, calls: list[CallId], n: int) -> CallId | None:
        return calls[n % len(calls)] if calls else None

    # -- agents

    @rule(agent=AGENTS, ready=st.booleans())
    def come(self, agent: AgentId, ready: bool) -> None:
        self.world.come(agent, *QUEUES[agent], ready=ready)

    @rule(agent=AGENTS, mode=st.sampled_from(AgentMode), reason=st.sampled_from(["", "lunch"]))
    def mode(self, agent: AgentId, mode: AgentMode, reason: str) -> None:
        self._ask(agent, c.SetMode(request_id=1, mode=mode, reason=reason))

    @rule(agent=AGENTS)
    def lose(self, agent: AgentId) -> None:
        self.world.lose(agent)

    @rule(agent=AGENTS)
    def leave(self, agent: AgentId) -> None:
        self.world.leave(agent)

    @rule(agent=AGENTS, who=AGENTS, accept=st.booleans())
    def answer_offer(self, agent: AgentId, who: AgentId, accept: bool) -> None:
        for offer in self.world.offers_to(who):
            kind = c.AcceptOffer if accept else c.DeclineOffer
            self._ask(agent, kind(request_id=1, offer_id=offer.id))

    @rule(agent=AGENTS, what=ABOUT_A_CALL)
    def command(self, agent: AgentId, what: tuple[Any, dict[str, Any]]) -> None:
        known = self.world.floor.agents.get(agent)
        kind, fields = what
        for name in known.work if known else ():
            self._ask(agent, kind(request_id=1, interaction_id=name, **fields))

    @rule(agent=AGENTS, back=st.booleans())
    def originate(self, agent: AgentId, back: bool) -> None:
        missed = next(iter(self.world.floor.missed), None) if back else None
        self._ask(agent, c.Originate(request_id=1, to="612345678", missed_id=missed))

    @rule(agent=AGENTS)
    def one_more_joins(self, agent: AgentId) -> None:
        """By chance alone a conference of some is too rare."""
        known = self.world.floor.agents.get(agent)
        for name in known.work if known else ():
            self._ask(agent, c.Consult(request_id=1, interaction_id=name, to="612345678"))
            second = self.world.floor.interactions[name].consult
            if second is not None and second.state == "dialling":
                self.world.switch.far_end_answers(second.call)
                self.world.settle()
            self._ask(agent, c.Conference(request_id=1, interaction_id=name))

    # -- the network

    @rule(number=NUMBERS, dnis=st.sampled_from(["+34944210000", "+34944210001", "junk"]))
    def ring(self, number: str, dnis: str) -> None:
        self.world.ring(number, dnis)

    @rule(n=st.integers(0, 20))
    def far_end_clears(self, n: int) -> None:
        call = self._pick(list(self.world.switch.calls), n)
        if call is not None:
            self.world.switch.far_end_clears(call)
            self.world.settle()

    @rule(n=st.integers(0, 20), answers=st.booleans())
    def far_end_decides(self, n: int, answers: bool) -> None:
        rings = [
            x.id for x in self.world.switch.calls.values() if x.outgoing and not x.established
        ]
        call = self._pick(rings, n)
        if call is None:
            return
        if answers:
            self.world.switch.far_end_answers(call)
        else:
            self.world.switch.far_end_refuses(call)
        self.world.settle()

    @rule(
        name=st.sampled_from(["answer", "hold", "connect", "blind_transfer", "originate"]),
        fails=st.booleans(),
    )
    def switch_fails(self, name: str, fails: bool) -> None:
        if fails:
            self.world.switch.failures[name] = SwitchError("failed", "by chance")
        else:
            self.world.switch.failures.clear()

    @rule(seconds=st.sampled_from([0.1, 1, 5, 21, 130]))
    def time_passes(self, seconds: float) -> None:
        self.world.advance(seconds)

    @rule()
    def killed(self) -> None:
        self.world = self.world.restart()

    # -- what must always hold

    @invariant()
    def one_offer_and_one_contact_for_each_agent(self) -> None:
        for agent in self.world.floor.agents.values():
            assert len(self.world.offers_to(agent.id)) <= 1
            assert load(agent.hands, agent.capacity) <= 100
            for name in agent.work:
                assert self.world.floor.interactions[name].agent == agent.id

    @invariant()
    def each_contact_in_hand_is_in_one_pair_of_hands(self) -> None:
        for contact in self._alive():
            holders = [a.id for a in self.world.floor.agents.values() if contact.id in a.work]
            if contact.state in FINAL or contact.state is S.QUEUED:
                assert not holders
            else:
                assert holders == [contact.agent]

    @invariant()
    def no_caller_is_lost(self) -> None:
        for call in self.world.switch.calls.values():
            assert call.id in self.world.floor.calls, call

    @invariant()
    def no_free_agent_leaves_a_caller_waiting(self) -> None:
        agents = list(self.world.floor.agents.values())
        queues = self.world.rules.config.queues
        assert naive_choice(queues, self._alive(), agents, self.world.clock.now()) is None

    @invariant()
    def a_requeued_contact_keeps_its_place(self) -> None:
        for contact in self.world.store.interactions.values():
            if contact.queued_at is not None:
                assert self.places.setdefault(contact.id, contact.queued_at) == contact.queued_at

    @invariant()
    def the_store_is_what_memory_is(self) -> None:
        for contact in self._alive():
            stored = self.world.store.interactions[contact.id]
            never = {"match": contact.match, "treatment": contact.treatment}
            assert replace(stored, **never) == contact
        for agent in self.world.floor.agents.values():
            stored = self.world.store.agents[agent.id]
            assert replace(stored, online=agent.online) == agent  # a session is never stored

    @invariant()
    def a_ringing_offer_has_a_deadline(self) -> None:
        for offer in self.world.floor.offers.values():
            if offer.state is OfferState.PENDING:
                assert ("offer", offer.id) in self.world.timers

    def _alive(self) -> list[Interaction]:
        return list(self.world.floor.interactions.values())

    def teardown(self) -> None:
        """Everybody hangs up and time passes: every contact has ended, with its causes."""
        world = self.world
        world.switch.failures.clear()
        for _ in range(3):
            for call in list(world.switch.calls):
                world.switch.far_end_clears(call)
            world.settle()
            world.advance(600)
        assert not world.floor.interactions
        assert not world.floor.segments
        assert not world.floor.calls
        assert not world.floor.pool.standing
        assert not [key for key in world.timers if key[0] != "grace"]
        for contact in world.store.interactions.values():
            assert contact.state in FINAL
        for segment in world.store.segments.values():
            assert segment.ended_at is not None
            assert segment.cause is not None
        for agent in world.floor.agents.values():
            assert agent.work == ()


PHONES = (Section(login="ana", phone="1003"), Section(login="bea", phone="1004"))


class Telephones:
    """Of a floor with a PBX whose calls outlive the bridge, and agents with a telephone there."""

    world: World
    _pick: Callable[[list[Any], int], Any]

    @rule(n=st.integers(0, 20), cause=st.sampled_from([None, ClearCause.BUSY, ClearCause.FAILED]))
    def telephone_decides(self, n: int, cause: ClearCause | None) -> None:
        switch = self.world.switch
        rings = [one.id for one in switch.calls.values() if one.alerting is not None]
        call = self._pick(rings, n)
        if call is None:
            return
        if cause is None:
            switch.telephone_answers(call)
        else:
            switch.telephone_fails(call, cause)
        self.world.settle()

    @rule(unsure=st.booleans(), lost=st.integers(0, 20))
    def killed(self, unsure: bool, lost: int) -> None:
        """Some calls end while nobody listens."""
        switch = self.world.switch
        gone = self._pick([*switch.calls, None, None], lost) if switch.calls else None
        if gone is not None:
            switch._sink = None
            switch.far_end_clears(gone)
        self.world = self._life(self.world.restart(kept=True, unsure=unsure))
        for live in result_now(self.world.switch.live_calls()):
            self.world.give(Found(live=live))
        for call in list(self.world.floor.calls):  # as the reconciler does
            if call not in self.world.switch.calls:
                self.world.give_cleared(call)
        for call in list(self.world.switch.calls):
            known = self.world.floor.calls
            if call in self.world.switch.calls and call not in known:  # one may end another
                run_now(self.world.switch.clear(call))
        self.world.settle()

    def _life(self, world: World) -> World:
        return world


class FloorWithTelephones(Telephones, Floor):
    def __init__(self) -> None:
        super().__init__()
        self.world = World(config=structs.replace(CONFIG, agents=PHONES))


TestFloorWithTelephones = FloorWithTelephones.TestCase
TestFloor = Floor.TestCase
TestFloorWithTelephones.settings = settings(
    max_examples=examples(40),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestFloor.settings = settings(
    max_examples=examples(60),
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
