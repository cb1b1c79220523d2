"""The headset's relay against a media socket that misbehaves; the real one is met elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from cti_bridge.config.values import Asterisk
from cti_bridge.protocol.vocabulary import AgentId
from cti_bridge.telephony.asterisk import headset
from cti_bridge.telephony.asterisk.ari.errors import AriError
from cti_bridge.telephony.asterisk.ari.models import Channel, Place
from cti_bridge.telephony.asterisk.headset import HeadsetRelay
from cti_bridge.telephony.asterisk.mediachannel import CONNECTION, media_url
from cti_bridge.telephony.media.codec import FRAME_BYTES, scaled
from cti_bridge.telephony.media.frames import FADE
from cti_bridge.telephony.ports import CallId, SwitchError
from tests.helpers.voice import FakeHeadsets

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from websockets.asyncio.server import ServerConnection

ANA = AgentId("ana")
ONE, TWO = CallId("one"), CallId("two")
START = "MEDIA_START connection_id:1 channel:WebSocket/INCOMING format:slin ptime:20"


class FakeAri:
    """Answers as `POST /channels/externalMedia` does."""

    def __init__(self) -> None:
        self.made: list[dict[str, Any]] = []
        self.asked = 0
        self.hung_up: list[str] = []
        self.answer: Callable[[str], bytes] = lambda channel: json.dumps(
            {"id": channel, "channelvars": {CONNECTION: f"media-{channel}"}}
        ).encode()

    async def post(self, *path: str, body: object = None, **params: Any) -> bytes:
        assert path == ("channels", "externalMedia")
        self.made.append(params)
        return self.answer(params["channelId"])

    async def get(self, kind: type[Channel], *path: str, **_params: Any) -> Channel:
        self.asked += 1
        app = "Stasis" if self.asked > 2 else ""
        return Channel(id=path[1], state="Up", dialplan=Place(app_name=app))

    async def delete(self, *path: str, **_params: Any) -> bytes:
        self.hung_up.append(path[1])
        raise AriError(404, "no such channel")


class FakeNode:
    def __init__(self, url: str) -> None:
        self.ari: Any = FakeAri()
        self.config = Asterisk(id="pbx", url=url)


class Media:
    """Asterisk's end of the media sockets, in the order in which they were opened."""

    def __init__(self) -> None:
        self.sockets: list[ServerConnection] = []
        self.heard: list[list[bytes | str]] = []
        self.begins = True

    async def serve(self, socket: ServerConnection) -> None:
        self.sockets.append(socket)
        heard: list[bytes | str] = []
        self.heard.append(heard)
        if self.begins:
            await socket.send(START)
        async for told in socket:
            heard.append(told)


@asynccontextmanager
async def office() -> AsyncIterator[tuple[HeadsetRelay, FakeNode, Media, FakeHeadsets]]:
    media, headsets = Media(), FakeHeadsets()
    relay = HeadsetRelay(headsets)
    async with serve(media.serve, "127.0.0.1", 0, subprotocols=["media"]) as server:
        [listening] = server.sockets
        node = FakeNode(f"http://127.0.0.1:{listening.getsockname()[1]}")
        try:
            yield relay, node, media, headsets
        finally:
            await relay.stop()


async def until(met: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not met():
            await asyncio.sleep(0.01)


def sounds(heard: list[bytes | str]) -> list[bytes]:
    return [told for told in heard if isinstance(told, bytes)]


async def keep_saying(headsets: FakeHeadsets, agent: AgentId) -> None:
    while True:
        headsets.say(agent, b"\1" * FRAME_BYTES)
        await asyncio.sleep(0.02)


@asynccontextmanager
async def speaking(headsets: FakeHeadsets, agent: AgentId) -> AsyncIterator[None]:
    task = asyncio.get_running_loop().create_task(keep_saying(headsets, agent))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_channel_of_its_own_that_hears_and_speaks() -> None:
    async with office() as (relay, node, media, headsets), speaking(headsets, ANA):
        channel = await relay.open(node, ONE, ANA)
        [made] = node.ari.made
        assert made["channelId"] == channel
        assert (made["format"], made["external_host"]) == ("slin", "INCOMING")
        assert media.sockets[0].request.path == f"/media/media-{channel}"
        assert media.sockets[0].subprotocol == "media"
        for _ in range(10):
            await media.sockets[0].send(b"\2" * FRAME_BYTES)
        await until(lambda: b"\2" * FRAME_BYTES in headsets.heard.get(ANA, []))
        await until(lambda: sounds(media.heard[0]))
        assert set(map(len, sounds(media.heard[0]))) == {FRAME_BYTES}
        assert relay.figures(channel).packets_received == 10
        await relay.close(channel)
        await relay.close(channel)
        await media.sockets[0].wait_closed()
        assert relay.figures(channel) is None
        assert headsets.listeners[ANA] == []
        assert len(relay.channels) == 0


async def test_an_agent_of_two_channels_speaks_into_both_and_hears_their_sum() -> None:
    async with office() as (relay, node, media, headsets), speaking(headsets, ANA):
        first = await relay.open(node, ONE, ANA)
        await relay.open(node, TWO, ANA)
        await until(lambda: sounds(media.heard[0]) and sounds(media.heard[1]))
        loud, soft = b"\0\2" * 160, b"\0\1" * 160

        async def both() -> None:
            while True:
                with contextlib.suppress(ConnectionClosed):
                    await media.sockets[0].send(loud)
                await media.sockets[1].send(soft)
                await asyncio.sleep(0.02)

        talking = asyncio.get_running_loop().create_task(both())
        await until(lambda: b"\0\3" * 160 in headsets.heard.get(ANA, []))
        await relay.close(first)
        count = len(headsets.heard[ANA])
        await until(lambda: len(headsets.heard[ANA]) > count + 5)
        assert headsets.heard[ANA][-1] in (soft, scaled(soft, FADE))
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)


