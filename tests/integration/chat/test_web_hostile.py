"""The public listener against strangers who mean harm: answered, bounded, never stopped."""

from __future__ import annotations

import asyncio
import contextlib
import random
from typing import TYPE_CHECKING
from uuid import uuid4

import aiohttp
import pytest
from msgspec.structs import replace

from cti_bridge.channels.chat import frames as f
from cti_bridge.channels.chat.seal import Sealer
from cti_bridge.channels.web import guard, limits
from cti_bridge.channels.web.simulator import Refused, SimulatedVisitor
from tests.helpers.chatting import CONFIG, FORM, GENEROUS, ORIGIN, SITE, ChatBridge, chat_bridge
from tests.helpers.hostile import mutated

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from cti_bridge.config.values import Web
    from cti_bridge.store.engine import Database

OTHER = "https://other.example"


@pytest.fixture
async def bridge(sqlite: Database) -> AsyncIterator[ChatBridge]:
    config = replace(CONFIG, chats=(SITE, replace(SITE, id="other", origins=(OTHER,))))
    async with chat_bridge(sqlite, config) as made:
        yield made


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def still_serves(bridge: ChatBridge) -> None:
    """An honest visitor gets a chat."""
    async with await bridge.visitor(local_address="127.9.9.9") as visitor:
        assert (await visitor.start(FORM)).state == "waiting"


async def raw(bridge: ChatBridge, source: str = "127.0.0.1"):
    port = int(bridge.url.rpartition(":")[2])
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))


async def until_closed(visitor: SimulatedVisitor) -> None:
    while visitor.close_code is None:
        with contextlib.suppress(Refused, ConnectionError):
            await visitor.gets(f.Receipt)


async def refused(answer: aiohttp.ClientResponse) -> str:
    frame = f.decode_bridge(await answer.read())
    assert isinstance(frame, f.RefusedFrame)
    return frame.code


# -- origins


@pytest.mark.parametrize(
    "origin", [None, "null", OTHER, ORIGIN + ".evil.es", ORIGIN.upper(), "http://www.shop.example"]
)
async def test_only_pages_of_the_site(bridge, http, origin) -> None:
    headers = {} if origin is None else {"Origin": origin}
    site = f"{bridge.url}/chat/v1/shop"
    async with http.get(f"{site}/config", headers=headers) as answer:
        assert (answer.status, await refused(answer)) == (403, "origin")
    async with http.post(f"{site}/upload?name=a.txt", headers=headers, data=b"x") as answer:
        assert (answer.status, await refused(answer)) == (403, "origin")
    async with http.options(f"{site}/upload", headers=headers) as answer:
        assert answer.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as error:
        await http.ws_connect(f"{site}/socket", headers=headers)
    assert error.value.status == 403


async def test_what_a_page_of_the_site_is_told(bridge, http) -> None:
    async with http.get(
        f"{bridge.url}/chat/v1/shop/config?language=en-GB", headers={"Origin": ORIGIN}
    ) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Vary"] == "Origin"
        assert "Access-Control-Allow-Credentials" not in answer.headers
        config = await answer.json()
    assert (config["title"], config["language"]) == ("Shop", "en")
    assert [one["label"] for one in config["form"]] == ["Name", "E-mail", "Telephone"]
    async with http.get(
        f"{bridge.url}/chat/v1/nobody/config", headers={"Origin": ORIGIN}
    ) as answer:
        assert (answer.status, await refused(answer)) == (404, "invalid")


async def test_every_answer_is_hardened_and_sets_no_cookie(bridge, http) -> None:
    for path in ("/healthz", "/nothing", "/chat/v1/shop/config", "/widget.js"):
        async with http.get(bridge.url + path) as answer:
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "Set-Cookie" not in answer.headers
            assert answer.headers["Server"] == "Ficha"


# -- tokens


