"""Where a mailbox's servers are, how they are trusted, and what opens them."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cti_bridge.channels.mail.ports import BoxError
from cti_bridge.channels.mail.trouble import said

if TYPE_CHECKING:
    from cti_bridge.config.values import Mailbox

IMAP_PORTS: Final = {"tls": 993, "starttls": 143, "none": 143}
SMTP_PORTS: Final = {"tls": 465, "starttls": 587, "none": 25}
MAX_TOKEN: Final = 16_384


def imap_address(box: Mailbox) -> tuple[str, int]:
    return _split(box.imap, IMAP_PORTS[box.imap_security])


def smtp_address(box: Mailbox) -> tuple[str, int]:
    return _split(box.smtp, SMTP_PORTS[box.smtp_security])


def _split(text: str, usual: int) -> tuple[str, int]:
    """`host`, `host:port`, `[::1]:port`."""
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")):
        return text.strip("[]"), usual
    return host.strip("[]"), int(port)


def tls_context(box: Mailbox) -> ssl.SSLContext:
    """Verifies names and chains always; `ca_file` adds an own authority. Raises BoxError."""
    try:
        context = ssl.create_default_context(cafile=box.ca_file or None)
    except (OSError, ssl.SSLError) as error:
        raise BoxError(f"ca_file {box.ca_file}: {said(error)}: it must be a PEM file") from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def token_of(box: Mailbox) -> str:
    """The OAuth2 access token, as its file says now. Raises BoxError."""
    try:
        with Path(box.oauth2_token_file).open("rb") as file:
            data = file.read(MAX_TOKEN + 1)
        token = data.decode("ascii").split()[0]
    except (OSError, UnicodeDecodeError, IndexError) as error:
        what = "is empty" if isinstance(error, IndexError) else f"cannot be read ({said(error)})"
        raise BoxError(f"oauth2_token_file {box.oauth2_token_file} {what}", denied=True) from error
    if len(data) > MAX_TOKEN:
        raise BoxError(f"oauth2_token_file {box.oauth2_token_file} holds no token", denied=True)
    return token