async def test_a_leg_that_asterisk_ends_is_forgotten() -> None:
    async with office() as (relay, node, media, headsets):
        await relay.open(node, ONE, ANA)
        media.sockets[0].transport.abort()
        await until(lambda: not relay.channels)
        assert headsets.listeners[ANA] == []
        channel = await relay.open(node, ONE, ANA)  # and may be opened again
        await relay.close(channel)


async def test_a_socket_that_never_begins_is_given_up_and_hung_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(headset, "OPEN_SECONDS", 0.3)
    async with office() as (relay, node, media, headsets):
        media.begins = False
        with pytest.raises(SwitchError, match="failed: the media socket"):
            await relay.open(node, ONE, ANA)
        await until(lambda: node.ari.hung_up)
        assert node.ari.hung_up == [node.ari.made[0]["channelId"]]
        assert headsets.listeners[ANA] == []


async def test_a_socket_that_closes_before_it_begins() -> None:
    async with office() as (relay, node, _media, headsets):

        async def close(socket: ServerConnection) -> None:
            await socket.close()

        async with serve(close, "127.0.0.1", 0, subprotocols=["media"]) as server:
            url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            node.config = Asterisk(id="pbx", url=url)
            with pytest.raises(SwitchError, match="failed"):
                await relay.open(node, ONE, ANA)
        await until(lambda: node.ari.hung_up)
        assert headsets.listeners[ANA] == []


async def test_nobody_listens_there() -> None:
    async with office() as (relay, node, _media, _headsets):
        node.config = Asterisk(id="pbx", url="http://127.0.0.1:9")
        with pytest.raises(SwitchError, match="failed: the media socket"):
            await relay.open(node, ONE, ANA)
        await until(lambda: node.ari.hung_up)


async def test_an_opening_that_is_cancelled_leaves_nothing() -> None:
    async with office() as (relay, node, media, headsets):
        media.begins = False
        opening = asyncio.get_running_loop().create_task(relay.open(node, ONE, ANA))
        await until(lambda: media.sockets)
        opening.cancel()
        await asyncio.gather(opening, return_exceptions=True)
        await until(lambda: node.ari.hung_up)
        await media.sockets[0].wait_closed()
        assert headsets.listeners[ANA] == []


async def test_a_node_without_a_relay() -> None:
    async with office() as (relay, node, _media, _headsets):
        node.config = Asterisk(id="pbx", headset="none")
        with pytest.raises(SwitchError, match="unsupported"):
            await relay.open(node, ONE, ANA)
        assert node.ari.made == []


def refuses(status: int) -> Callable[..., Awaitable[bytes]]:
    async def post(*_path: str, **_params: Any) -> bytes:
        raise AriError(status, "no")

    return post


@pytest.mark.parametrize(("status", "code"), [(0, "line_down"), (500, "failed"), (404, "gone")])
async def test_an_asterisk_that_refuses_the_channel(status: int, code: str) -> None:
    async with office() as (relay, node, _media, _headsets):
        node.ari.post = refuses(status)
        with pytest.raises(SwitchError) as refused:
            await relay.open(node, ONE, ANA)
        assert refused.value.code == code


@pytest.mark.parametrize("body", [b"", b"[]", b'{"id": "1"}', b'{"id": 7}', b"\xff"])
async def test_an_answer_that_names_no_media_socket(body: bytes) -> None:
    async with office() as (relay, node, _media, _headsets):
        node.ari.answer = lambda _channel: body
        with pytest.raises(SwitchError, match="chan_websocket"):
            await relay.open(node, ONE, ANA)


async def test_rubbish_ends_nothing() -> None:
    async with office() as (relay, node, media, headsets):
        await relay.open(node, ONE, ANA)
        for rubbish in ("", "{", "STATUS queue_length:x", b"", b"\1", b"\1" * 60_000):
            await media.sockets[0].send(rubbish)
        for _ in range(10):
            await media.sockets[0].send(b"\3" * FRAME_BYTES)
        await until(lambda: headsets.heard.get(ANA))
        assert len(relay.channels) == 1


def test_where_the_media_socket_is() -> None:
    assert media_url("http://pbx:8088", "a b") == "ws://pbx:8088/media/a%20b"
    assert media_url("https://pbx/asterisk/", "1") == "wss://pbx/asterisk/media/1"
    assert media_url("wss://pbx:8089", "1") == "wss://pbx:8089/media/1"
