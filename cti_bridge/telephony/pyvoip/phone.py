"""pyVoIP's phone, contained: the user agent of one line, from datagrams to legs and back.

pyVoIP 1.6.8 waits a second before it tells of a call, never tells of a CANCEL, and leaves
OPTIONS, INFO and every method it does not know without an answer. Nothing here does I/O: the
transport feeds `datagram`, and what must go out leaves through `send`.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from pyVoIP.SIP import SIPParseError
from pyVoIP.VoIP import VoIPPhone

from cti_bridge.telephony.media.sdp import SdpError
from cti_bridge.telephony.pyvoip.client import ALLOW, LineClient
from cti_bridge.telephony.pyvoip.incoming import IncomingCall
from cti_bridge.telephony.pyvoip.message import LineMessage
from cti_bridge.telephony.pyvoip.phone_wire import PhoneWire
from cti_bridge.telephony.pyvoip.transactions import ClientTransactions, ServerTransactions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cti_bridge.telephony.pyvoip.call import LegListener, LineCall
    from cti_bridge.telephony.pyvoip.digest import Credentials
    from cti_bridge.telephony.pyvoip.gate import Gate
    from cti_bridge.telephony.pyvoip.legmedia import MediaDesk
    from cti_bridge.telephony.pyvoip.transactions import Endpoint, Send, Timers

logger = logging.getLogger(__name__)
MAX_DATAGRAM: Final = 16_000
KNOWN_METHODS: Final = frozenset({"REGISTER", "REFER", "SUBSCRIBE", "PUBLISH", "MESSAGE", "PRACK"})
DIALOG_METHODS: Final = frozenset({"BYE", "INFO", "UPDATE"})


class Ringing(Protocol):
    def __call__(self, leg: IncomingCall, received_ns: int) -> None:
        """Somebody calls; told before the 180 leaves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhoneSettings:
    user: str
    server: str  # as configured, for the URIs of From, To and REGISTER
    max_calls: int
    codecs: Sequence[str]


