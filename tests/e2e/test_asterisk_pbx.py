"""The bridge behind a real Asterisk by ARI: an agent's telephone and desk, a caller, and a bridge
that dies in the call."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.searching import (
    OpenInteraction,
)
from cti_bridge.protocol.vocabulary import ClearCause, InteractionState
from cti_bridge.telephony.simulator.phone import SimulatedPhone
from tests.helpers import sound
from tests.helpers.agent import TONE, TestAgent
from tests.helpers.asterisk import EXTENSIONS, Asterisk, Extension
from tests.helpers.baresip import Baresip
from tests.helpers.ports import free_port
from tests.helpers.serving import add_users, configure, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cti_bridge.protocol.values import SegmentView

pytestmark = [
    pytest.mark.peer("asterisk"),
    pytest.mark.peer("baresip"),
    pytest.mark.xdist_group("asterisk"),
    pytest.mark.timeout(240),
]
CALLER_HZ, AGENT_HZ, THIRD_HZ = 1000.0, 1500.0, 800.0
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
            await caller.hears(AGENT_HZ)
            await phone.hears(CALLER_HZ)

            served.process.process.kill()
            await served.process.process.wait()
        await caller.hears(AGENT_HZ)
        await phone.hears(CALLER_HZ)

        async with serving(config, "again") as served, TestAgent.signed_in(served.url) as ana:
            opened = await ana.do(OpenInteraction, interaction_id=contact)
            assert opened.file.interaction.state is InteractionState.CONNECTED
            await caller.hears(AGENT_HZ)
            await phone.hears(CALLER_HZ)
            assert sound.longest(caller.heard(), CALLER_HZ) == 0
            assert len(phone.recordings()) == len(caller.recordings()) == 1  # one call, unbroken
            await caller.hang_up()
            view = await ana.reaches(contact, InteractionState.WRAP_UP, WITHIN)
            assert view.interaction_id == contact
            await phone.happens("CALL_CLOSED", within=WITHIN)
            await ana.do(c.CompleteWrapUp, interaction_id=contact, disposition="resolved")
            opened = await ana.do(OpenInteraction, interaction_id=contact)
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
        await caller.hears(TONE)
        await ana.hears(CALLER_HZ, share=0.9)
        await ana.do(c.MuteCall, interaction_id=contact, muted=True)
        await caller.hears_nothing()
        await ana.do(c.MuteCall, interaction_id=contact, muted=False)
        await caller.hears(TONE)
        await ana.do(c.HoldCall, interaction_id=contact)
        await ana.reaches(contact, InteractionState.HELD, WITHIN)
        await ana.do(c.RetrieveCall, interaction_id=contact)
        await ana.reaches(contact, InteractionState.CONNECTED, WITHIN)
        await caller.hears(TONE)
        await ana.do(c.ClearCall, interaction_id=contact)
        await ana.reaches(contact, InteractionState.WRAP_UP, WITHIN)
        opened = await ana.do(OpenInteraction, interaction_id=contact)
        [segment] = opened.file.segments
        assert segment.media.packets_received > 100  # frames of 20 ms, of its headset
        await caller.happens("CALL_CLOSED", within=WITHIN)
    await until(lambda: not pbx.channels())


async def test_a_telephone_that_consults_and_transfers_by_its_keys_is_told_truly(
    tmp_path: Path,
) -> None:
    """REFER with Replaces, to somebody whom it called past the bridge."""
    host, port = "127.0.0.9", free_port()
    desk = Extension(number="1008", caller_id="Ana <1008>", address=f"{host}:{port}")
    with Asterisk.started((*EXTENSIONS, desk), ari=True) as pbx:
        config = configure(tmp_path, behind(pbx, phone="1008"))
        await add_users(config, ["ana"])
        phone = await SimulatedPhone.open(host, port, answer_after=None)
        async with (
            Baresip.at(pbx.address, pbx.extension("1004"), tmp_path, says_hz=CALLER_HZ) as caller,
            Baresip.at(
                pbx.address, pbx.extension("1006"), tmp_path, says_hz=THIRD_HZ, answers=True
            ) as third,
            serving(config) as served,
            TestAgent.signed_in(served.url) as ana,
        ):
            await caller.registered()
            await third.registered()
            await caller.dial(f"sip:8001@{pbx.address}")
            contact = (await ana.offer(within=WITHIN)).interaction.interaction_id
            async with asyncio.timeout(WITHIN):
                first = await phone.incoming.get()
            first.answer()
            await ana.reaches(contact, InteractionState.CONNECTED, WITHIN)
            await first.hold()
            await ana.reaches(contact, InteractionState.HELD, WITHIN)
            second = await phone.invite("127.0.0.1", pbx.port, "1006", sender="<sip:1008@ficha>")
            await second.answered(WITHIN)
            assert await phone.refer(first, second) == 202
            await ana.reaches(contact, InteractionState.WRAP_UP, WITHIN)
            await caller.hears(THIRD_HZ)
            await third.hears(CALLER_HZ)
            await ana.do(c.CompleteWrapUp, interaction_id=contact, disposition="resolved")
            await caller.hang_up()
            await third.happens("CALL_CLOSED", within=WITHIN)

            async def ended() -> tuple[SegmentView, ...]:
                opened = await ana.do(OpenInteraction, interaction_id=contact)
                return opened.file.segments

            async with asyncio.timeout(WITHIN):
                while any(part.ended_at is None for part in await ended()):
                    await asyncio.sleep(0.1)
            mine, theirs = await ended()
            assert (mine.party, mine.cause) == ("Ana", ClearCause.TRANSFERRED)
            assert mine.hold_seconds > 0
            assert (theirs.party, theirs.cause) == ("1006", ClearCause.CALLER_CLEARED)
            assert (theirs.ended_at - theirs.answered_at).total_seconds() > 1
        await phone.close()
        await until(lambda: not pbx.channels())


async def test_the_number_that_is_shown_depends_on_where_the_call_goes(
    pbx: Asterisk, tmp_path: Path
) -> None:
    shown = """
[[caller_ids]]
to = "+34"
number = "+34910000001"
[[caller_ids]]
to = "+346"
number = "+34910000002"
queue = "support"
"""
    outside = behind(pbx).replace('queue = "support"', 'outside = "Local/{number}@phones"', 1)
    config = configure(tmp_path, outside + shown)
    await add_users(config, ["ana"])
    async with (
        Baresip.at(pbx.address, pbx.extension("1006"), tmp_path, says_hz=CALLER_HZ) as callee,
        serving(config) as served,
        TestAgent.signed_in(served.url) as ana,
    ):
        await callee.registered()
        for count, (queue, number, wanted) in enumerate(
            (
                (None, "612345671", "+34910000001"),
                ("support", "612345671", "+34910000002"),
                ("support", "944210017", "+34910000001"),
            ),
            start=1,
        ):
            done = await ana.do(c.Originate, to=number, queue_id=queue)
            rings = await callee.happens("CALL_INCOMING", count=count, within=WITHIN)
            assert f"sip:{wanted}@" in rings["peeruri"]
            await callee.hang_up()
            await ana.reaches(done.id, InteractionState.WRAP_UP, WITHIN)
            await ana.do(c.CompleteWrapUp, interaction_id=done.id, disposition="resolved")
    await until(lambda: not pbx.channels())
