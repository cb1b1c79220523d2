"""A dialog (RFC 3261 section 12): what a request inside a call must carry, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cti_bridge.telephony.addresses import parse_address
from cti_bridge.telephony.pyvoip.client import record_routes

if TYPE_CHECKING:
    from cti_bridge.telephony.pyvoip.message import LineMessage
    from cti_bridge.telephony.pyvoip.transactions import Endpoint


@dataclass(slots=True, kw_only=True)
class Dialog:
    call_id: str
    local: str  # our From or To, with no tag
    local_tag: str
    remote: str
    remote_tag: str
    target: str  # the far end's Contact: the Request-URI of what we send
    routes: tuple[str, ...]
    local_cseq: int
    remote_cseq: int  # -1: nothing received yet
    peer: Endpoint  # where the far end's messages come from
    via: Endpoint  # our own address as that peer sees it

    @property
    def from_(self) -> str:
        return f"{self.local};tag={self.local_tag}"

    @property
    def to(self) -> str:
        return f"{self.remote};tag={self.remote_tag}" if self.remote_tag else self.remote

    def next_cseq(self) -> int:
        self.local_cseq += 1
        return self.local_cseq

    def next_hop(self) -> str:
        """The URI that says where the next request goes: the first route, or the target."""
        if self.routes and (route := parse_address(self.routes[0])):
            return route.raw_uri
        return self.target

    def retarget(self, message: LineMessage) -> None:
        """A Contact in a re-INVITE, an UPDATE or a 2xx moves the far end (section 12.2)."""
        contact = message.address("Contact")
        if contact is not None and contact.uri.scheme == "sip":
            self.target = contact.raw_uri

    def confirm(self, response: LineMessage) -> None:
        """Our INVITE was answered: the far end's tag, route and Contact (section 12.1.2)."""
        self.remote_tag = response.to_tag
        self.routes = tuple(reversed(record_routes(response)))
        self.retarget(response)


def from_invite(request: LineMessage, *, local_tag: str, peer: Endpoint, via: Endpoint) -> Dialog:
    """The dialog that our answer to an INVITE makes (section 12.1.1)."""
    dialog = Dialog(
        call_id=request.call_id,
        local=request.headers["To"]["raw"],
        local_tag=local_tag,
        remote=request.headers["From"]["raw"],
        remote_tag=request.from_tag,
        target=f"sip:{peer[0]}:{peer[1]}",
        routes=record_routes(request),
        local_cseq=0,
        remote_cseq=request.cseq,
        peer=peer,
        via=via,
    )
    dialog.retarget(request)
    return dialog
