"""The running bridge under hostile SIP, RTP and frames, with guessed passwords and with a store in
trouble: the call in progress goes on, and the next one pops."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import shutil
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from websockets.asyncio.client import connect

from cti_bridge.protocol import commands as c
from cti_bridge.protocol.codec import decode_answer, encode
from cti_bridge.protocol.events import SessionEnded
from cti_bridge.protocol.searching import (
    OpenInteraction,
    SearchHistory,
)
from cti_bridge.protocol.values import HistoryFilter
from cti_bridge.protocol.vocabulary import (
    PROTOCOL_VERSIONS,
    InteractionState,
    RefusalCode,
)
from cti_bridge.telephony.simulator.caller import SimulatedCaller
from cti_bridge.telephony.simulator.tones import Melody
from tests.helpers import hostile, sound
from tests.helpers.agent import TONE, TestAgent
from tests.helpers.database import postgres_server  # noqa: F401
from tests.helpers.desk import RefusedCommand
from tests.helpers.ports import free_port, free_range
from tests.helpers.serving import PASSWORD, add_users, cli, configure, serving, trunk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from cti_bridge.telephony.simulator.caller import SimulatedCall
    from tests.helpers.serving import Served

DNIS = "+34900100200"
CALLER_HZ = 1000.0
BROKEN = "127.0.0.3"  # allow-listed
STRANGER = "127.0.0.2"
LOGINS = ("ana", "luis", "eva")
SPARE = f"""
[[queues]]
id = "spare"
name = "Nobody is here"
dnis = ["{hostile.DNIS}"]
[[agents]]
login = "ana"
queues = ["support"]
[[agents]]
login = "luis"
queues = ["support"]
"""


class Place:
    """A configured bridge that is not running, and a caller who speaks one tone."""

    def __init__(self, folder: Path, caller: SimulatedCaller) -> None:
        self.sip, self.rtp, self.caller = free_port(), free_range(200), caller
        line = trunk(self.sip, self.rtp).replace('["127.0.0.1"]', f'["127.0.0.1", "{BROKEN}"]')
        line = line.replace("max_calls = 20", "max_calls = 100")
        self.config = configure(folder, SPARE + line.replace('"support"', '"spare"'), grace=1)
        self.database = folder / "ficha.db"

    async def ring(self, number: str = "612345099") -> SimulatedCall:
        return await self.caller.call(
            "127.0.0.1",
            self.sip,
            DNIS,
            number=number,
            asserted=number,
            melody=Melody([CALLER_HZ]),
        )


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the users in it."""
    folder = tmp_path_factory.mktemp("people")
    asyncio.run(add_users(configure(folder, ""), LOGINS))
    return folder / "ficha.db"


@pytest.fixture
async def place(tmp_path: Path, people: Path) -> AsyncIterator[Place]:
    shutil.copy(people, tmp_path / "ficha.db")
    caller = await SimulatedCaller.open()
    yield Place(tmp_path, caller)
    await caller.close()


async def talking(agent: TestAgent, call: SimulatedCall, *, tries: int = 5) -> float:
    """Seconds, of the last two, in which each hears the other without a break; a machine that
    stumbles is listened to once more."""
    best = 0.0
    for _ in range(tries):
        heard = await agent.listen(2)
        said = call.recording.last(2)
        best = max(best, min(sound.longest(heard, CALLER_HZ), sound.longest(said, TONE)))
        if best >= 1:
            break
    return best


async def refusal(asking: object) -> str:
    """What the bridge refuses with; "" where it does not."""
    try:
        await asking
    except RefusedCommand as refused:
        return str(refused)
    return ""


# -- hostile peers -----------------------------------------------------------------------------


