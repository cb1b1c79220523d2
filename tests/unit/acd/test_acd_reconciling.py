"""What two answers of the switch say of calls, against what is known here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cti_bridge.acd.reconciling import AGAIN_SECONDS, Reconciler
from cti_bridge.config.values import Agent as Section
from cti_bridge.config.values import Config, Queue
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.vocabulary import AgentId, ClearCause, InteractionState
from cti_bridge.telephony.ports import LineId
from tests.helpers.floor import World, caller, run_now

if TYPE_CHECKING:
    from cti_bridge.telephony.ports import CallId

S = InteractionState
CONFIG = Config(
    queues=(Queue(id="support", name="Support"),), agents=(Section(login="ana", phone="1003"),)
)


class Desk:
    """A reconciler over a `World`, asked when the test says so."""

    def __init__(self) -> None:
        self.world, self.behind, self.cleared = World(config=CONFIG), False, 0
        self.unsure: frozenset[LineId] = frozenset()
        self.world.switch.unsure = lambda: self.unsure  # type: ignore[method-assign]
        self.reconciler = Reconciler(
            switch=self.world.switch,
            floor=self.world.floor,
            clock=self.world.clock,
            put=self.world.inbox.append,
            give=lambda action: run_now(action.run(self.world.switch)),
            behind=lambda: self.behind,
        )

    async def ask(self, seconds: float = 60) -> None:
        self.world.advance(seconds)
        await self.reconciler.ask()
        self.world.settle()

    def talking(self) -> CallId:
        self.world.come("ana")
        call = self.world.ring()
        self.world.switch.telephone_answers(call)
        self.world.settle()
        return call

    def forgotten(self, call: CallId) -> None:
        """The switch loses it without a word."""
        del self.world.switch.calls[call]


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_an_agent_is_not_left_in_a_call_that_is_none(desk):
    call = desk.talking()
    await desk.ask()
    desk.forgotten(call)
    await desk.ask()
    assert desk.world.contact(call).state is S.CONNECTED  # one answer is not believed
    await desk.ask(AGAIN_SECONDS / 2)
    assert desk.world.contact(call).state is S.CONNECTED  # nor two at the same time
    await desk.ask(AGAIN_SECONDS / 2)
    contact = desk.world.contact(call)
    assert contact.state is S.WRAP_UP
    assert desk.world.store.segments[contact.segment].cause is ClearCause.LINE_DOWN
    assert desk.world.floor.agents[AgentId("ana")].activity == "wrap_up"


async def test_a_caller_who_is_gone_is_missed(desk):
    call = desk.world.ring()
    desk.forgotten(call)
    await desk.ask()
    await desk.ask()
    contact = desk.world.contact(call)
    assert (contact.state, contact.failure) == (S.ABANDONED, ClearCause.LINE_DOWN)
    assert contact.id in desk.world.floor.missed


async def test_a_call_that_is_there_again_was_never_gone(desk):
    call = desk.talking()
    kept = desk.world.switch.calls[call]
    for _ in range(4):
        desk.forgotten(call)
        await desk.ask()
        desk.world.switch.calls[call] = kept
        await desk.ask()
    assert desk.world.contact(call).state is S.CONNECTED


async def test_nothing_is_concluded_of_a_line_that_cannot_be_asked(desk):
    call = desk.talking()
    desk.forgotten(call)
    desk.unsure = frozenset({LineId("simulator")})
    for _ in range(3):
        await desk.ask()
    assert desk.world.contact(call).state is S.CONNECTED
    desk.unsure = frozenset({LineId("another")})
    await desk.ask()
    await desk.ask()
    assert desk.world.contact(call).state is S.WRAP_UP


async def test_a_call_of_no_contact_is_cleared(desk):
    desk.world.switch._sink, sink = None, desk.world.switch._sink
    call = desk.world.switch.ring(caller())
    desk.world.switch._sink = sink
    await desk.ask()
    assert call in desk.world.switch.calls
    await desk.ask()
    assert call not in desk.world.switch.calls


async def test_a_call_that_waits_to_be_stored_is_left_alone(desk):
    call = desk.world.switch.ring(caller())
    told = desk.world.inbox.popleft()
    desk.behind = True
    for _ in range(3):
        await desk.ask()
    assert call in desk.world.switch.calls
    desk.behind = False
    desk.world.give(told)
    await desk.ask()
    await desk.ask()
    assert desk.world.contact(call).state is S.QUEUED


async def test_a_second_call_is_known_by_its_contact(desk):

    call = desk.talking()
    first = desk.world.contact(call)
    desk.world.ask(
        AgentId("ana"), c.Consult(request_id=1, interaction_id=first.id, to="612345678")
    )
    for _ in range(3):
        await desk.ask()
    contact = desk.world.contact(call)
    assert contact.consult is not None
    desk.forgotten(contact.consult.call)
    await desk.ask()
    await desk.ask()
    assert desk.world.contact(call).consult is None


async def test_a_caller_whose_node_answers_again_is_offered(desk):
    call = desk.world.ring()
    after = desk.world.restart(kept=True, unsure=True)
    desk.world = after
    desk.reconciler = Reconciler(
        switch=after.switch,
        floor=after.floor,
        clock=after.clock,
        put=after.inbox.append,
        give=lambda action: run_now(action.run(after.switch)),
        behind=lambda: False,
    )
    after.come("ana")
    assert not after.offers_to(AgentId("ana"))
    await desk.ask()
    assert after.contact(call).agent == "ana"
