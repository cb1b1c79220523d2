"""Voice straight to the PBX, against a media socket that may misbehave; the bridge is played."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from typing import TYPE_CHECKING

import msgspec
import pytest
from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from agent_desktop.audio import direct
from agent_desktop.audio.direct import DirectVoice, insecure
from agent_desktop.audio.fake import FakeSound
from agent_desktop.audio.headset import Headset
from agent_desktop.link import LinkState
from cti_bridge.protocol.voice import (
    MOST_PATHS,
    DirectPath,
    PathTrouble,
    ReportVoicePath,
    VoicePathsChanged,
)
from tests.helpers import page_values as made
from tests.helpers.authority import authority
from tests.helpers.desktop import FakeLink

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from websockets.asyncio.server import ServerConnection

START = "MEDIA_START connection_id:1 channel:WebSocket/INCOMING format:slin ptime:20"
LOUD = b"\x00\x10" * 160


class Media:
    """Asterisk's end: begins each socket, answers what it is asked, keeps what it is told."""

    def __init__(self) -> None:
        self.url = ""
        self.sockets: list[ServerConnection] = []
        self.heard: dict[str, list[bytes]] = {}
        self.begins = self.answers = True

    async def serve(self, ws: ServerConnection) -> None:
        assert ws.request is not None
        heard = self.heard.setdefault(ws.request.path.rpartition("/")[2], [])
        self.sockets.append(ws)
        if self.begins:
            await ws.send(START)
        with contextlib.suppress(ConnectionClosed):
            async for told in ws:
                if isinstance(told, bytes):
                    heard.append(told)
                elif "GET_STATUS" in told and self.answers:
                    await ws.send("STATUS queue_length:0")

    def path(self, leg: str, **more: bool) -> DirectPath:
        return DirectPath(leg=leg, url=f"{self.url}/media/{leg}", **more)


class Bench:
    def __init__(self, media: Media, *, ca: str | None = None, patience: float = 20.0) -> None:
        self.media, self.link, self.sound = media, FakeLink(), FakeSound()
        self.headset = Headset(self.sound, self.link.send_audio)
        self.voice = DirectVoice(self.link, self.headset, ca=ca, patience=patience)
        self.headset.set_active(True)

    def told(self, *paths: DirectPath, relayed: bool = False) -> None:
        self.link.emit(VoicePathsChanged(direct=paths, relayed=relayed))

    @property
    def reports(self) -> list[tuple[str, str, PathTrouble]]:
        return [(r.leg, r.state, r.trouble) for r in self.link.sent_of(ReportVoicePath)]

    async def reported(self, *report: str) -> None:
        await until(lambda: report in self.reports)


