"""kill -9 of the bridge in the middle of calls, chats and e-mails, again and again: after it
each contact exists once, in a legal state, and none is forgotten.

`FICHA_KILL_ROUNDS` changes how often; each round brings twenty contacts.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sqlite3
import uuid
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import aiohttp
import pytest

from cti_bridge.channels.chat import frames
from cti_bridge.channels.web.simulator import Refused, SimulatedVisitor
from cti_bridge.telephony.simulator.caller import SimulatedCaller
from tests.e2e.test_every_channel import ORIGIN, channels, mail, web_of
from tests.helpers.centre import BusyAgent, Manner, Tale
from tests.helpers.dovecot import Dovecot
from tests.helpers.ports import free_port, free_range
from tests.helpers.serving import add_users, configure, serving, trunk

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from tests.helpers.serving import Served

ROUNDS = int(os.environ.get("FICHA_KILL_ROUNDS", "50"))
CALLS, CHATS, MAILS = 6, 8, 6
END_SECONDS = float(os.environ.get("FICHA_KILL_END", "240"))
DNIS = "+34900100200"
BRIDGE = "tests.helpers.quick_bridge"  # two hundred sign-ins
AGENTS = ("ana", "luis", "rosa", "juan")
SEED = 20261122
LIMITS = """
chats_per_hour = 10000
chats_per_minute = 10000
per_address = 1000
requests_per_minute = 10000
"""
BROKEN = (ConnectionError, TimeoutError, OSError, aiohttp.ClientError, Refused)


@dataclass(slots=True)
class Visit:
    """One chat, from its browser's side: what was said, and what the bridge has confirmed."""

    start_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    token: str = ""
    said: dict[str, str] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    heard: dict[int, str] = field(default_factory=dict)
    over: bool = False

    async def go_on(self, web: str) -> None:
        """Begins, or takes up again, and says what is not confirmed yet."""
        visitor = await SimulatedVisitor.open(web, "shop", origin=ORIGIN)
        visitor.on_frame = self._frame
        try:
            if self.token:
                visitor.token = self.token
                await visitor.resume(0)
            else:
                await visitor.start({"name": "Eva"}, "hola", start_id=self.start_id)
                self.token = visitor.token
            while len(self.said) < 3:
                self.said[str(uuid.uuid4())] = f"line {len(self.said)} of {self.start_id}"
            for key, text in self.said.items():
                if key not in self.confirmed and not self.over:
                    await visitor.say(text, say_id=key)
                    await asyncio.sleep(0.05)
            await asyncio.sleep(60)
        finally:
            await visitor.close()

    def _frame(self, frame: frames.ForBrowser, _at_ns: int) -> None:
        match frame:
            case frames.Receipt(id=key):
                self.confirmed.add(key)
            case frames.Entry(seq=seq, id=key):
                assert self.heard.get(seq, key) == key, "two things under one number"
                self.heard[seq] = key
            case frames.Ended() | frames.Session(state="ended"):
                self.over = True


class Traffic:
    """Everything that was begun, and by which name it must be found again."""

    def __init__(self, imap: Dovecot, sip: int) -> None:
        self.imap, self.sip = imap, sip
        self.visits: list[Visit] = []
        self.numbers: list[str] = []
        self.subjects: list[str] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self, web: str, chance: random.Random) -> None:
        self.caller = await SimulatedCaller.open()
        for visit in self.visits:
            if not visit.over and len(visit.confirmed) < 3:
                self._spawn(visit.go_on(web))
        for _ in range(CHATS):
            self.visits.append(Visit())
            self._spawn(_later(chance.random(), self.visits[-1].go_on, web))
        for _ in range(CALLS):
            self.numbers.append(f"6{10_000_000 + len(self.numbers)}")
            self._spawn(_later(chance.random(), self._ring, self.numbers[-1]))
        subjects = [f"kill {len(self.subjects) + n}" for n in range(MAILS)]
        self.subjects += subjects
        self._spawn(_later(chance.random(), self._post, subjects), "post")

    async def end_round(self) -> None:
        """What began outside of the bridge is over when it is gone; the mail is delivered."""
        for task in self._tasks:
            if task.get_name() != "post":
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()
        await self.caller.close()

    def _spawn(self, work: object, name: str = "visit") -> None:
        task = asyncio.get_running_loop().create_task(_quietly(work), name=name)
        self._tasks.add(task)

    async def _ring(self, number: str) -> None:
        call = await self.caller.call("127.0.0.1", self.sip, DNIS, number=number, asserted=number)
        await call.answered(20)
        await call.ended(20)

    async def _post(self, subjects: list[str]) -> None:
        mails = [mail(subject) for subject in subjects]
        await asyncio.to_thread(self.imap.append, "soporte", *mails)


async def _later(
    seconds: float, work: Callable[..., Coroutine[object, object, None]], *given: object
) -> None:
    await asyncio.sleep(seconds)
    await work(*given)


async def _quietly(work: object) -> None:
    with contextlib.suppress(*BROKEN):
        await work  # type: ignore[misc]


def rows(database: Path, query: str, *values: object) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as open_:
        return open_.execute(query, values).fetchall()


