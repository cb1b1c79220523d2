"""The transaction layer that pyVoIP lacks: RFC 3261 section 17, without sockets.

Time comes from `Timers`, which an asyncio loop already is; bytes leave through `Send`.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from cti_bridge.telephony.pyvoip.client import Request
    from cti_bridge.telephony.pyvoip.message import LineMessage

T1: Final = 0.5  # seconds: the round trip RFC 3261 assumes
T2: Final = 4.0
LIFE: Final = 64 * T1  # of a transaction: timers B, F, H, J
MAX_TRANSACTIONS: Final = 50_000  # about 32 s of 500 calls/s

Endpoint: TypeAlias = tuple[str, int]


class Timer(Protocol):
    def cancel(self) -> None: ...


class Timers(Protocol):
    def time(self) -> float: ...

    def call_later(self, delay: float, callback: Callable[..., object], *args: Any) -> Timer: ...


class Send(Protocol):
    def __call__(self, data: bytes, to: Endpoint) -> None: ...


class Repeater:
    """Sends at 0, T1, 3·T1, 7·T1 … until stopped, or gives up after 64·T1."""

    def __init__(
        self,
        timers: Timers,
        send: Callable[[], None],
        gave_up: Callable[[], None],
        *,
        cap: float = T2,
        life: float = LIFE,
    ) -> None:
        self._timers, self._send, self._gave_up = timers, send, gave_up
        self._cap = cap
        self._until = timers.time() + life
        self._interval = T1
        send()
        self._timer: Timer | None = timers.call_later(T1, self._due)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _due(self) -> None:
        left = self._until - self._timers.time()
        if left <= 0.001:
            self._timer = None
            self._gave_up()
            return
        self._send()
        self._interval = min(2 * self._interval, self._cap)
        self._timer = self._timers.call_later(min(self._interval, left), self._due)


@dataclass(slots=True)
class _Served:
    expires: float
    to: Endpoint
    response: bytes = b""
    repeater: Repeater | None = None


class ServerTransactions:
    """Answers what comes twice with what was answered before (sections 17.2.1 and 17.2.2)."""

    def __init__(self, timers: Timers, send: Send) -> None:
        self._timers, self._send = timers, send
        self._known: OrderedDict[tuple[str, ...], _Served] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def absorbs(self, request: LineMessage) -> bool:
        """True when the request was seen: the last response is sent again, an ACK taken."""
        served = self._known.get(transaction_key(request))
        if served is None:
            return False
        if request.method == "ACK":
            return self._acknowledged(served)
        if served.response:
            self._send(served.response, served.to)
        return True

    def open(self, request: LineMessage, to: Endpoint) -> bool:
        """False when there are too many: the request is then left without an answer."""
        now = self._timers.time()
        while self._known and next(iter(self._known.values())).expires <= now:
            self._known.popitem(last=False)
        if len(self._known) >= MAX_TRANSACTIONS:
            return False
        self._known[transaction_key(request)] = _Served(now + LIFE, to)
        return True

    def respond(
        self, request: LineMessage, data: bytes, to: Endpoint, *, until_ack: bool = False
    ) -> None:
        """Sends, and remembers; a refused INVITE repeats until its ACK (timers G and H)."""
        key = transaction_key(request)
        served = self._known.get(key)
        if served is None:  # forgotten while it rang
            served = self._known[key] = _Served(0.0, to)
        served.response = data
        served.expires = self._timers.time() + LIFE
        self._known.move_to_end(key)
        if until_ack:
            served.repeater = Repeater(
                self._timers, lambda: self._send(data, served.to), lambda: None
            )
        else:
            self._send(data, served.to)

    def close(self) -> None:
        for served in self._known.values():
            if served.repeater:
                served.repeater.stop()
        self._known.clear()

    @staticmethod
    def _acknowledged(served: _Served) -> bool:
        if served.repeater is None:
            return False  # the ACK of a 2xx whose branch an old peer did not change
        served.repeater.stop()
        return True


def transaction_key(request: LineMessage) -> tuple[str, ...]:
    """Section 17.2.3; an ACK belongs to its INVITE, a CANCEL is a transaction of its own."""
    method = "INVITE" if request.method == "ACK" else request.method
    via = request.vias[0]
    if via.branch.startswith("z9hG4bK"):
        return via.branch, via.host, str(via.port), method
    return request.call_id, request.from_tag, str(request.cseq), request.uri, method


@dataclass(slots=True)
class _Asked:
    request: Request
    to: Endpoint
    answered: Callable[[LineMessage], None]
    timed_out: Callable[[], None]
    repeater: Repeater | None = None
    final: bool = False
    ack: bytes = b""


class ClientTransactions:
    """Repeats requests until they are answered (sections 17.1.1 and 17.1.2)."""

    def __init__(self, timers: Timers, send: Send) -> None:
        self._timers, self._send = timers, send
        self._asked: dict[tuple[str, str], _Asked] = {}

    def __len__(self) -> int:
        return len(self._asked)

    def ask(
        self,
        request: Request,
        to: Endpoint,
        answered: Callable[[LineMessage], None],
        timed_out: Callable[[], None],
        *,
        life: float = LIFE,
    ) -> None:
        """`answered` gets each new response; an INVITE's 2xx may come more than once."""
        asked = _Asked(request, to, answered, timed_out)
        key = (request.branch, request.method)
        self._asked[key] = asked

        def gave_up() -> None:
            if self._asked.pop(key, None) is asked:
                asked.timed_out()

        invite = request.method == "INVITE"
        asked.repeater = Repeater(
            self._timers,
            lambda: self._send(request.data, to),
            gave_up,
            cap=LIFE if invite else T2,
            life=life,
        )

    def take(self, response: LineMessage, ack: Callable[[LineMessage, Request], bytes]) -> None:
        """A response that matches no request is dropped (section 18.1.2)."""
        key = (response.vias[0].branch, response.cseq_method)
        asked = self._asked.get(key)
        if asked is None or response.call_id != asked.request.call_id:
            return
        if response.code < 200:
            self._provisional(asked, response)
            return
        repeated, asked.final = asked.final, True
        if asked.repeater:
            asked.repeater.stop()
        if asked.request.method != "INVITE":
            del self._asked[key]
        elif response.code >= 300:
            asked.ack = asked.ack or ack(response, asked.request)
            self._send(asked.ack, asked.to)
        if not repeated:
            self._timers.call_later(LIFE, self._asked.pop, key, None)
        if not repeated or response.code < 300:
            asked.answered(response)

    def forget(self, request: Request) -> None:
        asked = self._asked.pop((request.branch, request.method), None)
        if asked and asked.repeater:
            asked.repeater.stop()

    def close(self) -> None:
        for asked in self._asked.values():
            if asked.repeater:
                asked.repeater.stop()
        self._asked.clear()

    @staticmethod
    def _provisional(asked: _Asked, response: LineMessage) -> None:
        if asked.final:
            return
        if asked.request.method == "INVITE" and asked.repeater:
            # It rings for as long as it rings: the leg has its own limit (timer C's part).
            asked.repeater.stop()
        asked.answered(response)
