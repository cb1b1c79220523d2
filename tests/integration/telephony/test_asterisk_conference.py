"""A real Asterisk, an agent's telephone, three outside: who hears whom, and who stays."""

from __future__ import annotations

import asyncio

import pytest

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.ports import (
    CallCleared,
    CallConferenced,
    CallEstablished,
    CallFailed,
    CallHeld,
    CallId,
    CallRetrieved,
    CallTransferred,
)
from tests.helpers import sound
from tests.helpers.asterisk import MUSIC_HZ, Asterisk
from tests.helpers.baresip import Baresip
from tests.integration.telephony.asterisk_desk import (
    AGENT,
    AGENT_HZ,
    CALLER_HZ,
    THIRD_HZ,
    desk_at,
    hears,
    people,
    talk,
)

FOURTH_HZ = 1500.0
SECOND, FIRST_MORE, BUSY = CallId("second"), CallId("one-more"), CallId("busy")
pytestmark = [pytest.mark.peer("asterisk"), pytest.mark.peer("baresip")]


@pytest.fixture(scope="module")
def pbx():
    with Asterisk.started(ari=True) as running:
        yield running


@pytest.fixture(autouse=True)
async def nothing_is_left(pbx):
    yield
    async with asyncio.timeout(60):
        while pbx.channels():
            await asyncio.sleep(0.1)


async def hears_all(phone, *tones, but=()):
    """All these at once in a quarter of a second, and none of the others."""
    async with asyncio.timeout(60):
        while True:
            last = phone.heard()[-4000:]
            loud = [hz for hz in (*tones, *but) if sound.share(last, hz) > 0.08]
            if loud == list(tones):
                return
            await asyncio.sleep(0.1)


async def gathered(desk, pbx, caller, agent):
    """The caller, the agent, and two whom the agent has called one after the other."""
    call = await talk(desk, pbx, caller, agent)
    for number, name in (("1006", SECOND), ("1007", FIRST_MORE)):
        await desk.switch.consult(call, number, name)
        await desk.next(CallHeld, call=call)
        await desk.next(CallEstablished, call=name)
        await hears(caller, MUSIC_HZ)
        await desk.switch.conference(call, name)
        await desk.next(CallConferenced, call=call, other=name)
    return call


async def test_three_outside_hear_each_other_and_one_who_leaves_leaves_the_rest(pbx, tmp_path):
    fourth = Baresip.at(
        pbx.address, pbx.extension("1007"), tmp_path / "4", says_hz=FOURTH_HZ, answers=True
    )
    async with people(pbx, tmp_path, third=True) as (caller, agent, third), fourth as other:
        await other.registered()
        async with desk_at(pbx) as desk:
            call = await gathered(desk, pbx, caller, agent)
            await hears_all(caller, AGENT_HZ, THIRD_HZ, FOURTH_HZ)
            await hears_all(third, CALLER_HZ, AGENT_HZ, FOURTH_HZ)
            await hears_all(other, CALLER_HZ, AGENT_HZ, THIRD_HZ)
            await hears_all(agent, CALLER_HZ, THIRD_HZ, FOURTH_HZ)
            await desk.switch.consult(call, "702", BUSY)  # all wait while one more is asked
            await desk.next(CallHeld, call=call)
            assert (await desk.next(CallFailed, call=BUSY)).cause is ClearCause.BUSY
            for one in (caller, third, other):
                await hears_all(one, MUSIC_HZ, but=(AGENT_HZ,))
            await desk.switch.retrieve(SECOND)  # by any of them
            await desk.next(CallRetrieved, call=SECOND)
            await hears_all(caller, AGENT_HZ, THIRD_HZ, FOURTH_HZ)
        async with desk_at(pbx) as desk:  # the next bridge
            live = {one.call: one for one in await desk.switch.live_calls()}
            assert {one.device for one in live.values()} == {AGENT}
            assert not [one for one in live.values() if one.held]
            await desk.switch.hold(call)
            for one in (caller, third, other):
                await hears_all(one, MUSIC_HZ, but=(AGENT_HZ,))
            await desk.switch.retrieve(call)
            await caller.hang_up()
            cleared = await desk.next(CallCleared, call=call)
            assert cleared.cause is ClearCause.CALLER_CLEARED
            await hears_all(third, AGENT_HZ, FOURTH_HZ, but=(CALLER_HZ,))
            await hears_all(agent, THIRD_HZ, FOURTH_HZ, but=(CALLER_HZ,))
            await desk.switch.clear(FIRST_MORE)
            assert (await desk.next(CallCleared)).cause is ClearCause.AGENT_CLEARED
            await hears(third, AGENT_HZ)
            await hears(agent, THIRD_HZ)
            await desk.switch.clear(SECOND)
            await agent.happens("CALL_CLOSED")


async def test_the_agent_leaves_and_the_last_is_not_left_alone(pbx, tmp_path):
    fourth = Baresip.at(
        pbx.address, pbx.extension("1007"), tmp_path / "4", says_hz=FOURTH_HZ, answers=True
    )
    async with (
        desk_at(pbx) as desk,
        people(pbx, tmp_path, third=True) as (caller, agent, third),
        fourth as other,
    ):
        await other.registered()
        call = await gathered(desk, pbx, caller, agent)
        await desk.switch.hold(call)
        await agent.hang_up()  # those on hold are not lost with the handset
        async with asyncio.timeout(60):
            while desk.switch._x.book.legs:  # until the switch has heard of it too
                await asyncio.sleep(0.05)
        await desk.switch.retrieve(call)
        await agent.happens("CALL_INCOMING", count=2)
        await agent.accept()
        await desk.next(CallRetrieved, call=call)
        await hears_all(agent, CALLER_HZ, THIRD_HZ, FOURTH_HZ)
        await desk.switch.complete_transfer(call, SECOND)
        await desk.next(CallTransferred, call=call, other=SECOND)
        await agent.happens("CALL_CLOSED", count=2)
        await hears_all(caller, THIRD_HZ, FOURTH_HZ, but=(AGENT_HZ,))
        await caller.hang_up()
        await desk.next(CallCleared, call=call)
        await hears(third, FOURTH_HZ)
        await hears(other, THIRD_HZ)
        await third.hang_up()
        await desk.next(CallCleared, call=SECOND)
        await desk.next(CallCleared, call=FIRST_MORE)
