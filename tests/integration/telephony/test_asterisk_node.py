"""One node against a pretended Asterisk: connecting, advice, what is unknown, losing it."""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from cti_bridge.config.values import Asterisk
from cti_bridge.telephony.asterisk import claiming
from cti_bridge.telephony.asterisk.ari.events import ChannelDtmfReceived, StasisStart
from cti_bridge.telephony.asterisk.node import Node
from cti_bridge.telephony.asterisk.processes import mark_of
from tests.helpers.ari import FakeAri
from tests.helpers.authority import authority
from tests.helpers.ports import free_port


class Ears:
    """Implements NodeListener."""

    def __init__(self) -> None:
        self.snapshots, self.events, self.states = [], [], []
        self.fails = False
        self.moved = asyncio.Event()

    async def reconcile(self, node, snapshot):
        self.snapshots.append(snapshot)

    def happened(self, node, event):
        self.events.append(event)
        self.moved.set()
        if self.fails:
            raise RuntimeError("an ear that fails")

    def line_changed(self, node, status):
        self.states.append((status.up, status.detail))
        self.moved.set()

    async def until(self, holds):
        async with asyncio.timeout(60):
            while not holds():
                self.moved.clear()
                await self.moved.wait()


@pytest.fixture
def ears():
    return Ears()


@pytest.fixture
async def asterisk():
    async with FakeAri.started() as running:
        yield running


@pytest.fixture
async def node_at(ears):
    nodes = []

    def at(url, **changes):
        fields = {"id": "pbx", "url": url, "password": "secret"} | changes
        node = Node(Asterisk(**fields), ears, region="ES", clock=lambda: datetime.now(UTC))
        nodes.append(node)
        node.open()
        return node

    yield at
    for node in nodes:
        await node.close()


async def test_it_asks_what_is_alive_then_hears_events_in_order(asterisk, ears, node_at):
    caller = asterisk.channel("c1")
    node = node_at(asterisk.url)
    assert await node.settled(20)
    assert [one.id for one in ears.snapshots[0].channels] == ["c1"]
    for digit in "123456789":
        asterisk.tell("ChannelDtmfReceived", channel=caller, digit=digit)
    await ears.until(lambda: len(ears.events) == 9)
    assert "".join(one.digit for one in ears.events) == "123456789"
    wanted = await asterisk.asked("PUT", "applications/ficha/eventFilter")
    assert {"type": "StasisStart"} in wanted.body["allowed"]
    assert {"type": "ChannelVarset"} not in wanted.body["allowed"]


async def test_what_is_unknown_or_broken_is_skipped(asterisk, ears, node_at):
    node = node_at(asterisk.url)
    await node.settled(20)
    ears.fails = True
    asterisk.tell("ChannelTalkingStarted", channel={"id": "c1"})
    for frame in ("", "[]", "{", '{"type": 7}', '{"type": "StasisStart"}', "\x00\xff" * 50):
        asterisk.say(frame)
    asterisk.tell("StasisStart", channel={"id": "c1"}, args=["a"], later_field={"x": 1})
    asterisk.tell("ChannelDtmfReceived", channel={"id": "c1"}, digit="5")
    await ears.until(lambda: len(ears.events) == 2)
    assert [*map(type, ears.events)] == [StasisStart, ChannelDtmfReceived]
    assert node.reader.skipped == {"ChannelTalkingStarted": 1}
    assert node.reader.malformed == 6
    assert node.up


async def test_a_frame_beyond_all_bounds_costs_the_connection_not_the_line(
    asterisk, ears, node_at
):
    node = node_at(asterisk.url)
    await node.settled(20)
    asterisk.say('{"type": "StasisStart", "args": ["' + "x" * (2 << 20) + '"]}')
    await ears.until(lambda: len(ears.snapshots) == 2)
    assert await node.settled(20)


