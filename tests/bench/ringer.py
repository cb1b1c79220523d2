"""Callers who ring and give up, by the hundred: as little SIP as that takes, so that the sender
costs next to nothing beside what is measured. For calls that talk see the simulated caller."""

from __future__ import annotations

import asyncio
import itertools
import re
import secrets
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

T1: Final = 0.5  # RFC 3261 section 17.1.1.2
GIVE_UP: Final = 8.0
_STATUS = re.compile(rb"SIP/2\.0 (\d{3})")
_CALL_ID = re.compile(rb"^Call-ID: *(\S+)", re.MULTILINE | re.IGNORECASE)
_CSEQ = re.compile(rb"^CSeq: *(\d+) +(\w+)", re.MULTILINE | re.IGNORECASE)
_TO = re.compile(rb"^To: *(.*?)\r?$", re.MULTILINE | re.IGNORECASE)


class Ending(StrEnum):
    PENDING = "pending"
    CANCELLED = "cancelled"  # 200 to the CANCEL, 487 to the INVITE
    REFUSED = "refused"  # any other final refusal
    ANSWERED = "answered"  # although it gave up: hung up at once
    LOST = "lost"  # no final answer in GIVE_UP seconds


@dataclass(slots=True)
class Ring:
    """One call; times are time.monotonic_ns()."""

    number: str
    dnis: str
    call_id: str
    branch: str
    sent_ns: int = 0
    ringing_ns: int = 0
    ended_ns: int = 0
    code: int = 0
    ending: Ending = Ending.PENDING
    retransmissions: int = 0


class Ringer(asyncio.DatagramProtocol):
    """Rings one address from one socket. `rings` holds every call, in order."""

    @classmethod
    async def open(cls, target: tuple[str, int], *, ip: str = "127.0.0.1") -> Self:
        """`ip`: another loopback address is another peer."""
        loop = asyncio.get_running_loop()
        transport, ringer = await loop.create_datagram_endpoint(
            lambda: cls(target), local_addr=(ip, 0)
        )
        ringer._transport = transport
        host, port = transport.get_extra_info("sockname")
        ringer._here = f"{host}:{port}"
        return ringer

    def __init__(self, target: tuple[str, int]) -> None:
        self.rings: list[Ring] = []
        self._target = target
        self._live: dict[str, Ring] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._transport: asyncio.DatagramTransport
        self._here = ""
        self._count = itertools.count(1)
        self._prefix = secrets.token_hex(6)

    def ring(self, number: str, dnis: str, *, seconds: float | None) -> Ring:
        """Sends the INVITE now, and the CANCEL `seconds` later (None: never gives up)."""
        n = next(self._count)
        ring = Ring(number, dnis, f"{self._prefix}-{n}@bench", f"z9hG4bK{self._prefix}{n}")
        self.rings.append(ring)
        self._live[ring.call_id] = ring
        ring.sent_ns = time.monotonic_ns()
        self._send(self._invite(ring))
        loop = asyncio.get_running_loop()
        self._timers[ring.call_id] = loop.call_later(T1, self._again, ring, T1)
        if seconds is not None:
            loop.call_later(seconds, self._cancel, ring)
            loop.call_later(seconds + GIVE_UP, self._lost, ring)
        return ring

    async def settled(self, *, within: float = GIVE_UP + 5) -> None:
        """Every call has its ending."""
        async with asyncio.timeout(within):
            while self._live:
                await asyncio.sleep(0.05)

    def close(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._transport.close()

    # -- what arrives ---------------------------------------------------------------------

    def datagram_received(self, data: bytes, addr: object) -> None:
        now = time.monotonic_ns()
        status, call_id, cseq = _STATUS.match(data), _CALL_ID.search(data), _CSEQ.search(data)
        if not (status and call_id and cseq):
            return
        ring = self._live.get(call_id[1].decode())
        if ring is None or cseq[2] != b"INVITE":
            return
        if timer := self._timers.pop(ring.call_id, None):
            timer.cancel()
        code = int(status[1])
        if code < 200:
            if code > 100 and not ring.ringing_ns:
                ring.ringing_ns = now
            return
        found = _TO.search(data)
        to = found[1].decode() if found else ""
        self._send(self._request(ring, "ACK", 1, to=to))
        if code < 300 and self._answered(ring, to, data):
            return
        endings = {487: Ending.CANCELLED, 200: Ending.ANSWERED}
        self._end(ring, endings.get(code, Ending.REFUSED), code)

    def _answered(self, ring: Ring, to: str, answer: bytes) -> bool:
        """Whether the call goes on; these callers gave up, and hang up."""
        self._send(self._request(ring, "BYE", 2, to=to))
        return False

    # -- what time brings -----------------------------------------------------------------

    def _again(self, ring: Ring, after: float) -> None:
        """RFC 3261 timer A: doubled each time."""
        if ring.call_id in self._live:
            ring.retransmissions += 1
            self._send(self._invite(ring))
            loop = asyncio.get_running_loop()
            self._timers[ring.call_id] = loop.call_later(after * 2, self._again, ring, after * 2)

    def _cancel(self, ring: Ring, after: float = T1) -> None:
        if ring.call_id in self._live:
            self._send(self._request(ring, "CANCEL", 1))
            loop = asyncio.get_running_loop()
            loop.call_later(after, self._cancel, ring, after * 2)

    def _lost(self, ring: Ring) -> None:
        if ring.call_id in self._live:
            self._end(ring, Ending.LOST, 0)

    def _end(self, ring: Ring, ending: Ending, code: int) -> None:
        ring.ending, ring.code, ring.ended_ns = ending, code, time.monotonic_ns()
        self._live.pop(ring.call_id, None)

    # -- what is sent ---------------------------------------------------------------------

    def _invite(self, ring: Ring) -> bytes:
        body = (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self._voice_port(ring)} RTP/AVP 8 0 101\r\n"
            "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
        )
        extra = (
            f"P-Asserted-Identity: <sip:{ring.number}@carrier.example>\r\n"
            f"Contact: <sip:bench@{self._here}>\r\nContent-Type: application/sdp\r\n"
        )
        return self._request(ring, "INVITE", 1, extra=extra, body=body)

    def _request(
        self, ring: Ring, method: str, cseq: int, *, to: str = "", extra: str = "", body: str = ""
    ) -> bytes:
        host, port = self._target
        branch = ring.branch if cseq == 1 else f"{ring.branch}-{cseq}"
        uri = f"sip:{ring.dnis}@{host}:{port}"
        return (
            f"{method} {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {self._here};branch={branch};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{ring.number}@{self._here}>;tag={ring.branch[7:]}\r\n"
            f"To: {to or f'<{uri}>'}\r\nCall-ID: {ring.call_id}\r\nCSeq: {cseq} {method}\r\n"
            f"{extra}Content-Length: {len(body)}\r\n\r\n{body}"
        ).encode()

    def _voice_port(self, _ring: Ring) -> int:
        return 40_000

    def _send(self, packet: bytes) -> None:
        self._transport.sendto(packet, self._target)
