"""The bridge with an Asterisk in its configuration: its lines, its verbs, its restart."""

from __future__ import annotations

import msgspec
import pytest
from prometheus_client import generate_latest

from cti_bridge.accounts import Account
from cti_bridge.app import open_bridge
from cti_bridge.config.errors import ConfigError
from cti_bridge.config.values import Asterisk, Config
from cti_bridge.examining import examine
from cti_bridge.protocol.commands import Done
from cti_bridge.protocol.vocabulary import AgentId, Role, Verb
from cti_bridge.protocol.voice import ReportVoicePath
from cti_bridge.telephony.pyvoip.switch import PyVoipSwitch
from tests.helpers.ari import FakeAri
from tests.helpers.tables import sqlite_with_tables


@pytest.fixture
async def asterisk():
    async with FakeAri.started() as running:
        yield running


def config_at(folder, asterisk=None):
    nodes = (
        [] if asterisk is None else [{"id": "office", "url": asterisk.url, "password": "secret"}]
    )
    return msgspec.convert(
        {
            "site": {"spool": str(folder / "spool")},
            "store": {"url": sqlite_with_tables(folder)},
            "server": {"port": 0},
            "queues": [{"id": "support", "name": "Support"}],
            "asterisk": nodes,
        },
        Config,
    )


async def test_an_asterisk_is_a_line_and_its_calls_outlive_the_bridge(asterisk, tmp_path):
    bridge = await open_bridge(config_at(tmp_path, asterisk))
    try:
        assert [line.line for line in bridge.switch.lines()] == ["office"]
        assert Verb.LISTEN in bridge.switch.verbs
        asterisk.tell("StasisStart", channel=asterisk.channel("c1"), args=[])
        await asterisk.asked("POST", "channels/c1/ring")
    finally:
        await bridge.stop()
    assert "c1" in asterisk.channels
    assert not [one for one in asterisk.requests if one.method == "DELETE"]


async def test_what_a_desktop_says_of_its_voice_reaches_the_call_and_no_other_desktop_s_does(
    asterisk, tmp_path
):
    config = config_at(tmp_path, asterisk)
    node = msgspec.structs.replace(config.asterisk[0], headset="direct")
    bridge = await open_bridge(msgspec.structs.replace(config, asterisk=(node,)))
    try:
        ana, eva = (account(login) for login in ("ana", "eva"))
        assert bridge.switching.voices.adopt(
            bridge.switching.pbx.nodes[0], "leg", ana.agent_id, muted=False
        )
        told = ReportVoicePath(request_id=3, leg="leg", state="open", received=7)
        assert await bridge.rooms.handle(eva, told) == Done(request_id=3)
        assert bridge.switching.voices.figures("leg") is None
        assert await bridge.rooms.handle(ana, told) == Done(request_id=3)
        assert bridge.switching.voices.figures("leg").packets_received == 7
        broke = ReportVoicePath(request_id=4, leg="leg", state="lost")
        await bridge.rooms.handle(ana, broke)
        await asterisk.asked("DELETE", "channels/leg")
        figures = generate_latest(bridge.listener.metrics.registry).decode()
        assert 'ficha_direct_headsets_total{what="lost"} 1.0' in figures
    finally:
        await bridge.stop()


def account(login):
    return Account(
        agent_id=AgentId(f"a-{login}"),
        login=login,
        name=login.title(),
        role=Role.AGENT,
        queues=frozenset(),
        password_hash="",
    )


async def test_without_one_everything_is_as_it_was(tmp_path):
    bridge = await open_bridge(config_at(tmp_path))
    try:
        assert isinstance(bridge.switch, PyVoipSwitch)
    finally:
        await bridge.stop()


def test_an_authority_that_is_none_is_told_before_the_start(asterisk, tmp_path):
    file = tmp_path / "ca.pem"
    file.write_text("no certificate\n")
    config = config_at(tmp_path, asterisk)
    node = msgspec.structs.replace(config.asterisk[0], ca_file=str(file))
    with pytest.raises(ConfigError, match=r"ca\.pem.* holds no certificate in PEM"):
        examine(msgspec.structs.replace(config, asterisk=(node,)))


def test_an_entry_has_defaults_that_fit_a_machine_of_its_own():
    assert Asterisk(id="office").url == "http://127.0.0.1:8088"
