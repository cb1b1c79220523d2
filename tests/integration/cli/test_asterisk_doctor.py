"""What the doctor says of an Asterisk that is played: each finding with its remedy."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from msgspec.structs import replace

from cti_bridge.config.values import Agent, Asterisk
from cti_bridge.telephony.asterisk.doctor import direct
from cti_bridge.telephony.asterisk.doctor.examine import examine
from cti_bridge.telephony.asterisk.doctor.parts import MODULES, OF_HEADSETS
from tests.helpers.ports import free_port

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

INFO = {"system": {"version": "22.10.1"}}
RUNNING = [{"name": f"{name}.so", "status": "Running"} for name in (*MODULES, *OF_HEADSETS)]
PHONES = [{"technology": "PJSIP", "resource": "1003", "state": "online"}]
SOUNDS = [
    {"id": "es-busy", "formats": [{"language": "ficha", "format": "slin"}]},
    {"id": "ficha/beep", "formats": [{"language": "es", "format": "slin"}]},
]
ANA = Agent(login="ana", phone="1003")
GOOD: dict[str, Any] = {
    "GET /asterisk/info": INFO,
    "GET /asterisk/modules": RUNNING,
    "GET /applications/ficha": 404,
    "PUT /applications/ficha-doctor-nobody/eventFilter": 404,
    "GET /endpoints/PJSIP": PHONES,
    "GET /sounds": SOUNDS,
}


@contextlib.asynccontextmanager
async def asterisk(answers: dict[str, Any]) -> AsyncIterator[Asterisk]:
    """One that answers as told: a status, raw bytes, or what becomes JSON; else 404."""

    async def answer(request: web.Request) -> web.Response:
        path = request.path.removeprefix("/ari")
        said = answers.get(f"{request.method} {path}", 404)
        if isinstance(said, int):
            return web.json_response({"message": "as told"}, status=said)
        if isinstance(said, bytes):
            return web.Response(body=said)
        return web.json_response(said)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", free_port())
    await site.start()
    try:
        yield Asterisk(id="a", url=site.name, password="hunter2")
    finally:
        await runner.cleanup()


async def said(answers: dict[str, Any], *agents: Agent, **changes: Any) -> list[str]:
    async with asterisk({**GOOD, **answers}) as node:
        node, sounds = replace(node, **changes), ("beep", "es-busy")
        return [f"{one.level} {one.line()}" async for one in examine(node, agents, sounds)]


async def test_what_is_right_is_said_in_a_line_each() -> None:
    lines = await said({}, ANA)
    assert [line.split()[0] for line in lines] == ["ok"] * 7 + ["warning"]
    assert "Asterisk 22.10.1" in lines[0]
    assert "telephones: 1, registered now: 1" in lines[4]
    assert "a test call was not possible" in lines[-1]
    assert "hunter2" not in "".join(lines)


MISTAKES = {
    "wrong password": ({"GET /asterisk/info": 401}, "refuses user", "ari.conf"),
    "no ARI": ({"GET /asterisk/info": 404}, "has no ARI", "enabled = yes"),
    "full": ({"GET /asterisk/info": 503}, "no more connections", "sessionlimit"),
    "some web server": ({"GET /asterisk/info": b"<html>"}, "is no Asterisk", "Mend url"),
    "some other server": ({"GET /asterisk/info": [1]}, "is no Asterisk", "Mend url"),
    "old": ({"GET /asterisk/info": {"system": {"version": "20.1"}}}, "is too old", "22"),
    "may only read": (
        {"PUT /applications/ficha-doctor-nobody/eventFilter": 403},
        "may read and do nothing",
        "read_only = no",
    ),
    "no module": (
        {"GET /asterisk/modules": [one for one in RUNNING if "snoop" not in one["name"]]},
        "res_stasis_snoop is missing",
        "load = res_stasis_snoop.so",
    ),
    "idle module": (
        {"GET /asterisk/modules": [*RUNNING[1:], {"name": "app_stasis.so", "status": "x"}]},
        "app_stasis does not run",
        "load = app_stasis.so",
    ),
    "modules not seen": ({"GET /asterisk/modules": 404}, "cannot be seen", "res_ari_asterisk"),
    "no telephone": ({"GET /endpoints/PJSIP": []}, "no telephone 1003 (ana)", "Add [1003]"),
    "no SIP": ({"GET /endpoints/PJSIP": 404}, "telephones cannot be seen", "chan_pjsip"),
    "no sound": ({"GET /sounds": SOUNDS[1:]}, "1 of 2 sounds are missing: es-busy", "copy"),
    "no sounds": ({"GET /sounds": 404}, "2 of 2 sounds are missing: beep, es-busy", "copy"),
    "no sounds by ARI": ({"GET /sounds": 500}, "sounds cannot be seen", "res_ari_sounds"),
}


@pytest.mark.parametrize(("answers", "what", "remedy"), MISTAKES.values(), ids=MISTAKES)
async def test_a_mistake_is_told_with_its_remedy(
    answers: dict[str, Any], what: str, remedy: str
) -> None:
    [line] = [one for one in await said(answers, ANA) if one.startswith("mistake")]
    assert what in line
    assert remedy in line


@pytest.mark.parametrize("path", [one for one in GOOD if one.startswith("GET")])
@pytest.mark.parametrize("nonsense", [b"", b"{", [], {}, [7], {"system": 1}, [{"id": 1}], 500])
async def test_nonsense_ends_no_examination(path: str, nonsense: object) -> None:
    lines = await said({path: nonsense}, ANA)
    assert lines
    assert all(line.startswith(("ok", "warning", "mistake")) for line in lines)


MEDIA = "GET /media/ficha-doctor-nobody"


@pytest.mark.parametrize("answer", [404, 401, 502, b"<html>", b"", b"\xff" * 100_000, {}])
async def test_what_serves_desktops_no_media_sockets_is_told(answer: object) -> None:
    [line] = [
        one for one in await said({MEDIA: answer}, headset="direct") if one.startswith("mistake")
    ]
    assert "is no media socket" in line
    assert "Load chan_websocket.so; or mend direct_url" in line


async def test_ari_at_the_address_of_desktops_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "is_loopback", lambda _host: False)
    lines = await said({}, headset="direct")
    [line] = [one for one in lines if "serves desktops ARI too" in one]
    assert line.startswith("warning")
    assert "lets /media/ through and nothing else" in line


async def test_a_bridge_that_is_connected_is_said() -> None:
    assert "a bridge is connected" in "".join(await said({"GET /applications/ficha": {}}))


async def test_nobody_there() -> None:
    node = Asterisk(id="a", url=f"http://127.0.0.1:{free_port()}", password="x")
    [only] = [one async for one in examine(node, (), ())]
    assert "nothing listens on 127.0.0.1" in only.text


async def test_no_certificate_in_the_file_of_the_authority(tmp_path) -> None:
    (tmp_path / "ca.pem").write_text("no PEM")
    node = Asterisk(id="a", password="x", ca_file=str(tmp_path / "ca.pem"))
    [only] = [one async for one in examine(node, (), ())]
    assert "is no certificate" in only.text


async def test_tls_where_there_is_none() -> None:
    async with asterisk(GOOD) as node:
        safe = Asterisk(id="a", url=node.url.replace("http:", "https:"), password="x")
        [only] = [one async for one in examine(safe, (), ())]
    assert "does not speak TLS" in only.text
