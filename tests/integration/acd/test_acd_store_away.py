"""The distributor while its store takes nothing: who talks goes on, and nothing is misdated."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from cti_bridge.errors import StoreError
from cti_bridge.protocol import commands as c
from cti_bridge.protocol.events import MissedChanged
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import InteractionState, RefusalCode
from tests.helpers.database import database, database_url, postgres_server  # noqa: F401
from tests.helpers.floor import caller, record
from tests.integration.acd.test_acd_distributor import ANA, CONFIG, Bridge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from cti_bridge.acd.writes import Write
    from cti_bridge.errors import StoreFailure
    from cti_bridge.store.engine import Database

S = InteractionState


@pytest.fixture
async def bridge(database: Database) -> AsyncIterator[Bridge]:  # noqa: F811
    made = await Bridge(database).start()
    yield made
    made.store.failure = None
    await made.acd.stop()


async def test_nobody_is_put_on_hold_who_could_not_be_taken_off_it(bridge: Bridge) -> None:
    """Hold by itself changes nothing that is stored: what the switch then says does."""
    await bridge.sign_in()
    bridge.switch.ring(caller())
    talking = await bridge.accept()
    contact = {"request_id": 1, "interaction_id": talking.interaction_id}
    bridge.store.failure = StoreError("full", "the disk is full")
    for command in (c.HoldCall(**contact), c.MuteCall(**contact, muted=True)):
        with pytest.raises(CommandRefused) as refused:
            await bridge.ask(command)
        assert refused.value.code is RefusalCode.STORE_AWAY
    bridge.store.failure = None
    await bridge.ask(c.HoldCall(**contact))
    await bridge.changed(S.HELD)


@pytest.mark.parametrize("kind", ["read_only", "wrong_credentials", "corrupt", "full"])
async def test_a_call_waits_for_its_store_however_long_and_whatever_ails_it(
    bridge: Bridge, kind: StoreFailure, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk mounted read-only, a password changed on the server: somebody will mend it."""
    monkeypatch.setattr("cti_bridge.acd.writer.RETRY_SECONDS", (0.001,))
    await bridge.sign_in()
    bridge.store.failure = StoreError(kind, "ails")
    bridge.switch.ring(caller())
    while bridge.store.tries < 10:
        await asyncio.sleep(0.01)
    bridge.store.failure = None
    await bridge.accept()


async def test_hanging_up_waits_for_no_store(bridge: Bridge) -> None:
    await bridge.sign_in()
    bridge.switch.ring(caller())
    talking = await bridge.accept()
    opens, commit = asyncio.Event(), bridge.store.commit

    async def stuck(writes: Sequence[Write]) -> None:
        await opens.wait()
        await commit(writes)

    bridge.store.commit = stuck  # type: ignore[method-assign]
    bridge.switch.ring(caller("+34600000002"))  # its turn is stuck
    await asyncio.sleep(0)
    contact = {"request_id": 1, "interaction_id": talking.interaction_id}
    try:
        async with asyncio.timeout(30):
            await bridge.ask(c.SendDigits(**contact, digits="1"))
            await bridge.ask(c.ClearCall(**contact))
        assert bridge.acd.floor.interactions[talking.interaction_id].state is S.CONNECTED
    finally:
        opens.set()
    await bridge.changed(S.WRAP_UP)


async def test_what_waited_for_the_store_is_dated_when_it_happened(bridge: Bridge) -> None:
    await bridge.sign_in()
    call = bridge.switch.ring(caller())
    talking = await bridge.accept()
    bridge.store.failure = StoreError("full", "the disk is full")
    before = bridge.clock.now()
    bridge.switch.far_end_clears(call)
    gives_up = bridge.switch.ring(caller("+34600000002"))
    await asyncio.sleep(0.02)
    bridge.switch.far_end_clears(gives_up)
    await asyncio.sleep(0.02)
    bridge.clock.ahead += timedelta(hours=2)
    bridge.store.failure = None
    ended = await bridge.changed(S.WRAP_UP)
    segment = bridge.acd.floor.segments[
        bridge.acd.floor.interactions[talking.interaction_id].segment
    ]
    assert segment.ended_at - before < timedelta(minutes=1)
    assert ended.wrap_up_until > bridge.clock.now()  # the agent has the whole of it
    missed = await bridge.hub.until(MissedChanged)
    assert missed.missed.waited_seconds < 60


@pytest.mark.parametrize("signed_out", [False, True])
async def test_who_comes_back_while_the_loss_is_not_stored_is_here(
    bridge: Bridge, signed_out: bool
) -> None:
    await bridge.sign_in()
    bridge.switch.ring(caller())
    talking = await bridge.accept()
    bridge.store.failure = StoreError("full", "the disk is full")
    await (bridge.acd.signed_out if signed_out else bridge.acd.session_lost)(ANA)
    await asyncio.sleep(0.02)
    await bridge.acd.signed_in(record("ana", "support"), resumed=not signed_out)
    bridge.store.failure = None
    while bridge.acd._writer._deferred:
        await asyncio.sleep(0.02)
    await asyncio.sleep(2 * CONFIG.server.session_grace)
    assert bridge.acd.floor.agents[ANA].online
    assert (bridge.acd.floor.agents[ANA].work == ()) is signed_out
    if not signed_out:
        assert bridge.acd.floor.interactions[talking.interaction_id].state is S.CONNECTED