def assert_legal_before_anybody_came(database: Path) -> None:
    """A new life begins with nobody at work, no offer ringing, no part of a contact running."""
    states = Counter(state for (state,) in rows(database, "SELECT state FROM interactions"))
    assert not states.keys() & {"new", "offered", "connected", "held", "wrap_up"}, states
    assert rows(database, "SELECT count(*) FROM offers WHERE ended_at IS NULL") == [(0,)]
    assert rows(database, "SELECT count(*) FROM segments WHERE ended_at IS NULL") == [(0,)]
    waiting_calls = rows(
        database,
        "SELECT count(*) FROM interactions WHERE state = 'queued' AND channel = 'voice'",
    )
    assert waiting_calls == [(0,)], "a call cannot outlive its bridge"


@pytest.mark.peer("dovecot")
@pytest.mark.timeout(1500)
async def test_contacts_of_every_channel_outlive_kills_at_random_points(tmp_path):
    chance = random.Random(SEED)
    database = tmp_path / "ficha.db"
    async with AsyncExitStack() as stack:
        imap = await stack.enter_async_context(Dovecot.at({"soporte": "secret"}))
        sip = free_port()
        config = configure(
            tmp_path,
            trunk(sip, free_range(80))
            + channels(imap, None).replace("enabled = true", f"enabled = true{LIMITS}"),
            grace=1,
        )
        await add_users(config, AGENTS)
        traffic, tale = Traffic(imap, sip), Tale()
        for number in range(ROUNDS):
            async with serving(config, f"life-{number}", module=BRIDGE) as served:
                if number:
                    assert_legal_before_anybody_came(database)
                await _a_short_life(served, traffic, tale, chance)
        async with serving(config, "last", module=BRIDGE) as served:
            assert_legal_before_anybody_came(database)
            await _to_the_end(served, traffic, tale, database)
    assert_each_exists_once(database, traffic, tale)


async def _a_short_life(
    served: Served, traffic: Traffic, tale: Tale, chance: random.Random
) -> None:
    async with AsyncExitStack() as desks:
        for login in AGENTS:
            manner = Manner(seconds=chance.uniform(0.02, 0.4))
            await desks.enter_async_context(BusyAgent.signed_in(served.url, login, manner, tale))
        await traffic.begin(web_of(served.process.lines), chance)
        await asyncio.sleep(chance.uniform(0.2, 1.6))
        served.process.process.kill()
        await served.process.process.wait()
    await traffic.end_round()


async def _to_the_end(served: Served, traffic: Traffic, tale: Tale, database: Path) -> None:
    """Nothing new; the visitors come back, and everything that waits is served."""
    async with AsyncExitStack() as desks:
        for login in AGENTS:
            await desks.enter_async_context(
                BusyAgent.signed_in(served.url, login, Manner(seconds=0.01), tale)
            )
        web = web_of(served.process.lines)
        coming = [
            asyncio.get_running_loop().create_task(_quietly(visit.go_on(web)))
            for visit in traffic.visits
            if not visit.over and len(visit.confirmed) < 3
        ]
        end = asyncio.get_running_loop().time() + END_SECONDS
        while left := await asyncio.to_thread(_left, database, traffic):
            assert asyncio.get_running_loop().time() < end, left
            await asyncio.sleep(0.5)
        for task in coming:
            task.cancel()
        await asyncio.gather(*coming, return_exceptions=True)


def _left(database: Path, traffic: Traffic) -> dict[str, int]:
    """Contacts that are not over, mails that are not taken, visitors that were not heard."""
    open_ = rows(
        database,
        "SELECT channel || ' ' || state, count(*) FROM interactions "
        "WHERE state NOT IN ('closed', 'abandoned') GROUP BY 1",
    )
    [(mails,)] = rows(database, "SELECT count(*) FROM messages WHERE kind = 'email'")
    assert isinstance(mails, int)
    left = {str(what): int(str(count)) for what, count in open_}
    left["mails not taken"] = len(traffic.subjects) - mails
    left["visitors not heard"] = sum(
        not visit.over and len(visit.confirmed) < 3 for visit in traffic.visits
    )
    return {what: count for what, count in left.items() if count}


def assert_each_exists_once(database: Path, traffic: Traffic, tale: Tale) -> None:
    of_mail = Counter(
        subject for (subject,) in rows(database, "SELECT subject FROM interactions "
                                       "WHERE channel = 'email'")
    )  # fmt: skip
    assert of_mail == Counter(traffic.subjects)

    said = Counter(
        key for (key,) in rows(
            database, "SELECT id FROM messages WHERE kind = 'chat' AND author = 'customer'"
        )
    )  # fmt: skip
    for visit in traffic.visits:
        for key in visit.confirmed:
            assert said[key] == 1, f"confirmed and found {said[key]} times"
    assert max(said.values()) == 1
    begun = sum(bool(visit.token) for visit in traffic.visits)
    [(chats,)] = rows(database, "SELECT count(*) FROM interactions WHERE channel = 'chat'")
    assert begun <= chats <= len(traffic.visits), "a chat that was begun is nowhere"

    calls = Counter(
        number for (number,) in rows(database, "SELECT number FROM interactions "
                                     "WHERE channel = 'voice'")
    )  # fmt: skip
    assert max(calls.values()) == 1
    assert set(calls) <= {f"+34{number}" for number in traffic.numbers}
    known = {key for (key,) in rows(database, "SELECT id FROM interactions")}
    assert tale.seen <= known, "an agent was offered a contact that is nowhere"
    answered_or_missed = rows(
        database,
        "SELECT count(*) FROM interactions i WHERE channel = 'voice' AND state = 'abandoned' "
        "AND NOT EXISTS (SELECT 1 FROM missed_calls m WHERE m.number = i.number)",
    )
    assert answered_or_missed == [(0,)]
