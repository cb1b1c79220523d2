"""The edge: commands to a switch that is slow, silent or broken; deadlines; look-ups."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from cti_bridge.acd import matching
from cti_bridge.acd.clock import SystemClock
from cti_bridge.acd.inputs import AnswerFailed, Arrived, Due, MatchedLate, SwitchAction
from cti_bridge.acd.loop import Commander, Timers
from cti_bridge.acd.matching import Matcher
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.refusal import CommandRefused
from cti_bridge.protocol.vocabulary import MatchKind, OfferId, RefusalCode
from cti_bridge.tasks import Scope
from cti_bridge.telephony.ports import CallDelivered, CallId, LineId, SwitchError
from cti_bridge.telephony.simulator.switch import SimulatedSwitch
from tests.helpers.floor import NO_MATCH, caller

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from cti_bridge.protocol.values import MatchResult
    from cti_bridge.telephony.ports import Caller, Switch

CALL = CallId("call")


@pytest.fixture
async def scope() -> AsyncIterator[Scope]:
    made = Scope("test")
    yield made
    await made.close()


def answering(run: Callable[[Switch], Awaitable[None]], call: CallId = CALL) -> SwitchAction:
    return SwitchAction(
        name="answer",
        call=call,
        run=run,
        answers=True,
        failed=lambda code: AnswerFailed(offer=OfferId("o"), code=code),
    )


async def give(scope: Scope, run: Callable[[Switch], Awaitable[None]], put: Any) -> Done:
    reply: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
    commander = Commander(SimulatedSwitch(), scope, put)
    commander.give([answering(run)], reply, Done(request_id=7))
    return await reply


async def hangs(_switch: Switch) -> None:
    await asyncio.sleep(60)


async def breaks(_switch: Switch) -> None:
    raise ZeroDivisionError


async def refuses(_switch: Switch) -> None:
    raise SwitchError("busy", "no port is free")


@pytest.mark.parametrize(
    ("run", "refusal", "code"),
    [
        (hangs, RefusalCode.SWITCH_FAILED, "failed"),
        (breaks, RefusalCode.SWITCH_FAILED, "failed"),
        (refuses, RefusalCode.BUSY, "busy"),
    ],
)
async def test_a_switch_that_does_not_do_it_refuses_the_command(
    scope: Scope,
    monkeypatch: pytest.MonkeyPatch,
    run: Callable[[Switch], Awaitable[None]],
    refusal: RefusalCode,
    code: str,
) -> None:
    monkeypatch.setattr("cti_bridge.acd.loop.SWITCH_SECONDS", 0.02)
    put: list[Any] = []
    with pytest.raises(CommandRefused) as refused:
        await give(scope, run, put.append)
    assert refused.value.code is refusal
    assert put == [AnswerFailed(offer=OfferId("o"), code=code)]


async def test_commands_of_one_call_keep_their_order_and_calls_do_not_wait_for_each_other(
    scope: Scope,
) -> None:
    said: list[str] = []
    gate = asyncio.Event()

    def says(word: str, waits: bool = False) -> Callable[[Switch], Awaitable[None]]:
        async def run(_switch: Switch) -> None:
            if waits:
                await gate.wait()
            said.append(word)

        return run

    commander = Commander(SimulatedSwitch(), scope, lambda _: None)
    replies: list[asyncio.Future[Done]] = [
        asyncio.get_running_loop().create_future() for _ in range(3)
    ]
    plan = [
        (says("hold", waits=True), CALL),
        (says("retrieve"), CALL),
        (says("other"), CallId("b")),
    ]
    for (run, call), reply in zip(plan, replies, strict=True):
        commander.give([answering(run, call)], reply, Done(request_id=1))
    await replies[2]
    assert said == ["other"]
    gate.set()
    await asyncio.gather(*replies)
    assert said == ["other", "hold", "retrieve"]


async def test_a_deadline_fires_once_after_its_time_and_can_be_moved() -> None:
    put: list[Any] = []
    clock = SystemClock()
    timers = Timers(clock, put.append)
    begun = datetime.now(UTC)
    timers.set(("offer", "a"), begun + timedelta(seconds=0.01))
    timers.set(("offer", "b"), begun + timedelta(seconds=0.01))
    timers.set(("offer", "b"), None)
    timers.set(("offer", "c"), begun + timedelta(seconds=60))
    timers.set(("offer", "c"), begun + timedelta(seconds=0.02))
    async with asyncio.timeout(30):
        while len(put) < 2:
            await asyncio.sleep(0.005)
    assert put == [Due(key=("offer", "a")), Due(key=("offer", "c"))]
    timers.set(("offer", "d"), datetime.now(UTC) + timedelta(seconds=0.01))
    timers.close()
    await asyncio.sleep(0.05)
    assert len(put) == 2


class Slow:
    """Customers that answer when the gate opens."""

    def __init__(self) -> None:
        self.gate = asyncio.Event()
        self.asked = 0

    async def match(self, caller: Caller) -> MatchResult:
        self.asked += 1
        await self.gate.wait()
        return NO_MATCH

    async def card(self, customer: Any) -> None: ...

    async def teach(self, customer: Any, caller: Caller, by: str) -> None: ...


def delivered(name: str) -> CallDelivered:
    return CallDelivered(
        call=CallId(name), at=datetime.now(UTC), line=LineId("l"), caller=caller(), dnis=""
    )


async def test_a_call_that_something_happens_to_goes_on_without_its_match(scope: Scope) -> None:
    put: list[Any] = []
    slow = Slow()
    matcher = Matcher(slow, scope, put.append, budget_s=60)
    event = delivered("a")
    matcher.look_up(event)
    matcher.look_up(event)  # a duplicate is looked up once
    matcher.flush(CallId("a"))
    assert [(type(one), one.match.kind) for one in put] == [(Arrived, MatchKind.PENDING)]
    slow.gate.set()
    await asyncio.sleep(0.01)
    assert slow.asked == 1
    assert put[1:] == [MatchedLate(call=CallId("a"), match=NO_MATCH)]
    matcher.flush(CallId("a"))
    assert len(put) == 2


async def test_look_ups_are_bounded(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "MAX_AT_ONCE", 3)
    put: list[Any] = []
    slow = Slow()
    matcher = Matcher(slow, scope, put.append, budget_s=60)
    for n in range(5):
        matcher.look_up(delivered(f"c{n}"))
    assert [one.event.call for one in put] == ["c3", "c4"]
    slow.gate.set()
    await asyncio.sleep(0.01)
    assert len(put) == 5
