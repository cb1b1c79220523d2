"""Headsets past the bridge, as ladders: what a desktop says, what it is told, what is relayed."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from cti_bridge.config.values import Asterisk
from cti_bridge.protocol.vocabulary import AgentId
from cti_bridge.protocol.voice import (
    MOST_PATHS,
    DirectPath,
    PathTrouble,
    ReportVoicePath,
)
from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.ari.models import Channel, Place
from cti_bridge.telephony.asterisk.direct import ABSENT, DISTRUST, DirectHeadsets
from cti_bridge.telephony.asterisk.mediachannel import CONNECTION
from cti_bridge.telephony.ports import CallId, MediaFigures, SwitchError
from tests.helpers.voice import run_quick

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from cti_bridge.telephony.asterisk.node import Node

ANA, LUIS = AgentId("ana"), AgentId("luis")
CALL = CallId("call")


class FakeAri:
    def __init__(self) -> None:
        self.made: list[str] = []
        self.hung_up: list[str] = []
        self.noted: list[tuple[str, str, str]] = []
        self.devices: list[str] = []
        self.enters = True
        self.fails: AriError | None = None

    async def post(self, *path: str, body: Any = None, **params: Any) -> bytes:
        if self.fails is not None:
            raise self.fails
        if path[-1] == "variable":
            self.noted.append((path[1], params["variable"], params["value"]))
            return b""
        self.devices.append(body["variables"]["FICHA_DEVICE"])
        self.made.append(params["channelId"])
        token = {CONNECTION: f"token-{len(self.made)}"}
        return json.dumps({"id": params["channelId"], "channelvars": token}).encode()

    async def get(self, kind: type[Channel], *path: str, **_params: Any) -> Channel:
        app = "Stasis" if self.enters else ""
        return Channel(id=path[1], state="Up", dialplan=Place(app_name=app))

    async def delete(self, *path: str, **_params: Any) -> bytes:
        self.hung_up.append(path[1])
        return b""


class FakeNode:
    def __init__(self, **changes: Any) -> None:
        self.ari = FakeAri()
        self.id = "pbx"
        self.config = Asterisk(id="pbx", headset="direct", **changes)


class FakeRelay:
    """Implements HeadsetMedia."""

    def __init__(self) -> None:
        self.opened: list[tuple[CallId, AgentId]] = []
        self.closed: list[str] = []
        self.muted: list[tuple[str, bool]] = []

    async def open(self, node: Node, call: CallId, agent: AgentId) -> str:
        if node.config.headset == "none":
            raise SwitchError("unsupported", "agents need a telephone")
        self.opened.append((call, agent))
        return f"relayed-{len(self.opened)}"

    def mute(self, channel: str, *, muted: bool) -> None:
        self.muted.append((channel, muted))

    def figures(self, channel: str) -> MediaFigures | None:
        return MediaFigures(packets_received=1)

    def adopt(self, node: Node, channel: str, agent: AgentId, *, muted: bool) -> bool:
        return False

    async def close(self, channel: str) -> None:
        self.closed.append(channel)


Told = tuple[tuple[DirectPath, ...], PathTrouble]


class FakeDesks:
    """Implements DeskPaths; `answer` is what a desktop does with what it is told."""

    def __init__(self) -> None:
        self.there = True
        self.told: list[tuple[AgentId, tuple[DirectPath, ...], PathTrouble]] = []
        self.answer: Callable[[AgentId, DirectPath], None] = lambda _agent, _path: None

    def route(self, agent: AgentId, paths: tuple[DirectPath, ...], trouble: PathTrouble) -> bool:
        known = {path.leg for _, before, _ in self.told for path in before}
        self.told.append((agent, paths, trouble))
        for path in paths:
            if path.leg not in known:
                asyncio.get_running_loop().call_soon(self.answer, agent, path)
        return self.there

    @property
    def last(self) -> Told:
        _, paths, trouble = self.told[-1]
        return paths, trouble


class Bench:
    def __init__(self, **changes: Any) -> None:
        self.now = 100.0
        self.fake = FakeNode(**changes)
        self.node = cast("Node", self.fake)
        self.relay, self.desks = FakeRelay(), FakeDesks()
        self.voices = DirectHeadsets(self.relay, self.desks, clock=lambda: self.now)
        self.desks.answer = lambda agent, path: self.says(agent, path.leg, "open")

    def says(self, agent: AgentId, leg: str, state: Any, **fields: Any) -> None:
        self.voices.report(agent, ReportVoicePath(request_id=0, leg=leg, state=state, **fields))

    def fails_with(self, trouble: PathTrouble) -> None:
        self.desks.answer = lambda agent, path: self.says(
            agent, path.leg, "failed", trouble=trouble
        )

    async def opens(self, agent: AgentId = ANA) -> str:
        return await self.voices.open(self.node, CALL, agent)


def quick(body: Callable[[Bench], Awaitable[None]], **changes: Any) -> None:
    async def main() -> None:
        bench = Bench(**changes)
        await body(bench)
        await asyncio.sleep(0)
        await bench.voices.stop()

    run_quick(main)


def test_the_one_desktop_is_told_where_and_carries_the_call() -> None:
    async def body(bench: Bench) -> None:
        channel = await bench.opens()
        assert bench.voices.channels == (channel,)
        [path] = bench.desks.last[0]
        assert (path.leg, path.url) == (channel, "ws://127.0.0.1:8088/media/token-1")
        assert {agent for agent, _, _ in bench.desks.told} == {ANA}
        assert bench.relay.opened == []
        assert bench.voices.opened == {"direct": 1}
        assert bench.fake.ari.devices == ["headset:ana"]
        await bench.voices.close(channel)
        assert bench.desks.last == ((), PathTrouble.NONE)
        await asyncio.sleep(0.1)
        assert bench.fake.ari.hung_up == [channel]

    quick(body)


def test_desktops_may_reach_it_by_another_name() -> None:
    async def body(bench: Bench) -> None:
        await bench.opens()
        assert bench.desks.last[0][0].url == "wss://pbx.example.com:8089/x/media/token-1"

    quick(body, direct_url="wss://pbx.example.com:8089/x")


@pytest.mark.parametrize("trouble", [one for one in PathTrouble if one])
def test_a_desktop_that_cannot_is_relayed_and_says_why(trouble: PathTrouble) -> None:
    async def body(bench: Bench) -> None:
        bench.fails_with(trouble)
        channel = await bench.opens()
        assert channel == "relayed-1"
        assert bench.voices.channels == ()
        assert bench.desks.last == ((), trouble)
        assert bench.voices.opened == {trouble: 1}
        await asyncio.sleep(0.1)
        assert bench.fake.ari.hung_up == bench.fake.ari.made  # its token is worth nothing now
        await bench.voices.close(channel)
        assert bench.desks.last == ((), PathTrouble.NONE)
        assert bench.relay.closed == [channel]

    quick(body)


def test_a_desktop_that_says_nothing_has_a_second() -> None:
    async def body(bench: Bench) -> None:
        bench.desks.answer = lambda _agent, _path: None
        loop = asyncio.get_running_loop()
        before = loop.time()
        assert await bench.opens() == "relayed-1"
        assert loop.time() - before == pytest.approx(1.0)  # the loop's clock jumps
        assert bench.desks.last == ((), PathTrouble.LATE)

    quick(body)


def test_one_that_says_so_without_having_connected_is_not_believed() -> None:
    async def body(bench: Bench) -> None:
        bench.fake.ari.enters = False
        assert await bench.opens() == "relayed-1"
        assert bench.desks.last == ((), PathTrouble.LATE)

    quick(body)


def test_what_failed_is_not_tried_with_each_caller() -> None:
    async def body(bench: Bench) -> None:
        bench.fails_with(PathTrouble.UNREACHABLE)
        await bench.opens()
        await bench.opens()
        assert len(bench.fake.ari.made) == 1
        assert bench.voices.opened == {PathTrouble.UNREACHABLE: 2}
        assert bench.desks.last == ((), PathTrouble.UNREACHABLE)
        bench.desks.answer = lambda agent, path: bench.says(agent, path.leg, "open")
        await bench.opens(LUIS)  # another's network is another matter
        assert len(bench.voices.channels) == 1
        bench.now += DISTRUST
        await bench.opens()
        assert len(bench.voices.channels) == 2

    quick(body)


def test_no_desktop_is_no_trouble_of_a_network() -> None:
    async def body(bench: Bench) -> None:
        bench.desks.there = False
        assert await bench.opens() == "relayed-1"
        assert bench.voices.opened == {ABSENT: 1}
        assert bench.desks.last == ((), PathTrouble.NONE)
        bench.desks.there = True
        await bench.opens()
        assert len(bench.voices.channels) == 1

    quick(body)


def test_one_that_breaks_off_is_hung_up_for_asterisk_may_not_know() -> None:
    async def body(bench: Bench) -> None:
        channel = await bench.opens()
        bench.says(ANA, channel, "lost", trouble=PathTrouble.LOST)
        bench.says(ANA, channel, "lost", trouble=PathTrouble.LOST)
        await asyncio.sleep(2.5)  # the loop's clock jumps
        assert bench.fake.ari.hung_up == [channel] * 3  # as long as nobody has seen its end
        assert await bench.opens() == "relayed-1"  # the switch opens another in its place
        await bench.voices.close(channel)
        await asyncio.sleep(2.5)
        assert bench.fake.ari.hung_up == [channel] * 4
        assert bench.voices.channels == ()
        assert bench.desks.last == ((), PathTrouble.LOST)
        assert bench.voices.opened == {"direct": 1, PathTrouble.LOST: 2}

    quick(body)


def test_what_is_late_or_of_another_changes_nothing() -> None:
    async def body(bench: Bench) -> None:
        channel = await bench.opens()
        before = len(bench.desks.told)
        bench.says(LUIS, channel, "lost")
        bench.says(ANA, "ficha.headset.unknown", "lost")
        await asyncio.sleep(0.1)
        assert bench.fake.ari.hung_up == []
        await bench.voices.close(channel)
        bench.says(ANA, channel, "lost")
        bench.says(ANA, channel, "open")
        await bench.voices.close(channel)
        assert len(bench.desks.told) == before + 1
        assert await bench.opens() != "relayed-1"

    quick(body)


def test_mute_and_figures_are_the_desktops() -> None:
    async def body(bench: Bench) -> None:
        channel = await bench.opens()
        bench.voices.mute(channel, muted=True)
        assert bench.desks.last[0][0].muted
        await asyncio.sleep(0.1)
        assert bench.fake.ari.noted == [(channel, "FICHA_MUTED", "1")]
        bench.says(ANA, channel, "open", received=500, late=2, sent=499, jitter_ms=1.25)
        assert bench.voices.figures(channel) == MediaFigures(
            packets_received=500, packets_late=2, packets_sent=499, jitter_ms=1.25
        )
        bench.voices.mute(channel, muted=False)
        assert not bench.desks.last[0][0].muted
        await asyncio.sleep(0.1)
        assert bench.fake.ari.noted[1:] == [(channel, "FICHA_MUTED", "")]
        bench.voices.mute("relayed-9", muted=True)
        assert bench.relay.muted == [("relayed-9", True)]
        assert bench.voices.figures("relayed-9") == MediaFigures(packets_received=1)

    quick(body)


def test_what_a_bridge_before_left_is_carried_on_as_muted_as_it_was() -> None:
    async def body(bench: Bench) -> None:
        assert bench.voices.adopt(bench.node, "left", ANA, muted=True)
        assert bench.desks.last[0] == (DirectPath(leg="left", url="", muted=True),)
        bench.says(ANA, "left", "open", received=7)
        assert bench.voices.figures("left") == MediaFigures(packets_received=7)
        bench.says(ANA, "left", "failed", trouble=PathTrouble.UNREACHABLE)  # another desktop
        await asyncio.sleep(0.1)
        assert bench.fake.ari.hung_up == ["left"]
        bench.fake.config = Asterisk(id="pbx")
        assert not bench.voices.adopt(bench.node, "other", ANA, muted=False)

    quick(body)


def test_an_offer_that_is_over_meanwhile_leaves_nothing() -> None:
    async def body(bench: Bench) -> None:
        bench.desks.answer = lambda _agent, _path: None
        opening = asyncio.get_running_loop().create_task(bench.opens())
        await asyncio.sleep(0.5)
        assert len(bench.voices.channels) == 1
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        await asyncio.sleep(0.1)
        assert bench.voices.channels == ()
        assert bench.desks.last == ((), PathTrouble.NONE)
        assert bench.fake.ari.hung_up == bench.fake.ari.made

    quick(body)


def test_an_asterisk_that_gives_no_channel_refuses_as_ever() -> None:
    async def body(bench: Bench) -> None:
        bench.fake.ari.fails = AriError(500, "no")
        with pytest.raises(SwitchError, match="failed"):
            await bench.opens()
        assert bench.desks.told == []

    quick(body)


def test_more_than_a_desktop_takes_are_relayed() -> None:
    async def body(bench: Bench) -> None:
        for _ in range(MOST_PATHS):
            await bench.opens()
        assert await bench.opens() == "relayed-1"
        assert bench.desks.last[1] is PathTrouble.NONE

    quick(body)


def test_a_node_that_relays_never_asks() -> None:
    async def body(bench: Bench) -> None:
        bench.fake.config = Asterisk(id="pbx")
        assert await bench.opens() == "relayed-1"
        assert bench.desks.told == []
        assert bench.voices.opened == {}

    quick(body)


def test_no_token_is_in_what_is_written_down(caplog: pytest.LogCaptureFixture) -> None:
    async def body(bench: Bench) -> None:
        channel = await bench.opens()
        bench.says(ANA, channel, "lost")
        [path] = bench.desks.last[0]
        assert "token-1" in path.url
        assert "token-1" not in repr(path)

    caplog.set_level("DEBUG")
    quick(body)
    assert caplog.records
    assert "token-1" not in caplog.text
