"""kill -9 of the desktop, of the bridge, of both, in a call: nothing logged is lost, nobody
stays locked, and the segment is closed with its cause."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.searching import (
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.values import HistoryFilter
from cti_bridge.protocol.vocabulary import ClearCause, InteractionState
from cti_bridge.telephony.simulator.caller import SimulatedCaller
from tests.helpers.agent import TestAgent
from tests.helpers.ports import free_port, free_range
from tests.helpers.serving import add_users, configure, serving, trunk

DNIS = "+34900100200"


@pytest.fixture
async def place(tmp_path):
    """A configured bridge that is not running, and a caller."""
    sip = free_port()
    config = configure(tmp_path, trunk(sip, free_range(40)), grace=1)
    await add_users(config, ["ana", "luis"])
    caller = await SimulatedCaller.open()

    async def ring():
        return await caller.call("127.0.0.1", sip, DNIS, number="612345099", asserted="612345099")

    yield config, ring
    await caller.close()


async def test_a_killed_bridge_leaves_its_call_closed_and_its_agents_free(place):
    config, ring = place
    async with serving(config, "first") as served, TestAgent.signed_in(served.url) as ana:
        await ring()
        view = await ana.answer()
        await ana.do(c.SaveNotes, interaction_id=view.interaction_id, notes="typed so far")
        served.process.process.kill()
        await served.process.process.wait()
    async with serving(config, "second") as served, TestAgent.signed_in(served.url) as ana:
        opened = await ana.do(OpenInteraction, interaction_id=view.interaction_id)
        contact, [segment] = opened.file.interaction, opened.file.segments
        assert contact.state is InteractionState.CLOSED
        assert contact.notes == "typed so far"
        assert segment.cause is ClearCause.BRIDGE_RESTARTED
        assert segment.answered_at is not None
        assert segment.ended_at is not None
        await ring()
        again = await ana.answer()
        assert again.interaction_id != view.interaction_id


async def test_a_call_that_waits_when_the_bridge_is_killed_is_on_the_missed_list(place):
    config, ring = place
    async with serving(config, "first") as served, TestAgent.signed_in(served.url) as ana:
        await ring()
        offer = await ana.offer()
        served.process.process.kill()
        await served.process.process.wait()
    async with serving(config, "second") as served, TestAgent.signed_in(served.url) as ana:
        missed = await ana.do(SearchHistory, filter=HistoryFilter(missed_only=True))
        assert [row.interaction_id for row in missed.contacts] == [
            offer.interaction.interaction_id
        ]
        closed = await ana.do(c.CloseMissed, interaction_id=offer.interaction.interaction_id)
        assert isinstance(closed, c.Done)


async def test_a_killed_desktop_frees_its_agent_and_the_caller_is_served_by_another(place):
    """The session's socket goes without a word, as it does when the process is killed."""
    config, ring = place
    async with serving(config) as served, AsyncExitStack() as stack:
        async with TestAgent.signed_in(served.url, "ana") as ana:
            call = await ring()
            view = await ana.answer()
            luis = await stack.enter_async_context(TestAgent.signed_in(served.url, "luis"))
            ana.desk.cut()
        again = await luis.answer()
        assert again.interaction_id == view.interaction_id
        assert call.state.value == "answered"
        opened = await luis.do(OpenInteraction, interaction_id=view.interaction_id)
        first, second = opened.file.segments
        assert first.cause is ClearCause.AGENT_LOST
        assert second.ended_at is None
        await call.hang_up()
        await luis.reaches(view.interaction_id, InteractionState.WRAP_UP)
        async with TestAgent.signed_in(served.url, "ana") as ana:
            await luis.do(
                c.CompleteWrapUp, interaction_id=view.interaction_id, disposition="resolved"
            )
            await luis.do(c.SetMode, mode="not_ready", reason="break")
            await ring()
            assert (await ana.answer()).interaction_id != view.interaction_id


async def test_both_killed_in_a_call_and_everything_logged_is_there(place):
    config, ring = place
    async with serving(config, "first") as served, AsyncExitStack() as stack:
        ana = await stack.enter_async_context(TestAgent.signed_in(served.url))
        call = await ring()
        view = await ana.answer()
        await ana.do(
            c.SaveNotes, interaction_id=view.interaction_id, notes="half", disposition="case"
        )
        await ana.do(c.HoldCall, interaction_id=view.interaction_id)
        await ana.reaches(view.interaction_id, InteractionState.HELD)
        ana.desk.cut()
        served.process.process.kill()
        await served.process.process.wait()
        await asyncio.sleep(0.2)
        assert call.state.value == "answered"  # the caller hears nothing, and will hang up
    async with serving(config, "second") as served, TestAgent.signed_in(served.url) as ana:
        opened = await ana.do(OpenInteraction, interaction_id=view.interaction_id)
        contact, [segment] = opened.file.interaction, opened.file.segments
        assert (contact.state, contact.notes) == (InteractionState.CLOSED, "half")
        assert segment.cause is ClearCause.BRIDGE_RESTARTED
        await ring()
        await ana.answer()
