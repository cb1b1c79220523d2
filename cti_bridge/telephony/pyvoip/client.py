"""pyVoIP's SIP client, contained: it words messages, and no more.

pyVoIP 1.6.8 reads its socket in a thread, waits for answers while it holds a lock, and writes
responses that break RFC 3261. Here every message is worded on the event loop and given to
whoever sends it; the names of pyVoIP's generators are kept, so that the contract tests can ask
both the same question.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from pyVoIP.SIP import SIPClient, SIPStatus

from cti_bridge.telephony.addresses import split
from cti_bridge.telephony.pyvoip.digest import Credentials, read_challenge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cti_bridge.telephony.pyvoip.message import LineMessage

USER_AGENT: Final = "Ficha"
ALLOWED: Final = ("INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "NOTIFY")
ALLOW: Final = f"Allow: {', '.join(ALLOWED)}"
MAX_RECORD_ROUTES: Final = 20
SDP: Final = "application/sdp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request to be sent; `branch` names its transaction."""

    method: str
    uri: str
    branch: str
    data: bytes
    via: str
    from_: str
    call_id: str
    cseq: int
    routes: tuple[str, ...] = ()


class LineClient(SIPClient):  # type: ignore[misc]  # pyVoIP has no types
    """Words requests and responses for one line."""

    def __init__(
        self, server: str, port: int, username: str, credentials: Credentials, phone: Any
    ) -> None:
        super().__init__(server, port, username, "", phone)
        self.credentials = credentials
        self.tags = ()  # pyVoIP keeps every tag it ever made

    # No thread, no socket, no lock: the transport feeds the phone, and sends for it.

    def start(self) -> None:
        raise RuntimeError("the line's transport reads the socket")

    def stop(self) -> None:
        """Nothing runs here."""

    # pyVoIP hashes a counter: two processes give the same Call-ID to different calls. Its tags
    # have 32 bits and are remembered for ever.

    def gen_call_id(self) -> str:
        return uuid.uuid4().hex

    def gen_tag(self) -> str:
        return secrets.token_hex(8)

    # Responses

    def gen_response(
        self,
        request: LineMessage,
        code: int,
        *,
        tag: str = "",
        reason: str = "",
        extra: Sequence[str] = (),
        body: str = "",
    ) -> bytes:
        """A response by RFC 3261 section 8.2.6. `tag` is ours, where the request has none."""
        headers = request.headers
        to = headers["To"]["raw"]
        to_tag = headers["To"]["tag"] or tag
        lines = [
            f"SIP/2.0 {code} {reason or phrase(code)}",
            *(f"Via: {via.raw}" for via in request.vias),
            f"From: {_with_tag(headers['From']['raw'], headers['From']['tag'])}",
            f"To: {_with_tag(to, to_tag) if code > 100 else _with_tag(to, headers['To']['tag'])}",
            f"Call-ID: {request.call_id}",
            f"CSeq: {headers['CSeq']['check']} {headers['CSeq']['method']}",
        ]
        if 100 < code < 300:
            # RFC 3261 section 12.1.1: without them a proxy is bypassed by the ACK and the BYE.
            routes = request.every("Record-Route")[:MAX_RECORD_ROUTES]
            lines += [f"Record-Route: {value}" for value in routes]
        return _message([*lines, f"Server: {USER_AGENT}", *extra], body)

    def gen_ok(self, request: LineMessage) -> str:
        """pyVoIP puts a new To tag behind the one of the dialog."""
        return self.gen_response(request, 200, tag=self.gen_tag(), extra=[ALLOW]).decode()

    def gen_ringing(self, request: LineMessage) -> str:
        """pyVoIP answers with the caller's own Contact and without its Record-Route."""
        tag = self.gen_tag()
        contact = f"Contact: <sip:{self.username}@{self.myIP}:{self.myPort}>"
        return self.gen_response(request, 180, tag=tag, extra=[contact, ALLOW]).decode()

    def gen_busy(self, request: LineMessage) -> str:
        """pyVoIP fails where the request has no Contact."""
        return self.gen_response(request, 486, tag=self.gen_tag()).decode()

    # Requests

    def gen_request(
        self,
        method: str,
        uri: str,
        *,
        via: tuple[str, int],
        from_: str,
        to: str,
        call_id: str,
        cseq: int,
        routes: Sequence[str] = (),
        extra: Sequence[str] = (),
        body: str = "",
    ) -> Request:
        """`via` is our own address as the peer sees it."""
        branch = self.gen_branch()
        via_line = f"SIP/2.0/UDP {host_port(via)};branch={branch};rport"
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: {via_line}",
            "Max-Forwards: 70",
            f"From: {from_}",
            f"To: {to}",
            f"Call-ID: {call_id}",
            f"CSeq: {cseq} {method}",
            *(f"Route: {route}" for route in routes),
            f"User-Agent: {USER_AGENT}",
            *extra,
        ]
        return Request(
            method=method,
            uri=uri,
            branch=branch,
            data=_message(lines, body),
            via=via_line,
            from_=from_,
            call_id=call_id,
            cseq=cseq,
            routes=tuple(routes),
        )

    def gen_ack(self, response: LineMessage, request: Request | None = None) -> str:
        """pyVoIP invents a new To tag, so that the far end drops the call after 32 s.

        Of a 2xx: a request of its own, to the Contact, along the route (section 13.2.2.4). Of a
        refusal: with the Via and the Request-URI of the INVITE (section 17.1.1.3).
        """
        contact = response.address("Contact")
        success = response.code < 300
        if success or request is None:
            uri = contact.raw_uri if contact else response.headers["To"]["address"]
            routes = tuple(reversed(record_routes(response)))
            via = f"SIP/2.0/UDP {self.myIP}:{self.myPort};branch={self.gen_branch()};rport"
        else:
            uri, routes, via = request.uri, request.routes, request.via
        lines = [
            f"ACK {uri} SIP/2.0",
            f"Via: {via}",
            "Max-Forwards: 70",
            f"From: {response.first('From')}",
            f"To: {response.first('To')}",
            f"Call-ID: {response.call_id}",
            f"CSeq: {response.headers['CSeq']['check']} ACK",
            *(f"Route: {route}" for route in routes),
        ]
        return _message(lines, "").decode()

    def gen_cancel(self, request: Request, to: str) -> Request:
        """RFC 3261 section 9.1: the INVITE's own Via, Request-URI, From, To and number."""
        lines = [
            f"CANCEL {request.uri} SIP/2.0",
            f"Via: {request.via}",
            "Max-Forwards: 70",
            f"From: {request.from_}",
            f"To: {to}",
            f"Call-ID: {request.call_id}",
            f"CSeq: {request.cseq} CANCEL",
            *(f"Route: {route}" for route in request.routes),
        ]
        return replace(request, method="CANCEL", data=_message(lines, ""))

    def challenged(self, response: LineMessage) -> bool:
        """Takes the challenge of a 401 or 407; False when it cannot or may not be answered.

        pyVoIP knows no 407, no SHA-256, no qop, and fails on a qop list.
        """
        proxy = response.code == 407
        name = "Proxy-Authenticate" if proxy else "WWW-Authenticate"
        challenge = read_challenge(response.every(name), proxy=proxy)
        if challenge is None:
            return False
        self.credentials.take(challenge)
        return True

    def gen_authorization(self, request: LineMessage) -> bytes:
        """The header that answers a challenge to our REGISTER, for the contract with pyVoIP."""
        self.challenged(request)
        return self.credentials.header("REGISTER", f"sip:{self.server}").encode()


def phrase(code: int) -> str:
    try:
        return str(SIPStatus(code).phrase)
    except ValueError:
        return HTTPStatus(code).phrase if code in list(HTTPStatus) else "Unknown"


def host_port(address: tuple[str, int]) -> str:
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    return f"{host}:{address[1]}"


def record_routes(message: LineMessage) -> tuple[str, ...]:
    """The Record-Route values, top first, one address each, bounded."""
    values = [part.strip() for line in message.every("Record-Route") for part in split(line, ",")]
    return tuple(value for value in values if value)[:MAX_RECORD_ROUTES]


def _with_tag(raw: str, tag: str) -> str:
    return f"{raw};tag={tag}" if tag else raw


def _message(lines: Sequence[str], body: str) -> bytes:
    content = body.encode()
    tail = [f"Content-Type: {SDP}"] if content else []
    head = "\r\n".join([*lines, *tail, f"Content-Length: {len(content)}", "", ""])
    return head.encode() + content