async def test_tokens_forged_expired_or_of_another(bridge) -> None:
    async with await bridge.visitor() as visitor:
        session = await visitor.start(FORM, "Secreto")
    now = bridge.clock.now()
    forged = Sealer(b"guess").token(session.chat, "shop", now)
    sealer = bridge.chats._means.sealer
    wrong = [
        (forged, "invalid"),
        (session.token[:-2], "invalid"),
        ("", "invalid"),
        (sealer.token(session.chat, "other", now), "invalid"),
        (sealer.token("c" * 36, "shop", now), "expired"),  # of a chat that is on no file
    ]
    for token, code in wrong:
        async with await bridge.visitor() as thief:
            thief.token = token
            with pytest.raises(Refused, match=code):
                await thief.resume(0)
            assert not thief.entries
    bridge.clock.ahead += bridge.clock.ahead.__class__(hours=25)
    async with await bridge.visitor() as late:
        late.token = session.token
        with pytest.raises(Refused, match="expired"):
            await late.resume(0)


async def test_a_token_of_one_site_opens_nothing_on_another(bridge) -> None:
    async with await bridge.visitor() as visitor:
        session = await visitor.start(FORM, "Secreto")
    thief = await SimulatedVisitor.open(bridge.url, "other", origin=OTHER)
    async with thief:
        thief.token = session.token
        with pytest.raises(Refused, match="invalid"):
            await thief.resume(0)


async def test_a_file_is_given_to_its_own_chat_alone(bridge, http) -> None:
    async with await bridge.visitor() as one, await bridge.visitor() as other:
        await one.start(FORM)
        mine = await one.upload("nota.txt", b"solo para mi")
        await other.start(FORM)
        url = f"{bridge.url}/chat/v1/shop/file/{mine.file}"
        async with http.get(url, params={"token": one.token}) as answer:
            assert await answer.read() == b"solo para mi"
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["Content-Type"] == "application/octet-stream"
        for token in (other.token, "", "x" * 3000):
            async with http.get(url, params={"token": token}) as answer:
                assert answer.status in (400, 401)
        await other.say("Mira", files=(mine.file,))
        with pytest.raises(Refused, match="invalid"):
            await other.gets(f.Receipt)


# -- uploads


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("programa.exe", b"MZ\x90", "file_type"),
        ("foto.png", b"<html><script>alert(1)</script>", "file_type"),
        ("foto.png", b"MZ\x90\x00", "file_type"),
        ("foto.jpg", b"ninguna foto", "file_type"),
        ("factura.pdf", b"<script>alert(1)</script>", "file_type"),
        ("sin", b"x", "file_type"),
        ("", b"x", "file_type"),
        ("vacio.txt", b"", "file_type"),
        ("x" * 400 + ".txt", b"x", "file_type"),
        ("grande.txt", b"x" * (5 * 1024 * 1024 + 1), "too_large"),
    ],
)
async def test_files_that_are_not_taken(bridge, name, data, code) -> None:
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)
        with pytest.raises(Refused, match=code):
            await visitor.upload(name, data)
        await still_serves(bridge)


async def test_a_picture_is_shown_and_its_name_is_cleaned(bridge, http) -> None:
    png = b"\x89PNG\r\n\x1a\n" + bytes(64)
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)
        taken = await visitor.upload('../../a\r\nSet-Cookie: x"\u202egnp.png', png)
        async with http.get(
            f"{bridge.url}/chat/v1/shop/file/{taken.file}", params={"token": visitor.token}
        ) as answer:
            assert answer.headers["Content-Type"] == "image/png"
            assert answer.headers["Content-Disposition"].startswith("inline; filename*=UTF-8''")
            assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert "Set-Cookie" not in answer.headers
            assert await answer.read() == png


async def test_an_upload_that_lies_about_its_length(bridge) -> None:
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)

        async def endless():
            while True:
                yield b"x" * 65_536

        with contextlib.suppress(Refused, aiohttp.ClientError):
            await visitor.upload("a.txt", endless())
        assert bridge.chats.figures["uploads"] == 0
        await still_serves(bridge)


