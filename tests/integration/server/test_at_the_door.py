"""Desktops that come while the bridge still starts wait, and are let in with it."""

from __future__ import annotations

import asyncio

from tests.helpers.wire import Bench, account


async def test_who_comes_before_the_start_is_let_in_with_it():
    bench = Bench(account("ana"))
    await bench.listener.bind()
    try:
        host, port = bench.listener.addresses[0].removeprefix("ws://").split("/")[0].split(":")
        reader, writer = await asyncio.open_connection(host, int(port))  # not refused
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n")
        answer = asyncio.ensure_future(reader.readline())
        done, _ = await asyncio.wait({answer}, timeout=0.05)
        assert not done  # and nobody is let in
        await bench.listener.start()
        async with asyncio.timeout(30):
            assert b" 200 " in await answer
        writer.close()
    finally:
        await bench.listener.stop()
