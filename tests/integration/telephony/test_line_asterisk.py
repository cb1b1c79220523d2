"""A real Asterisk 22 as the PBX where the line registers."""

from __future__ import annotations

import asyncio

import pytest

from cti_bridge.protocol.vocabulary import ClearCause
from cti_bridge.telephony.ports import (
    CallCleared,
    CallDelivered,
    CallEstablished,
    CallFailed,
    CallHeld,
    CallId,
    CallTransferred,
    Device,
    LineDown,
    LineUp,
    SwitchError,
)
from cti_bridge.telephony.pyvoip import registration
from cti_bridge.telephony.simulator.tones import share_of, tones_heard
from tests.helpers.asterisk import Asterisk
from tests.helpers.baresip import Baresip

ANA = Device("headset:ana")
OUT = CallId("out")
pytestmark = [pytest.mark.peer("asterisk"), pytest.mark.peer("baresip")]


@pytest.fixture(scope="module")
def pbx():
    with Asterisk.started() as running:
        yield running


async def no_channels(pbx):
    async with asyncio.timeout(60):
        while pbx.channels():
            await asyncio.sleep(0.1)


def line_of(pbx, **changes):
    return {
        "mode": "register",
        "server": pbx.address,
        "user": "1003",
        "password": "secret1003",
        "peers": (),
    } | changes


async def test_a_phone_rings_the_line_talks_and_hangs_up(desk_of, pbx, tmp_path):
    async with (
        desk_of(**line_of(pbx)) as desk,
        Baresip.at(pbx.address, pbx.extension("1004"), tmp_path, says_hz=1000) as phone,
    ):
        await desk.next(LineUp, within=60)
        await phone.registered()
        await phone.dial(f"sip:1003@{pbx.address}")
        delivered = await desk.next(CallDelivered)
        assert delivered.caller.number.value == "+34612345099"
        assert delivered.caller.display_name == "Ana Prieto"
        await desk.switch.answer(delivered.call, ANA)
        await desk.next(CallEstablished)
        await desk.headsets.ears["ana"].grown_by(1.5)
        heard = tones_heard(desk.headsets.ears["ana"].last(1.0))
        assert share_of(heard, [1000.0]) > 0.8
        await desk.switch.hold(delivered.call)
        await desk.next(CallHeld)
        await phone.hang_up()
        cleared = await desk.next(CallCleared)
        assert cleared.cause is ClearCause.CALLER_CLEARED
        assert cleared.media.packets_received > 50
        await no_channels(pbx)


async def test_a_blind_transfer_reaches_the_third_phone(desk_of, pbx, tmp_path):
    third = Baresip.at(
        pbx.address, pbx.extension("1006"), tmp_path / "b", says_hz=600, answers=True
    )
    async with (
        desk_of(**line_of(pbx)) as desk,
        Baresip.at(pbx.address, pbx.extension("1004"), tmp_path / "a", says_hz=1000) as phone,
        third as target,
    ):
        await desk.next(LineUp, within=60)
        await phone.registered()
        await target.registered()
        await phone.dial(f"sip:1003@{pbx.address}")
        delivered = await desk.next(CallDelivered)
        await desk.switch.answer(delivered.call, ANA)
        await desk.next(CallEstablished)
        await desk.switch.blind_transfer(delivered.call, "1006", OUT)
        await desk.next(CallTransferred)
        await target.hears(1000)
        await phone.hears(600)
        await phone.hang_up()
        await target.happens("CALL_CLOSED")
        assert await desk.switch.live_calls() == ()


async def test_the_agent_calls_through_the_pbx(desk_of, pbx):
    async with desk_of(**line_of(pbx)) as desk:
        await desk.next(LineUp, within=60)
        await desk.switch.originate(OUT, None, "701", ANA)
        await desk.next(CallEstablished)
        await desk.headsets.ears["ana"].grown_by(1.5)
        assert share_of(tones_heard(desk.headsets.ears["ana"].last(1.0)), [440.0]) > 0.8
        await desk.switch.clear(OUT)
        await desk.switch.originate(CallId("busy"), None, "702", ANA)
        failed = await desk.next(CallFailed)
        assert (failed.call, failed.cause) == ("busy", ClearCause.BUSY)
        await desk.switch.originate(CallId("ringing"), None, "704", ANA)
        await asyncio.sleep(0.3)
        await desk.switch.clear(CallId("ringing"))
        await no_channels(pbx)


async def test_a_killed_pbx_is_told_and_comes_back(desk_of, pbx, tmp_path, monkeypatch):
    monkeypatch.setattr(registration, "KEEP_ALIVE", 2.0)
    async with desk_of(**line_of(pbx)) as desk:
        await desk.next(LineUp, within=60)
        await desk.switch.originate(OUT, None, "706", ANA)
        await desk.next(CallEstablished)
        pbx.kill()
        down = await desk.next(LineDown, within=60)
        assert "does not answer" in down.detail
        with pytest.raises(SwitchError, match="line_down"):
            await desk.switch.originate(CallId("no"), None, "706", ANA)
        mark = len(desk.events)
        await asyncio.to_thread(pbx.start)
        await desk.next(LineUp, after=mark, within=60)
        # The call of before is unknown to the new PBX: asked, it says so, and the call is over.
        for call in desk.switch._book:
            call.leg.probe(lambda: None)
        cleared = await desk.next(CallCleared, within=60)
        assert (cleared.call, cleared.cause) == (OUT, ClearCause.MEDIA_LOST)
        async with Baresip.at(pbx.address, pbx.extension("1004"), tmp_path) as phone:
            await phone.registered()
            await phone.dial(f"sip:1003@{pbx.address}")
            delivered = await desk.next(CallDelivered)
            await desk.switch.reject(delivered.call, ClearCause.BUSY)


async def test_a_wrong_password_is_told_with_what_to_do(desk_of, pbx):
    async with desk_of(**line_of(pbx, password="wrong")) as desk:
        down = await desk.next(LineDown, within=60)
        assert "password" in down.detail
