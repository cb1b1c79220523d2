"""A real SIPp as the carrier: rich identity, cancel, bursts, and the phone that is called."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.ports import (
    CallCleared,
    CallDelivered,
    CallEstablished,
    CallId,
    Device,
    LineUp,
    SwitchError,
)
from tests.helpers.sipp import Sipp

ANA = Device("headset:ana")
pytestmark = pytest.mark.peer("sipp")


def address(desk):
    return f"127.0.0.1:{desk.port}"


async def test_a_rich_identity_is_read(desk_of, tmp_path):
    async with desk_of() as desk:
        result = await Sipp(folder=tmp_path).run(
            "ring_and_cancel",
            address(desk),
            hold_ms=200,
            keys={"pai_name": "D'Arc, Ltd.", "name": "Jean"},
        )
        assert result.failed == 0, result.errors
        delivered = await desk.next(CallDelivered)
    assert delivered.caller.number.value == "+34612345099"
    assert delivered.caller.display_name == "D'Arc, Ltd."
    assert delivered.caller.source == "P-Asserted-Identity"
    assert delivered.dnis == "+34944210017"
    assert delivered.first_dialled == "+34944210000"


async def test_every_call_of_a_burst_rings_once_and_is_released(desk_of, tmp_path):
    async with desk_of(max_calls=200) as desk:
        result = await Sipp(folder=tmp_path).run(
            "ring_and_cancel", address(desk), calls=200, rate=50, hold_ms=300
        )
        assert result.failed == 0, result.errors
        assert result.succeeded == 200
        assert Counter(desk.names) == {"LineUp": 1, "CallDelivered": 200, "CallCleared": 200}
        causes = {one.cause for one in desk.events if isinstance(one, CallCleared)}
        assert causes == {ClearCause.CALLER_GAVE_UP}
        assert await desk.switch.live_calls() == ()


async def test_calls_are_answered_and_hung_up_by_the_carrier(desk_of, tmp_path):
    async with desk_of(max_calls=50) as desk:
        answering = asyncio.gather(_answer_all(desk, 20))
        result = await Sipp(folder=tmp_path).run(
            "call", address(desk), calls=20, rate=20, hold_ms=500
        )
        await answering
        assert result.failed == 0, result.errors
        assert desk.names.count("CallEstablished") == 20
        assert desk.names.count("CallCleared") == 20
        assert await desk.switch.live_calls() == ()


async def test_answer_and_cancel_cross_and_every_call_ends_once(desk_of, tmp_path):
    """SIPp cancels after the time in which some are answered; whoever is first wins."""
    async with desk_of(max_calls=100) as desk:
        answering = asyncio.gather(_answer_all(desk, 40, after=0.1))
        await Sipp(folder=tmp_path).run(
            "ring_and_cancel", address(desk), calls=40, rate=40, hold_ms=101
        )
        await answering
        async with asyncio.timeout(40):
            while await desk.switch.live_calls():
                await asyncio.sleep(0.05)
        ended = Counter(one.call for one in desk.events if isinstance(one, CallCleared))
        assert set(desk.refusals) <= {"gone"}
        assert len(ended) == 40
        assert set(ended.values()) == {1}


async def test_the_agent_calls_a_phone(desk_of, tmp_path):
    async with (
        Sipp(folder=tmp_path).serving("answer", hold_ms=100) as phone,
        desk_of(server=phone.address) as desk,
    ):
        await desk.next(LineUp)
        await desk.switch.originate(CallId("out"), None, "612345099", ANA)
        await desk.next(CallEstablished)
        await desk.switch.clear(CallId("out"))
        assert (await desk.next(CallCleared)).cause is ClearCause.AGENT_CLEARED


async def _answer_all(desk, count, *, after=0.0):
    for nth in range(count):
        async with asyncio.timeout(60):
            while desk.names.count("CallDelivered") <= nth:
                await asyncio.sleep(0.005)
        call = [one for one in desk.events if isinstance(one, CallDelivered)][nth].call
        asyncio.get_running_loop().call_later(after, _answer, desk, call)


def _answer(desk, call):
    async def run():
        try:
            await desk.switch.answer(call, Device(f"headset:{call}"))
        except SwitchError as error:
            desk.refusals.append(error.code)

    desk.tasks.append(asyncio.ensure_future(run()))
