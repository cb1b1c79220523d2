"""A whole centre: 300 desktops, 25 contacts a second of every channel, each served to its end.

Five calls (SIP; nobody speaks), ten chats (web sockets of visitors) and ten mails (a real
Dovecot) begin each second; agents accept, serve for four seconds and wrap up. The desktops are
light ones in two processes, signed in over the real wire (with passwords that are cheap to
check: 300 that are not take a minute of a core). Times run from what the customer does
(INVITE sent, chat begun, mail given to the IMAP server) to the offer at the desktop; of mails
also from their arrival in the bridge, for Dovecot itself waits half a second before it tells.
The floor sends frames of the same size to as many web sockets, and does nothing else.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import shutil
import signal
import sqlite3
import time
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from tests.bench.centre_load import ADDRESS, BOX, ORIGIN, SITE, Callers, Chatters, Writers
from tests.bench.load import every
from tests.bench.product import PASSWORD, add_users, filled, login, some_numbers
from tests.bench.results import Goal, Result, percentile, spread
from tests.bench.ringer import Ending
from tests.helpers.dovecot import Dovecot
from tests.helpers.ports import free_port, free_range
from tests.helpers.process import program
from tests.helpers.quick_bridge import cheap_hasher

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from tests.bench.load import Load
    from tests.helpers.process import Program

CUSTOMERS: Final = 100_000  # what a million and more cost is the pop's and the file's to say
DESKS: Final = 300
PROCESSES: Final = 2
RATE: Final = 25  # contacts a second: of each 25, CALLS are calls, CHATS are chats, others mails
CALLS, CHATS = 5, 10
DNIS: Final = "+34944000000"
MAX_CALLS: Final = 200
OFFER_BYTES, ALL_BYTES = 2_400, 1_500  # of an offer, and of the figures of a queue
GOAL_MS: Final = 150.0
SETTLED_SECONDS: Final = 120.0
MIXED: Final = tuple(
    "mail" if n % 5 in (0, 2) else "chat" if n % 5 in (1, 3) else "voice" for n in range(RATE)
)
assert (MIXED.count("voice"), MIXED.count("chat")) == (CALLS, CHATS)


@dataclass(slots=True, kw_only=True)
class Seen:
    """What a run gave. Milliseconds by channel; `ended`: of the customers' side."""

    ms: dict[str, list[float]]
    inside_ms: list[float]
    book: dict[str, int]
    refused: list[str]
    cut: int
    cores: float
    memory_mb: tuple[float, float]
    told: dict[str, float]  # frames and kilobytes a second to one desktop


async def run(load: Load, quick: bool) -> list[Result]:
    seconds = 30 if quick else 600
    os.environ["BENCH_PASSWORD"] = PASSWORD
    at = f"{DESKS} desks, {RATE}/s, {seconds} s"
    with TemporaryDirectory(prefix="ficha-centre-") as name:
        folder = Path(name)
        bare = await _floor(folder, min(seconds, 60))
        seen = await _product(load, folder, seconds)

    def figure(metric: str, unit: str, value: float, goal: Goal | None = None) -> Result:
        return Result(bench="centre", load=at, metric=metric, unit=unit, value=value, goal=goal)

    none, goals = Goal(at_most=0), {"p95": Goal(at_most=GOAL_MS)}
    results: list[Result] = []
    for channel, what in (("voice", "INVITE"), ("chat", "chat begun")):
        results += spread(
            "centre", at, f"{what} to offer", seen.ms[channel], reference=bare, goals=goals
        )
        ratio = percentile(seen.ms[channel], 0.95) / percentile(bare, 0.95)
        results.append(figure(f"p95 to floor, {what}", "times", ratio))
    results += spread("centre", at, "mail given to IMAP to offer", seen.ms["mail"])
    results += spread(
        "centre", at, "mail in the bridge to offer", seen.inside_ms, reference=bare, goals=goals
    )
    results += [
        figure("contacts begun", "contacts", seen.book["begun"]),
        figure("lost", "contacts", seen.book["lost"], none),
        figure("doubled", "contacts", seen.book["doubled"], none),
        figure("not closed", "contacts", seen.book["open"], none),
        figure("abandoned", "contacts", seen.book["abandoned"], none),
        figure("offered more than once", "contacts", seen.book["again"]),
        figure("commands refused", "commands", len(seen.refused)),
        figure("desktops cut", "desktops", seen.cut, none),
        figure("frames to each desktop", "frames/s", seen.told["frames"]),
        figure("bytes to each desktop", "kB/s", seen.told["kilobytes"]),
        figure("CPU of the bridge", "cores", seen.cores),
        figure("memory of the bridge, all signed in", "MB", seen.memory_mb[0]),
        figure("memory of the bridge, at the end", "MB", seen.memory_mb[1]),
    ]
    return results


# -- the floor -----------------------------------------------------------------------------------


