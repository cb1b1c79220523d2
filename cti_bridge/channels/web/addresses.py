"""Whose request it is: the peer, or whom a proxy of ours says it speaks for."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

Network: TypeAlias = "ipaddress.IPv4Network | ipaddress.IPv6Network"
Address: TypeAlias = "ipaddress.IPv4Address | ipaddress.IPv6Address"
MAX_HOPS: Final = 20
UNKNOWN: Final = "unknown"


class Proxies:
    """Networks whose `X-Forwarded-For` is believed."""

    def __init__(self, networks: Iterable[str]) -> None:
        self._networks: tuple[Network, ...] = tuple(
            ipaddress.ip_network(one, strict=False) for one in networks
        )

    def trusts(self, peer: str) -> bool:
        address = _parse(peer)
        return address is not None and any(address in network for network in self._networks)

    def client(self, peer: str, forwarded: Iterable[str]) -> str:
        """The last address that was not added by a proxy of ours: whatever stands before it, its
        owner may have made up. The peer where it is no proxy."""
        if not self.trusts(peer):
            return peer
        hops = [hop.strip() for header in forwarded for hop in header.split(",")]
        client = peer
        for hop in reversed(hops[-MAX_HOPS:]):
            address = _parse(_without_port(hop))
            if address is None:
                break
            client = str(address)
            if not self.trusts(client):
                break
        return client


def key_of(address: str) -> str:
    """What is counted as one: an IPv4 address, or the /64 of an IPv6 one, which one household
    has to itself (RFC 6177)."""
    parsed = _parse(address)
    if parsed is None:
        return UNKNOWN
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _parse(text: str) -> Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _without_port(hop: str) -> str:
    """Some proxies write `192.0.2.1:4711` or `[2001:db8::1]:4711`."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
