"""When TLS is asked for, and with which certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cti_bridge.config.certificates import context_of, owed
from cti_bridge.config.loopback import HOW_TLS, is_loopback

if TYPE_CHECKING:
    import ssl

    from cti_bridge.config.values import Server


def server_context(config: Server) -> ssl.SSLContext | None:
    """None on loopback without a certificate; raises `ConfigError` where TLS is owed or the
    certificate cannot be used."""
    if not config.tls_certificate and not config.tls_key:
        if is_loopback(config.host):
            return None
        raise owed("server", f'the bridge would listen on "{config.host}" without TLS.', HOW_TLS)
    return context_of("server", config.tls_certificate, config.tls_key, HOW_TLS)