async def _floor(folder: Path, seconds: int) -> list[float]:
    sizes = (str(OFFER_BYTES), str(ALL_BYTES))
    loop = asyncio.get_running_loop()
    async with program(
        "tests.bench.programs.centre_floor", *sizes, name="floor", folder=folder
    ) as floor:
        _ready, udp, web = (await floor.says("ready")).split(" ")
        offers: dict[str, int] = {}
        async with _desks(folder, "bare", f"ws://127.0.0.1:{web}/", offers):
            sender, _protocol = await loop.create_datagram_endpoint(
                asyncio.DatagramProtocol, remote_addr=("127.0.0.1", int(udp))
            )
            sent: dict[str, int] = {}
            async for n in every(1 / RATE, RATE * seconds):
                sent[str(n)] = time.monotonic_ns()
                sender.sendto(f"{n} {n % DESKS}".encode())
            await asyncio.sleep(1)
            sender.close()
    if len(offers) != len(sent):
        raise RuntimeError(f"the floor told {len(offers)} of {len(sent)}")
    return [(offers[key] - at) / 1e6 for key, at in sent.items()]


@contextlib.asynccontextmanager
async def _desks(
    folder: Path, kind: str, url: str, offers: dict[str, int]
) -> AsyncIterator[list[Program]]:
    """All of them up; the first offer of each key goes into `offers`."""

    def note(line: str) -> None:
        if line.startswith("offer "):
            _offer, key, at_ns = line.split(" ")
            offers.setdefault(key, int(at_ns))

    each = DESKS // PROCESSES
    async with contextlib.AsyncExitStack() as stack:
        running = []
        for part in range(PROCESSES):
            desks = await stack.enter_async_context(
                program(
                    "tests.bench.programs.centre_desks",
                    *(kind, url, str(part * each), str((part + 1) * each - 1)),
                    name=f"desks-{kind}-{part}",
                    folder=folder,
                )
            )
            desks.on_line = note
            running.append(desks)
        for desks in running:
            await desks.says("ready", within=300)
        yield running


# -- the product ---------------------------------------------------------------------------------


async def _product(load: Load, folder: Path, seconds: int) -> Seen:
    database = folder / "ficha.db"
    shutil.copyfile(await filled(replace(load, customers=CUSTOMERS)), database)
    await add_users(database, DESKS, cheap_hasher())
    numbers = some_numbers(database)
    [(before_us,)] = _rows(database, "SELECT max(rowid) FROM interactions")  # sample history
    sip = free_port()
    async with contextlib.AsyncExitStack() as stack:
        imap = await stack.enter_async_context(Dovecot.at({BOX: "secret"}))
        configuration = folder / "bridge.toml"
        configuration.write_text(_configuration(database, sip, imap.port))
        serve = ("tests.helpers.quick_bridge", "serve", "--config", str(configuration))
        bridge = await stack.enter_async_context(program(*serve, name="bridge", folder=folder))
        ready = await bridge.says("cti-bridge ")
        [url] = re.findall(r"wss?://\S+?(?=[,;\s]|$)", ready)
        [web] = re.findall(r"web: (http://\S+)", ready)
        offers: dict[str, int] = {}
        desks = await stack.enter_async_context(_desks(folder, "real", url, offers))
        callers = await Callers.open(("127.0.0.1", sip))
        stack.callback(callers.close)
        chatters, writers = Chatters(web), Writers(imap)
        stack.push_async_callback(chatters.close)
        stack.push_async_callback(writers.close)

        memory, before = bridge.memory_mb(), bridge.cpu_seconds()
        told_before = await _told(desks)
        began = time.monotonic()
        async for n in every(1 / RATE, RATE * seconds):
            match MIXED[n % RATE]:
                case "voice":
                    ring = callers.ring(numbers[len(callers.rings)], DNIS, seconds=None)
                    asyncio.get_running_loop().call_later(60, callers._lost, ring)
                case "chat":
                    chatters.begin(n)
                case _:
                    writers.write(n)
        lasted = time.monotonic() - began
        told = await _told(desks)
        cores = (bridge.cpu_seconds() - before) / lasted
        await writers.settled()
        await callers.settled(within=90)
        await chatters.settled()
        began_ns = {
            "voice": {ring.number: ring.sent_ns for ring in callers.rings},
            "chat": chatters.began_ns,
            "mail": writers.began_ns,
        }
        await _all_closed(database, before_us, sum(map(len, began_ns.values())))
        memory_end = bridge.memory_mb()
        lines = [line for one in desks for line in one.lines]
    refused = [line for line in lines if line.startswith("refused")] + chatters.failed
    refused += [f"call {one.ending}" for one in callers.rings if one.ending is not Ending.ANSWERED]
    for line in refused[:10]:
        print(line, flush=True)
    each_second = DESKS * (told["at_ns"] - told_before["at_ns"]) / 1e9
    return Seen(
        ms={
            channel: [(offers[key] - at) / 1e6 for key, at in begun.items() if key in offers]
            for channel, begun in began_ns.items()
        },
        inside_ms=_inside(database, before_us, offers),
        book=_account(database, before_us, began_ns, len(offers)),
        refused=refused,
        cut=sum(line == "cut" for line in lines),
        cores=cores,
        memory_mb=(memory, memory_end),
        told={
            "frames": (told["frames"] - told_before["frames"]) / each_second,
            "kilobytes": (told["bytes"] - told_before["bytes"]) / each_second / 1000,
        },
    )


