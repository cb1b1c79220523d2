"""A simulated telephone: a small SIP user agent of its own, both ways, over UDP.

It shares nothing with the line adapters, so that one can prove the other. It is a telephone in a
laboratory: it takes calls from anybody and does not register.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from functools import partial
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from cti_bridge.tasks import Scope
from cti_bridge.telephony.media.pool import PortPool
from cti_bridge.telephony.media.sdp import Direction, SdpError
from cti_bridge.telephony.media.session import RtpSession
from cti_bridge.telephony.simulator import sip
from cti_bridge.telephony.simulator.call import CallOver, CallState, Dialog, SimulatedCall
from cti_bridge.telephony.simulator.tones import PHONE_TONES, Melody
from cti_bridge.telephony.simulator.wire import AGENT, Wire, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from cti_bridge.telephony.simulator.sip import Message

logger = logging.getLogger(__name__)

LINGER_SECONDS: Final = 8.0  # an ended call still answers what is sent again
BYE_SECONDS: Final = 4.0
ALLOW: Final = ("Allow", "INVITE, ACK, CANCEL, BYE, OPTIONS, INFO")


class SimulatedPhone:
    """A telephone at an address, with any number of calls at a time.

    Calls that come in ring, and are answered `answer_after` seconds later (None: when somebody
    calls `answer`), or refused with `reject_with`. `calls` holds all calls, ended ones too, in
    the order they began; `incoming` gives those that come in.
    """

    @classmethod
    async def open(
        cls,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        tones: Sequence[float] = PHONE_TONES,
        answer_after: float | None = 0.0,
        reject_with: int = 0,
    ) -> SimulatedPhone:
        """Listens on UDP; port 0 is any."""
        phone = cls(Wire(host), tones, answer_after, reject_with)
        await phone._wire.listen(port)
        return phone

    def __init__(
        self, wire: Wire, tones: Sequence[float], answer_after: float | None, reject_with: int
    ) -> None:
        self.answer_after, self.reject_with = answer_after, reject_with
        self.tones = tuple(tones)
        self.calls: list[SimulatedCall] = []
        self.incoming: asyncio.Queue[SimulatedCall] = asyncio.Queue()
        self.changed: Callable[[SimulatedCall], None] | None = None
        self._ports = PortPool(0, 0)
        self._scope = Scope("simulated-phone")
        self._live: dict[str, SimulatedCall] = {}
        self._wire = wire
        wire.on_request, wire.on_response = self._on_request, self._on_response

    @property
    def host(self) -> str:
        return self._wire.host

    @property
    def port(self) -> int:
        return self._wire.port

    async def close(self) -> None:
        """Hangs up what is answered, cancels what rings, and gives the ports back."""
        await asyncio.gather(*(self._finish(call) for call in tuple(self._live.values())))
        await self._scope.close()
        for call in self._live.values():
            call.move(CallState.ENDED)
        self._wire.close()

    async def _finish(self, call: SimulatedCall) -> None:
        if call.state is CallState.ANSWERED:
            await self.bye(call)
        elif call.state is not CallState.ENDED and call.dialog.invite is not None:
            self.reject(call, 480)
        elif call.state is not CallState.ENDED:
            self.cancel(call)

    # Calls that go out

    async def invite(
        self,
        host: str,
        port: int,
        user: str,
        *,
        sender: str,
        headers: Iterable[tuple[str, str]] = (),
        melody: Melody | None = None,
    ) -> SimulatedCall:
        """Sends an INVITE for `user` at `host`; `sender` is the From header without its tag.
        Returns at once; `ringing()`, `answered()` and `ended()` of the call tell the rest."""
        dialog = Dialog(
            call_id=f"{secrets.token_hex(12)}@{self.host}",
            address=(host, port),
            local=f"{sender};tag={sip.new_tag()}",
            remote=f"<sip:{user}@{host}:{port}>",
            target=f"sip:{user}@{host}:{port}",
            branch=sip.new_branch(),
        )
        call = await self._new_call(dialog, melody)
        packet = sip.request(
            "INVITE",
            dialog.target,
            [
                *self._wire.head(dialog, "INVITE", dialog.branch),
                self._wire.contact,
                AGENT,
                ALLOW,
                *headers,
            ],
            call.offer(),
        )
        call.invited_ns = time.monotonic_ns()
        self._wire.repeat(
            (dialog.call_id, 1, "INVITE"), packet, dialog.address, partial(self._unanswered, call)
        )
        return call

    def cancel(self, call: SimulatedCall) -> None:
        """Waits for the first provisional response, as RFC 3261 section 9.1 asks."""
        dialog = call.dialog
        if call.state not in (CallState.CALLING, CallState.RINGING) or not dialog.branch:
            return
        dialog.cancelling = True
        if dialog.provisional:
            head = self._wire.head(dialog, "CANCEL", dialog.branch, cseq=1)
            packet = sip.request("CANCEL", f"{dialog.target}", head)
            over = partial(self._end, call)
            self._wire.repeat((dialog.call_id, 1, "CANCEL"), packet, dialog.address, over)

    def _unanswered(self, call: SimulatedCall) -> None:
        call.code = call.code or 408
        self._end(call)

    # Calls that come in

    def answer(self, call: SimulatedCall) -> None:
        dialog, invite = call.dialog, call.dialog.invite
        if invite is None or call.state is not CallState.RINGING:
            return
        try:
            body = call.answer_to(invite.body)
        except SdpError as error:
            self.reject(call, error.code)
            return
        packet = self._wire.reply(
            call.dialog, invite, 200, "OK", [self._wire.contact, ALLOW], body
        )
        key = (dialog.call_id, invite.cseq[0], "2xx")
        self._wire.repeat(key, packet, dialog.address, partial(self._end, call))
        call.move(CallState.ANSWERED)

    def reject(self, call: SimulatedCall, status: int) -> None:
        invite = call.dialog.invite
        if invite is not None and call.state in (CallState.CALLING, CallState.RINGING):
            call.code = status
            self._wire.send(
                self._wire.reply(call.dialog, invite, status, "No"), call.dialog.address
            )
            self._end(call)

    async def _arrived(self, message: Message, address: tuple[str, int]) -> None:
        tag = sip.new_tag()
        dialog = Dialog(
            call_id=message.call_id,
            address=address,
            local=f"{message.get('To')};tag={tag}",
            remote=message.get("From"),
            target=sip.uri_of(message.get("Contact")) or f"sip:{address[0]}:{address[1]}",
            routes=tuple(message.all("Record-Route")),
            invite=message,
        )
        call = await self._new_call(dialog, None)
        call.invited_ns = time.monotonic_ns()
        self.incoming.put_nowait(call)
        if self.reject_with:
            self.reject(call, self.reject_with)
            return
        self._wire.send(
            self._wire.reply(call.dialog, message, 180, "Ringing", [self._wire.contact]), address
        )
        call.move(CallState.RINGING)
        if self.answer_after is not None:
            await asyncio.sleep(self.answer_after)
            self.answer(call)

    # Within a call

    async def refer(self, call: SimulatedCall, to: SimulatedCall) -> int:
        """Gives the far end of one call to that of the other, which this telephone has called: an
        attended transfer by its keys (RFC 3515, RFC 3891, RFC 5589 section 7). The status that
        comes back. Raises TimeoutError."""
        second = to.dialog
        place = f"{second.call_id};to-tag={sip.tag_of(second.remote)}"
        place += f";from-tag={sip.tag_of(second.local)}"
        headers = [
            self._wire.contact,
            ("Refer-To", f"<{sip.uri_of(second.remote)}?Replaces={quote(place, safe='')}>"),
            ("Referred-By", f"<{sip.uri_of(call.dialog.local)}>"),
        ]
        return (await self._wire.ask(call.dialog, "REFER", "", headers)).status

    async def bye(self, call: SimulatedCall) -> None:
        if call.state is not CallState.ANSWERED:
            return
        waiting = self._wire.ask(call.dialog, "BYE")
        self._end(call)
        await asyncio.wait((waiting,), timeout=BYE_SECONDS)
        waiting.cancel()  # it is sent on, but nobody waits for it

    async def renegotiate(self, call: SimulatedCall, direction: Direction) -> None:
        if call.state is not CallState.ANSWERED:
            raise CallOver(f"the call is {call.state}")
        offer, contact = call.offer(direction), [self._wire.contact]
        try:
            reply = await self._wire.ask(call.dialog, "INVITE", offer, contact)
        except TimeoutError as error:
            raise CallOver(f"the re-INVITE: {error}") from error
        if reply.status >= 300:
            raise CallOver(f"the re-INVITE was refused with {reply.status}")
        try:
            call.take_answer(reply.body, direction)
        except SdpError as error:
            raise CallOver(f"the answer cannot be used: {error}") from error

    # Datagrams

    def _on_request(self, message: Message, address: tuple[str, int]) -> None:
        call = self._live.get(message.call_id)
        if message.method == "OPTIONS":
            packet = sip.response(message, 200, "OK", tag=sip.new_tag(), headers=[ALLOW])
            self._wire.send(packet, address)
        elif call is not None:
            self._within(call, message, address)
        elif message.method == "INVITE":
            trying = sip.response(message, 100, "Trying")
            self._wire.remember(message, trying)
            self._wire.send(trying, address)
            self._scope.spawn(self._arrived(message, address), "arrived")
        else:
            packet = sip.response(message, 481, "No such call", tag=sip.new_tag())
            self._wire.send(packet, address)

    def _within(self, call: SimulatedCall, message: Message, address: tuple[str, int]) -> None:
        reply = partial(self._wire.reply, call.dialog, message)
        if message.method == "BYE":
            self._wire.send(reply(200, "OK"), address)
            call.ended_by_far_end = True
            self._end(call)
        elif message.method == "CANCEL":
            self._wire.send(reply(200, "OK"), address)
            call.ended_by_far_end = call.state is not CallState.ANSWERED
            self.reject(call, 487)
        elif message.method == "INVITE":
            self._wire.send(self._renewed(call, message), address)
        elif message.method in ("INFO", "NOTIFY"):
            self._wire.send(reply(200, "OK"), address)
        else:
            self._wire.send(reply(501, "Not implemented"), address)

    def _renewed(self, call: SimulatedCall, message: Message) -> bytes:
        if call.state is not CallState.ANSWERED:
            return self._wire.reply(call.dialog, message, 491, "Request pending")
        try:
            body = call.answer_to(message.body) if message.body else call.offer()
        except SdpError as error:
            return self._wire.reply(call.dialog, message, error.code, "No")
        return self._wire.reply(call.dialog, message, 200, "OK", [self._wire.contact], body)

    def _on_response(self, message: Message) -> None:
        call = self._live.get(message.call_id)
        number, method = message.cseq
        if call is None:
            return
        if message.status >= 200 or method == "INVITE":
            self._wire.stop(key_of(message))
        if method == "INVITE" and number == 1 and call.dialog.branch:
            self._invited(call, message)
            return
        if message.status < 200:
            return
        if method == "INVITE":
            self._wire.ack(call.dialog, message, number)
        waiting = call.dialog.waiting.pop(number, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(message)

    def _invited(self, call: SimulatedCall, message: Message) -> None:
        """A response to the INVITE that began the call."""
        if message.status < 200:
            call.dialog.provisional = True
            if message.status > 100:
                call.move(CallState.RINGING)
            if call.dialog.cancelling:
                self.cancel(call)
        elif message.status < 300:
            self._accepted(call, message)
        else:
            self._wire.ack(call.dialog, message, 1, branch=call.dialog.branch)
            call.code = message.status
            self._end(call)

    def _accepted(self, call: SimulatedCall, message: Message) -> None:
        dialog = call.dialog
        dialog.remote = message.get("To")
        dialog.target = sip.uri_of(message.get("Contact")) or dialog.target
        dialog.routes = tuple(reversed(message.all("Record-Route")))
        self._wire.ack(call.dialog, message, 1)
        if call.state in (CallState.ANSWERED, CallState.ENDED):
            return  # sent again: the ACK was lost
        try:
            call.take_answer(message.body, Direction.SENDRECV)
        except SdpError as error:
            logger.warning("the answer of %s cannot be used: %s", dialog.address[0], error)
            dialog.cancelling = True
        call.move(CallState.ANSWERED)
        if dialog.cancelling:  # the answer crossed the CANCEL
            self._scope.spawn(self.bye(call), "bye")

    # Smaller things

    async def _new_call(self, dialog: Dialog, melody: Melody | None) -> SimulatedCall:
        rtp = await RtpSession.open(self.host, self._ports)
        call = SimulatedCall(dialog, rtp, self, self.host, melody or Melody(self.tones))
        call.changed = self.changed
        self.calls.append(call)
        self._live[dialog.call_id] = call
        return call

    def _end(self, call: SimulatedCall) -> None:
        call.move(CallState.ENDED)
        self._wire.stop_all(call.dialog.call_id, but="BYE")
        loop = asyncio.get_running_loop()
        loop.call_later(LINGER_SECONDS, self._forget, call.dialog.call_id)

    def _forget(self, call_id: str) -> None:
        self._live.pop(call_id, None)
        self._wire.forget(call_id)
