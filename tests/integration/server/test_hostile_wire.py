"""Frames and peers that mean harm, or only know no better."""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import urllib.error
import urllib.request

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from cti_bridge.config.errors import ConfigError, PortInUse
from cti_bridge.errors import StoreError
from cti_bridge.protocol.codec import MAX_COMMAND_BYTES, AudioFrame, encode_audio
from cti_bridge.protocol.commands import (
    Done,
    Ping,
    Refused,
    SearchCustomers,
    SetMode,
    SignedIn,
    SignIn,
)
from cti_bridge.protocol.vocabulary import AgentId, AgentMode, RefusalCode
from cti_bridge.server.limits import OPENING_BYTES
from tests.helpers.ports import free_port
from tests.helpers.wire import (
    PASSWORD,
    Bench,
    account,
    offer_made,
    queue_changed,
    to_agent,
    until,
)

WRONG = {
    "unknown type": {"type": "make-coffee", "request_id": 7},
    "no type": {"request_id": 7},
    "type is no text": {"type": 3, "request_id": 7},
    "missing field": {"type": "accept-offer", "request_id": 7},
    "wrong field": {"type": "accept-offer", "request_id": 7, "offer_id": 3},
    "unknown field": {"type": "ping", "request_id": 7, "more": 1},
    "wrong choice": {"type": "set-mode", "request_id": 7, "mode": "asleep"},
    "an event": {"type": "session-ended", "request_id": 7, "seq": 1, "reason": "x"},
    "a reply": {"type": "done", "request_id": 7},
}


@pytest.mark.parametrize("frame", WRONG.values(), ids=WRONG)
async def test_a_wrong_frame_with_a_number_is_refused(bench, frame):
    async with bench.desktop() as ana:
        await ana.sign_in()
        await ana.connection.send(json.dumps(frame))
        refused = await ana.next()
        assert isinstance(refused, Refused)
        assert (refused.request_id, refused.code) == (7, RefusalCode.INVALID)
        assert isinstance(await ana.ask(Ping), Done)
    assert bench.rooms.handled == []


async def test_the_refusal_names_the_field(bench):
    async with bench.desktop() as ana:
        await ana.sign_in()
        await ana.connection.send(json.dumps(WRONG["wrong field"]))
        refused = await ana.next()
        assert (refused.field, "Expected `str`" in refused.detail) == ("offer_id", True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{",
        '{"type":"ping"}',
        '{"type":"ping","request_id":1e999}',
        '{"type":"ping","request_id":' + "1" * 5000 + "}",
        '{"type":"ping","request_id":"1"}',
        "[" * 30_000,
        "\x00" * 100,
        '{"type":"sign-in","request_id":1,"login":"\\ud800","password":"x"}',
        "ñ" * 10_000,
        b"",
        b"\x01",
        b"\x02" + bytes(327),
        os.urandom(328),
        bytes(60_000),
    ],
)
async def test_what_cannot_be_answered_is_counted_and_survived(bench, text):
    async with bench.desktop() as ana:
        await ana.sign_in()
        await ana.connection.send(text)
        while isinstance(reply := await ana.ask(Ping), Refused):
            assert reply.code is RefusalCode.INVALID
        assert isinstance(reply, Done)
    assert bench.listener.metrics.registry.get_sample_value("ficha_bad_frames_total") == 1


async def test_twenty_bad_frames_are_forgiven_and_the_next_is_not(bench):
    async with bench.desktop() as ana:
        await ana.sign_in()
        for _ in range(20):
            await ana.connection.send("nonsense")
        assert isinstance(await ana.ask(Ping), Done)
        await ana.connection.send("nonsense")
        assert (await ana.next()).reason == "bad_frames"
        assert await ana.close_code() == 1008


async def test_bad_frames_are_cut_before_the_sign_in_too(bench):
    async with bench.desktop() as stranger:
        for _ in range(21):
            await stranger.connection.send("nonsense")
        assert await stranger.close_code() == 1008


