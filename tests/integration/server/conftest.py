from __future__ import annotations

import contextlib

import pytest

from cti_bridge.protocol.vocabulary import Role
from tests.helpers.wire import Bench, account


@pytest.fixture
async def open_bench():
    """Starts listeners; all are stopped at the end."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(*accounts, **options):
            bench = Bench(*accounts, **options)
            await bench.listener.start()
            stack.push_async_callback(bench.listener.stop)
            return bench

        yield start


@pytest.fixture
async def bench(open_bench):
    return await open_bench(
        account("ana"),
        account("luis", queues=("sales",)),
        account("sara", role=Role.SUPERVISOR),
        session_grace=20,
    )
