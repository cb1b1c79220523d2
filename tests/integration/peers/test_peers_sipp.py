"""SIPp against SIPp and against Asterisk: the figures it reports are its real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.helpers.asterisk import Asterisk
from tests.helpers.ports import free_port
from tests.helpers.sipp import Sipp

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.peer("sipp")


async def test_calls_are_answered_and_counted(tmp_path: Path) -> None:
    async with Sipp(folder=tmp_path).serving("answer", hold_ms=50) as phone:
        result = await Sipp(folder=tmp_path).run(
            "call", phone.address, calls=20, rate=50, hold_ms=100
        )
    assert (result.succeeded, result.failed, result.exit_code) == (20, 0, 0), result.errors
    assert len(result.response_ms) == 20
    assert min(result.response_ms) >= 0


async def test_a_call_that_nobody_takes_counts_as_failed(tmp_path: Path) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    with pytest.raises(TimeoutError, match="did not end"):
        await Sipp(folder=tmp_path).run("call", nobody, within=1)


@pytest.mark.peer("asterisk")
async def test_giving_up_is_told_apart_from_being_refused(tmp_path: Path) -> None:
    with Asterisk.started() as pbx:
        refused = await Sipp(folder=tmp_path).run("ring_and_cancel", pbx.address, within=10)
    assert (refused.succeeded, refused.failed) == (0, 1)
    assert "401" in refused.errors
