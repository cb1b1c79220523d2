"""`watch` and `test-agent` against a listener with fakes behind it: cuts, echo, wrap-up."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from cti_bridge.cli.client import Client, Credentials
from cti_bridge.cli.exits import CliError, Exit
from cti_bridge.cli.testagent import Echo, EchoAgent
from cti_bridge.cli.watch import _Printer
from cti_bridge.protocol.codec import AudioFrame
from cti_bridge.protocol.commands import (
    AcceptOffer,
    CompleteWrapUp,
    DeclineOffer,
    Refused,
    SetMode,
)
from cti_bridge.protocol.events import InteractionChanged, LineChanged
from cti_bridge.protocol.values import Choice, LineView, Settings
from cti_bridge.protocol.vocabulary import (
    AgentId,
    AgentMode,
    Channel,
    InteractionState,
    RefusalCode,
    Role,
)
from tests.helpers.wire import (
    PASSWORD,
    Bench,
    account,
    offer_made,
    queue_changed,
    to_agent,
    until,
)

ANA = AgentId("a-ana")
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
async def bench():
    made = Bench(account("ana"), account("sara", role=Role.SUPERVISOR))
    made.rooms.settings = lambda _account: Settings(
        site_name="Test", dispositions=(Choice(code="resolved", names={}),)
    )
    await made.listener.start()
    yield made
    await made.listener.stop()


@pytest.fixture
async def running():
    """Runs a coroutine beside the test and ends it."""
    tasks = []

    def run(coroutine):
        tasks.append(asyncio.ensure_future(coroutine))
        return tasks[-1]

    yield run
    for task in tasks:
        task.cancel()
    async with asyncio.timeout(30):
        await asyncio.gather(*tasks, return_exceptions=True)


def credentials(bench, login="ana", **more):
    return Credentials(url=bench.url, login=login, password=PASSWORD, **more)


def replace_url(given, url):
    return Credentials(url=url, login=given.login, password=given.password)


def cut_everybody(bench):
    for session in tuple(bench.listener._sessions):
        session._socket._connection.transport.abort()


async def test_watch_goes_on_after_a_cut_and_misses_nothing(bench, running, capsys):
    running(Client(credentials(bench, "sara", watch=True), _Printer()).run())
    await until(lambda: bench.listener._desk.signed_in == 1)
    bench.publish(queue_changed(1))
    printed = []

    def seqs():
        printed.extend(capsys.readouterr().out.splitlines())
        return [json.loads(line)["seq"] for line in printed]

    await until(lambda: seqs() == [1])
    cut_everybody(bench)
    await until(lambda: bench.listener._desk.signed_in == 0)
    bench.publish(offer_made(), to_agent("ana"))
    await until(lambda: seqs() == [1, 2])
    assert json.loads(printed[1])["type"] == "offer-made"


async def test_a_session_taken_over_is_not_fought_for(bench, running):
    first = running(Client(credentials(bench), EchoAgent(**QUIET)).run())
    await until(lambda: bench.listener._desk.signed_in == 1)
    async with bench.desktop() as other:
        await other.sign_in()
        async with asyncio.timeout(30):
            await first
        assert bench.listener._desk.signed_in == 1


QUIET = {"calls": 0, "delay": 0.0, "disposition": "", "say": lambda _text: None}


def contact(state, agent=ANA):
    interaction = offer_made().offer.interaction
    return InteractionChanged(interaction=replace(interaction, state=state, agent_id=agent))


async def test_the_test_agent_answers_echoes_wraps_up_and_stops(bench, running):
    said = []
    agent = EchoAgent(calls=1, delay=0.0, disposition="", say=said.append)
    task = running(agent.run(credentials(bench)))
    handled = bench.rooms.handled
    await until(lambda: handled[-1:] and isinstance(handled[-1], SetMode))
    assert handled[-1].mode is AgentMode.READY
    bench.publish(offer_made(), to_agent("ana"))
    await until(lambda: isinstance(handled[-1], AcceptOffer))
    bench.publish(contact(InteractionState.CONNECTED), to_agent("ana"))
    heard, spoken = [], [bytes([n]) * 320 for n in range(10)]
    bench.headsets.listen(ANA, heard.append)
    for pcm in spoken:
        bench.headsets.send(ANA, pcm)
    await until(lambda: len(heard) == 10)
    assert heard == spoken
    bench.publish(contact(InteractionState.WRAP_UP), to_agent("ana"))
    bench.publish(contact(InteractionState.WRAP_UP), to_agent("ana"))  # told twice, done once
    async with asyncio.timeout(30):
        await task
    done = [command for command in handled if isinstance(command, CompleteWrapUp)]
    assert [(one.interaction_id, one.disposition) for one in done] == [("i1", "resolved")]
    assert "call ended after 0.2 s of voice" in said
    assert bench.rooms.log[-1] == ("signed_out", "a-ana")


async def test_the_test_agent_leaves_the_calls_of_others(bench, running):
    running(EchoAgent(**QUIET).run(credentials(bench)))
    await until(lambda: bench.rooms.handled)
    bench.publish(contact(InteractionState.WRAP_UP, agent=AgentId("other")))
    bench.publish(queue_changed(1))
    await asyncio.sleep(0.05)
    assert [type(command) for command in bench.rooms.handled] == [SetMode]


@pytest.mark.parametrize("channel", [c for c in Channel if c is not Channel.VOICE])
async def test_the_test_agent_answers_nobody_who_writes(bench, running, channel):
    task = running(EchoAgent(**QUIET).run(credentials(bench)))
    await until(lambda: bench.rooms.handled)
    made = offer_made()
    interaction = replace(made.offer.interaction, channel=channel)
    made = replace(made, offer=replace(made.offer, interaction=interaction))
    bench.publish(made, to_agent("ana"))
    bench.publish(made, to_agent("ana"))  # two at once
    async with asyncio.timeout(30):
        with pytest.raises(CliError, match="chat = 0, email = 0") as raised:
            await task
    assert raised.value.code is Exit.REFUSALS
    assert [type(command) for command in bench.rooms.handled] == [SetMode, DeclineOffer]
    assert bench.rooms.log[-1] == ("signed_out", "a-ana")


async def test_refusals_are_told_and_counted(bench, running):
    async def no(_account, command):
        return Refused(request_id=command.request_id, code=RefusalCode.LINE_DOWN, detail="pbx")

    said = []
    bench.rooms.answer = no
    agent = EchoAgent(calls=0, delay=0.0, disposition="", say=said.append)
    task = running(agent.run(credentials(bench)))
    await until(lambda: "refused: ready: line down (pbx)" in said)
    async with bench.desktop() as other:
        await other.sign_in()
        with pytest.raises(CliError) as raised:
            await task
    assert raised.value.code is Exit.REFUSALS


async def test_a_cancel_during_a_command_ends_the_test_agent(bench, running):
    async def never(_account, _command):
        await asyncio.sleep(60)

    bench.rooms.answer = never
    task = running(EchoAgent(**QUIET).run(credentials(bench)))
    await until(lambda: bench.rooms.handled)
    task.cancel()
    done, _pending = await asyncio.wait([task], timeout=30)
    assert done


async def test_an_interrupted_test_agent_signs_out_at_once(bench, running):
    task = running(EchoAgent(**QUIET).run(credentials(bench)))
    await until(lambda: bench.rooms.handled)
    task.cancel()
    await until(lambda: bench.rooms.log[-1] == ("signed_out", "a-ana"))


async def test_the_test_agent_says_how_the_lines_are(bench, running):
    down = LineView(line_id="pbx", name="PBX", up=False, detail="wrong password", since=NOW)
    said = []
    snapshot = bench.rooms.snapshot

    async def with_a_line(of):
        return replace(await snapshot(of), lines=(down,))

    bench.rooms.snapshot = with_a_line
    running(EchoAgent(calls=0, delay=0.0, disposition="", say=said.append).run(credentials(bench)))
    await until(lambda: "ready" in said)
    assert said[:2] == ["signed in as ana at Test", "line PBX DOWN: wrong password"]
    bench.publish(LineChanged(line=replace(down, up=True, detail="registered")))
    await until(lambda: "line PBX up: registered" in said)


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        (lambda url: url.replace("/v1", ""), "its addresses end in /v1"),
        (lambda _url: "ws://127.0.0.1:9/v1", "is `cti-bridge serve` running"),
    ],
)
async def test_a_bridge_that_is_not_there_is_told_with_advice(bench, change, advice):
    client = Client(replace_url(credentials(bench), change(bench.url)), EchoAgent(**QUIET))
    with pytest.raises(CliError, match=advice):
        await client.run()


def test_an_echo_comes_so_much_later_with_its_own_numbers():
    echo = Echo(0.04)
    frames = [AudioFrame(sequence=n + 7, timestamp=0, pcm=bytes([n]) * 320) for n in range(4)]
    said = [echo.heard(frame) for frame in frames]
    assert [len(one) for one in said] == [0, 0, 1, 1]
    assert [(f.sequence, f.timestamp, f.pcm[0]) for (f,) in said[2:]] == [(0, 0, 0), (1, 160, 1)]
    assert echo.take_seconds() == pytest.approx(0.08)
    assert echo.take_seconds() == 0
