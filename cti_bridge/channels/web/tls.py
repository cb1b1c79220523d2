"""TLS of the public listener."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cti_bridge.config.certificates import context_of, owed
from cti_bridge.config.loopback import is_loopback

if TYPE_CHECKING:
    import ssl

    from cti_bridge.config.values import Web

HOW: Final = (
    "Set web.tls_certificate and web.tls_key to PEM files; or list in web.behind_proxy the "
    'proxy that has them; or set web.host to "127.0.0.1".'
)


def server_context(web: Web) -> ssl.SSLContext | None:
    """None behind a proxy, or on loopback, without a certificate; raises `ConfigError` where TLS
    is owed or the certificate cannot be used."""
    if not web.tls_certificate and not web.tls_key:
        if is_loopback(web.host) or web.behind_proxy:
            return None
        raise owed("web", f'the web listener would listen on "{web.host}" without TLS.', HOW)
    context = context_of("web", web.tls_certificate, web.tls_key, HOW)
    context.set_alpn_protocols(["http/1.1"])
    return context
