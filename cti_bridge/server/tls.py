"""When TLS is asked for, and with which certificate."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING

from cti_bridge.config.errors import ConfigError, Mistake
from cti_bridge.config.loopback import HOW_TLS, is_loopback

if TYPE_CHECKING:
    from cti_bridge.config.values import Server


def server_context(config: Server) -> ssl.SSLContext | None:
    """None on loopback without a certificate; raises `ConfigError` where TLS is owed or the
    certificate cannot be used."""
    if not config.tls_certificate and not config.tls_key:
        if is_loopback(config.host):
            return None
        raise _error(f'the bridge would listen on "{config.host}" without TLS.', HOW_TLS)
    for path in (config.tls_certificate, config.tls_key):
        if not path or not Path(path).is_file():
            raise _error(f'the TLS file "{path}" does not exist.', HOW_TLS)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(config.tls_certificate, config.tls_key, password=_ask_nobody)
    except (ssl.SSLError, OSError, ValueError) as error:
        raise _error(
            f'the certificate "{config.tls_certificate}" and the key "{config.tls_key}" '
            f"cannot be used ({error}).",
            "Give a PEM certificate (chain) and its own key, unencrypted and readable.",
        ) from error
    return context


def _ask_nobody() -> str:
    """An encrypted key must fail, not ask on a terminal that nobody watches."""
    raise ValueError("the key is encrypted")


def _error(what: str, fix: str) -> ConfigError:
    return ConfigError("server", Mistake(what=what, fix=fix, where="server"))
