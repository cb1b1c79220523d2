"""The 20 ms clock, on a loop whose time jumps."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from cti_bridge.telephony.media.pacer import Pacer, pacer_of
from tests.helpers.voice import QuickLoop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


class Member:
    def __init__(self, work: Callable[[], None] = lambda: None) -> None:
        self.log: list[tuple[str, float]] = []
        self.skipped = 0
        self.work = work

    def hear(self) -> None:
        self.log.append(("hear", asyncio.get_running_loop().time()))
        self.work()

    def speak(self, skipped: int) -> None:
        self.skipped += skipped
        self.log.append(("speak", asyncio.get_running_loop().time()))

    @property
    def turns(self) -> list[float]:
        return [at for word, at in self.log if word == "speak"]


def run(main: Callable[[QuickLoop], Coroutine[None, None, None]]) -> None:
    loop = QuickLoop()
    try:
        loop.run_until_complete(main(loop))
    finally:
        loop.close()


def test_fifty_turns_a_second_without_drift_however_late_the_turns() -> None:
    async def main(loop: QuickLoop) -> None:
        def work() -> None:
            loop.now += 0.007  # the loop was busy: each turn ends 7 ms later

        member, pacer = Member(work), Pacer()
        start = loop.now
        pacer.join(member)
        await asyncio.sleep(10.001)
        assert len(member.turns) == 500
        assert member.turns[-1] - start == pytest.approx(10.007, abs=0.001)
        assert member.skipped == 0
        pacer.leave(member)

    run(main)


def test_a_short_stall_is_caught_up_and_a_long_one_skipped() -> None:
    async def main(loop: QuickLoop) -> None:
        member, pacer = Member(), Pacer()
        pacer.join(member)
        await asyncio.sleep(0.1)
        before = len(member.turns)
        loop.now += 0.09
        await asyncio.sleep(0.0001)
        assert member.skipped == 0
        assert len(member.turns) - before >= 4
        loop.now += 3.0
        await asyncio.sleep(0.05)
        assert member.skipped == pytest.approx(149, abs=2)
        assert len(member.turns) < 20
        pacer.leave(member)

    run(main)


def test_all_hear_before_mixers_and_before_anybody_speaks() -> None:
    async def main(loop: QuickLoop) -> None:
        order: list[str] = []

        class Noted(Member):
            def __init__(self, name: str) -> None:
                super().__init__(lambda: order.append(f"{name} hears"))
                self.name = name

            def speak(self, skipped: int) -> None:
                order.append(f"{self.name} speaks")

        pacer = Pacer()
        pacer.join_mixer(Noted("mixer"))
        pacer.join(Noted("one"))
        pacer.join(Noted("two"))
        await asyncio.sleep(0.025)
        assert order == ["one hears", "two hears", "mixer hears", "one speaks", "two speaks"]

    run(main)


def test_a_member_that_fails_is_out_and_the_others_go_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main(loop: QuickLoop) -> None:
        def fail() -> None:
            raise RuntimeError("a bug")

        good, bad, pacer = Member(), Member(fail), Pacer()
        pacer.join(bad)
        pacer.join(good)
        await asyncio.sleep(0.101)
        assert (len(bad.turns), len(good.turns)) == (0, 5)
        assert len(pacer) == 1
        pacer.leave(good)

    with caplog.at_level(logging.ERROR):
        run(main)
    assert len(caplog.records) == 1


def test_leaving_and_joining_within_a_turn_keeps_one_clock() -> None:
    async def main(loop: QuickLoop) -> None:
        pacer, other = Pacer(), Member()

        def swap() -> None:
            pacer.leave(first)
            pacer.join(other)

        first = Member(swap)
        pacer.join(first)
        await asyncio.sleep(0.1201)
        assert first.turns == []
        assert len(other.turns) == 5
        pacer.leave(other)
        pacer.leave(other)
        await asyncio.sleep(0.1)
        assert len(other.turns) == 5

    run(main)


def test_each_loop_has_its_own_and_none_outlives_it() -> None:
    import gc
    import weakref

    one, two = QuickLoop(), QuickLoop()
    assert pacer_of(one) is pacer_of(one)
    assert pacer_of(one) is not pacer_of(two)
    two.close()
    gone = weakref.ref(pacer_of(one))
    one.close()
    del one
    gc.collect()
    assert gone() is None
