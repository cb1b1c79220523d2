"""The customers of a whole centre: who call, who chat and who write, in one process.

Each contact is known by a key that the desk can name too: the number, the chat's id, the address.
"""

from __future__ import annotations

import asyncio
import re
import socket
import time
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Final

import aiohttp

from cti_bridge.channels.chat import frames as f
from cti_bridge.channels.web.simulator import Refused, SimulatedVisitor
from tests.bench.ringer import Ending, Ring, Ringer

if TYPE_CHECKING:
    import imaplib

    from tests.helpers.dovecot import Dovecot

SITE, ORIGIN = "bench", "http://shop.example"
BOX, ADDRESS = "soporte", "soporte@example.org"
_HEAD = re.compile(rb"^(?:Via|From|To|Call-ID|CSeq)\s*:.*$", re.MULTILINE | re.IGNORECASE)
_CALL_ID = re.compile(rb"^Call-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)
GIVE_UP: Final = 60.0


class Callers(Ringer):
    """Wait until they are answered, and until the other side hangs up. What they hear goes into
    a socket that nobody reads, and they say nothing."""

    def __init__(self, target: tuple[str, int]) -> None:
        super().__init__(target)
        self._ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._ear.bind(("127.0.0.1", 0))

    def datagram_received(self, data: bytes, addr: object) -> None:
        if data.startswith(b"SIP/"):
            super().datagram_received(data, addr)
            return
        head = b"\r\n".join(line.rstrip(b"\r") for line in _HEAD.findall(data))
        self._send(b"SIP/2.0 200 OK\r\n" + head + b"\r\nContent-Length: 0\r\n\r\n")
        found = _CALL_ID.search(data)
        ring = self._live.get(found[1].decode()) if found else None
        if data.startswith(b"BYE") and ring is not None:
            self._end(ring, Ending.ANSWERED, 200)

    def close(self) -> None:
        super().close()
        self._ear.close()

    def _answered(self, ring: Ring, to: str, answer: bytes) -> bool:
        return True

    def _voice_port(self, _ring: Ring) -> int:
        return int(self._ear.getsockname()[1])


class Chatters:
    """Begin a chat, answer what the agent says first, and stay until the agent ends it."""

    def __init__(self, web: str) -> None:
        self._web = web
        self._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self._tasks: set[asyncio.Task[None]] = set()
        self.began_ns: dict[str, int] = {}
        self.failed: list[str] = []
        self.ended = 0

    def begin(self, n: int) -> None:
        task = asyncio.get_running_loop().create_task(self._chat(n))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.close()

    async def _chat(self, n: int) -> None:
        try:
            visitor = await SimulatedVisitor.open(self._web, SITE, origin=ORIGIN, http=self._http)
            began_ns = time.monotonic_ns()
            session = await visitor.start({"name": f"Visitor {n}"}, "¿Tienen la talla 42?")
            self.began_ns[session.chat] = began_ns
            await visitor.heard(lambda entry: entry.author == "agent", within=GIVE_UP)
            await visitor.say("Gracias, espero.")
            await visitor.gets(f.Ended, within=GIVE_UP)
            self.ended += 1
            await visitor.close()
        except (TimeoutError, ConnectionError, aiohttp.ClientError, Refused) as error:
            self.failed.append(f"refused chat {error!r:.100}")


class Writers:
    """Another mail program puts mails into the box."""

    def __init__(self, imap: Dovecot) -> None:
        self._imap = imap
        self._tasks: set[asyncio.Task[None]] = set()
        self._client: imaplib.IMAP4 | None = None
        self._turn = asyncio.Lock()
        self.began_ns: dict[str, int] = {}

    def write(self, n: int) -> None:
        task = asyncio.get_running_loop().create_task(self._write(n))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        await self.settled()
        if self._client is not None:
            await asyncio.to_thread(self._client.logout)

    async def _write(self, n: int) -> None:
        async with self._turn:  # one connection, one thread
            self.began_ns[writer(n)] = time.monotonic_ns()
            await asyncio.to_thread(self._append, mail(n))

    def _append(self, raw: bytes) -> None:
        if self._client is None:
            self._client = self._imap.client(BOX)
        answer, said = self._client.append("INBOX", "", "", raw)
        assert answer == "OK", said


def writer(n: int) -> str:
    return f"writer-{n}@example.net"


def mail(n: int) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = f"Writer {n} <{writer(n)}>", ADDRESS
    message["Subject"] = f"Order {n}"
    message["Message-ID"] = f"<order-{n}@example.net>"
    message["Date"] = "Mon, 23 Nov 2026 09:00:00 +0100"
    message.set_content("¿Cuándo llega mi pedido?\n" * 20)
    message.add_alternative("<p>¿Cuándo llega <b>mi pedido</b>?</p>" * 20, subtype="html")
    return message.as_bytes()
