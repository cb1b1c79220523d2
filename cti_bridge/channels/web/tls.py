"""TLS of the public listener."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cti_bridge.config.errors import ConfigError, Mistake
from cti_bridge.config.loopback import is_loopback

if TYPE_CHECKING:
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
        raise _error(f'the web listener would listen on "{web.host}" without TLS.', HOW)
    for path in (web.tls_certificate, web.tls_key):
        if not path or not Path(path).is_file():
            raise _error(f'the TLS file "{path}" does not exist.', HOW)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(web.tls_certificate, web.tls_key, password=_ask_nobody)
    except (ssl.SSLError, OSError, ValueError) as error:
        raise _error(
            f'the certificate "{web.tls_certificate}" and the key "{web.tls_key}" '
            f"cannot be used ({error}).",
            "Give a PEM certificate (chain) and its own key, unencrypted and readable.",
        ) from error
    return context


def _ask_nobody() -> str:
    """An encrypted key must fail, not ask on a terminal that nobody watches."""
    raise ValueError("the key is encrypted")


def _error(what: str, fix: str) -> ConfigError:
    return ConfigError("web", Mistake(what=what, fix=fix, where="web"))