async def test_an_upload_that_stops_half_way_leaves_nothing(bridge) -> None:
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)
        _reader, writer = await raw(bridge)
        writer.write(
            f"POST /chat/v1/shop/upload?name=a.txt HTTP/1.1\r\nHost: x\r\nOrigin: {ORIGIN}\r\n"
            f"Authorization: Bearer {visitor.token}\r\nContent-Length: 1000\r\n\r\nhalf".encode()
        )
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.transport.abort()
        await still_serves(bridge)
        assert bridge.chats.figures["uploads"] == 0


# -- frames


JUNK = (
    "",
    "null",
    "[]",
    "{",
    '{"type":"nothing"}',
    '{"type":"say"}',
    '{"type":"say","id":7,"text":"x"}',
    '{"type":"say","id":"x","text":"x","html":"<b>"}',
    '{"type":"typing","on":"yes"}',
    '{"type":"rate","stars":' + "9" * 400 + "}",
    "[" * 30_000,
    '{"type":"say","id":"x","files":' + "[" * 10_000,
    '{"type":"end","type":"start"}',
    '{"type":"say","id":"\\ud800","text":"\\udfff"}',
    "\x00" * 100,
    "ñ" * 5_000,
)


@pytest.mark.parametrize("junk", JUNK)
async def test_junk_is_refused_and_the_chat_goes_on(bridge, junk) -> None:
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)
        await visitor.send_raw(junk)
        with pytest.raises(Refused):
            await visitor.gets(f.Receipt)
        said = await visitor.say("Sigo aquí")
        assert (await visitor.gets(f.Receipt)).id == said


async def test_junk_without_end_is_cut(bridge) -> None:
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)
        for _ in range(limits.BAD_FRAMES + 2):
            await visitor.send_raw("junk")
        await until_closed(visitor)
        assert visitor.close_code == 1008
        await still_serves(bridge)


async def test_binary_and_huge_frames(bridge) -> None:
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)
        await visitor._socket.send_bytes(b"\x00\x01")
        with pytest.raises(Refused, match="invalid"):
            await visitor.gets(f.Receipt)
        await visitor.send_raw('{"type":"say","text":"' + "x" * 40_000)
        with pytest.raises(ConnectionError):
            await visitor.gets(f.Receipt)
        assert visitor.close_code == 1009
        await still_serves(bridge)


async def test_first_frames_that_need_a_chat(bridge) -> None:
    async with await bridge.visitor() as visitor:
        for frame in (
            f.Say(id=str(uuid4()), text="x"),
            f.End(),
            f.Rate(stars=5),
            f.Typing(on=True),
            f.Read(seq=1),
            f.SendTranscript(email="a@b.es"),
        ):
            await visitor.send(frame)
            with pytest.raises(Refused, match="invalid"):
                await visitor.gets(f.Receipt)
        assert (await visitor.start(FORM)).state == "waiting"
        await visitor.send(f.Resume(token=visitor.token))
        with pytest.raises(Refused, match="invalid"):
            await visitor.gets(f.Session)


async def test_values_beyond_their_bounds(bridge) -> None:
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)
        await visitor.send(f.Read(seq=10**15))
        await visitor.send(f.Got(seq=-5))
        for say in (
            f.Say(id=str(uuid4()), text="x" * 4001),
            f.Say(id=str(uuid4()), text=" \x00 "),
            f.Say(id=str(uuid4()), text="x", files=("f",) * 11),
            f.Say(id="../../etc", text="x"),
        ):
            await visitor.send(say)
            with pytest.raises(Refused):
                await visitor.gets(f.Receipt)
        await visitor.send(f.Rate(stars=5))  # nobody has answered
        with pytest.raises(Refused, match="invalid"):
            await visitor.gets(f.Rated)
        await visitor.send(f.SendTranscript(email="victim@example.es"))
        with pytest.raises(Refused, match="invalid"):
            await visitor.gets(f.TranscriptSent)
        assert not bridge.mail.sent


