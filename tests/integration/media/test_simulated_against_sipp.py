"""The simulated telephones against SIPp, so that they prove more than each other."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING

import pytest

from cti_bridge.telephony.simulator.caller import (
    CallState,
    SimulatedCaller,
    SimulatedPhone,
    is_melody,
)
from cti_bridge.telephony.simulator.tones import CALLER_TONES
from tests.helpers.ports import free_port, free_range

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

pytestmark = pytest.mark.peer("sipp")
HERE = "127.0.0.1"


@contextlib.asynccontextmanager
async def sipp(folder: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    media, _last = free_range(8)
    common = ("-i", HERE, "-mi", HERE, "-mp", str(media), "-nostdin", "-timeout", "60s")
    process = await asyncio.create_subprocess_exec(
        "sipp",
        *arguments,
        *common,
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_sipp_answers_and_echoes_what_the_caller_says(tmp_path: Path) -> None:
    port = free_port()
    async with sipp(tmp_path, "-sn", "uas", "-p", str(port), "-rtp_echo", "-m", "1") as process:
        caller = await SimulatedCaller.open()
        call = await caller.call(HERE, port, "service", number="612345099")
        await call.answered()
        assert is_melody(await call.heard(2), CALLER_TONES)
        await call.hang_up()
        await caller.close()
        assert [change.state for change in call.changes][-1] is CallState.ENDED
        async with asyncio.timeout(30):
            assert await process.wait() == 0


async def test_sipp_calls_the_telephone_twenty_times(tmp_path: Path) -> None:
    phone = await SimulatedPhone.open(answer_after=0.05)
    arguments = ("-sn", "uac", f"{HERE}:{phone.port}", "-p", str(free_port()), "-m", "20")
    async with sipp(tmp_path, *arguments, "-r", "20", "-d", "300") as process:
        async with asyncio.timeout(30):
            assert await process.wait() == 0  # SIPp's own verdict: no call failed
        assert len(phone.calls) == 20
        for call in phone.calls:
            await call.ended()
            assert call.ended_by_far_end
            assert call.at_ns(CallState.ANSWERED) is not None
    await phone.close()