async def until(met: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not met():
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def at(media: Media, **more: object) -> AsyncIterator[Bench]:
    bench = Bench(media, **more)  # type: ignore[arg-type]
    try:
        yield bench
    finally:
        bench.headset.close()
        await bench.voice.close()


@pytest.fixture
async def media() -> AsyncIterator[Media]:
    found = Media()
    async with serve(found.serve, "127.0.0.1", 0, subprotocols=["media"]) as server:
        [listening] = server.sockets
        found.url = f"ws://127.0.0.1:{listening.getsockname()[1]}"
        yield found


async def test_the_microphone_goes_there_and_what_comes_is_heard(media: Media) -> None:
    async with at(media) as bench:
        bench.told(media.path("a"))
        await bench.reported("a", "open", "")
        await until(lambda: len(media.heard["a"]) > 5)
        assert {len(frame) for frame in media.heard["a"]} == {320}
        before = len(bench.link.voice)
        for _ in range(10):
            await media.sockets[0].send(LOUD)
        await until(lambda: LOUD in bench.sound.heard)
        assert len(bench.link.voice) == before  # the bridge did not ask for it
        bench.told(media.path("a"), relayed=True)
        await until(lambda: len(bench.link.voice) > before)
        bench.told()
        await media.sockets[0].wait_closed()
        assert bench.voice.legs == ()
        assert [state for _, state, _ in bench.reports] == ["open"]  # an end by word is no loss


async def test_muted_is_silence_that_is_sent(media: Media) -> None:
    async with at(media) as bench:
        bench.told(media.path("a", muted=True))
        await bench.reported("a", "open", "")
        await until(lambda: len(media.heard["a"]) > 5)
        assert set(media.heard["a"]) == {bytes(320)}
        bench.told(media.path("a"))
        await until(lambda: media.heard["a"][-1] != bytes(320))


async def test_two_calls_are_spoken_to_and_heard_as_one(media: Media) -> None:
    async with at(media) as bench:
        bench.told(media.path("a"), media.path("b"))
        await until(lambda: len(bench.voice.legs) == 2)
        await until(lambda: media.heard["a"] and media.heard["b"])
        both = b"\x00\x20" * 160
        for _ in range(10):
            for ws in media.sockets:
                await ws.send(LOUD)
        await until(lambda: both in bench.sound.heard)


async def test_nothing_listens_there(media: Media) -> None:
    async with at(media) as bench:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            media.url = f"ws://127.0.0.1:{free.getsockname()[1]}"
            bench.told(media.path("a"))
            await bench.reported("a", "failed", "unreachable")
        bench.told(media.path("a"))  # told again, for the bridge has not heard of it yet
        bench.told(media.path("a"), media.path("a"))
        await asyncio.sleep(0.05)
        assert len(bench.reports) == 1


async def test_one_that_takes_the_connection_and_says_nothing_is_late(media: Media) -> None:
    media.begins = False
    async with at(media, patience=0.2) as bench:
        bench.told(media.path("a"))
        await bench.reported("a", "failed", "late")
        await media.sockets[0].wait_closed()


async def test_a_port_that_answers_nothing_at_all_is_late(media: Media) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(1)
        media.url = f"ws://127.0.0.1:{deaf.getsockname()[1]}"
        async with at(media, patience=0.2) as bench:
            bench.told(media.path("a"))
            await bench.reported("a", "failed", "late")


@pytest.mark.parametrize("status", [404, 409, 401, 503])
async def test_a_token_that_is_worthless_is_refused(media: Media, status: int) -> None:
    def refuse(ws: ServerConnection, _request: object) -> object:
        return ws.respond(status, "no")

    async with serve(media.serve, "127.0.0.1", 0, process_request=refuse) as server:  # type: ignore[arg-type]
        media.url = f"ws://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with at(media) as bench:
            bench.told(media.path("a"))
            await bench.reported("a", "failed", "refused")


@pytest.mark.parametrize(
    ("url", "trouble"),
    [
        ("ws://127.0.0.1:8088/media/1", ""),
        ("ws://[::1]:8088/media/1", ""),
        ("ws://localhost/media/1", ""),
        ("wss://pbx.example.com:8089/media/1", ""),
        ("ws://pbx.example.com:8088/media/1", "insecure"),
        ("ws://10.0.0.5/media/1", "insecure"),
        ("ws://127.0.0.1.example.com/media/1", "insecure"),
        ("ws://localhost.example.com/media/1", "insecure"),
        ("http://127.0.0.1/media/1", "unreachable"),
        ("file:///etc/passwd", "unreachable"),
        ("ws://", "unreachable"),
        ("ws://[::1/media", "unreachable"),
        ("", "unreachable"),
    ],
)
def test_a_voice_without_tls_stays_on_this_machine(url: str, trouble: str) -> None:
    assert insecure(url) == trouble


async def test_an_address_that_is_none_is_told_and_never_tried(media: Media) -> None:
    async with at(media) as bench:
        bench.told(DirectPath(leg="a", url="ws://pbx.example.com/media/token"))
        bench.told(
            DirectPath(leg="a", url="ws://pbx.example.com/media/token"),
            DirectPath(leg="b", url="ws://127.0.0.1:99999/media/token"),
        )
        await bench.reported("a", "failed", "insecure")
        await bench.reported("b", "failed", "unreachable")


async def test_the_authority_of_the_link_is_believed_and_no_other(
    media: Media, tmp_path: object
) -> None:
    ours, others = authority(tmp_path / "ours"), authority(tmp_path / "others")  # type: ignore[operator]
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(ours.certificate, ours.key)
    async with serve(media.serve, "127.0.0.1", 0, ssl=tls, subprotocols=["media"]) as server:
        media.url = f"wss://localhost:{server.sockets[0].getsockname()[1]}"
        async with at(media, ca=str(ours.ca)) as bench:
            bench.told(media.path("a"))
            await bench.reported("a", "open", "")
        for wrong in (str(others.ca), None, "/nowhere.pem"):
            async with at(media, ca=wrong) as bench:
                bench.told(media.path("b"))
                await bench.reported("b", "failed", "certificate")


async def test_one_that_falls_silent_is_given_up(
    media: Media, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct, "ASK_SECONDS", 0.05)
    async with at(media) as bench:
        bench.told(media.path("a"))
        await bench.reported("a", "open", "")
        await asyncio.sleep(0.5)  # asked ten times, and it answers
        assert bench.voice.legs == ("a",)
        media.answers = False
        await bench.reported("a", "lost", "lost")
        assert bench.voice.legs == ()


async def test_one_that_breaks_off_is_lost_once(media: Media) -> None:
    async with at(media) as bench:
        bench.told(media.path("a"))
        await bench.reported("a", "open", "")
        media.sockets[0].transport.abort()
        await bench.reported("a", "lost", "lost")
        bench.told(media.path("a"))
        await asyncio.sleep(0.05)
        assert [state for _, state, _ in bench.reports] == ["open", "lost"]


async def test_figures_are_told_now_and_then(
    media: Media, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(direct, "ASK_SECONDS", 0.02)
    async with at(media) as bench:
        bench.told(media.path("a"))
        await until(lambda: len(bench.link.sent_of(ReportVoicePath)) > 1)
        for _ in range(7):
            await media.sockets[0].send(LOUD)
        await until(lambda: bench.link.sent_of(ReportVoicePath)[-1].received == 7)
        await until(lambda: bench.link.sent_of(ReportVoicePath)[-1].sent > 0)


async def test_rubbish_ends_nothing(media: Media) -> None:
    async with at(media) as bench:
        bench.told(media.path("a"))
        await bench.reported("a", "open", "")
        for rubbish in (
            "",
            "{",
            '{"event": 1}',
            "STATUS queue_length:x",
            b"",
            b"\1",
            b"\1" * 60_000,
        ):
            await media.sockets[0].send(rubbish)
        for _ in range(20):
            await media.sockets[0].send(LOUD)
        await until(lambda: any(map(any, bench.sound.heard)))
        assert bench.voice.legs == ("a",)


async def test_neither_a_cut_nor_a_bridge_that_is_started_anew_stops_a_conversation(
    media: Media,
) -> None:
    async with at(media) as bench:
        hello = made.signed_in(now=made.NOW)
        bench.link.emit(hello)
        bench.told(media.path("a"))
        await bench.reported("a", "open", "")
        bench.link.set_state(LinkState.OFFLINE)
        bench.link.set_state(LinkState.ONLINE)
        bench.link.emit(msgspec.structs.replace(hello, snapshot=None))
        assert bench.voice.legs == ("a",)
        assert bench.headset.relayed  # until the bridge says, which it does at once
        bench.told(media.path("a"))
        assert not bench.headset.relayed
        bench.link.emit(msgspec.structs.replace(hello, epoch="another"))
        assert bench.headset.relayed
        bench.told(DirectPath(leg="a", url=""))  # it knows the call, and no address of it
        assert bench.voice.legs == ("a",)
        bench.told()
        await media.sockets[0].wait_closed()


async def test_what_a_bridge_before_left_cannot_be_taken_up_without_an_address(
    media: Media,
) -> None:
    async with at(media) as bench:
        bench.told(DirectPath(leg="a", url=""))
        await bench.reported("a", "failed", "unreachable")


async def test_signing_out_ends_it(media: Media) -> None:
    async with at(media) as bench:
        bench.told(media.path("a"))
        await bench.reported("a", "open", "")
        bench.link.set_state(LinkState.SIGNED_OUT)
        await media.sockets[0].wait_closed()
        assert bench.headset.relayed


async def test_a_bridge_that_names_too_many_is_followed_so_far(media: Media) -> None:
    async with at(media) as bench:
        bench.told(*(media.path(f"leg{n}") for n in range(MOST_PATHS + 5)))
        await until(lambda: len(bench.voice.legs) == MOST_PATHS)
        await asyncio.sleep(0.05)
        assert len(media.sockets) == MOST_PATHS


async def test_no_address_is_written_down(media: Media, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    async with at(media) as bench:
        bench.told(
            media.path("secret-token"),
            DirectPath(leg="b", url="ws://127.0.0.1:1/media/secret-token"),
            DirectPath(leg="c", url="ws://[bad/media/secret-token"),
        )
        await bench.reported("secret-token", "open", "")
        await bench.reported("b", "failed", "unreachable")
        await bench.reported("c", "failed", "unreachable")
        media.sockets[0].transport.abort()
        await bench.reported("secret-token", "lost", "lost")
    ours = [r for r in caplog.records if not r.name.startswith("websockets.server")]
    assert ours
    assert not any("secret-token" in record.getMessage() for record in ours)
