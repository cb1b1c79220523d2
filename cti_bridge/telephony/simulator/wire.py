"""The socket of a simulated telephone: what is sent, sent again, and answered again."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Final

from cti_bridge.telephony.simulator import sip
from cti_bridge.telephony.simulator.resend import Resend

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cti_bridge.telephony.simulator.call import Dialog
    from cti_bridge.telephony.simulator.sip import Message

    Key = tuple[str, int, str]
    """Call-ID, CSeq number and method: one transaction."""

logger = logging.getLogger(__name__)


def key_of(message: Message) -> Key:
    number, method = message.cseq
    return message.call_id, number, message.method or method


AGENT: Final = ("User-Agent", "Ficha simulated telephone")


class Wire(asyncio.DatagramProtocol):
    """Datagrams in and out (RFC 3261 section 17, simply): a request goes out again until `stop`,
    and a request that comes again gets the answer it got before."""

    def __init__(self, host: str) -> None:
        self.host, self.port = host, 0
        self.on_request: Callable[[Message, tuple[str, int]], None] = lambda _, __: None
        self.on_response: Callable[[Message], None] = lambda _: None
        self._transport: asyncio.DatagramTransport | None = None
        self._resends: dict[Key, Resend] = {}
        self._answers: dict[Key, bytes] = {}

    async def listen(self, port: int) -> None:
        """Binds UDP; port 0 is any."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=(self.host, port)
        )
        self.port = self._transport.get_extra_info("sockname")[1]

    def close(self) -> None:
        for resend in self._resends.values():
            resend.stop()
        self._resends.clear()
        if self._transport is not None:
            self._transport.close()

    @property
    def waiting(self) -> int:
        """Transactions that still go out again."""
        return len(self._resends)

    def send(self, packet: bytes, address: tuple[str, int]) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(packet, address)

    def repeat(
        self, key: Key, packet: bytes, address: tuple[str, int], gave_up: Callable[[], None]
    ) -> None:
        """Sends now and again until `stop(key)`; `gave_up` after 32 s."""

        def over() -> None:
            self.stop(key)
            gave_up()

        self.stop(key)
        self._resends[key] = Resend(partial(self.send, packet, address), over)

    def stop(self, key: Key) -> None:
        resend = self._resends.pop(key, None)
        if resend is not None:
            resend.stop()

    def stop_all(self, call_id: str, *, but: str) -> None:
        for key in [key for key in self._resends if key[0] == call_id and key[2] != but]:
            self.stop(key)

    def remember(self, request: Message, packet: bytes) -> None:
        """This answers the request, however often it comes."""
        self._answers[key_of(request)] = packet

    def forget(self, call_id: str) -> None:
        for key in [key for key in self._answers if key[0] == call_id]:
            del self._answers[key]

    def head(
        self, dialog: Dialog, method: str, branch: str, *, cseq: int | None = None
    ) -> list[tuple[str, str]]:
        """The headers that every request within a call has."""
        return [
            ("Via", f"SIP/2.0/UDP {self.host}:{self.port};branch={branch};rport"),
            ("Max-Forwards", "70"),
            *(("Route", route) for route in dialog.routes),
            ("From", dialog.local),
            ("To", dialog.remote),
            ("Call-ID", dialog.call_id),
            ("CSeq", f"{dialog.cseq if cseq is None else cseq} {method}"),
        ]

    def ask(
        self,
        dialog: Dialog,
        method: str,
        body: str = "",
        headers: Iterable[tuple[str, str]] = (),
    ) -> asyncio.Future[Message]:
        """Sends a request within a call; the final response, or TimeoutError after 32 s."""
        dialog.cseq += 1
        waiting: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        dialog.waiting[dialog.cseq] = waiting
        head = self.head(dialog, method, sip.new_branch())
        packet = sip.request(method, dialog.target, [*head, *headers, AGENT], body)
        key = (dialog.call_id, dialog.cseq, method)
        self.repeat(key, packet, dialog.address, partial(_timed_out, waiting))
        return waiting

    def reply(
        self,
        dialog: Dialog,
        request: Message,
        status: int,
        phrase: str,
        headers: Iterable[tuple[str, str]] = (),
        body: str = "",
    ) -> bytes:
        """A response within a call, remembered; it still has to be sent."""
        tag = sip.tag_of(dialog.local)
        packet = sip.response(request, status, phrase, tag=tag, headers=headers, body=body)
        self.remember(request, packet)
        return packet

    def ack(self, dialog: Dialog, response: Message, number: int, branch: str = "") -> None:
        """With `branch`, to a refusal: part of the INVITE's transaction, with the To that came."""
        head = self.head(dialog, "ACK", branch or sip.new_branch(), cseq=number)
        if branch:
            head = [("To", response.get("To")) if name == "To" else (name, v) for name, v in head]
        self.send(sip.request("ACK", dialog.target, head), dialog.address)

    @property
    def contact(self) -> tuple[str, str]:
        return "Contact", f"<sip:phone@{self.host}:{self.port}>"

    def error_received(self, exc: Exception) -> None:
        logger.debug("a datagram was not delivered: %s", exc)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        try:
            message = sip.parse(data)
        except sip.SipError:
            logger.debug("no SIP in %d bytes from %s", len(data), addr[0])
            return
        if message.status:
            self.on_response(message)
        elif message.method == "ACK":
            self.stop((message.call_id, message.cseq[0], "2xx"))
        elif (answer := self._answers.get(key_of(message))) is not None:
            self.send(answer, addr)
        else:
            self.on_request(message, (addr[0], addr[1]))


def _timed_out(waiting: asyncio.Future[Message]) -> None:
    if not waiting.done():
        waiting.set_exception(TimeoutError("no answer within 32 s"))
