"""The link against a bridge that is played by hand: ladders of what comes and what goes."""

from __future__ import annotations

import asyncio
import itertools
import logging
from contextlib import asynccontextmanager

import msgspec
import pytest
from websockets.asyncio.server import serve

from agent_desktop.link import FaultKind, Link, LinkState
from cti_bridge.protocol.codec import AudioFrame, decode_command, encode, encode_audio
from cti_bridge.protocol.commands import (
    Done,
    Hello,
    Ping,
    Refused,
    Resume,
    SignIn,
    SignOut,
    Welcome,
)
from cti_bridge.protocol.events import MissedClosed, SessionEnded
from cti_bridge.protocol.vocabulary import InteractionId, RefusalCode
from tests.helpers import page_values as made


async def until(condition, timeout=30.0):
    async with asyncio.timeout(timeout):
        while not condition():
            await asyncio.sleep(0.005)


class Bridge:
    """Answers a handshake; `script` says what to do with each other command."""

    def __init__(self):
        self.commands, self.sockets, self.binary = [], [], []
        self.sign_in = lambda c: made.signed_in(now=made.NOW)
        self.resume = lambda c: msgspec.structs.replace(made.signed_in(), snapshot=None)
        self.other = lambda c: Done(request_id=0)

    async def __call__(self, ws):
        self.sockets.append(ws)
        async for data in ws:
            if isinstance(data, bytes):
                self.binary.append(data)
                continue
            command = decode_command(data)
            self.commands.append(command)
            match command:
                case Hello():
                    reply = Welcome(request_id=0, version=1, server="test")
                case SignIn():
                    reply = self.sign_in(command)
                case Resume():
                    reply = self.resume(command)
                case _:
                    reply = self.other(command)
            if reply is not None:
                stamped = msgspec.structs.replace(reply, request_id=command.request_id)
                await ws.send(encode(stamped))

    async def tell(self, event):
        await self.sockets[-1].send(encode(event))

    def of(self, kind):
        return [c for c in self.commands if isinstance(c, kind)]


@asynccontextmanager
async def running(bridge, port=0):
    server = await serve(bridge, "127.0.0.1", port)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


@pytest.fixture
def heard():
    return {"events": [], "states": [], "faults": [], "audio": []}


@pytest.fixture
async def link(heard):
    made_link = Link(delays=lambda: itertools.repeat(0.02), reply_seconds=0.2)
    made_link.received.connect(heard["events"].append)
    made_link.state_changed.connect(heard["states"].append)
    made_link.failed.connect(heard["faults"].append)
    made_link.audio.connect(heard["audio"].append)
    yield made_link
    await made_link.close()


async def test_a_session_opens_and_a_request_gets_its_reply(link, heard):
    bridge, replies = Bridge(), []
    async with running(bridge) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: link.state is LinkState.ONLINE)
        link.request(Ping(request_id=0), replies.append)
        await until(lambda: replies)
        assert isinstance(replies[0], Done)
        assert heard["states"] == [LinkState.CONNECTING, LinkState.ONLINE]
        assert [type(c) for c in bridge.commands] == [Hello, SignIn, Ping]


async def test_a_cut_ends_requests_and_the_session_resumes_where_it_was(link, heard):
    bridge, replies = Bridge(), []
    bridge.other = lambda c: None
    async with running(bridge) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: link.state is LinkState.ONLINE)
        await bridge.tell(MissedClosed(seq=7, interaction_id=InteractionId("i")))
        await until(lambda: len(heard["events"]) == 2)
        link.request(Ping(request_id=0), replies.append)
        await until(lambda: bridge.of(Ping))
        await bridge.sockets[-1].close()
        await until(lambda: bridge.of(Resume) and link.state is LinkState.ONLINE)
        assert [(r.code, r.detail) for r in replies] == [(RefusalCode.INTERNAL, "link lost")]
        assert bridge.of(Resume)[0].seq == 7
        assert LinkState.OFFLINE in heard["states"]
        await bridge.tell(MissedClosed(seq=7, interaction_id=InteractionId("again")))
        await bridge.tell(MissedClosed(seq=8, interaction_id=InteractionId("new")))
        await until(lambda: heard["events"][-1] == MissedClosed(seq=8, interaction_id="new"))
        assert not any(getattr(e, "interaction_id", "") == "again" for e in heard["events"])


async def test_a_restarted_bridge_that_knows_no_session_is_signed_in_to_again(link):
    bridge = Bridge()
    bridge.resume = lambda c: Refused(request_id=0, code=RefusalCode.NOT_SIGNED_IN)
    async with running(bridge) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: link.state is LinkState.ONLINE)
        await bridge.sockets[-1].close()
        await until(lambda: len(bridge.of(SignIn)) == 2)
        assert [c.password for c in bridge.of(SignIn)] == ["secret", "secret"]


async def test_what_is_asked_while_offline_is_refused_and_never_sent(link):
    bridge, replies = Bridge(), []
    async with running(bridge) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: link.state is LinkState.ONLINE)
    await until(lambda: link.state is LinkState.OFFLINE)
    link.request(Ping(request_id=0), replies.append)
    await until(lambda: replies)
    assert replies[0].code is RefusalCode.INTERNAL
    async with running(bridge, port):
        await until(lambda: link.state is LinkState.ONLINE)
        await asyncio.sleep(0.05)
        assert not bridge.of(Ping)


