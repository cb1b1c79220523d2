"""Mails drained from a real Dovecot by the bridge; beside it, a bare client that only fetches."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
import ssl
import tempfile
import time
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import TYPE_CHECKING, Final

from imapclient import IMAPClient

from tests.bench.results import Goal, Result
from tests.helpers.dovecot import Dovecot
from tests.helpers.process import program

if TYPE_CHECKING:
    from tests.bench.load import Load

USER: Final = "help"
TEXT: Final = "Hola, quiero saber cuándo llega mi pedido, que hice hace ya dos semanas.\n" * 12


async def run(load: Load, quick: bool) -> list[Result]:
    count = 500 if quick else 5000
    async with Dovecot.at({USER: "secret"}) as imap:
        await asyncio.to_thread(_fill, imap, count)
        floor = await asyncio.to_thread(_fetch_all, imap, count)
        folder = Path(tempfile.mkdtemp(prefix="bench-mail-", dir=load.output))
        try:
            seconds, busy, memory, grown = await _drain(imap, folder, count)
            contacts, messages, doubled = _stored(folder / "ficha.db")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    words = f"{count} mails"
    return [
        Result(
            bench="mail",
            load=words,
            metric="drained",
            unit="mails/s",
            value=count / seconds,
            reference=count / floor,
        ),
        Result(
            bench="mail",
            load=words,
            metric="CPU a mail",
            unit="ms",
            value=1000 * busy / count,
        ),
        Result(
            bench="mail",
            load=words,
            metric="lost",
            unit="mails",
            value=count - contacts,
            goal=Goal(at_most=0, at_least=0),
        ),
        Result(
            bench="mail",
            load=words,
            metric="doubled",
            unit="mails",
            value=doubled + messages - contacts,
            goal=Goal(at_most=0, at_least=0),
        ),
        Result(bench="mail", load=words, metric="memory at the end", unit="MB", value=memory),
        Result(bench="mail", load=words, metric="memory grown", unit="MB", value=grown),
    ]


def _mail(number: int) -> bytes:
    """Of about 3 kB: text, HTML, and each tenth with a file of 20 kB."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"Customer {number} <customer{number}@example.net>"
    mail["To"], mail["Subject"] = "help@example.org", f"Order {number}"
    mail["Message-ID"] = f"<{number}@example.net>"
    mail["Date"] = "Mon, 02 Mar 2026 08:59:00 +0000"
    mail.set_content(TEXT)
    mail.add_alternative(f"<html><body><p>{TEXT}</p></body></html>", subtype="html")
    if number % 10 == 0:
        mail.add_attachment(
            bytes(range(256)) * 80, maintype="image", subtype="png", filename="p.png"
        )
    return mail.as_bytes()


def _fill(imap: Dovecot, count: int) -> None:
    """Into the maildir itself: the server finds them there."""
    with imap.client(USER) as client:
        client.select("INBOX")
    new = imap.home / "mail" / USER / "new"
    for number in range(count):
        file = new / f"{1_000_000_000 + number}.M{number}P1.bench"
        file.write_bytes(_mail(number))
        shutil.chown(file, "nobody", "nogroup")


def _fetch_all(imap: Dovecot, count: int) -> float:
    """Seconds in which the library alone reads every byte, 20 mails at a time."""
    context = ssl.create_default_context(cafile=str(imap.ca_file))
    begun = time.monotonic()
    with IMAPClient("127.0.0.1", imap.tls_port, ssl_context=context) as client:
        client.login(USER, "secret")
        client.select_folder("INBOX", readonly=True)
        uids = client.search(["ALL"])
        assert len(uids) == count
        for begin in range(0, count, 20):
            client.fetch(uids[begin : begin + 20], ["BODY.PEEK[]"])
    return time.monotonic() - begun


async def _drain(imap: Dovecot, folder: Path, count: int) -> tuple[float, float, float, float]:
    """Seconds from the bridge's first word to the last mail marked, those of them in which it
    was busy, and its memory in MB: at the end, and more than at the beginning."""
    configuration = folder / "bridge.toml"
    configuration.write_text(
        f"""
[store]
url = "sqlite:///{folder}/ficha.db"
[server]
port = 0
[log]
level = "warning"
[[queues]]
id = "support"
name = "Support"
[[mailboxes]]
id = "main"
address = "help@example.org"
queue = "support"
imap = "127.0.0.1:{imap.tls_port}"
user = "{USER}"
password = "secret"
ca_file = "{imap.ca_file}"
"""
    )
    serve = ("cti_bridge", "serve", "--config", str(configuration))
    async with program(*serve, name="bridge", folder=folder) as bridge:
        await bridge.says("cti-bridge ready")
        begun, before, used = time.monotonic(), bridge.memory_mb(), bridge.cpu_seconds()
        async with asyncio.timeout(120 + count / 5):
            while not await asyncio.to_thread(_drained, folder / "ficha.db", count):
                await asyncio.sleep(0.2)
        seconds, busy = time.monotonic() - begun, bridge.cpu_seconds() - used
        return seconds, busy, bridge.memory_mb(), bridge.memory_mb() - before


def _drained(file: Path, count: int) -> bool:
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        [arrived] = connection.execute("select count(*) from interactions").fetchone()
        [left] = connection.execute("select count(*) from mail_todo").fetchone()
    return bool(arrived >= count and left == 0)


def _stored(file: Path) -> tuple[int, int, int]:
    """Contacts, messages, and Message-IDs that are there more than once."""
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
        [contacts] = connection.execute("select count(*) from interactions").fetchone()
        [messages] = connection.execute(
            "select count(*) from messages where kind = 'email'"
        ).fetchone()
        [subjects] = connection.execute(
            "select count(*) - count(distinct subject) from interactions"
        ).fetchone()
    return contacts, messages, subjects
