"""Which addresses only this machine can reach; beyond them TLS is owed."""

from __future__ import annotations

import ipaddress
from typing import Final

HOW_TLS: Final = (
    'Set server.tls_certificate and server.tls_key to PEM files, or server.host to "127.0.0.1".'
)


def is_loopback(host: str) -> bool:
    """Whether nothing but this machine can reach a listener on `host`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
