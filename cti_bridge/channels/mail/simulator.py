"""A mail server for the demo and for tests: takes what is sent on loopback, and keeps it.

server = SmtpServer(on_mail=print)
await server.start()        # server.address: "127.0.0.1:PORT"
server.received             # the mails, as they came
server.answer = lambda verb, argument: "451 4.7.1 later" if verb == "RCPT" else ""
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)
MAX_LINE: Final = 64 * 1024
MAX_MAIL: Final = 100 * 1024 * 1024

IDLE: Final = ("HELO", "RSET", "NOOP")


def _takes_all(_verb: str, _argument: str) -> str:
    return ""


class SmtpServer:
    """RFC 5321's minimum. `answer` may refuse: it gets a verb (MAIL, RCPT, DATA, END, or CONNECT)
    with its argument, and gives a reply line, or "" to go on."""

    def __init__(
        self,
        *,
        on_mail: Callable[[bytes], None] = lambda _data: None,
        answer: Callable[[str, str], str] = _takes_all,
    ) -> None:
        self.received: list[bytes] = []
        self.recipients: list[tuple[str, ...]] = []
        self.answer, self.on_mail = answer, on_mail
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.StreamWriter] = set()

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(
            self._serve, "127.0.0.1", port, limit=MAX_LINE, backlog=100
        )

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    async def stop(self) -> None:
        if (server := self._server) is not None:
            self._server = None
            server.close()
            for writer in tuple(self._clients):
                writer.close()
            await server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._clients.add(writer)
        try:
            writer.write(self._reply("CONNECT", "", "220 ficha simulator"))
            await _Conversation(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError, ValueError) as error:
            logger.debug("a client went: %s", error)
        finally:
            self._clients.discard(writer)
            writer.close()

    def _reply(self, verb: str, argument: str, usual: str) -> bytes:
        return f"{self.answer(verb, argument) or usual}\r\n".encode()

    def reply(self, verb: str, argument: str, usual: str) -> tuple[bytes, bool]:
        """What to say, and whether that is a yes."""
        said = self._reply(verb, argument, usual)
        return said, said[:1] in b"23"

    def take(self, recipients: tuple[str, ...], data: bytes) -> None:
        self.received.append(data)
        self.recipients.append(recipients)
        self.on_mail(data)


class _Conversation:
    def __init__(
        self, server: SmtpServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server, self._reader, self._writer = server, reader, writer
        self._to: list[str] = []

    async def run(self) -> None:
        while line := await self._reader.readline():
            verb, _, argument = line.decode("latin-1").strip().partition(" ")
            match verb.upper():
                case "EHLO":
                    self._writer.write(b"250-ficha\r\n250-8BITMIME\r\n250 SIZE 104857600\r\n")
                case "MAIL":
                    self._to.clear()
                    self._say("MAIL", argument, "250 2.1.0 ok")
                case "RCPT":
                    if self._say("RCPT", argument, "250 2.1.5 ok"):
                        self._to.append(argument.partition("<")[2].partition(">")[0])
                case "DATA":
                    await self._data()
                case "QUIT":
                    self._writer.write(b"221 2.0.0 bye\r\n")
                    return
                case other:
                    self._writer.write(
                        b"250 2.0.0 ok\r\n" if other in IDLE else b"502 5.5.2 not known\r\n"
                    )
            await self._writer.drain()

    def _say(self, verb: str, argument: str, usual: str) -> bool:
        said, yes = self._server.reply(verb, argument, usual)
        self._writer.write(said)
        return yes

    async def _data(self) -> None:
        if not self._to:
            self._writer.write(b"503 5.5.1 nobody to send it to\r\n")
            return
        if not self._say("DATA", "", "354 go on"):
            return
        await self._writer.drain()
        data = bytearray()
        while (line := await self._reader.readline()) not in (b".\r\n", b""):
            data += line[1:] if line.startswith(b".") else line
            if len(data) > MAX_MAIL:
                raise ValueError("too large")
        if self._say("END", "", "250 2.0.0 taken"):
            self._server.take(tuple(self._to), bytes(data))
