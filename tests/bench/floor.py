"""The bare floor of a pop: datagram, SQLite look-up, web socket, label painted; no Ficha code.

The same processes as the product has (sender, server, one painted desktop, the other desks in
one process), the same number of customers, desks and calls a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.helpers.process import program

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from tests.helpers.process import Program

PAINTED_DESK = 0


def number_of(customer: int) -> str:
    """The telephone number of the n-th customer, for floor and product alike."""
    return f"+346{customer % 100_000_000:08d}"


def fill(file: Path, customers: int) -> None:
    """Two tables and one index, nothing else."""
    with contextlib.closing(sqlite3.connect(file)) as database, database:
        database.execute("pragma journal_mode = wal")
        database.execute("create table customer (id integer primary key, name text)")
        database.execute("create table identity (value text, customer integer)")
        database.executemany(
            "insert into customer values (?, ?)",
            ((n, f"Customer {n}") for n in range(customers)),
        )
        database.executemany(
            "insert into identity values (?, ?)", ((number_of(n), n) for n in range(customers))
        )
        database.execute("create index identity_value on identity (value)")


@dataclass(slots=True)
class Floor:
    sender: asyncio.DatagramTransport
    painted_ns: dict[int, int] = field(default_factory=dict)
    sent_ns: dict[int, int] = field(default_factory=dict)

    def painted(self, line: str) -> None:
        if line[0].isdigit():
            sequence, at = line.split(" ")
            self.painted_ns[int(sequence)] = int(at)

    def call(self, sequence: int, desk: int, number: str) -> None:
        if desk == PAINTED_DESK:
            self.sent_ns[sequence] = time.monotonic_ns()
        self.sender.sendto(f"{sequence} {desk} {number}".encode())

    def pops_ms(self) -> list[float]:
        """From the datagram's sending to the end of the painting; raises where one is lost."""
        lost = self.sent_ns.keys() - self.painted_ns.keys()
        if lost:
            raise RuntimeError(f"the floor painted {len(self.painted_ns)}, lost {len(lost)}")
        return [(self.painted_ns[n] - at) / 1e6 for n, at in self.sent_ns.items()]


@contextlib.asynccontextmanager
async def floor(database: Path, desks: int, folder: Path) -> AsyncIterator[Floor]:
    """All its processes up and connected, for the block."""
    loop = asyncio.get_running_loop()
    here = "tests.bench.programs"
    async with contextlib.AsyncExitStack() as stack:

        async def start(name: str, *arguments: str) -> Program:
            return await stack.enter_async_context(
                program(f"{here}.{name}", *arguments, name=name, folder=folder)
            )

        server = await start("floor_server", str(database))
        _ready, udp, web = (await server.says("ready")).split(" ")
        desktop = await start("floor_desktop", web, str(PAINTED_DESK))
        await desktop.says("ready")
        others = await start("floor_clients", web, "1", str(desks - 1))
        await others.says("ready")
        transport, _protocol = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=("127.0.0.1", int(udp))
        )
        running = Floor(transport)
        desktop.on_line = running.painted
        try:
            yield running
        finally:
            transport.close()
