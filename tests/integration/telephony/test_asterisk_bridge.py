"""The bridge with an Asterisk in its configuration: its lines, its verbs, its restart."""

from __future__ import annotations

import msgspec
import pytest

from cti_bridge.app import open_bridge
from cti_bridge.config.errors import ConfigError
from cti_bridge.config.values import Asterisk, Config
from cti_bridge.examining import examine
from cti_bridge.protocol.vocabulary import Verb
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
