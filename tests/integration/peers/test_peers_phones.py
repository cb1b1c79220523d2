"""The peers themselves: without them working, the tests that meet them would prove nothing."""

from __future__ import annotations

import asyncio
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.helpers import sound
from tests.helpers.asterisk import Asterisk
from tests.helpers.baresip import Baresip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.peer("asterisk"), pytest.mark.peer("baresip")]


@pytest.fixture
def pbx() -> Iterator[Asterisk]:
    with Asterisk.started() as running:
        yield running


async def test_two_phones_hear_each_other_through_the_pbx(pbx: Asterisk, tmp_path: Path) -> None:
    async with (
        Baresip.at(pbx.address, pbx.extension("1004"), tmp_path, says_hz=1000) as caller,
        Baresip.at(
            pbx.address, pbx.extension("1005"), tmp_path, says_hz=600, answers=True
        ) as called,
    ):
        await caller.registered()
        await called.registered()
        await caller.dial(f"sip:1005@{pbx.address}")
        incoming = await called.happens("CALL_ESTABLISHED")
        assert "34612345099" in str(incoming["peeruri"])
        await caller.happens("CALL_ESTABLISHED")
        await called.hears(1000, 1.5)
        await caller.hears(600, 1.5)
        await caller.hang_up()
        await called.happens("CALL_CLOSED")
        await until(lambda: not pbx.channels())
    assert sound.longest(caller.heard(), 1000) == 0


async def test_keys_reach_the_pbx(pbx: Asterisk, tmp_path: Path) -> None:
    async with Baresip.at(pbx.address, pbx.extension("1004"), tmp_path) as caller:
        await caller.registered()
        await caller.dial(f"sip:705@{pbx.address}")
        await caller.happens("CALL_ESTABLISHED")
        await caller.press("42#")
        await until(lambda: noted(pbx)[:2] == ["4", "2"])
        await caller.hang_up()


def noted(pbx: Asterisk) -> list[str]:
    """The digits that it has taken."""
    return [line.split("digit ")[1] for line in pbx.log.splitlines() if "digit " in line]


async def until(met: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not met():
            await asyncio.sleep(0.1)


async def test_a_phone_takes_calls_without_a_pbx(tmp_path: Path) -> None:
    async with (
        Baresip.at("", None, tmp_path / "a", says_hz=700) as caller,
        Baresip.at("", None, tmp_path / "b", says_hz=900) as called,
    ):
        await caller.dial(f"sip:phone@{called.address}")
        await called.happens("CALL_INCOMING")
        await called.accept()
        await caller.happens("CALL_ESTABLISHED")
        await called.hears(700, 0.6)
        await called.hang_up()
        await caller.happens("CALL_CLOSED")


async def test_a_killed_pbx_is_gone_and_comes_back_on_its_port(
    pbx: Asterisk, tmp_path: Path
) -> None:
    async with Baresip.at(pbx.address, pbx.extension("1004"), tmp_path) as phone:
        await phone.registered()
        assert pbx.contacts("1004")
        address = pbx.address
        await asyncio.sleep(1.5)  # Asterisk writes its database once a second
        pbx.kill()
        with pytest.raises(subprocess.CalledProcessError):
            pbx.command("core show version")
        pbx.start()
        assert pbx.address == address
        assert pbx.wait_registered("1004"), "the contact is kept over the crash"
