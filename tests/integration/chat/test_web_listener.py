"""The public listener as a server: its files, its own origin, TLS, proxies, start and stop."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from typing import TYPE_CHECKING

import aiohttp
import pytest
from msgspec.structs import replace

from cti_bridge.channels.chat import frames as f
from cti_bridge.channels.web import statics
from cti_bridge.channels.web.listener import WebListener
from cti_bridge.channels.web.simulator import Refused, SimulatedVisitor
from cti_bridge.channels.web.tls import server_context
from cti_bridge.config.errors import ConfigError, PortInUse
from cti_bridge.config.values import Web
from tests.helpers.authority import authority
from tests.helpers.chatting import CONFIG, FORM, GENEROUS, ORIGIN, ChatBridge, chat_bridge

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from cti_bridge.store.engine import Database

DEMO = replace(CONFIG, web=replace(GENEROUS, demo_page=True))
SCRIPT = b"// the widget\n" * 200


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "files"
    (made / "widget").mkdir(parents=True)
    (made / "widget.js").write_bytes(SCRIPT)
    (made / "widget" / "log.js").write_bytes(b"export {}")
    (made / "widget" / "notes.txt").write_bytes(b"not for anybody")
    (made / "demo.html").write_bytes(b'<script src="widget.js" data-site="{{site}}"></script>')
    (made / "demo.css").write_bytes(b"body { color: black }")
    (tmp_path / "secret.js").write_bytes(b"secret")
    return made


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(auto_decompress=False) as session:
        yield session


async def test_the_widget_is_served_to_any_page_and_kept_a_while(sqlite, folder, http) -> None:
    async with chat_bridge(sqlite, folder=folder) as bridge:
        plain = {"Accept-Encoding": "identity"}
        async with http.get(f"{bridge.url}/widget.js", headers=plain) as answer:
            assert await answer.read() == SCRIPT
            assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert answer.headers["Access-Control-Allow-Origin"] == "*"
            assert answer.headers["Cache-Control"] == "public, max-age=300"
            tag = answer.headers["ETag"]
        async with http.get(f"{bridge.url}/widget.js", headers={"If-None-Match": tag}) as answer:
            assert (answer.status, await answer.read()) == (304, b"")
        async with http.get(
            f"{bridge.url}/widget.js", headers={"Accept-Encoding": "br, gzip"}
        ) as answer:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(await answer.read()) == SCRIPT
        async with http.head(f"{bridge.url}/widget/log.js") as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    "path",
    ["/demo", "/demo.html", "/demo.css", "/widget/notes.txt", "/secret.js", "/widget/../secret.js",
     "/%2e%2e/secret.js", "/widget/..%2f..%2fsecret.js", "//secret.js", "/", "/widget/", "/v1"],
)  # fmt: skip
async def test_nothing_else_is_served(sqlite, folder, http, path) -> None:
    async with (
        chat_bridge(sqlite, folder=folder) as bridge,
        http.get(aiohttp.client.URL(bridge.url + path, encoded=True)) as answer,
    ):
        assert answer.status == 404


async def test_the_sample_page_and_its_own_origin(sqlite, folder, http) -> None:
    async with chat_bridge(sqlite, DEMO, folder=folder) as bridge:
        async with http.get(f"{bridge.url}/demo") as answer:
            assert b'data-site="shop"' in await answer.read()
            policy = answer.headers["Content-Security-Policy"]
            assert policy == statics.PAGE_POLICY
            assert "unsafe" not in policy
        config = f"{bridge.url}/chat/v1/shop/config"
        async with http.get(config, headers={"Sec-Fetch-Site": "same-origin"}) as answer:
            assert answer.status == 200
        async with http.get(config, headers={"Sec-Fetch-Site": "cross-site"}) as answer:
            assert answer.status == 403
        port = bridge.url.rpartition(":")[2]
        for own in (bridge.url, f"http://localhost:{port}"):
            async with await SimulatedVisitor.open(bridge.url, "shop", origin=own) as visitor:
                assert (await visitor.start(FORM)).state == "waiting"


async def test_visitors_of_one_client_leave_it_open(sqlite, folder, http) -> None:
    async with chat_bridge(sqlite, folder=folder) as bridge:
        for _ in range(2):
            async with await SimulatedVisitor.open(
                bridge.url, "shop", origin=ORIGIN, http=http
            ) as visitor:
                assert (await visitor.start(FORM)).state == "waiting"
        assert not http.closed


async def test_without_the_sample_page_its_origin_is_none(sqlite, folder) -> None:
    async with chat_bridge(sqlite, folder=folder) as bridge:
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await SimulatedVisitor.open(bridge.url, "shop", origin=bridge.url)


async def test_over_tls(sqlite, tmp_path) -> None:
    made = authority(tmp_path)
    web = replace(GENEROUS, tls_certificate=str(made.certificate), tls_key=str(made.key))
    async with chat_bridge(sqlite, replace(CONFIG, web=web)) as bridge:
        assert bridge.url.startswith("https://")
        trusted = ssl.create_default_context(cafile=str(made.ca))
        url = bridge.url.replace("127.0.0.1", "localhost")
        connector = aiohttp.TCPConnector(ssl=trusted)
        async with (
            aiohttp.ClientSession(connector=connector) as session,
            session.get(f"{url}/healthz") as answer,
        ):
            assert await answer.text() == "ok\n"
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        async with await SimulatedVisitor.open(bridge.url, "shop", origin=ORIGIN) as visitor:
            assert (await visitor.start(FORM)).state == "waiting"


@pytest.mark.parametrize(
    ("web", "owed"),
    [
        (Web(host="0.0.0.0"), True),
        (Web(host="0.0.0.0", behind_proxy=("10.0.0.5",)), False),
        (Web(host="127.0.0.1"), False),
        (Web(host="127.0.0.1", tls_certificate="/nothing", tls_key="/nothing"), True),
    ],
)
def test_when_tls_is_owed(web, owed) -> None:
    if owed:
        with pytest.raises(ConfigError):
            server_context(web)
    else:
        assert server_context(web) is None


async def test_behind_a_proxy_each_visitor_counts_alone(sqlite, http) -> None:
    web = replace(GENEROUS, behind_proxy=("127.0.0.1",), chats_per_hour=1, per_address=2)
    async with chat_bridge(sqlite, replace(CONFIG, web=web)) as bridge:
        for n in range(5):
            headers = {"X-Forwarded-For": f"6.6.6.6, 198.51.100.{n}", "Origin": ORIGIN}
            async with http.ws_connect(
                f"{bridge.url}/chat/v1/shop/socket", headers=headers
            ) as socket:
                for expected in ("session", "refused"):
                    start = f.Start(start_id=f"0000000{n}-0000-4000-8000-000000000000", form=FORM)
                    await socket.send_str(f.encode(start).decode())
                    answer = f.decode_bridge((await socket.receive()).data)
                    assert answer.__struct_config__.tag == expected
        headers = {"X-Forwarded-For": "198.51.100.77", "Origin": ORIGIN}
        url = f"{bridge.url}/chat/v1/shop/socket"
        held = [await http.ws_connect(url, headers=headers) for _ in range(2)]
        with pytest.raises(aiohttp.WSServerHandshakeError) as error:
            await http.ws_connect(url, headers=headers)
        assert error.value.status == 429
        for one in held:
            await one.close()


async def test_who_is_no_proxy_is_not_believed(sqlite, http) -> None:
    web = replace(GENEROUS, behind_proxy=("10.0.0.5",), requests_per_minute=60)
    async with chat_bridge(sqlite, replace(CONFIG, web=web)) as bridge:
        seen = set()
        for n in range(60):
            headers = {"X-Forwarded-For": f"198.51.100.{n}", "Origin": ORIGIN}
            async with http.get(f"{bridge.url}/chat/v1/shop/config", headers=headers) as answer:
                seen.add(answer.status)
        assert seen == {200, 429}


async def test_a_port_in_use_is_said(sqlite) -> None:
    async with chat_bridge(sqlite) as bridge:
        port = int(bridge.url.rpartition(":")[2])
        second = WebListener(replace(GENEROUS, port=port), CONFIG.chats, bridge.chats)
        with pytest.raises(PortInUse):
            await second.bind()
        await second.stop()


async def test_browsers_are_told_that_it_stops(sqlite) -> None:
    bridge = await ChatBridge(sqlite).start()
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)
        async with asyncio.timeout(30):
            await bridge.stop()
        with pytest.raises(ConnectionError):
            await visitor.gets(f.Receipt)
        assert visitor.close_code == 1001
    await bridge.stop()  # twice does no harm


async def test_a_chat_goes_on_after_a_clean_restart(sqlite: Database) -> None:
    first = await ChatBridge(sqlite).start()
    visitor = await first.visitor()
    session = await visitor.start(FORM, "Hola")
    await first.stop()
    await visitor.close()
    async with chat_bridge(sqlite) as second, await second.visitor() as again:
        again.token = session.token
        assert (await again.resume(0)).state == "waiting"
        await again.heard(lambda e: e.text == "Hola")
        other = replace(
            CONFIG, web=replace(GENEROUS, secret="another secret, of thirty-two lett.")
        )
    async with chat_bridge(sqlite, other) as third, await third.visitor() as late:
        late.token = session.token
        with pytest.raises(Refused, match="invalid"):
            await late.resume(0)