async def test_a_huge_frame_closes_with_1009(bench):
    async with bench.desktop() as ana:
        await ana.sign_in()
        await ana.connection.send("x" * (MAX_COMMAND_BYTES + 1))
        assert await ana.close_code() == 1009
    await until(lambda: ("session_lost", "a-ana") in bench.rooms.log)


async def test_before_the_sign_in_a_frame_is_short(bench):
    async with bench.desktop() as nobody:
        await nobody.connection.send("x" * (OPENING_BYTES + 1))
        assert await nobody.close_code() == 1009


async def test_text_that_is_no_utf8_closes_with_1007(bench):
    async with bench.desktop() as ana:
        await ana.sign_in()
        await ana.connection.send(b"\xff\xfe", text=True)
        assert await ana.close_code() == 1007


async def test_a_frame_cut_in_the_middle_loses_the_session_and_nothing_else(bench):
    async with bench.desktop() as ana, bench.desktop() as luis:
        await ana.sign_in()
        await luis.sign_in("luis")
        ana.connection.transport.write(b"\x81\xfe\x10\x00half")
        ana.connection.transport.abort()
        await until(lambda: ("session_lost", "a-ana") in bench.rooms.log)
        assert isinstance(await luis.ask(Ping), Done)


async def test_a_number_at_work_is_not_taken_twice(bench):
    gate = asyncio.Event()

    async def slow(_account, command):
        await gate.wait()
        return Done(request_id=command.request_id)

    bench.rooms.answer = slow
    async with bench.desktop() as ana:
        await ana.sign_in()
        await ana.send(SetMode, mode=AgentMode.READY, request_id=50)
        refused = await ana.ask(SetMode, mode=AgentMode.READY, request_id=50)
        assert (refused.code, refused.field) == (RefusalCode.INVALID, "request_id")
        gate.set()
        assert await ana.next() == Done(request_id=50)
        assert await ana.ask(SetMode, mode=AgentMode.READY, request_id=50) == Done(request_id=50)


async def test_haste_is_refused_then_cut(bench):
    async with bench.desktop() as ana:
        await ana.sign_in()
        for _ in range(150):
            await ana.send(Ping)
        replies = [await ana.next() for _ in range(150)]
        refused = [reply for reply in replies if isinstance(reply, Refused)]
        assert refused
        assert {reply.code for reply in refused} == {RefusalCode.THROTTLED}
        assert refused[0].retry_after_s > 0
        for _ in range(600):
            await ana.send(Ping)
        assert await ana.close_code() == 1008


async def test_a_flood_of_voice_is_thinned_not_kept(bench):
    heard = []
    bench.headsets.listen(AgentId("a-ana"), heard.append)
    async with bench.desktop() as ana:
        await ana.sign_in()
        for number in range(400):
            await ana.connection.send(
                encode_audio(AudioFrame(sequence=number, timestamp=0, pcm=bytes(320)))
            )
        assert isinstance(await ana.ask(Ping), Done)
    assert 100 <= len(heard) < 200


async def test_voice_before_the_sign_in_is_a_bad_frame(bench):
    async with bench.desktop() as stranger:
        frame = encode_audio(AudioFrame(sequence=0, timestamp=0, pcm=bytes(320)))
        for _ in range(21):
            await stranger.connection.send(frame)
        assert await stranger.close_code() == 1008


async def test_who_says_nothing_is_closed(bench, monkeypatch):
    monkeypatch.setattr("cti_bridge.server.limits.HELLO_SECONDS", 0.05)
    async with bench.desktop() as silent:
        assert await silent.close_code() == 1008
    monkeypatch.setattr("cti_bridge.server.limits.HELLO_SECONDS", 60)
    monkeypatch.setattr("cti_bridge.server.limits.SIGN_IN_SECONDS", 0.05)
    async with bench.desktop() as slow:
        await slow.hello()
        assert await slow.close_code() == 1008


