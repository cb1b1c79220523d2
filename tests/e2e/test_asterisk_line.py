"""The line registered at a real Asterisk, real phones around it: what each party hears, digits,
transfers, a PBX that dies, a long call out."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import LineChanged
from cti_bridge.protocol.searching import (
    OpenInteraction,
)
from cti_bridge.protocol.vocabulary import ClearCause, InteractionState, MatchKind
from cti_bridge.telephony.simulator.caller import is_hold_music
from tests.helpers import sound
from tests.helpers.agent import TONE, TestAgent
from tests.helpers.asterisk import LINE, Asterisk
from tests.helpers.baresip import Baresip
from tests.helpers.ports import free_port, free_range
from tests.helpers.serving import add_users, configure, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

pytestmark = [
    pytest.mark.peer("asterisk"),
    pytest.mark.peer("baresip"),
    pytest.mark.xdist_group("asterisk"),
    pytest.mark.timeout(240),
]
CALLER_HZ, THIRD_HZ = 1000.0, 1500.0


def registering(pbx: Asterisk, folder: Path) -> str:
    secret = folder / "line.password"
    secret.write_text(pbx.extension(LINE).password)
    secret.chmod(0o600)
    first, last = free_range(100)
    return f"""
[[lines]]
id = "pbx"
name = "Office"
bind = "127.0.0.1"
port = {free_port()}
server = "{pbx.address}"
user = "{LINE}"
password_file = "{secret}"
queue = "support"
extensions = ['1\\d{{3}}', '7\\d{{2}}']
max_calls = 20
rtp_ports = [{first}, {last}]
"""


@dataclass(frozen=True, slots=True)
class Floor:
    pbx: Asterisk
    ana: TestAgent
    folder: Path

    @asynccontextmanager
    async def phone(
        self, number: str, hz: float, *, answers: bool = False
    ) -> AsyncIterator[Baresip]:
        where = self.folder / f"phone-{number}"
        where.mkdir()
        async with Baresip.at(
            self.pbx.address, self.pbx.extension(number), where, says_hz=hz, answers=answers
        ) as phone:
            await phone.registered()
            yield phone


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    with Asterisk.started() as pbx:
        config = configure(tmp_path, registering(pbx, tmp_path))
        await add_users(config, ["ana"])
        async with serving(config) as served, TestAgent.signed_in(served.url) as ana:
            pbx.wait_registered(LINE)
            yield Floor(pbx, ana, tmp_path)


async def until(met: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not met():
            await asyncio.sleep(0.1)


def digits_noted(pbx: Asterisk) -> list[str]:
    """The first two."""
    return [row.split("digit ")[1] for row in pbx.log.splitlines() if "digit " in row][:2]


async def test_both_hear_each_other_hold_plays_music_and_digits_arrive(floor: Floor) -> None:
    ana = floor.ana
    async with floor.phone("1004", CALLER_HZ) as caller:
        await caller.dial(f"sip:{LINE}@{floor.pbx.address}")
        offer = await ana.offer()
        assert offer.interaction.ani == "+34612345099"
        assert offer.interaction.display_name == "Ana Prieto"
        assert offer.interaction.match.kind is MatchKind.NONE
        view = await ana.answer()
        await caller.happens("CALL_ESTABLISHED")
        await ana.hears(CALLER_HZ)
        await caller.hears(TONE)

        before = len(caller.heard())
        await ana.do(c.HoldCall, interaction_id=view.interaction_id)
        await ana.reaches(view.interaction_id, InteractionState.HELD)
        async with asyncio.timeout(60):
            while len(caller.heard()) < before + 48_000:
                await asyncio.sleep(0.1)
        assert is_hold_music(caller.heard()[before + 16_000 :][:32_000])
        await ana.do(c.RetrieveCall, interaction_id=view.interaction_id)
        await ana.reaches(view.interaction_id, InteractionState.CONNECTED)

        await caller.press("42#")
        await ana.until(lambda: ana.contacts[view.interaction_id].last_digits == "42#")
        await ana.do(c.MuteCall, interaction_id=view.interaction_id, muted=True)
        await caller.hears_nothing()
        await caller.hang_up()
        await ana.reaches(view.interaction_id, InteractionState.WRAP_UP)
    opened = await ana.do(OpenInteraction, interaction_id=view.interaction_id)
    [segment] = opened.file.segments
    assert segment.cause is ClearCause.CALLER_CLEARED
    assert segment.hold_seconds > 2
    assert segment.media.packets_received > 200
    assert segment.media.packets_lost == 0


async def test_digits_from_the_agent_reach_the_pbx_and_the_call_lives_beyond_32_s(
    floor: Floor,
) -> None:
    """40 s: a wrong ACK, or a session nobody refreshes, would have ended it before."""
    ana = floor.ana
    done = await ana.do(c.Originate, to="705")
    await ana.reaches(done.id, InteractionState.CONNECTED)
    await ana.do(c.SendDigits, interaction_id=done.id, digits="73")
    await until(lambda: digits_noted(floor.pbx) == ["7", "3"])
    await ana.do(c.ClearCall, interaction_id=done.id)
    await ana.reaches(done.id, InteractionState.WRAP_UP)
    await ana.do(c.CompleteWrapUp, interaction_id=done.id, disposition="resolved")

    long = await ana.do(c.Originate, to="701")
    await ana.reaches(long.id, InteractionState.CONNECTED)
    await asyncio.sleep(40)
    assert ana.contacts[long.id].state is InteractionState.CONNECTED
    await ana.hears(440)
    assert floor.pbx.channels() != ()
    await ana.do(c.ClearCall, interaction_id=long.id)
    await ana.reaches(long.id, InteractionState.WRAP_UP)
    await until(lambda: not floor.pbx.channels())


@pytest.mark.parametrize(
    ("number", "cause"), [("702", ClearCause.BUSY), ("703", ClearCause.FAILED)]
)
async def test_a_call_out_that_fails_says_why(
    floor: Floor, number: str, cause: ClearCause
) -> None:
    done = await floor.ana.do(c.Originate, to=number)
    await floor.ana.until(
        lambda: done.id in floor.ana.contacts and floor.ana.contacts[done.id].failure is not None
    )
    assert floor.ana.contacts[done.id].failure in {cause, ClearCause.UNREACHABLE}


async def test_a_blind_transfer_reaches_the_third_phone(floor: Floor) -> None:
    ana = floor.ana
    async with (
        floor.phone("1004", CALLER_HZ) as caller,
        floor.phone("1006", THIRD_HZ, answers=True) as third,
    ):
        await caller.dial(f"sip:{LINE}@{floor.pbx.address}")
        view = await ana.answer()
        await caller.happens("CALL_ESTABLISHED")
        await ana.do(c.BlindTransfer, interaction_id=view.interaction_id, to="1006")
        await third.happens("CALL_ESTABLISHED")
        await ana.reaches(view.interaction_id, InteractionState.WRAP_UP)
        await third.hears(CALLER_HZ, 1.5)
        await caller.hears(THIRD_HZ, 1.5)
        await caller.hang_up()
        await third.happens("CALL_CLOSED")
    opened = await ana.do(OpenInteraction, interaction_id=view.interaction_id)
    mine, theirs = opened.file.segments
    assert mine.cause is ClearCause.TRANSFERRED
    assert theirs.party == "1006"
    assert theirs.answered_at is not None


async def test_an_attended_transfer_reaches_the_third_phone(floor: Floor) -> None:
    ana = floor.ana
    async with (
        floor.phone("1004", CALLER_HZ) as caller,
        floor.phone("1006", THIRD_HZ, answers=True) as third,
    ):
        await caller.dial(f"sip:{LINE}@{floor.pbx.address}")
        view = await ana.answer()
        await ana.do(c.Consult, interaction_id=view.interaction_id, to="1006")
        await ana.until(lambda: ana.contacts[view.interaction_id].consult == "talking")
        await ana.hears(THIRD_HZ)
        assert sound.longest(third.heard(), CALLER_HZ) == 0
        await ana.do(c.CompleteTransfer, interaction_id=view.interaction_id)
        await ana.reaches(view.interaction_id, InteractionState.WRAP_UP)
        await third.hears(CALLER_HZ, 1.5)
        await caller.hears(THIRD_HZ, 1.5)
        await third.hang_up()
        await caller.happens("CALL_CLOSED")


async def test_the_agent_conference_and_cancel_of_a_consultation(floor: Floor) -> None:
    ana = floor.ana
    async with (
        floor.phone("1004", CALLER_HZ) as caller,
        floor.phone("1006", THIRD_HZ, answers=True) as third,
    ):
        await caller.dial(f"sip:{LINE}@{floor.pbx.address}")
        view = await ana.answer()
        contact = {"interaction_id": view.interaction_id}
        await ana.do(c.Consult, **contact, to="1006")
        await ana.until(lambda: ana.contacts[view.interaction_id].consult == "talking")
        await ana.do(c.Conference, **contact)
        await ana.until(lambda: ana.contacts[view.interaction_id].consult == "conference")
        await ana.hears(CALLER_HZ, THIRD_HZ, share=0.3)
        await until(
            lambda: all(
                sound.share(third.heard()[-16_000:], hertz) > 0.3 for hertz in (CALLER_HZ, TONE)
            )
        )
        await third.hang_up()
        await ana.until(lambda: ana.contacts[view.interaction_id].consult == "")
        await ana.hears(CALLER_HZ)
        await caller.hang_up()
        await ana.reaches(view.interaction_id, InteractionState.WRAP_UP)


async def test_a_pbx_killed_and_restarted_mid_shift_is_registered_with_again(
    floor: Floor,
) -> None:
    ana = floor.ana
    async with floor.phone("1004", CALLER_HZ) as caller:
        await caller.dial(f"sip:{LINE}@{floor.pbx.address}")
        view = await ana.answer()
        floor.pbx.kill()
        await ana.until(
            lambda: any(isinstance(e, LineChanged) and not e.line.up for e in ana.events), 90
        )
        floor.pbx.start()
        await asyncio.to_thread(floor.pbx.wait_registered, LINE, within=60)
        await ana.until(
            lambda: any(isinstance(e, LineChanged) and e.line.up for e in ana.events[-20:]), 30
        )
        await ana.reaches(view.interaction_id, InteractionState.WRAP_UP, within=90)
        await ana.do(c.CompleteWrapUp, interaction_id=view.interaction_id, disposition="resolved")
    await asyncio.sleep(1)
    async with Baresip.at(
        floor.pbx.address, floor.pbx.extension("1005"), floor.folder, says_hz=CALLER_HZ
    ) as second:
        await second.registered()
        await second.dial(f"sip:{LINE}@{floor.pbx.address}")
        offer = await ana.offer(2)
        assert offer.interaction.ani == "1005"
        again = await ana.answer(2)
        assert again.interaction_id != view.interaction_id
        await second.hang_up()
        await ana.reaches(again.interaction_id, InteractionState.WRAP_UP)
