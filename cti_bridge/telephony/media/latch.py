"""Symmetric RTP (RFC 4961): sound goes to where it comes from, and never to strangers."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cti_bridge.telephony.media.sockets import Address

FAITHFUL_SECONDS: Final = 1.0
"""While the latched source sends, no other port of the same host takes its place."""


class Latch:
    """Which addresses may speak on a leg, and where the leg answers.

    The negotiated address may, from any port: a NAT moves ports. The address of the far end's
    SIP may too, but only where the negotiated one is private and that one is not the same, which
    is how a phone behind a NAT looks. Nobody else: RTP that floods a port, or tries to have a
    call sent to itself, is dropped by its address.
    """

    def __init__(self, remote: tuple[str, int], signalled_from: str | None = None) -> None:
        self._key = remote, signalled_from
        self.target: Address = remote
        self._admitted = {remote[0]}
        if signalled_from is not None and _is_private(remote[0]):
            self._admitted.add(signalled_from)
        self._latched: tuple[str, int] | None = None
        self._last = 0.0

    @property
    def control_target(self) -> Address:
        """RTCP goes to the port above (RFC 3550 section 11)."""
        host, port, *rest = self.target
        return (host, min(port + 1, 65535), *rest)

    def is_for(self, remote: tuple[str, int], signalled_from: str | None) -> bool:
        """Whether a new agreement changes nothing: what was latched stays."""
        return self._key == (remote, signalled_from)

    def admits(self, address: Address) -> bool:
        return address[0] in self._admitted

    def follows(self, address: Address, now: float) -> bool:
        """Whether a packet from this admitted address may be the stream's; `now` in seconds."""
        source = address[0], address[1]
        return self._latched in (None, source) or now - self._last > FAITHFUL_SECONDS

    def latch(self, address: Address, now: float) -> None:
        """A valid packet came from here."""
        self._last = now
        source = address[0], address[1]
        if source != self._latched:
            self._latched = source
            self.target = address


def _is_private(host: str) -> bool:
    address = ipaddress.ip_address(host)
    return not address.is_global
