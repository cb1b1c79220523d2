"""SIP conversations without sockets: what comes in, what must go out, and time that obeys."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from dataclasses import dataclass, field
from typing import Any

from cti_bridge.telephony.pyvoip.digest import Credentials
from cti_bridge.telephony.pyvoip.gate import Gate
from cti_bridge.telephony.pyvoip.message import LineMessage
from cti_bridge.telephony.pyvoip.outgoing import OutgoingCall
from cti_bridge.telephony.pyvoip.phone import LinePhone, PhoneSettings

PEER = ("192.0.2.10", 5060)
OWN = ("192.0.2.1", 5070)
SDP = (
    "v=0\r\no=- 1 1 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\n"
    "m=audio 40000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)


class FakeTimer:
    def __init__(self, when: float, callback: Any, args: tuple[Any, ...]) -> None:
        self.when, self.callback, self.args = when, callback, args
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeTimers:
    """A clock that moves only when a test says so."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._order = itertools.count()
        self._heap: list[tuple[float, int, FakeTimer]] = []

    def time(self) -> float:
        return self._now

    def call_later(self, delay: float, callback: Any, *args: Any) -> FakeTimer:
        timer = FakeTimer(self._now + delay, callback, args)
        heapq.heappush(self._heap, (timer.when, next(self._order), timer))
        return timer

    def advance(self, seconds: float) -> None:
        until = self._now + seconds
        while self._heap and self._heap[0][0] <= until:
            when, _, timer = heapq.heappop(self._heap)
            self._now = when
            if not timer.cancelled:
                timer.callback(*timer.args)
        self._now = until

    @property
    def waiting(self) -> int:
        return sum(not timer.cancelled for _, _, timer in self._heap)


@dataclass
class FakeSession:
    """Stands in for RtpSession."""

    port: int = 20_000
    agreed: list[tuple[Any, ...]] = field(default_factory=list)
    started: int = 0
    closed: bool = False
    on_digit: Any = None
    last_received: float | None = None

    def negotiate(self, *agreed: Any, **_more: Any) -> None:
        self.agreed.append(agreed)

    def start(self) -> None:
        self.started += 1

    def figures(self) -> str:
        return "figures"

    def close(self) -> None:
        self.closed = True


class Recorder:
    """A listener that remembers; `ringing` of the phone too."""

    def __init__(self) -> None:
        self.log: list[tuple[Any, ...]] = []
        self.legs: list[Any] = []

    def ringing(self, leg: Any, received_ns: int) -> None:
        self.legs.append(leg)
        self.log.append(("ringing",))

    def established(self, leg: Any) -> None:
        self.log.append(("established",))

    def early_media(self, leg: Any) -> None:
        self.log.append(("early_media",))

    def far_hold(self, leg: Any, *, held: bool) -> None:
        self.log.append(("far_hold", held))

    def digits(self, leg: Any, digits: str) -> None:
        self.log.append(("digits", digits))

    def ended(self, leg: Any, ending: Any) -> None:
        self.log.append(("ended", ending.cause.value, ending.code))

    @property
    def names(self) -> list[str]:
        return [entry[0] for entry in self.log]