async def test_a_call_goes_on_while_every_door_is_hammered(place: Place) -> None:
    target = ("127.0.0.1", place.sip)
    async with (
        serving(place.config) as served,
        TestAgent.signed_in(served.url) as ana,
        hostile.HostileSip.at(BROKEN, target) as broken,
        hostile.HostileSip.at(STRANGER, target) as stranger,
    ):
        call = await place.ring()
        view = await ana.answer()
        seconds = 5
        port = call.rtp._latch.target[1]  # where the bridge hears this call
        ports = [port, port, port + 1, *place.rtp]
        await asyncio.sleep(0.5)
        weight, log = served.process.memory_mb(), served.process.log
        async with asyncio.TaskGroup() as storm:
            storm.create_task(broken.hammer(seconds, each_second=500, seed=1))
            storm.create_task(stranger.hammer(seconds, each_second=500, seed=2))
            for host, seed in ((STRANGER, 3), ("127.0.0.1", 4)):
                storm.create_task(
                    hostile.hammer_rtp(host, ports, seconds, each_second=400, seed=seed)
                )
            for seed in (5, 6):
                storm.create_task(hostile.hammer_frames(served.url, seconds, seed=seed))
            await asyncio.sleep(1.5)
            assert await talking(ana, call, tries=1) >= 1
        assert stranger.answers == []
        assert len(broken.answers) > 100
        assert served.process.memory_mb() - weight < 60
        assert log.stat().st_size < 200_000
        assert "Traceback" not in log.read_text()
        assert ana.contacts[view.interaction_id].state is InteractionState.CONNECTED

        await call.hang_up()
        await ana.reaches(view.interaction_id, InteractionState.WRAP_UP)
        await ana.do(c.CompleteWrapUp, interaction_id=view.interaction_id, disposition="resolved")
        await place.ring("611222333")
        assert (await ana.offer(2)).interaction.ani == "+34611222333"


async def test_a_hundred_guesses_open_nothing_and_disturb_no_call(place: Place) -> None:
    async def guess(url: str, times: int, password: str) -> list[c.Refused]:
        async with connect(url, compression=None) as wire:
            await wire.send(encode(c.Hello(request_id=1, versions=PROTOCOL_VERSIONS)))
            assert isinstance(decode_answer(await wire.recv()), c.Welcome)
            replies = []
            for at in range(times):
                await wire.send(
                    encode(c.SignIn(request_id=at + 2, login="luis", password=password))
                )
                replies.append(decode_answer(await wire.recv()))
            return replies

    async with serving(place.config) as served, TestAgent.signed_in(served.url) as ana:
        call = await place.ring()
        await ana.answer()
        rounds = [guess(served.url, 10, f"guess number {at}") for at in range(10)]
        guessed = asyncio.gather(*rounds)
        assert await talking(ana, call) >= 1
        replies = [reply for each in await guessed for reply in each]
        assert len(replies) == 100
        assert all(isinstance(reply, c.Refused) for reply in replies)
        wrong = [one for one in replies if one.code is RefusalCode.WRONG_CREDENTIALS]
        assert 1 <= len(wrong) <= 12  # the others were not even tried
        [right] = await guess(served.url, 1, PASSWORD)
        assert (right.code, right.retry_after_s > 0) == (RefusalCode.THROTTLED, True)
        async with TestAgent.signed_in(served.url, "eva"):
            assert await talking(ana, call) >= 1


async def test_the_second_session_of_an_agent_takes_the_call_over(place: Place) -> None:
    async with serving(place.config) as served, TestAgent.signed_in(served.url) as first:
        call = await place.ring()
        view = await first.answer()
        async with TestAgent.signed_in(served.url, tone=TONE) as second:
            await first.until(lambda: any(isinstance(e, SessionEnded) for e in first.events))
            await asyncio.sleep(0.5)
            assert await talking(second, call) >= 1
            await second.do(c.ClearCall, interaction_id=view.interaction_id)
            await second.reaches(view.interaction_id, InteractionState.WRAP_UP)
        await call.ended()


# -- the store in trouble ----------------------------------------------------------------------


