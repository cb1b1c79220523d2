"""Who may speak to a line, and how fast: addresses allow-listed, each with a rate."""

from __future__ import annotations

import ipaddress
import logging
from collections import OrderedDict
from enum import Enum, auto
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

logger = logging.getLogger(__name__)
RATE: Final = 2_000.0  # datagrams a second of one source; 100 calls/s rung and cancelled are 400
BURST: Final = 4_000.0
SOURCES: Final = 1_024
LOG_EVERY: Final = 60.0  # seconds

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


class Verdict(Enum):
    ADMITTED = auto()
    STRANGER = auto()
    TOO_FAST = auto()


class Gate:
    """Strangers get silence: an answer would tell a scanner that somebody lives here, and lend
    it our address to send from (the source of a datagram is easily forged)."""

    def __init__(self, name: str, peers: Iterable[str]) -> None:
        """Raises ValueError for a peer that is neither address nor network."""
        self._name = name
        self._peers = tuple(ipaddress.ip_network(peer, strict=False) for peer in peers)
        self._servers: tuple[Network, ...] = ()
        self._known: OrderedDict[str, tuple[Verdict, float, float]] = OrderedDict()
        self._logged_at = -LOG_EVERY
        self._unsaid = 0
        self.refused = 0

    def serve(self, addresses: Iterable[str]) -> None:
        """The addresses of the line's own server, looked up again now and then."""
        servers = tuple(ipaddress.ip_network(address) for address in addresses)
        if servers != self._servers:
            self._servers = servers
            self._known.clear()

    def allows(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return False
        return any(address in network for network in (*self._servers, *self._peers))

    def admits(self, host: str, now: float) -> bool:
        known = self._known.get(host)
        if known is None:
            verdict = Verdict.ADMITTED if self.allows(host) else Verdict.STRANGER
            tokens, at = BURST, now
            if len(self._known) >= SOURCES:
                self._known.popitem(last=False)
        else:
            verdict, tokens, at = known
        if verdict is Verdict.STRANGER:
            self._known[host] = (verdict, tokens, at)
            return self._refuse(host, verdict, now)
        tokens = min(BURST, tokens + (now - at) * RATE) - 1
        self._known[host] = (verdict, max(tokens, 0.0), now)
        return tokens >= 0 or self._refuse(host, Verdict.TOO_FAST, now)

    def _refuse(self, host: str, verdict: Verdict, now: float) -> bool:
        self.refused += 1
        self._unsaid += 1
        if now - self._logged_at >= LOG_EVERY:
            why = "is not allow-listed" if verdict is Verdict.STRANGER else "sends too fast"
            logger.warning(
                "line %s: %s %s; %d datagrams dropped since the last such line (add it to "
                "`peers` of the line if it is yours)",
                self._name,
                host,
                why,
                self._unsaid,
            )
            self._logged_at, self._unsaid = now, 0
        return False