async def test_a_sign_in_that_ends_after_its_deadline_opens_nothing(bench, monkeypatch):
    monkeypatch.setattr("cti_bridge.server.limits.SIGN_IN_SECONDS", 1)
    late = asyncio.Event()
    bench.rooms.during_snapshot = late.wait
    async with bench.desktop() as ana:
        await ana.hello()
        await ana.send(SignIn, login="ana", password=PASSWORD)
        assert await ana.close_code() == 1008
    late.set()
    await until(lambda: bench.rooms.log[-1:] == [("session_lost", "a-ana")])


async def test_a_slow_client_is_cut_and_delays_nobody(open_bench):
    bench = await open_bench(account("ana"), account("luis"), listener={"slow_bytes": 256 * 1024})
    async with bench.desktop() as ana, bench.desktop() as luis:
        await ana.sign_in()
        await luis.sign_in("luis")
        ana.connection.transport.pause_reading()
        big = queue_changed(1)
        big = type(big)(queue=type(big.queue)(queue_id="q", name="x" * 20_000, waiting=1))
        for _ in range(400):
            bench.publish(big, to_agent("ana"))
        bench.publish(offer_made(), to_agent("luis"))
        assert (await luis.next()).offer.offer_id == "o1"
        cut = bench.listener.metrics.registry.get_sample_value
        await until(lambda: cut("ficha_cut_total", {"why": "too_slow"}) == 1)
        await until(lambda: ("session_lost", "a-ana") in bench.rooms.log)
        ana.connection.transport.abort()


async def test_a_slow_client_that_reads_again_is_told_why(open_bench):
    bench = await open_bench(account("ana"), listener={"slow_bytes": 64 * 1024})
    async with bench.desktop() as ana:
        await ana.sign_in()
        ana.connection.transport.pause_reading()
        big = queue_changed(1)
        big = type(big)(queue=type(big.queue)(queue_id="q", name="x" * 20_000, waiting=1))
        cut = bench.listener.metrics.registry.get_sample_value
        while cut("ficha_cut_total", {"why": "too_slow"}) != 1:
            bench.publish(big, to_agent("ana"))
        ana.connection.transport.resume_reading()
        while (event := await ana.next()).seq and not hasattr(event, "reason"):
            pass
        assert event.reason == "too_slow"
        assert await ana.close_code() == 4008


async def test_the_store_in_trouble_is_told_as_such(bench, caplog):
    async def locked(_account, _command):
        raise StoreError("locked", "is locked", where="ficha.db")

    bench.rooms.answer = locked
    async with bench.desktop() as ana:
        await ana.sign_in()
        refused = await ana.ask(SearchCustomers, text="x")
        assert (refused.code, refused.detail) == (RefusalCode.STORE_AWAY, "locked")
    assert "Traceback" not in caplog.text


# -- the door -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "status"), [("/", 404), ("/v2", 404), ("/v1/..", 404)])
async def test_other_paths_are_not_there(bench, path, status):
    with pytest.raises(InvalidStatus) as raised:
        await connect(bench.url.removesuffix("/v1") + path)
    assert raised.value.response.status_code == status


async def test_a_browser_is_turned_away(bench):
    with pytest.raises(InvalidStatus) as raised:
        await connect(bench.url, origin="https://evil.example")
    assert raised.value.response.status_code == 403


async def test_healthz_answers_plain_http(bench):
    url = bench.url.replace("ws://", "http://").replace("/v1", "/healthz")
    answer = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read())
    assert answer == b"ok\n"


async def test_no_more_sessions_than_allowed(open_bench):
    bench = await open_bench(account("ana"), max_sessions=2)
    async with bench.desktop(), bench.desktop():
        with pytest.raises(InvalidStatus) as raised:
            await connect(bench.url)
        assert raised.value.response.status_code == 503
    await until(lambda: not bench.listener._sessions)
    async with bench.desktop() as ana:
        assert isinstance(await ana.sign_in(), SignedIn)