async def through_trouble(
    place: Place, served: Served, breaks: contextlib.AbstractAsyncContextManager[object]
) -> None:
    """A call that ends and another that rings while nothing can be stored."""
    async with (
        TestAgent.signed_in(served.url, "ana") as ana,
        TestAgent.signed_in(served.url, "luis") as luis,
    ):
        call = await place.ring()
        view = await ana.answer()
        contact = {"interaction_id": view.interaction_id}
        async with breaks:
            waiting = await place.ring("611222333")
            await waiting.ringing()
            for command, more in ((c.HoldCall, {}), (c.SaveNotes, {"notes": "typed"})):
                assert "store_away" in await refusal(ana.do(command, **contact, **more))
            assert await talking(ana, call) >= 1
            await ana.do(c.ClearCall, **contact)
            await call.ended()
            assert luis.offers() == []
        offer = await luis.offer()
        assert offer.interaction.ani == "+34611222333"
        await ana.reaches(view.interaction_id, InteractionState.WRAP_UP)
        await ana.do(c.SaveNotes, **contact, notes="typed")
        await luis.answer()
        assert await talking(luis, waiting) >= 1
        opened = (await ana.do(OpenInteraction, **contact)).file
        [segment] = opened.segments
        assert segment.ended_at is not None
        found = await ana.do(SearchHistory, filter=HistoryFilter())
        assert len(found.contacts) == 2


async def test_a_database_locked_for_ten_seconds_costs_no_call_and_no_fact(place: Place) -> None:
    async with (
        serving(place.config) as served,
        TestAgent.signed_in(served.url, "ana") as ana,
        TestAgent.signed_in(served.url, "luis") as luis,
    ):
        call = await place.ring()
        view = await ana.answer()
        with contextlib.closing(sqlite3.connect(place.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            waiting = await place.ring("611222333")
            await waiting.ringing()
            gives_up = await place.ring("611222444")
            await gives_up.ringing()
            assert await talking(ana, call) >= 1
            found = await ana.do(c.SearchCustomers, text="a")  # readers do not wait
            assert found.customers == ()
            gives_up.cancel()
            await ana.do(c.ClearCall, interaction_id=view.interaction_id)
            await call.ended()
            cleared = datetime.now(UTC)
            await asyncio.sleep(7.5)
            assert luis.offers() == []
            other.execute("ROLLBACK")
        assert (await luis.offer()).interaction.ani == "+34611222333"
        await luis.until(luis.missed)
        assert luis.missed()[0].missed.number == "+34611222444"
        ended = await ana.reaches(view.interaction_id, InteractionState.WRAP_UP)
        opened = (await ana.do(OpenInteraction, interaction_id=ended.interaction_id)).file
        [segment] = opened.segments
        # until it was cleared, not until that was stored
        assert segment.ended_at <= cleared


async def test_a_full_disk_costs_no_call_and_mends_by_itself(place: Place) -> None:
    """A limit on the size of the process's files: they cannot grow, as on a full disk."""

    @contextlib.asynccontextmanager
    async def full(process: int) -> AsyncIterator[None]:
        size = place.database.with_suffix(".db-wal").stat().st_size
        _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (size, hard))
        yield
        resource.prlimit(process, resource.RLIMIT_FSIZE, (hard, hard))

    async with serving(place.config) as served:
        await through_trouble(place, served, full(served.process.process.pid))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.write_bytes(b"no database" * 1000), "is not an SQLite database"),
        (lambda file: (file.unlink(), file.mkdir()), "this is a directory"),
        (lambda file: (file.unlink(), file.symlink_to("/no/such/place.db")), "cannot be opened"),
    ],
    ids=["of another kind", "a directory", "unreadable"],
)
async def test_a_bridge_whose_database_cannot_be_used_does_not_start(
    place: Place, spoil: Callable[[Path], object], said: str
) -> None:
    spoil(place.database)
    with pytest.raises(RuntimeError, match=f": 4: .*{said}"):
        await cli("serve", "--config", str(place.config))


@pytest.fixture
def in_postgresql(request: pytest.FixtureRequest, place: Place) -> Iterator[object]:
    server = request.getfixturevalue("postgres_server")
    url = server.create()
    config = place.config.read_text()
    place.config.write_text(config.replace(f"sqlite:///{place.database}", url))
    yield server
    server.drop(url)


@pytest.mark.peer("postgresql")
async def test_postgresql_restarted_in_mid_shift(place: Place, in_postgresql) -> None:
    @contextlib.asynccontextmanager
    async def away() -> AsyncIterator[None]:
        await asyncio.to_thread(in_postgresql.stop, "fast")
        try:
            yield
        finally:
            await asyncio.to_thread(in_postgresql.resume)

    await add_users(place.config, ["ana", "luis"])
    async with serving(place.config) as served:
        await through_trouble(place, served, away())