def _configuration(database: Path, sip: int, imap: int) -> str:
    first, last = free_range(2 * MAX_CALLS)
    agents = "".join(f'[[agents]]\nlogin = "{login(desk)}"\n' for desk in range(DESKS))
    return f"""
[store]
url = "sqlite:///{database}"
[server]
port = 0
[log]
level = "warning"
[[lines]]
id = "trunk"
mode = "trunk"
bind = "127.0.0.1"
port = {sip}
peers = ["127.0.0.1"]
queue = "voice"
max_calls = {MAX_CALLS}
rtp_ports = [{first}, {last}]
[web]
enabled = true
port = 0
per_address = 1000
requests_per_minute = 100000
chats_per_hour = 100000
chats_per_minute = 100000
[[chats]]
id = "{SITE}"
queue = "chat"
origins = ["{ORIGIN}"]
[[mailboxes]]
id = "info"
address = "{ADDRESS}"
queue = "mail"
imap = "127.0.0.1:{imap}"
imap_security = "none"
user = "{BOX}"
password = "secret"
[[queues]]
id = "voice"
name = "Voice"
dnis = ["{DNIS}"]
[[queues]]
id = "chat"
name = "Chat"
[[queues]]
id = "mail"
name = "Mail"
{agents}"""


async def _told(desks: Sequence[Program]) -> dict[str, Any]:
    """What all desks have been told so far."""
    found: dict[str, Any] = {"frames": 0, "bytes": 0}
    for one in desks:
        said = len(one.lines)
        one.process.send_signal(signal.SIGUSR1)
        async with asyncio.timeout(30):
            while not any(line.startswith("told ") for line in one.lines[said:]):
                await asyncio.sleep(0.05)
        line = next(line for line in one.lines[said:] if line.startswith("told "))
        told = json.loads(line.removeprefix("told "))
        found["at_ns"] = told["at_ns"]
        for what in ("frames", "bytes"):
            found[what] += told[what]
    return found


# -- what the store says of it -------------------------------------------------------------------


async def _all_closed(database: Path, before_us: int, begun: int) -> None:
    """Waits; what is not over then is counted as it is."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SETTLED_SECONDS):
            while await asyncio.to_thread(_closed, database, before_us) < begun:
                await asyncio.sleep(1)


def _closed(database: Path, before_us: int) -> int:
    query = (
        "SELECT count(*) FROM interactions WHERE rowid > ? AND state IN ('closed', 'abandoned')"
    )
    [(count,)] = _rows(database, query, before_us)
    return int(count)


def _account(
    database: Path, before_us: int, began_ns: dict[str, dict[str, int]], offered: int
) -> dict[str, int]:
    """Every contact that was begun against those on record."""
    found = {
        "voice": _keys(database, before_us, "number", "voice"),
        "chat": _keys(database, before_us, "id", "chat"),
        "mail": _keys(database, before_us, "number", "email"),
    }
    query = "SELECT state, count(*) FROM interactions WHERE rowid > ? GROUP BY 1"
    states = dict(_rows(database, query, before_us))
    query = (
        "SELECT count(*) FROM (SELECT 1 FROM offers o JOIN interactions i"
        " ON i.id = o.interaction_id WHERE i.rowid > ? GROUP BY i.id HAVING count(*) > 1)"
    )
    [(again,)] = _rows(database, query, before_us)
    begun = sum(map(len, began_ns.values()))
    return {
        "begun": begun,
        "lost": sum(len(began.keys() - set(found[one])) for one, began in began_ns.items()),
        "doubled": sum(len(keys) - len(set(keys)) for keys in found.values()),
        "open": sum(states.values()) - states.get("closed", 0) - states.get("abandoned", 0),
        "abandoned": states.get("abandoned", 0),
        "again": again,
        "never offered": begun - offered,
    }


def _keys(database: Path, before_us: int, column: str, channel: str) -> list[str]:
    query = f"SELECT {column} FROM interactions WHERE rowid > ? AND channel = ?"
    return [str(key) for (key,) in _rows(database, query, before_us, channel)]


def _inside(database: Path, before_us: int, offers: dict[str, int]) -> list[float]:
    """Milliseconds from the step that took a mail in to its offer at the desktop."""
    offset_ns = time.time_ns() - time.monotonic_ns()
    query = (
        "SELECT i.number, min(j.at) FROM interactions i JOIN journey j ON j.interaction_id = i.id"
        " WHERE i.rowid > ? AND i.channel = 'email' GROUP BY i.id"
    )
    return [
        (offers[key] + offset_ns) / 1e6 - _millis(at)
        for key, at in _rows(database, query, before_us)
        if key in offers
    ]


def _millis(at: str) -> float:
    return datetime.fromisoformat(f"{at}+00:00").timestamp() * 1000


def _rows(database: Path, query: str, *values: object) -> list[Any]:
    with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as open_:
        return open_.execute(query, values).fetchall()
