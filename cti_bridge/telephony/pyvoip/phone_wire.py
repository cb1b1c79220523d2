"""What a phone sends: responses, requests inside and outside dialogs, and where they go."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, Final

from cti_bridge.telephony.addresses import parse_uri
from cti_bridge.telephony.pyvoip.client import ALLOW, LineClient, Request, host_port
from cti_bridge.telephony.pyvoip.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cti_bridge.telephony.pyvoip.gate import Gate
    from cti_bridge.telephony.pyvoip.legmedia import MediaDesk
    from cti_bridge.telephony.pyvoip.message import LineMessage
    from cti_bridge.telephony.pyvoip.transactions import (
        ClientTransactions,
        Endpoint,
        Send,
        ServerTransactions,
        Timers,
    )

SIP_PORT: Final = 5060


class PhoneWire:
    """The half of `LinePhone` that speaks."""

    settings: Any
    gate: Gate
    sip: LineClient
    servers: ServerTransactions
    clients: ClientTransactions
    local: Callable[[Endpoint], Endpoint]
    server_endpoint: Endpoint | None
    _timers: Timers
    _send: Send
    _open_media: MediaDesk
    _registers: int
    _register_id: tuple[str, str]

    @property
    def timers(self) -> Timers:
        return self._timers

    @property
    def open_media(self) -> MediaDesk:
        return self._open_media

    @property
    def codecs(self) -> Sequence[str]:
        codecs: Sequence[str] = self.settings.codecs
        return codecs

    def contact(self, via: Endpoint) -> str:
        user = f"{self.sip.username}@" if self.sip.username else ""
        return f"<sip:{user}{host_port(via)}>"

    # Responses

    def respond(
        self,
        request: LineMessage,
        code: int,
        *,
        tag: str = "",
        extra: Sequence[str] = (),
        body: str = "",
        reason: str = "",
    ) -> bytes:
        data = self.sip.gen_response(request, code, tag=tag, reason=reason, extra=extra, body=body)
        until_ack = request.method == "INVITE" and code >= 300
        self.servers.respond(request, data, request.reply_to, until_ack=until_ack)
        return data

    def resend(self, request: LineMessage, data: bytes) -> None:
        self._send(data, request.reply_to)

    # Requests inside a dialog

    def destination(self, dialog: Dialog) -> Endpoint:
        """The next hop, where it is an address that may speak to us; else whence the far end's
        messages come. A Contact with a private address, or with a stranger's, sends nobody
        anywhere: the first is the usual NAT, the second an attack."""
        uri = parse_uri(dialog.next_hop())
        if uri is not None and _is_address(uri.host) and self.gate.allows(uri.host):
            return uri.host, uri.port or SIP_PORT
        return dialog.peer

    def ask(
        self,
        dialog: Dialog,
        method: str,
        answered: Callable[[LineMessage], None],
        timed_out: Callable[[], None],
    ) -> None:
        request = self._word(dialog, method, dialog.next_cseq())
        self.clients.ask(request, self.destination(dialog), answered, timed_out)

    def acknowledge(self, dialog: Dialog, cseq: int) -> None:
        request = self._word(dialog, "ACK", cseq)
        self._send(request.data, self.destination(dialog))

    def _word(
        self, dialog: Dialog, method: str, cseq: int, extra: Sequence[str] = (), body: str = ""
    ) -> Request:
        return self.sip.gen_request(
            method,
            dialog.target,
            via=dialog.via,
            from_=dialog.from_,
            to=dialog.to,
            call_id=dialog.call_id,
            cseq=cseq,
            routes=dialog.routes,
            extra=extra,
            body=body,
        )

    # An outgoing call

    def new_dialog(self, to: str, *, shown: str) -> Dialog:
        """Towards our server. Raises OSError when it is not known where that is."""
        peer = self.server_endpoint
        if peer is None:
            raise OSError("the line has no server to call through")
        via = self.local(peer)
        server = self.settings.server
        return Dialog(
            call_id=self.sip.gen_call_id(),
            local=f"<sip:{shown}@{server}>",
            local_tag=self.sip.gen_tag(),
            remote=f"<sip:{to}@{server}>",
            remote_tag="",
            target=f"sip:{to}@{server}",
            routes=(),
            local_cseq=0,
            remote_cseq=-1,
            peer=peer,
            via=via,
        )

    def invite(
        self,
        dialog: Dialog,
        body: str,
        extra: list[str],
        answered: Callable[[LineMessage], None],
        timed_out: Callable[[], None],
    ) -> Request:
        lines = [f"Contact: {self.contact(dialog.via)}", ALLOW, *extra]
        request = self._word(dialog, "INVITE", dialog.next_cseq(), lines, body)
        self.clients.ask(request, dialog.peer, answered, timed_out)
        return request

    def cancel(self, request: Request, dialog: Dialog) -> None:
        cancel = self.sip.gen_cancel(request, dialog.to)
        self.clients.ask(cancel, dialog.peer, lambda _response: None, lambda: None)

    def forget(self, request: Request) -> None:
        self.clients.forget(request)

    def decline_fork(self, dialog: Dialog, response: LineMessage) -> None:
        fork = Dialog(
            call_id=dialog.call_id,
            local=dialog.local,
            local_tag=dialog.local_tag,
            remote=dialog.remote,
            remote_tag="",
            target=dialog.target,
            routes=(),
            local_cseq=response.cseq,
            remote_cseq=-1,
            peer=dialog.peer,
            via=dialog.via,
        )
        fork.confirm(response)
        self.acknowledge(fork, response.cseq)
        self.ask(fork, "BYE", lambda _response: None, lambda: None)

    def _ack_refusal(self, response: LineMessage, request: Request) -> bytes:
        return self.sip.gen_ack(response, request).encode()

    # The registration

    def register(
        self,
        expires: int,
        authorization: str,
        answered: Callable[[LineMessage], None],
        timed_out: Callable[[], None],
        *,
        patience: float,
    ) -> None:
        peer = self.server_endpoint
        if peer is None:
            raise OSError("its address is not known")
        via = self.local(peer)
        call_id, tag = self._register_id
        own = f"<sip:{self.settings.user}@{self.settings.server}>"
        self._registers += 1
        extra = [f"Contact: {self.contact(via)}", f"Expires: {expires}", ALLOW]
        request = self.sip.gen_request(
            "REGISTER",
            f"sip:{self.settings.server}",
            via=via,
            from_=f"{own};tag={tag}",
            to=own,
            call_id=call_id,
            cseq=self._registers,
            extra=[*extra, authorization] if authorization else extra,
        )
        self.clients.ask(request, peer, answered, timed_out, life=patience)

    def options(
        self,
        answered: Callable[[LineMessage], None],
        timed_out: Callable[[], None],
        *,
        patience: float,
    ) -> None:
        """Asks our server, outside any dialog, whether it lives."""
        peer = self.server_endpoint
        if peer is None:
            timed_out()
            return
        via = self.local(peer)
        request = self.sip.gen_request(
            "OPTIONS",
            f"sip:{self.settings.server}",
            via=via,
            from_=f"{self.contact(via)};tag={self.sip.gen_tag()}",
            to=f"<sip:{self.settings.server}>",
            call_id=self.sip.gen_call_id(),
            cseq=1,
            extra=[f"Contact: {self.contact(via)}"],
        )
        self.clients.ask(request, peer, answered, timed_out, life=patience)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