class Ladder:
    """A phone at OWN, and what it says to PEER."""

    def __init__(self, *, max_calls: int = 5, password: str = "secret") -> None:
        self.timers, self.heard = FakeTimers(), Recorder()
        self.sent: list[tuple[bytes, tuple[str, int]]] = []
        self.sessions: list[FakeSession] = []
        self.gate = Gate("test", ["192.0.2.0/24"])
        self.media_opens = asyncio.Event()
        self.media_opens.set()
        self.phone = LinePhone(
            PhoneSettings(
                user="1000", server="pbx.example", max_calls=max_calls, codecs=("pcma", "pcmu")
            ),
            self.heard,
            ringing=self.heard.ringing,
            credentials=Credentials(user="1000", password=password),
            gate=self.gate,
            timers=self.timers,
            send=lambda data, to: self.sent.append((data, to)),
            local=lambda _peer: OWN,
            open_media=self._open_media,
        )
        self.phone.server_endpoint = PEER

    async def _open_media(self) -> Any:
        await self.media_opens.wait()
        self.sessions.append(FakeSession(port=20_000 + 2 * len(self.sessions)))
        return self.sessions[-1]

    # What comes in

    def receive(self, data: bytes | str, source: tuple[str, int] = PEER) -> list[LineMessage]:
        """Feeds a datagram; returns what went out because of it."""
        before = len(self.sent)
        self.phone.datagram(data.encode() if isinstance(data, str) else data, source, 1)
        return self.messages(before)

    def messages(self, since: int = 0) -> list[LineMessage]:
        return [LineMessage(data) for data, _ in self.sent[since:]]

    def advance(self, seconds: float) -> list[LineMessage]:
        before = len(self.sent)
        self.timers.advance(seconds)
        return self.messages(before)

    # Conversations that many tests begin with

    def ring(self, **changes: Any) -> Any:
        answers = self.receive(invite(**changes))
        assert [one.code for one in answers] == [100, 180]
        return self.heard.legs[-1]

    async def talk(self, **changes: Any) -> Any:
        leg = self.ring(**changes)
        assert await leg.take()
        call_id = leg.dialog.call_id
        tag = leg.dialog.local_tag
        self.receive(request("ACK", branch="z9hG4bKack", to_tag=tag, call_id=call_id))
        assert self.heard.names[-1] == "established"
        return leg

    async def dial(self, to: str = "+34612345099") -> tuple[OutgoingCall, LineMessage]:
        dialog = self.phone.new_dialog(to, shown="1000")
        leg = OutgoingCall(self.phone, self.heard, dialog)
        self.phone.calls[dialog.local_tag] = leg
        await leg.dial()
        return leg, self.messages()[-1]


def request(
    method: str,
    *,
    branch: str = "z9hG4bKone",
    cseq: int = 1,
    to_tag: str = "",
    from_tag: str = "caller",
    call_id: str = "call-1",
    uri: str = "sip:+34944210017@192.0.2.1:5070",
    via: str = "SIP/2.0/UDP 192.0.2.10:5060",
    from_: str = '"Ana Prieto" <sip:+34612345099@pbx.example>',
    to: str = "<sip:+34944210017@pbx.example>",
    contact: str = "<sip:ana@192.0.2.10:5060>",
    extra: tuple[str, ...] = (),
    body: str = "",
    content_type: str = "application/sdp",
    cseq_method: str = "",
) -> str:
    lines = [
        f"{method} {uri} SIP/2.0",
        f"Via: {via};branch={branch}",
        "Max-Forwards: 70",
        f"From: {from_};tag={from_tag}",
        f"To: {to}" + (f";tag={to_tag}" if to_tag else ""),
        f"Call-ID: {call_id}",
        f"CSeq: {cseq} {cseq_method or method}",
        f"Contact: {contact}",
        *extra,
        *([f"Content-Type: {content_type}"] if body else []),
        f"Content-Length: {len(body.encode())}",
    ]
    return "\r\n".join(lines) + "\r\n\r\n" + body


def invite(**changes: Any) -> str:
    return request("INVITE", **({"body": SDP} | changes))


def response(
    to: LineMessage,
    code: int,
    *,
    reason: str = "Some Reason",
    to_tag: str = "far",
    extra: tuple[str, ...] = (),
    body: str = "",
    contact: str = "<sip:far@192.0.2.10:5060>",
) -> str:
    tag = f";tag={to_tag}" if to_tag and code > 100 else ""
    lines = [
        f"SIP/2.0 {code} {reason}",
        *(f"Via: {via.raw}" for via in to.vias),
        f"From: {to.first('From')}",
        f"To: {to.first('To')}{tag}",
        f"Call-ID: {to.call_id}",
        f"CSeq: {to.first('CSeq')}",
        f"Contact: {contact}",
        *extra,
        *(["Content-Type: application/sdp"] if body else []),
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines) + "\r\n\r\n" + body
