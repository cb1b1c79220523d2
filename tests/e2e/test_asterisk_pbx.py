"""The bridge behind a real Asterisk by ARI: an agent's telephone and desk, a caller, and a bridge
that dies in the call."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.vocabulary import ClearCause, InteractionState
from tests.helpers import sound
from tests.helpers.agent import TONE, TestAgent
from tests.helpers.asterisk import Asterisk
from tests.helpers.baresip import Baresip
from tests.helpers.serving import add_users, configure, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.peer("asterisk"),
    pytest.mark.peer("baresip"),
    pytest.mark.xdist_group("asterisk"),
    pytest.mark.timeout(240),
]
CALLER_HZ, AGENT_HZ = 1000.0, 1500.0
WITHIN = 60.0


@pytest.fixture(scope="module")
def pbx() -> Iterator[Asterisk]:
    with Asterisk.started(ari=True) as running:
        yield running


def behind(pbx: Asterisk, *, phone: str = "") -> str:
    agent = f'[[agents]]\nlogin = "ana"\nphone = "{phone}"\n' if phone else ""
    return f"""
[[asterisk]]
id = "pbx"
url = "{pbx.ari_url}"
user = "ficha"
password = "ficha"
queue = "support"
variables = ["CUSTOMER"]
extensions = ['1\\d{{3}}', '8\\d{{3}}']
{agent}"""


async def until(met: Callable[[], object]) -> None:
    async with asyncio.timeout(WITHIN):
        while not met():
            await asyncio.sleep(0.1)


async def hears(phone: Baresip, hertz: float) -> None:
    """Waits for a second more of this tone."""
    start = len(phone.heard())
    await until(lambda: sound.longest(phone.heard()[start:], hertz) >= 1)


async def test_a_call_by_telephone_outlives_the_bridge(pbx: Asterisk, tmp_path: Path) -> None:
    config = configure(tmp_path, behind(pbx, phone="1005"), grace=30)
    await add_users(config, ["ana"])
    async with (
        Baresip.at(pbx.address, pbx.extension("1004"), tmp_path, says_hz=CALLER_HZ) as caller,
        Baresip.at(pbx.address, pbx.extension("1005"), tmp_path, says_hz=AGENT_HZ) as phone,
    ):
        await caller.registered()
        await phone.registered()
        async with serving(config) as served, TestAgent.signed_in(served.url) as ana:
            await caller.dial(f"sip:8001@{pbx.address}")
            offer = await ana.offer(within=WITHIN)
            assert offer.interaction.ani == "+34612345099"
            await phone.happens("CALL_INCOMING", within=WITHIN)
            await phone.accept()
            contact = offer.interaction.interaction_id
            await ana.reaches(contact, InteractionState.CONNECTED, WITHIN)
            await caller.happens("CALL_ESTABLISHED", within=WITHIN)
            await hears(caller, AGENT_HZ)
            await hears(phone, CALLER_HZ)

            served.process.process.kill()
            await served.process.process.wait()
        await hears(caller, AGENT_HZ)
        await hears(phone, CALLER_HZ)

        async with serving(config, "again") as served, TestAgent.signed_in(served.url) as ana:
            opened = await ana.do(c.OpenInteraction, interaction_id=contact)
            assert opened.file.interaction.state is InteractionState.CONNECTED
            await hears(caller, AGENT_HZ)
            await hears(phone, CALLER_HZ)
            assert sound.longest(caller.heard(), CALLER_HZ) == 0
            assert len(phone.recordings()) == len(caller.recordings()) == 1  # one call, unbroken
            await caller.hang_up()
            view = await ana.reaches(contact, InteractionState.WRAP_UP, WITHIN)
            assert view.interaction_id == contact
            await phone.happens("CALL_CLOSED", within=WITHIN)
            await ana.do(c.CompleteWrapUp, interaction_id=contact, disposition="resolved")
            opened = await ana.do(c.OpenInteraction, interaction_id=contact)
            [segment] = opened.file.segments
            assert segment.cause is ClearCause.CALLER_CLEARED
    await until(lambda: not pbx.channels())


async def test_an_agent_with_a_headset_talks_holds_and_mutes(
    pbx: Asterisk, tmp_path: Path
) -> None:
    config = configure(tmp_path, behind(pbx))
    await add_users(config, ["ana"])
    async with (
        Baresip.at(pbx.address, pbx.extension("1004"), tmp_path, says_hz=CALLER_HZ) as caller,
        serving(config) as served,
        TestAgent.signed_in(served.url) as ana,
    ):
        await caller.registered()
        await caller.dial(f"sip:8001@{pbx.address}")
        view = await ana.answer(within=WITHIN)
        contact = view.interaction_id
        await hears(caller, TONE)
        assert sound.share(await ana.listen(1), CALLER_HZ) > 0.9
        await ana.do(c.MuteCall, interaction_id=contact, muted=True)
        await silent(caller)
        await ana.do(c.MuteCall, interaction_id=contact, muted=False)
        await hears(caller, TONE)
        await ana.do(c.HoldCall, interaction_id=contact)
        await ana.reaches(contact, InteractionState.HELD, WITHIN)
        await ana.do(c.RetrieveCall, interaction_id=contact)
        await ana.reaches(contact, InteractionState.CONNECTED, WITHIN)
        await hears(caller, TONE)
        await ana.do(c.ClearCall, interaction_id=contact)
        await ana.reaches(contact, InteractionState.WRAP_UP, WITHIN)
        await caller.happens("CALL_CLOSED", within=WITHIN)
    await until(lambda: not pbx.channels())


async def silent(phone: Baresip) -> None:
    async with asyncio.timeout(WITHIN):
        while True:
            start = len(phone.heard())
            await asyncio.sleep(1)
            if sound.level(phone.heard()[start:]) < 0.005:
                return