async def test_a_bridge_that_never_answers_leaves_nobody_waiting(link):
    bridge, replies = Bridge(), []
    bridge.other = lambda c: None
    async with running(bridge) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: link.state is LinkState.ONLINE)
        link.request(Ping(request_id=0), replies.append)
        await until(lambda: replies)
        assert replies[0].detail == "link lost"
        assert link.state is LinkState.ONLINE


async def test_a_refused_sign_in_is_told_once_and_not_tried_again(link, heard):
    bridge = Bridge()
    bridge.sign_in = lambda c: Refused(
        request_id=0, code=RefusalCode.THROTTLED, retry_after_s=30.0
    )
    async with running(bridge) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "guess")
        await until(lambda: heard["faults"])
        await asyncio.sleep(0.1)
        fault = heard["faults"][0]
        assert (fault.kind, fault.refusal.retry_after_s) == (FaultKind.REFUSED, 30.0)
        assert link.state is LinkState.SIGNED_OUT
        assert len(bridge.of(SignIn)) == 1


async def test_taken_over_ends_it_for_good(link, heard):
    bridge = Bridge()
    async with running(bridge) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: link.state is LinkState.ONLINE)
        await bridge.tell(SessionEnded(reason="taken_over"))
        await bridge.sockets[-1].close()
        await until(lambda: heard["faults"])
        assert (heard["faults"][0].kind, heard["faults"][0].detail) == (
            FaultKind.ENDED,
            "taken_over",
        )
        await asyncio.sleep(0.1)
        assert len(bridge.sockets) == 1


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("ws://127.0.0.1:9", FaultKind.UNREACHABLE),
        ("http://example", FaultKind.BAD_ADDRESS),
        ("wss://[::1", FaultKind.BAD_ADDRESS),
        ("", FaultKind.BAD_ADDRESS),
    ],
)
async def test_wrong_addresses_are_told_apart(link, heard, url, kind):
    link.sign_in(url, "ana", "x")
    await until(lambda: heard["faults"])
    assert heard["faults"][0].kind is kind


async def test_a_certificate_file_that_cannot_be_read(heard):
    wrong = Link(ca="/nowhere/ca.pem")
    wrong.failed.connect(heard["faults"].append)
    wrong.sign_in("wss://127.0.0.1:9", "ana", "x")
    await until(lambda: heard["faults"])
    assert heard["faults"][0].kind is FaultKind.CERTIFICATE
    await wrong.close()


async def test_frames_that_are_nonsense_are_skipped(link, heard, caplog):
    bridge = Bridge()
    caplog.set_level(logging.ERROR)
    async with running(bridge) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: link.state is LinkState.ONLINE)
        nonsense = ["{", "[]", '{"type":"from-tomorrow"}', '{"type":"done"}', "\x00", "null"]
        for text in (*nonsense, '{"type":"done","request_id":99999}'):
            await bridge.sockets[-1].send(text)
        await bridge.tell(MissedClosed(seq=9, interaction_id=InteractionId("i")))
        await until(lambda: len(heard["events"]) == 2)
        assert link.state is LinkState.ONLINE


async def test_a_peer_that_is_no_bridge(link, heard):
    async def parrot(ws):
        async for data in ws:
            await ws.send(data)

    async with running(parrot) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "x")
        await until(lambda: heard["faults"])
        assert heard["faults"][0].kind is FaultKind.NOT_A_BRIDGE


async def test_a_frame_that_is_far_too_big_is_a_cut_and_not_a_crash(link, heard):
    bridge = Bridge()
    async with running(bridge) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: link.state is LinkState.ONLINE)
        await bridge.sockets[-1].send("x" * (5 * 1024 * 1024))
        await until(lambda: len(bridge.sockets) == 2 and link.state is LinkState.ONLINE)


async def test_voice_goes_both_ways(link, heard):
    bridge = Bridge()
    frame = encode_audio(AudioFrame(sequence=1, timestamp=160, pcm=bytes(320)))
    async with running(bridge) as port:
        link.send_audio(frame)  # offline: dropped
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: link.state is LinkState.ONLINE)
        link.send_audio(frame)
        await until(lambda: bridge.binary)
        await bridge.sockets[-1].send(frame)
        await until(lambda: heard["audio"])
        assert (len(bridge.binary), heard["audio"]) == (1, [frame])


async def test_signing_out_tells_the_bridge_and_stays_out(link, heard):
    bridge = Bridge()
    async with running(bridge) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: link.state is LinkState.ONLINE)
        link.sign_out()
        await until(lambda: bridge.of(SignOut))
        await asyncio.sleep(0.1)
        assert link.state is LinkState.SIGNED_OUT
        assert len(bridge.sockets) == 1


async def test_a_receiver_that_fails_does_not_end_the_link(link, caplog):
    bridge = Bridge()

    def broken(reply):
        raise RuntimeError("a view's fault")

    async with running(bridge) as port:
        link.sign_in(f"ws://127.0.0.1:{port}", "ana", "secret")
        await until(lambda: link.state is LinkState.ONLINE)
        link.request(Ping(request_id=0), broken)
        await until(lambda: "the receiver of Done failed" in caplog.text)
        assert link.state is LinkState.ONLINE
