"""Agents' telephones, many on one UDP socket: as little SIP as an Asterisk needs of them.

`pbx_phones ring|answer MILLISECONDS`: prints "ready PORT"; whoever is called by any user part at
that port rings, and "rang CALLER PHONE NANOSECONDS" says when the INVITE was read. `answer` picks
up so long after it. "count {…}" on SIGUSR1 says how many are up, and how many there were.
"""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final, Self

RECEIVE_BUFFER: Final = 4 * 1024 * 1024
RESEND: Final = (0.5, 1.0, 2.0, 4.0)  # RFC 3261 section 13.3.1.4, until the ACK
_REQUEST = re.compile(rb"^([A-Z]+) sip:([^@\s;>]*)@?\S* SIP/2\.0")
_KEPT = re.compile(rb"^(?:Via|From|Call-ID|CSeq|Record-Route)\s*:.*$", re.MULTILINE | re.I)
_CALL_ID = re.compile(rb"^Call-ID *: *(\S+)", re.MULTILINE | re.IGNORECASE)
_TO = re.compile(rb"^To *: *(.*?)\r?$", re.MULTILINE | re.IGNORECASE)
_CALLER = re.compile(rb"^From *:.*?<?sips?:([^@;>]+)@", re.MULTILINE | re.IGNORECASE)
_BODY: Final = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio {port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n"
    "a=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n"
)


@dataclass(slots=True, kw_only=True)
class Leg:
    invite: bytes
    peer: tuple[str, int]
    phone: str
    last: bytes = b""  # our newest answer to the INVITE, for one that comes again
    timer: asyncio.TimerHandle | None = None
    up: bool = False


class Phones(asyncio.DatagramProtocol):
    @classmethod
    async def open(cls, answer_after: float | None) -> Self:
        raw = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        raw.bind(("127.0.0.1", 0))
        loop = asyncio.get_running_loop()
        transport, phones = await loop.create_datagram_endpoint(
            lambda: cls(answer_after), sock=raw
        )
        phones._transport, phones.port = transport, raw.getsockname()[1]
        return phones

    def __init__(self, answer_after: float | None) -> None:
        self.legs: dict[bytes, Leg] = {}
        self.counts: Counter[str] = Counter()
        self._answer_after = answer_after
        self._ear = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)  # what it hears: unread
        self._ear.bind(("127.0.0.1", 0))
        self._transport: asyncio.DatagramTransport
        self.port = 0

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        at_ns = time.monotonic_ns()
        request, found = _REQUEST.match(data), _CALL_ID.search(data)
        if request is None or found is None:
            return
        method, call = request[1], found[1]
        leg = self.legs.get(call)
        if leg is None:
            if method == b"INVITE":
                self._rings(data, addr, call, request[2].decode(), at_ns)
            elif method != b"ACK":
                self._reply(data, addr, "200 OK")
            return
        self._in_call(method, data, addr, call, leg)

    def _in_call(
        self, method: bytes, data: bytes, addr: tuple[str, int], call: bytes, leg: Leg
    ) -> None:
        match method:
            case b"INVITE" if leg.up:
                self._reply(data, addr, "200 OK", sdp=True)  # held, taken back, connected anew
            case b"INVITE":
                self._transport.sendto(leg.last, addr)
            case b"ACK":
                self._acknowledged(leg)
            case b"CANCEL" if not leg.up:
                self._reply(data, addr, "200 OK")
                self._over(call, leg, "cancelled")
                self._reply(leg.invite, addr, "487 Request Terminated")
            case b"BYE":
                self._reply(data, addr, "200 OK")
                self._over(call, leg, "ended")
            case _:
                self._reply(data, addr, "200 OK")

    def _rings(
        self, data: bytes, addr: tuple[str, int], call: bytes, phone: str, at_ns: int
    ) -> None:
        caller = _CALLER.search(data)
        name = caller[1].decode(errors="replace") if caller else "?"
        print("rang", name, phone, at_ns, flush=True)
        leg = self.legs[call] = Leg(invite=data, peer=addr, phone=phone)
        leg.last = self._reply(data, addr, "180 Ringing")
        self.counts["rang"] += 1
        if self._answer_after is not None:
            loop = asyncio.get_running_loop()
            leg.timer = loop.call_later(self._answer_after, self._pick_up, call, leg, 0)

    def _pick_up(self, call: bytes, leg: Leg, attempt: int) -> None:
        if not leg.up:
            self.counts["picked up"] += 1
        leg.up = True
        leg.last = self._reply(leg.invite, leg.peer, "200 OK", sdp=True)
        if attempt < len(RESEND):
            loop = asyncio.get_running_loop()
            leg.timer = loop.call_later(RESEND[attempt], self._pick_up, call, leg, attempt + 1)
        else:
            self._over(call, leg, "lost")

    def _acknowledged(self, leg: Leg) -> None:
        if leg.timer is not None:
            leg.timer.cancel()
            leg.timer = None

    def _over(self, call: bytes, leg: Leg, how: str) -> None:
        self._acknowledged(leg)
        self.counts[how] += 1
        self.legs.pop(call, None)

    def _reply(
        self, request: bytes, addr: tuple[str, int], status: str, *, sdp: bool = False
    ) -> bytes:
        head = b"\r\n".join(line.rstrip(b"\r") for line in _KEPT.findall(request))
        to = _TO.search(request)
        named = to[1] if to else b"<sip:phone@127.0.0.1>"
        if b";tag=" not in named:
            found = _CALL_ID.search(request)
            named += b";tag=p" + (found[1][:12] if found else b"")
        body = _BODY.format(port=self._ear.getsockname()[1]) if sdp else ""
        kind = "Content-Type: application/sdp\r\n" if sdp else ""
        rest = f"Contact: <sip:phone@127.0.0.1:{self.port}>\r\n{kind}"
        rest += f"Content-Length: {len(body)}\r\n\r\n{body}"
        top = f"SIP/2.0 {status}\r\n".encode()
        answer = top + head + b"\r\nTo: " + named + b"\r\n" + rest.encode()
        self._transport.sendto(answer, addr)
        return answer

    def tell(self) -> None:
        up = sum(leg.up for leg in self.legs.values())
        print("count", json.dumps({"up": up, **self.counts}), flush=True)


async def main(mode: str, milliseconds: str) -> None:
    phones = await Phones.open(int(milliseconds) / 1000 if mode == "answer" else None)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, phones.tell)
    print("ready", phones.port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:3]))