async def test_hostile_numbers_do_not_overflow(bridge) -> None:
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)
        await visitor.send_raw('{"type":"read","seq":' + "9" * 19 + "}")
        await visitor.send_raw('{"type":"resume","token":"x","after":-1}')
        with pytest.raises(Refused):
            await visitor.gets(f.Session)
        await visitor.say("Sigo")
        await visitor.gets(f.Receipt)


async def test_mutated_frames_never_end_the_listener(bridge) -> None:
    draw = random.Random(7)
    seeds = [
        f.encode(one)
        for one in (
            f.Start(start_id=str(uuid4()), form=FORM, text="x", identity="a.b.c"),
            f.Say(id=str(uuid4()), text="Hola", files=("x",)),
            f.Leave(leave_id=str(uuid4()), kind="message", form=FORM, text="x"),
            f.Resume(token="x.y", after=3),
            f.Rate(stars=3, comment="x"),
        )
    ]
    for _ in range(30):
        async with await bridge.visitor() as visitor:
            with contextlib.suppress(ConnectionError):
                for _frame in range(8):
                    await visitor.send_raw(mutated(draw, seeds).decode("utf-8", "replace"))
    await still_serves(bridge)


# -- half-sent, slow


async def test_a_head_that_does_not_end(sqlite, monkeypatch) -> None:
    monkeypatch.setattr(limits, "HEAD_SECONDS", 0.2)
    async with chat_bridge(sqlite) as bridge:
        slow = [await raw(bridge) for _ in range(20)]
        for _reader, writer in slow:
            writer.write(b"GET /widget.js HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        await still_serves(bridge)
        for reader, writer in slow:
            async with asyncio.timeout(30):
                assert await reader.read() == b""
            writer.close()
        await closed(bridge)


async def test_a_socket_that_says_nothing(sqlite, monkeypatch) -> None:
    monkeypatch.setattr(limits, "FIRST_SECONDS", 0.2)
    async with chat_bridge(sqlite) as bridge, await bridge.visitor() as visitor:
        with pytest.raises(ConnectionError):
            await visitor.gets(f.Session)
        assert visitor.close_code == 1008


async def test_half_a_frame(sqlite, monkeypatch) -> None:
    monkeypatch.setattr(limits, "SILENT_SECONDS", 0.3)
    async with chat_bridge(sqlite) as bridge, await bridge.visitor() as visitor:
        await visitor.start(FORM)
        visitor._socket._conn.transport.write(
            b"\x81\xfe\x00\x80\x00\x00\x00\x00half"
        )  # 128 bytes were said to follow
        with pytest.raises(ConnectionError):
            await visitor.gets(f.Receipt)
        await still_serves(bridge)


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # TLS, where none is spoken
        b"\r\n" * 1000,
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"POST /chat/v1/shop/upload HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /x HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        b"GET http://evil/ HTTP/9.9\r\n\r\n",
        b"GET /chat/v1/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /widget/%2e%2e/%2e%2e/bridge.example.toml HTTP/1.1\r\nHost: x\r\n\r\n",
        bytes(range(256)) * 100,
    ],
)
async def test_what_is_no_request(bridge, data) -> None:
    reader, writer = await raw(bridge)
    writer.write(data)
    writer.write_eof()
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(30):
            answer = await reader.read()
        assert b"200" not in answer.partition(b"\r\n")[0]
    writer.close()
    await still_serves(bridge)


async def closed(bridge: ChatBridge) -> None:
    async with asyncio.timeout(30):
        while bridge.web.connections:
            await asyncio.sleep(0.01)


# -- floods


def strict(**more) -> Web:
    return replace(GENEROUS, **more)


async def test_a_flood_of_requests_from_one_address(sqlite, http) -> None:
    config = replace(CONFIG, web=strict(requests_per_minute=60))
    async with chat_bridge(sqlite, config) as bridge:
        seen = []
        for _ in range(60):
            async with http.get(
                f"{bridge.url}/chat/v1/shop/config", headers={"Origin": ORIGIN}
            ) as answer:
                seen.append(answer.status)
                if answer.status == 429:
                    assert int(answer.headers["Retry-After"]) >= 1
        assert seen.count(200) in range(30, 34)
        assert set(seen) == {200, 429}
        await still_serves(bridge)


