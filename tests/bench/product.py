"""The product under measurement: a bridge as a process, its store filled, its desks signed in."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cti_bridge.protocol.vocabulary import Role
from cti_bridge.server.auth import new_hasher
from cti_bridge.store import migrations
from cti_bridge.store.accounts import SqlAccounts
from cti_bridge.store.engine import Database
from cti_bridge.store.populate import populate
from tests.helpers.ports import free_port, free_range
from tests.helpers.process import program

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from argon2 import PasswordHasher

    from tests.bench.load import Load
    from tests.helpers.process import Program

PASSWORD: Final = "correct horse battery staple"
PAINTED: Final = 0  # desk-0 is the real desktop; the others are without a face
PAINTED_DNIS: Final = "+34944000000"
OTHER_DNIS: Final = "+34944000001"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    bridge: Program
    url: str
    sip: tuple[str, int]
    database: Path
    numbers: tuple[str, ...]  # of customers, spread over the whole file


def login(desk: int) -> str:
    return f"desk-{desk}"


@contextlib.asynccontextmanager
async def product(
    load: Load, folder: Path, *, desks: int, max_calls: int = 500, database: Path | None = None
) -> AsyncIterator[Product]:
    """A bridge that serves, with users `desk-0` … and two queues: one that only desk-0 serves,
    dialled as PAINTED_DNIS, and one for all the others. It serves a copy of a filled store, or
    that `database` itself, which is too large to be copied."""
    if database is None:
        database = folder / "ficha.db"
        shutil.copyfile(await filled(load), database)
    await add_users(database, desks)
    first, last = free_range(2 * max_calls)
    sip = free_port()
    configuration = folder / "bridge.toml"
    configuration.write_text(
        f"""
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
queue = "others"
max_calls = {max_calls}
rtp_ports = [{first}, {last}]
[[queues]]
id = "painted"
name = "Painted"
dnis = ["{PAINTED_DNIS}"]
[[queues]]
id = "others"
name = "Others"
dnis = ["{OTHER_DNIS}"]
[[agents]]
login = "{login(PAINTED)}"
queues = ["painted"]
"""
        + "".join(
            f'[[agents]]\nlogin = "{login(desk)}"\nqueues = ["others"]\n'
            for desk in range(1, desks)
        )
    )
    os.environ["BENCH_PASSWORD"] = PASSWORD
    serve = ("cti_bridge", "serve", "--config", str(configuration))
    async with program(*serve, name="bridge", folder=folder) as bridge:
        ready = await bridge.says("cti-bridge ")
        [url] = re.findall(r"wss?://\S+?(?=[,;\s]|$)", ready)
        yield Product(
            bridge=bridge,
            url=url,
            sip=("127.0.0.1", sip),
            database=database,
            numbers=some_numbers(database),
        )


async def filled(load: Load) -> Path:
    """A store with so many customers, made once and kept until the migrations change."""
    kept = load.output / "cache" / f"customers-{load.customers}-{_schema()}.db"
    making = kept.with_suffix(".making")
    if _make_room(kept, making):
        return kept
    database = await Database.open(f"sqlite:///{making}")
    try:
        await populate(database, load.customers)
    finally:
        await database.close()
    with contextlib.closing(sqlite3.connect(making)) as connection:
        connection.execute("pragma wal_checkpoint(truncate)")
        connection.execute("pragma journal_mode = delete")
    _rename(making, kept)
    return kept


def _rename(making: Path, kept: Path) -> None:
    making.rename(kept)


def _schema() -> str:
    """Changes with the migrations."""
    digest = hashlib.sha256()
    for file in sorted(Path(next(iter(migrations.__path__))).rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _make_room(kept: Path, making: Path) -> bool:
    """Whether it is there already; else what a broken run left behind is gone."""
    if kept.exists():
        return True
    kept.parent.mkdir(parents=True, exist_ok=True)
    for leftover in kept.parent.glob(f"{making.name}*"):
        leftover.unlink()
    return False


async def add_users(file: Path, desks: int, hasher: PasswordHasher | None = None) -> None:
    database = await Database.open(f"sqlite:///{file}")
    hashed = (hasher or new_hasher()).hash(PASSWORD)
    try:
        accounts = SqlAccounts(database)
        known = {account.login for account in await accounts.all()}
        for desk in range(desks):
            if login(desk) in known:
                continue
            await accounts.add(
                login=login(desk), name=f"Desk {desk}", role=Role.AGENT, password_hash=hashed
            )
    finally:
        await database.close()


def some_numbers(file: Path, count: int = 20_000) -> tuple[str, ...]:
    """Numbers that one customer has alone, evenly from the whole file."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        [most] = connection.execute("select max(n) from identities").fetchone()
        step = max(1, most // count)
        rows = connection.execute(
            "select value from identities where kind = 'phone' and extension = ''"
            " and n % ? = 0 group by value having count(*) = 1 limit ?",
            (step, count),
        ).fetchall()
    return tuple(value for (value,) in rows)
