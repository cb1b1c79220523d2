"""Who is let in at a real Asterisk: a second bridge at the same application, and by TLS."""

from __future__ import annotations

import asyncio
import logging

import pytest

from cti_bridge.telephony.asterisk.doctor.direct import direct
from cti_bridge.telephony.asterisk.switch import AsteriskSwitch
from cti_bridge.telephony.ports import CallCleared, CallDelivered, LineUp, SwitchError
from tests.helpers.asterisk import Asterisk
from tests.helpers.authority import authority
from tests.helpers.ports import free_port
from tests.integration.telephony.asterisk_desk import (
    AGENT_HZ,
    Desk,
    desk_at,
    hears,
    node_of,
    people,
    talk,
)

pytestmark = [pytest.mark.peer("asterisk"), pytest.mark.peer("baresip")]
WITHIN = 30.0


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return authority(tmp_path_factory.mktemp("ours"))


@pytest.fixture(scope="module")
def pbx(certificates):
    with Asterisk.started(ari=True, tls=certificates) as running:
        yield running


async def until(met):
    async with asyncio.timeout(WITHIN):
        while not met():
            await asyncio.sleep(0.05)


async def test_a_second_bridge_is_sent_away_and_the_first_hears_on(pbx, tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    async with people(pbx, tmp_path) as (caller, agent), desk_at(pbx) as desk:
        call = await talk(desk, pbx, caller, agent)
        second = AsteriskSwitch([node_of(pbx)], region="ES")
        try:
            with pytest.raises(SwitchError, match=r"busy: asterisk pbx: another bridge \(.*, pro"):
                await second.claim("other")
        finally:
            await second.stop()
        assert "a second bridge asked for the application ficha" in caplog.text
        assert desk.switch.lines()[0].up
        await hears(caller, AGENT_HZ)
        await caller.hang_up()  # it is the first that is told so
        assert (await desk.next(CallCleared)).call == call


async def test_each_with_an_application_of_its_own(pbx, tmp_path):
    """Two bridges at one Asterisk: nothing of the one's is taken, or swept, by the other."""
    async with people(pbx, tmp_path) as (caller, agent), desk_at(pbx) as desk:
        call = await talk(desk, pbx, caller, agent)
        async with desk_at(pbx, app="other") as other:
            assert await other.switch.live_calls() == ()
            await hears(caller, AGENT_HZ)
        (live,) = await desk.switch.live_calls()
        assert live.call == call
        await desk.switch.clear(call)
        await desk.next(CallCleared)
        assert not [one for one in other.events if isinstance(one, CallDelivered)]


async def test_by_tls_with_an_authority_of_the_house(pbx, certificates, tmp_path):
    by_tls = {"url": pbx.https_url, "ca_file": str(certificates.ca)}
    async with people(pbx, tmp_path) as (caller, agent), desk_at(pbx, **by_tls) as desk:
        assert desk.switch.lines()[0].detail == f"localhost:{pbx.https_port}"
        call = await talk(desk, pbx, caller, agent)
        await hears(caller, AGENT_HZ)
        await desk.switch.clear(call)
        await desk.next(CallCleared)


@pytest.mark.parametrize("which", ["of nobody", "of another"])
async def test_a_certificate_that_is_not_believed_is_told_in_words(pbx, tmp_path, which):
    ca = str(authority(tmp_path / "others").ca) if which == "of another" else ""
    switch = AsteriskSwitch([node_of(pbx, url=pbx.https_url, ca_file=ca)], region="ES")
    desk = Desk(switch)
    await switch.start(desk.sink)
    try:
        await until(lambda: "not trusted" in switch.lines()[0].detail)
        [line] = switch.lines()
        assert line.detail.startswith("the certificate of localhost is not trusted: set ca_file")
        assert not line.up
        assert not any(isinstance(event, LineUp) for event in desk.events)
    finally:
        await switch.stop()


async def test_a_plain_port_that_is_asked_for_tls_is_told_in_words(pbx):
    url = pbx.ari_url.replace("http:", "https:")
    switch = AsteriskSwitch([node_of(pbx, url=url)], region="ES")
    await switch.start(lambda _event: None)
    try:
        await until(lambda: switch.lines()[0].detail not in ("", "connecting"))
        where = url.removeprefix("https://")
        assert switch.lines()[0].detail.startswith(f"{where} does not speak TLS: set tlsenable")
    finally:
        await switch.stop()


async def test_the_doctor_asks_for_media_sockets_as_a_desktop_does(pbx, certificates, tmp_path):
    by_tls = pbx.https_url.replace("https:", "wss:")
    trusted = {"headset": "direct", "ca_file": str(certificates.ca)}
    for node in (node_of(pbx, headset="direct"), node_of(pbx, direct_url=by_tls, **trusted)):
        here, only = await direct(node)
        assert f"{here.level} {here.text}".startswith("ok http"), here
        assert "has media sockets" in here.text
        assert "only desktops on this machine" in only.text
    [strange, _] = await direct(node_of(pbx, headset="direct", direct_url=by_tls))
    assert "headsets cannot go past the bridge: the certificate of localhost" in strange.text
    assert "ca_file" in strange.remedy
    closed = by_tls.replace(str(pbx.https_port), str(free_port()))
    [gone, _] = await direct(node_of(pbx, direct_url=closed, **trusted))
    assert "nothing listens on localhost" in gone.text
    assert await direct(node_of(pbx)) == []
