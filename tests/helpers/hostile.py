"""Peers that mean harm, or are broken: SIP, RTP and frames that no honest program sends."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
from typing import TYPE_CHECKING

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.helpers.voice import rtp

if TYPE_CHECKING:
    from collections.abc import Sequence

DNIS = "+34900100299"  # what they call
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.3\r\ns=-\r\nc=IN IP4 127.0.0.3\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)
FRAMES: tuple[str | bytes, ...] = (
    "",
    "null",
    "[" * 30_000,
    "\x00" * 100,
    '{"type":"no-such-command","request_id":1}',
    '{"type":"accept-offer","request_id":"one","offer_id":7}',
    '{"type":"sign-in","request_id":1,"login":"ana","password":"\\ud800"}',
    '{"type":"hello","request_id":2,"versions":["x"]}',
    '{"type":"ping","request_id":' + "9" * 5_000 + "}",
    "ñ" * 10_000,
    b"",
    b"\x02" + bytes(327),
    bytes(60_000),
)


def mutated(draw: random.Random, seeds: Sequence[bytes]) -> bytes:
    """One of them, with one to eight wounds."""
    data = bytearray(draw.choice(seeds))
    for _ in range(draw.randint(1, 8)):
        place = draw.randrange(len(data) or 1)
        what = draw.randrange(6)
        if what == 0:
            data[place : place + 1] = bytes([draw.randrange(256)])
        elif what == 1:
            del data[place : place + draw.randint(1, 40)]
        elif what == 2:
            data[place:place] = data[place : place + draw.randint(1, 60)]
        elif what == 3:
            data[place:place] = draw.choice([b"\r\n", b"\0", b'"', b"<", b";", b"=", b"%", b","])
        elif what == 4:
            data[place:place] = draw.choice([b"99999999999", b"-1", b"\xff\xfe", b"A" * 3000])
        else:
            del data[place:]
    return bytes(data)


class HostileSip(asyncio.DatagramProtocol):
    """A SIP peer at an address of its own; whatever rings because of it, it gives up."""

    def __init__(self, host: str, target: tuple[str, int]) -> None:
        self.host, self._target = host, target
        self.answers: list[bytes] = []
        self.sent = 0
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    @contextlib.asynccontextmanager
    async def at(cls, host: str, target: tuple[str, int]):
        transport, peer = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: cls(host, target), local_addr=(host, 0)
        )
        peer._transport = transport
        try:
            yield peer
        finally:
            transport.close()

    def send(self, data: bytes) -> None:
        self._transport.sendto(data, self._target)
        self.sent += 1

    def datagram_received(self, data: bytes, addr: object) -> None:
        self.answers.append(data)
        lines = data.decode(errors="replace").split("\r\n")
        if not lines[0].startswith("SIP/2.0 18") or "INVITE" not in data.decode(errors="replace"):
            return
        head = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            head.setdefault(name.strip().lower(), value.strip())
        number = head["cseq"].split()[0]
        to = head["to"].rpartition(";tag=")[0]
        self.send(
            f"CANCEL sip:{DNIS}@127.0.0.1 SIP/2.0\r\nVia: {head['via']}\r\n"
            f"Max-Forwards: 70\r\nFrom: {head['from']}\r\nTo: {to}\r\n"
            f"Call-ID: {head['call-id']}\r\nCSeq: {number} CANCEL\r\n"
            "Content-Length: 0\r\n\r\n".encode()
        )

    def request(self, method: str, at: int, *, to_tag: str = "", body: str = "") -> bytes:
        port = self._transport.get_extra_info("sockname")[1]
        return (
            f"{method} sip:{DNIS}@127.0.0.1 SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self.host}:{port};branch=z9hG4bKh{at}\r\n"
            "Max-Forwards: 70\r\n"
            f'From: "Mallory \\" <x>" <sip:+34600000000@{self.host}>;tag=m{at}\r\n'
            f"To: <sip:{DNIS}@127.0.0.1>{to_tag}\r\n"
            f"Call-ID: hostile-{self.host}-{at}\r\nCSeq: 1 {method}\r\n"
            f"Contact: <sip:m@{self.host}:{port}>\r\n"
            + ("Content-Type: application/sdp\r\n" if body else "")
            + f"Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    async def hammer(self, seconds: float, *, each_second: int, seed: int) -> None:
        """Mutations of every method and of responses, evenly spread."""
        draw, until = random.Random(seed), asyncio.get_running_loop().time() + seconds
        at = 0
        while asyncio.get_running_loop().time() < until:
            for _ in range(each_second // 50):
                at += 1
                seeds = [
                    self.request("INVITE", at, body=SDP),
                    self.request("INVITE", at, body=SDP, to_tag=";tag=unknown"),
                    self.request("CANCEL", at),
                    self.request("BYE", at, to_tag=";tag=unknown"),
                    self.request("ACK", at),
                    self.request("OPTIONS", at),
                    self.request("REGISTER", at),
                    b"SIP/2.0 200 OK\r\n" + self.request("INVITE", at).partition(b"\r\n")[2],
                    b"\xff" * 60,
                ]
                self.send(mutated(draw, seeds))
            await asyncio.sleep(0.02)


async def hammer_rtp(
    host: str, ports: Sequence[int], seconds: float, *, each_second: int, seed: int
) -> int:
    """Hostile RTP from `host` to each of the ports in turn; returns how many."""
    draw, sent = random.Random(seed), 0
    until = asyncio.get_running_loop().time() + seconds
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.bind((host, 0))
        out.setblocking(False)
        while asyncio.get_running_loop().time() < until:
            for _ in range(each_second // 50):
                data = bytearray(rtp(bytes(160), sent & 0xFFFF, ssrc=sent % 7))
                for _ in range(draw.randrange(4)):
                    data[draw.randrange(16)] = draw.randrange(256)
                del data[draw.choice([0, 1, 11, 12, 60, len(data)]) :]
                with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
                    out.sendto(data, ("127.0.0.1", ports[sent % len(ports)]))
                sent += 1
            await asyncio.sleep(0.02)
    return sent


async def hammer_frames(url: str, seconds: float, *, seed: int) -> int:
    """Connection after connection, each sending nonsense until it is cut; returns how many."""
    draw, connections = random.Random(seed), 0
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until:
        with contextlib.suppress(ConnectionClosed, InvalidStatus):
            async with connect(url, compression=None) as socket_:
                connections += 1
                for _ in range(30):
                    await socket_.send(draw.choice(FRAMES))
                await socket_.send("x" * 70_000)
                async for _answer in socket_:
                    pass
        await asyncio.sleep(0.01)
    return connections
