"""After a cut: nothing lost, nothing doubled, or a new snapshot."""

from __future__ import annotations

import asyncio
import random

import pytest

from cti_bridge.protocol.commands import Ping, Refused, Resume, SignedIn, SignIn
from cti_bridge.protocol.events import QueueChanged
from cti_bridge.protocol.vocabulary import RefusalCode
from tests.helpers.wire import (
    PASSWORD,
    account,
    offer_made,
    queue_changed,
    to_agent,
    to_queue,
    until,
)


async def cut(bench, desktop):
    """Tears the socket down and waits until the bridge has seen it."""
    before = len([entry for entry in bench.rooms.log if entry[0] == "session_lost"])
    desktop.connection.transport.abort()
    await until(lambda: len([e for e in bench.rooms.log if e[0] == "session_lost"]) > before)


async def test_missed_events_follow_instead_of_a_snapshot(bench):
    async with bench.desktop() as ana:
        opened = await ana.sign_in()
        bench.publish(queue_changed(1))
        seen = (await ana.next()).seq
        await cut(bench, ana)
    bench.publish(offer_made(), to_agent("ana"))
    bench.publish(queue_changed(2, "sales"), to_queue("sales"))  # not Ana's
    bench.publish(queue_changed(3))
    async with bench.desktop() as ana:
        await ana.hello()
        back = await ana.ask(Resume, token=opened.token, epoch=opened.epoch, seq=seen)
        assert isinstance(back, SignedIn)
        assert (back.snapshot, back.seq, back.token) == (None, seen, opened.token)
        assert [(await ana.next()).seq, (await ana.next()).seq] == [2, 4]
        bench.publish(queue_changed(4))
        assert (await ana.next()).seq == 5
    assert ("signed_in", "ana", True) in bench.rooms.log


async def test_a_replayed_offer_tells_the_time_that_is_left(open_bench):
    now = 1000.0
    bench = await open_bench(account("ana"), clock=lambda: now)
    async with bench.desktop() as ana:
        opened = await ana.sign_in()
        await cut(bench, ana)
    bench.publish(offer_made(expires_in_ms=20_000), to_agent("ana"))
    now += 7.5
    async with bench.desktop() as ana:
        await ana.hello()
        await ana.ask(Resume, token=opened.token, epoch=opened.epoch, seq=opened.seq)
        assert (await ana.next()).offer.expires_in_ms == 12_500


class Collector:
    """A desktop that is cut at random; keeps what it has put together of one list of facts."""

    def __init__(self, bench, chance):
        self.bench, self.chance = bench, chance
        self.have, self.snapshots = [], 0
        self.token, self.epoch, self.seq = "", "", 0

    async def connect_once(self, total):
        async with self.bench.desktop() as ana:
            await ana.hello()
            self.opened(await self.open(ana))
            stay = self.chance.randrange(1, 25)
            while stay and len(self.have) < total:
                self.event(await ana.next())
                stay -= 1
            ana.connection.transport.abort()

    async def open(self, ana):
        if not self.token:
            return await ana.ask(SignIn, login="ana", password=PASSWORD)
        return await ana.ask(Resume, token=self.token, epoch=self.epoch, seq=self.seq)

    def opened(self, reply):
        self.token, self.epoch, self.seq = reply.token, reply.epoch, reply.seq
        if reply.snapshot is not None:
            self.snapshots += 1
            self.have = [queue.waiting for queue in reply.snapshot.queues]

    def event(self, event):
        assert isinstance(event, QueueChanged)
        assert event.seq > self.seq
        self.seq = event.seq
        self.have.append(event.queue.waiting)


@pytest.mark.parametrize("ring", [20, 10_000])  # a small ring forces snapshots
@pytest.mark.parametrize("seed", range(6))
async def test_random_cuts_lose_and_double_nothing(open_bench, seed, ring):
    """Events keep coming while the desktop is cut again and again at random places; what it has
    put together is what the bridge told, each fact once and in order."""
    chance = random.Random(seed)
    bench = await open_bench(account("ana"), hub={"ring": ring})
    told, total = [], 120
    bench.rooms.facts = lambda: [event.queue for event in told]

    async def publish():
        for number in range(total):
            told.append(queue_changed(number))
            bench.publish(told[-1])
            if chance.random() < 0.5:
                await asyncio.sleep(chance.random() / 500)

    publishing = asyncio.ensure_future(publish())
    desktop = Collector(bench, chance)
    while len(desktop.have) < total:
        await desktop.connect_once(total)
        if chance.random() < 0.3:
            await asyncio.sleep(0.01)
    await publishing
    assert desktop.have == list(range(total))
    assert desktop.snapshots >= 1


async def test_events_during_a_snapshot_are_neither_lost_nor_doubled(bench):
    told, published = [], iter(range(1, 3))
    bench.rooms.facts = lambda: told

    async def during():
        for number in published:  # only while the first snapshot is taken
            event = queue_changed(number)
            told.append(event.queue)
            bench.publish(event)
            await asyncio.sleep(0)

    bench.rooms.during_snapshot = during
    async with bench.desktop() as ana:
        opened = await ana.sign_in()
        assert [queue.waiting for queue in opened.snapshot.queues] == [1, 2]
        assert opened.seq == 2
        assert await ana.ask(Ping)
        bench.publish(queue_changed(3))
        assert (await ana.next()).seq == 3