class LinePhone(PhoneWire, VoIPPhone):  # type: ignore[misc]  # pyVoIP has no types
    """`send` puts a datagram on the wire; `local` says our own address as a peer sees it."""

    def __init__(
        self,
        settings: PhoneSettings,
        listener: LegListener,
        *,
        ringing: Ringing,
        credentials: Credentials,
        gate: Gate,
        timers: Timers,
        send: Send,
        local: Callable[[Endpoint], Endpoint],
        open_media: MediaDesk,
    ) -> None:
        # pyVoIP's own constructor makes a second SIP client: it is not called.
        self.settings, self.listener, self.gate = settings, listener, gate
        self._ringing = ringing
        self._timers, self._send, self.local = timers, send, local
        self._open_media = open_media
        self.sip = LineClient(settings.server, 5060, settings.user, credentials, self)
        self.servers = ServerTransactions(timers, send)
        self.clients = ClientTransactions(timers, send)
        self.calls: dict[str, LineCall] = {}  # by our own tag, which is unique
        self.server_endpoint: Endpoint | None = None
        self.dropped: Counter[str] = Counter()  # why datagrams were left without an answer
        self._invites: dict[tuple[str, str], IncomingCall] = {}  # by branch and Call-ID
        self._origins: set[tuple[str, str, int]] = set()  # Call-ID, From tag, CSeq
        self._registers = 0
        self._register_id = self.sip.gen_call_id(), self.sip.gen_tag()
        self.closing = False

    @property
    def full(self) -> bool:
        """As many calls as the line may have; those that only wait for an ACK do not count."""
        most: int = self.settings.max_calls
        if len(self.calls) < most:
            return False
        return sum(not leg.over for leg in self.calls.values()) >= most

    def datagram(self, data: bytes, source: Endpoint, received_ns: int) -> None:
        """One datagram from the network. Nothing in it can raise out of here."""
        if not self.gate.admits(source[0], self._timers.time()):
            self.dropped["stranger"] += 1
            return
        if len(data) > MAX_DATAGRAM:
            self.dropped["too long"] += 1
            return
        if not data.strip(b"\r\n\0 "):
            return  # a keep-alive
        try:
            self._datagram(data, source, received_ns)
        except SIPParseError as error:
            self.dropped["unanswerable"] += 1
            logger.debug("line %s: dropped: %s", self.settings.user, error)
        except Exception:
            # Rule of the house: nothing a peer sends may end a loop. It is told, and counted.
            self.dropped["error"] += 1
            count = self.dropped["error"]
            if count & (count - 1) == 0:  # the 1st, 2nd, 4th …: a log is not to be flooded
                logger.exception("line %s: datagram not handled (%d)", self.settings.user, count)

    def _datagram(self, data: bytes, source: Endpoint, received_ns: int) -> None:
        message = LineMessage(data)
        if not message.is_request:
            if message.problem:
                self.dropped["bad response"] += 1
            else:
                self.clients.take(message, self._ack_refusal)
            return
        message.reply_to = reply_endpoint(message, source)
        if self.servers.absorbs(message):
            return
        if message.method == "ACK":
            leg = self._leg_of(message)
            if leg is not None:
                leg.acknowledged(message)
        elif self.servers.open(message, message.reply_to):
            self._request(message, source, received_ns)
        else:
            self.dropped["too many transactions"] += 1

    def _request(self, request: LineMessage, source: Endpoint, received_ns: int) -> None:
        refusal = self._unusable(request)
        if refusal:
            code, reason, extra = refusal
            self.respond(request, code, tag=self.sip.gen_tag(), reason=reason, extra=extra)
        elif request.method == "CANCEL":
            self._cancel(request)
        elif request.to_tag or request.method in DIALOG_METHODS:
            self._in_dialog(request, source)
        elif request.method == "INVITE":
            self._invite(request, source, received_ns)
        else:
            self._outside(request)

    @staticmethod
    def _unusable(request: LineMessage) -> tuple[int, str, list[str]] | None:
        if request.problem:
            return *request.problem, []
        scheme = request.uri.partition(":")[0].lower()
        if scheme not in ("sip", "sips", "tel"):
            return 416, "", []
        required = ", ".join(request.every("Require"))
        if required and request.method != "CANCEL":
            return 420, "", [f"Unsupported: {required[:400]}"]
        if request.content and request.method in ("INVITE", "UPDATE") and not request.has_sdp:
            return 415, "", ["Accept: application/sdp"]
        if request.first("Content-Encoding") not in ("", "identity"):
            return 415, "", ["Accept-Encoding: identity"]
        return None

    def _invite(self, request: LineMessage, source: Endpoint, received_ns: int) -> None:
        origin = (request.call_id, request.from_tag, request.cseq)
        if origin in self._origins:
            # The same request by two ways (RFC 3261 section 8.2.2.2).
            self.respond(request, 482, tag=self.sip.gen_tag())
            return
        if self.closing or self.full:
            code, extra = (503, ["Retry-After: 5"]) if self.closing else (486, [])
            self.respond(request, code, tag=self.sip.gen_tag(), extra=extra)
            return
        tag = self.sip.gen_tag()
        try:
            leg = IncomingCall(
                self, self.listener, request, tag=tag, peer=source, via=self.local(source)
            )
        except SdpError as error:
            self.respond(request, error.code, tag=tag, reason="Not Acceptable Here")
            return
        self.calls[tag] = leg
        self._invites[request.vias[0].branch, request.call_id] = leg
        self._origins.add(origin)
        self.respond(request, 100)
        try:
            self._ringing(leg, received_ns)
        except Exception:
            self.respond(request, 500, tag=tag)
            leg.finish()  # or it would take a place on the line for ever
            raise
        if not leg.over:  # the listener may have refused it at once
            leg.ring()

    def _cancel(self, request: LineMessage) -> None:
        leg = self._invites.get((request.vias[0].branch, request.call_id))
        if leg is None:
            self.respond(request, 481, tag=self.sip.gen_tag())
            return
        self.respond(request, 200, tag=leg.dialog.local_tag)
        leg.cancelled()

    def _in_dialog(self, request: LineMessage, source: Endpoint) -> None:
        leg = self._leg_of(request)
        if leg is None:
            self.respond(request, 481, tag=self.sip.gen_tag())
            return
        dialog = leg.dialog
        if request.cseq < dialog.remote_cseq:
            self.respond(request, 500)  # out of order (section 12.2.2)
            return
        dialog.remote_cseq, dialog.peer = request.cseq, source
        if request.method == "BYE":
            leg.bye(request)
        elif request.method in ("INVITE", "UPDATE"):
            leg.renegotiate(request)
        elif request.method == "INFO":
            leg.info(request)
        else:
            self._outside(request)

    def _outside(self, request: LineMessage) -> None:
        tag = self.sip.gen_tag()
        if request.method == "OPTIONS":
            extra = [ALLOW, "Accept: application/sdp", "Supported:"]
            self.respond(request, 200, tag=tag, extra=extra)
        elif request.method == "NOTIFY":  # message counts that PBXs send unasked
            self.respond(request, 200, tag=tag)
        else:
            code = 405 if request.method in KNOWN_METHODS else 501
            self.respond(request, code, tag=tag, extra=[ALLOW])

    def _leg_of(self, request: LineMessage) -> LineCall | None:
        leg = self.calls.get(request.to_tag)
        if leg is None or leg.dialog.call_id != request.call_id:
            return None
        return leg if leg.dialog.remote_tag == request.from_tag else None

    def closed(self, leg: LineCall) -> None:
        if self.calls.pop(leg.dialog.local_tag, None) and isinstance(leg, IncomingCall):
            invite = leg.invite
            self._invites.pop((invite.vias[0].branch, invite.call_id), None)
            self._origins.discard((invite.call_id, invite.from_tag, invite.cseq))

    def close(self) -> None:
        """Forgets every transaction; what must still be said has been said before."""
        self.servers.close()
        self.clients.close()
        self.calls.clear()
        self._invites.clear()
        self._origins.clear()


def reply_endpoint(request: LineMessage, source: Endpoint) -> Endpoint:
    """Where the response goes, with `received` and `rport` written into its Via.

    RFC 3261 section 18.2.2 and RFC 3581: always to the address the request came from; to its
    port where `rport` asks for it, or else to the one that the Via tells.
    """
    via = request.vias[0]
    raw = via.raw
    if via.host != source[0] or "rport" in via.params:
        raw = ";".join(
            part
            for part in raw.split(";")
            if part.partition("=")[0].strip().lower() not in ("received", "rport")
        )
        raw += f";received={source[0]}"
    if "rport" in via.params:
        raw += f";rport={source[1]}"
    request.vias = (replace(via, raw=raw), *request.vias[1:])
    return source if "rport" in via.params else (source[0], via.port)