async def test_a_cut_is_told_and_healed(asterisk, ears, node_at):
    node = node_at(asterisk.url)
    await node.settled(20)
    await asterisk.cut()
    await ears.until(lambda: [up for up, _ in ears.states] == [True, False, True])
    assert "lost" in ears.states[1][1]
    assert not ears.snapshots[1].restarted
    asterisk.startup = "2026-11-30T09:00:00.000+0000"
    await asterisk.cut()
    await ears.until(lambda: len(ears.states) == 5)
    assert ears.snapshots[2].restarted


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        ({"password": "wrong"}, "compare user and password with its ari.conf"),
        ({"url": "http://no-such-name.invalid:8088"}, "does not resolve"),
        ({"url": f"http://127.0.0.1:{free_port()}"}, "nothing listens at 127.0.0.1"),
    ],
)
async def test_what_to_do_is_said(asterisk, ears, node_at, changes, advice):
    node_at(changes.pop("url", asterisk.url), **changes)
    await ears.until(lambda: ears.states)
    up, detail = ears.states[0]
    assert not up
    assert advice in detail
    assert "wrong" not in detail


@pytest.mark.parametrize(
    ("status", "advice"),
    [(403, "read_only"), (404, "res_ari.so"), (500, "answers with 500")],
)
async def test_an_asterisk_that_refuses_is_explained(asterisk, ears, node_at, status, advice):
    asterisk.refuses("PUT", "applications/.*", status)
    node_at(asterisk.url)
    await ears.until(lambda: ears.states)
    assert advice in ears.states[0][1]


async def test_a_certificate_of_an_own_authority_needs_its_file(ears, node_at, tmp_path):
    files = authority(tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(files.certificate, files.key)
    async with FakeAri.started(tls) as asterisk:
        node = node_at(asterisk.url, ca_file=str(files.ca))
        assert await node.settled(20)
        await node.close()
        ears.states.clear()
        node_at(asterisk.url)
        await ears.until(lambda: ears.states)
        assert "set ca_file" in ears.states[0][1]
        ears.states.clear()
        node_at(asterisk.url, ca_file=str(tmp_path / "none.pem"))
        await ears.until(lambda: any("none.pem" in detail for _, detail in ears.states))


async def test_an_old_asterisk_is_not_driven(asterisk, ears, node_at):
    asterisk.version = "20.9.0"
    node_at(asterisk.url)
    await ears.until(lambda: ears.states)
    assert "20.9.0 is too old" in ears.states[0][1]


async def test_it_does_not_fight_for_its_application(asterisk, ears, node_at):
    node = node_at(asterisk.url)
    await node.settled(20)
    asterisk.tell("ApplicationReplaced")
    await ears.until(lambda: not node.up)
    assert "another client" in node.status.detail
    assert asterisk.connections == 1


async def test_a_second_bridge_with_the_same_application_is_told_and_takes_nothing(
    asterisk, ears, node_at
):
    first = node_at(asterisk.url)
    assert await first.settled(20)
    second = node_at(asterisk.url)
    await second.looked(20)
    await ears.until(lambda: second.status.detail != "connecting")
    assert f"process {os.getpid()}) drives the application ficha" in second.taken
    assert second.status.detail == second.taken
    assert first.up
    assert asterisk.connections == 1


async def test_a_client_that_does_not_answer_is_taken_over(asterisk, node_at, monkeypatch):
    monkeypatch.setattr(claiming, "ANSWERS_WITHIN", 0.2)
    dumb = node_at(asterisk.url)
    assert await dumb.settled(20)
    monkeypatch.setattr(Node, "_userevent", lambda *_: None)
    second = node_at(asterisk.url)
    assert await second.settled(20)
    assert not second.taken


@pytest.fixture
def mark_of_the_dead():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        mark = mark_of(child.pid)
        child.kill()
    return mark


async def test_one_that_has_ended_on_this_machine_is_not_waited_for(
    asterisk, node_at, monkeypatch, mark_of_the_dead
):
    """Its application is still there while its calls are."""
    dead = node_at(asterisk.url)
    assert await dead.settled(20)
    monkeypatch.setattr(Node, "_userevent", lambda *_: None)
    [name] = [one for one in asterisk.globals if one.startswith("FICHA_BRIDGE_")]
    asterisk.globals[name] = mark_of_the_dead
    monkeypatch.setattr(claiming, "ANSWERS_WITHIN", 1000)
    second = node_at(asterisk.url)
    assert await second.settled(20)
    assert not second.taken
    assert asterisk.globals[name] == mark_of()  # and leaves its own