async def test_a_site_that_is_never_quiet_still_gets_a_session(bench):
    """Events that passed during the snapshot follow it; none is lost."""

    async def during():
        bench.publish(queue_changed(9))
        await asyncio.sleep(0)

    bench.rooms.during_snapshot = during
    async with bench.desktop() as ana:
        opened = await ana.sign_in()
        assert isinstance(opened, SignedIn)
        event = await ana.next()
        assert event.seq == opened.seq + 1 == bench.hub.seq


async def test_too_much_was_missed_so_a_snapshot_comes(open_bench):
    bench = await open_bench(account("ana"), hub={"ring": 5})
    async with bench.desktop() as ana:
        opened = await ana.sign_in()
        await cut(bench, ana)
    for number in range(6):
        bench.publish(queue_changed(number))
    async with bench.desktop() as ana:
        await ana.hello()
        back = await ana.ask(Resume, token=opened.token, epoch=opened.epoch, seq=opened.seq)
        assert back.snapshot is not None
        assert back.seq == 6


@pytest.mark.parametrize("seq", [1, 10**12])
async def test_a_seq_that_never_was_gets_a_snapshot(bench, seq):
    async with bench.desktop() as ana:
        opened = await ana.sign_in()
        await cut(bench, ana)
    async with bench.desktop() as ana:
        await ana.hello()
        back = await ana.ask(Resume, token=opened.token, epoch=opened.epoch, seq=seq)
        assert (back.snapshot is not None, back.seq) == (True, 0)


async def test_another_life_of_the_bridge_gives_a_snapshot(bench):
    async with bench.desktop() as ana:
        opened = await ana.sign_in()
        await cut(bench, ana)
    async with bench.desktop() as ana:
        await ana.hello()
        back = await ana.ask(Resume, token=opened.token, epoch="another", seq=0)
        assert back.snapshot is not None


@pytest.mark.parametrize("token", ["", "x", "x" * 1000, "\u0000", "ñ"])
async def test_a_guessed_token_opens_nothing(bench, token):
    async with bench.desktop() as ana:
        await ana.sign_in()
    async with bench.desktop() as other:
        await other.hello()
        refused = await other.ask(Resume, token=token, epoch=bench.hub.epoch, seq=0)
        assert isinstance(refused, Refused)
        assert refused.code is RefusalCode.NOT_SIGNED_IN


async def test_a_token_dies_with_its_time(open_bench):
    now = 0.0
    bench = await open_bench(account("ana"), session_grace=20, clock=lambda: now)
    async with bench.desktop() as ana:
        opened = await ana.sign_in()
        await cut(bench, ana)
    now = 21.0  # the calls are gone, the token is not: an outage asks nobody for a password
    async with bench.desktop() as ana:
        await ana.hello()
        back = await ana.ask(Resume, token=opened.token, epoch=opened.epoch, seq=0)
        assert isinstance(back, SignedIn)
        assert bench.rooms.log[-1] == ("signed_in", "ana", False)
        await cut(bench, ana)
    now += 901.0
    async with bench.desktop() as ana:
        await ana.hello()
        refused = await ana.ask(Resume, token=opened.token, epoch=opened.epoch, seq=0)
        assert refused.code is RefusalCode.NOT_SIGNED_IN


async def test_a_token_lives_while_its_session_does(open_bench):
    """A desktop may notice a cut before the bridge does."""
    now = 0.0
    bench = await open_bench(account("ana"), clock=lambda: now)
    async with bench.desktop() as first, bench.desktop() as second:
        opened = await first.sign_in()
        now = 50_000.0
        await second.hello()
        back = await second.ask(Resume, token=opened.token, epoch=opened.epoch, seq=0)
        assert isinstance(back, SignedIn)
        assert (await first.next()).reason == "taken_over"


async def test_the_token_of_a_session_taken_over_is_dead(bench):
    async with bench.desktop() as first, bench.desktop() as second, bench.desktop() as third:
        opened = await first.sign_in()
        await second.sign_in()
        await third.hello()
        refused = await third.ask(Resume, token=opened.token, epoch=opened.epoch, seq=0)
        assert refused.code is RefusalCode.NOT_SIGNED_IN


async def test_a_disabled_user_does_not_come_back(bench):
    async with bench.desktop() as ana:
        opened = await ana.sign_in()
        await cut(bench, ana)
    bench.accounts.disable("ana")
    async with bench.desktop() as ana:
        await ana.hello()
        refused = await ana.ask(Resume, token=opened.token, epoch=opened.epoch, seq=0)
        assert refused.code is RefusalCode.NOT_SIGNED_IN


async def test_a_watching_session_resumes(bench):
    async with bench.desktop() as sara:
        opened = await sara.sign_in("sara", watch=True)
    bench.publish(offer_made(), to_agent("ana"))
    async with bench.desktop() as sara:
        await sara.hello()
        back = await sara.ask(Resume, token=opened.token, epoch=opened.epoch, seq=0)
        assert (back.snapshot, back.seq) == (None, 0)
        assert (await sara.next()).seq == 1
    assert bench.rooms.log == []


async def test_a_sign_in_that_the_rooms_fail_leaves_nobody_seated(bench, caplog):
    async def broken():
        raise RuntimeError("no snapshot")

    bench.rooms.during_snapshot = broken
    async with bench.desktop() as ana:
        refused = await ana.sign_in()
        assert refused.code is RefusalCode.INTERNAL
        assert bench.rooms.log[-1] == ("session_lost", "a-ana")
        bench.rooms.during_snapshot = None
        assert isinstance(await ana.ask(SignIn, login="ana", password=PASSWORD), SignedIn)
    assert "SignIn of" in caplog.text