async def test_a_flood_of_chats_from_one_address(sqlite) -> None:
    config = replace(CONFIG, web=strict(chats_per_hour=3))
    async with chat_bridge(sqlite, config) as bridge:
        begun = 0
        for _ in range(10):
            async with await bridge.visitor() as visitor:
                with contextlib.suppress(Refused):
                    await visitor.start(FORM)
                    begun += 1
        assert begun == 3
        await still_serves(bridge)


async def test_a_flood_of_words(bridge) -> None:
    async with await bridge.visitor() as visitor:
        await visitor.start(FORM)
        for n in range(60):
            await visitor.say(f"{n}")
        refusals: list[f.RefusedFrame] = []
        for _ in range(60):
            try:
                await visitor.gets(f.Receipt)
            except Refused as refusal:
                refusals.append(refusal.frame)
        assert len(refusals) >= 30
        for one in refusals:
            assert one.code == "throttled"
            assert one.retry_after_s > 0
            assert one.id  # so that it can be said again
        await still_serves(bridge)


async def test_connections_of_one_address(sqlite) -> None:
    config = replace(CONFIG, web=strict(per_address=5))
    async with chat_bridge(sqlite, config) as bridge:
        held = [await raw(bridge) for _ in range(5)]
        reader, writer = await raw(bridge)
        assert await reader.read() == guard.FULL
        writer.close()
        await still_serves(bridge)
        for _reader, one in held:
            one.close()


async def test_who_only_holds_connections_keeps_nobody_out(sqlite) -> None:
    config = replace(CONFIG, web=strict(max_connections=50, per_address=10))
    async with chat_bridge(sqlite, config) as bridge:
        async with await bridge.visitor(local_address="127.5.5.5") as chatting:
            await chatting.start(FORM)
            held = []
            for n in range(200):
                held.append(await raw(bridge, f"127.1.{n // 10}.1"))
            await still_serves(bridge)
            assert bridge.web.connections <= 52
            await chatting.say("Sigo aquí")  # who has a chat keeps it
            await chatting.gets(f.Receipt)
        for _reader, writer in held:
            writer.close()


async def test_a_flood_of_chats_from_a_thousand_addresses(sqlite) -> None:
    config = replace(CONFIG, web=strict(chats_per_minute=30, chats_per_hour=20))
    async with chat_bridge(sqlite, config) as bridge:
        slots = asyncio.Semaphore(50)
        codes: list[str] = []

        async def one(n: int) -> None:
            async with slots:
                source = f"127.2.{n // 250}.{1 + n % 250}"
                async with await bridge.visitor(local_address=source) as visitor:
                    try:
                        await visitor.start(FORM)
                        codes.append("")
                    except Refused as error:
                        codes.append(error.frame.code)

        await asyncio.gather(*(one(n) for n in range(1000)))
        assert len(codes) == 1000
        assert set(codes) == {"", "throttled"}
        assert codes.count("") < 60
        assert len(bridge.chats._means.rooms) == codes.count("")
        await closed(bridge)
        async with aiohttp.ClientSession() as session, session.get(f"{bridge.url}/healthz") as ok:
            assert ok.status == 200


async def test_a_browser_that_does_not_read(bridge) -> None:
    """Its page is cut when too much waits for it; the chat and the others go on."""
    await bridge.sign_in()
    async with await bridge.visitor() as visitor:
        session = await visitor.start(FORM)
        await bridge.accept(session.chat)
        await visitor.gets(f.Joined)
        visitor._socket._conn.transport.pause_reading()
        [page] = bridge.web._handlers.pages
        room = bridge.chats._means.rooms[session.chat]
        for _ in range(4000):
            room.tell(f.Joined(agent="x" * 2000))
            if not bridge.web._handlers.pages or page._cut:
                break
            await asyncio.sleep(0)
        assert page._cut
        assert bridge.web.figures["too_slow"] == 1
        await bridge.say(session.chat, "Buenas")
        await still_serves(bridge)
