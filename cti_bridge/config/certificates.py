"""Certificates that fit their keys, for those who listen; and authorities, for those who call."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Final

from cti_bridge.config.errors import ConfigError, Mistake

HOW_AUTHORITY: Final = "Give the certificate of the authority that signed the server's, as PEM."


def authority_fault(file: str) -> str:
    """Why nobody can be trusted by this `ca_file`; "" where it holds a certificate."""
    try:
        ssl.create_default_context(cafile=file)
    except ssl.SSLError as error:
        return f'ca_file "{file}" holds no certificate in PEM ({error.reason or error})'
    except OSError as error:
        return f'ca_file "{file}" cannot be read ({error.strerror})'
    return ""


def context_of(section: str, certificate: str, key: str, how: str) -> ssl.SSLContext:
    """For a server, TLS 1.2 at least; raises `ConfigError` where they cannot be used. `how`: what
    to set in the section instead."""
    for path in (certificate, key):
        if not path or not Path(path).is_file():
            raise owed(section, f'the TLS file "{path}" does not exist.', how)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(certificate, key, password=_ask_nobody)
    except (ssl.SSLError, OSError, ValueError) as error:
        raise owed(
            section,
            f'the certificate "{certificate}" and the key "{key}" cannot be used ({error}).',
            "Give a PEM certificate (chain) and its own key, unencrypted and readable.",
        ) from error
    return context


def owed(section: str, what: str, fix: str) -> ConfigError:
    return ConfigError(section, Mistake(what=what, fix=fix, where=section))


def _ask_nobody() -> str:
    """An encrypted key must fail, not ask on a terminal that nobody watches."""
    raise ValueError("the key is encrypted")