@pytest.mark.parametrize(
    "data", [b"\x16\x03\x01\x02\x00", b"GET / HTTP/9\r\n\r\n", b"\x00" * 5000, b"SIP/2.0\r\n\r\n"]
)
async def test_strangers_at_the_port_are_no_error_of_ours(bench, data, caplog):
    host, port = bench.url.removeprefix("ws://").removesuffix("/v1").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(data)
    writer.write_eof()
    async with asyncio.timeout(30):
        await reader.read()
    writer.close()
    async with bench.desktop() as ana:
        assert isinstance(await ana.sign_in(), SignedIn)
    assert "Traceback" not in caplog.text
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_half_a_handshake_is_not_waited_for(open_bench, monkeypatch):
    monkeypatch.setattr("cti_bridge.server.limits.HELLO_SECONDS", 0.2)
    bench = await open_bench(account("ana"))
    host, port = bench.url.removeprefix("ws://").removesuffix("/v1").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /v1 HTTP/1.1\r\nHost: x\r\n")
    async with asyncio.timeout(30):
        assert await reader.read() == b""
    writer.close()


async def test_a_port_in_use_says_so(bench):
    port = int(bench.url.rpartition(":")[2].removesuffix("/v1"))
    second = Bench(account("ana"))
    second.listener._config = type(second.config)(port=port)
    with pytest.raises(PortInUse, match="is in use by another program"):
        await second.listener.start()
    await second.listener.stop()


async def test_metrics_are_served_on_loopback(open_bench):
    port = free_port()
    bench = await open_bench(account("ana"), metrics_port=port)
    async with bench.desktop() as ana:
        await ana.sign_in()
        url = f"http://127.0.0.1:{port}/metrics"
        text = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read().decode())
    assert "ficha_sessions 1.0" in text
    assert 'ficha_commands_total{type="SignIn"} 1.0' in text
    await bench.listener.stop()
    with pytest.raises(urllib.error.URLError):
        await asyncio.to_thread(urllib.request.urlopen, url)


# -- TLS ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate for 127.0.0.1, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    key, pem = folder / "key.pem", folder / "cert.pem"
    command = (
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=bridge "
        "-addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        [*command.split(), "-keyout", str(key), "-out", str(pem)], check=True, capture_output=True
    )
    return pem, key


async def test_the_wire_over_tls(open_bench, certificate):
    pem, key = certificate
    bench = await open_bench(account("ana"), tls_certificate=str(pem), tls_key=str(key))
    assert bench.url.startswith("wss://")
    trusted = ssl.create_default_context(cafile=pem)
    async with bench.desktop(ssl=trusted) as ana:
        assert isinstance(await ana.sign_in(), SignedIn)
        bench.publish(offer_made(), to_agent("ana"))
        assert (await ana.next()).offer.offer_id == "o1"
    with pytest.raises(ssl.SSLCertVerificationError):
        await connect(bench.url)
    old = ssl.create_default_context(cafile=pem)
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionResetError)):  # up to 3.11.3 without its alert
        await connect(bench.url, ssl=old)


async def test_off_loopback_without_tls_there_is_no_bridge():
    bench = Bench(account("ana"), host="0.0.0.0")
    with pytest.raises(ConfigError) as raised:
        await bench.listener.start()
    assert "without TLS" in str(raised.value)
    assert "Set server.tls_certificate and server.tls_key to PEM files, or server.host to" in str(
        raised.value
    )
    await bench.listener.stop()


@pytest.fixture
def another_key(tmp_path):
    path = tmp_path / "other.pem"
    command = ["openssl", "genrsa", "-out", str(path), "2048"]
    subprocess.run(command, check=True, capture_output=True)
    return path


async def test_an_address_of_another_machine_says_so(certificate):
    pem, key = certificate
    bench = Bench(account("ana"), host="192.0.2.1", tls_certificate=str(pem), tls_key=str(key))
    with pytest.raises(ConfigError, match=r"Set server\.host to an address of this machine"):
        await bench.listener.start()
    await bench.listener.stop()


async def test_a_key_that_is_not_the_certificates(certificate, another_key):
    pem, _key = certificate
    other = another_key
    bench = Bench(account("ana"), tls_certificate=str(pem), tls_key=str(other))
    with pytest.raises(ConfigError, match="cannot be used"):
        await bench.listener.start()
    await bench.listener.stop()
